/**
 * From a message to its dead letters, which may name it by its place alone: topic, partition and offset, in headers (Spring,
 * Kafka Connect) or in the letter itself.
 */

import type { Table } from '../algebra/index.js';
import { words } from '../catalog/names.js';
import type { Domains } from './domains.js';
import type { Found } from './found.js';
import { nativeName } from './graph.js';
import type { LookUp } from './look-up.js';
import { meaningOf } from './meanings.js';
import { originOf } from './message.js';
import type { Row } from './payload.js';
import { inJson } from './statements.js';

/** How logs are called that letters may be on. */
const names = /^(dlq|dlt|dmq|dead|deadletters?|letters?|poison|undeliverable|errors?|fail(ed|ures?)?|fehler|rejected|rejects?|parking|parked|quarantined?|retry|retries)$/;
/** These may be read whole, whatever they are called. */
const fewMessages = 4_000;

export function letterLookUps({ table, row, role }: Found, from: string, domains: Domains): LookUp[] {
  const place = role === 'part' ? placeOf(table, row) : undefined;
  if (place === undefined) return [];
  const { partition, offset } = place;
  const topics = [...new Set([nativeName(table), table.name])];
  const isMeant = (other: Row) => {
    const origin = originOf(other);
    return origin !== undefined && topics.includes(origin.topic) && origin.partition === partition && origin.offset === offset;
  };
  return domains.tables.filter((log) => log.kind === 'topic' && log !== table && mayHoldLetters(log)).flatMap((log) =>
    log.columns.filter(({ name, type }) => ['_headers', '_value'].includes(name) && (type.kind === 'text' || type.kind === 'json')).map((column): LookUp => ({
      table: log, ids: [], positions: [],
      columns: [{ column, texts: { all: [topics.map(inJson), numberTexts(offset, column.name === '_headers')], because: `the letter names ${topics[0]!} partition ${partition} offset ${offset}` }, values: [{ value: `${topics[0]!} ${partition}/${offset}`, from }], certainty: 'declared', role: 'part', accepts: isMeant }],
    })),
  );
}

function placeOf(table: Table, row: Row): { readonly partition: string; readonly offset: string } | undefined {
  const [partition, offset] = [row['_partition'], row['_offset']];
  if (table.kind !== 'topic' || partition === undefined || offset === undefined || partition === null || offset === null) return undefined;
  return { partition: String(partition), offset: String(offset) };
}

function mayHoldLetters({ name, columns, rows }: Table): boolean {
  if (words(name).some((word) => names.test(word))) return true;
  return columns.some((column) => meaningOf(column.name).origin !== undefined) || (rows !== undefined && rows.count <= fewMessages);
}

/** How a number may stand in headers, which are text or big-endian bytes, and in a message. */
function numberTexts(number: string, isHeader: boolean): string[] {
  if (!isHeader) return [`"${number}"`, ...[':', ': '].flatMap((colon) => [',', '}', ' ', '\n', '\r'].map((end) => `${colon}${number}${end}`))];
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(number));
  const text = [...bytes].map((byte) => String.fromCharCode(byte < 128 ? byte : 0xef00 + byte)).join('');
  return [`"${number}"`, JSON.stringify(text)];
}
