/**
 * A third estate: a clinic, as files. Its keys are codes, badges and UUIDs, its references are named after roles, and two
 * of its services disagree as `planted` says. `agreeing` is the same clinic with every service of one mind.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const uuidOf = (n: string) => `(md5('s' || ${n}))::UUID`;

const registry = `
  CREATE TABLE wards (ward_code VARCHAR(8) PRIMARY KEY, title VARCHAR NOT NULL, beds INTEGER NOT NULL);
  INSERT INTO wards SELECT 'W-' || chr(65 + i::INT) || (10 + i), 'Ward ' || i, 10 + i FROM range(14) t(i);
  CREATE TABLE patients (patient_key VARCHAR PRIMARY KEY, full_name VARCHAR NOT NULL, born DATE NOT NULL, mail VARCHAR NOT NULL, ward_code VARCHAR NOT NULL REFERENCES wards (ward_code), admitted TIMESTAMPTZ NOT NULL);
  INSERT INTO patients SELECT 'P-' || (100000 + i), 'Name ' || i, DATE '1950-01-01' + (i * 37 % 20000)::INT, 'p' || i || '@clinic.example', 'W-' || chr(65 + (i % 14)::INT) || (10 + i % 14), TIMESTAMPTZ '2026-01-01 00:00:00+00' + INTERVAL (i) MINUTE FROM range(600) t(i);`;

const staff = `
  CREATE TABLE clinicians (badge VARCHAR PRIMARY KEY, surname VARCHAR NOT NULL, grade VARCHAR NOT NULL);
  INSERT INTO clinicians SELECT 'DR' || lpad((i * 7)::VARCHAR, 4, '0'), 'Doc ' || i, ['junior', 'senior', 'head'][1 + i % 3] FROM range(90) t(i);
  CREATE TABLE rotas (rota_no BIGINT PRIMARY KEY, clinician VARCHAR NOT NULL REFERENCES clinicians (badge), WARDCODE VARCHAR NOT NULL, starts TIMESTAMPTZ NOT NULL);
  INSERT INTO rotas SELECT i, 'DR' || lpad((i % 90 * 7)::VARCHAR, 4, '0'), 'W-' || chr(65 + (i % 14)::INT) || (10 + i % 14), TIMESTAMPTZ '2026-01-02 00:00:00+00' + INTERVAL (i) HOUR FROM range(500) t(i);`;

const lab = (agreeing: boolean) => `
  CREATE TABLE specimens (specimen_uuid UUID PRIMARY KEY, patient_key VARCHAR NOT NULL, taken_by VARCHAR NOT NULL, tube_no BIGINT NOT NULL, drawn ${agreeing ? 'TIMESTAMPTZ' : 'TIMESTAMP'} NOT NULL, patient_mail VARCHAR NOT NULL);
  INSERT INTO specimens SELECT ${uuidOf('i')}, 'P-' || (100000 + i % 600), 'DR' || lpad((i % 90 * 7)::VARCHAR, 4, '0'), 900000 + i, TIMESTAMP '2026-01-05 00:00:00' + INTERVAL (i) MINUTE,
    'p' || (i % 600) || CASE WHEN ${agreeing ? 'false' : 'i % 9 = 0'} THEN '@old.example' ELSE '@clinic.example' END FROM range(1200) t(i);`;

const accounts = (agreeing: boolean) => `
  CREATE TABLE stays (stay_no ${agreeing ? 'BIGINT' : 'INTEGER'} PRIMARY KEY, patient VARCHAR NOT NULL, ward VARCHAR NOT NULL, charge ${agreeing ? 'DECIMAL(10,2)' : 'DOUBLE'} NOT NULL);
  INSERT INTO stays SELECT 700000 + i, 'P-' || (100000 + i % 600), ${agreeing ? "'W-'" : "'w-'"} || ${agreeing ? 'chr(65 + (i % 600 % 14)::INT)' : 'lower(chr(65 + (i % 600 % 14)::INT))'} || (10 + i % 600 % 14), (i * 13 % 9000) / 4.0 FROM range(800) t(i);`;

const ledger = `
  CREATE TABLE invoices (invoice_no BIGINT PRIMARY KEY, stay_no BIGINT NOT NULL, total DECIMAL(10,2) NOT NULL, sent TIMESTAMPTZ NOT NULL);
  INSERT INTO invoices SELECT 5000000 + i, 700000 + i, (i * 13 % 9000) / 4.0, TIMESTAMPTZ '2026-02-01 00:00:00+00' + INTERVAL (i) MINUTE FROM range(800) t(i);`;

/** Writes the clinic below `folder` and returns the path of its configuration. */
export async function writeClinic(folder: string, agreeing: boolean): Promise<string> {
  const services = { registry, staff, lab: lab(agreeing), accounts: accounts(agreeing), ledger };
  for (const [service, sql] of Object.entries(services)) await writeDatabase(join(folder, service), service, sql);
  await mkdir(join(folder, 'results'), { recursive: true });
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const spelled = agreeing ? `CAST(${uuidOf('i')} AS VARCHAR)` : `upper(CAST(${uuidOf('i')} AS VARCHAR))`;
  await connection.run(`COPY (SELECT 'R' || (40000 + i) AS reading_id, ${spelled} AS specimen, 900000 + i AS tube, i * 0.5 AS reading, 'DR' || lpad((i * 7 % 630)::VARCHAR, 4, '0') AS signed_by FROM range(900) t(i)) TO '${join(folder, 'results', 'readings.ndjson')}' (FORMAT json)`);
  connection.closeSync();
  instance.closeSync();
  const path = join(folder, 'aishell.yaml');
  const names = [...Object.keys(services), 'results'];
  await writeFile(path, `# The clinic.\nservices:\n${names.map((name) => `  ${name}: { kind: files, path: ${name} }`).join('\n')}\n`);
  return path;
}

async function writeDatabase(folder: string, name: string, sql: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const instance = await DuckDBInstance.create(join(folder, `${name}.duckdb`));
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  for (const statement of sql.split(';').filter((part) => part.trim() !== '')) await connection.run(statement);
  await connection.run('CHECKPOINT');
  connection.closeSync();
  instance.closeSync();
}

/** Every reference there is, foreign keys included. */
export const clinicLinks: readonly string[] = [
  'registry.patients.ward_code -> registry.wards.ward_code',
  'staff.rotas.clinician -> staff.clinicians.badge',
  'staff.rotas.WARDCODE -> registry.wards.ward_code',
  'lab.specimens.patient_key -> registry.patients.patient_key',
  'lab.specimens.taken_by -> staff.clinicians.badge',
  'accounts.stays.patient -> registry.patients.patient_key',
  'accounts.stays.ward -> registry.wards.ward_code',
  'ledger.invoices.stay_no -> accounts.stays.stay_no',
  'results.readings.specimen -> lab.specimens.specimen_uuid',
  'results.readings.signed_by -> staff.clinicians.badge',
];

/** What the services disagree about, by the side that differs and what is said of it. */
export const planted: readonly (readonly [left: string, right: string, aspect: string])[] = [
  ['accounts.stays.ward', 'registry.wards.ward_code', 'key'],
  ['results.readings.specimen', 'lab.specimens.specimen_uuid', 'type'],
  ['lab.specimens.patient_mail', 'registry.patients.mail', 'copy'],
  ['lab.specimens.drawn', 'registry.patients.admitted', 'type'],
  ['ledger.invoices.total', 'accounts.stays.charge', 'type'],
];
