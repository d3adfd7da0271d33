/** `--format svg`, `.save x.svg`: the chart of an answer as a file. */

import type { AnswerColumn, Cell, QueryAnswer } from '../../answer/contract.js';
import { AishellError } from '../../errors.js';
import { mostPoints, neededChart } from '../views/chart.js';
import type { WriterFactory } from '../writer.js';

export const svg: WriterFactory = ({ chart: wanted }, write) => {
  let columns: readonly AnswerColumn[] | undefined;
  let request = wanted;
  let seen = 0;
  const kept: (readonly Cell[])[] = [];
  return {
    chart(asked) {
      request ??= asked;
    },
    columns(given) {
      columns = given;
      return Promise.resolve();
    },
    rows(batch) {
      seen += batch.length;
      for (const row of batch) if (kept.length < mostPoints) kept.push(row);
      return Promise.resolve();
    },
    async finish(answer) {
      if (answer.kind !== 'query') throw new AishellError('usage', 'only rows can be drawn as SVG', answer.kind === 'report' ? 'Ask for one section, or use --format html: each section has its chart there.' : 'Ask for numbers and what they belong to.');
      const drawable: Pick<QueryAnswer, 'columns' | 'rows' | 'truncated'> = columns === undefined ? answer : { columns, rows: kept, truncated: answer.truncated || seen > kept.length };
      const chart = neededChart(drawable, request ?? answer.chart ?? 'auto');
      const { chartSvg } = await import('./svg.js');
      await write(`${chartSvg(chart, 'c', true)}\n`);
    },
    abandon: () => Promise.resolve(),
  };
};
