/**
 * How long after its row a message comes: the first message of each of the newest entities beside the time at which the
 * table says their row was made. A wall clock without a zone counts as UTC.
 */

import { tableName } from '../../algebra/index.js';
import type { TablePair } from '../pairs.js';
import { columnSql } from '../values/paths.js';
import type { Run } from '../values/run.js';
import { keyLiteral, lookUpStatement, tableSql } from '../values/statements.js';
import { ageText, clockSkewMs, instantOf } from './freshness.js';
import { spellsOf } from './spells.js';
import { isLarge, tooLarge } from './statement.js';
import type { Checked, Unchecked } from './statement.js';
import { between, madeColumn } from './without-event.js';

const newest = 200;

export async function busLag({ left, right, isSameEntity, samples }: TablePair, run: Run, maxLagMs: number | undefined, whole?: number): Promise<(Checked | Unchecked)[]> {
  const link = samples.find(({ from }) => from.within === undefined);
  const [made, sent] = [madeColumn(right), left.columns.find(({ name }) => name === '_timestamp')];
  // Why the others can't be looked at is said of their rows (without-event.ts).
  if (!isSameEntity || link === undefined || made === undefined || sent === undefined) return [];
  const spells = isLarge(left, whole) ? await spellsOf(left, run) : undefined;
  if (isLarge(left, whole) && spells === undefined) return [{ check: 'bus lag', where: `${tableName(left)}._timestamp`, against: `${tableName(right)}.${made.name}`, why: tooLarge(left) }];
  // Of a large log the newest spell, and the rows made in it: an earlier message of others is not among what is read.
  const spell = spells?.spells.at(-1);
  const within = spell === undefined ? '' : ` AND ${between(columnSql(sent, 't'), sent, spell.from - clockSkewMs, spell.until)}`;
  const key = columnSql(link.from, 't');
  const { rows } = await run(`SELECT ${key} AS v0, min(${columnSql(sent, 't')}) AS v1 FROM ${tableSql(left)} AS t WHERE ${key} IS NOT NULL${within} GROUP BY 1 ORDER BY 2 DESC LIMIT ${newest}`);
  const first = new Map(rows.map(([id, at]) => [String(id), instantOf(String(at))]));
  for (const { apply } of link.sample.spellings) for (const [id, at] of [...first]) if (!first.has(apply(id))) first.set(apply(id), at);
  const literals = [...first.keys()].flatMap((value) => keyLiteral(value, link.to.type) ?? []);
  if (literals.length === 0) return [];
  const found = await run(lookUpStatement(right, columnSql(link.to), literals, [columnSql(made)], literals.length * 2));
  const lags = found.rows
    .flatMap(([id, at]) => (at === null || at === undefined || (spell !== undefined && !(instantOf(String(at)) >= spell.from)) ? [] : [{ id: String(id), ms: Math.max(0, first.get(String(id))! - instantOf(String(at))) }]))
    .filter(({ ms }) => !Number.isNaN(ms))
    .sort((a, b) => b.ms - a.ms);
  if (lags.length === 0) return [];
  const late = maxLagMs === undefined ? null : lags.filter(({ ms }) => ms > maxLagMs).length;
  return [
    {
      check: 'bus lag',
      where: `${tableName(left)}._timestamp`,
      against: `${tableName(right)}.${made.name}`,
      looked: lags.length,
      found: late,
      atLeast: false,
      sampled: [...(rows.length >= newest ? [`the newest ${newest} entities`] : []), ...(spell === undefined ? [] : [`of a spell of ${ageText(spell.to - spell.from)}`])].join(' ') || null,
      examples: lags.slice(0, 3).map(({ id, ms }) => `${id}: ${ageText(ms)}`),
      ok: late === null || late === 0,
      what: `half of the messages come within ${ageText(lags[Math.floor(lags.length / 2)]!.ms)} of their row, the slowest after ${ageText(lags[0]!.ms)}`,
    },
  ];
}
