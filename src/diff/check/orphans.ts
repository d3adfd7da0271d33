/** References that lead nowhere, and those that lead somewhere only when they are spelled otherwise. */

import { isRepeated, tableName } from '../../algebra/index.js';
import type { FoundColumn } from '../links.js';
import { columnSql, family } from '../values/paths.js';
import { keysThere, respell } from '../values/respell.js';
import { spelledHow } from '../values/equality.js';
import type { Run } from '../values/sample.js';
import { tableSql } from '../values/statements.js';
import { lookedAt, mostExamples, mostFound, sameKey } from './statement.js';
import type { Checked } from './statement.js';

/** Lost keys that are asked for in every spelling; the others in those that found something. */
const spelled = 1_000;

export async function orphans(from: FoundColumn, to: FoundColumn, run: Run, whole?: number): Promise<Checked[]> {
  // The elements of a list become rows of their own before anything else is asked of them.
  const repeated = isRepeated(from.column);
  const key = repeated ? 'l."key"' : columnSql(from.column, 'l');
  const target = columnSql(to.column, 'r');
  const { relations, sampled } = await lookedAt(from.table, repeated ? 'e' : 'l', run, whole);
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
  const { keys: respelled } = await respell([...lost.keys()], from.column, to, (values) => keysThere(to.table, to.column, values, run), run, spelled);
  const absent = [...lost].filter(([value]) => !respelled.has(value));
  const worst = relations.length === 1 ? absent : absent.sort(([, a], [, b]) => b - a);
  const count = worst.reduce((sum, [, rows]) => sum + rows, 0);
  const isTopic = from.table.kind === 'topic';
  const place = { where: `${tableName(from.table)}.${from.column.name}`, against: `${tableName(to.table)}.${to.column.name}`, looked, atLeast, sampled };
  // Who knows UUIDs as such finds them in any form.
  const isEqual = [from, to].some(({ column }) => family(column.type) === 'uuid');
  const otherwise = isEqual ? [] : [...respelled];
  return [
    {
      ...place,
      check: isTopic ? 'events without a row' : 'references that lead nowhere',
      found: count,
      examples: worst.slice(0, mostExamples).map(([value]) => value),
      ok: count === 0,
      what: count === 0 ? 'every key is there' : `${worst.length} ${worst.length === 1 ? 'key is' : 'keys are'} not there`,
    },
    ...(otherwise.length === 0
      ? []
      : [{
          ...place,
          check: 'keys spelled otherwise' as const,
          found: otherwise.reduce((sum, [value]) => sum + lost.get(value)!, 0),
          examples: otherwise.slice(0, mostExamples).map(([here, there]) => `${JSON.stringify(here)} here, ${JSON.stringify(there)} there`),
          ok: false,
          what: `${otherwise.length} ${otherwise.length === 1 ? 'key is' : 'keys are'} there only ${spelledHow(...otherwise[0]!)}; a join on equality loses them`,
        }]),
  ];
}
