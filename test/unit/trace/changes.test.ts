/** Shapes of change events, and which table of the catalogue each is about. */

import { describe, expect, it } from 'vitest';
import { types } from '../../../src/algebra/index.js';
import type { Table } from '../../../src/algebra/index.js';
import { changeOf, changeText, keyValue } from '../../../src/trace/change.js';
import { thingsNamedBy } from '../../../src/trace/cloud-event.js';
import { Changes } from '../../../src/trace/changes.js';
import { typeOfMessage } from '../../../src/trace/message.js';
import { withMembers } from '../../../src/trace/payload.js';
import type { Row } from '../../../src/trace/payload.js';
import { column, table } from '../../support/tables.js';

const message = (value: unknown, key: unknown = null, headers: Record<string, string> = {}): Row =>
  withMembers({ _key: typeof key === 'string' ? key : JSON.stringify(key), _headers: headers, _value: value === null ? null : JSON.stringify(value) });
const source = { connector: 'postgresql', db: 'port', schema: 'harbour', table: 'moorings' };
const text = (row: Row) => {
  const change = changeOf(row);
  return change && changeText(change);
};

describe('a change', () => {
  it.each([
    ['c', 'insert'], ['u', 'update'], ['d', 'delete'], ['r', 'snapshot read'], ['t', 'truncate'], ['?', 'change'],
  ])('of an envelope with op %s: %s', (op, operation) => {
    const envelope = { before: null, after: { id: 1, type: 'Ferry' }, source, op, ts_ms: 5 };
    expect(text(message(envelope))).toBe(`${operation} of harbour.moorings`);
    expect(text(message({ schema: { type: 'struct', fields: [] }, payload: envelope }))).toBe(`${operation} of harbour.moorings`);
    expect(typeOfMessage(message(envelope))).toBe(`${operation} of harbour.moorings`);
  });

  it('is read from flattened records, from added members as from added headers', () => {
    expect(text(message({ id: 1, __op: 'u', __table: 'moorings', __db: 'port', __deleted: 'false' }))).toBe('update of port.moorings');
    expect(text(message({ id: 1, __deleted: 'true', __source_table: 'moorings', __source_schema: 'harbour' }))).toBe('delete of harbour.moorings');
    expect(text(message({ schema: { type: 'struct' }, payload: { id: 1, __op: 'c', __table: 'moorings' } }))).toBe('insert of moorings');
    expect(text(message({ id: 1 }, null, { __op: 'd', __table: 'moorings' }))).toBe('delete of moorings');
    expect(text(message({ id: 1, __deleted: 'false' }))).toBe('change');
  });

  it('is a tombstone where there is a key and nothing else, and no other message is one', () => {
    expect(changeOf(message(null, { id: 1 }))).toEqual({ operation: 'tombstone', isRemoval: true });
    for (const other of [message({ id: 1 }), message({ op: 'c', source: 'desk' }), message({ before: 1, source: {} }), message({ payload: { op: 'c' } }), message(null)]) expect(changeOf({ ...other, ...(other['_value'] === null && { _key: null }) })).toBeUndefined();
  });
});

describe('what a CloudEvent is about', () => {
  const event = { specversion: '1.0', id: 'e', type: 'x' };
  const things = (row: Row) => thingsNamedBy(row).map(({ entities, key, path, isSubject }) => `${isSubject ? '' : 'from '}${entities[0]} ${key} by ${path}`);

  it.each([
    [{ subject: '/moorings/42', source: '/port' }, ['moorings 42 by subject']],
    [{ subject: 'moorings/a%2Fb', source: 'https://port.example/berths/9?x=1#y' }, ['moorings a/b by subject', 'from berths 9 by source']],
    [{ subject: '42', source: '/api/moorings' }, ['moorings 42 by subject']],
    [{ source: 'urn:port:moorings:42' }, ['moorings 42 by source']],
    [{ source: '/port' }, []],
    [{ subject: '%zz/1', source: '' }, ['%zz 1 by subject']],
    [{ subject: '///', source: '/' }, []],
  ])('%j', (attributes, named) => {
    expect(things(message({ ...event, ...attributes }))).toEqual(named);
    const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value]));
    expect(things(message({}, null, headers))).toEqual(named.map((one) => one.replace(' by ', ' by _headers.ce_')));
  });

  it('is nothing where the message is none', () => {
    expect(things(message({ subject: '/moorings/42', source: '/port' }))).toEqual([]);
  });
});

describe('the key of a change', () => {
  it.each([
    [{ id: 42 }, '42'], [{ id: 'a-1' }, 'a-1'], [{ schema: { type: 'struct' }, payload: { id: 42 } }, '42'], [{ schema: { type: 'int64' }, payload: 42 }, '42'], ['42', '42'], ['{"id":9007199254740993}', '9007199254740993'],
  ])('%j is %s', (key, value) => {
    expect(keyValue(message({}, key), 'id')).toBe(value);
  });

  it.each([[{ no: 42 }], [{ id: null }], [{ id: { a: 1 } }]])('%j is none', (key) => {
    expect(keyValue(message({}, key), 'id')).toBeUndefined();
  });
});

describe('the table of a change', () => {
  const log = (topic: string): Table => table(`bus.${topic.replaceAll('.', '_')}`, [column('_key', types.text)], { kind: 'topic', native: { topic } });
  const stored = (service: string, name: string, schema?: string): Table => table(`${service}.${name}`, [column('id')], { primaryKey: ['id'], ...(schema !== undefined && { schema }) });
  const moorings = stored('port', 'moorings', 'harbour');
  const plain = stored('port', 'moorings');
  const sailors = stored('crew', 'sailors');
  const notes = stored('files', 'notes');
  const changes = (...logs: Table[]) =>
    new Changes([
      { tables: [moorings, plain], facts: { version: '1', defaultSchema: 'public', database: 'port' } },
      // A store whose databases have no schemas.
      { tables: [sailors], facts: { version: '1', defaultSchema: 'crewdb' } },
      { tables: [notes], facts: { version: '1' } },
      { tables: logs, facts: { version: '1' } },
    ]);
  const of = (names: object) => message({ before: null, after: { id: 1 }, source: names, op: 'c' });
  const any = log('any');

  it('is the one that the source names by database, schema and table', () => {
    const known = changes(any);
    expect(known.tableOf(any, of(source))).toEqual({ table: moorings, certainty: 'declared' });
    expect(known.tableOf(any, of({ ...source, schema: 'public' }))?.table).toBe(plain);
    expect(known.tableOf(any, of({ db: 'crewdb', table: 'Sailors' }))?.table).toBe(sailors);
    expect(known.tableOf(any, of({ db: 'any', table: 'notes' }))?.table).toBe(notes);
  });

  it('is none where the names contradict, or fit several', () => {
    const known = changes(any);
    expect(known.tableOf(any, of({ ...source, schema: 'dock' }))).toBeUndefined();
    expect(known.tableOf(any, of({ ...source, db: 'other' }))).toBeUndefined();
    expect(known.tableOf(any, of({ db: 'elsewhere', table: 'sailors' }))).toBeUndefined();
    expect(known.tableOf(any, of({ db: 'port', table: 'moorings' }))).toBeUndefined();
  });

  it('is the one that the topic is called after where the message names none', () => {
    const [named, other, near] = [log('fleet.harbour.moorings'), log('fleet.dock.moorings'), log('x.notes')];
    const known = changes(named, other, near);
    expect(known.tableOf(named, message(null, { id: 1 }))).toEqual({ table: moorings, certainty: 'linked' });
    expect(known.tableOf(named, message({ id: 1, state: 'x' }, { id: 1 }))?.table).toBe(moorings);
    expect(known.tableOf(named, message({ id: 1 }, 'any'))).toBeUndefined();
    expect(known.tableOf(other, message(null, { id: 1 }))).toBeUndefined();
    expect(known.tableOf(near, message(null, { id: 1 }))).toBeUndefined();
    expect(known.logsOf(moorings)).toEqual([named]);
  });
});
