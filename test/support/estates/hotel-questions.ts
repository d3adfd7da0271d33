import { list, most } from './questions.js';

const gs = 'frontdesk.guests g JOIN frontdesk.stays s ON s.guest_id = g.guest_id';
const sp = 'frontdesk.stays s JOIN billing.payments p ON p."stayId" = s.stay_id';
const gp = `frontdesk.guests g JOIN ${sp.replace('stays s', 'stays s ON s.guest_id = g.guest_id')}`;
const guests = (where: string) => `SELECT first_name, last_name FROM frontdesk.guests WHERE ${where}`;
const stays = (where: string) => `SELECT stay_id FROM frontdesk.stays WHERE ${where}`;
const tasks = (where: string) => `SELECT "taskId" FROM housekeeping.tasks WHERE ${where}`;
const lateTasks = `("doneAt" > "dueAt" OR ("doneAt" IS NULL AND "dueAt" < TIMESTAMPTZ '2026-04-15 12:00:00+00'))`;
const nights = 'CAST(left_on AS DATE) - CAST(arrived_on AS DATE)';
const ofEach = (group: string, columns: string, from: string, by: string) => `SELECT ${columns} FROM ${from} QUALIFY rank() OVER (PARTITION BY ${group} ORDER BY ${by}) = 1`;

/** Every fourth is asked in many variants. */
export const hotelQuestions = list(
  ['guests created last month', guests("created_on >= '2026-03-01' AND created_on < '2026-04-01'")],
  ['guests who arrived last week', guests("guest_id IN (SELECT guest_id FROM frontdesk.stays WHERE arrived_on BETWEEN '2026-04-06' AND '2026-04-12')")],
  ['stays in the last 30 days', stays("arrived_on >= '2026-03-16' AND arrived_on <= '2026-04-15'")],
  ['how many stays arrived this month', `SELECT count(*) FROM frontdesk.stays WHERE arrived_on LIKE '2026-04-%'`],
  ['stays per month', `SELECT date_trunc('month', CAST(arrived_on AS DATE)), count(*) FROM frontdesk.stays GROUP BY 1`],
  ['number of arrivals per month', `SELECT date_trunc('month', CAST(arrived_on AS DATE)), count(*) FROM frontdesk.stays GROUP BY 1`],
  ['stays that arrived in March', stays("arrived_on LIKE '2026-03-%'")],
  ['guests born before 1990', guests('year(CAST(birth_date AS DATE)) < 1990')],
  ['guests born after 1990', guests('year(CAST(birth_date AS DATE)) > 1990')],
  ['how many guests were born between 1980 and 1990', 'SELECT count(*) FROM frontdesk.guests WHERE year(CAST(birth_date AS DATE)) BETWEEN 1980 AND 1990'],
  ['stays that have not left', stays('left_on IS NULL')],
  ['open stays', stays('left_on IS NULL')],
  ['rooms on the second floor', 'SELECT room_no FROM frontdesk.rooms WHERE floor = 2'],
  ['how many rooms are on the 3rd floor', 'SELECT count(*) FROM frontdesk.rooms WHERE floor = 3'],
  ['guests with more than twenty five stays', `SELECT g.guest_id FROM ${gs} GROUP BY 1 HAVING count(*) > 25`],
  ['payments over five hundred and fifty', 'SELECT "paymentId" FROM billing.payments WHERE amount."value" > 550'],
  ['payments over two hundred', 'SELECT "paymentId" FROM billing.payments WHERE amount."value" > 200'],
  ['average payment amount', 'SELECT avg(amount."value") FROM billing.payments'],
  ['average payment amount per guest country', `SELECT country, avg(amount."value") FROM ${gp} GROUP BY country`],
  ['total payment amount per method', 'SELECT method, sum(amount."value") FROM billing.payments GROUP BY method'],
  ['share of payment amount per method', 'SELECT method, 100.0 * sum(amount."value") / (SELECT sum(amount."value") FROM billing.payments) FROM billing.payments GROUP BY method'],
  ['share of failed payments', `SELECT 100.0 * count(*) FILTER (WHERE status = 'failed') / count(*) FROM billing.payments`],
  // Whether failed and refunded payments count is not said.
  ['revenue by country'],
  ['biggest guests'],
  ['average number of stays per guest', 'SELECT (SELECT count(*) FROM frontdesk.stays) / (SELECT count(*) FROM frontdesk.guests)'],
  ['ratio of failed payments to stays', `SELECT (SELECT count(*) FROM billing.payments WHERE status = 'failed') / (SELECT count(*) FROM frontdesk.stays)`],
  ['payments per stay', `SELECT s.stay_id, count(*) FROM ${sp} GROUP BY 1`],
  ['average stay length', `SELECT avg(${nights}) FROM frontdesk.stays`],
  ['how long did stays last', `SELECT avg(${nights}), min(${nights}), max(${nights}) FROM frontdesk.stays`],
  ['average duration of cancelled stays per floor', `SELECT floor, avg(${nights}) FROM frontdesk.stays s JOIN frontdesk.rooms r ON r.room_no = s.room_no WHERE status = 'cancelled' GROUP BY floor`],
  ['average time between due and done tasks', 'SELECT avg(epoch("doneAt") - epoch("dueAt")) / 3600 FROM housekeeping.tasks'],
  ['average time between stay and review', `SELECT avg(CAST("postedAt" AS DATE) - CAST(arrived_on AS DATE)) FROM feedback.reviews r JOIN frontdesk.stays s ON s.stay_id = r."stayId"`],
  ['latest payment of each guest', ofEach('g.guest_id', 'first_name, last_name, "paymentId"', gp, '"paidAt" DESC')],
  ['first stay of each guest', ofEach('g.guest_id', 'first_name, last_name, stay_id', gs, 'arrived_on')],
  ['latest payment per method', ofEach('method', 'method, "paymentId"', 'billing.payments', '"paidAt" DESC')],
  ['highest payment of each guest', ofEach('g.guest_id', 'first_name, last_name, "paymentId"', gp, 'amount."value" DESC')],
  ['failed payments with the guest name', `SELECT "paymentId", first_name, last_name FROM ${gp} WHERE p.status = 'failed'`],
  ['guest name and stars for every review', 'SELECT first_name, last_name, stars FROM feedback.reviews r JOIN frontdesk.guests g ON g.guest_id = r."guestId"'],
  ['stays with their room and guest', `SELECT stay_id, room_no, first_name, last_name FROM ${gs}`],
  ['late tasks', tasks(lateTasks)],
  ['late tasks per staff', `SELECT staff, count(*) FROM housekeeping.tasks WHERE ${lateTasks} GROUP BY staff`],
  ['how many tasks are overdue', `SELECT count(*) FROM housekeeping.tasks WHERE "doneAt" IS NULL AND "dueAt" < TIMESTAMPTZ '2026-04-15 12:00:00+00'`],
  ['which tasks are still open', tasks('"doneAt" IS NULL')],
  ['recent stays', stays("arrived_on >= '2026-03-16'")],
  ['recent reviews with 5 stars', `SELECT "reviewId" FROM feedback.reviews WHERE stars = 5 AND "postedAt" >= TIMESTAMPTZ '2026-03-16 00:00:00+00'`],
  ['late payments'],
  ['open rooms'],
  ['guests with a stay but without a review', guests('guest_id IN (SELECT guest_id FROM frontdesk.stays) AND guest_id NOT IN (SELECT "guestId" FROM feedback.reviews)')],
  ['guests from Norway but not vip', guests("country = 'Norway' AND NOT vip")],
  ['rooms with a repair but no cleaning', `SELECT room_no FROM frontdesk.rooms WHERE room_no IN (SELECT "roomNo" FROM housekeeping.tasks WHERE kind = 'repair') AND room_no NOT IN (SELECT "roomNo" FROM housekeeping.tasks WHERE kind = 'cleaning')`],
  ['guests who paid by card but never by cash', guests(`guest_id IN (SELECT guest_id FROM ${sp} WHERE method = 'card') AND guest_id NOT IN (SELECT guest_id FROM ${sp} WHERE method = 'cash')`)],
  ['rooms with a repair and a cleaning', `SELECT room_no FROM frontdesk.rooms WHERE room_no IN (SELECT "roomNo" FROM housekeeping.tasks WHERE kind = 'repair') AND room_no IN (SELECT "roomNo" FROM housekeeping.tasks WHERE kind = 'cleaning')`],
  ['average nightly price of rooms with a balcony', 'SELECT avg(nightly_price) FROM frontdesk.rooms r JOIN frontdesk.room_types t ON t.type_code = r.type_code WHERE has_balcony'],
  ['which room type has the most stays', most('title', 'frontdesk.room_types t JOIN frontdesk.rooms r ON r.type_code = t.type_code JOIN frontdesk.stays s ON s.room_no = r.room_no', 't.type_code, title')],
  ['average stars per room type', 'SELECT title, avg(stars) FROM feedback.reviews v JOIN frontdesk.stays s ON s.stay_id = v."stayId" JOIN frontdesk.rooms r ON r.room_no = s.room_no JOIN frontdesk.room_types t ON t.type_code = r.type_code GROUP BY title'],
  ['vip guests with failed payments', guests(`vip AND guest_id IN (SELECT guest_id FROM ${sp} WHERE p.status = 'failed')`)],
  ['number of stays per floor', 'SELECT floor, count(*) FROM frontdesk.stays s JOIN frontdesk.rooms r ON r.room_no = s.room_no GROUP BY floor'],
  ['stays that were cancelled but paid', `SELECT DISTINCT stay_id FROM ${sp} WHERE s.status = 'cancelled'`],
  ['second most expensive room type'],
  ['which guest has the most'],
  ['which guest spent the most'],
  ['which guest has the most stays', most('first_name, last_name', 'frontdesk.guests g JOIN frontdesk.stays s ON s.guest_id = g.guest_id', 'g.guest_id, first_name, last_name')],
  ['guests with a helicopter'],
  ['average mood of the guests'],
).map((asked, i) => ({ ...asked, unseen: i % 4 !== 0 }));
