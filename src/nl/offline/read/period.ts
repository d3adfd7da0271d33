/** Takes "last week", "in the past 7 days", "in March 2024" out of the tokens: a period, read at an instant in a zone. */

import { isoDate, latestMonth, relativePeriod, untilNow } from '../text/dates.js';
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
  // "whose end date is between ..." is read as a comparison of that column.
  const compared = /^(is|are|was|were|be|date|dates|time|year|day)$/.test(tokens[i - 1]?.lower ?? '');
  const range = (word === 'between' || word === 'from') && !compared ? rangeAt(tokens, i, now, zone) : undefined;
  if (range !== undefined) return range;
  const day = dayAt(tokens, i, now, zone);
  if (day !== undefined && day.end > i + 1 && (lead.has(tokens[i - 1]?.lower ?? '') || /^on$/.test(tokens[i - 1]?.lower ?? ''))) return { period: day.period, end: day.end, relative: day.open };
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
  if (quarter !== null && lead.has(tokens[i - 1]?.lower ?? '') && next?.number === undefined) {
    const first = 3 * Number(quarter[1]) - 3;
    return result(monthsOf(Number(latestMonth(first, now, zone).from.slice(0, 4)), first, 3), i + 1);
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

/** "between March and May", "from 3 to 9 May 2026": both ends are in it. */
function rangeAt(tokens: readonly Token[], i: number, now: string, zone: string): { period: Period; end: number; relative: boolean } | undefined {
  const joined = /^(and|to|until|till|through)$/;
  const bare = tokens[i + 1]?.number;
  // "from 3 to 9 May": the month is said once.
  if (bare !== undefined && joined.test(tokens[i + 2]?.lower ?? '')) {
    const last = dayAt(tokens, i + 3, now, zone);
    if (last === undefined || last.month || last.end === i + 4) return undefined;
    const first = isoDate(`${last.period.from.slice(0, 8)}${String(bare).padStart(2, '0')}`);
    return first === undefined || first > last.period.from ? undefined : { period: { from: first, to: last.period.to }, end: last.end, relative: last.open };
  }
  const first = dayAt(tokens, i + 1, now, zone);
  const last = first === undefined || !joined.test(tokens[first.end]?.lower ?? '') ? undefined : dayAt(tokens, first.end + 1, now, zone);
  if (first === undefined || last === undefined) return undefined;
  // A year that is said once is both ends'; without one, the last end that has begun says which.
  const year = last.period.from.slice(0, 4);
  const begin = first.open ? `${year}${first.period.from.slice(4)}` : first.period.from;
  const from = begin > last.period.from && first.open ? `${Number(year) - 1}${begin.slice(4)}` : begin;
  return from > last.period.from || isoDate(from) === undefined ? undefined : { period: { from, to: last.period.to }, end: last.end, relative: first.open && last.open };
}

/** A day or a month as it is said; `open` where the year is not: the one that is now, or was last. */
function dayAt(tokens: readonly Token[], i: number, now: string, zone: string): { period: Period; end: number; open: boolean; month: boolean } | undefined {
  const token = tokens[i];
  if (token === undefined) return undefined;
  const single = (iso: string | undefined, end: number, open: boolean) => (iso === undefined || iso.length > 10 ? undefined : { period: { from: iso, to: new Date(Date.parse(iso) + 86_400_000).toISOString().slice(0, 10) }, end, open, month: false });
  if (token.kind === 'date') return single(isoDate(token.text), i + 1, false);
  const dayFirst = token.number ?? (/^\d{1,2}(st|nd|rd|th)$/.test(token.lower) ? Number.parseInt(token.lower, 10) : undefined);
  const at = dayFirst === undefined ? i : tokens[i + 1]?.lower === 'of' ? i + 2 : i + 1;
  const month = months.indexOf(tokens[at]?.lower ?? '');
  if (month < 0) return undefined;
  const after = tokens[at + 1];
  const dayAfter = dayFirst === undefined && after !== undefined && !isYear(after.number) && after.number !== undefined && after.number >= 1 && after.number <= 31 ? after.number : undefined;
  const day = dayFirst ?? dayAfter;
  const end = dayAfter === undefined ? at + 1 : at + 2;
  const said = tokens[end]?.number;
  const year = isYear(said) ? said! : Number(latestMonth(month, now, zone).from.slice(0, 4));
  const next = isYear(said) ? end + 1 : end;
  if (day === undefined) return { period: monthsOf(year, month, 1), end: next, open: !isYear(said), month: true };
  return single(isoDate(`${year}-${String(month + 1).padStart(2, '0')}-${String(day).padStart(2, '0')}`), next, !isYear(said));
}
