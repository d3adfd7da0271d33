/** Dates as people write them, and relative ones, read at an instant in a time zone. */

import type { Unit } from '../tree/tree.js';

const months = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];

/** ISO date (or date and time), or undefined for one that doesn't exist. */
export function isoDate(text: string): string | undefined {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}:\d{2}(?::\d{2})?)Z?)?$/.exec(text);
  if (iso !== null) return checked(Number(iso[1]), Number(iso[2]), Number(iso[3]), iso[4]);
  const slashed = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  if (slashed !== null) return checked(Number(slashed[3]), Number(slashed[1]), Number(slashed[2]));
  const words = text.toLowerCase().replace(/,| of/g, ' ').split(/\s+/);
  const month = words.findIndex((w) => months.includes(w));
  if (month < 0) return undefined;
  const numbers = words.filter((_, i) => i !== month).map((w) => Number.parseInt(w, 10));
  const [day, year] = numbers.length === 2 ? numbers : [1, numbers[0]];
  return checked(year!, months.indexOf(words[month]!) + 1, day!);
}

function checked(year: number, month: number, day: number, time?: string): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const iso = date.toISOString().slice(0, 10);
  return time === undefined ? iso : `${iso} ${time.length === 5 ? `${time}:00` : time}`;
}

export interface Period {
  /** First day in it, and the first after it. Wall-clock dates in the zone. */
  readonly from: string;
  readonly to: string;
}

/** The calendar date in a zone at an instant. */
export function today(now: string, zone: string): Date {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(now));
  return new Date(`${parts}T00:00:00Z`);
}

/** today, yesterday, this/last/next unit, last/past n units. `count` 0 is the current one. */
export function relativePeriod(kind: 'today' | 'yesterday' | 'this' | 'last' | 'past' | 'next', unit: Unit, count: number, now: string, zone: string): Period {
  const day = today(now, zone);
  if (kind === 'today') return { from: iso(day), to: iso(shift(day, 'day', 1)) };
  if (kind === 'yesterday') return { from: iso(shift(day, 'day', -1)), to: iso(day) };
  if (kind === 'past') return { from: iso(shift(day, unit, -count)), to: iso(shift(day, 'day', 1)) };
  const start = startOf(day, unit);
  if (kind === 'next') return { from: iso(shift(start, unit, count)), to: iso(shift(start, unit, count + 1)) };
  if (kind === 'this') return { from: iso(start), to: iso(shift(start, unit, 1)) };
  return { from: iso(shift(start, unit, -count)), to: iso(start) };
}

/** The month (0 to 11) that is now, or was last. */
export function latestMonth(month: number, now: string, zone: string): Period {
  const day = today(now, zone);
  const year = day.getUTCFullYear() - (month > day.getUTCMonth() ? 1 : 0);
  return { from: iso(new Date(Date.UTC(year, month, 1))), to: iso(new Date(Date.UTC(year, month + 1, 1))) };
}

/** From its first day through today. */
export function untilNow(period: Period, now: string, zone: string): Period {
  return { from: period.from, to: iso(shift(today(now, zone), 'day', 1)) };
}

function iso(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function startOf(date: Date, unit: Unit): Date {
  const d = new Date(date);
  // Weeks begin on Monday, as DuckDB's do.
  if (unit === 'week') d.setUTCDate(d.getUTCDate() - ((d.getUTCDay() + 6) % 7));
  if (unit === 'month' || unit === 'quarter' || unit === 'year') d.setUTCDate(1);
  if (unit === 'quarter') d.setUTCMonth(d.getUTCMonth() - (d.getUTCMonth() % 3));
  if (unit === 'year') d.setUTCMonth(0);
  return d;
}

function shift(date: Date, unit: Unit, by: number): Date {
  const d = new Date(date);
  if (unit === 'week') d.setUTCDate(d.getUTCDate() + 7 * by);
  else if (unit === 'month' || unit === 'quarter') {
    const months = unit === 'month' ? by : 3 * by;
    const dayOfMonth = d.getUTCDate();
    d.setUTCDate(1);
    d.setUTCMonth(d.getUTCMonth() + months);
    const last = new Date(Date.UTC(d.getUTCFullYear(), d.getUTCMonth() + 1, 0)).getUTCDate();
    d.setUTCDate(Math.min(dayOfMonth, last));
  } else if (unit === 'year') d.setUTCFullYear(d.getUTCFullYear() + by);
  else d.setUTCDate(d.getUTCDate() + by);
  return d;
}
