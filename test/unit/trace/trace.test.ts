import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueryAnswer } from '../../../src/answer/contract.js';
import { types } from '../../../src/algebra/index.js';
import { AishellError } from '../../../src/errors.js';
import { messageIds, placesOf } from '../../../src/trace/message.js';
import type { TraceOptions } from '../../../src/trace/contract.js';
import { graphOf } from '../../../src/trace/graph.js';
import type { Node } from '../../../src/trace/graph.js';
import { traceEvent } from '../../../src/trace/index.js';
import { structuralVerdicts } from '../../../src/trace/verdicts/structure.js';
import { timeOfId } from '../../../src/trace/window.js';
import { catalogOf, column, table } from '../../support/tables.js';

const log = [
  column('_partition', types.int32),
  column('_offset', types.int64),
  column('_timestamp', types.timestamptz),
  column('_key', types.text),
  column('_headers', types.json),
  column('_value', types.text),
];
const catalog = catalogOf(
  table('people.owners', [column('id'), column('name', types.text)], { primaryKey: ['id'] }),
  table('clinic.visits', [column('id'), column('owner_id', types.int64, { indexed: true }), column('created_at', types.timestamp)], { primaryKey: ['id'] }),
  table('clinic.outbox', [column('id'), column('event_id', types.text, { indexed: true })], { primaryKey: ['id'] }),
  table('billing.bills', [column('id'), column('visit_id', types.int64, { indexed: true })], { primaryKey: ['id'] }),
  table('bus.visits', [...log, column('visitId', types.int64), column('ownerId', types.int64), column('type', types.text)], { kind: 'topic' }),
  table('bus.bills', [...log, column('billId', types.int64), column('visitId', types.int64)], { kind: 'topic' }),
);

const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const setup = `
  CREATE SCHEMA x; 
  ATTACH ':memory:' AS people; ATTACH ':memory:' AS clinic; ATTACH ':memory:' AS billing; ATTACH ':memory:' AS bus;
  CREATE TABLE people.owners AS SELECT * FROM (VALUES (7, 'Ada'), (8, 'Bob')) t(id, name);
  CREATE TABLE clinic.visits AS SELECT * FROM (VALUES (70, 7, TIMESTAMP '2026-01-01 10:00:00'), (71, 7, TIMESTAMP '2026-01-01 09:00:00')) t(id, owner_id, created_at);
  CREATE TABLE clinic.outbox AS SELECT * FROM (VALUES (1, 'e-1')) t(id, event_id);
  CREATE TABLE billing.bills AS SELECT * FROM (VALUES (700, 70), (701, 71)) t(id, visit_id);
  CREATE TABLE bus.visits AS SELECT 0 AS _partition, o AS _offset, TIMESTAMPTZ '2026-01-01 10:00:01+00' AS _timestamp, k AS _key, h AS _headers, v AS _value, visit AS "visitId", 7 AS "ownerId", 'visit.opened' AS type
    FROM (VALUES (5, '70', '{"eventId":"e-1","correlationId":"c-1","traceparent":"${parent}"}', '{"visitId":70,"ownerId":7}', 70),
                 (6, '71', '{"eventId":"e-10","correlationId":"c-2"}', '{"visitId":71,"ownerId":7}', 71)) t(o, k, h, v, visit);
  CREATE TABLE bus.bills AS SELECT 0 AS _partition, 9 AS _offset, TIMESTAMPTZ '2026-01-01 10:00:02+00' AS _timestamp, '700' AS _key,
    '{"eventId":"e-2","correlationId":"c-1","causationId":"e-1"}' AS _headers, '{"billId":700,"visitId":70}' AS _value, 700 AS "billId", 70 AS "visitId";
`;

let run: (sql: string) => Promise<QueryAnswer>;
let instance: DuckDBInstance;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(setup);
  run = async (sql) => {
    const reader = await connection.runAndReadAll(sql);
    const rows = reader.getRowsJson() as QueryAnswer['rows'];
    return {
      kind: 'query', sql, rows, rowCount: rows.length, truncated: false, complete: true, missing: [], warnings: [], fragments: [], elapsedMs: 0,
      columns: reader.columnNames().map((name) => ({ name, type: 'x' })),
    };
  };
});
afterAll(() => instance.closeSync());

const trace = (id?: string, over: Partial<Parameters<typeof traceEvent>[1]> = {}, options: TraceOptions = {}) =>
  traceEvent(id, { catalog, missing: [], signal: new AbortController().signal, run, ...over }, options);

describe('a trace that is cancelled', () => {
  it('keeps the log lines that were found, though the statements beside them were cut off', async () => {
    const stop = new AbortController();
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const line = { traceId, spanId: undefined, service: undefined, time: 1_767_261_600_000, level: 'error', message: 'no bed', file: 'clinic.ndjson', at: 7, attributes: {} };
    const find = async () => {
      stop.abort();
      // Later than the statements end.
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { spans: [], lines: [line], asked: 'search', coverage: [], isCut: false, warnings: [] };
    };
    const telemetry = [{ service: 'clinic', kind: 'logs', source: { place: 'clinic.ndjson', access: 'log' as const, find, health: () => Promise.reject(new Error('not asked')) } }];
    const answer = await trace(traceId, { signal: stop.signal, telemetry });
    expect(answer).toMatchObject({ stopped: 'cancelled', complete: false, found: true });
    expect(answer.steps.map(({ row }) => row['message'])).toContain('no bed');
  });
});

describe('ids of a message', () => {
  it('reads headers as an object, as pairs, and as JSON text', () => {
    const expected = [{ role: 'eventId', value: 'e', where: 'header eventId' }];
    expect(messageIds({ _headers: { eventId: 'e' } })).toEqual(expected);
    expect(messageIds({ _headers: [{ key: 'eventId', value: 'e' }] })).toEqual(expected);
    expect(messageIds({ _headers: '{"eventId":"e"}' })).toEqual(expected);
    expect(messageIds({ _headers: 'not json' })).toEqual([]);
  });

  it('takes the trace id out of a traceparent', () => {
    expect(messageIds({ _headers: { traceparent: parent } })[0]?.value).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  });

  it('finds whole values only', () => {
    expect(placesOf('12', { a: 12, b: '1234', _value: '{"c":{"d":"12"}}' })).toEqual(['a', '_value.c.d']);
  });
});

describe('trace', () => {
  it('follows an event to its effects, its cause and the rows they are about, and nothing else', async () => {
    const answer = await trace('e-1');
    const found = answer.steps.map((step) => `${step.service}.${step.table} ${Object.values(step.locator).map(String).join('/')}`);
    expect(found.sort()).toEqual([
      'billing.bills 700',
      'bus.bills 0/9',
      'bus.visits 0/5',
      'clinic.outbox 1',
      'clinic.visits 70',
      'people.owners 7',
    ]);
    const effect = answer.steps.find((step) => step.table === 'bills' && step.service === 'bus');
    expect(effect?.because.some((why) => why.includes('causationId = e-1'))).toBe(true);
  });

  it('orders steps by time and puts rows without one last', async () => {
    const { steps } = await trace('c-1');
    const times = steps.map((step) => step.at);
    expect(times.filter((at) => at !== null)).toEqual([...times.filter((at) => at !== null)].sort());
    expect(times.indexOf(null)).toBe(times.filter((at) => at !== null).length);
    expect(steps.find((step) => step.table === 'visits' && step.service === 'clinic')?.at).toBe('2026-01-01T10:00:00.000Z');
  });

  it.each([['70', 'part'], ['700', 'mentioned']])('takes a bill whose message has the key %s for one of the visit’s: the visit is %s', async (key, role) => {
    const columns = ['_partition', '_offset', '_timestamp', '_key', '_headers', '_value'].map((name) => ({ name, type: 'x' }));
    const row = [0, 3, '2026-01-01 10:00:03+00', key, '{"eventId":"e-9"}', '{"billId":700,"visitId":70,"type":"bill.refunded"}'];
    const only = async (sql: string): Promise<QueryAnswer> => (sql.includes('FROM "bus"') ? { ...(await run('SELECT 1')), columns, rows: sql.includes('"bus"."bills"') ? [row] : [] } : run(sql));
    const { steps } = await trace('e-9', { run: only });
    expect(steps.filter(({ service }) => service !== 'bus' && service !== 'people').map((step) => `${step.service}.${step.table} ${step.role}`).sort()).toEqual([`billing.bills part`, `clinic.visits ${role}`]);
  });

  it('says where it looked even when it found nothing', async () => {
    const answer = await trace('no-such-id');
    expect(answer.steps).toEqual([]);
    expect(answer.coverage.map((c) => `${c.service}.${c.table}`).sort()).toEqual(['bus.bills', 'bus.visits', 'clinic.outbox']);
  });

  it('takes the newest conversation over several logs when no id is named, and says so', async () => {
    const answer = await trace();
    expect(answer.id).toBe('c-1');
    expect(answer.chosen).toContain('aishell trace <id>');
  });

  it('does not follow an id that explodes', async () => {
    const many = async (sql: string): Promise<QueryAnswer> => {
      const answer = await run(sql);
      return sql.includes('"bus"."visits"') ? { ...answer, rowCount: 5_000, truncated: true } : answer;
    };
    const answer = await trace('e-1', { run: many });
    expect(answer.warnings.join()).toContain('not followed');
    expect(answer.steps.some((step) => step.table === 'visits' && step.service === 'bus')).toBe(false);
  });

  it('names a store that fails, and goes on with the others', async () => {
    const broken = async (sql: string): Promise<QueryAnswer> => {
      if (sql.includes('"clinic"')) throw new AishellError('source.unreachable', 'clinic is down', 'Start it.', { service: 'clinic' });
      return run(sql);
    };
    const answer = await trace('e-1', { run: broken });
    expect(answer.complete).toBe(false);
    expect(answer.missing.map((m) => m.service)).toEqual(['clinic']);
    expect(answer.coverage.some((c) => c.notSearched === 'clinic is down')).toBe(true);
  });

  it('asks each log and each column once a round, for all that is looked for', async () => {
    const asked: string[] = [];
    const columns: string[] = [];
    const log = (sql: string) => {
      const [, table, where] = /FROM (\S+) WHERE (.*) LIMIT/.exec(sql.replaceAll('"', ''))!;
      asked.push(table!);
      if (!table!.startsWith('bus.')) columns.push([...new Set([...where!.matchAll(/(\w+) (?:=|IN) /g)].map(([, name]) => `${table}.${name}`))].join(' and '));
      return run(sql);
    };
    await trace('e-1', { run: log });
    const count = (name: string) => asked.filter((table) => table === name).length;
    // Each by an index of its own.
    expect(columns.filter((column) => column.includes(' and '))).toEqual([]);
    expect(columns.filter((column) => column.startsWith('billing.bills')).sort()).toEqual(['billing.bills.id', 'billing.bills.visit_id']);
    // The id; then what its message names; then what that leads to; and then there is nothing new.
    expect(asked.slice(0, 3).sort()).toEqual(['bus.bills', 'bus.visits', 'clinic.outbox']);
    expect([count('people.owners'), count('clinic.visits')]).toEqual([1, 1]);
    expect(count('bus.visits')).toBeLessThanOrEqual(4);
  });

  it('asks a few tables at once', async () => {
    let running = 0;
    let most = 0;
    const slow = async (sql: string) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running--;
      return run(sql);
    };
    await trace('e-1', { run: slow });
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });

  it('keeps what is found by one key when another explodes in the same table', async () => {
    const many = async (sql: string): Promise<QueryAnswer> => {
      const answer = await run(sql);
      return sql.includes('"bus"."bills"') && sql.includes('"visitId" =') ? { ...answer, rowCount: 5_000, truncated: true } : answer;
    };
    const answer = await trace('e-1', { run: many });
    expect(answer.warnings).toEqual(['bus.bills holds more than 100 rows under 70: not followed.']);
    expect(answer.steps.some((step) => step.table === 'bills' && step.service === 'bus')).toBe(true);
    expect(answer.steps.some((step) => step.table === 'bills' && step.service === 'billing')).toBe(true);
  });

  it('does not ask a service again that failed', async () => {
    let asked = 0;
    const broken = async (sql: string): Promise<QueryAnswer> => {
      if (!sql.includes('"clinic"')) return run(sql);
      asked++;
      throw new AishellError('source.unreachable', 'clinic is down', 'Start it.', { service: 'clinic' });
    };
    const answer = await trace('e-1', { run: broken });
    expect(asked).toBe(1);
    expect(answer.coverage.filter((c) => c.notSearched === 'clinic is down').map((c) => c.table)).toContain('visits');
  });

  it('finds a number and a UUID however they are written', async () => {
    const id = '4bf92f35-77b3-4da6-a3ce-929d0e0e4736';
    const one = catalogOf(table('shop.events', [column('event_id', types.uuid), column('n')], { primaryKey: ['event_id'] }));
    const rows: QueryAnswer['rows'] = [[id, 1]];
    const answer = await trace(id.toUpperCase(), {
      catalog: one,
      run: async (sql) => ({ ...(await run('SELECT 1')), sql, rows, rowCount: 1, columns: [{ name: 'event_id', type: 'UUID' }, { name: 'n', type: 'INTEGER' }] }),
    });
    expect(answer.steps.map((step) => step.because)).toEqual([[`shop.events.event_id = ${id}`]]);
  });

  it('looks for the newest event in the last hour of a long log first, then further back', async () => {
    const asked: string[] = [];
    const long = { ...catalog, services: catalog.services.map((s) => ({ ...s, tables: s.tables.map((t) => ({ ...t, rows: { count: 5_000_000, exact: false } })) })) };
    const answer = await trace(undefined, { catalog: long, run: (sql) => (asked.push(sql), run(sql)) });
    expect(answer.id).toBe('c-1');
    const newest = asked.filter((sql) => sql.includes('"bus"."bills"') && sql.includes('ORDER BY'));
    // The log's only message is older than a day.
    expect(newest.map((sql) => sql.includes('WHERE "_timestamp" >='))).toEqual([true, true, false]);
    expect(newest.every((sql) => sql.startsWith('SELECT "_timestamp", "_headers" FROM') && sql.endsWith('LIMIT 200'))).toBe(true);
  });

  it('refuses an empty id', async () => {
    await expect(trace('  ')).rejects.toThrow('The id is empty');
  });

  it('says of a bare number that is a key of several things which they are, and takes the word of --as', async () => {
    const twice = catalogOf(
      table('a.ships', [column('id'), column('captain_id', types.int64, { indexed: true })], { primaryKey: ['id'] }),
      table('b.captains', [column('id')], { primaryKey: ['id'] }),
      table('c.cabins', [column('id'), column('ship_id', types.int64, { indexed: true })], { primaryKey: ['id'] }),
    );
    const rows: Record<string, Record<string, number>> = { '"a"."ships"': { id: 5, captain_id: 9 }, '"b"."captains"': { id: 5 } };
    const both = async (sql: string): Promise<QueryAnswer> => {
      const [name] = Object.keys(rows).filter((candidate) => sql.includes(candidate) && /"id" = 5\b/.test(sql));
      const row = name === undefined ? undefined : rows[name];
      return { ...(await run('SELECT 1 WHERE false')), sql, rows: row === undefined ? [] : [Object.values(row).map(String)], rowCount: row === undefined ? 0 : 1, columns: Object.keys(row ?? {}).map((name) => ({ name, type: 'BIGINT' })) };
    };
    const refused = await traceEvent('5', { catalog: twice, missing: [], signal: new AbortController().signal, run: both }).catch((error: unknown) => error as AishellError);
    expect(refused).toMatchObject({ code: 'usage', message: '5 is a key of several things: a.ships.id, b.captains.id.', remedy: expect.stringContaining('--as a.ships.id') });
    for (const as of ['ship', 'ship_id', 'shipId', 'a.ships.id']) {
      const answer = await traceEvent('5', { catalog: twice, missing: [], signal: new AbortController().signal, run: both }, { as });
      expect([answer.as, answer.steps.map(({ table: name }) => name)], as).toEqual([['a.ships.id'], ['ships']]);
    }
    await expect(trace('5', {}, { as: 'submarine' })).rejects.toMatchObject({ code: 'usage', message: "Nothing here is called 'submarine'." });
  });

  it('lists what only a scan of a large table could tell, and scans it with --deep', async () => {
    const large = (deep: boolean) => {
      const services = catalog.services.map((s) => ({
        ...s,
        tables: s.tables.map((t) => (t.name === 'bills' && t.kind === 'table' ? { ...t, rows: { count: 3_000_000, exact: false }, columns: t.columns.map(({ indexed: _, ...c }) => c) } : t)),
      }));
      return trace('e-1', { catalog: { ...catalog, services } }, deep ? { deep } : {});
    };
    const lean = await large(false);
    expect(lean.scans).toEqual([{ service: 'billing', table: 'bills', columns: ['visit_id'], rows: 3_000_000 }]);
    const whole = await large(true);
    expect([whole.scans, whole.steps.some(({ service }) => service === 'billing')]).toEqual([[], true]);
    expect(whole.coverage.find(({ service }) => service === 'billing')?.access).toBe('scan');
  });

  it('does not follow what others say of a thing that is only mentioned', async () => {
    const { steps } = await trace('e-1');
    expect(steps.filter(({ role }) => role === 'mentioned').map(({ table: name }) => name)).toEqual(['owners']);
    expect(steps.some(({ locator }) => locator['id'] === '71')).toBe(false);
    // Asked for by name, it is followed.
    const asked = await trace('7', {}, { as: 'owner' });
    expect(asked.steps.filter(({ table: name, service }) => name === 'visits' && service === 'clinic').map(({ locator }) => String(locator['id'])).sort()).toEqual(['70', '71']);
  });

  it('gives what was found until it was stopped', async () => {
    const stop = new AbortController();
    let rounds = 0;
    const answer = await trace('e-1', {
      signal: stop.signal,
      run: async (sql) => {
        if (sql.includes('"billing"') && ++rounds > 0) stop.abort(new AishellError('cancelled', 'cancelled', ''));
        stop.signal.throwIfAborted();
        return run(sql);
      },
    });
    expect([answer.stopped, answer.complete]).toEqual(['cancelled', false]);
    expect(answer.steps.length).toBeGreaterThan(0);
  });

  it('stays within --depth, --topics, --since and --until', async () => {
    const near = await trace('e-1', {}, { depth: 0 });
    expect(near.steps.map(({ because }) => because.length > 0)).not.toContain(false);
    expect(near.steps.every(({ service }) => service === 'bus' || service === 'clinic')).toBe(true);
    expect(near.warnings.join()).toContain('Stopped after 0 rounds');
    const one = await trace('e-1', {}, { topics: ['bus.bills'] });
    expect(one.coverage.find(({ table: name, service }) => service === 'bus' && name === 'visits')?.notSearched).toBe('left out by --topics');
    await expect(trace('e-1', {}, { topics: ['no such'] })).rejects.toMatchObject({ code: 'usage' });
    const late = await trace('e-1', {}, { since: '2026-01-01T10:00:02.000Z' });
    expect(late.window).toMatchObject({ since: '2026-01-01T10:00:02.000Z', until: null, because: 'as told' });
    expect(late.steps.filter(({ service }) => service === 'bus').map(({ table: name }) => name)).toEqual(['bills']);
  });

  it('makes a tree of causes, and says on each edge how sure it is', async () => {
    const { steps } = await trace('e-1');
    const [first] = steps.filter(({ service }) => service === 'bus');
    const effect = steps.find(({ service, table: name }) => service === 'bus' && name === 'bills')!;
    expect(effect.parent).toBe(first!.n);
    expect(effect.edges.some(({ because, certainty }) => because === '_headers.causationId = e-1' && certainty === 'declared')).toBe(true);
    expect(steps.find(({ table: name }) => name === 'outbox')!.parent).toBe(first!.n);
    const visit = steps.find(({ service, table: name }) => service === 'clinic' && name === 'visits')!;
    expect(visit.edges[0]).toMatchObject({ from: first!.n, certainty: 'linked', because: 'bus.visits.visitId = clinic.visits.id = 70' });
  });

  it('refuses an id that is none', async () => {
    await expect(trace('x'.repeat(10_240))).rejects.toThrow('The id has 10240 characters');
  });

  it('does not take a word for an id', async () => {
    const answer = await trace('opened');
    expect([answer.found, answer.steps]).toEqual([false, []]);
  });
});

describe('the window in an id', () => {
  const now = Date.parse('2026-03-01T00:00:00Z');
  it.each([
    ['019c5c0a-0000-7abc-8def-0123456789ab', 'UUIDv7'],
    ['01KHE0M000ABCDEFGHJKMNPQRS', 'ULID'],
    ['1999999999999999999', 'snowflake'],
    ['698ab0000123456789abcdef', 'ObjectId'],
  ])('%s is a %s', (id, kind) => {
    expect(timeOfId(id, now)?.kind).toBe(kind);
    expect(new Date(timeOfId(id, now)!.at).getUTCFullYear()).toBeGreaterThan(2024);
  });

  it.each(['4bf92f35-77b3-4da6-a3ce-929d0e0e4736', '1042', 'pay_77', 'ffffffffffffffffffffffff'])('%s carries no time', (id) => {
    expect(timeOfId(id, now)).toBeUndefined();
  });

  it('is searched first, and the whole log when nothing is in it', async () => {
    const asked: string[] = [];
    const answer = await trace('019c5c0a-0000-7abc-8def-0123456789ab', { run: (sql) => (asked.push(sql), run(sql)) });
    const logs = asked.filter((sql) => sql.includes('"bus"."bills"'));
    expect(logs.map((sql) => sql.includes('"_timestamp" >='))).toEqual([true, false]);
    expect([answer.found, answer.window]).toEqual([false, null]);
  });
});

const visitLog = table('bus.visits', [], { kind: 'topic' });
const node = (offset: number, at: string, headers: Record<string, string>, log = visitLog): Node => ({
  key: `${log.name}/${offset}`, table: log, store: 'kafka', role: 'part', depth: 0, reasons: [],
  row: { _partition: 0, _offset: String(offset), _timestamp: at, _headers: headers, _value: '{"visitId":70}' },
});

describe('steps as a graph', () => {
  it('puts a cause before its effect whatever their clocks say, and reports the skew', () => {
    const { placed, skew } = graphOf([
      node(1, '2026-01-01T10:00:05Z', { eventId: 'a', source: 'desk' }),
      node(2, '2026-01-01T10:00:02Z', { eventId: 'b', causationId: 'a', source: 'lab' }),
    ]);
    expect(placed.map(({ step }) => [step.locator['_offset'], step.parent])).toEqual([['1', null], ['2', 1]]);
    expect(skew).toEqual([{ ahead: 'desk', behind: 'lab', atLeastMs: 3000, pairs: 1 }]);
  });

  it('hangs a row that was asked for below the event that tells of it, and never below a row that mentions it', () => {
    const rows = table('clinic.visits', [column('id'), column('at', types.timestamptz)], { primaryKey: ['id'] });
    const row = (id: number, at: string, froms: readonly (string | null)[]): Node => ({ key: `row/${id}`, table: rows, store: 'files', role: 'part', depth: 0, row: { id, at }, reasons: froms.map((from) => ({ from, because: `by ${from}`, certainty: 'linked' })) });
    const parents = (...nodes: Node[]) => Object.fromEntries(graphOf(nodes).placed.map(({ node: { key }, step }) => [key, step.parent]));
    const event = node(1, '2026-01-01T10:00:00Z', { eventId: 'a' });
    expect(parents(row(1, '2026-01-01T10:00:01Z', [null, 'row/2']), row(2, '2026-01-01T10:00:09Z', [null]))).toEqual({ 'row/1': null, 'row/2': null });
    expect(parents(event, row(1, '2026-01-01T10:00:01Z', [null, 'row/2', event.key]), row(2, '2026-01-01T10:00:09Z', ['row/1']))).toEqual({ [event.key]: null, 'row/1': 1, 'row/2': 2 });
  });

  it('hangs what has several causes below the last of them', () => {
    const { placed } = graphOf([
      node(1, '2026-01-01T10:00:00Z', { eventId: 'a' }), node(2, '2026-01-01T10:00:01Z', { eventId: 'b' }),
      node(3, '2026-01-01T10:00:02Z', { eventId: 'c', causationIds: '["b","a"]' }),
    ]);
    expect(placed.map(({ step }) => step.parent)).toEqual([null, null, 2]);
  });

  it('knows no cause, and no skew, in what only led to a message', () => {
    const late = node(2, '2026-01-01T10:00:05Z', { source: 'desk' });
    const { placed, skew } = graphOf([{ ...node(1, '2026-01-01T10:00:00Z', { source: 'lab' }), reasons: [{ from: late.key, because: 'x', certainty: 'matched' }] }, late]);
    expect(placed.map(({ step }) => [step.locator['_offset'], step.parent])).toEqual([['1', 2], ['2', null]]);
    expect(skew).toEqual([]);
  });

  it('breaks a circle of causes', () => {
    const { placed } = graphOf([node(1, '2026-01-01T10:00:00Z', { eventId: 'a', causationId: 'b' }), node(2, '2026-01-01T10:00:01Z', { eventId: 'b', causationId: 'a' })]);
    expect(placed.filter(({ step }) => step.parent === null).length).toBe(1);
  });
});

describe('verdicts', () => {
  const at = '2026-01-01T10:00:00Z';
  const judged = (...nodes: Node[]) => structuralVerdicts(graphOf(nodes).placed).map(({ kind, what, steps }) => ({ kind, what, steps }));

  it('finds an event that was published twice', () => {
    expect(judged(node(1, at, { eventId: 'a' }), node(4, at, { eventId: 'a' }), node(5, at, { eventId: 'b' }))).toEqual([
      { kind: 'published twice', what: expect.stringContaining('was published twice: partition 0 offset 1, partition 0 offset 4') as string, steps: [1, 2] },
    ]);
  });

  it('finds nothing in what is tried again, and counts the attempts or waits on a log for it', () => {
    expect(judged(node(1, at, { eventId: 'a', 'x-retry-count': '1' }), node(4, at, { eventId: 'a', 'x-retry-count': '2' }))).toEqual([]);
    const waiting = node(0, at, { 'x-original-topic': 'visits', 'x-exception-message': 'later' }, table('bus.visits-retry-0', [], { kind: 'topic' }));
    expect(judged(node(7, at, { eventId: 'a' }), waiting)).toEqual([]);
  });

  it('leads from a dead letter to its original and its error', () => {
    const letter = node(0, '2026-01-01T10:00:09Z', { 'x-original-topic': 'visits', 'x-original-partition': '0', 'x-original-offset': '7', 'x-exception-message': 'no such owner' }, table('bus.visits-dlt', [], { kind: 'topic' }));
    expect(judged(node(7, at, { eventId: 'a' }), letter)).toEqual([
      { kind: 'dead letter', what: 'a message ended on visits-dlt, from visits partition 0 offset 7: no such owner', steps: [1, 2] },
    ]);
  });

  it('finds an effect that was written before its cause', () => {
    expect(judged(node(9, at, { eventId: 'a' }), node(3, at, { eventId: 'b', causationId: 'a' }))).toMatchObject([{ kind: 'out of order', steps: [1, 2] }]);
  });

  it('finds nothing where all is well', () => {
    expect(judged(node(1, at, { eventId: 'a' }), node(2, at, { eventId: 'b', causationId: 'a' }), node(0, at, { eventId: 'a' }, table('bus.bills', [], { kind: 'topic' })))).toEqual([]);
  });
});
