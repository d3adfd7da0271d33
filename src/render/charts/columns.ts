/** What the columns of an answer are to a chart: times, numbers that measure, words that name. */

import type { AnswerColumn, Cell } from '../../answer/contract.js';
import { blockColumn, cellText } from '../blocks.js';
import { safeText } from '../safe.js';

export type Role = 'time' | 'measure' | 'label' | 'ordinal' | 'id' | 'other';

export interface ChartColumn {
  readonly index: number;
  readonly name: string;
  readonly role: Role;
}

export type Rows = readonly (readonly Cell[])[];

const ids = /(^|[_\s])(id|key|uuid|code|zip|sku|no|nr)$|[a-z](Id|Key)$|^_(offset|partition)$/;
const ordinals = /^(year|quarter|month|week|day|hour|minute|weekday|dow|doy|isodow|day_of_(week|month|year)|hour_of_day|week_of_year)$/i;
/** 2026-01, 2026-01-31, 2026-01-31 12:00:00.5+01:00 */
const timeText = /^\d{4}-\d{2}(-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?(Z|[+-]\d{2}(:?\d{2})?)?)?$/;

export function chartColumns(columns: readonly AnswerColumn[], rows: Rows): ChartColumn[] {
  return columns.map(({ name, type }, index) => ({ index, name: safeText(name), role: roleOf(name, type, index, rows) }));
}

function roleOf(name: string, type: string, index: number, rows: Rows): Role {
  if (/^(DATE|TIMESTAMP)/.test(type)) return 'time';
  if (blockColumn(name, type).numeric) {
    if (ids.test(name)) return 'id';
    return ordinals.test(name) && /INT/.test(type) ? 'ordinal' : 'measure';
  }
  if (!/^(VARCHAR|BOOLEAN|UUID|ENUM|TIME)/.test(type)) return 'other';
  const values = rows.slice(0, 200).map((row) => row[index]!).filter((cell) => cell !== null);
  return values.length > 0 && values.every((cell) => typeof cell === 'string' && timeText.test(cell)) ? 'time' : 'label';
}

/** null where there is no number that can be drawn: NULL, NaN, infinities. */
export function numberOf(cell: Cell | undefined): number | null {
  if (cell === null || cell === undefined || typeof cell === 'object' || typeof cell === 'boolean' || cell === '') return null;
  const value = Number(cell);
  return Number.isFinite(value) ? value : null;
}

/** Milliseconds of an instant; its clock is that of its own offset. */
export function timeOf(cell: Cell | undefined): number | null {
  if (typeof cell !== 'string') return null;
  const parts = /^(\d{4}-\d{2})(-\d{2})?(?:[T ](\d{2}:\d{2})(:\d{2})?(\.\d{1,3})?\d*)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?/.exec(cell);
  if (parts === null) return null;
  const [, month, day = '-01', minute = '00:00', second = ':00', fraction = ''] = parts;
  const at = Date.parse(`${month}${day}T${minute}${second}${fraction}Z`);
  return Number.isNaN(at) ? null : at;
}

export const labelText = (cell: Cell | undefined): string => (cell === null || cell === undefined ? 'NULL' : safeText(cellText(cell)));

/** `3 columns: id (a key), name (words), total (numbers); 12 rows` */
export function described(columns: readonly ChartColumn[], rows: Rows): string {
  const words: Readonly<Record<Role, string>> = { time: 'times', measure: 'numbers', label: 'words', ordinal: 'parts of dates', id: 'keys', other: 'values of other kinds' };
  const some = columns.slice(0, 6).map(({ name, role }) => `${name} (${words[role]})`);
  const more = columns.length > 6 ? `, and ${columns.length - 6} more` : '';
  return `${columns.length} ${columns.length === 1 ? 'column' : 'columns'}: ${some.join(', ')}${more}; ${rows.length} ${rows.length === 1 ? 'row' : 'rows'}`;
}
