/**
 * How long after its row a message comes: the first message of each of the newest entities beside the time at which the
 * table says their row was made. A wall clock without a zone counts as UTC.
 */

import { tableName } from '../../algebra/index.js';
import type { TablePair } from '../pairs.js';
import { columnSql } from '../values/paths.js';
import type { Run } from '../values/run.js';
import { keyLiteral, lookUpStatement, tableSql } from '../values/statements.js';
import { ageText, instantOf } from './freshness.js';
import { isLarge, tooLarge } from './statement.js';
import type { Checked, Unchecked } from './statement.js';
import { madeColumn } from './without-event.js';

const newest = 200;

export async function busLag({ left, right, isSameEntity, samples }: TablePair, run: Run, maxLagMs: number | undefined): Promise<(Checked | Unchecked)[]> {
  const link = samples.find(({ from }) => from.within === undefined);
  const [made, sent] = [madeColumn(right), left.columns.find(({ name }) => name === '_timestamp')];
  // Why the others can't be looked at is said of their rows (without-event.ts).
  if (!isSameEntity || link === undefined || made === undefined || sent === undefined) return [];
  if (isLarge(left)) return [{ check: 'bus lag', where: `${tableName(left)}._timestamp`, against: `${tableName(right)}.${made.name}`, why: tooLarge(left) }];
  const key = columnSql(link.from, 't');
  const { rows } = await run(`SELECT ${key} AS v0, min(${columnSql(sent, 't')}) AS v1 FROM ${tableSql(left)} AS t WHERE ${key} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT ${newest}`);
  const first = new Map(rows.map(([id, at]) => [String(id), instantOf(String(at))]));
  for (const { apply } of link.sample.spellings) for (const [id, at] of [...first]) if (!first.has(apply(id))) first.set(apply(id), at);
  const literals = [...first.keys()].flatMap((value) => keyLiteral(value, link.to.type) ?? []);
  if (literals.length === 0) return [];
  const found = await run(lookUpStatement(right, columnSql(link.to), literals, [columnSql(made)], literals.length * 2));
  const lags = found.rows
    .flatMap(([id, at]) => (at === null || at === undefined ? [] : [{ id: String(id), ms: Math.max(0, first.get(String(id))! - instantOf(String(at))) }]))
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
      sampled: rows.length >= newest ? `the newest ${newest} entities` : null,
      examples: lags.slice(0, 3).map(({ id, ms }) => `${id}: ${ageText(ms)}`),
      ok: late === null || late === 0,
      what: `half of the messages come within ${ageText(lags[Math.floor(lags.length / 2)]!.ms)} of their row, the slowest after ${ageText(lags[0]!.ms)}`,
    },
  ];
}
