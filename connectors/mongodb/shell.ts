/** A query as mongosh would take it, so that a person can paste what was asked. Long lists are cut short. */

import { Binary, BSONRegExp, Decimal128, Double, Long, ObjectId } from 'bson';
import type { FindPayload, Payload, PipelinePayload } from './payload.js';

const shownItems = 20;

export function show(payload: Payload): string {
  return payload.kind === 'find' ? showFind(payload) : showPipelines(payload);
}

function showPipelines({ collection, pipelines, collated }: PipelinePayload): string {
  const options = collated ? ', {collation: {locale: "simple"}}' : '';
  return pipelines.map((stages) => `${named(collection)}.aggregate([${stages.map(shown).join(', ')}]${options})`).join(';\n');
}

function named(collection: string): string {
  return /^[A-Za-z_]\w*$/.test(collection) ? `db.${collection}` : `db.getCollection(${JSON.stringify(collection)})`;
}

function showFind({ collection, filters, projection, sort, skip, limit, collated }: FindPayload): string {
  const name = named(collection);
  const rest = [
    ...(sort ? [`.sort(${shown(sort)})`] : []),
    ...(skip ? [`.skip(${skip})`] : []),
    ...(limit !== undefined ? [`.limit(${limit})`] : []),
    ...(collated ? ['.collation({locale: "simple"})'] : []),
  ].join('');
  return filters.map((filter) => `${name}.find(${shown(filter)}${projection ? `, ${shown(projection)}` : ''})${rest}`).join(';\n');
}

function shown(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Long) return Number.isSafeInteger(value.toNumber()) ? value.toString() : `NumberLong("${value.toString()}")`;
  if (value instanceof Double) return String(value.value);
  if (value instanceof Decimal128) return `NumberDecimal("${value.toString()}")`;
  if (value instanceof ObjectId) return `ObjectId("${value.toHexString()}")`;
  if (value instanceof Date) return `ISODate("${value.toISOString()}")`;
  if (value instanceof Binary) return value.sub_type === Binary.SUBTYPE_UUID ? `UUID("${value.toUUID().toString()}")` : `BinData(${value.sub_type}, "${value.toString('base64')}")`;
  if (value instanceof BSONRegExp) return `{$regex: ${JSON.stringify(value.pattern)}}`;
  if (Array.isArray(value)) {
    const more = value.length - shownItems;
    return `[${value.slice(0, shownItems).map(shown).join(', ')}${more > 0 ? `, /* ${more} more */` : ''}]`;
  }
  const entries = Object.entries(value as Record<string, unknown>);
  return `{${entries.map(([key, item]) => `${/^[$A-Za-z_][\w.]*$/.test(key) && !key.includes('.') ? key : JSON.stringify(key)}: ${shown(item)}`).join(', ')}}`;
}
