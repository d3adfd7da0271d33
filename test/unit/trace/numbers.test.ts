/** A game whose services count everything from 1: events of each log, purchases, tournaments that are called events. */

import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { types } from '../../../src/algebra/index.js';
import type { QueryAnswer } from '../../../src/answer/contract.js';
import type { TraceContext, TraceOptions } from '../../../src/trace/contract.js';
import { traceEvent } from '../../../src/trace/index.js';
import { catalogOf, column, table } from '../../support/tables.js';

const log = [column('_partition', types.int32), column('_offset', types.int64), column('_timestamp', types.timestamptz), column('_key', types.text), column('_headers', types.json), column('_value', types.text)];
const indexed = { indexed: true };
const catalog = catalogOf(
  table('shop.purchases', [column('purchase_id'), column('started_at', types.timestamptz)], { primaryKey: ['purchase_id'] }),
  table('shop.events', [column('event_id'), column('title', types.text)], { primaryKey: ['event_id'] }),
  table('shop.registrations', [column('reg_id'), column('event_id', types.int64, indexed)], { primaryKey: ['reg_id'], foreignKeys: [{ columns: ['event_id'], references: { table: 'events', columns: ['event_id'] } }] }),
  table('bus.purchases', [...log, column('purchaseId'), column('sagaId'), column('eventId')], { kind: 'topic', rows: { count: 60, exact: true } }),
  table('bus.payments', [...log, column('purchaseId'), column('sagaId'), column('eventId')], { kind: 'topic', rows: { count: 60, exact: true } }),
  table('bus.registrations', [...log, column('reg_id'), column('event_id')], { kind: 'topic', rows: { count: 60, exact: true } }),
);
/** Without its row. */
const lost = 30;
const message = (at: string, value: string, fields: string) => `SELECT 0 AS _partition, n - 1 AS _offset, TIMESTAMPTZ '2026-06-01 18:00:00+00' + to_seconds(n * 60) + to_milliseconds(${at}) AS _timestamp, 'k' || n AS _key, '{}' AS _headers, ${value} AS _value, ${fields} FROM range(1, 61) r(n)`;
const setup = `
  ATTACH ':memory:' AS shop; ATTACH ':memory:' AS bus;
  CREATE TABLE shop.purchases AS SELECT n AS purchase_id, TIMESTAMPTZ '2026-06-01 18:00:00+00' + to_seconds(n * 60) + to_milliseconds(150) AS started_at FROM range(1, 61) r(n) WHERE n <> ${lost};
  CREATE TABLE shop.events AS SELECT n AS event_id, 'Cup ' || n AS title FROM range(1, 61) r(n);
  CREATE TABLE shop.registrations AS SELECT n AS reg_id, n AS event_id FROM range(1, 61) r(n);
  CREATE TABLE bus.purchases AS ${message('0', `'{"type":"PurchaseStarted","eventId":' || n || ',"sagaId":' || (n + 3) || ',"purchaseId":' || n || ',"quantity":' || (n % 7) || '}'`, 'n AS "purchaseId", n + 3 AS "sagaId", n AS "eventId"')};
  CREATE TABLE bus.payments AS ${message('800', `'{"type":"PaymentTaken","eventId":' || n || ',"parentEventId":' || n || ',"sagaId":' || (n + 3) || ',"purchaseId":' || n || '}'`, 'n AS "purchaseId", n + 3 AS "sagaId", n AS "eventId"')};
  CREATE TABLE bus.registrations AS ${message('900', `'{"type":"PlayerRegistered","event_id":' || n || ',"reg_id":' || n || '}'`, 'n AS reg_id, n AS event_id')};
`;

let context: TraceContext;
let instance: DuckDBInstance;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(setup);
  const run = async (sql: string): Promise<QueryAnswer> => {
    const reader = await connection.runAndReadAll(sql);
    const rows = reader.getRowsJson() as QueryAnswer['rows'];
    return { kind: 'query', sql, rows, rowCount: rows.length, truncated: false, complete: true, missing: [], warnings: [], fragments: [], elapsedMs: 0, columns: reader.columnNames().map((name) => ({ name, type: 'x' })) };
  };
  context = { catalog, missing: [], signal: new AbortController().signal, run };
});
afterAll(() => instance.closeSync());

const trace = (id: string, options: TraceOptions) => traceEvent(id, context, options);
const steps = async (id: string, options: TraceOptions) => (await trace(id, options)).steps.map(({ service, table: name, locator, parent }) => `${service}.${name} ${Object.values(locator).map(String).join('/')} ${parent ?? '-'}`);

describe('numbers', () => {
  it('of events are no reason to follow other messages, nor are they those of a thing that is called event', async () => {
    expect(await steps('7', { as: 'purchase' })).toEqual(['bus.purchases 0/6 -', 'shop.purchases 7 -', 'bus.payments 0/6 1']);
  });

  it('of conversations are looked for by their own name', async () => {
    expect(await steps('10', { as: 'saga_id' })).toEqual(['bus.purchases 0/6 -', 'shop.purchases 7 1', 'bus.payments 0/6 1']);
  });

  it('called event_id alone are those of the thing', async () => {
    expect(await steps('7', { as: 'registration' })).toEqual(['bus.registrations 0/6 -', 'shop.registrations 7 -', 'shop.events 7 1']);
  });

  it('don’t keep a row from being the work of the event that is nearest to it', async () => {
    const { verdicts } = await trace(String(lost), { as: 'purchase' });
    expect(verdicts).toMatchObject([{ kind: 'no row', what: 'PurchaseStarted has no row in shop.purchases' }]);
    expect((await trace('31', { as: 'purchase' })).verdicts).toEqual([]);
  });
});
