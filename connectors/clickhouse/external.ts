/**
 * Shipped keys as external data: an HTTP request may carry a table of its own, as one part of a multipart body, and the
 * query reads it like any other. No limit on the length of a query applies, and nothing is written on the server.
 */

import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { KeyBatch } from '../contract.js';
import { isReason } from '../contract.js';
import { familyOf } from '../sql/families.js';
import { parameter } from './parameters.js';
import { integerList, keysColumn, keysTable } from './style.js';

export interface ExternalData {
  readonly body: Readable;
  readonly headers: Record<string, string>;
  /** URL parameters that say what the part holds. */
  readonly settings: Record<string, string>;
}

export function externalKeys(keys: KeyBatch): ExternalData {
  const family = familyOf(keys.type);
  if (family === undefined) throw new Error(`keys of type ${keys.type.kind} were not accepted`);
  const lines: string[] = [];
  const seenTypes = new Set<string>();
  for (const key of keys.values) {
    const bound = parameter(key, keys.type, family);
    // A key that ClickHouse cannot hold matches no row.
    if (isReason(bound)) continue;
    seenTypes.add(bound.type);
    lines.push(escapeTsv(String(bound.value)));
  }
  const type = family === 'integer' ? integerList(keys.values as readonly bigint[]) : (seenTypes.values().next().value ?? 'String');
  const boundary = `aishell-${randomUUID()}`;
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="${keysTable}"; filename="${keysTable}"\r\nContent-Type: text/tab-separated-values\r\n\r\n`;
  const rows = lines.length === 0 ? '' : `${lines.join('\n')}\n`;
  return {
    body: Readable.from([Buffer.from(`${head}${rows}\r\n--${boundary}--\r\n`)], { objectMode: false }),
    headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
    settings: { [`${keysTable}_structure`]: `${keysColumn} ${type}`, [`${keysTable}_format`]: 'TabSeparated' },
  };
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\\0' };

function escapeTsv(text: string): string {
  return text.replaceAll(/[\\\t\n\r\0]/g, (c) => escapes[c]!);
}
