/** Topics whose schemas a real registry keeps: their versions shown, in snapshots, compared, and told as missing when it is down. */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import avsc from 'avsc';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChangesAnswer, DiffAnswer, SchemaAnswer } from '../../../src/answer/contract.js';
import { createTopic, produce, removeTopics } from '../../support/kafka.js';
import { register, removeSubjects, setLevel } from '../../support/registry.js';
import { listening, servers } from '../../support/servers.js';
import { runHere } from '../support/in-process.js';

const prefix = `reg${process.pid}-${Date.now()}-`;
const schema = prefix.replaceAll('-', '_');
const isUp = (await Promise.all([servers.kafka, servers.registry, servers.postgres].map(listening))).every(Boolean);

const parcel = (...more: readonly object[]) => JSON.stringify({ type: 'record', name: 'Parcel', namespace: 'depot', fields: [{ name: 'parcel_id', type: 'long' }, { name: 'weight', type: { type: 'bytes', logicalType: 'decimal', precision: 12, scale: 3 } }, { name: 'phase', type: { type: 'enum', name: 'Phase', symbols: ['HELD', 'SENT', 'LOST'] } }, ...more] });
const note = { name: 'note', type: ['null', 'string'], default: null };
const scan = (name: string) => JSON.stringify({ type: 'record', name, namespace: 'gate', fields: [{ name: `${name.toLowerCase()}_at`, type: 'long' }] });
const frame = (id: number, body: Buffer) => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(id, 1);
  return Buffer.concat([head, body]);
};

describe.skipIf(!isUp && process.env['CI'] !== 'true')('schemas of a registry', () => {
  let dir: string;
  let config: string;
  const topics = ['parcels', 'scans', 'lone'].map((name) => prefix + name);
  const subjects = [`${prefix}parcels-value`, `${prefix}parcels-key`, `${prefix}scans-gate.Entered`, `${prefix}scans-gate.Left`, `${schema}.Lone`];
  const admin = new pg.Client({ connectionString: servers.postgres });
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-registry-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    config = join(dir, 'aishell.yaml');
    await configure(servers.registry);
    for (const topic of topics) await createTopic(topic);
    await register(subjects[0]!, { schema: parcel() });
    await register(subjects[0]!, { schema: parcel(note) });
    await register(subjects[1]!, { schema: '"string"' });
    await register(subjects[2]!, { schema: scan('Entered') });
    await register(subjects[3]!, { schema: scan('Left') });
    const lone = { type: 'record', name: 'Lone', namespace: schema, fields: [{ name: 'depth', type: 'int' }] };
    const id = await register(subjects[4]!, { schema: JSON.stringify(lone) });
    await produce(topics[2]!, [{ value: frame(id, avsc.Type.forSchema(lone as avsc.Schema).toBuffer({ depth: 7 })) }]);
    await admin.connect();
    await admin.query(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.parcels (parcel_id int PRIMARY KEY, weight numeric(8,2) NOT NULL, phase text NOT NULL CHECK (phase IN ('held', 'sent')), note text NOT NULL)`);
  }, 60_000);
  afterAll(async () => {
    await admin.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    await admin.end();
    await removeTopics(topics);
    await removeSubjects(subjects);
    await rm(dir, { recursive: true, force: true });
  });

  const configure = (registry: string) =>
    writeFile(config, `services:\n  yard: { kind: kafka, brokers: "${servers.kafka}", prefix: "${prefix}", registry: { url: "${registry}" } }\n  depot: { kind: postgres, url: "${servers.postgres}", schema: ${schema} }\n`);
  const run = (...args: string[]) => runHere([...args, '--config', config], dir);
  async function changes(...args: string[]): Promise<ChangesAnswer> {
    const { stdout, stderr } = await run('schema', 'diff', '--against', join(dir, 'schemas'), '--format', 'json', ...args);
    expect(stderr).not.toContain('Error');
    return JSON.parse(stdout) as ChangesAnswer;
  }

  it('gives topics their columns by every way of naming subjects, and shows all versions with the rule', async () => {
    const { stdout } = await run('schema', 'yard', '--format', 'json');
    const tables = (JSON.parse(stdout) as SchemaAnswer).services[0]!.tables;
    const table = (name: string) => tables.find((one) => one.name === name)!;
    const fields = (name: string) => table(name).columns.filter((column) => !column.name.startsWith('_')).map((column) => `${column.name} ${column.type}${column.nullable ? '' : ' required'}`);
    expect(fields('parcels')).toEqual(['parcel_id BIGINT required', 'weight DECIMAL(12,3) required', 'phase VARCHAR required', 'note VARCHAR']);
    expect(table('parcels').columns.find(({ name }) => name === 'phase')!.labels).toEqual({ values: ['HELD', 'SENT', 'LOST'], declared: true });
    expect(table('parcels').registered).toMatchObject([{ subject: subjects[1], side: 'key', versions: [1] }, { subject: subjects[0], side: 'value', type: 'AVRO', versions: [1, 2] }]);
    // Two kinds of messages on one topic: none is required of all.
    expect(fields('scans')).toEqual(['entered_at BIGINT', 'left_at BIGINT']);
    expect(table('scans').registered.map(({ subject }) => subject)).toEqual([subjects[2], subjects[3]]);
    expect(fields('lone')).toEqual(['depth INTEGER required']);
    expect(table('lone').registered.map(({ subject }) => subject)).toEqual([subjects[4]]);
    const text = await run('schema', 'yard.parcels');
    expect(text.stdout).toMatch(/value by \S+parcels-value \(AVRO, \w+\): versions 1-2/);
  }, 60_000);

  it('keeps them in snapshots, and judges a new version by Avro’s rules, with the subject’s own level named', async () => {
    await setLevel(subjects[0]!, 'BACKWARD');
    expect((await run('schema', 'snapshot')).code).toBe(0);
    const path = join(dir, 'schemas', 'yard.yaml');
    const kept = await readFile(path, 'utf8');
    expect(kept).toContain(`      - subject: ${subjects[0]}\n        side: value\n        type: AVRO\n        level: BACKWARD\n        versions:\n          - version: 1\n            schema: |-\n              {\n                "type": "record",`);
    expect((await run('schema', 'snapshot', '--format', 'json')).stdout).not.toContain('"changed"');
    expect((await changes()).changes).toEqual([]);

    await register(subjects[0]!, { schema: parcel(note, { name: 'lane', type: 'string', default: 'A' }) });
    const good = await changes('yard');
    expect(good.changes.find(({ change }) => change === 'schema version')).toMatchObject({ table: 'parcels', before: `${subjects[0]} version 2`, after: `${subjects[0]} version 3`, readers: 'safe', writers: 'safe', why: 'compatible in both directions; its level is BACKWARD' });

    await setLevel(subjects[0]!, 'NONE');
    await register(subjects[0]!, { schema: parcel({ name: 'dock', type: 'string' }) });
    await setLevel(subjects[0]!, 'BACKWARD_TRANSITIVE');
    const bad = (await changes('yard')).changes;
    expect(bad.find(({ after }) => after?.endsWith('version 4'))).toMatchObject({ impact: 'breaking', writers: 'breaking', compatibility: 'forward', why: 'not backward compatible: dock was not written and has no default (version 1), dock was not written and has no default (version 2), dock was not written and has no default (version 3); its level BACKWARD_TRANSITIVE forbids it' });
    expect(bad.find(({ change }) => change === 'compatibility level')).toMatchObject({ before: `${subjects[0]} BACKWARD`, after: `${subjects[0]} BACKWARD_TRANSITIVE`, impact: 'risky' });
    expect((await run('schema', 'diff', 'yard', '--against', join(dir, 'schemas'), '--fail-on', 'breaking')).code).toBe(10);
    await setLevel(subjects[0]!, 'FORWARD');
    expect((await changes('yard')).changes.find(({ after }) => after?.endsWith('version 4'))!.why).toBe('not backward compatible: dock was not written and has no default; its level FORWARD admits it');

    await removeSubjects([subjects[3]!]);
    expect((await changes('yard')).changes).toContainEqual(expect.objectContaining({ table: 'scans', change: 'subject removed', before: subjects[3], impact: 'risky' }));
    await writeFile(path, kept.replace('version: 2\n', 'version: 1\n'));
    const wrong = await run('schema', 'diff', '--against', path);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/yard\.yaml:\d+.*version 1 of \S+ comes after version 1/s);
    await writeFile(path, kept);
  }, 120_000);

  it('compares an event’s schema with the table that it feeds', async () => {
    const { stdout } = await run('schema', 'diff', 'depot', 'yard', '--refresh', '--no-values', '--format', 'json');
    const found = (JSON.parse(stdout) as DiffAnswer).pairs.flatMap(({ differences }) => differences.map(({ severity, left, right, what }) => `${severity} ${left} ${right} ${what}`));
    const events = [
      'breaking yard.parcels.phase depot.parcels.phase values not known here: held, sent (only the case differs)',
      'risky depot.parcels.parcel_id yard.parcels.parcel_id if the messages are written here: INTEGER here, BIGINT there: values out of range cannot be kept',
      'risky depot.parcels.weight yard.parcels.weight if the messages are written here: DECIMAL(8,2) here, DECIMAL(12,3) there: digits can be lost or refused',
      'risky depot.parcels.note yard.parcels if the messages are written here: required here without a default, and no field there gives it',
      'risky depot.parcels.phase yard.parcels.phase if the messages are written here: values not known here: HELD, SENT, LOST (HELD, SENT: only the case differs)',
    ];
    for (const event of events) expect(found).toContain(event);
    // Its last version has no note any more.
    expect(found.join()).not.toMatch(/dock|lane/);

    await writeFile(config, `${await readFile(config, 'utf8')}flows:\n  writes:\n    - { topic: yard.parcels, table: depot.parcels }\n`);
    const declared = JSON.parse((await run('schema', 'diff', 'depot', 'yard', '--no-values', '--format', 'json')).stdout) as DiffAnswer;
    expect(declared.pairs.flatMap(({ differences }) => differences)).toContainEqual({ aspect: 'type', severity: 'breaking', left: 'depot.parcels.parcel_id', right: 'yard.parcels.parcel_id', what: 'INTEGER here, BIGINT there: values out of range cannot be kept' });
  }, 60_000);

  it('compares nothing of the service while the registry is down, and says so', async () => {
    await configure('http://127.0.0.1:9/apis');
    const strict = await run('schema', 'diff', '--against', join(dir, 'schemas'));
    expect(strict.code).toBe(5);
    expect(strict.stderr).toMatch(/yard: .*127\.0\.0\.1:9/s);
    const partial = await run('schema', 'diff', '--against', join(dir, 'schemas'), '--allow-partial', '--format', 'json');
    expect(partial.code).toBe(4);
    expect(JSON.parse(partial.stdout)).toMatchObject({ complete: false, changes: [], missing: [{ service: 'yard', reason: expect.stringContaining('127.0.0.1:9') as string }] });
    const between = await run('schema', 'diff', '--allow-partial', '--no-values', '--format', 'json');
    expect(between.code).toBe(4);
    const taken = await run('schema', 'snapshot', join(dir, 'other'), '--allow-partial', '--format', 'json');
    expect(taken.code).toBe(4);
    expect(JSON.parse(taken.stdout)).toMatchObject({ files: [{ service: 'depot' }] });
    // A listing shows what is known, and why that is not all.
    expect((await run('schema', 'yard')).stdout + (await run('schema', 'yard')).stderr).toContain('until it answers, fields are found in JSON messages alone');
  }, 120_000);
});
