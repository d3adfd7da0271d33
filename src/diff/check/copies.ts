/** Copies of another service's values that say something else than the original. */

import type { Cell } from '../../answer/contract.js';
import { isRepeated, tableName } from '../../algebra/index.js';
import type { Column } from '../../algebra/index.js';
import type { ColumnPair, TablePair } from '../pairs.js';
import { columnSql, family } from '../values/paths.js';
import type { LinkSample, Run } from '../values/sample.js';
import { tableSql } from '../values/statements.js';
import { isLarge, keyText, lookedAt, mostExamples, mostFound, sameKey, tooLarge } from './statement.js';
import type { Checked, Unchecked } from './statement.js';

export async function copiesThatDiffer(pair: TablePair, run: Run, whole?: number): Promise<(Checked | Unchecked)[]> {
  const link = pair.samples.find(({ from }) => !isRepeated(from));
  if (link === undefined) return [];
  const checked: (Checked | Unchecked)[] = [];
  for (const columns of pair.columns.filter(isCopy)) checked.push(await one(pair, columns, link, run, whole));
  return checked;
}

/** Two columns that should say the same. Amounts under another name may be those of another day on purpose. */
function isCopy({ role, left, right, values }: ColumnPair): boolean {
  const [a, b] = [family(left.type), family(right.type)];
  return (role === 'copy' || role === 'same') && a === b && a === 'text' && values !== undefined && values.equal + values.folded > 0 && left.within === undefined;
}

async function one({ left, right }: TablePair, columns: ColumnPair, { from, to, sample }: { from: Column; to: Column; sample: LinkSample }, run: Run, whole?: number): Promise<Checked | Unchecked> {
  const [here, there] = [columnSql(columns.left, 'l'), columnSql(columns.right, 'r')];
  const key = columnSql(from, 'l');
  const place = { check: 'copies that differ' as const, where: `${tableName(left)}.${columns.left.name}`, against: `${tableName(right)}.${columns.right.name}` };
  // Keys that are spelled otherwise there do not travel: that table is read for them.
  const spellings = to.type.kind === 'uuid' ? [] : sample.spellings;
  if (spellings.length > 0 && isLarge(right, whole)) return { ...place, why: `keys are spelled otherwise there, and ${tooLarge(right)}` };
  const text = keyText(key, from.type);
  const joins = [sameKey(columnSql(to, 'r'), to.type, key, from.type), ...spellings.map(({ sql }) => `${keyText(columnSql(to, 'r'), to.type)} = ${sql(text)} AND ${sql(text)} <> ${text}`)];
  const { relations, sampled } = await lookedAt(left, 'l', run, whole);
  const different: (readonly Cell[])[] = [];
  let [looked, atLeast] = [0, false];
  for (const [relation, on] of relations.flatMap((one) => joins.map((join) => [one, join] as const))) {
    const joined = `${relation} JOIN ${tableSql(right)} AS r ON ${on}`;
    const found = await run(`SELECT ${key} AS v0, ${here} AS v1, ${there} AS v2 FROM ${joined} WHERE lower(trim(${here})) <> lower(trim(${there})) LIMIT ${mostFound}`);
    different.push(...found.rows);
    atLeast ||= found.rows.length >= mostFound;
    const [counted] = (await run(`SELECT count(*) AS v0 FROM ${joined} WHERE ${here} IS NOT NULL AND ${there} IS NOT NULL`)).rows;
    looked += Number(counted![0]);
  }
  return {
    ...place,
    looked,
    found: different.length,
    atLeast,
    sampled,
    examples: different.slice(0, mostExamples).map(([id, a, b]) => `${String(id)}: ${JSON.stringify(a)} here, ${JSON.stringify(b)} there`),
    ok: different.length === 0,
    what: different.length === 0 ? 'every copy says the same, whatever its case' : 'some copies say something else, not only in case',
  };
}
