/** JSON for values that JSON has no word for: bigint and NaN as text, bytes as base64. */

import { safeJson } from './safe.js';
import { streamWriter } from './writer.js';
import type { WriterFactory } from './writer.js';

function plain(this: unknown, key: string, value: unknown): unknown {
  // Buffer and Date bring a toJSON that has already spoken for them: look at what is really there.
  const original = (this as Record<string, unknown>)[key];
  if (original instanceof Uint8Array) return Buffer.from(original.buffer, original.byteOffset, original.byteLength).toString('base64');
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return value;
}

/** Safe on a terminal, and equal data to any reader. */
export function plainJson(value: unknown, indent?: number): string {
  return safeJson(JSON.stringify(value, plain, indent) ?? 'null');
}

/** The contract as it is. Rows of a query may come in batches, so they precede what is known only at the end. */
export const json: WriterFactory = (_, write) =>
  streamWriter(
    {
      head: (columns) => `{\n  "kind": "query",\n  "columns": ${plainJson(columns)},\n  "rows": [`,
      row: (row, index) => `${index === 0 ? '' : ','}\n    ${plainJson(row)}`,
      tail: ({ kind: _kind, columns: _columns, rows: _rows, ...rest }, rowCount) => `${rowCount === 0 ? '' : '\n  '}],${members(rest)}\n}\n`,
      cutShort: (why, rowCount) =>
        `${rowCount === 0 ? '' : '\n  '}],${members({ rowCount, truncated: true, complete: false, missing: [], warnings: [why], fragments: [] })}\n}\n`,
      *whole(answer) {
        yield `${plainJson(answer, 2)}\n`;
      },
    },
    write,
  );

function members(object: object): string {
  return Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `\n  ${plainJson(key)}: ${plainJson(value, 2).replaceAll('\n', '\n  ')}`)
    .join(',');
}
