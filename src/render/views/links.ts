/** Which column refers to which, and what speaks for it. */

import type { LinksAnswer } from '../../answer/contract.js';
import { count, duration } from '../amounts.js';
import type { Block } from '../blocks.js';
import { fact, numberColumn, text, textColumn } from '../blocks.js';
import { missingBlocks, warningBlocks } from './proof.js';

const columns = [...['from', 'to', 'status'].map(textColumn), numberColumn('score'), textColumn('values'), textColumn('because')];

export function linksView(answer: LinksAnswer): Block[] {
  const { links, written, elapsedMs, complete } = answer;
  const line = `(${count(links.length)} ${links.length === 1 ? 'link' : 'links'}, ${duration(elapsedMs)})`;
  return [
    ...(links.length === 0 ? [] : [{ kind: 'table', columns, rows: links.map(({ from, to, status, score, values, because }) => [from, to, status, score, valuesText(values), because]) } as const]),
    complete ? text(line, 'dim') : text(`${line} INCOMPLETE`, 'error'),
    ...(written?.decisions ?? []).map(({ from, to, decision }) => fact('written', `${from} = ${to}, ${decision}, in ${written!.path}`, 'good')),
    ...(links.some(({ status }) => status === 'proposed' || status === 'unproven')
      ? [fact('to keep', 'aishell schema links --confirm from=to, or --reject from=to', 'dim')]
      : []),
    ...warningBlocks(answer.warnings),
    ...missingBlocks(answer.missing),
  ];
}

function valuesText(values: LinksAnswer['links'][number]['values']): string {
  if (values === null) return '';
  const some = values.missing.length === 0 ? '' : `, not ${values.missing.join(', ')}`;
  return `${count(values.found)} of ${count(values.keys)} keys of ${values.sample}${some}`;
}
