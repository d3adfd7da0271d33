/** Change events of a real PostgreSQL table's rows on a real broker: envelopes, flattened records, tombstones, bare keys. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TraceAnswer, TraceStep } from '../../../src/answer/contract.js';
import type { TraceOptions } from '../../../src/trace/contract.js';
import { createTopic, produce, removeTopics } from '../../support/kafka.js';
import { listening, servers } from '../../support/servers.js';
import { Asker } from '../answers/ask.js';

const isUp = (await listening(servers.postgres)) && (await listening(servers.kafka.split(',')[0]!));
const database = `changes_${process.pid}_${Date.now()}`;
const prefix = `${database}-`;
const topics = { moorings: `${prefix}fleet.harbour.moorings`, berths: `${prefix}fleet.harbour.berths`, cranes: `${prefix}cranes-flat`, calls: `${prefix}calls`, logical: `${prefix}logical`, mixed: `${prefix}mixed` };
const field = (name: string, type: string) => ({ field: name, type, optional: true });
const keySchema = { type: 'struct', optional: false, fields: [field('id', 'int64')] };
const rowSchema = { type: 'struct', optional: true, fields: [field('id', 'int64'), field('name', 'string'), field('crane_no', 'int64')] };
const envelopeSchema = { type: 'struct', fields: [{ ...rowSchema, field: 'before' }, { ...rowSchema, field: 'after' }, field('op', 'string')] };
const source = { version: '3.0', connector: 'postgresql', name: 'fleet', db: database, schema: 'harbour', table: 'moorings', lsn: 42 };
const wrapped = (schema: object, payload: object) => JSON.stringify({ schema, payload });
const row = (id: number, name: string) => ({ id, name, crane_no: 7 });

describe.skipIf(!isUp && process.env['CI'] !== 'true')('a trace through change events', { timeout: 60_000 }, () => {
  let dir: string;
  let admin: pg.Client;
  let asker: Asker;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-changes-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    admin = new pg.Client({ connectionString: servers.postgres });
    await admin.connect();
    await admin.query(`CREATE DATABASE ${database}`);
    const own = new URL(servers.postgres);
    own.pathname = `/${database}`;
    const client = new pg.Client({ connectionString: own.href });
    await client.connect();
    await client.query(`CREATE SCHEMA harbour; CREATE TABLE harbour.cranes (crane_no bigint PRIMARY KEY, label text);
      CREATE TABLE harbour.moorings (id bigint PRIMARY KEY, name text, crane_no bigint REFERENCES harbour.cranes); CREATE TABLE public.moorings (id bigint PRIMARY KEY, other text);
      CREATE TABLE harbour.berths (dock text, slot int, boat text, PRIMARY KEY (dock, slot)); INSERT INTO harbour.berths SELECT 'east', n, 'boat ' || n FROM generate_series(1, 150) n;
      INSERT INTO harbour.cranes VALUES (7, 'north'); INSERT INTO harbour.moorings VALUES (42, 'after', 7), (421, 'near', 7); INSERT INTO public.moorings VALUES (42, 'another')`);
    await client.end();
    for (const topic of Object.values(topics)) await createTopic(topic);
    const key = (id: number) => wrapped(keySchema, { id });
    const change = (id: number, op: string, before: object | null, after: object | null) => ({ key: key(id), value: wrapped(envelopeSchema, { before, after, source, op, ts_ms: 1_760_000_000_000 }) });
    await produce(topics.moorings, [
      change(42, 'c', null, row(42, 'mark-first')),
      change(421, 'c', null, row(421, 'near')),
      change(42, 'u', row(42, 'mark-first'), row(42, 'after')),
      change(99, 'd', row(99, 'mark-gone'), null),
      { key: key(99), value: null },
    ]);
    const berth = (dock: string, slot: number, op: string, boat: string) => ({
      key: wrapped({ type: 'struct', fields: [field('dock', 'string'), field('slot', 'int32')] }, { dock, slot }),
      value: wrapped(envelopeSchema, { before: null, after: { dock, slot, boat }, source: { ...source, table: 'berths' }, op, ts_ms: 1_760_000_000_000 }),
    });
    await produce(topics.berths, [berth('east', 7, 'c', 'mark-berth'), berth('east', 70, 'c', 'far'), berth('west', 7, 'c', 'other dock'), berth('east', 7, 'u', 'boat 7'), { key: berth('east', 7, 'd', '').key, value: null }]);
    await produce(topics.cranes, [
      { key: '{"crane_no": 7}', value: JSON.stringify({ crane_no: 7, label: 'mark-crane', __op: 'u', __deleted: 'false', __schema: 'harbour', __table: 'cranes', __db: database }) },
      { key: '{"crane_no":70}', value: JSON.stringify({ crane_no: 70, label: 'far', __op: 'c', __deleted: 'false', __schema: 'harbour', __table: 'cranes', __db: database }) },
    ]);
    await produce(topics.calls, [
      { value: JSON.stringify({ specversion: '1.0', id: 'call-0001-a', type: 'lift.asked', source: '/yard', subject: '/cranes/7', data: { weight: 70 } }) },
      { value: '{"weight":7}', headers: { ce_specversion: '1.0', ce_id: 'call-0002-b', ce_type: 'lift.made', ce_source: 'https://port.example/api/cranes', ce_subject: '7' } },
      { value: '{"weight":7}', headers: { ce_specversion: '1.0', ce_id: 'call-0003-c', ce_type: 'lift.made', ce_source: '/boats', ce_subject: '7' } },
      { value: JSON.stringify({ specversion: '1.0', id: 'call-0004-d', type: 'com.port.crane.greased', source: 'https://yard', subject: '7' }) },
      { value: JSON.stringify({ specversion: '1.0', id: 'call-0005-e', type: 'com.port.crane.greased', source: 'https://yard', subject: '70', data: { weight: 7 } }) },
    ]);
    const at = (id: string, when: string | null, micros: number) => ({
      key: wrapped({ type: 'string', optional: false }, id as unknown as object),
      value: wrapped({ type: 'struct', fields: [{ ...field('made', 'string'), name: 'io.debezium.time.ZonedTimestamp' }, { ...field('seen', 'int64'), name: 'io.debezium.time.MicroTimestamp' }, { ...field('price', 'bytes'), name: 'org.apache.kafka.connect.data.Decimal' }, { ...field('ref', 'string'), name: 'io.debezium.data.Uuid' }, field('big', 'int64')] }, { made: when, seen: micros, price: 'AfQ=', ref: '7f9c2ba4-e88f-47f8-a5f2-0c1d4e0a7c11', big: null }),
    });
    await produce(topics.logical, [at('b"1', '2026-01-02T03:04:05.000006Z', 1_700_000_000_000_000), at('b-2', null, 5), { key: wrapped({ type: 'string' }, 'b-2' as unknown as object), value: null }]);
    await produce(topics.mixed, [{ value: wrapped(keySchema, { id: 1 }) }, { value: '{"id":2}' }]);
    await writeFile(join(dir, 'aishell.yaml'), `services:\n  port: { kind: postgres, url: ${JSON.stringify(servers.postgres)}, database: ${database} }\n  bus: { kind: kafka, brokers: "${servers.kafka}", prefix: ${prefix} }\n`);
    asker = await Asker.open(join(dir, 'aishell.yaml'));
  }, 60_000);
  afterAll(async () => {
    await asker?.close();
    await removeTopics(Object.values(topics));
    await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    await admin.end();
    await rm(dir, { recursive: true, force: true });
  });

  const trace = (id: string, options: TraceOptions = {}): Promise<TraceAnswer> => asker.session.trace(id, { signal: AbortSignal.timeout(60_000), ...options });
  const placeOf = ({ service, table, locator }: TraceStep) => `${service}.${table} ${Object.entries(locator).filter(([name]) => name !== '_partition').map(([, value]) => String(value)).join('/')}`;
  const parts = (answer: TraceAnswer) => answer.steps.filter(({ role }) => role === 'part').map(placeOf).sort();
  const edgesInto = (answer: TraceAnswer, place: string) => answer.steps.filter((step) => placeOf(step) === place).flatMap(({ edges }) => edges.map(({ because, certainty }) => `${because} (${certainty})`));

  it('leads from a change to the row of the table that its source names, and to all other changes of that row', async () => {
    const answer = await trace('mark-first');
    expect(parts(answer)).toEqual(['bus.fleet.harbour.moorings 0', 'bus.fleet.harbour.moorings 2', 'port.moorings 42']);
    expect(answer.steps.map(({ what }) => what)).toEqual(expect.arrayContaining(['insert of harbour.moorings on fleet.harbour.moorings', 'update of harbour.moorings on fleet.harbour.moorings']));
    expect(edgesInto(answer, 'port.moorings 42')).toContain('bus.fleet.harbour.moorings._key.id = port.harbour.moorings.id = 42 (declared)');
    expect(answer.steps.filter(({ role }) => role === 'mentioned').map(placeOf)).toEqual(['port.cranes 7']);
  });

  it('leads from a number to the changes of its row by their keys, and to no other with those digits', async () => {
    const answer = await trace('42', { as: 'port.harbour.moorings.id' });
    expect(parts(answer)).toEqual(['bus.fleet.harbour.moorings 0', 'bus.fleet.harbour.moorings 2', 'port.moorings 42']);
    expect(edgesInto(answer, 'bus.fleet.harbour.moorings 2')).toEqual(['bus.fleet.harbour.moorings._key.id = 42 (declared)']);
    expect(parts(await trace('42', { as: 'port.moorings.id' }))).toEqual(['port.moorings 42']);
  });

  it('leads from a change of a row whose key has two columns to that row and its other changes, and to no row with one of them', async () => {
    const all = ['bus.fleet.harbour.berths 0', 'bus.fleet.harbour.berths 3', 'bus.fleet.harbour.berths 4', 'port.berths east/7'];
    const answer = await trace('mark-berth');
    expect(parts(answer)).toEqual(all);
    expect(edgesInto(answer, 'port.berths east/7')).toContain('bus.fleet.harbour.berths._key.dock = port.harbour.berths.dock = east and slot = 7 (declared)');
    expect(edgesInto(answer, 'bus.fleet.harbour.berths 4')).toContainEqual(expect.stringContaining('_key.dock = east and slot = 7 (linked)'));
    expect(answer.warnings.join()).not.toContain('not followed');
  });

  it('finds the changes of a row that is gone, its tombstone among them, and misses nothing', async () => {
    const answer = await trace('99', { as: 'port.harbour.moorings.id' });
    expect(answer.steps.filter(({ role }) => role === 'part').map(({ what }) => what)).toEqual(['delete of harbour.moorings on fleet.harbour.moorings', 'tombstone on fleet.harbour.moorings']);
    expect(edgesInto(answer, 'bus.fleet.harbour.moorings 4')).toEqual(['bus.fleet.harbour.moorings._key.id = 99 (linked)']);
    expect(answer.verdicts).toEqual([]);
  });

  it.each([['call-0001-a', 'subject'], ['call-0002-b', '_headers.ce_subject']])('follows the subject of the CloudEvent %s', async (id, path) => {
    const answer = await trace(id);
    expect(parts(answer)).toContain('port.cranes 7');
    expect(edgesInto(answer, 'port.cranes 7')).toContain(`bus.calls.${path} = port.harbour.cranes.crane_no = 7 (linked)`);
    expect(parts(await trace('call-0003-c'))).toEqual(['bus.calls 2']);
  });

  it('leads from a number to the CloudEvents whose subject it is, by their source, path or type, and to none beside them', async () => {
    const answer = await trace('7', { as: 'crane' });
    expect(parts(answer).filter((place) => place.startsWith('bus.calls'))).toEqual(['bus.calls 0', 'bus.calls 1', 'bus.calls 3']);
    expect(edgesInto(answer, 'bus.calls 1')).toContain("the event's subject is port.harbour.cranes.crane_no = 7 (linked)");
    expect(answer.warnings).toEqual([]);
  });

  it('shows messages below a Connect schema as their payload, in columns, conditions and keys', async () => {
    const changes = await asker.sql(`SELECT _key, op, struct_extract(after, 'name') AS name, struct_extract(before, 'id') AS old FROM bus."fleet.harbour.moorings" WHERE _key IN ('{"id":42}', '{"id":99}') ORDER BY _offset`);
    expect(changes.rows).toEqual([['{"id":42}', 'c', 'mark-first', null], ['{"id":42}', 'u', 'after', '42'], ['{"id":99}', 'd', null, '99'], ['{"id":99}', null, null, null]].map((row) => row.map((cell) => (cell !== null && /^\d+$/.test(cell) ? expect.toSatisfy((value: unknown) => String(value) === cell) as string : cell))));
    const { columns, rows } = await asker.sql(`SELECT made, seen, price, ref, big FROM bus.logical WHERE _key = 'b"1'`);
    expect(columns.map(({ type }) => type)).toEqual(['TIMESTAMP WITH TIME ZONE', 'BIGINT', 'VARCHAR', 'UUID', 'BIGINT']);
    expect(rows).toEqual([[expect.stringContaining('03:04:05.000006') as string, expect.anything(), 'AfQ=', '7f9c2ba4-e88f-47f8-a5f2-0c1d4e0a7c11', null]]);
    expect((await asker.sql(`SELECT count(*) FROM bus.logical WHERE contains(_value, 'schema') OR _undecoded IS NOT NULL`)).rows).toEqual([[expect.toSatisfy((count: unknown) => String(count) === '0')]]);
  });

  it('leaves a topic that holds other messages too as it is, and one that is configured as JSON', async () => {
    const { rows } = await asker.sql('SELECT _value FROM bus.mixed ORDER BY _offset');
    expect(rows).toEqual([[wrapped(keySchema, { id: 1 })], ['{"id":2}']]);
    const path = join(dir, 'whole.yaml');
    await writeFile(path, `services:\n  bus: { kind: kafka, brokers: "${servers.kafka}", prefix: ${prefix}, formats: { logical: { key: json, value: json } } }\n`);
    const whole = await Asker.open(path);
    expect((await whole.sql(`SELECT _key, struct_extract(payload, 'ref') FROM bus.logical ORDER BY _offset LIMIT 1`)).rows).toEqual([[wrapped({ type: 'string', optional: false }, 'b"1' as unknown as object), expect.anything()]]);
    await whole.close();
  });

  it('reads flattened records, whatever their topic is called', async () => {
    const answer = await trace('7', { as: 'port.harbour.cranes.crane_no' });
    expect(parts(answer)).toEqual(expect.arrayContaining(['bus.cranes-flat 0', 'port.cranes 7']));
    expect(parts(answer)).not.toContain('bus.cranes-flat 1');
    expect(answer.steps.map(({ what }) => what)).toContain('update of harbour.cranes on cranes-flat');
    expect(edgesInto(await trace('mark-crane'), 'port.cranes 7')).toEqual([expect.stringMatching(/crane_no = 7 \(declared\)$/) as string]);
  });
});
