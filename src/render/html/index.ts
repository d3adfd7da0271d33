/**
 * One HTML page of its own: nothing is loaded from elsewhere, and nothing in it could start that a value brought along.
 *
 *   page.ts    what surrounds the parts, with a policy that admits our own style and script alone     style.ts  its looks
 *   blocks.ts  what a view says (headings, text, facts, code, tables, charts, drawings)
 *   table.ts   tables of up to 100,000 rows; table-script.ts sorts and searches them
 *
 * A view (views/) needs to know nothing of HTML: what it says in blocks stands in the page, `svg` blocks in pages alone.
 */

import type { Answer, AnswerColumn, Cell, QueryAnswer } from '../../answer/contract.js';
import type { Block } from '../blocks.js';
import { blockColumn } from '../blocks.js';
import { mostPoints } from '../views/chart.js';
import { viewOf } from '../views/index.js';
import { queryPage, reportPage } from '../views/page.js';
import { cutShort } from '../views/query.js';
import type { AnswerWriter, WriterFactory } from '../writer.js';
import { htmlOf, ids } from './blocks.js';
import { pageEnd, pageStart } from './page.js';
import { PageTable, standing } from './table.js';
import { tableScript } from './table-script.js';

export const html: WriterFactory = ({ verbose, chart }, write) => {
  let request = chart;
  let columns: readonly AnswerColumn[] | undefined;
  let table: PageTable | undefined;
  let headed = false;
  const next = ids();
  /** What a chart may be made of. */
  const points: (readonly Cell[])[] = [];
  const put = async (parts: AsyncIterable<string> | Iterable<string>): Promise<void> => {
    for await (const part of parts) await write(part);
  };
  const head = async (title: string): Promise<void> => {
    if (!headed) await write(pageStart({ title, script: tableScript }));
    headed = true;
  };
  const end = (): void | Promise<void> => write(pageEnd({ title: '', script: tableScript }));
  const writer: AnswerWriter = {
    chart(asked) {
      request ??= asked;
    },
    columns(given) {
      columns = given;
      table = new PageTable(given.map(({ name, type }) => blockColumn(name, type)), next());
      return Promise.resolve();
    },
    async rows(batch) {
      for (const row of batch) if (points.length < mostPoints && (columns!.length <= 6 || request !== undefined)) points.push(row);
      const data = table!.add(batch);
      if (data === '') return;
      await head('aishell');
      await write(data);
    },
    async finish(answer) {
      if (answer.kind !== 'query') {
        const blocks = answer.kind === 'report' ? reportPage(answer, request) : viewOf(answer, verbose);
        await head(titleOf(answer, blocks));
        await put(htmlOf(blocks, next));
        return end();
      }
      if (columns === undefined) {
        await writer.columns(answer.columns);
        for (let at = 0; at < answer.rows.length; at += standing) await writer.rows(answer.rows.slice(at, at + standing));
      }
      await queryPageParts(answer);
      return end();
    },
    async abandon(why) {
      if (columns === undefined) return;
      await head('aishell');
      await put(table!.parts());
      await put(htmlOf([cutShort(table!.seen, why)]));
      await end();
    },
  };
  const queryPageParts = async (answer: QueryAnswer): Promise<void> => {
    const drawable = { columns: columns!, rows: points, truncated: answer.truncated || points.length < table!.seen };
    const { above, below } = queryPage(answer, drawable, request);
    await head(titleOf(answer, above));
    await put(htmlOf(above, next));
    await put(table!.parts());
    await put(htmlOf(below, next));
  };
  return writer;
};

/** What a reader's tab and bookmark say. */
export function titleOf(answer: Answer, blocks: readonly Block[]): string {
  if ('question' in answer && answer.question !== undefined) return answer.question;
  const heading = blocks.find((block) => block.kind === 'heading');
  return heading === undefined || answer.kind === 'query' ? `aishell ${answer.kind}` : heading.text;
}
