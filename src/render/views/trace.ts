/** One event through everything: where it was found, in order, why each find belongs, and where was looked. */

import type { TraceAnswer } from '../../answer/contract.js';
import { count, duration, rows } from '../amounts.js';
import type { Block } from '../blocks.js';
import { fact, numberColumn, text, textColumn } from '../blocks.js';
import { plainJson } from '../json.js';
import { coverageFacts, missingBlocks, warningBlocks } from './proof.js';

const columns = [
  { ...textColumn('at'), whole: true },
  textColumn('service'),
  textColumn('table'),
  textColumn('what'),
  textColumn('where'),
  textColumn('because'),
  numberColumn('depth'),
];

export function traceView(answer: TraceAnswer, verbose: boolean): Block[] {
  const { steps, coverage, elapsedMs, complete } = answer;
  const services = new Set(steps.map(({ service }) => service)).size;
  const line = `(${count(steps.length)} ${steps.length === 1 ? 'find' : 'finds'} in ${services} ${services === 1 ? 'service' : 'services'}, ${duration(elapsedMs)})`;
  return [
    { kind: 'heading', level: 1, text: `Trace of ${answer.id}` },
    ...(answer.chosen === null ? [] : [fact('chosen', answer.chosen)]),
    steps.length === 0
      ? text('Nothing was found under this id.', 'warning')
      : {
          kind: 'table',
          title: answer.id,
          columns,
          rows: steps.map((s) => [s.at, s.service, s.table, s.what, locator(s.locator), s.because.join('; '), s.depth]),
        },
    ...(verbose ? steps.map((s) => fact(`${s.service}.${s.table}`, plainJson(s.row))) : []),
    complete ? text(line, 'dim') : text(`${line} INCOMPLETE`, 'error'),
    ...warningBlocks(answer.warnings),
    ...missingBlocks(answer.missing),
    { kind: 'heading', level: 2, text: 'Where was looked' },
    ...coverage.flatMap((looked): Block[] => [
      fact(`${looked.service}.${looked.table}`, looked.notSearched === null ? `${looked.asked}, ${rows(looked.rows)}` : `not searched: ${looked.notSearched}`, looked.notSearched === null ? 'plain' : 'warning'),
      ...coverageFacts(looked.coverage),
    ]),
  ];
}

function locator(parts: TraceAnswer['steps'][number]['locator']): string {
  return Object.entries(parts)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : plainJson(value)}`)
    .join(' ');
}
