/** How old the newest row of a service is, by the columns that say when a row was made, changed or sent. */

import type { CatalogService } from '../../catalog/contract.js';
import { tableName } from '../../algebra/index.js';
import type { Column, Table } from '../../algebra/index.js';
import { words } from '../../catalog/names.js';
import { columnSql } from '../values/paths.js';
import type { Run } from '../values/sample.js';
import { tableSql } from '../values/statements.js';
import type { Checked } from './statement.js';

/** A time of the row itself; a birthday or a due date says nothing of when it was written. */
const telling = new Set(['created', 'updated', 'inserted', 'changed', 'modified', 'occurred', 'sent', 'received', 'recorded', 'viewed', 'sampled', 'timestamp', 'placed', 'booked']);
const mostTables = 20;

export async function freshness(service: CatalogService, run: Run, now: Date, maxAgeMs: number | undefined): Promise<Checked[]> {
  const timed = service.tables.flatMap((table) => {
    const column = newestColumn(table);
    return column === undefined ? [] : [{ table, column }];
  });
  let newest: { readonly at: number; readonly text: string; readonly where: string } | undefined;
  for (const { table, column } of timed.slice(0, mostTables)) {
    const sql = columnSql(column, 't');
    const [row] = (await run(`SELECT ${sql} AS v0 FROM ${tableSql(table)} AS t WHERE ${sql} IS NOT NULL ORDER BY 1 DESC LIMIT 1`)).rows;
    if (row === undefined) continue;
    const at = instantOf(String(row[0]));
    if (!Number.isNaN(at) && (newest === undefined || at > newest.at)) newest = { at, text: String(row[0]), where: `${tableName(table)}.${column.name}` };
  }
  if (newest === undefined) return [];
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
}

function newestColumn(table: Table): Column | undefined {
  const times = table.columns.filter(({ type }) => type.kind === 'timestamp');
  const score = ({ name }: Column) => (words(name).includes('updated') ? 2 : words(name).some((word) => telling.has(word)) ? 1 : 0);
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
