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
import { clockSkewMs } from './freshness.js';
import { spellsOf } from './spells.js';
import { isLarge, keyText, mostExamples, mostFound, sameKey, tooLarge } from './statement.js';
import type { Checked, Unchecked } from './statement.js';

const making = new Set(['created', 'inserted', 'registered', 'placed', 'opened', 'booked', 'issued']);

export async function rowsWithoutEvent({ left, right, isSameEntity, samples }: TablePair, run: Run, whole?: number): Promise<(Checked | Unchecked)[]> {
  const link = samples.find(({ from }) => from.within === undefined);
  const made = madeColumn(right);
  const time = left.columns.find(({ name }) => name === '_timestamp');
  if (!isSameEntity || time === undefined) return [];
  const unchecked = (why: string): Unchecked[] => [{ check: 'rows without their event', where: tableName(right), against: tableName(left), why }];
  if (link === undefined) return unchecked('no link says which message is of which row');
  if (made === undefined) return unchecked(`no column of ${tableName(right)} says when a row was made, and the log may have forgotten older ones`);
  const large = [left, right].find((table) => isLarge(table, whole));
  const parts = large === undefined ? await sinceOldest(left, time, made, run) : await inSpells(left, time, made, run);
  if (parts === undefined) return large === undefined ? [] : unchecked(tooLarge(large));
  const key = columnSql(link.to, 'r');
  const sent = columnSql(link.from, 't');
  const same = [
    sameKey(key, link.to.type, sent, link.from.type),
    ...link.sample.spellings.map(({ sql }) => `${keyText(key, link.to.type)} = ${sql(keyText(sent, link.from.type))}`),
  ];
  const lost: string[] = [];
  let [looked, atLeast] = [0, false];
  for (const { rows, messages } of parts.where) {
    const lacks = same.map((on) => ` AND NOT EXISTS (SELECT 1 FROM ${tableSql(left)} AS t WHERE ${messages === '' ? '' : `${messages} AND `}${on})`).join('');
    const found = await run(`SELECT ${key} AS v0 FROM ${tableSql(right)} AS r WHERE ${rows}${lacks} ORDER BY 1 LIMIT ${mostFound}`);
    lost.push(...found.rows.map(([id]) => String(id)));
    atLeast ||= found.rows.length >= mostFound;
    const [counted] = (await run(`SELECT count(*) AS v0 FROM ${tableSql(right)} AS r WHERE ${rows}`)).rows;
    looked += Number(counted![0]);
  }
  return [
    {
      check: 'rows without their event',
      where: `${tableName(right)}.${link.to.name}`,
      against: `${tableName(left)}.${link.from.name}`,
      looked,
      found: lost.length,
      atLeast,
      sampled: parts.sampled,
      examples: lost.slice(0, mostExamples),
      ok: lost.length === 0,
      what: looked === 0 ? 'nothing to look at' : lost.length === 0 ? 'every row has a message' : 'some rows have no message',
    },
  ];
}

interface Parts {
  /** Conditions on r, the rows, and on t, their messages; the latter empty for all of them. */
  readonly where: readonly { readonly rows: string; readonly messages: string }[];
  readonly sampled: string;
}

async function sinceOldest(log: Table, time: Column, made: Column, run: Run): Promise<Parts | undefined> {
  const [first] = (await run(`SELECT ${columnSql(time, 't')} AS v0 FROM ${tableSql(log)} AS t ORDER BY 1 LIMIT 1`)).rows;
  if (first === undefined || first[0] === null) return undefined;
  const since = `${columnSql(made, 'r')} >= CAST('${String(first[0])}' AS ${zone(made)})`;
  return { where: [{ rows: since, messages: '' }], sampled: `rows since the log's oldest message, ${String(first[0])}` };
}

async function inSpells(log: Table, time: Column, made: Column, run: Run): Promise<Parts | undefined> {
  const found = await spellsOf(log, run);
  return found && {
    where: found.spells.map(({ from, to, until }) => ({
      rows: between(columnSql(made, 'r'), made, from, to),
      messages: between(columnSql(time, 't'), time, from - clockSkewMs, until),
    })),
    sampled: found.text,
  };
}

/** A condition on a time, the end not included. */
export function between(sql: string, column: Column, from: number, to: number): string {
  const at = (ms: number) => `CAST('${new Date(ms).toISOString().replace('T', ' ').replace('Z', zone(column) === 'TIMESTAMP' ? '' : '+00')}' AS ${zone(column)})`;
  return `${sql} >= ${at(from)} AND ${sql} < ${at(to)}`;
}

/** When a row was made, where a column says so. */
export function madeColumn(table: Table): Column | undefined {
  return table.columns.find(({ name, type, within }) => within === undefined && type.kind === 'timestamp' && words(name).some((word) => making.has(word)));
}

function zone({ type }: Column): string {
  return type.kind === 'timestamp' && type.zoned ? 'TIMESTAMPTZ' : 'TIMESTAMP';
}
