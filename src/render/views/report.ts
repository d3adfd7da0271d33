/** Several sections, each a query of its own. */

import type { ReportAnswer } from '../../answer/contract.js';
import { duration } from '../amounts.js';
import type { Block } from '../blocks.js';
import { text } from '../blocks.js';
import { chartBlocks } from './chart.js';
import { missingBlocks, warningBlocks } from './proof.js';
import { queryNotes, readingBlocks, tableOf } from './query.js';

export function reportView(answer: ReportAnswer, verbose: boolean): Block[] {
  const { sections, elapsedMs, complete } = answer;
  const line = `(${sections.length} ${sections.length === 1 ? 'section' : 'sections'}, ${duration(elapsedMs)})`;
  return [
    { kind: 'heading', level: 1, text: answer.question },
    ...readingBlocks(answer),
    ...sections.flatMap((section): Block[] => [
      { kind: 'heading', level: 1, text: section.title },
      ...(answer.chart === undefined ? [tableOf(section)] : sectionChart(section, answer.chart)),
      ...queryNotes(section, verbose),
    ]),
    complete ? text(line, 'dim') : text(`${line} INCOMPLETE`, 'error'),
    ...warningBlocks(answer.warnings),
    ...missingBlocks(answer.missing),
  ];
}

/** A section that can't be drawn is shown as it is. */
function sectionChart(section: ReportAnswer['sections'][number], request: NonNullable<ReportAnswer['chart']>): Block[] {
  const blocks = chartBlocks(section, request);
  return blocks[0]?.kind === 'chart' ? blocks : [tableOf(section), ...blocks];
}
