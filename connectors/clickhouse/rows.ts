/**
 * Few rows as rows: RowBinaryWithNamesAndTypes (clickhouse.com/docs/interfaces/formats/RowBinaryWithNamesAndTypes). The
 * server is asked to send them once the answer is whole (wait_end_of_query), so that an error of its own can't stand among them.
 */

import type { Readable } from 'node:stream';
import { AishellError, type ColumnWriter, type NativeQuery, type ReadStats, type Sink, type Type } from '../contract.js';
import { cutFailure } from '../sql/failures.js';
import type { ClickHouseQuery } from './dialect.js';
import { parseType } from './native-type.js';

/** The answer is held in memory. */
const mostRows = 10_000;

const kinds: readonly Type['kind'][] = ['boolean', 'int', 'decimal', 'float', 'text', 'json', 'uuid', 'date', 'timestamp'];

export function comesAsRows({ columns, payload }: NativeQuery): boolean {
  const { limit } = payload as ClickHouseQuery;
  return limit !== undefined && limit <= mostRows && columns.length > 0 && columns.every(({ type }) => kinds.includes(type.kind));
}

export async function readRows(body: Readable, query: NativeQuery, sink: Sink, service: string, signal: AbortSignal): Promise<ReadStats> {
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    sink.received(chunk.length);
    chunks.push(chunk);
  }
  const answer = new Answer(Buffer.concat(chunks));
  let rows = 0;
  try {
    const columns = answer.length();
    for (let i = 0; i < columns; i++) answer.skip(answer.length());
    const take = Array.from({ length: columns }, (_, i) => taker(answer.text(), query.columns[i]?.type, service));
    for (; !answer.isOver; rows++) {
      take.forEach((one, i) => one(answer, sink.columns[i]!));
      sink.endRow();
    }
  } catch (error) {
    throw error instanceof RangeError ? cutFailure(service, 'the answer ends within a row') : error;
  }
  return { rows, bytes: answer.size, proof: `sent when it was whole: ${rows} rows` };
}

type Take = (answer: Answer, column: ColumnWriter) => void;

/** How a value of a ClickHouse type stands in the answer, and what of the column it is. */
function taker(nativeType: string, type: Type | undefined, service: string): Take {
  const { name, args } = parseType(nativeType);
  switch (name) {
    case 'LowCardinality':
      return taker(args[0]!, type, service);
    case 'Nullable': {
      const value = taker(args[0]!, type, service);
      return (answer, column) => (answer.byte() === 1 ? column.null() : value(answer, column));
    }
    case 'Bool':
      return (answer, column) => column.boolean(answer.byte() === 1);
    case 'Int8':
      return (answer, column) => column.number((answer.byte() << 24) >> 24);
    case 'UInt8':
      return (answer, column) => column.number(answer.byte());
    case 'Int16':
      return (answer, column) => column.number(answer.view.readInt16LE(answer.skip(2)));
    case 'UInt16':
      return (answer, column) => column.number(answer.view.readUInt16LE(answer.skip(2)));
    case 'Int32':
    case 'Date32':
      return (answer, column) => column.number(answer.view.readInt32LE(answer.skip(4)));
    case 'UInt32':
      return (answer, column) => column.number(answer.view.readUInt32LE(answer.skip(4)));
    case 'Int64':
    case 'DateTime64':
      return (answer, column) => column.bigint(answer.view.readBigInt64LE(answer.skip(8)));
    case 'UInt64':
      return (answer, column) => column.bigint(answer.view.readBigUInt64LE(answer.skip(8)));
    case 'Float32':
      return (answer, column) => column.number(answer.view.readFloatLE(answer.skip(4)));
    case 'Float64':
      return (answer, column) => column.number(answer.view.readDoubleLE(answer.skip(8)));
    case 'Decimal':
      return unscaled(Number(args[0]));
    case 'String':
      // Integers of 128 bits travel as text.
      if (type?.kind === 'int') return (answer, column) => column.bigint(BigInt(answer.text()));
      if (type?.kind === 'uuid') return (answer, column) => column.text(answer.text());
      return (answer, column) => {
        const length = answer.length();
        const start = answer.skip(length);
        column.utf8(answer.view, start, start + length);
      };
    default:
      throw new AishellError('source.inexact', `${service}: ${nativeType} does not come as rows`, 'Please report this.', { service });
  }
}

function unscaled(precision: number): Take {
  if (precision <= 9) return (answer, column) => column.number(answer.view.readInt32LE(answer.skip(4)));
  if (precision <= 18) return (answer, column) => column.bigint(answer.view.readBigInt64LE(answer.skip(8)));
  return (answer, column) => {
    const at = answer.skip(16);
    column.bigint((answer.view.readBigInt64LE(at + 8) << 64n) | answer.view.readBigUInt64LE(at));
  };
}

/** What was not read yet; a RangeError where there is less than should be. */
class Answer {
  #at = 0;

  constructor(readonly view: Buffer) {}

  get size(): number {
    return this.view.length;
  }

  get isOver(): boolean {
    return this.#at === this.view.length;
  }

  /** @returns where the bytes begin that are passed over */
  skip(bytes: number): number {
    const from = this.#at;
    if (from + bytes > this.view.length) throw new RangeError('cut');
    this.#at = from + bytes;
    return from;
  }

  byte(): number {
    return this.view[this.skip(1)]!;
  }

  /** LEB128. */
  length(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  text(): string {
    const length = this.length();
    const from = this.skip(length);
    return this.view.toString('utf8', from, from + length);
  }
}
