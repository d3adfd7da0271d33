/** What every format is: it takes rows as they come, or a whole answer, and writes text. */

import type { Answer, AnswerColumn, Cell, ChartRequest, QueryAnswer } from '../answer/contract.js';
import type { ColorDepth } from './charts/terminal/index.js';
import type { Style } from './style.js';

/** tree and timeline are for traces; other answers look as in table. */
export type Format = 'table' | 'json' | 'ndjson' | 'csv' | 'markdown' | 'html' | 'svg' | 'sarif' | 'junit' | 'mermaid' | 'dot' | 'tree' | 'timeline' | 'parquet' | 'xlsx';
export const formats: readonly Format[] = ['table', 'json', 'ndjson', 'csv', 'markdown', 'html', 'tree', 'timeline'];
/** No text: they go to files alone. */
export const fileFormats: readonly Format[] = ['parquet', 'xlsx'];
/** Findings for build servers: only comparisons have some. */
export const findingFormats: readonly Format[] = ['sarif', 'junit'];
/** A chart as a file: only rows can be drawn. */
export const chartFormats: readonly Format[] = ['svg'];
/** For programs that draw: only graphs. */
export const drawingFormats: readonly Format[] = ['mermaid', 'dot'];
/** Of any answer. */
export const everyFormat: readonly Format[] = [...formats, ...fileFormats, ...findingFormats, ...chartFormats, ...drawingFormats];

export interface WriterOptions {
  readonly style: Style;
  /** Columns of the terminal; Infinity when there is none. */
  readonly width: number;
  readonly ascii: boolean;
  readonly verbose: boolean;
  /** A block a row instead of a line, where the format has lines. */
  readonly expanded: boolean;
  /** A person looks at it: text that could act on a terminal is made visible even where data is otherwise exact. */
  readonly screen: boolean;
  readonly depth: ColorDepth;
  readonly spoken: boolean;
  /** To be drawn, whatever the question says. */
  readonly chart: ChartRequest | undefined;
  /** Where formats that are no text go. */
  readonly bytes?: (chunk: Uint8Array) => Promise<void>;
}

export type Write = (chunk: string) => void | Promise<void>;

export interface AnswerWriter {
  /** The question asks for a drawing of the rows; before any comes. */
  chart?(request: ChartRequest): void;
  columns(columns: readonly AnswerColumn[]): Promise<void>;
  rows(batch: readonly (readonly Cell[])[]): Promise<void>;
  /** The answer that the rows belonged to (its own `rows` are then empty), or a whole one when none came. */
  finish(answer: Answer): Promise<void>;
  /** The answer will not come: ends what was written so that nobody takes it for complete. */
  abandon(why: string): Promise<void>;
  /** Takes all rows as one Parquet file that the engine wrote, instead of `rows`. The file is gone afterwards. */
  parquet?(path: string): Promise<void>;
}

export type WriterFactory = (options: WriterOptions, write: Write) => AnswerWriter;

/** The parts of a format that streams: a head once the columns are known, rows, and a tail. */
export interface StreamFormat {
  head(columns: readonly AnswerColumn[]): string;
  /** `index` counts rows from 0. */
  row(row: readonly Cell[], index: number): string;
  tail(answer: QueryAnswer, rowCount: number): string;
  cutShort(why: string, rowCount: number): string;
  /** Any other kind of answer. */
  whole(answer: Exclude<Answer, QueryAnswer>): Iterable<string>;
}

export function streamWriter(format: StreamFormat, write: Write): AnswerWriter {
  let columns: readonly AnswerColumn[] | undefined;
  let headed = false;
  let index = 0;
  const head = (): string => {
    if (headed) return '';
    headed = true;
    return format.head(columns ?? []);
  };
  const writer: AnswerWriter = {
    // Written with the first row or at the end: until then a statement may fail and be tried again.
    columns(given) {
      columns = given;
      return Promise.resolve();
    },
    async rows(batch) {
      let chunk = head();
      for (const row of batch) {
        chunk += format.row(row, index);
        index += 1;
        // One batch of wide rows must not become one string of a gigabyte.
        if (chunk.length > 65_536) {
          await write(chunk);
          chunk = '';
        }
      }
      if (chunk !== '') await write(chunk);
    },
    async finish(answer) {
      if (answer.kind !== 'query') {
        for (const chunk of format.whole(answer)) await write(chunk);
        return;
      }
      if (columns === undefined) {
        columns = answer.columns;
        await writer.rows(answer.rows);
      }
      await write(head() + format.tail(answer, index));
    },
    async abandon(why) {
      if (columns !== undefined) await write(head() + format.cutShort(why, index));
    },
  };
  return writer;
}

/** A format that has no rows of its own and is written at the end. */
export function wholeWriter(text: (answer: Answer) => string, write: Write): AnswerWriter {
  return {
    columns: () => Promise.resolve(),
    rows: () => Promise.resolve(),
    finish: async (answer) => write(text(answer)),
    abandon: () => Promise.resolve(),
  };
}
