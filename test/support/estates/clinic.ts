/** A clinic: reception and insurance in snake_case with declared keys, a pharmacy in SQLite, a laboratory and messages as documents. */

import { Dice, times } from './estate.js';
import type { ServiceSpec } from './estate.js';

const dice = new Dice(11);
const first = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve', 'Finn', 'Gwen', 'Hugo', 'Iris', 'Jack'];
const last = ['Abbot', 'Brook', 'Cole', 'Drake', 'Evans', 'Frost', 'Grant'];
const cities = ['Leeds', 'York', 'Hull', 'Bradford'];

const insurers = [['Aviva', 'UK', 4.1], ['Bupa', 'UK', 4.6], ['Vitality', 'UK', 3.9], ['Allianz', 'Germany', 4.4], ['Cigna', 'USA', 3.2]].map(([name, country, rating], i) => ({ id: i + 1, name, country, rating }));
const doctors = times(8, (i) => ({
  id: i, full_name: `Dr ${['Adams', 'Baker', 'Clark', 'Davis', 'Ellis', 'Ford', 'Green', 'Hill'][i - 1]}`, specialty: ['cardiology', 'dermatology', 'general practice', 'paediatrics'][i % 4],
  hired_on: dice.dayBefore(4000), salary: 70_000 + 1500 * dice.below(30),
}));
const patients = times(40, (i) => ({
  id: i, first_name: first[i % 10], last_name: last[i % 7], city: dice.of(cities), born_on: `${1940 + dice.below(80)}-0${1 + dice.below(9)}-1${dice.below(9)}`, sex: dice.of(['f', 'm']),
  insurer_id: dice.chance(30) ? null : 1 + dice.below(4), registered_at: i <= 3 ? dice.before(2) : dice.before(700), newsletter: dice.chance(45),
}));
const visits = times(160, (i) => ({
  id: i, patient_id: 1 + dice.below(35), doctor_id: 1 + dice.below(7), status: dice.of(['booked', 'done', 'done', 'done', 'cancelled', 'no_show']), fee: 40 + 5 * dice.below(30) + 0.5,
  starts_at: dice.before(400), room: dice.chance(20) ? null : 1 + dice.below(6),
}));
const drugs = times(14, (i) => ({
  id: i, name: ['Amoxil', 'Brufen', 'Codipar', 'Dalacin', 'Epilim', 'Fucidin', 'Gaviscon', 'Humalog', 'Imodium', 'Januvia', 'Ketoral', 'Lipitor', 'Motilium', 'Nurofen'][i - 1],
  form: ['tablet', 'syrup', 'injection'][i % 3], unit_price: 2.5 + dice.below(40), controlled: dice.chance(30),
}));
const prescriptions = times(90, (i) => ({ id: i, visit_id: 1 + dice.below(160), drug_id: 1 + dice.below(11), quantity: 1 + dice.below(5), refilled: dice.chance(35), issued_on: dice.dayBefore(400) }));
const claims = times(70, (i) => {
  const status = dice.of(['paid', 'paid', 'rejected', 'pending']);
  const submitted = dice.before(300).slice(0, 19);
  return { id: i, visit_id: 1 + dice.below(160), insurer_id: 1 + dice.below(4), amount: 30 + 2.5 * dice.below(60), status, submitted_at: submitted, paid_at: status === 'paid' ? submitted : null };
});
const results = times(120, (i) => ({
  resultId: `R${i}`, patientId: String(1 + dice.below(30)), test: dice.of(['glucose', 'cholesterol', 'iron', 'thyroid']), value: 1 + dice.below(900) / 10, abnormal: dice.chance(25),
  takenAt: dice.before(365), sample: { kind: dice.of(['blood', 'urine']), volumeMl: 1 + dice.below(20) },
}));
const reminders = times(100, (i) => ({ reminderId: `M${i}`, patientId: String(1 + dice.below(38)), channel: dice.of(['sms', 'email', 'post']), status: dice.of(['sent', 'sent', 'failed']), opened: dice.chance(50), sentAt: dice.before(i <= 20 ? 3 : 90) }));
const health = times(300, (i) => ({ service: ['reception', 'pharmacy', 'lab'][i % 3], minute: new Date(Date.parse('2026-04-15T11:00:00Z') - 60_000 * Math.floor(i / 3)).toISOString(), requests: 20 + dice.below(200), errorRate: dice.below(100) / 1000, healthy: dice.chance(90) }));

export const clinic: readonly ServiceSpec[] = [
  {
    name: 'insurance', store: 'duckdb', tables: [
      { name: 'insurers', key: 'id', columns: { id: 'BIGINT', name: 'VARCHAR', country: 'VARCHAR', rating: 'DOUBLE' }, rows: insurers },
      { name: 'claims', key: 'id', references: { insurer_id: 'insurers.id' }, columns: { id: 'BIGINT', visit_id: 'BIGINT', insurer_id: 'BIGINT', amount: 'DECIMAL(8,2)', status: 'VARCHAR', submitted_at: 'TIMESTAMP', paid_at: 'TIMESTAMP' }, rows: claims },
    ],
  },
  {
    name: 'reception', store: 'duckdb', tables: [
      { name: 'patients', key: 'id', columns: { id: 'BIGINT', first_name: 'VARCHAR', last_name: 'VARCHAR', city: 'VARCHAR', born_on: 'DATE', sex: 'VARCHAR', insurer_id: 'BIGINT', registered_at: 'TIMESTAMPTZ', newsletter: 'BOOLEAN' }, rows: patients },
      { name: 'doctors', key: 'id', columns: { id: 'BIGINT', full_name: 'VARCHAR', specialty: 'VARCHAR', hired_on: 'DATE', salary: 'DECIMAL(10,2)' }, rows: doctors },
      { name: 'visits', key: 'id', references: { patient_id: 'patients.id', doctor_id: 'doctors.id' }, columns: { id: 'BIGINT', patient_id: 'BIGINT', doctor_id: 'BIGINT', status: 'VARCHAR', fee: 'DECIMAL(8,2)', starts_at: 'TIMESTAMPTZ', room: 'INTEGER' }, rows: visits },
    ],
  },
  {
    name: 'pharmacy', store: 'sqlite', tables: [
      { name: 'drugs', key: 'id', columns: { id: 'BIGINT', name: 'VARCHAR', form: 'VARCHAR', unit_price: 'DOUBLE', controlled: 'BOOLEAN' }, rows: drugs },
      { name: 'prescriptions', key: 'id', references: { drug_id: 'drugs.id' }, columns: { id: 'BIGINT', visit_id: 'BIGINT', drug_id: 'BIGINT', quantity: 'BIGINT', refilled: 'BOOLEAN', issued_on: 'DATE' }, rows: prescriptions },
    ],
  },
  { name: 'lab', store: 'ndjson', tables: [{ name: 'results', columns: { resultId: 'VARCHAR', patientId: 'VARCHAR', test: 'VARCHAR', value: 'DOUBLE', abnormal: 'BOOLEAN', takenAt: 'TIMESTAMPTZ', sample: 'STRUCT(kind VARCHAR, volumeMl BIGINT)' }, rows: results }] },
  { name: 'messaging', store: 'ndjson', tables: [{ name: 'reminders', columns: { reminderId: 'VARCHAR', patientId: 'VARCHAR', channel: 'VARCHAR', status: 'VARCHAR', opened: 'BOOLEAN', sentAt: 'TIMESTAMPTZ' }, rows: reminders }] },
  { name: 'ops', store: 'ndjson', tables: [{ name: 'service_health', columns: { service: 'VARCHAR', minute: 'TIMESTAMPTZ', requests: 'BIGINT', errorRate: 'DOUBLE', healthy: 'BOOLEAN' }, rows: health }] },
];
