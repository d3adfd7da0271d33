/**
 * What was probably renamed: something gone and something new that are alike in type and in place or name, with no other
 * candidate for either. A guess is never silent: its evidence is part of the change. Without enough of it both stay
 * what they are, one removed and one added.
 */

import { singular, words } from '../../catalog/names.js';
import type { ColumnSnapshot, TableSnapshot } from './snapshot.js';

export interface Rename<T> {
  readonly before: T;
  readonly after: T;
  readonly evidence: readonly string[];
}

export function renamedColumns(before: TableSnapshot, after: TableSnapshot): Rename<ColumnSnapshot>[] {
  const [old, now] = [before, after].map(({ columns }) => new Set(columns.map(({ name }) => name)));
  const gone = before.columns.filter(({ name }) => !now!.has(name));
  const fresh = after.columns.filter(({ name }) => !old!.has(name));
  const candidates = gone.flatMap((old) => fresh.flatMap((now) => judgeColumns(old, now, before, after)));
  return unambiguous(candidates);
}

export function renamedTables(gone: readonly TableSnapshot[], fresh: readonly TableSnapshot[]): Rename<TableSnapshot>[] {
  return unambiguous(gone.flatMap((old) => fresh.flatMap((now) => judgeTables(old, now))));
}

function judgeColumns(old: ColumnSnapshot, now: ColumnSnapshot, before: TableSnapshot, after: TableSnapshot): Rename<ColumnSnapshot>[] {
  if (old.type !== now.type || old.native !== now.native || old.nullable !== now.nullable) return [];
  const evidence = [`the same type (${old.native})`];
  if (before.kind === 'table' && placeOf(old, before) === placeOf(now, after) && before.columns.length === after.columns.length) evidence.push('the same place in the table');
  if (namesAlike(old.name, now.name)) evidence.push('names that share a word');
  if (old.comment !== undefined && old.comment === now.comment) evidence.push('the same comment');
  if (old.labels !== undefined && old.labels.join() === now.labels?.join()) evidence.push('the same labels');
  if (old.default !== undefined && old.default === now.default) evidence.push('the same default');
  const keyed = (column: ColumnSnapshot, table: TableSnapshot) => table.primaryKey?.includes(column.name) === true;
  if (keyed(old, before) && keyed(now, after)) evidence.push('both in the primary key');
  return evidence.length >= 2 ? [{ before: old, after: now, evidence }] : [];
}

/** The columns that it comes after, as far as both tables have them. */
function placeOf(column: ColumnSnapshot, table: TableSnapshot): number {
  return table.columns.indexOf(column);
}

function judgeTables(old: TableSnapshot, now: TableSnapshot): Rename<TableSnapshot>[] {
  if (old.kind !== now.kind) return [];
  const of = (table: TableSnapshot) => table.columns.map(({ name, type }) => `${name} ${type}`);
  const [here, there] = [of(old), new Set(of(now))];
  const shared = here.filter((column) => there.has(column)).length;
  // Tables of one or two columns are alike by chance.
  if (shared < 3 || shared / Math.max(here.length, there.size) < 0.8) return [];
  return [{ before: old, after: now, evidence: [`${shared} of ${here.length} columns are the same`, ...(namesAlike(old.name, now.name) ? ['names that share a word'] : [])] }];
}

function namesAlike(a: string, b: string): boolean {
  const [here, there] = [a, b].map((name) => words(name).map(singular));
  return here!.some((word) => word !== 'id' && there!.includes(word)) || a.toLowerCase().replace(/[^a-z0-9]/g, '') === b.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Those whose both sides have no other candidate; by the most evidence where one has clearly more. */
function unambiguous<T>(candidates: readonly Rename<T>[]): Rename<T>[] {
  return candidates.filter((one) =>
    candidates.every((other) => other === one || (other.before !== one.before && other.after !== one.after) || other.evidence.length < one.evidence.length),
  );
}
