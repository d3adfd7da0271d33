/** Hotel: dates kept as text in SQLite, names in two parts, amounts nested with their currency, tasks with due and done times. */

import { Dice, times } from './estate.js';
import type { ServiceSpec } from './estate.js';

const dice = new Dice(91);
const countries = ['Austria', 'Italy', 'Norway', 'Peru'];
const guests = times(40, (i) => ({ guest_id: i, first_name: ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve'][i % 5], last_name: ['Ito', 'Jung', 'Kaya', 'Lund'][i % 4]!.concat(String(i)), email: `g${i}@mail.test`, country: dice.of(countries), vip: dice.chance(25), birth_date: dice.dayBefore(20000), created_on: dice.dayBefore(600) }));
const kinds = times(4, (i) => ({ type_code: ['SGL', 'DBL', 'STE', 'FAM'][i - 1]!, title: ['Single', 'Double', 'Suite', 'Family'][i - 1], nightly_price: 60 + 40 * i }));
const rooms = times(20, (i) => ({ room_no: 100 * (1 + (i % 3)) + i, floor: 1 + (i % 3), type_code: dice.of(kinds).type_code, has_balcony: dice.chance(40) }));
const stays = times(160, (i) => { const from = dice.dayBefore(400); const nights = 1 + dice.below(9); const open = dice.chance(10); return { stay_id: 7000 + i, guest_id: 1 + dice.below(34), room_no: dice.of(rooms).room_no, arrived_on: from, left_on: open ? null : new Date(Date.parse(from) + nights * 86400000).toISOString().slice(0, 10), adults: 1 + dice.below(3), status: dice.of(['completed', 'completed', 'cancelled', 'no_show']) }; });
const reviews = times(90, (i) => ({ reviewId: `R${i}`, guestId: 1 + dice.below(36), stayId: 7001 + dice.below(150), stars: 1 + dice.below(5), comment: `text ${i}`, language: dice.of(['en', 'de', 'it']), postedAt: dice.before(390) }));
const payments = times(180, (i) => ({ paymentId: `P${i}`, stayId: 7001 + dice.below(150), amount: { value: 40 + dice.below(600), currency: dice.of(['EUR', 'USD']) }, method: dice.of(['card', 'cash', 'voucher']), status: dice.of(['captured', 'captured', 'failed', 'refunded']), paidAt: dice.before(390) }));
const tasks = times(70, (i) => ({ taskId: i, roomNo: dice.of(rooms).room_no, kind: dice.of(['cleaning', 'repair', 'inspection']), minutes: 10 + dice.below(100), dueAt: dice.before(100), doneAt: dice.chance(20) ? null : dice.before(90), staff: dice.of(['Mia', 'Noa', 'Oli']) }));
export const hotel: readonly ServiceSpec[] = [
  { name: 'frontdesk', store: 'sqlite', tables: [
    { name: 'guests', key: 'guest_id', columns: { guest_id: 'BIGINT', first_name: 'VARCHAR', last_name: 'VARCHAR', email: 'VARCHAR', country: 'VARCHAR', vip: 'BOOLEAN', birth_date: 'VARCHAR', created_on: 'VARCHAR' }, rows: guests },
    { name: 'room_types', key: 'type_code', columns: { type_code: 'VARCHAR', title: 'VARCHAR', nightly_price: 'DOUBLE' }, rows: kinds },
    { name: 'rooms', key: 'room_no', references: { type_code: 'room_types.type_code' }, columns: { room_no: 'BIGINT', floor: 'BIGINT', type_code: 'VARCHAR', has_balcony: 'BOOLEAN' }, rows: rooms },
    { name: 'stays', key: 'stay_id', references: { guest_id: 'guests.guest_id', room_no: 'rooms.room_no' }, columns: { stay_id: 'BIGINT', guest_id: 'BIGINT', room_no: 'BIGINT', arrived_on: 'VARCHAR', left_on: 'VARCHAR', adults: 'BIGINT', status: 'VARCHAR' }, rows: stays },
  ] },
  { name: 'feedback', store: 'ndjson', tables: [{ name: 'reviews', columns: { reviewId: 'VARCHAR', guestId: 'BIGINT', stayId: 'BIGINT', stars: 'BIGINT', comment: 'VARCHAR', language: 'VARCHAR', postedAt: 'TIMESTAMPTZ' }, rows: reviews }] },
  { name: 'billing', store: 'ndjson', tables: [{ name: 'payments', columns: { paymentId: 'VARCHAR', stayId: 'BIGINT', amount: 'STRUCT("value" BIGINT, currency VARCHAR)', method: 'VARCHAR', status: 'VARCHAR', paidAt: 'TIMESTAMPTZ' }, rows: payments }] },
  { name: 'housekeeping', store: 'ndjson', tables: [{ name: 'tasks', columns: { taskId: 'BIGINT', roomNo: 'BIGINT', kind: 'VARCHAR', minutes: 'BIGINT', dueAt: 'TIMESTAMPTZ', doneAt: 'TIMESTAMPTZ', staff: 'VARCHAR' }, rows: tasks }] },
];
