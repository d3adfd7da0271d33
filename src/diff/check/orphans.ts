/** References that lead nowhere. */

import { isRepeated, tableName } from '../../algebra/index.js';
import type { FoundColumn } from '../links.js';
import { columnSql } from '../values/paths.js';
import type { Run } from '../values/sample.js';
import { tableSql } from '../values/statements.js';
import { fromSql, isLarge, mostExamples, mostFound, sameKey, sampledRows } from './statement.js';
import type { Checked } from './statement.js';

export async function orphans(from: FoundColumn, to: FoundColumn, run: Run): Promise<Checked> {
  // The elements of a list become rows of their own before anything else is asked of them.
  const repeated = isRepeated(from.column);
  const key = repeated ? 'l."key"' : columnSql(from.column, 'l');
  const rows = repeated ? `(SELECT ${columnSql(from.column, 'e')} AS "key" FROM ${fromSql(from.table, 'e')}) AS l` : fromSql(from.table, 'l');
  const target = columnSql(to.column, 'r');
  const found = await run(
    `SELECT ${key} AS v0, count(*) AS v1 FROM ${rows} WHERE ${key} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ${tableSql(to.table)} AS r WHERE ${sameKey(target, to.column.type, key, from.column.type)})
     GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${mostFound}`,
  );
  const [counted] = (await run(`SELECT count(${key}) AS v0 FROM ${rows}`)).rows;
  const count = found.rows.reduce((sum, row) => sum + Number(row[1]), 0);
  const isTopic = from.table.kind === 'topic';
  return {
    check: isTopic ? 'events without a row' : 'references that lead nowhere',
    where: `${tableName(from.table)}.${from.column.name}`,
    against: `${tableName(to.table)}.${to.column.name}`,
    looked: Number(counted![0]),
    found: count,
    atLeast: found.rows.length >= mostFound,
    sampled: isLarge(from.table) ? `the first ${sampledRows.toLocaleString('en')} rows` : null,
    examples: found.rows.slice(0, mostExamples).map((row) => String(row[0])),
    ok: count === 0,
    what: count === 0 ? 'every key is there' : `${found.rows.length} ${found.rows.length === 1 ? 'key is' : 'keys are'} not there`,
  };
}
