/**
 * Answers on screen and on paper. An answer's view (views/) says in blocks what there is to see; a format shows blocks
 * and streams rows:
 *
 *   table-writer.ts, table.ts, text.ts   for people, by display width     json.ts      the contract as it is
 *   markdown.ts                          for documents                    ndjson.ts    one object a row
 *   csv.ts                               RFC 4180             html/        one page
 *   charts/                              from an answer's shape to a drawing, in a terminal or as SVG
 *   xlsx.ts, parquet.ts                  for files alone: a spreadsheet, and what the engine writes by itself
 *   sarif.ts, junit.ts                   findings of comparisons, for build servers
 *   progress.ts, progress-view.ts        what is happening meanwhile, on stderr
 *
 * Text from stores and models is made harmless in safe.ts and nowhere else; secrets are blanked in redacted.ts. Nothing
 * here knows how an answer came about.
 */

import type { Answer, ChartRequest } from '../answer/contract.js';
import type { Block } from './blocks.js';
import type { ColorDepth } from './charts/terminal/index.js';
import { csv } from './csv.js';
import { dot, mermaid } from './drawings.js';
import { html } from './html/index.js';
import { json } from './json.js';
import { junit } from './junit.js';
import { markdown } from './markdown.js';
import { ndjson } from './ndjson.js';
import { redacted } from './redacted.js';
import { sarif } from './sarif.js';
import { style } from './style.js';
import { svg } from './charts/writer.js';
import { table, tree } from './table-writer.js';
import { parquet } from './parquet.js';
import { textOf } from './text.js';
import type { AnswerWriter, Format, Write, WriterFactory } from './writer.js';
import { xlsx } from './xlsx.js';

export { fileFormats, formats } from './writer.js';
export type { ColorDepth } from './charts/terminal/index.js';
export type { AnswerWriter, Format, Write } from './writer.js';

export interface RenderOptions {
  readonly format: Format;
  readonly color?: boolean;
  /** Columns of the terminal; absent when the output is no terminal. */
  readonly width?: number;
  readonly ascii?: boolean;
  readonly verbose?: boolean;
  /** A block a row instead of a line. */
  readonly expanded?: boolean;
  /** The output is a terminal. Default: whether a width is given. */
  readonly screen?: boolean;
  /** Colours of charts; default: 16, where there is colour. */
  readonly depth?: ColorDepth;
  /** For a screen reader. */
  readonly spoken?: boolean;
  readonly chart?: ChartRequest;
  /** Where formats that are no text go: needed for those alone. */
  readonly bytes?: (chunk: Uint8Array) => Promise<void>;
}

const writers: Readonly<Record<Format, WriterFactory>> = { table, json, ndjson, csv, markdown, html, svg, sarif, junit, mermaid, dot, tree, timeline: table, parquet, xlsx };

export function createWriter(options: RenderOptions, write: Write): AnswerWriter {
  const { format, color = false, width = Infinity, ascii = false, verbose = false, expanded = false, screen = options.width !== undefined, depth = 4, spoken = false, chart, bytes } = options;
  const inner = writers[format]({ style: style(color), width: Math.max(20, width), ascii, verbose, expanded, screen, depth: color ? depth : 0, spoken, chart, ...(bytes && { bytes }) }, write);
  return { ...inner, finish: (answer) => inner.finish(redacted(answer)) };
}

/** A whole answer as one text. */
export async function renderAnswer(answer: Answer, options: RenderOptions): Promise<string> {
  const chunks: string[] = [];
  await createWriter(options, (chunk) => void chunks.push(chunk)).finish(answer);
  return chunks.join('');
}

/** What isn't an answer, as answers look. */
export function renderBlocks(blocks: readonly Block[], { color = false, width = Infinity, ascii = false, depth = 4, spoken = false }: Pick<RenderOptions, 'color' | 'width' | 'ascii' | 'depth' | 'spoken'>): string {
  return [...textOf(blocks, { style: style(color), width: Math.max(20, width), ascii, depth: color ? depth : 0, spoken })].join('');
}
