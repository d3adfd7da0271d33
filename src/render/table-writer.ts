/** The format for people. The first thousand rows settle the layout; an answer of no more than that is laid out whole. */

import type { AnswerColumn, Cell } from '../answer/contract.js';
import type { Block } from './blocks.js';
import { blockColumn } from './blocks.js';
import { layOut } from './table.js';
import type { TableLayout } from './table.js';
import { textOf } from './text.js';
import { viewOf } from './views/index.js';
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
  const writer: AnswerWriter = {
    columns(given) {
      started = true;
      columns = given;
      return Promise.resolve();
    },
    async rows(batch) {
      for (const row of batch) {
        waiting.push(row);
        if (waiting.length >= sampleRows) await flush();
      }
    },
    async finish(answer) {
      if (answer.kind !== 'query') return put(viewOf(answer, options.verbose, traces));
      if (!started) {
        await writer.columns(answer.columns);
        await writer.rows(answer.rows);
      }
      await flush();
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
