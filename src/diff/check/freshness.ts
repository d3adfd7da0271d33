/** How old the newest row of a service is, by the columns that say when a row was made, changed or sent. */

import type { Cell } from '../../answer/contract.js';
import type { CatalogService } from '../../catalog/contract.js';
import { tableName } from '../../algebra/index.js';
import type { Column, Table } from '../../algebra/index.js';
import { words } from '../../catalog/names.js';
import { columnSql } from '../values/paths.js';
import type { Run } from '../values/sample.js';
import { tableSql } from '../values/statements.js';
import { isLarge } from './statement.js';
import type { Checked, Unchecked } from './statement.js';

/** A time of the row itself; a birthday or a due date says nothing of when it was written. */
const telling = new Set(['created', 'updated', 'inserted', 'changed', 'modified', 'occurred', 'sent', 'received', 'recorded', 'viewed', 'sampled', 'timestamp', 'placed', 'booked']);
/** Of another time than that of writing, though it ends like one. */
const planned = new Set(['due', 'expire', 'expires', 'expired', 'expiry', 'schedule', 'scheduled', 'valid', 'until', 'start', 'starts', 'end', 'ends', 'birth', 'born', 'deadline', 'plan', 'planned', 'next', 'from', 'to', 'departure', 'departs', 'arrival', 'arrives', 'deliver', 'delivery']);
const mostTables = 20;
/** Clocks of stores differ from ours. */
export const clockSkewMs = 300_000;
/** How far back a log is searched for its newest message, a step at a time: reading all of it may be too much. */
const windows = [60_000, 3_600_000, 86_400_000, 30 * 86_400_000];

export async function freshness(service: CatalogService, run: Run, now: Date, maxAgeMs: number | undefined): Promise<(Checked | Unchecked)[]> {
  const timed = service.tables.flatMap((table) => {
    const column = newestColumn(table);
    return column === undefined ? [] : [{ table, column }];
  });
  let newest: { readonly at: number; readonly text: string; readonly where: string } | undefined;
  for (const { table, column } of timed.slice(0, mostTables)) {
    const sql = columnSql(column, 't');
    const row = await newestRow(table, column, sql);
    if (row === undefined) continue;
    const at = instantOf(String(row[0]));
    if (!Number.isNaN(at) && (newest === undefined || at > newest.at)) newest = { at, text: String(row[0]), where: `${tableName(table)}.${column.name}` };
  }
  if (newest === undefined) return timed.length > 0 ? [] : [{ check: 'newest row', where: service.name, against: null, why: 'no column says when a row was made, changed or sent' }];
  const age = Math.max(0, now.getTime() - newest.at);
  return [
    {
      check: 'newest row',
      where: newest.where,
      against: null,
      looked: null,
      found: null,
      atLeast: false,
      sampled: timed.length > mostTables ? `${mostTables} of ${timed.length} tables` : null,
      examples: [newest.text],
      ok: maxAgeMs === undefined || age <= maxAgeMs,
      what: `${ageText(age)} old`,
    },
  ];

  /** What is planned for later says nothing of when it was written. */
  async function newestRow(table: Table, column: Column, sql: string): Promise<readonly Cell[] | undefined> {
    const type = column.type.kind === 'timestamp' && column.type.zoned ? 'TIMESTAMPTZ' : 'TIMESTAMP';
    const at = (ms: number) => `CAST('${new Date(ms).toISOString().replace('T', ' ').replace('Z', type === 'TIMESTAMP' ? '' : '+00')}' AS ${type})`;
    const until = `${sql} <= ${at(now.getTime() + clockSkewMs)}`;
    const ask = async (where: string) => (await run(`SELECT ${sql} AS v0 FROM ${tableSql(table)} AS t WHERE ${where} ORDER BY 1 DESC LIMIT 1`)).rows[0];
    if (table.kind !== 'topic') return ask(until);
    for (const ms of windows) {
      const row = await ask(`${sql} >= ${at(now.getTime() - ms)}`);
      if (row !== undefined) return row;
    }
    return isLarge(table) ? undefined : ask(`${sql} IS NOT NULL`);
  }
}

function newestColumn(table: Table): Column | undefined {
  const times = table.columns.filter(({ type }) => type.kind === 'timestamp');
  const endsLikeOne = (said: readonly string[]) => ['at', 'time', 'ts', 'timestamp', 'on'].includes(said.at(-1)!) && !said.some((word) => planned.has(word));
  const score = ({ name }: Column) => (words(name).includes('updated') ? 3 : words(name).some((word) => telling.has(word)) ? 2 : endsLikeOne(words(name)) ? 1 : 0);
  return times.filter((column) => score(column) > 0).sort((a, b) => score(b) - score(a))[0];
}

/** A wall clock reading counts as UTC. */
export function instantOf(text: string): number {
  const zoned = /[+-]\d\d(:?\d\d)?$|Z$/.test(text.slice(10));
  return Date.parse(`${text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')}${zoned ? '' : 'Z'}`);
}

export function ageText(ms: number): string {
  const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
  return ms < 2 * minute ? `${Math.round(ms / 1000)} s` : ms < 2 * hour ? `${Math.round(ms / minute)} min` : ms < 2 * day ? `${Math.round(ms / hour)} h` : `${Math.round(ms / day)} days`;
}
