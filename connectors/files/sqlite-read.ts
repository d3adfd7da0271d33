/** Rows of a SQLite file into the sink's columns. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { AishellError, typeName } from '../contract.js';
import type { ColumnWriter, NativeQuery, ReadStats, Sink } from '../contract.js';
import { openSqlite } from './sqlite-file.js';

type Value = string | number | bigint | null | Uint8Array;

/** The library works on this thread: between so many rows others get their turn. */
const rowsPerTurn = 1_000;
const dayMs = 86_400_000;

export async function readSqlite(service: string, path: string, tempDir: string, query: NativeQuery, sink: Sink, signal: AbortSignal): Promise<ReadStats> {
  const file = openSqlite(service, path, tempDir);
  try {
    const statement = file.database.prepare(query.text);
    try {
      const writers = sink.columns;
      const names = query.columns.map((column) => column.name);
      let rows = 0;
      let bytes = 0;
      for (const row of statement.iterate(query.params as Value[]) as Iterable<Readonly<Record<string, Value>>>) {
        for (let i = 0; i < writers.length; i++) bytes += put(writers[i]!, row[names[i]!] ?? null, service);
        sink.endRow();
        rows++;
        if (rows % rowsPerTurn === 0) {
          sink.received(bytes);
          bytes = 0;
          await nextTurn();
          signal.throwIfAborted();
        }
      }
      sink.received(bytes);
      file.assertUnchanged();
      return { rows, bytes: 0, proof: 'SQLITE_DONE, file unchanged' };
    } finally {
      statement.finalize();
    }
  } finally {
    file.close();
  }
}

/** Returns about how many bytes the value takes. */
function put(writer: ColumnWriter, value: Value, service: string): number {
  const { type } = writer;
  if (value === null) {
    writer.null();
    return 1;
  }
  switch (type.kind) {
    case 'int':
      if (typeof value === 'bigint') return writer.bigint(value), 8;
      if (typeof value === 'number' && Number.isInteger(value)) return writer.number(value), 8;
      break;
    case 'float':
      if (typeof value === 'number') return writer.number(value), 8;
      if (typeof value === 'bigint') return writer.number(Number(value)), 8;
      break;
    case 'decimal':
      if (typeof value === 'bigint') return writer.text(value.toString()), 8;
      if (typeof value === 'number') return writer.text(value.toFixed(type.scale)), 8;
      if (typeof value === 'string') return writer.text(value), value.length;
      break;
    case 'boolean':
      if (value === 0 || value === 1) return writer.boolean(value === 1), 1;
      break;
    case 'text':
      if (value instanceof Uint8Array) return writer.utf8(value, 0, value.length), value.length;
      break;
    case 'blob':
      if (typeof value === 'string') value = Buffer.from(value);
      if (value instanceof Uint8Array) return writer.utf8(value, 0, value.length), value.length;
      break;
    case 'date':
    case 'timestamp':
      if (typeof value === 'string') return putTime(writer, value, service), 8;
      break;
    default:
      if (typeof value === 'string') return writer.text(value), value.length;
  }
  throw mismatch(writer, service);
}

function putTime(writer: ColumnWriter, text: string, service: string): void {
  const match = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?)?(Z|[+-]\d\d:?\d\d)?$/.exec(text);
  const day = match === null ? NaN : Date.parse(`${match[1]}T00:00:00Z`);
  const { type } = writer;
  const isZoned = type.kind === 'timestamp' && type.zoned;
  if (match === null || Number.isNaN(day) || !new Date(day).toISOString().startsWith(match[1]!) || (match[6] !== undefined) !== isZoned) throw mismatch(writer, service);
  if (type.kind === 'date') {
    if (match[2] !== undefined) throw mismatch(writer, service);
    return writer.number(day / dayMs);
  }
  const [hours, minutes, seconds] = [match[2], match[3], match[4]].map((part) => Number(part ?? 0));
  const offset = match[6] === undefined || match[6] === 'Z' ? 0 : (match[6].startsWith('-') ? -1 : 1) * (Number(match[6].slice(1, 3)) * 60 + Number(match[6].slice(-2)));
  const ms = BigInt(day) + BigInt(((hours! * 60 + minutes! - offset) * 60 + seconds!) * 1000);
  const micros = ms * 1000n + BigInt((match[5] ?? '').padEnd(6, '0'));
  writer.bigint(type.kind === 'timestamp' && type.unit === 'ns' ? micros * 1000n : micros);
}

function mismatch(writer: ColumnWriter, service: string): AishellError {
  return new AishellError(
    'source.value',
    `${service}: a value in column ${writer.name} is of another type than the ${typeName(writer.type)} that the first rows have.`,
    `Declare the column under services.${service}.tables.<table>.columns, as VARCHAR if anything may stand there, then run with --refresh.`,
    { service },
  );
}
