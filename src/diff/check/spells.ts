/**
 * Spells of time in a log that is too large to be read whole: where they begin is told by messages all over it, and how
 * long they are by how fast the log grows, so that so many messages are read and no more. A log finds the messages of a
 * time without reading the others.
 */

import type { Table } from '../../algebra/index.js';
import type { Run } from '../values/run.js';
import { spreadOver, stretchStatement } from '../values/spread.js';
import { ageText, instantOf } from './freshness.js';

/** Times in milliseconds since 1970. */
export interface Spell {
  /** Rows made from here... */
  readonly from: number;
  /** ...to here are looked at... */
  readonly to: number;
  /** ...and messages up to here. */
  readonly until: number;
}

const places = 8;
/** About how many are read of each. */
const messages = 50_000;
const [leastMs, mostMs] = [60_000, 3_600_000];

/** Undefined where a minute holds too many messages, or the log does not tell its times. */
export async function spellsOf(log: Table, run: Run): Promise<{ readonly spells: readonly Spell[]; readonly text: string } | undefined> {
  const count = log.rows!.count;
  const { stretches } = await spreadOver(log, count, places, places, run);
  const begins: number[] = [];
  for (const stretch of stretches) {
    const [row] = (await run(stretchStatement(log, ['"_timestamp"'], stretch))).rows;
    const at = row === undefined ? NaN : instantOf(String(row[0]));
    if (!Number.isNaN(at)) begins.push(at);
  }
  begins.sort((a, b) => a - b);
  const span = begins.length < 2 ? 0 : begins.at(-1)! - begins[0]!;
  const length = Math.min(mostMs, Math.floor((messages / 2) * (span / count)));
  if (length < leastMs) return undefined;
  const from = [...new Set(begins.map((at) => Math.floor(at / length) * length))];
  return {
    spells: from.map((at) => ({ from: at, to: at + length, until: at + 2 * length })),
    text: `rows made in ${from.length} spells of ${ageText(length)} all over the log, and its messages up to ${ageText(length)} after each`,
  };
}
