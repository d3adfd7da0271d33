/**
 * Rows whose event never came. A log forgets: rows from before its oldest message are left out where the table says when
 * a row was made, and where it does not nothing is claimed.
 */

import { tableName } from '../../algebra/index.js';
import type { Column, Table } from '../../algebra/index.js';
import { words } from '../../catalog/names.js';
import type { TablePair } from '../pairs.js';
import { columnSql } from '../values/paths.js';
import type { Run } from '../values/sample.js';
import { tableSql } from '../values/statements.js';
import { isLarge, keyText, mostExamples, mostFound, sameKey, tooLarge } from './statement.js';
import type { Checked, Unchecked } from './statement.js';

const making = new Set(['created', 'inserted', 'registered', 'placed', 'opened', 'booked', 'issued']);

export async function rowsWithoutEvent({ left, right, isSameEntity, samples }: TablePair, run: Run): Promise<(Checked | Unchecked)[]> {
  const link = samples.find(({ from }) => from.within === undefined);
  const made = madeColumn(right);
  const time = left.columns.find(({ name }) => name === '_timestamp');
  if (!isSameEntity || time === undefined) return [];
  const unchecked = (why: string): Unchecked[] => [{ check: 'rows without their event', where: tableName(right), against: tableName(left), why }];
  if (link === undefined) return unchecked('no link says which message is of which row');
  if (made === undefined) return unchecked(`no column of ${tableName(right)} says when a row was made, and the log may have forgotten older ones`);
  const large = [left, right].find(isLarge);
  if (large !== undefined) return unchecked(tooLarge(large));
  const [first] = (await run(`SELECT ${columnSql(time, 't')} AS v0 FROM ${tableSql(left)} AS t ORDER BY 1 LIMIT 1`)).rows;
  if (first === undefined || first[0] === null) return [];
  const key = columnSql(link.to, 'r');
  const since = `${columnSql(made, 'r')} >= CAST('${String(first[0])}' AS ${zone(made)})`;
  const sent = columnSql(link.from, 't');
  const same = [
    sameKey(key, link.to.type, sent, link.from.type),
    ...link.sample.spellings.map(({ sql }) => `${keyText(key, link.to.type)} = ${sql(keyText(sent, link.from.type))}`),
  ];
  const lacks = same.map((on) => ` AND NOT EXISTS (SELECT 1 FROM ${tableSql(left)} AS t WHERE ${on})`).join('');
  const found = await run(`SELECT ${key} AS v0 FROM ${tableSql(right)} AS r WHERE ${since}${lacks} ORDER BY 1 LIMIT ${mostFound}`);
  const [counted] = (await run(`SELECT count(*) AS v0 FROM ${tableSql(right)} AS r WHERE ${since}`)).rows;
  return [
    {
      check: 'rows without their event',
      where: `${tableName(right)}.${link.to.name}`,
      against: `${tableName(left)}.${link.from.name}`,
      looked: Number(counted![0]),
      found: found.rows.length,
      atLeast: found.rows.length >= mostFound,
      sampled: `rows since the log's oldest message, ${String(first[0])}`,
      examples: found.rows.slice(0, mostExamples).map(([id]) => String(id)),
      ok: found.rows.length === 0,
      what: Number(counted![0]) === 0 ? 'nothing to look at' : found.rows.length === 0 ? 'every row has a message' : 'some rows have no message',
    },
  ];
}

/** When a row was made, where a column says so. */
export function madeColumn(table: Table): Column | undefined {
  return table.columns.find(({ name, type, within }) => within === undefined && type.kind === 'timestamp' && words(name).some((word) => making.has(word)));
}

function zone({ type }: Column): string {
  return type.kind === 'timestamp' && type.zoned ? 'TIMESTAMPTZ' : 'TIMESTAMP';
}
