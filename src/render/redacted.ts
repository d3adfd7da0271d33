/**
 * Blanks known secrets everywhere in an answer but in its rows: those are data, and blanking a part of them because it
 * happens to equal a password would be a wrong answer.
 */

import { redact } from '../config/secret.js';

const data = new Set(['rows', 'row', 'locator', 'columns']);

export function redacted<T>(value: T): T {
  return walk(value) as T;
}

function walk(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map(walk);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, data.has(key) ? item : walk(item)]));
}
