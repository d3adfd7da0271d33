/** An answer as a report to send on: question, reading, answer, charts, where it came from, how it was asked. */

import type { FragmentReport, QueryAnswer, ReportAnswer } from '../../answer/contract.js';
import { count, duration, rows, size } from '../amounts.js';
import type { Block } from '../blocks.js';
import { code, fact, numberColumn, text, textColumn } from '../blocks.js';
import type { Chart } from '../charts/chart.js';
import { chartBlocks, suitingChart } from './chart.js';
import type { Drawable } from '../charts/shape.js';
import { isolation, missingBlocks, proofBlocks, warningBlocks } from './proof.js';
import { readingBlocks, summary, tableOf } from './query.js';
import type { ChartRequest } from '../../answer/contract.js';

/** What stands above and below the rows of a query. */
export function queryPage(answer: QueryAnswer, drawable: Drawable, request: ChartRequest | undefined): { readonly above: Block[]; readonly below: Block[] } {
  return {
    above: [
      { kind: 'heading', level: 1, text: answer.question ?? 'Answer' },
      ...(answer.complete ? [] : [text('INCOMPLETE: a store is missing, and what it holds is not in here.', 'error')]),
      ...readingBlocks(answer),
      ...missingBlocks(answer.missing),
      ...warningBlocks(answer.warnings),
      ...drawing(drawable, request ?? answer.chart),
    ],
    below: [summary(answer), ...sources(answer.fragments, 1), ...plan(answer, 1)],
  };
}

export function reportPage(answer: ReportAnswer, request: ChartRequest | undefined): Block[] {
  const { sections, elapsedMs, complete } = answer;
  return [
    { kind: 'heading', level: 1, text: answer.question },
    ...(complete ? [] : [text('INCOMPLETE: a store is missing, and what it holds is not in here.', 'error')]),
    ...readingBlocks(answer),
    ...missingBlocks(answer.missing),
    ...warningBlocks(answer.warnings),
    ...sections.flatMap((section): Block[] => [
      { kind: 'heading', level: 1, text: section.title },
      ...readingBlocks(section),
      ...drawing(section, request ?? answer.chart),
      tableOf(section),
      summary(section),
    ]),
    text(`(${sections.length} ${sections.length === 1 ? 'section' : 'sections'}, ${duration(elapsedMs)})`, 'dim'),
    ...sources(sections.flatMap(({ fragments }) => fragments), 1),
    ...sections.flatMap((section): Block[] => [{ kind: 'heading', level: 1, text: `Plan: ${section.title}` }, ...plan(section, 2).slice(1)]),
  ];
}

function drawing(drawable: Drawable, asked: ChartRequest | undefined): Block[] {
  if (asked !== undefined) return chartBlocks(drawable, asked);
  const suiting: Chart | undefined = suitingChart(drawable);
  return suiting === undefined ? [] : [{ kind: 'chart', chart: suiting }];
}

/** What every store gave, and when. */
function sources(fragments: readonly FragmentReport[], level: 1 | 2): Block[] {
  if (fragments.length === 0) return [];
  const times = fragments.map(({ readAt }) => readAt).sort();
  const [first, last] = [times[0]!, times.at(-1)!];
  const moved = fragments.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    { kind: 'heading', level, text: 'Where it came from' },
    fact('read at', first === last ? first : `${first} to ${last}`),
    fact('moved', `${rows(fragments.reduce((sum, one) => sum + one.rows, 0))}, ${size(moved)}`),
    {
      kind: 'table',
      title: 'sources',
      columns: [textColumn('service'), numberColumn('rows'), numberColumn('bytes'), numberColumn('ms'), textColumn('read at'), textColumn('consistency'), textColumn('end proven by'), textColumn('coverage')],
      rows: fragments.map((one) => [
        one.service, one.rows, one.bytes, one.ms, one.readAt, one.consistency, one.proof,
        (one.coverage ?? []).map((part) => `${part.partition}: ${part.from} to ${part.to}, ${count(part.messages)} messages${part.reachedEnd ? ', to the end' : ''}${isolation([part])}`).join('\n'),
      ]),
    },
  ];
}

function plan({ sql, fragments }: QueryAnswer, level: 1 | 2): Block[] {
  return [{ kind: 'heading', level, text: 'How it was asked' }, code(sql), ...proofBlocks(fragments, true)];
}
