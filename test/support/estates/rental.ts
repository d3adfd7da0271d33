/** Car rental: singular names, text keys (a vin, codes), payments and vehicle events as documents with a payload. */

import { Dice, times } from './estate.js';
import type { ServiceSpec } from './estate.js';

const dice = new Dice(23);
const branches = [['LHR', 'Heathrow', 'London', 'UK'], ['MAN', 'Ringway', 'Manchester', 'UK'], ['CDG', 'Roissy', 'Paris', 'France'], ['NCE', 'Riviera', 'Nice', 'France'], ['FCO', 'Fiumicino', 'Rome', 'Italy'], ['LIN', 'Linate', 'Milan', 'Italy']].map(([code, name, city, country]) => ({ code, name, city, country }));
const vehicles = times(30, (i) => ({
  vin: `VX${1000 + 7 * i}`, plate: `AB${10 + i} XYZ`, make: ['Volvo', 'Fiat', 'Toyota', 'Renault'][i % 4], model: ['XC40', 'Panda', 'Corolla', 'Clio'][i % 4], category: dice.of(['compact', 'suv', 'van']), daily_rate: 30 + 5 * dice.below(20),
  mileage: 1000 * dice.below(120), electric: dice.chance(30), branch_code: dice.of(branches.slice(0, 5)).code, retired_on: dice.chance(15) ? dice.dayBefore(300) : null,
}));
const customers = times(25, (i) => ({
  id: `C${String(i).padStart(3, '0')}`, full_name: `${['Amy', 'Bob', 'Cy', 'Dora', 'Eli'][i % 5]} ${['Stone', 'Wood', 'Field', 'Lake'][i % 4]}${i}`, email: `c${i}@mail.test`, country: dice.of(['UK', 'France', 'Italy', 'Spain']), tier: dice.of(['gold', 'silver', 'basic']),
  blocked: dice.chance(20), joined_at: i <= 4 ? dice.before(3) : dice.before(900),
}));
const rentals = times(150, (i) => {
  const picked = dice.before(380);
  const state = dice.of(['closed', 'closed', 'closed', 'open', 'cancelled']);
  return { rental_no: 5000 + i, vin: `VX${1000 + 7 * (1 + dice.below(26))}`, customer_ref: `C${String(1 + dice.below(21)).padStart(3, '0')}`, pickup_branch: dice.of(branches.slice(0, 5)).code, state, total_price: 60 + 10 * dice.below(60), picked_up_at: picked.slice(0, 19), returned_at: state === 'closed' ? new Date(Date.parse(picked) + 86_400_000 * (1 + dice.below(9))).toISOString().slice(0, 19) : null };
});
const payments = times(170, (i) => ({ paymentId: `P-${i}`, rentalNo: 5001 + dice.below(140), amount: 20 + 5 * dice.below(100), method: dice.of(['card', 'cash', 'transfer']), succeeded: dice.chance(82), paidAt: dice.before(380) }));
const refunds = times(18, (i) => ({ refundId: `F-${i}`, paymentId: `P-${1 + dice.below(170)}`, amount: 10 + dice.below(50), reason: dice.of(['late car', 'damage dispute', 'overcharge']), issuedAt: dice.before(200) }));
const jobs = times(48, (i) => {
  const opened = dice.dayBefore(500);
  return { job_id: i, vin: `VX${1000 + 7 * (1 + dice.below(24))}`, kind: dice.of(['repair', 'inspection', 'tyres']), cost: 50 + 25 * dice.below(40), urgent: dice.chance(30), opened_on: opened, closed_on: dice.chance(25) ? null : opened };
});
const mechanics = times(5, (i) => ({ mechanic_id: i, name: ['Otto', 'Pia', 'Quin', 'Rosa', 'Sven'][i - 1], hourly_rate: 20 + 2 * i, certified: i % 2 === 0 }));
const events = times(140, (i) => ({ eventId: `E${i}`, eventType: dice.of(['VehicleMoved', 'VehicleLocked', 'EngineFault']), occurredAt: dice.before(60), vin: `VX${1000 + 7 * (1 + dice.below(30))}`, payload: { speed: dice.below(130), battery: dice.below(100) } }));

export const rental: readonly ServiceSpec[] = [
  {
    name: 'fleet', store: 'duckdb', tables: [
      { name: 'branch', key: 'code', columns: { code: 'VARCHAR', name: 'VARCHAR', city: 'VARCHAR', country: 'VARCHAR' }, rows: branches },
      { name: 'vehicle', key: 'vin', references: { branch_code: 'branch.code' }, columns: { vin: 'VARCHAR', plate: 'VARCHAR', make: 'VARCHAR', model: 'VARCHAR', category: 'VARCHAR', daily_rate: 'DECIMAL(8,2)', mileage: 'BIGINT', electric: 'BOOLEAN', branch_code: 'VARCHAR', retired_on: 'DATE' }, rows: vehicles },
    ],
  },
  {
    name: 'bookings', store: 'duckdb', tables: [
      { name: 'customer', key: 'id', columns: { id: 'VARCHAR', full_name: 'VARCHAR', email: 'VARCHAR', country: 'VARCHAR', tier: 'VARCHAR', blocked: 'BOOLEAN', joined_at: 'TIMESTAMPTZ' }, rows: customers },
      { name: 'rental', key: 'rental_no', references: { customer_ref: 'customer.id' }, columns: { rental_no: 'BIGINT', vin: 'VARCHAR', customer_ref: 'VARCHAR', pickup_branch: 'VARCHAR', state: 'VARCHAR', total_price: 'DECIMAL(10,2)', picked_up_at: 'TIMESTAMP', returned_at: 'TIMESTAMP' }, rows: rentals },
    ],
  },
  {
    name: 'payments', store: 'ndjson', tables: [
      { name: 'payment', columns: { paymentId: 'VARCHAR', rentalNo: 'BIGINT', amount: 'BIGINT', method: 'VARCHAR', succeeded: 'BOOLEAN', paidAt: 'TIMESTAMPTZ' }, rows: payments },
      { name: 'refund', columns: { refundId: 'VARCHAR', paymentId: 'VARCHAR', amount: 'BIGINT', reason: 'VARCHAR', issuedAt: 'TIMESTAMPTZ' }, rows: refunds },
    ],
  },
  {
    name: 'workshop', store: 'sqlite', tables: [
      { name: 'mechanic', key: 'mechanic_id', columns: { mechanic_id: 'BIGINT', name: 'VARCHAR', hourly_rate: 'BIGINT', certified: 'BOOLEAN' }, rows: mechanics },
      { name: 'job', key: 'job_id', columns: { job_id: 'BIGINT', vin: 'VARCHAR', kind: 'VARCHAR', cost: 'DOUBLE', urgent: 'BOOLEAN', opened_on: 'DATE', closed_on: 'DATE' }, rows: jobs },
    ],
  },
  { name: 'telematics', store: 'ndjson', tables: [{ name: 'vehicle_events', columns: { eventId: 'VARCHAR', eventType: 'VARCHAR', occurredAt: 'TIMESTAMPTZ', vin: 'VARCHAR', payload: 'STRUCT(speed BIGINT, battery BIGINT)' }, rows: events }] },
];
