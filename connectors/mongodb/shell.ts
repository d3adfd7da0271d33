/** A find as mongosh would take it, so that a person can paste what was asked. Long lists are cut short. */

import { Binary, BSONRegExp, Decimal128, Double, Long, ObjectId } from 'bson';
import type { FindPayload } from './payload.js';

const shownItems = 20;

export function showFind({ collection, filters, projection, sort, skip, limit, collated }: FindPayload): string {
  const name = /^[A-Za-z_]\w*$/.test(collection) ? `db.${collection}` : `db.getCollection(${JSON.stringify(collection)})`;
  const rest = [
    ...(sort ? [`.sort(${show(sort)})`] : []),
    ...(skip ? [`.skip(${skip})`] : []),
    ...(limit !== undefined ? [`.limit(${limit})`] : []),
    ...(collated ? ['.collation({locale: "simple"})'] : []),
  ].join('');
  return filters.map((filter) => `${name}.find(${show(filter)}${projection ? `, ${show(projection)}` : ''})${rest}`).join(';\n');
}

function show(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Long) return Number.isSafeInteger(value.toNumber()) ? value.toString() : `NumberLong("${value.toString()}")`;
  if (value instanceof Double) return String(value.value);
  if (value instanceof Decimal128) return `NumberDecimal("${value.toString()}")`;
  if (value instanceof ObjectId) return `ObjectId("${value.toHexString()}")`;
  if (value instanceof Date) return `ISODate("${value.toISOString()}")`;
  if (value instanceof Binary) return `UUID("${value.toUUID().toString()}")`;
  if (value instanceof BSONRegExp) return `{$regex: ${JSON.stringify(value.pattern)}}`;
  if (Array.isArray(value)) {
    const more = value.length - shownItems;
    return `[${value.slice(0, shownItems).map(show).join(', ')}${more > 0 ? `, /* ${more} more */` : ''}]`;
  }
  const entries = Object.entries(value as Record<string, unknown>);
  return `{${entries.map(([key, item]) => `${/^[$A-Za-z_][\w.]*$/.test(key) && !key.includes('.') ? key : JSON.stringify(key)}: ${show(item)}`).join(', ')}}`;
}
