/** Two snapshots of one service, compared: every change once, as a fact and without a judgement. */

import { conditionKey, parseType, renamedCondition, wordsOfCondition } from '../../algebra/index.js';
import { unitOf, unitText } from '../../catalog/units.js';
import { hasOrderedLabels, keptAs } from './native-type.js';
import { compareText, keyText, listDepth } from './snapshot.js';
import { registeredChanges } from './registered.js';
import type { ChangeKind, RawChange } from './contract.js';
import type { ColumnSnapshot, SchemaSnapshot, TableSnapshot } from './snapshot.js';
import { renamedColumns, renamedTables } from './renames.js';

export function changesBetween(before: SchemaSnapshot, after: SchemaSnapshot): RawChange[] {
  const changes: RawChange[] = [];
  const migrations = [before, after].map(({ migration }) => (migration === undefined ? null : `${migration.tool} ${migration.version}`));
  if (migrations[0] !== migrations[1]) changes.push({ kind: 'migration', table: undefined, before: migrations[0]!, after: migrations[1]! });
  const old = new Map(before.tables.map((table) => [table.name, table]));
  const now = new Map(after.tables.map((table) => [table.name, table]));
  const gone = before.tables.filter(({ name }) => !now.has(name));
  const fresh = after.tables.filter(({ name }) => !old.has(name));
  const renamed = renamedTables(gone, fresh);
  for (const rename of renamed) {
    changes.push({ kind: 'table renamed', table: rename.after, before: rename.before.name, after: rename.after.name, evidence: rename.evidence });
    changes.push(...tableChanges(rename.before, rename.after, (name) => renamed.find((one) => one.before.name === name)?.after.name ?? name));
  }
  for (const table of gone) if (!renamed.some((one) => one.before === table)) changes.push({ kind: 'table removed', table, before: table.name, after: null });
  for (const table of fresh) if (!renamed.some((one) => one.after === table)) changes.push({ kind: 'table added', table, before: null, after: table.name });
  for (const table of before.tables) {
    const other = now.get(table.name);
    if (other !== undefined) changes.push(...tableChanges(table, other, (name) => renamed.find((one) => one.before.name === name)?.after.name ?? name));
  }
  return changes;
}

/** @param tableNow what a table is called now */
function tableChanges(before: TableSnapshot, after: TableSnapshot, tableNow: (name: string) => string): RawChange[] {
  const renames = renamedColumns(before, after);
  const now = (name: string) => renames.find((one) => one.before.name === name)?.after.name ?? name;
  const changes: RawChange[] = [];
  const add = (kind: ChangeKind, from: string | null, to: string | null, more: Partial<RawChange> = {}) => {
    if (from !== to) changes.push({ kind, table: after, before: from, after: to, ...more });
  };
  add('table kind', before.kind, after.kind);
  add('comment', before.comment ?? null, after.comment ?? null);
  const list = (columns: readonly string[] | undefined, name = (column: string) => column) => (columns === undefined ? null : columns.map(name).join(', '));
  add('primary key', list(before.primaryKey, now), list(after.primaryKey));
  const uniques = (table: TableSnapshot, name?: (column: string) => string) => (table.uniques ?? []).map((key) => list(key, name)!);
  for (const key of without(uniques(before, now), uniques(after))) add('unique key', key, null);
  for (const key of without(uniques(after), uniques(before, now))) add('unique key', null, key);
  const foreign = ({ foreignKeys = [] }: TableSnapshot) => foreignKeys.map(keyText);
  const moved = { ...before, foreignKeys: (before.foreignKeys ?? []).map(({ columns, references }) => ({ columns: columns.map(now), references: { ...references, table: tableNow(references.table) } })) };
  for (const key of without(foreign(moved), foreign(after))) add('foreign key', key, null);
  for (const key of without(foreign(after), foreign(moved))) add('foreign key', null, key);
  for (const [from, to] of changedChecks(before, after, now)) add('check', from, to);
  changes.push(...registeredChanges(before, after), ...changesOfColumns(before, after, after, '', renames));
  return changes;
}

/** Conditions that are gone or new; those that go or come with their column are told by that. */
function changedChecks(before: TableSnapshot, after: TableSnapshot, now: (name: string) => string): (readonly [string | null, string | null])[] {
  if (before.checks === undefined || after.checks === undefined) return [];
  const keys = (checks: readonly string[], name: (word: string) => string) => new Map(checks.map((check) => [conditionKey(renamedCondition(check, name)), check]));
  const [old, fresh] = [keys(before.checks, now), keys(after.checks, (word) => word)];
  const [had, has] = [new Set(before.columns.map(({ name }) => now(name))), new Set(after.columns.map(({ name }) => name))];
  const columnsOf = (check: string, known: ReadonlySet<string>, name = (word: string) => word) => [...wordsOfCondition(check)].map(name).filter((word) => known.has(word));
  return [
    ...[...old].flatMap(([key, check]) => (fresh.has(key) || columnsOf(check, had, now).some((column) => !has.has(column)) ? [] : [[check, null] as const])),
    ...[...fresh].flatMap(([key, check]) => {
      const columns = columnsOf(check, has);
      return old.has(key) || (columns.length > 0 && columns.every((column) => !had.has(column))) ? [] : [[null, check] as const];
    }),
  ];
}

/**
 * @param before the columns, or the members of one
 * @param prefix what stands before their names: `amount.`, `lines[].`
 */
function changesOfColumns(before: Columns, after: Columns, table: TableSnapshot, prefix: string, renames = renamedColumns({ ...table, ...before }, { ...table, ...after })): RawChange[] {
  const changes: RawChange[] = [];
  const named = (column: ColumnSnapshot) => ({ ...column, name: `${prefix}${column.name}` });
  const old = new Map(after.columns.map((column) => [column.name, column]));
  const known = new Set(before.columns.map(({ name }) => name));
  for (const column of before.columns) {
    const rename = renames.find((one) => one.before === column);
    const other = rename?.after ?? old.get(column.name);
    const from = named(column);
    if (other === undefined) {
      changes.push({ kind: 'column removed', table, before: from.name, after: null, column: from.name, from });
      continue;
    }
    const to = named(other);
    if (rename !== undefined) changes.push({ kind: 'column renamed', table, before: from.name, after: to.name, column: to.name, from, to, evidence: rename.evidence });
    changes.push(...columnChanges(from, to, table));
    if (bothNested(from, to)) changes.push(...changesOfColumns({ columns: from.fields! }, { columns: to.fields! }, table, `${to.name}${'[]'.repeat(listDepth(parseType(to.type)!))}.`));
  }
  for (const column of after.columns) {
    if (known.has(column.name) || renames.some((one) => one.after === column)) continue;
    const to = named(column);
    changes.push({ kind: 'column added', table, before: null, after: to.name, column: to.name, to });
  }
  return changes;
}

type Columns = Pick<TableSnapshot, 'columns'>;

/** Structs on both sides, or lists of them: their members are compared one by one. */
function bothNested(from: ColumnSnapshot, to: ColumnSnapshot): boolean {
  return from.fields !== undefined && to.fields !== undefined && listDepth(parseType(from.type)!) === listDepth(parseType(to.type)!);
}

function columnChanges(from: ColumnSnapshot, to: ColumnSnapshot, table: TableSnapshot): RawChange[] {
  const changes: RawChange[] = [];
  const add = (kind: ChangeKind, before: string | null, after: string | null) => {
    if (before !== after) changes.push({ kind, table, column: to.name, before, after, from, to });
  };
  const nested = bothNested(from, to);
  const number = (value: number | undefined) => (value === undefined ? null : String(value));
  const ordered = hasOrderedLabels(from.native) && hasOrderedLabels(to.native);
  const labels = (column: ColumnSnapshot) => (column.labels === undefined ? null : (ordered ? column.labels : [...column.labels].sort(compareText)).join(', '));
  if (!nested) add('type', from.type, to.type);
  add('length', number(from.length), number(to.length));
  add('labels', labels(from), labels(to));
  // The store's own word says more than the canonical type, where nothing else has said it already.
  const onlyNullable = from.nullable !== to.nullable && keptAs(from.native) === keptAs(to.native);
  if (changes.length === 0 && !nested && !onlyNullable) add('native type', from.native, to.native);
  const unit = (column: ColumnSnapshot) => {
    const found = unitOf({ name: column.name, type: parseType(column.type)!, nullable: column.nullable, nativeType: column.native, ...(column.comment !== undefined && { comment: column.comment }) });
    return found === undefined ? null : unitText(found);
  };
  if (from.name !== to.name || from.comment !== to.comment) add('unit', unit(from), unit(to));
  add('nullability', from.nullable ? 'optional' : 'required', to.nullable ? 'optional' : 'required');
  add('default', from.default ?? null, to.default ?? null);
  // What only fills in what is left out comes and goes with a default, which says it already.
  const generated = (column: ColumnSnapshot) => column.generated === true && (column.default === undefined || from.default === to.default);
  add('generated', generated(from) ? 'generated' : null, generated(to) ? 'generated' : null);
  if (from.collation !== undefined && to.collation !== undefined) add('collation', from.collation, to.collation);
  if (from.presence !== undefined && to.presence !== undefined) add('presence', from.presence, to.presence);
  add('comment', from.comment ?? null, to.comment ?? null);
  return changes;
}

function without(values: readonly string[], others: readonly string[]): string[] {
  return values.filter((value) => !others.includes(value));
}
