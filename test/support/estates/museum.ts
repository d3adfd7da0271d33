/** Museum: works and who made them, exhibitions and staff, members and their tickets (prices in pence), and what the shop sells in two currencies. */

import { Dice, times } from './estate.js';
import type { ServiceSpec } from './estate.js';

const dice = new Dice(77);
const artists = times(30, (i) => ({ artist_id: i, name: `${['Ada', 'Bruno', 'Clara', 'Dora', 'Egon', 'Franz'][i % 6]!} ${['Moll', 'Nash', 'Orlik', 'Pauer', 'Quist'][i % 5]!}`, nationality: dice.of(['Austrian', 'British', 'Czech', 'Danish', null]), birth_year: 1820 + dice.below(150), death_year: dice.chance(65) ? 1900 + dice.below(110) : null }));
const galleries = times(8, (i) => ({ gallery_id: i, name: ['Long Hall', 'Cabinet', 'Rotunda', 'Attic', 'Print Room', 'Crypt', 'Terrace', 'Vault'][i - 1], floor: [0, 1, 1, 3, 2, -1, 2, -1][i - 1], capacity: 20 + 15 * i }));
const artworks = times(160, (i) => ({ accession_no: `${1900 + (i % 90)}.${i}`, title: `${['Portrait of', 'Study of', 'View of', 'Lament for', 'Still Life with'][dice.below(5)]!} ${['a Miller', 'the Harbour', 'Green Apples', 'a Lady', 'the Bridge'][dice.below(5)]!}`, artist_id: dice.chance(90) ? 1 + dice.below(26) : null, medium: dice.of(['oil', 'bronze', 'etching', 'photograph', 'textile']), year_made: 1840 + dice.below(170), insured_cents: dice.chance(80) ? 10_000 * (5 + dice.below(9_000)) : null, on_view: dice.of(['Y', 'N', 'N']), cond_code: dice.of(['G', 'G', 'F', 'P']), gallery_id: 1 + dice.below(7) }));
const staff = times(25, (i) => ({ id: i, name: `${['Greta', 'Hugo', 'Ines', 'Jonas', 'Karla'][i % 5]!} ${['Adler', 'Bock', 'Cerny', 'Dietz'][i % 4]!} ${i}`, dept: dice.of(['curatorial', 'conservation', 'front of house', 'security']), manager_id: i < 4 ? null : 1 + dice.below(Math.min(8, i - 1)), hired_on: dice.dayBefore(4_000), salary: 24_000 + 500 * dice.below(90) }));
const exhibitions = times(18, (i) => {
  const opens = Date.parse(`${dice.dayBefore(900)}T00:00:00Z`);
  return { id: i, title: `${['Light', 'Water', 'Iron', 'Paper', 'Silence', 'Salt'][i % 6]!} ${String(i)}`, curator_id: 1 + dice.below(9), opens_on: new Date(opens).toISOString().slice(0, 10), closes_on: new Date(opens + (20 + dice.below(150)) * 86_400_000).toISOString().slice(0, 10), budget_eur: dice.chance(85) ? 5_000 * (1 + dice.below(40)) : null };
});
const shown = times(140, (i) => ({ exhibition_id: 1 + (i % 16), accession_no: artworks[(i * 7 + dice.below(3)) % 120]!.accession_no, loan_status: dice.of(['own', 'own', 'lent', 'requested']) }));
const members = times(70, (i) => ({ memberId: i, name: `${['Lena', 'Milo', 'Nora', 'Oskar', 'Petra', 'Ralf'][i % 6]!} ${['Sauer', 'Thal', 'Unger', 'Vogt'][i % 4]!}`, email: dice.chance(85) ? `m${i}@example.org` : null, tier: dice.of(['basic', 'family', 'patron']), city: dice.of(['Bath', 'Leeds', 'York', 'Hull']), joinedOn: dice.dayBefore(1_500), active: dice.of(['Y', 'Y', 'N']) }));
const tickets = times(400, (i) => ({ ticketNo: `T${i}`, memberId: dice.chance(60) ? 1 + dice.below(60) : null, exhibitionId: dice.chance(75) ? 1 + dice.below(15) : null, kind: dice.of(['adult', 'child', 'concession', 'group']), pricePence: 100 * dice.below(25), soldAt: dice.before(500), usedAt: dice.chance(80) ? dice.before(490) : null, channel: dice.of(['web', 'desk', 'app']) }));
const items = times(20, (i) => ({ sku: `K${100 + i}`, name: `${['Green mug', 'Postcard', 'Catalogue', 'Poster', 'Tote bag'][i % 5]!} ${i}`, category: dice.of(['books', 'prints', 'gifts']), unit_price: 2 + dice.below(80) / 2, discontinued: dice.of(['Y', 'N', 'N', 'N']) }));
const sales = times(220, (i) => ({ sale_id: i, sku: `K${101 + dice.below(17)}`, member_id: dice.chance(50) ? 1 + dice.below(65) : null, qty: 1 + dice.below(5), amount: 2 + dice.below(200) / 2, currency: dice.of(['GBP', 'GBP', 'EUR']), state: dice.of(['paid', 'paid', 'paid', 'void', 'returned']), sold_at: dice.before(400) }));

export const museum: readonly ServiceSpec[] = [
  { name: 'holdings', store: 'sqlite', tables: [
    { name: 'artist', key: 'artist_id', columns: { artist_id: 'BIGINT', name: 'VARCHAR', nationality: 'VARCHAR', birth_year: 'BIGINT', death_year: 'BIGINT' }, rows: artists },
    { name: 'gallery', key: 'gallery_id', columns: { gallery_id: 'BIGINT', name: 'VARCHAR', floor: 'BIGINT', capacity: 'BIGINT' }, rows: galleries },
    { name: 'artworks', key: 'accession_no', references: { artist_id: 'artist.artist_id', gallery_id: 'gallery.gallery_id' }, columns: { accession_no: 'VARCHAR', title: 'VARCHAR', artist_id: 'BIGINT', medium: 'VARCHAR', year_made: 'BIGINT', insured_cents: 'BIGINT', on_view: 'VARCHAR', cond_code: 'VARCHAR', gallery_id: 'BIGINT' }, rows: artworks },
  ] },
  { name: 'programme', store: 'duckdb', tables: [
    { name: 'staff', key: 'id', columns: { id: 'BIGINT', name: 'VARCHAR', dept: 'VARCHAR', manager_id: 'BIGINT', hired_on: 'DATE', salary: 'DECIMAL(10,2)' }, rows: staff },
    { name: 'exhibitions', key: 'id', references: { curator_id: 'staff.id' }, columns: { id: 'BIGINT', title: 'VARCHAR', curator_id: 'BIGINT', opens_on: 'DATE', closes_on: 'DATE', budget_eur: 'DECIMAL(12,2)' }, rows: exhibitions },
    { name: 'exhibition_artworks', references: { exhibition_id: 'exhibitions.id' }, columns: { exhibition_id: 'BIGINT', accession_no: 'VARCHAR', loan_status: 'VARCHAR' }, rows: shown },
  ] },
  { name: 'box_office', store: 'ndjson', tables: [
    { name: 'members', columns: { memberId: 'BIGINT', name: 'VARCHAR', email: 'VARCHAR', tier: 'VARCHAR', city: 'VARCHAR', joinedOn: 'VARCHAR', active: 'VARCHAR' }, rows: members },
    { name: 'tickets', columns: { ticketNo: 'VARCHAR', memberId: 'BIGINT', exhibitionId: 'BIGINT', kind: 'VARCHAR', pricePence: 'BIGINT', soldAt: 'TIMESTAMPTZ', usedAt: 'TIMESTAMPTZ', channel: 'VARCHAR' }, rows: tickets },
  ] },
  { name: 'shop', store: 'sqlite', tables: [
    { name: 'items', key: 'sku', columns: { sku: 'VARCHAR', name: 'VARCHAR', category: 'VARCHAR', unit_price: 'DOUBLE', discontinued: 'VARCHAR' }, rows: items },
    { name: 'sales', key: 'sale_id', references: { sku: 'items.sku' }, columns: { sale_id: 'BIGINT', sku: 'VARCHAR', member_id: 'BIGINT', qty: 'BIGINT', amount: 'DOUBLE', currency: 'VARCHAR', state: 'VARCHAR', sold_at: 'VARCHAR' }, rows: sales },
  ] },
];
