/** Payroll: staff and departments, payslips and bonuses, absences as documents, training in SQLite; states in capitals. */

import { Dice, times } from './estate.js';
import type { ServiceSpec } from './estate.js';

const dice = new Dice(37);
const departments = [['FIN', 'Finance', 'Dublin', 900_000], ['ENG', 'Engineering', 'Cork', 2_400_000], ['OPS', 'Operations', 'Galway', 700_000], ['LEG', 'Legal', 'Dublin', 300_000], ['RES', 'Research', 'Cork', 500_000]].map(([code, name, location, budget]) => ({ code, name, location, budget }));
const employees = times(36, (i) => ({
  employee_number: 900 + i, given_name: ['Aoife', 'Brian', 'Ciara', 'Declan', 'Emer', 'Fergus'][i % 6], family_name: ['Byrne', 'Daly', 'Egan', 'Foley', 'Hayes'][i % 5], department_code: dice.of(departments.slice(0, 4)).code, job_title: dice.of(['analyst', 'engineer', 'clerk', 'lead']),
  grade: 1 + dice.below(6), full_time: dice.chance(70), remote: dice.chance(40), hired_on: dice.dayBefore(3000), left_on: dice.chance(20) ? dice.dayBefore(300) : null,
}));
const payslips = times(240, (i) => {
  const gross = 2500 + 100 * dice.below(50);
  return { payslip_id: i, employee_number: 901 + dice.below(34), period: `2026-0${1 + dice.below(4)}-01`, gross, tax: gross * 0.25, net: gross * 0.75, status: dice.of(['PAID', 'PAID', 'PENDING', 'FAILED']), issued_at: dice.before(100) };
});
const bonuses = times(30, (i) => ({ bonus_id: i, employee_number: 901 + dice.below(20), amount: 100 * (1 + dice.below(30)), reason: dice.of(['referral', 'performance', 'retention']), approved: dice.chance(60), awarded_on: dice.dayBefore(360) }));
const absences = times(80, (i) => ({ absenceId: `A${i}`, employeeNumber: String(901 + dice.below(30)), kind: dice.of(['sick', 'holiday', 'parental']), days: 1 + dice.below(12), approved: dice.chance(75), startsOn: dice.dayBefore(365), requestedAt: dice.before(400) }));
const courses = times(7, (i) => ({ course_id: i, title: ['Excel Basics', 'Fire Safety', 'Leadership', 'Python', 'Public Speaking', 'GDPR', 'First Aid'][i - 1], provider: dice.of(['Acme Learning', 'In house']), price: 50 * i, mandatory: i === 2 || i === 6 }));
const enrolments = times(75, (i) => {
  const completed = dice.chance(55);
  return { enrolment_id: i, course_id: 1 + dice.below(6), employee_number: 901 + dice.below(28), completed, score: completed ? 40 + dice.below(61) : null, enrolled_on: dice.dayBefore(500) };
});
const audit = times(120, (i) => ({ entryId: `L${i}`, action: dice.of(['LOGIN', 'EXPORT', 'UPDATE']), actor: dice.of(['system', 'admin', 'auditor']), succeeded: dice.chance(90), loggedAt: dice.before(30) }));

export const payroll: readonly ServiceSpec[] = [
  {
    name: 'staff', store: 'duckdb', tables: [
      { name: 'departments', key: 'code', columns: { code: 'VARCHAR', name: 'VARCHAR', location: 'VARCHAR', budget: 'BIGINT' }, rows: departments },
      { name: 'employees', key: 'employee_number', references: { department_code: 'departments.code' }, columns: { employee_number: 'BIGINT', given_name: 'VARCHAR', family_name: 'VARCHAR', department_code: 'VARCHAR', job_title: 'VARCHAR', grade: 'INTEGER', full_time: 'BOOLEAN', remote: 'BOOLEAN', hired_on: 'DATE', left_on: 'DATE' }, rows: employees },
    ],
  },
  {
    name: 'pay', store: 'duckdb', tables: [
      { name: 'payslips', key: 'payslip_id', columns: { payslip_id: 'BIGINT', employee_number: 'BIGINT', period: 'DATE', gross: 'DECIMAL(10,2)', tax: 'DECIMAL(10,2)', net: 'DECIMAL(10,2)', status: 'VARCHAR', issued_at: 'TIMESTAMPTZ' }, rows: payslips },
      { name: 'bonuses', key: 'bonus_id', columns: { bonus_id: 'BIGINT', employee_number: 'BIGINT', amount: 'DECIMAL(10,2)', reason: 'VARCHAR', approved: 'BOOLEAN', awarded_on: 'DATE' }, rows: bonuses },
    ],
  },
  { name: 'leave', store: 'ndjson', tables: [{ name: 'absences', columns: { absenceId: 'VARCHAR', employeeNumber: 'VARCHAR', kind: 'VARCHAR', days: 'BIGINT', approved: 'BOOLEAN', startsOn: 'DATE', requestedAt: 'TIMESTAMPTZ' }, rows: absences }] },
  {
    name: 'training', store: 'sqlite', tables: [
      { name: 'courses', key: 'course_id', columns: { course_id: 'BIGINT', title: 'VARCHAR', provider: 'VARCHAR', price: 'BIGINT', mandatory: 'BOOLEAN' }, rows: courses },
      { name: 'enrolments', key: 'enrolment_id', references: { course_id: 'courses.course_id' }, columns: { enrolment_id: 'BIGINT', course_id: 'BIGINT', employee_number: 'BIGINT', completed: 'BOOLEAN', score: 'BIGINT', enrolled_on: 'DATE' }, rows: enrolments },
    ],
  },
  { name: 'security', store: 'ndjson', tables: [{ name: 'audit_log', columns: { entryId: 'VARCHAR', action: 'VARCHAR', actor: 'VARCHAR', succeeded: 'BOOLEAN', loggedAt: 'TIMESTAMPTZ' }, rows: audit }] },
];
