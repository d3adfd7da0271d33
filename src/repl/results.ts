/**
 * An answer on its way to the screen. What fits is printed above the prompt; what doesn't goes, as wide as it is, to a
 * file that the pager reads. Of the rows, no more than a bounded number is kept for `.last`, `.save` and `.copy`.
 */

import type { Answer, AnswerColumn, Cell, ChartRequest, QueryAnswer } from '../answer/contract.js';
import { createWriter, renderBlocks } from '../render/index.js';
import type { Block } from '../render/blocks.js';
import { chartBlocks } from '../render/views/chart.js';
import type { AnswerWriter, ColorDepth, Format } from '../render/index.js';
import type { RowSink } from '../session/contract.js';
import { Spool } from './pager/spool.js';
import type { Page } from './pager/index.js';

export interface Look {
  readonly color: boolean;
  readonly ascii: boolean;
  readonly width: number;
  /** Lines of the terminal. */
  readonly height: number;
  /** Colours of charts. */
  readonly depth?: ColorDepth;
  /** For a screen reader. */
  readonly spoken?: boolean;
}

export interface Showing extends Look {
  readonly format: Format;
  readonly verbose: boolean;
  readonly expanded: boolean;
  readonly pager: boolean;
  /** Prints above the prompt at once. */
  readonly print: (text: string) => void;
}

export interface Shown {
  readonly answer: Answer;
  /** All rows of the answer are in it. */
  readonly whole: boolean;
  /** What is still to be printed. */
  readonly text: string;
  readonly page?: Page;
}

const mostKept = 10_000;
const mostCellsKept = 200_000;
/** The head of a table and the line below it. */
const tableHead = 2;
/** What the prompt needs below an answer. */
const reserved = 2;

/** Runs the work and shows what it answers. A failure leaves nothing behind. */
export async function show(work: (rows: RowSink) => Promise<Answer>, showing: Showing): Promise<Shown> {
  const sink = new ShownRows(showing);
  try {
    return await sink.finish(await work(sink));
  } catch (error) {
    await sink.discard();
    throw error;
  }
}

/** Blocks that are no answer: printed, or paged where they are too long. */
export async function showBlocks(blocks: readonly Block[], { color, width, ascii, height, pager, depth = 4, spoken = false }: Showing): Promise<Pick<Shown, 'text' | 'page'>> {
  const text = renderBlocks(blocks, { color, width, ascii, depth, spoken });
  if (!pager || lines(text) <= height - reserved) return { text };
  const spool = await Spool.create();
  await spool.write(renderBlocks(blocks, { ascii }));
  return { text: '', page: { spool, header: blocks[0]?.kind === 'table' ? tableHead : 0 } };
}

class ShownRows implements RowSink {
  #columns: readonly AnswerColumn[] | undefined;
  #kept: (readonly Cell[])[] = [];
  #lost = false;
  /** Where rows go once they are too many for the screen. */
  #writer: AnswerWriter | undefined;
  #spool: Spool | undefined;
  #chart: ChartRequest | undefined;

  constructor(private readonly showing: Showing) {}

  chart(request: ChartRequest): void {
    this.#chart = request;
  }

  columns(columns: readonly AnswerColumn[]): void {
    this.#columns = columns;
  }

  async rows(batch: readonly (readonly Cell[])[]): Promise<void> {
    const { pager, height } = this.showing;
    const count = this.#kept.length + batch.length;
    const fits = !this.#lost && count <= mostKept && count * (this.#columns?.length ?? 1) <= mostCellsKept;
    if (fits) for (const row of batch) this.#kept.push(row);
    if (this.#writer !== undefined) {
      await this.#writer.rows(batch);
    } else if (!fits || (pager && this.#chart === undefined && count > height)) {
      // One line a row at least: these can't all be in sight, or too many wait already.
      await this.#open();
      await this.#writer!.rows(this.#kept);
      if (!fits) await this.#writer!.rows(batch);
    }
    if (fits) return;
    this.#lost = true;
    this.#kept = [];
  }

  async finish(answer: Answer): Promise<Shown> {
    const rows = answer.kind === 'query' && this.#columns !== undefined && !this.#lost ? { ...answer, rows: this.#kept } : answer;
    const whole = !this.#lost;
    if (this.#writer !== undefined) {
      await this.#writer.finish(answer);
      return { answer: rows, whole, ...(await this.#ended(answer)) };
    }
    const { showing } = this;
    const text = await this.#text(rows, showing.width, showing.color);
    const refusal = this.#refusal(rows);
    // A drawing that was asked for stays in sight, however low the terminal.
    const drawn = this.#chart !== undefined && refusal === undefined;
    if (!showing.pager || drawn || lines(text) <= showing.height - reserved) return { answer: rows, whole, text };
    this.#spool = await Spool.create();
    await this.#spool.write(await this.#text(rows, this.#pageWidth(answer), false));
    const { text: notes, page } = await this.#ended(answer);
    return { answer: rows, whole, text: refusal === undefined ? notes : `${renderBlocks(refusal, showing)}${notes}`, ...(page && { page }) };
  }

  /** Why the rows can't be drawn as was asked. */
  #refusal(answer: Answer): Block[] | undefined {
    if (this.#chart === undefined || answer.kind !== 'query') return undefined;
    const blocks = chartBlocks(answer, this.#chart);
    return blocks[0]?.kind === 'chart' ? undefined : blocks;
  }

  async discard(): Promise<void> {
    await this.#spool?.close();
  }

  async #open(): Promise<void> {
    const { showing } = this;
    // A drawing of however many rows is no longer than a screen.
    const paged = showing.pager && this.#chart === undefined;
    if (paged) this.#spool = await Spool.create();
    const options = { ...this.#options(), color: !paged && showing.color, width: paged ? this.#pageWidth(undefined) : showing.width };
    this.#writer = createWriter(options, this.#spool === undefined ? showing.print : (chunk) => this.#spool!.write(chunk));
    if (this.#chart !== undefined) this.#writer.chart?.(this.#chart);
    await this.#writer.columns(this.#columns ?? []);
  }

  /** A table may be as wide as it likes, since the pager goes sideways; prose stays within the screen. */
  #pageWidth(answer: Answer | undefined): number {
    const { format, expanded, width } = this.showing;
    return format === 'table' && !expanded && (answer === undefined || answer.kind === 'query') ? Infinity : width;
  }

  #options() {
    const { format, verbose, expanded, ascii, depth = 4, spoken = false } = this.showing;
    return { format, verbose, expanded, ascii, depth, spoken, screen: true };
  }

  async #text(answer: Answer, width: number, color: boolean): Promise<string> {
    const chunks: string[] = [];
    await createWriter({ ...this.#options(), width, color }, (chunk) => void chunks.push(chunk)).finish(answer);
    return chunks.join('');
  }

  /** What stays above the prompt once the pager is left: everything but the rows. */
  async #ended(answer: Answer): Promise<{ text: string; page?: Page }> {
    if (this.#spool === undefined) return { text: '' };
    const { format, expanded, width, color } = this.showing;
    const header = format === 'table' && !expanded && answer.kind === 'query' ? tableHead : format === 'csv' ? 1 : 0;
    const text = answer.kind === 'query' && format === 'table' ? (await this.#text(withoutRows(answer), width, color)).trimStart() : '';
    return { text, page: { spool: this.#spool, header } };
  }
}

function lines(text: string): number {
  let n = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) n += 1;
  return n;
}

/** What surrounds the rows. */
function withoutRows({ chart: _, ...answer }: QueryAnswer): QueryAnswer {
  return { ...answer, columns: [], rows: [] };
}
