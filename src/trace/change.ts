/**
 * What a message says about a change of a row: Debezium's envelopes, records that were flattened (ExtractNewRecordState,
 * whose added fields begin with two underscores, as members or as headers), and tombstones.
 * https://debezium.io/documentation/reference/stable/transformations/event-flattening.html
 */

import type { Cell } from '../answer/contract.js';
import { headersOf } from './headers.js';
import { envelopeOf, isObject, parseObject } from './payload.js';
import type { Row } from './payload.js';

/** A table as its own server calls it. */
export interface TableNames {
  readonly database?: string;
  readonly schema?: string;
  readonly table: string;
}

export interface Change {
  readonly operation: 'insert' | 'update' | 'delete' | 'truncate' | 'snapshot read' | 'change' | 'tombstone';
  /** The row is gone since. */
  readonly isRemoval: boolean;
  /** Absent: the message doesn't say. */
  readonly of?: TableNames;
}

const operations: Readonly<Record<string, Change['operation']>> = { c: 'insert', u: 'update', d: 'delete', t: 'truncate', r: 'snapshot read' };

/** A message is asked again and again. */
const known = new WeakMap<Row, Change | null>();

/** undefined: it is no change. */
export function changeOf(row: Row): Change | undefined {
  const before = known.get(row);
  if (before !== undefined) return before ?? undefined;
  const change = inEnvelope(row) ?? flattened(row) ?? tombstone(row);
  known.set(row, change ?? null);
  return change;
}

function inEnvelope(row: Row): Change | undefined {
  const envelope = envelopeOf(row);
  if (envelope === undefined) return undefined;
  const { change, source } = envelope;
  return told(operations[String(change['op'])] ?? 'change', { database: source['db'], schema: source['schema'], table: source['table'] ?? source['collection'] });
}

function flattened(row: Row): Change | undefined {
  const record = 'schema' in row && isObject(row['payload']) ? row['payload'] : row;
  const headers = headersOf(row);
  const read = (name: string) => record[`__${name}`] ?? headers[`__${name}`] ?? record[`__source_${name}`] ?? headers[`__source_${name}`];
  const [op, deleted] = [read('op'), read('deleted')];
  if (op === undefined && deleted === undefined) return undefined;
  const operation = String(deleted) === 'true' ? 'delete' : (operations[String(op)] ?? 'change');
  return told(operation, { database: read('db'), schema: read('schema'), table: read('table') ?? read('collection') });
}

/** A key without a value: what compaction forgets the row by. */
function tombstone(row: Row): Change | undefined {
  return row['_value'] === null && typeof row['_key'] === 'string' ? { operation: 'tombstone', isRemoval: true } : undefined;
}

function told(operation: Change['operation'], names: Readonly<Record<keyof TableNames, Cell | undefined>>): Change {
  const { database, schema, table } = names;
  const isName = (name: Cell | undefined): name is string => typeof name === 'string' && name !== '';
  const isRemoval = operation === 'delete' || operation === 'truncate';
  if (!isName(table)) return { operation, isRemoval };
  return { operation, isRemoval, of: { ...(isName(database) && { database }), ...(isName(schema) && { schema }), table } };
}

/** "insert of inventory.orders" */
export function changeText({ operation, of }: Change): string {
  const within = of?.schema ?? of?.database;
  return of === undefined ? operation : `${operation} of ${within === undefined ? '' : `${within}.`}${of.table}`;
}

const keys = new WeakMap<Row, { readonly key: Cell | undefined }>();

/** The message's key: a record (as Debezium and Connect write it), or one value. Unwrapped from its Connect schema. */
export function keyRecord(row: Row): Row | string | undefined {
  let remembered = keys.get(row);
  if (remembered === undefined) keys.set(row, (remembered = { key: unwrapped(row['_key']) }));
  const { key } = remembered;
  if (key === null || key === undefined || Array.isArray(key)) return undefined;
  return isObject(key) ? key : String(key as Exclude<Cell, object>);
}

function unwrapped(key: Cell | undefined): Cell | undefined {
  const record = typeof key === 'string' ? parseObject(key) : key;
  return isObject(record) && 'schema' in record && 'payload' in record ? record['payload'] : (record ?? key);
}

/** The value of the key's member; of a key that is one value, that. */
export function keyValue(row: Row, name: string): string | undefined {
  const key = keyRecord(row);
  if (!isObject(key)) return key;
  const value = key[name];
  return value === null || value === undefined || typeof value === 'object' ? undefined : String(value);
}
