/** References that lead nowhere. */

import { isRepeated, tableName } from '../../algebra/index.js';
import type { FoundColumn } from '../links.js';
import { columnSql } from '../values/paths.js';
import type { Run } from '../values/sample.js';
import { tableSql } from '../values/statements.js';
import { lookedAt, mostExamples, mostFound, sameKey } from './statement.js';
import type { Checked } from './statement.js';

export async function orphans(from: FoundColumn, to: FoundColumn, run: Run): Promise<Checked> {
  // The elements of a list become rows of their own before anything else is asked of them.
  const repeated = isRepeated(from.column);
  const key = repeated ? 'l."key"' : columnSql(from.column, 'l');
  const target = columnSql(to.column, 'r');
  const { relations, sampled } = await lookedAt(from.table, repeated ? 'e' : 'l', run);
  const lost = new Map<string, number>();
  let [looked, atLeast] = [0, false];
  for (const relation of relations) {
    const rows = repeated ? `(SELECT ${columnSql(from.column, 'e')} AS "key" FROM ${relation}) AS l` : relation;
    const found = await run(
      `SELECT ${key} AS v0, count(*) AS v1 FROM ${rows} WHERE ${key} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ${tableSql(to.table)} AS r WHERE ${sameKey(target, to.column.type, key, from.column.type)})
     GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${mostFound}`,
    );
    for (const [value, count] of found.rows) lost.set(String(value), (lost.get(String(value)) ?? 0) + Number(count));
    atLeast ||= found.rows.length >= mostFound;
    const [counted] = (await run(`SELECT count(${key}) AS v0 FROM ${rows}`)).rows;
    looked += Number(counted![0]);
  }
  const worst = relations.length === 1 ? [...lost] : [...lost].sort(([, a], [, b]) => b - a);
  const count = worst.reduce((sum, [, rows]) => sum + rows, 0);
  const isTopic = from.table.kind === 'topic';
  return {
    check: isTopic ? 'events without a row' : 'references that lead nowhere',
    where: `${tableName(from.table)}.${from.column.name}`,
    against: `${tableName(to.table)}.${to.column.name}`,
    looked,
    found: count,
    atLeast,
    sampled,
    examples: worst.slice(0, mostExamples).map(([value]) => value),
    ok: count === 0,
    what: count === 0 ? 'every key is there' : `${worst.length} ${worst.length === 1 ? 'key is' : 'keys are'} not there`,
  };
}
