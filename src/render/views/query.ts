/** A table of rows, how the question was read, and where the rows came from. */

import type { QueryAnswer, TranslatorFields } from '../../answer/contract.js';
import { count, duration, rows } from '../amounts.js';
import type { Block } from '../blocks.js';
import { blockColumn, code, fact, text } from '../blocks.js';
import { missingBlocks, proofBlocks, warningBlocks } from './proof.js';

export function queryView(answer: QueryAnswer, verbose: boolean): Block[] {
  return [tableOf(answer), ...queryNotes(answer, verbose)];
}

export function tableOf(answer: Pick<QueryAnswer, 'columns' | 'rows'> & { readonly title?: string }): Block {
  const title = answer.title === undefined ? {} : { title: answer.title };
  return { kind: 'table', columns: answer.columns.map(({ name, type }) => blockColumn(name, type)), rows: answer.rows, ...title };
}

/** Everything but the rows. */
export function queryNotes(answer: QueryAnswer, verbose: boolean): Block[] {
  return [
    summary(answer),
    ...readingBlocks(answer),
    ...warningBlocks(answer.warnings),
    ...missingBlocks(answer.missing),
    ...(verbose ? [code(answer.sql)] : []),
    ...proofBlocks(answer.fragments, verbose),
  ];
}

export function summary({ rowCount, truncated, complete, fragments, elapsedMs }: QueryAnswer): Block {
  const services = new Set(fragments.map(({ service }) => service)).size;
  const from = services === 0 ? '' : ` from ${services} ${services === 1 ? 'service' : 'services'}`;
  const more = truncated ? '; there are more: --limit 0 gives all, .limit 0 at the prompt' : '';
  const line = `(${truncated ? 'first ' : ''}${rows(rowCount)}${from}, ${duration(elapsedMs)}${more})`;
  return complete ? text(line, truncated ? 'warning' : 'dim') : text(`${line} INCOMPLETE`, 'error');
}

type Reading = Pick<QueryAnswer, 'reading' | 'assumptions' | 'alternatives' | 'translator'>;

/** How the question was understood: the reader's one chance to notice that it was not. */
export function readingBlocks({ reading, assumptions = [], alternatives = [], translator }: Reading): Block[] {
  return [
    ...(reading === undefined ? [] : [fact('reading', reading)]),
    ...assumptions.map((assumption) => fact('assumed', assumption)),
    ...alternatives.slice(0, 3).map((other, i) => fact(`or (${i + 2})`, other.reading, 'dim')),
    ...(translator?.usage === undefined ? [] : [fact('asked', `${translator.name}, ${usageText(translator.usage)}`, 'dim')]),
  ];
}

/** `2 requests, 1,204 + 80 tokens, 0.0003 USD` */
export function usageText({ requests, inputTokens, outputTokens, cost }: NonNullable<TranslatorFields['usage']>): string {
  return [
    `${count(requests)} ${requests === 1 ? 'request' : 'requests'}`,
    ...(inputTokens === null || outputTokens === null ? ['tokens not told'] : [`${count(inputTokens)} + ${count(outputTokens)} tokens`]),
    ...(cost === null ? [] : [`${cost.amount.toPrecision(2)} ${cost.currency}`]),
  ].join(', ');
}

/** `(1,204 rows so far)`: the end of a table that was cut short. */
export function cutShort(rowCount: number, why: string): Block {
  return text(`(${count(rowCount)} ${rowCount === 1 ? 'row' : 'rows'}, INCOMPLETE: ${why})`, 'error');
}
