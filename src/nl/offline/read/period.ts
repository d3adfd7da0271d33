/** Takes "last week", "in the past 7 days", "in March 2024" out of the tokens: a period, read at an instant in a zone. */

import { relativePeriod } from '../text/dates.js';
import type { Period } from '../text/dates.js';
import type { Token } from '../text/tokens.js';
import type { Unit } from '../tree/tree.js';

export interface SaidPeriod extends Period {
  readonly said: string;
  /** Relative to now: the answer says so, with the zone. */
  readonly relative: boolean;
}

const months = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];
const units: Readonly<Record<string, Unit>> = { day: 'day', week: 'week', month: 'month', quarter: 'quarter', year: 'year' };
const lead = new Set(['in', 'during', 'for', 'from', 'over', 'within', 'since', 'the', 'made', 'on']);

export function takePeriod(tokens: readonly Token[], now: string, zone: string): { tokens: readonly Token[]; period?: SaidPeriod } {
  for (let i = 0; i < tokens.length; i++) {
    const found = periodAt(tokens, i, now, zone);
    if (found === undefined) continue;
    let start = i;
    while (start > 0 && lead.has(tokens[start - 1]!.lower)) start--;
    const said = tokens.slice(i, found.end).map((t) => t.text).join(' ');
    const before = tokens.slice(0, start);
    return { tokens: [...before, ...tokens.slice(found.end)], period: { ...found.period, said, relative: found.relative } };
  }
  return { tokens };
}

function periodAt(tokens: readonly Token[], i: number, now: string, zone: string): { period: Period; end: number; relative: boolean } | undefined {
  const word = tokens[i]!.lower;
  const next = tokens[i + 1];
  const unit = units[next?.lemma ?? ''];
  const result = (period: Period, end: number, relative = true) => ({ period, end, relative });
  if (word === 'today') return result(relativePeriod('today', 'day', 0, now, zone), i + 1);
  if (word === 'yesterday') return result(relativePeriod('yesterday', 'day', 1, now, zone), i + 1);
  if ((word === 'this' || word === 'current') && unit !== undefined) return result(relativePeriod('this', unit, 0, now, zone), i + 2);
  if (['last', 'past', 'previous', 'recent'].includes(word)) {
    const after = units[tokens[i + 2]?.lemma ?? ''];
    if (next?.number !== undefined && after !== undefined) return result(relativePeriod('past', after, next.number, now, zone), i + 3);
    // "the last year of service" is no period.
    if (unit !== undefined && tokens[i + 2]?.lower !== 'of') return result(word === 'past' ? relativePeriod('past', unit, 1, now, zone) : relativePeriod('last', unit, 1, now, zone), i + 2);
  }
  const month = months.indexOf(word);
  const year = next?.number;
  if (month >= 0 && year !== undefined && year >= 1000 && year <= 9999 && lead.has(tokens[i - 1]?.lower ?? '')) {
    const from = new Date(Date.UTC(year, month, 1));
    const to = new Date(Date.UTC(year, month + 1, 1));
    return result({ from: from.toISOString().slice(0, 10), to: to.toISOString().slice(0, 10) }, i + 2, false);
  }
  return undefined;
}
