/** A sink whose rows become cells here: for few rows of one table, which need no engine. */

import { isUtf8 } from 'node:buffer';
import { tableName } from '../algebra/index.js';
import type { OutputColumn, Table } from '../algebra/index.js';
import type { Cell } from '../answer/contract.js';
import { AishellError } from '../errors.js';
import type { ScanProgress, Sink } from '../../connectors/contract.js';
import { Rows } from '../duckdb/columns.js';
import type { Column } from '../duckdb/columns.js';
import { createColumn } from '../duckdb/scalars.js';
import { Heap, Strings } from '../duckdb/strings.js';
import type { Budget } from './budget.js';
import { NotStraight, readerOf } from './cell-values.js';
import type { ReadCell } from './cell-values.js';

/** Rows that are turned into cells at once. */
const capacity = 64;
const heapBytes = 1 << 20;

/** What ends a read, which its sink says the reason of: connectors hand on what a budget throws. */
const over = new AishellError('budget.rows', 'No more rows are wanted.', 'Please report this.');

export interface CellSinkOptions {
  readonly table: Table;
  readonly budget: Budget;
  readonly timezone: string;
  /** Whether a row is one of those that are kept. */
  readonly accepts: (cells: readonly Cell[]) => boolean;
  /** Rows that are kept at most: once there are more the read ends. */
  readonly most: number;
  readonly isEnough: () => boolean;
  readonly onProgress: (rows: number, bytes: number, scan: ScanProgress | undefined) => void;
}

export class CellSink implements Sink {
  readonly columns: readonly Column[];
  readonly rowsOnly = true;
  kept: (readonly Cell[])[] = [];
  /** There was more than was kept. */
  isCut = false;
  /** These rows have to be read by the engine. */
  isRefused = false;
  bytes = 0;
  readonly #rows: Rows;
  readonly #heaps = { text: new Heap(), blob: new Heap() };
  readonly #readers: readonly ReadCell[];
  #taken = 0;
  #scan: ScanProgress | undefined;

  constructor(columns: readonly OutputColumn[], private readonly options: CellSinkOptions) {
    const { table, timezone } = options;
    this.#rows = new Rows(capacity, table.service, tableName(table));
    this.columns = columns.map(({ name, type }) => createColumn(name, type, this.#rows, this.#heaps));
    this.#readers = this.columns.map((column) => readerOf(column, this.#heaps, timezone));
  }

  /** Rows that came. */
  get rows(): number {
    return this.#taken + this.#rows.row;
  }

  endRow(): void {
    const rows = this.#rows;
    if (rows.written !== this.columns.length) throw this.#refuse();
    rows.written = 0;
    rows.row++;
    this.options.budget.rows(1);
    if (rows.row === capacity || this.#heaps.text.length > heapBytes || this.#heaps.blob.length > heapBytes) this.drain();
  }

  /** All rows that came are cells after this. */
  drain(): void {
    const count = this.#rows.row;
    const { text } = this.#heaps;
    if (text.length > 0 && !isUtf8(text.bytes.subarray(0, text.length))) for (const column of this.columns) if (column instanceof Strings) column.blame(count);
    const validities = this.columns.map((column) => column.block().validity);
    for (let row = 0; row < count && !this.isCut; row++) this.#keep(this.#cells(row, validities));
    this.#taken += count;
    this.#rows.row = 0;
    for (const column of this.columns) column.reset();
    this.#heaps.text.reset();
    this.#heaps.blob.reset();
    this.options.onProgress(this.rows, this.bytes, this.#scan);
    // A log ends by itself when it is told to, with coverage that says where.
    if (this.isCut && this.options.table.kind !== 'topic') throw over;
  }

  /** The rows that were kept since this was last asked. */
  takeKept(): readonly (readonly Cell[])[] {
    const { kept } = this;
    this.kept = [];
    return kept;
  }

  received(bytes: number): void {
    this.bytes += bytes;
    this.options.budget.bytes(bytes);
  }

  looked(scan: ScanProgress): boolean {
    this.#scan = scan;
    this.options.onProgress(this.rows, this.bytes, scan);
    return this.isCut || this.options.isEnough();
  }

  parquet(): Promise<void> {
    return Promise.reject(this.#refuse());
  }

  chunk(): void {
    throw this.#refuse();
  }

  #cells(row: number, validities: readonly (Uint8Array | undefined)[]): Cell[] {
    try {
      return this.#readers.map((read, i) => (((validities[i]?.[row >>> 3] ?? 0xff) & (1 << (row & 7))) === 0 ? null : read(row)));
    } catch (error) {
      throw error instanceof NotStraight ? this.#refuse() : error;
    }
  }

  #keep(cells: readonly Cell[]): void {
    const { accepts, most } = this.options;
    if (!accepts(cells)) return;
    if (this.kept.length < most) this.kept.push(cells);
    else this.isCut = true;
  }

  #refuse(): AishellError {
    this.isRefused = true;
    return over;
  }
}
