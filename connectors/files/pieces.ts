/**
 * A long scan in pieces that are read one after the other, so that who stops it keeps what those before it gave: DuckDB
 * holds the rows of one statement back until it has seen a buffer full of them, or the end. Of Parquet a piece is a range of
 * rows, of lines and CSV a range of bytes, cut where a record ends and copied, since DuckDB's readers take whole files.
 */

import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { AishellError } from '../contract.js';
import type { Column } from '../contract.js';
import type { Connection } from '../../src/duckdb/connection.js';
import { CsvEnds, LineEnds } from './record-ends.js';
import type { RecordEnds } from './record-ends.js';
import { parquetRows, relationSql } from './relations.js';
import { literal } from './tables.js';
import type { NativeTable } from './tables.js';

export interface PieceFile {
  /** As the catalogue has it. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

/** How far one file has been looked at. */
export interface Reached {
  readonly file: number;
  readonly unit: 'rows' | 'bytes';
  readonly to: number;
  readonly of: number;
  /** Rows or lines that this piece adds; not known of a file that is read whole. */
  readonly records?: number;
  /** Nothing more can be read of it. */
  readonly isCut?: boolean;
}

export interface Piece {
  /** A SELECT of the table's columns; or why nothing more comes of its files. */
  readonly relation: string | AishellError;
  /** Where its files are once it was read. */
  readonly reached: readonly Reached[];
  /** The same in parts, to tell what of it can't be read; absent: it has none. */
  readonly parts?: () => AsyncIterable<Piece>;
  /** It ends with a record whose end is not there: somebody may be writing it. */
  readonly isUnended?: boolean;
  done(): Promise<void>;
}

export interface Cut {
  readonly service: string;
  readonly native: NativeTable;
  readonly columns: readonly Column[];
  readonly files: readonly PieceFile[];
  readonly tempDir: string;
  /** About how many bytes the next piece may have. */
  readonly bytes: () => number;
}

const blockBytes = 1 << 20;
/** In so many a piece is taken apart that can't be read. */
const splits = 16;
const nothing = () => Promise.resolve();

/** Whether pieces smaller than a file can be had of it. */
export function isCuttable(native: NativeTable): boolean {
  return native.format === 'parquet' || native.format === 'csv' || native.format === 'json';
}

/** Small files are read together, those that are larger than a piece are cut. */
export async function* piecesOf(cut: Cut, connection: Connection, signal: AbortSignal): AsyncGenerator<Piece, void, undefined> {
  const { files } = cut;
  for (let at = 0; at < files.length; ) {
    let [end, bytes] = [at + 1, files[at]!.bytes];
    while (end < files.length && bytes + files[end]!.bytes <= cut.bytes()) bytes += files[end++]!.bytes;
    if (end === at + 1) yield* ofFile(at, cut, connection, signal);
    else yield whole(cut, Array.from({ length: end - at }, (_, i) => at + i), signal);
    at = end;
  }
}

function whole(cut: Cut, indexes: readonly number[], signal: AbortSignal): Piece {
  const { native, columns, files } = cut;
  const paths = indexes.map((index) => files[index]!.path);
  const relation = native.format === 'parquet' ? parquetRows(columns, paths) : relationSql(native, columns, paths, '');
  const parts = partsOf(cut, indexes, signal);
  return { relation, reached: indexes.map((file) => ({ file, unit: 'bytes', to: files[file]!.bytes, of: files[file]!.bytes })), ...(parts && { parts }), done: nothing };
}

function partsOf(cut: Cut, indexes: readonly number[], signal: AbortSignal): Piece['parts'] {
  const [file] = indexes as [number];
  if (indexes.length > 1) return async function* () {
    for (const index of indexes) yield whole(cut, [index], signal);
  };
  const ends = endsOf(cut.native, cut.files[file]!.path);
  const { path, bytes } = cut.files[file]!;
  return ends && (() => stretches({ file, path, from: 0, bytes }, ends, { ...cut, bytes: () => bytes / splits }, signal));
}

async function* ofFile(index: number, cut: Cut, connection: Connection, signal: AbortSignal): AsyncGenerator<Piece, void, undefined> {
  const { native, files } = cut;
  const { bytes, path } = files[index]!;
  const ends = endsOf(native, path);
  if (native.format === 'parquet') yield* rowRanges(index, cut, connection, signal);
  else if (ends !== undefined && (bytes > cut.bytes() || isPacked(path))) yield* stretches({ file: index, path, from: 0, bytes }, ends, cut, signal);
  else yield whole(cut, [index], signal);
}

/** undefined: it is read whole. */
function endsOf(native: NativeTable, path: string): RecordEnds | undefined {
  if (/\.zst$/i.test(path)) return undefined;
  if (native.format === 'json') return native.layout === 'newline_delimited' ? new LineEnds() : undefined;
  // A comment may hold half of a pair of quotes.
  return native.format === 'csv' && native.csv.comment === '' ? new CsvEnds(native.csv) : undefined;
}

/** Row groups: any other range would read some of them twice. */
async function* rowRanges(file: number, cut: Cut, connection: Connection, signal: AbortSignal): AsyncGenerator<Piece, void, undefined> {
  const { path, bytes } = cut.files[file]!;
  const groups = (await connection.rows(`SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata(${literal(path)}) ORDER BY 1`, signal)).map(([, rows]) => Number(rows));
  const of = groups.reduce((sum, rows) => sum + rows, 0);
  if (groups.length < 2 || cut.columns.some(({ name, nativeName = name }) => nativeName.toLowerCase() === 'file_row_number')) {
    yield { ...whole(cut, [file], signal), reached: [{ file, unit: 'rows', to: of, of, records: of }] };
    return;
  }
  for (let [at, from] = [0, 0]; at < groups.length; ) {
    let to = from + groups[at++]!;
    while (at < groups.length && (to + groups[at]! - from) * (bytes / of) <= cut.bytes()) to += groups[at++]!;
    yield { relation: parquetRows(cut.columns, [path], { from, to }), reached: [{ file, unit: 'rows', to, of, records: to - from }], done: nothing };
    from = to;
  }
}

/** A text, or a stretch of one that was copied; `from` is where its first byte would stand in the file. */
interface TextSource {
  readonly file: number;
  readonly path: string;
  readonly from: number;
  readonly bytes: number;
  /** Copied from a packed file: all of it stands about there. */
  readonly at?: number;
}

async function* stretches(source: TextSource, ends: RecordEnds, cut: Cut, signal: AbortSignal): AsyncGenerator<Piece, void, undefined> {
  const { native, columns, tempDir, service } = cut;
  const { file, from } = source;
  const { bytes: of, name } = cut.files[file]!;
  const text = new Text(source.path, source.bytes, Math.max(1, Math.min(blockBytes, Math.floor(cut.bytes()))), signal);
  let head: Buffer | undefined;
  let count = 0;
  let rest: Buffer | undefined;
  let last = 10;
  let broken: unknown;
  try {
    for (let isOver = false; !isOver; ) {
      const copy = join(tempDir, `piece-${randomUUID()}.${native.format === 'csv' ? 'csv' : 'ndjson'}`);
      const out = createWriteStream(copy);
      const done = () => rm(copy, { force: true });
      let written = 0;
      try {
        const put = async (block: Buffer) => {
          written += block.length;
          last = block.at(-1) ?? last;
          if (block.length > 0 && !out.write(block)) await once(out, 'drain', { signal });
        };
        if (head !== undefined) await put(head);
        const headBytes = written;
        for (;;) {
          const isKnown = rest !== undefined;
          const block = rest ?? (await text.next().catch((error: unknown) => {
            // What came until then is searched.
            if (signal.aborted || head === undefined) throw error;
            broken = error;
            return undefined;
          }));
          rest = undefined;
          if (block === undefined) {
            isOver = true;
            break;
          }
          if (head === undefined) {
            head = native.format === 'csv' ? headOf(block, native) : Buffer.alloc(0);
            count = linesOf(head);
          }
          // What is left of a block is no whole record, and was looked at before.
          const end = isKnown ? 0 : ends.after(block);
          if (end > 0 && written - headBytes + end >= cut.bytes()) {
            await put(block.subarray(0, end));
            rest = block.subarray(end);
            break;
          }
          await put(block);
        }
        out.end();
        await once(out, 'close', { signal });
      } catch (error) {
        out.destroy();
        await done();
        throw error;
      }
      const to = source.at ?? (isOver ? from + source.bytes : from + text.position - (isPacked(source.path) ? 0 : (rest?.length ?? 0)));
      const records = ends.count - count;
      count = ends.count;
      const [skipped, size] = [head?.length ?? 0, written];
      const parent: TextSource = { file, path: copy, from: to - size, bytes: size, ...(source.at === undefined && !isPacked(source.path) ? {} : { at: to }) };
      yield {
        relation: relationSql(native, columns, [copy], ''),
        reached: [{ file, unit: 'bytes', to: Math.min(of, Math.max(0, to)), of, records }],
        ...(records > 1 && { parts: () => stretches(parent, endsOf(native, copy)!, { ...cut, bytes: () => (size - skipped) / splits }, signal) }),
        ...(isOver && last !== 10 && { isUnended: true }),
        done,
      };
    }
    if (broken !== undefined) throw broken;
  } catch (error) {
    if (signal.aborted) throw error;
    const at = Math.min(of, from + text.position);
    yield { relation: new AishellError('source.cut', `${service}: ${name} can't be read beyond byte ${at.toLocaleString('en-US')}: ${(error as Error).message}.`, 'Mend or replace the file.', { service, cause: error }), reached: [{ file, unit: 'bytes', to: at, of, records: ends.count - count, isCut: true }], done: nothing };
  } finally {
    text.close();
  }
}

function isPacked(path: string): boolean {
  return /\.gz$/i.test(path);
}

function linesOf(text: Buffer): number {
  const lines = new LineEnds();
  lines.after(text);
  return lines.count;
}

/** What every piece of a CSV file begins with: the lines that are skipped, and the header. */
function headOf(block: Buffer, native: Extract<NativeTable, { format: 'csv' }>): Buffer {
  let end = 0;
  for (let line = 0; line < native.csv.skip; line++) end = block.indexOf(10, end) + 1;
  if (!native.csv.header) return block.subarray(0, end);
  const header = new CsvEnds(native.csv);
  for (let at = block.indexOf(10, end) + 1; at > 0; at = block.indexOf(10, at) + 1) {
    if (header.after(block.subarray(end, at)) > 0) return block.subarray(0, at);
    end = at;
  }
  return block;
}

/** A file in blocks, unpacked. */
class Text {
  /** Bytes of the file that the blocks so far came from: about, of one that is packed. */
  position = 0;
  readonly #raw;
  readonly #blocks: AsyncIterator<Buffer>;

  constructor(path: string, private readonly bytes: number, block: number, signal: AbortSignal) {
    this.#raw = createReadStream(path, { highWaterMark: isPacked(path) ? blockBytes : block, end: Math.max(0, bytes - 1), signal });
    const stream = isPacked(path) ? this.#raw.pipe(createGunzip({ chunkSize: Math.max(64, block) })) : this.#raw;
    if (isPacked(path)) this.#raw.on('error', (error) => stream.destroy(error));
    this.#blocks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  async next(): Promise<Buffer | undefined> {
    const { value, done } = (await this.#blocks.next()) as IteratorResult<Buffer, undefined>;
    this.position = this.#raw.bytesRead;
    if (done !== true) return value;
    if (this.position < this.bytes) throw new Error('it was cut short while it was read');
    return undefined;
  }

  close(): void {
    this.#raw.destroy();
  }
}
