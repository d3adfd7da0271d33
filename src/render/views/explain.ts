/** What each store would be asked, what travels between them, and what would run here. */

import type { ExplainAnswer } from '../../answer/contract.js';
import { count, size } from '../amounts.js';
import type { Block } from '../blocks.js';
import { code, fact, text } from '../blocks.js';
import { plainJson } from '../json.js';
import { warningBlocks } from './proof.js';
import { readingBlocks } from './query.js';

export function explainView(answer: ExplainAnswer): Block[] {
  return [
    ...(answer.question === undefined ? [] : [fact('question', answer.question)]),
    ...readingBlocks(answer),
    code(answer.sql),
    ...answer.fragments.flatMap((fragment): Block[] => [
      { kind: 'heading', level: 2, text: `${fragment.id} ${fragment.service} (${[fragment.store, ...tagWords(fragment.tags)].join(', ')}): ${fragment.table}` },
      code(fragment.native),
      ...(fragment.params.length > 0 ? [fact('params', plainJson(fragment.params))] : []),
      fact('estimate', fragment.estimatedRows === null ? 'unknown' : `${count(Math.round(fragment.estimatedRows))} rows`),
      ...actualBlocks(fragment.actual),
      ...fragment.pushed.map((what) => fact('pushed', what)),
      ...fragment.kept.map(({ what, reason }) => fact('kept', `${what}: ${reason}`)),
    ]),
    ...(answer.shipments.length > 0 ? [{ kind: 'heading', level: 2, text: 'Keys to ship' } as const] : []),
    ...answer.shipments.flatMap(keyBlocks),
    { kind: 'heading', level: 2, text: 'Then, here' },
    code(answer.residual),
    ...answer.local.map(({ what, reason }) => fact('here', `${what}: ${reason}`)),
    ...(answer.analysis === undefined ? [] : [fact('time', timeWords(answer.analysis)), fact('rows', count(answer.analysis.rows))]),
    ...(answer.fragments.length === 0 ? [text('(no store is asked)', 'dim')] : []),
    ...warningBlocks(answer.warnings),
  ];
}

function actualBlocks(actual: ExplainAnswer['fragments'][number]['actual']): Block[] {
  if (actual === undefined) return [];
  if (actual === null) return [fact('actual', 'missing')];
  return [fact('actual', `${count(actual.rows)} rows, ${size(actual.bytes)}, ${count(actual.ms)} ms (${actual.proof})`), fact('time', spentWords(actual))];
}

function spentWords({ ms, waitMs, storeMs }: { readonly ms: number; readonly waitMs: number; readonly storeMs: number }): string {
  return `${waitMs > 0 ? `waiting for keys ${count(waitMs)} ms, ` : ''}waiting for the store ${count(storeMs)} ms, transfer ${count(Math.max(0, ms - storeMs))} ms`;
}

function keyBlocks({ from, to, key, because, decision, actual }: ExplainAnswer['shipments'][number]): Block[] {
  const { sourceRows, keys, targetRows, breakEven, chosen, why } = decision;
  const rows = (of: string, expected: number | null) => `${expected === null ? 'unknown' : count(Math.round(expected))} rows of ${of}`;
  const chosenWords = { keys: 'by keys', try: 'by keys if they come at once, else read without', scan: 'read without keys' }[chosen];
  const numbers = [rows(from, sourceRows), `${count(Math.round(keys))} keys`, rows(to, targetRows), ...(breakEven === null ? [] : [`break-even ${count(breakEven)} keys`])];
  return [
    fact(`${from} to ${to}`, `${key}: ${because}`),
    fact('decided', `${chosenWords}: ${why} (estimated ${numbers.join(', ')})`),
    ...(actual ? [fact('actual', actual.shipped ? `${count(actual.keys ?? 0)} keys travelled` : `no keys travelled: ${actual.why}`)] : []),
  ];
}

function timeWords({ planMs, readMs, joinMs, elapsedMs }: NonNullable<ExplainAnswer['analysis']>): string {
  return `${count(elapsedMs)} ms: planning ${count(planMs)}, reading from the stores ${count(readMs)}, joining here ${count(joinMs)}`;
}

export function tagWords(tags: Readonly<Record<string, string>>): string[] {
  return Object.entries(tags).map(([name, value]) => `${name} ${value}`);
}
