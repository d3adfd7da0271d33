/** Airport: airlines and what they fly, passengers and their bookings in two currencies, crew, and the shops of the terminals (totals in cents). */

import { Dice, times } from './estate.js';
import type { ServiceSpec } from './estate.js';

const dice = new Dice(2024);
const iata = ['AX', 'BR', 'CQ', 'DV', 'EZ', 'FW'];
const airlines = iata.map((code, i) => ({ iata_code: code, name: ['Axia', 'Bora Air', 'Condoria', 'Dovetail', 'Ezra Jet', 'Firwing'][i], country: ['Spain', 'Italy', 'Spain', 'Ireland', 'Malta', 'Italy'][i], alliance: [null, 'Sky Ring', 'Sky Ring', 'Uniwing', null, 'Uniwing'][i] }));
const aircraft = times(28, (i) => ({ tail_no: `EC-${String(100 + i)}`, airline_code: dice.of(iata.slice(0, 5)), model: dice.of(['A320', 'A321', 'B737', 'E190', 'ATR 72']), seats: 60 + 6 * dice.below(28), built_year: 1992 + dice.below(32), status: dice.of(['A', 'A', 'A', 'M', 'R']) }));
const gates = times(14, (i) => ({ gate_id: i, gate_no: `${'ABC'[i % 3]!}${i}`, terminal: `T${1 + (i % 3)}`, is_intl: dice.of(['Y', 'N']) }));
const flights = times(260, (i) => {
  const planned = Date.parse(dice.before(200));
  const status = dice.of(['DEP', 'DEP', 'DEP', 'CNX', 'DIV', 'SCH']);
  const plane = aircraft[dice.below(24)]!;
  return { flight_id: 7_000 + i, flight_no: `${plane.airline_code}${100 + dice.below(60)}`, airline_code: plane.airline_code, tail_no: plane.tail_no, origin: dice.of(['MAD', 'LIS', 'FCO', 'DUB', 'MLA']), destination: dice.of(['CDG', 'BER', 'OSL', 'ATH', 'PRG']), scheduled_departure: new Date(planned).toISOString().slice(0, 19), actual_departure: status === 'DEP' || status === 'DIV' ? new Date(planned + dice.below(150) * 60_000).toISOString().slice(0, 19) : null, delay_min: status === 'DEP' ? dice.below(150) : null, gate_id: dice.chance(90) ? 1 + dice.below(12) : null, status_cd: status };
});
const passengers = times(150, (i) => ({ id: i, first_name: dice.of(['Alba', 'Bea', 'Carlo', 'Dana', 'Emil', 'Fina']), last_name: dice.of(['Rossi', 'Vega', 'Walsh', 'Zammit', 'Moya']), country: dice.of(['Spain', 'Italy', 'Ireland', 'Malta', 'France']), dob: `${1945 + dice.below(65)}-0${1 + dice.below(9)}-1${dice.below(10)}`, phone: dice.chance(60) ? `+34 600 ${i}` : null, vip: dice.of(['Y', 'N', 'N', 'N', 'N']) }));
const bookings = times(420, (i) => ({ pnr: `P${i}`, passenger_id: 1 + dice.below(135), flight_id: 7_001 + dice.below(240), cabin: dice.of(['economy', 'economy', 'business', 'first']), fare_amount: 40 + dice.below(1_600) / 2, fare_currency: dice.of(['EUR', 'EUR', 'USD']), state: dice.of(['confirmed', 'confirmed', 'confirmed', 'cancelled', 'no_show']), booked_at: dice.before(330), checked_in: dice.chance(70) }));
const bags = times(380, (i) => ({ bag_tag: `B${i}`, pnr: `P${1 + dice.below(350)}`, weight_kg: 5 + dice.below(540) / 20, lost: dice.chance(8) }));
const employees = times(40, (i) => ({ empId: `E${i}`, fullName: `${['Gia', 'Hal', 'Ivo', 'Jana'][i % 4]!} ${['Conti', 'Duarte', 'Egan', 'Fabri', 'Grech'][i % 5]!}`, role: dice.of(['pilot', 'purser', 'steward', 'dispatcher']), supervisorId: i < 5 ? null : `E${1 + dice.below(6)}`, hiredOn: dice.dayBefore(6_000), base: dice.of(['MAD', 'LIS', 'FCO']) }));
const assignments = times(500, () => ({ empId: `E${1 + dice.below(36)}`, flightId: 7_001 + dice.below(255), duty: dice.of(['captain', 'cabin', 'ground']) }));
const shops = times(11, (i) => ({ shop_id: i, name: ['Corner Bar', 'Duty Free One', 'News Point', 'Green Bowl', 'Gelato', 'Toy Box', 'Lounge Bar', 'Books & Co', 'Pharmacy', 'Souvenirs', 'Sandwich Lab'][i - 1], terminal: `T${1 + (i % 3)}`, category: ['food', 'retail', 'retail', 'food', 'food', 'retail', 'food', 'retail', 'retail', 'retail', 'food'][i - 1], rent_cents: 100_000 + 5_000 * i }));
const receipts = times(500, (i) => ({ receipt_no: i, shop_id: 1 + dice.below(10), total_cents: 150 + dice.below(9_000), paid_at: dice.before(120), method: dice.of(['card', 'cash', 'phone']) }));

export const airport: readonly ServiceSpec[] = [
  { name: 'ops', store: 'duckdb', tables: [
    { name: 'airlines', key: 'iata_code', columns: { iata_code: 'VARCHAR', name: 'VARCHAR', country: 'VARCHAR', alliance: 'VARCHAR' }, rows: airlines },
    { name: 'aircraft', key: 'tail_no', references: { airline_code: 'airlines.iata_code' }, columns: { tail_no: 'VARCHAR', airline_code: 'VARCHAR', model: 'VARCHAR', seats: 'INTEGER', built_year: 'INTEGER', status: 'VARCHAR' }, rows: aircraft },
    { name: 'gates', key: 'gate_id', columns: { gate_id: 'BIGINT', gate_no: 'VARCHAR', terminal: 'VARCHAR', is_intl: 'VARCHAR' }, rows: gates },
    { name: 'flights', key: 'flight_id', references: { airline_code: 'airlines.iata_code', tail_no: 'aircraft.tail_no', gate_id: 'gates.gate_id' }, columns: { flight_id: 'BIGINT', flight_no: 'VARCHAR', airline_code: 'VARCHAR', tail_no: 'VARCHAR', origin: 'VARCHAR', destination: 'VARCHAR', scheduled_departure: 'TIMESTAMP', actual_departure: 'TIMESTAMP', delay_min: 'INTEGER', gate_id: 'BIGINT', status_cd: 'VARCHAR' }, rows: flights },
  ] },
  { name: 'reservations', store: 'sqlite', tables: [
    { name: 'passenger', key: 'id', columns: { id: 'BIGINT', first_name: 'VARCHAR', last_name: 'VARCHAR', country: 'VARCHAR', dob: 'VARCHAR', phone: 'VARCHAR', vip: 'VARCHAR' }, rows: passengers },
    { name: 'booking', key: 'pnr', references: { passenger_id: 'passenger.id' }, columns: { pnr: 'VARCHAR', passenger_id: 'BIGINT', flight_id: 'BIGINT', cabin: 'VARCHAR', fare_amount: 'DOUBLE', fare_currency: 'VARCHAR', state: 'VARCHAR', booked_at: 'VARCHAR', checked_in: 'BOOLEAN' }, rows: bookings },
    { name: 'bag', key: 'bag_tag', references: { pnr: 'booking.pnr' }, columns: { bag_tag: 'VARCHAR', pnr: 'VARCHAR', weight_kg: 'DOUBLE', lost: 'BOOLEAN' }, rows: bags },
  ] },
  { name: 'crew', store: 'ndjson', tables: [
    { name: 'employees', columns: { empId: 'VARCHAR', fullName: 'VARCHAR', role: 'VARCHAR', supervisorId: 'VARCHAR', hiredOn: 'VARCHAR', base: 'VARCHAR' }, rows: employees },
    { name: 'assignments', columns: { empId: 'VARCHAR', flightId: 'BIGINT', duty: 'VARCHAR' }, rows: assignments },
  ] },
  { name: 'concessions', store: 'ndjson', tables: [
    { name: 'shops', columns: { shop_id: 'BIGINT', name: 'VARCHAR', terminal: 'VARCHAR', category: 'VARCHAR', rent_cents: 'BIGINT' }, rows: shops },
    { name: 'receipts', columns: { receipt_no: 'BIGINT', shop_id: 'BIGINT', total_cents: 'BIGINT', paid_at: 'TIMESTAMPTZ', method: 'VARCHAR' }, rows: receipts },
  ] },
];
