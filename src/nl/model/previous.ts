/**
 * The statement that was answered last, as a model may see it: names stand, values don't. Each value has a stand-in, and
 * what the model makes of the statement gets the values back.
 */

import { literalsIn } from '../vocabulary/literals.js';

export interface Shown {
  readonly text: string;
  /** Stand-ins in a statement of the model become the values again. */
  restore(sql: string): string;
}

const harmless = /^(microsecond|millisecond|second|minute|hour|day|week|month|quarter|year)s?$|^\d{4}-\d{2}-\d{2}/i;

export function shownPrevious(sql: string, values: boolean): Shown {
  const hidden = values ? [] : literalsIn(sql).filter(({ kind, value }) => (kind === 'text' ? !harmless.test(value) : value.length > 4));
  const standIn = (at: number): string => `'value_${at + 1}'`;
  let text = '';
  let from = 0;
  for (const [at, { start, end }] of hidden.entries()) {
    text += sql.slice(from, start) + standIn(at);
    from = end;
  }
  const originals = new Map(hidden.map(({ start, end }, at) => [standIn(at), sql.slice(start, end)]));
  return { text: text + sql.slice(from), restore: (written) => written.replace(/'value_\d+'/g, (found) => originals.get(found) ?? found) };
}
