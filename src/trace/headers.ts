/** Headers of a message, and the properties that a broker keeps beside them, as names and values. */

import type { Cell } from '../answer/contract.js';
import type { Row } from './payload.js';

const known = new WeakMap<Row, Readonly<Record<string, Cell>>>();

/** Headers, and the properties that a broker keeps beside them. */
export function headersOf(row: Row): Readonly<Record<string, Cell>> {
  const before = known.get(row);
  if (before !== undefined) return before;
  const headers = { ...objectIn(row['_properties'] ?? null), ...objectIn(row['_headers'] ?? null) };
  known.set(row, headers);
  return headers;
}

/** It comes as an object (STRUCT), as key/value pairs (MAP), or as JSON text, as the store has it. */
function objectIn(cell: Cell): Readonly<Record<string, Cell>> {
  let headers = cell;
  if (typeof headers === 'string') {
    try {
      headers = JSON.parse(headers) as Cell;
    } catch {
      return {};
    }
  }
  if (headers === null || typeof headers !== 'object') return {};
  if (!Array.isArray(headers)) return headers as Readonly<Record<string, Cell>>;
  const pairs = headers.flatMap((pair): [string, Cell][] => {
    if (typeof pair !== 'object' || pair === null || Array.isArray(pair)) return [];
    const { key, value } = pair as Readonly<Record<string, Cell>>;
    return typeof key === 'string' ? [[key, value ?? null]] : [];
  });
  return Object.fromEntries(pairs);
}
