/** What two services believe of the same things, and where they differ. */

import type { DiffAnswer } from '../../answer/contract.js';
import { count, duration } from '../amounts.js';
import type { Block } from '../blocks.js';
import { fact, text, textColumn } from '../blocks.js';
import { missingBlocks, warningBlocks } from './proof.js';

const columns = ['severity', 'aspect', 'left', 'right', 'what'].map(textColumn);

export function diffView(answer: DiffAnswer): Block[] {
  const { pairs, summary, elapsedMs, complete } = answer;
  const line = `(${count(pairs.length)} linked ${pairs.length === 1 ? 'pair' : 'pairs'} compared, ${duration(elapsedMs)})`;
  return [
    { kind: 'heading', level: 1, text: `Schema differences: ${answer.scope}` },
    ...pairs.flatMap(({ left, right, via, sampled, agreements, differences }): Block[] => [
      { kind: 'heading', level: 2, text: `${left} and ${right}` },
      ...via.map((link) => fact('linked by', link)),
      ...sampled.map((rows) => fact('looked at', rows, 'dim')),
      fact('agree', `on ${count(agreements)} ${agreements === 1 ? 'column' : 'columns'}`),
      ...(differences.length === 0
        ? [text('no differences', 'good')]
        : [
            {
              kind: 'table',
              title: `${left} and ${right}`,
              columns,
              rows: differences.map((d) => [d.severity, d.aspect, within(left, d.left), within(right, d.right), d.what]),
            } as const,
          ]),
    ]),
    { kind: 'heading', level: 1, text: 'Summary' },
    ...summary.map(({ what, count: n }) => fact(count(n), what)),
    complete ? text(line, 'dim') : text(`${line} INCOMPLETE`, 'error'),
    ...warningBlocks(answer.warnings),
    ...missingBlocks(answer.missing),
  ];
}

/** A column's name alone, where the heading says whose it is. */
const within = (table: string, column: string | null): string | null => (column?.startsWith(`${table}.`) === true ? column.slice(table.length + 1) : column);
