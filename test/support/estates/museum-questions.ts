import { list, most } from './questions.js';

const aw = 'holdings.artist a JOIN holdings.artworks w ON w.artist_id = a.artist_id';
const gw = 'holdings.gallery g JOIN holdings.artworks w ON w.gallery_id = g.gallery_id';
const et = 'programme.exhibitions e JOIN box_office.tickets t ON t."exhibitionId" = e.id';
const mt = 'box_office.members m JOIN box_office.tickets t ON t."memberId" = m."memberId"';
const is = 'shop.items i JOIN shop.sales s ON s.sku = i.sku';
const ms = 'box_office.members m JOIN shop.sales s ON s.member_id = m."memberId"';
const count = (from: string) => `SELECT count(*) FROM ${from}`;
const artists = (where: string) => `SELECT name FROM holdings.artist WHERE ${where}`;
const works = (where: string) => `SELECT title FROM holdings.artworks WHERE ${where}`;
const members = (where: string) => `SELECT name FROM box_office.members WHERE ${where}`;

/** Written before any of them was asked. */
export const museumQuestions = list(
  ['how many artworks are on view', count(`holdings.artworks WHERE on_view = 'Y'`)],
  ['artworks that are not on view', works(`on_view = 'N'`)],
  ['artists without a nationality', artists('nationality IS NULL')],
  ['living artists', artists('death_year IS NULL')],
  ['artists born before 1900', artists('birth_year < 1900')],
  ['works by Ada Quist', `SELECT title FROM ${aw} WHERE a.name = 'Ada Quist'`],
  ['number of artworks per artist', `SELECT a.name, count(*) FROM ${aw} GROUP BY a.artist_id, 1`, `SELECT a.name, count(w.accession_no) FROM ${aw.replace('JOIN', 'LEFT JOIN')} GROUP BY a.artist_id, 1`],
  ['number of artworks by medium', 'SELECT medium, count(*) FROM holdings.artworks GROUP BY 1'],
  ['artists with more than 5 artworks', artists('artist_id IN (SELECT artist_id FROM holdings.artworks GROUP BY 1 HAVING count(*) > 5)')],
  ['artists with no artworks', artists('artist_id NOT IN (SELECT artist_id FROM holdings.artworks WHERE artist_id IS NOT NULL)')],
  ['which gallery has the most artworks', most('g.name', gw, 'g.gallery_id, g.name').replace('SELECT g.name FROM', 'SELECT name FROM')],
  ['average insured value per medium', 'SELECT medium, avg(insured_cents) FROM holdings.artworks GROUP BY 1', 'SELECT medium, avg(insured_cents) / 100 FROM holdings.artworks GROUP BY 1'],
  ['total insured value of artworks in the Long Hall', `SELECT sum(insured_cents) FROM ${gw} WHERE g.name = 'Long Hall'`, `SELECT sum(insured_cents) / 100 FROM ${gw} WHERE g.name = 'Long Hall'`],
  ['artworks worth more than 500000', `SELECT title FROM holdings.artworks WHERE insured_cents > 50000000`],
  ['5 oldest artworks', 'SELECT title FROM holdings.artworks ORDER BY year_made LIMIT 5'],
  ['galleries on the first floor', 'SELECT name FROM holdings.gallery WHERE floor = 1'],
  ['artworks whose title contains green', works(`title ILIKE '%green%'`)],
  ['artworks in poor condition'],
  ['artworks made in the 1920s', works('year_made BETWEEN 1920 AND 1929')],
  ['staff per department', 'SELECT dept, count(*) FROM programme.staff GROUP BY 1'],
  ['who manages Ines Adler 12', `SELECT b.name FROM programme.staff s JOIN programme.staff b ON b.id = s.manager_id WHERE s.name = 'Ines Adler 12'`, `SELECT manager_id FROM programme.staff WHERE name = 'Ines Adler 12'`],
  ['staff without a manager', 'SELECT name FROM programme.staff WHERE manager_id IS NULL'],
  ['staff hired in the last 2 years', `SELECT name FROM programme.staff WHERE hired_on >= DATE '2024-04-15'`],
  ['average salary by department', 'SELECT dept, avg(salary) FROM programme.staff GROUP BY 1'],
  ['staff earning more than the average', 'SELECT name FROM programme.staff WHERE salary > (SELECT avg(salary) FROM programme.staff)'],
  ['exhibitions by curator', 'SELECT curator_id, count(*) FROM programme.exhibitions GROUP BY 1', 'SELECT s.name, count(*) FROM programme.exhibitions e JOIN programme.staff s ON s.id = e.curator_id GROUP BY s.id, s.name'],
  ['exhibitions open today', `SELECT title FROM programme.exhibitions WHERE DATE '2026-04-15' BETWEEN opens_on AND closes_on`],
  ['exhibitions without a budget', 'SELECT title FROM programme.exhibitions WHERE budget_eur IS NULL'],
  ['exhibitions longer than 100 days', 'SELECT title FROM programme.exhibitions WHERE closes_on - opens_on > 100'],
  ['how many artworks are in each exhibition', 'SELECT e.title, count(DISTINCT x.accession_no) FROM programme.exhibitions e JOIN programme.exhibition_artworks x ON x.exhibition_id = e.id GROUP BY 1', 'SELECT e.title, count(*) FROM programme.exhibitions e JOIN programme.exhibition_artworks x ON x.exhibition_id = e.id GROUP BY 1', 'SELECT e.title, count(x.exhibition_id) FROM programme.exhibitions e LEFT JOIN programme.exhibition_artworks x ON x.exhibition_id = e.id GROUP BY 1'],
  ['artworks that were never exhibited', works('accession_no NOT IN (SELECT accession_no FROM programme.exhibition_artworks)')],
  ['artists whose works were shown in Light 6', `SELECT DISTINCT a.name FROM ${aw} JOIN programme.exhibition_artworks x ON x.accession_no = w.accession_no JOIN programme.exhibitions e ON e.id = x.exhibition_id WHERE e.title = 'Light 6'`],
  ['tickets sold per exhibition', `SELECT e.title, count(*) FROM ${et} GROUP BY 1`, 'SELECT e.title, count(t."ticketNo") FROM programme.exhibitions e LEFT JOIN box_office.tickets t ON t."exhibitionId" = e.id GROUP BY 1'],
  ['top 3 exhibitions by tickets sold', `SELECT e.title FROM ${et} GROUP BY 1 QUALIFY rank() OVER (ORDER BY count(*) DESC) <= 3`, `SELECT e.title FROM ${et} GROUP BY 1 ORDER BY count(*) DESC LIMIT 3`],
  ['exhibitions with no tickets', 'SELECT title FROM programme.exhibitions WHERE id NOT IN (SELECT "exhibitionId" FROM box_office.tickets WHERE "exhibitionId" IS NOT NULL)'],
  ['unused tickets', 'SELECT "ticketNo" FROM box_office.tickets WHERE "usedAt" IS NULL'],
  ['tickets sold last month', `SELECT "ticketNo" FROM box_office.tickets WHERE "soldAt" >= '2026-03-01' AND "soldAt" < '2026-04-01'`],
  ['number of tickets by kind and channel', 'SELECT kind, channel, count(*) FROM box_office.tickets GROUP BY 1, 2'],
  ['ticket revenue per exhibition', `SELECT e.title, sum("pricePence") FROM ${et} GROUP BY 1`, `SELECT e.title, sum("pricePence") / 100 FROM ${et} GROUP BY 1`],
  ['share of tickets sold on the web', `SELECT 100.0 * count(*) FILTER (WHERE channel = 'web') / count(*) FROM box_office.tickets`],
  ['active members', members(`active = 'Y'`)],
  ['inactive members from Leeds', members(`active = 'N' AND city = 'Leeds'`)],
  ['members who never bought a ticket', members('"memberId" NOT IN (SELECT "memberId" FROM box_office.tickets WHERE "memberId" IS NOT NULL)')],
  ['members who bought a ticket but nothing in the shop', members('"memberId" IN (SELECT "memberId" FROM box_office.tickets) AND "memberId" NOT IN (SELECT member_id FROM shop.sales WHERE member_id IS NOT NULL)')],
  ['members without an email', members('email IS NULL')],
  ['members who joined in 2024', members(`"joinedOn" LIKE '2024%'`)],
  ['new members per month this year', `SELECT substr("joinedOn", 1, 7), count(*) FROM box_office.members WHERE "joinedOn" >= '2026-01-01' GROUP BY 1`, `SELECT date_trunc('month', "joinedOn"::DATE), count(*) FROM box_office.members WHERE "joinedOn" >= '2026-01-01' GROUP BY 1`],
  ['members by tier', 'SELECT tier, count(*) FROM box_office.members GROUP BY 1'],
  ['average ticket price for patrons', `SELECT avg("pricePence") FROM ${mt} WHERE tier = 'patron'`],
  ['customers by number of sales', `SELECT m.name, count(*) FROM ${ms} GROUP BY m."memberId", 1`, `SELECT m.name, count(s.sale_id) FROM ${ms.replace('JOIN', 'LEFT JOIN')} GROUP BY m."memberId", 1`],
  ['members by number of tickets', `SELECT m.name, count(*) FROM ${mt} GROUP BY m."memberId", 1`, `SELECT m.name, count(t."ticketNo") FROM ${mt.replace('JOIN', 'LEFT JOIN')} GROUP BY m."memberId", 1`],
  ['items never sold', 'SELECT name FROM shop.items WHERE sku NOT IN (SELECT sku FROM shop.sales)'],
  ['sales amount by currency', 'SELECT currency, sum(amount) FROM shop.sales GROUP BY 1'],
  ['total sales'],
  ['total quantity sold per category', `SELECT category, sum(qty) FROM ${is} GROUP BY 1`],
  ['returned sales of books', `SELECT sale_id FROM ${is} WHERE state = 'returned' AND category = 'books'`],
  ['number of sales of state void', count(`shop.sales WHERE state = 'void'`)],
  ['discontinued items', `SELECT name FROM shop.items WHERE discontinued = 'Y'`],
  ['items by unitprice', 'SELECT name FROM shop.items ORDER BY unit_price', 'SELECT name FROM shop.items ORDER BY unit_price DESC'],
  ['memebrs in York with a sale over 90', `SELECT DISTINCT ON (m."memberId") m.name FROM ${ms} WHERE city = 'York' AND amount > 90`],
  ['best exhibition'],
  ['how many visitors were happy'],
);
