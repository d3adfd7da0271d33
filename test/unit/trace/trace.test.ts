import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueryAnswer } from '../../../src/answer/contract.js';
import { types } from '../../../src/algebra/index.js';
import { AishellError } from '../../../src/errors.js';
import { messageIds, placesOf } from '../../../src/trace/message.js';
import { traceEvent } from '../../../src/trace/index.js';
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
  table('clinic.visits', [column('id'), column('owner_id'), column('created_at', types.timestamp)], { primaryKey: ['id'] }),
  table('clinic.outbox', [column('id'), column('event_id', types.text)], { primaryKey: ['id'] }),
  table('billing.bills', [column('id'), column('visit_id')], { primaryKey: ['id'] }),
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

const trace = (id?: string, over: Partial<Parameters<typeof traceEvent>[1]> = {}) =>
  traceEvent(id, { catalog, missing: [], allowPartial: false, signal: new AbortController().signal, run, ...over });

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

  it('fails when a store fails, and names what is missing when partial answers are allowed', async () => {
    const broken = async (sql: string): Promise<QueryAnswer> => {
      if (sql.includes('"clinic"')) throw new AishellError('source.unreachable', 'clinic is down', 'Start it.', { service: 'clinic' });
      return run(sql);
    };
    await expect(trace('e-1', { run: broken })).rejects.toThrow('clinic is down');
    const answer = await trace('e-1', { run: broken, allowPartial: true });
    expect(answer.complete).toBe(false);
    expect(answer.missing.map((m) => m.service)).toEqual(['clinic']);
    expect(answer.coverage.some((c) => c.notSearched === 'clinic is down')).toBe(true);
  });

  it('asks each table once a round, for all that is looked for', async () => {
    const asked: string[] = [];
    await trace('e-1', { run: (sql) => (asked.push(/FROM (\S+)/.exec(sql)![1]!.replaceAll('"', '')), run(sql)) });
    const count = (name: string) => asked.filter((table) => table === name).length;
    // The id; then what its message names; then what that leads to; and then there is nothing new.
    expect(asked.slice(0, 3).sort()).toEqual(['bus.bills', 'bus.visits', 'clinic.outbox']);
    expect([count('people.owners'), count('clinic.visits'), count('billing.bills')]).toEqual([1, 1, 1]);
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
      return sql.includes('"bus"."bills"') && sql.includes('"visitId" IN') ? { ...answer, rowCount: 5_000, truncated: true } : answer;
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
    const answer = await trace('e-1', { run: broken, allowPartial: true });
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
});
