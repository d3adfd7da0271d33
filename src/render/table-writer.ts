/** The format for people. The first thousand rows settle the layout; an answer of no more than that is laid out whole. */

import type { AnswerColumn, Cell } from '../answer/contract.js';
import type { Block } from './blocks.js';
import { blockColumn } from './blocks.js';
import { layOut } from './table.js';
import type { TableLayout } from './table.js';
import { textOf } from './text.js';
import { viewOf } from './views/index.js';
import { chartBlocks, mostPoints } from './views/chart.js';
import { cutShort, queryNotes } from './views/query.js';
import type { TraceLayout } from './views/trace.js';
import type { AnswerWriter, Write, WriterFactory, WriterOptions } from './writer.js';

const sampleRows = 1000;

export const table = writerWith('timeline');
export const tree = writerWith('tree');

function writerWith(traces: TraceLayout): WriterFactory {
  return (options, write) => tableWriter(traces, options, write);
}

function tableWriter(traces: TraceLayout, options: WriterOptions, write: Write): AnswerWriter {
  let columns: readonly AnswerColumn[] = [];
  let started = false;
  let waiting: (readonly Cell[])[] = [];
  let layout: TableLayout | undefined;
  let index = 0;
  let request = options.chart;
  let seen = 0;

  const put = async (blocks: readonly Block[]): Promise<void> => {
    for (const chunk of textOf(blocks, options)) await write(chunk);
  };
  const flush = async (): Promise<void> => {
    if (layout === undefined) {
      layout = layOut(columns.map(({ name, type }) => blockColumn(name, type)), waiting, options);
      for (const line of layout.header()) await write(`${line}\n`);
    }
    let chunk = '';
    for (const row of waiting) chunk += `${layout.row(row, index++).join('\n')}\n`;
    waiting = [];
    await write(chunk);
  };
  /** The rows of a drawing all wait for it. */
  const drawn = async (truncated: boolean): Promise<void> => {
    const blocks = chartBlocks({ columns, rows: waiting, truncated }, request!);
    // What can't be drawn is shown as it is, and why.
    if (blocks[0]?.kind !== 'chart') await flush();
    await put(blocks);
  };
  const writer: AnswerWriter = {
    chart(asked) {
      request ??= asked;
    },
    columns(given) {
      started = true;
      columns = given;
      return Promise.resolve();
    },
    async rows(batch) {
      seen += batch.length;
      for (const row of batch) {
        if (request === undefined || waiting.length < mostPoints) waiting.push(row);
        if (request === undefined && waiting.length >= sampleRows) await flush();
      }
    },
    async finish(answer) {
      if (answer.kind === 'report' && request !== undefined) return put(viewOf({ ...answer, chart: request }, options.verbose));
      if (answer.kind !== 'query') return put(viewOf(answer, options.verbose, traces));
      request ??= answer.chart;
      if (!started) {
        await writer.columns(answer.columns);
        await writer.rows(answer.rows);
      }
      if (request === undefined) await flush();
      else await drawn(answer.truncated || seen > waiting.length);
      await write('\n');
      await put(queryNotes(answer, options.verbose));
    },
    async abandon(why) {
      if (!started) return;
      await flush();
      await put([cutShort(index, why)]);
    },
  };
  return writer;
}
