/** Which part of the logs is searched: as told, or from the time that the id itself carries. */

import type { TraceWindow } from '../answer/contract.js';

export interface Bounds {
  /** ISO instants. */
  readonly since?: string;
  readonly until?: string;
}

/** What led to an event lies before it, and clocks differ: the search begins this much before the id was made. */
const reachBackMs = 24 * 3_600_000;
const earliest = Date.parse('2010-01-01T00:00:00Z');

export function windowOf(id: string, { since, until }: Bounds, now: number): { readonly window: TraceWindow | null; readonly isGuess: boolean } {
  if (since !== undefined || until !== undefined) {
    return { window: { since: since ?? null, until: until ?? null, because: 'as told' }, isGuess: false };
  }
  const made = timeOfId(id, now);
  if (made === undefined) return { window: null, isGuess: false };
  const window = { since: new Date(made.at - reachBackMs).toISOString(), until: null, because: `the id is a ${made.kind} of ${new Date(made.at).toISOString()}; 24 h before it are searched too` };
  return { window, isGuess: true };
}

/**
 * The moment in an id, in milliseconds: UUID version 7 (RFC 9562), ULID (github.com/ulid/spec), MongoDB's ObjectId, and
 * snowflakes by Twitter's epoch. undefined where there is none, or where it would lie before 2010 or in the future.
 */
export function timeOfId(id: string, now: number): { readonly at: number; readonly kind: string } | undefined {
  const hex = id.replaceAll('-', '').toLowerCase();
  const candidates: [string, number][] = [];
  if (/^[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/.test(hex) && (id.length === 36 || id.length === 32)) candidates.push(['UUIDv7', parseInt(hex.slice(0, 12), 16)]);
  if (/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i.test(id)) candidates.push(['ULID', [...id.slice(0, 10).toUpperCase()].reduce((sum, digit) => sum * 32 + crockford.indexOf(digit), 0)]);
  if (/^[0-9a-f]{24}$/i.test(id)) candidates.push(['ObjectId', parseInt(id.slice(0, 8), 16) * 1000]);
  if (/^\d{17,19}$/.test(id)) candidates.push(['snowflake', Number(BigInt(id) >> 22n) + twitterEpoch]);
  const [kind, at] = candidates.find(([, time]) => time >= earliest && time <= now + 86_400_000) ?? [];
  return kind === undefined || at === undefined ? undefined : { kind, at };
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const twitterEpoch = 1_288_834_974_657;
