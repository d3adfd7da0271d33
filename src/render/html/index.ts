/**
 * One HTML page of its own: nothing is loaded from elsewhere, and nothing in it could start that a value brought along.
 *
 *   page.ts    what surrounds the parts, with a policy that admits our own style and script alone     style.ts  its looks
 *   blocks.ts  what a view says (headings, text, facts, code, tables, drawings)                       table.ts  tables
 *
 * A view (views/) needs to know nothing of HTML: what it says in blocks stands in the page, `svg` blocks in pages alone.
 */

import type { Answer } from '../../answer/contract.js';
import type { Block, BlockColumn } from '../blocks.js';
import { blockColumn } from '../blocks.js';
import { viewOf } from '../views/index.js';
import { cutShort, queryNotes } from '../views/query.js';
import type { AnswerWriter, WriterFactory } from '../writer.js';
import { htmlOf } from './blocks.js';
import { pageEnd, pageStart } from './page.js';
import { tableFoot, tableHead, tableRow } from './table.js';

export const html: WriterFactory = ({ verbose }, write) => {
  let columns: readonly BlockColumn[] | undefined;
  let headed = false;
  let index = 0;
  const put = async (parts: AsyncIterable<string>): Promise<void> => {
    for await (const part of parts) await write(part);
  };
  const head = (): string => {
    if (headed) return '';
    headed = true;
    return pageStart({ title: 'aishell' }) + tableHead(columns ?? []);
  };
  const writer: AnswerWriter = {
    columns(given) {
      columns = given.map(({ name, type }) => blockColumn(name, type));
      return Promise.resolve();
    },
    async rows(batch) {
      await write(head());
      for (const row of batch) await write(tableRow(row, columns!));
      index += batch.length;
    },
    async finish(answer) {
      if (answer.kind !== 'query') {
        const blocks = viewOf(answer, verbose);
        await write(pageStart({ title: titleOf(answer, blocks) }));
        await put(htmlOf(blocks));
        await write(pageEnd({ title: '' }));
        return;
      }
      if (columns === undefined) {
        await writer.columns(answer.columns);
        await writer.rows(answer.rows);
      }
      await write(head() + tableFoot);
      await put(htmlOf(queryNotes(answer, verbose)));
      await write(pageEnd({ title: '' }));
    },
    async abandon(why) {
      if (columns === undefined) return;
      await write(head() + tableFoot);
      await put(htmlOf([cutShort(index, why)]));
      await write(pageEnd({ title: '' }));
    },
  };
  return writer;
};

/** What a reader's tab and bookmark say. */
export function titleOf(answer: Answer, blocks: readonly Block[]): string {
  if ('question' in answer && answer.question !== undefined) return answer.question;
  const heading = blocks.find((block) => block.kind === 'heading');
  return heading === undefined ? `aishell ${answer.kind}` : heading.text;
}
