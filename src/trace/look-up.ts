/** What one table is asked in one round, and what its answer means: which rows belong, why, and whether they lead on. */

import type { Column, Table } from '../algebra/index.js';
import type { Cell, Certainty } from '../answer/contract.js';
import { keyValue } from './change.js';
import { pathOf } from './domains.js';
import type { Domain } from './domain.js';
import type { Found, Reason } from './found.js';
import { placesOf, roleOf } from './message.js';
import { isCloudEvent } from './payload.js';
import type { Row } from './message.js';

/** A value that is looked for, and the step that named it; null: it is the one that was asked for. */
export interface Wanted {
  readonly value: string;
  readonly from: string | null;
  /** What named it there: "orders.orders.customer_id", "customerId". */
  readonly via?: string;
}

/** One column of a key that has several: in a table, or by its native name as a member of a message's key. */
export interface KeyPart {
  readonly column: Column;
  readonly name: string;
  readonly value: string;
}

export interface ColumnLookUp {
  readonly column: Column;
  readonly values: readonly Wanted[];
  readonly certainty: Certainty | ((row: Row) => Certainty);
  /** The values stand in a message's key, alone or as the one member of that name, and are keys of that domain (by its path). */
  readonly member?: { readonly name: string; readonly of: string };
  /** The values are the keys, of that domain (by its path), that the subject of a CloudEvent ends with; the column is where its attributes are. */
  readonly subjectOf?: string;
  /** What is meant can't be told by the column's value: it holds one of each of these texts, and `accepts` tells whether it is meant. */
  readonly texts?: { readonly all: readonly (readonly string[])[]; readonly because: string };
  /** That the values are keys of this domain there is still to be told. */
  readonly unproven?: Domain;
  /** The other columns of the key, which must hold these. */
  readonly also?: readonly KeyPart[];
  /** Rows found here name further ids and rows. Those that are only mentioned end the way. */
  readonly role: 'part' | 'mentioned';
  /** Whether a row with the value is one that is meant. Absent: it is. */
  readonly accepts?: (row: Row) => boolean;
}

/** Where a message stands in its log. */
export interface Position {
  readonly partition: string;
  readonly offset: string;
  readonly from: string | null;
  readonly because: string;
}

export interface LookUp {
  readonly table: Table;
  /** Looked for anywhere in a message. */
  readonly ids: readonly Wanted[];
  readonly columns: readonly ColumnLookUp[];
  readonly positions: readonly Position[];
}

export function countValues({ ids, columns, positions }: LookUp): number {
  return ids.length + positions.length + columns.reduce((sum, { values }) => sum + values.length, 0);
}

/** One look-up for everything that a table is asked. */
export function together(lookUps: readonly LookUp[]): LookUp[] {
  const byTable = new Map<Table, LookUp>();
  for (const lookUp of lookUps) {
    const before = byTable.get(lookUp.table);
    byTable.set(
      lookUp.table,
      before === undefined
        ? lookUp
        : {
            ...before,
            ids: [...before.ids, ...lookUp.ids],
            columns: [...before.columns, ...lookUp.columns],
            positions: [...before.positions, ...lookUp.positions],
          },
    );
  }
  return [...byTable.values()];
}

/** Its parts, each of which says on its own that there are too many rows: first the ways of asking, then each value. */
export function apart({ table, ids, columns, positions }: LookUp): LookUp[] {
  const nothing = { table, ids: [], columns: [], positions: [] };
  const ways: LookUp[] = [
    ...(ids.length > 0 ? [{ ...nothing, ids }] : []),
    ...columns.map((column) => ({ ...nothing, columns: [column] })),
    ...(positions.length > 0 ? [{ ...nothing, positions }] : []),
  ];
  if (ways.length > 1) return ways;
  return [
    ...ids.map((id) => ({ ...nothing, ids: [id] })),
    ...columns.flatMap((column) => column.values.map((value) => ({ ...nothing, columns: [{ ...column, values: [value] }] }))),
  ];
}

export function foundIn({ table, ids, columns, positions }: LookUp, rows: readonly Row[]): Found[] {
  return rows.flatMap((row): Found[] => {
    const here = positions.filter(({ partition, offset }) => String(row['_partition']) === partition && String(row['_offset']) === offset);
    const named = ids.flatMap(({ value, from }) => placesOf(value, row).map((place): Reason => ({ from, because: `${place} = ${value}`, certainty: certaintyOf(place, row) })));
    const hits = columns.flatMap(({ column, member, subjectOf, texts, unproven, also = [], values, certainty, role, accepts }) =>
      values
        .filter(({ value }) => (subjectOf !== undefined || texts !== undefined || [{ column, name: member?.name ?? '', value }, ...also].every((part) => holds(row, part, member !== undefined))) && (accepts?.(row) ?? true))
        .map(({ value, from, via }) => {
          if (subjectOf !== undefined) return { role, reason: { from, because: `the event's subject is ${subjectOf} = ${value}`, certainty: 'linked' } satisfies Reason };
          if (texts !== undefined) return { role, reason: { from, because: texts.because, certainty: 'declared' } satisfies Reason };
          const because = `${via === undefined ? '' : `${via} = `}${pathOf(table, column)}${member === undefined ? ` = ${String(row[column.name])}` : `.${member.name} = ${value}`}${also.map((part) => ` and ${part.name} = ${part.value}`).join('')}`;
          return { role, reason: { from, because, certainty: typeof certainty === 'function' ? certainty(row) : certainty, ...(unproven !== undefined && { unproven }) } satisfies Reason };
        }),
    );
    const reasons = [...here.map(({ from, because }): Reason => ({ from, because, certainty: 'declared' })), ...named, ...hits.map(({ reason }) => reason)];
    const isPart = here.length + named.length > 0 || hits.some(({ role }) => role === 'part');
    return reasons.length === 0 ? [] : [{ table, row, reasons, role: isPart ? 'part' : 'mentioned' }];
  });
}

function holds(row: Row, { column, name, value }: KeyPart, isInKey: boolean): boolean {
  return isInKey ? keyValue(row, name) === value : isSame(value, row[column.name] ?? null, column);
}

/** A place that is called eventId or correlationId says itself what stands there. */
function certaintyOf(place: string, row: Row): Certainty {
  if (place === 'id' && isCloudEvent(row)) return 'declared';
  const name = place.slice(place.lastIndexOf('.') + 1);
  return roleOf(name) === undefined ? 'matched' : 'declared';
}

/** The same value may be written in two ways: 07 and 7, or hexadecimal digits of either case. */
function isSame(value: string, cell: Cell, column: Column): boolean {
  if (cell === null || typeof cell === 'object') return false;
  const found = String(cell);
  if (value === found) return true;
  if (column.type.kind === 'uuid') return value.toLowerCase() === found.toLowerCase();
  const isWhole = (text: string) => /^-?\d{1,38}$/.test(text);
  return (column.type.kind === 'int' || column.type.kind === 'decimal') && isWhole(value) && isWhole(found) && BigInt(value) === BigInt(found);
}
