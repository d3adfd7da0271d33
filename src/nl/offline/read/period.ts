/** Takes "last week", "in the past 7 days", "in March 2024" out of the tokens: a period, read at an instant in a zone. */

import { latestMonth, relativePeriod, untilNow } from '../text/dates.js';
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
const beyond = new Set(['before', 'after', 'until', 'till', 'by', 'than', 'not']);
const lead = new Set(['in', 'during', 'for', 'from', 'over', 'within', 'since', 'the', 'made', 'on']);

export function takePeriod(tokens: readonly Token[], now: string, zone: string): { tokens: readonly Token[]; period?: SaidPeriod } {
  for (let i = 0; i < tokens.length; i++) {
    const found = periodAt(tokens, i, now, zone);
    // "before last week" is another time, and not read.
    if (found === undefined || beyond.has(tokens[i - 1]?.lower ?? '') || (tokens[i - 1]?.lower === 'the' && beyond.has(tokens[i - 2]?.lower ?? ''))) continue;
    let start = i;
    while (start > 0 && lead.has(tokens[start - 1]!.lower)) start--;
    const said = tokens.slice(i, found.end).map((t) => t.text).join(' ');
    const before = tokens.slice(0, start);
    const since = tokens.slice(start, i).some((t) => t.lower === 'since');
    return { tokens: [...before, ...tokens.slice(found.end)], period: { ...(since ? untilNow(found.period, now, zone) : found.period), said: since ? `since ${said}` : said, relative: found.relative || since } };
  }
  return { tokens };
}

function periodAt(tokens: readonly Token[], i: number, now: string, zone: string): { period: Period; end: number; relative: boolean } | undefined {
  const word = tokens[i]!.lower;
  const next = tokens[i + 1];
  const unit = units[next?.lemma ?? ''];
  const result = (period: Period, end: number, relative = true) => ({ period, end, relative });
  if (word === 'tomorrow') return result(relativePeriod('next', 'day', 1, now, zone), i + 1);
  if (word === 'next' && unit !== undefined) return result(relativePeriod('next', unit, 1, now, zone), i + 2);
  const quarter = /^q([1-4])$/.exec(word);
  if (quarter !== null && isYear(next?.number)) return result(monthsOf(next!.number!, 3 * Number(quarter[1]) - 3, 3), i + 2, false);
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
  if (month < 0) return undefined;
  const led = lead.has(tokens[i - 1]?.lower ?? '') || tokens[i - 1]?.lower === 'of';
  if (isYear(next?.number)) return led ? result(monthsOf(next!.number!, month, 1), i + 2, false) : undefined;
  // "in October": the one that is, or was last.
  if (next?.number !== undefined || !['in', 'during', 'since', 'last'].includes(tokens[i - 1]?.lower ?? '')) return undefined;
  return result(latestMonth(month, now, zone), i + 1);
}

function isYear(number: number | undefined): boolean {
  return number !== undefined && number >= 1000 && number <= 9999;
}

function monthsOf(year: number, month: number, count: number): Period {
  const day = (at: number) => new Date(Date.UTC(year, at, 1)).toISOString().slice(0, 10);
  return { from: day(month), to: day(month + count) };
}
