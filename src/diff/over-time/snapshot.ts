/** What a service's schema was at one time: what is declared or was observed, and nothing that changes by itself. */

import { parse, stringify } from 'lossless-json';
import type { CatalogService } from '../../catalog/contract.js';
import { parseType, typeName, types } from '../../algebra/index.js';
import type { Column, ForeignKey, Member, RegisteredSubject, Table, Type } from '../../algebra/index.js';

export interface SchemaSnapshot {
  readonly service: string;
  readonly kind: string;
  /** Which migration the service's own tool applied last. */
  readonly migration?: { readonly tool: string; readonly version: string };
  readonly tables: readonly TableSnapshot[];
}

export interface TableSnapshot {
  /** Within its service: `table` or `schema.table`. */
  readonly name: string;
  readonly kind: Table['kind'];
  readonly comment?: string;
  readonly primaryKey?: readonly string[];
  readonly uniques?: readonly (readonly string[])[];
  readonly foreignKeys?: readonly ForeignKey[];
  /** Conditions on rows that are written; absent where the store tells of none, or the snapshot is of a format that kept none. */
  readonly checks?: readonly string[];
  /** Of a topic: what a schema registry holds for it. */
  readonly registered?: readonly SubjectSnapshot[];
  readonly columns: readonly ColumnSnapshot[];
}

export interface SubjectSnapshot {
  readonly subject: string;
  readonly side: RegisteredSubject['side'];
  readonly type: RegisteredSubject['type'];
  readonly level: string;
  /** Ascending. */
  readonly versions: readonly SchemaVersion[];
}

export interface SchemaVersion {
  readonly version: number;
  /** As people read it: JSON over several lines. */
  readonly schema: string;
  /** Schemas that it refers to, those first that others use. */
  readonly uses?: readonly { readonly name: string; readonly schema: string }[];
}

export interface ColumnSnapshot {
  readonly name: string;
  /** Canonical, as `typeName` writes it. */
  readonly type: string;
  /** The store's own name of the type. */
  readonly native: string;
  readonly nullable: boolean;
  readonly length?: number;
  /** Declared labels. */
  readonly labels?: readonly string[];
  readonly default?: string;
  readonly generated?: boolean;
  readonly collation?: string;
  /** Of observed fields: whether every document, hash or message of a large enough sample had it. */
  readonly presence?: 'always' | 'sometimes';
  readonly comment?: string;
  /** Of a struct, or of lists of structs: its members, each with its own name. */
  readonly fields?: readonly ColumnSnapshot[];
}

/** Fewer than this, and "always" would be said too easily. */
const enoughSampled = 20;

export function isObserved(kind: Table['kind']): boolean {
  return kind !== 'table' && kind !== 'view';
}

export function takeSnapshot(service: CatalogService, migration?: SchemaSnapshot['migration']): SchemaSnapshot {
  const tables = service.tables.map(tableSnapshot).sort((a, b) => compareText(a.name, b.name));
  return { service: service.name, kind: service.kind, ...(migration && { migration }), tables };
}

function tableSnapshot(table: Table): TableSnapshot {
  const columns = table.columns.map((column) => columnSnapshot(column, table));
  return {
    name: table.schema === undefined ? table.name : `${table.schema}.${table.name}`,
    kind: table.kind,
    ...(table.comment !== undefined && { comment: table.comment }),
    ...(table.primaryKey && { primaryKey: table.primaryKey }),
    ...(table.uniques && table.uniques.length > 0 && { uniques: [...table.uniques].sort((a, b) => compareText(a.join(), b.join())) }),
    ...(table.foreignKeys && table.foreignKeys.length > 0 && { foreignKeys: [...table.foreignKeys].sort((a, b) => compareText(keyText(a), keyText(b))) }),
    ...(table.checks && { checks: table.checks.map(({ condition }) => condition).sort(compareText) }),
    ...(table.registered && { registered: table.registered.map(subjectSnapshot).sort((a, b) => compareText(`${a.side} ${a.subject}`, `${b.side} ${b.subject}`)) }),
    // Declared columns have an order; that of observed fields is the sample's.
    columns: isObserved(table.kind) ? columns.sort((a, b) => compareText(a.name, b.name)) : columns,
  };
}

function subjectSnapshot({ subject, side, type, level, versions }: RegisteredSubject): SubjectSnapshot {
  const shown = (text: string) => (type === 'PROTOBUF' ? text.trim() : prettyJson(text));
  return {
    subject,
    side,
    type,
    level,
    versions: versions.flatMap(({ version, schema }) => {
      if (schema === undefined) return [];
      const uses = schema.dependencies.map(({ name, text }) => ({ name, schema: shown(text) }));
      return [{ version, schema: shown(schema.text), ...(uses.length > 0 && { uses }) }];
    }),
  };
}

/** Numbers as they are written: a default may be larger than a double holds. */
function prettyJson(text: string): string {
  try {
    return stringify(parse(text), undefined, 2) ?? text;
  } catch {
    return text;
  }
}

function columnSnapshot(column: Column, { kind, sampled = 0 }: Table): ColumnSnapshot {
  const { name, type, nativeType, nullable, required, maxLength, enumValues, generated, collation, presence, comment, members } = column;
  const fields = fieldSnapshots(type, members ?? [], [], isObserved(kind), sampled);
  return {
    name,
    type: typeName(type),
    native: nativeType,
    nullable: nullable && required !== true,
    ...(maxLength !== undefined && { length: maxLength }),
    ...(enumValues && { labels: enumValues }),
    ...(column.default !== undefined && { default: column.default }),
    ...(generated && { generated }),
    ...(collation && !isObserved(kind) && { collation: collation.name }),
    ...(presence !== undefined && sampled >= enoughSampled && { presence: presence >= 1 ? 'always' : 'sometimes' }),
    ...(comment !== undefined && { comment }),
    ...(fields && { fields }),
  };
}

/** The struct that the type is, or that the elements of its lists are. */
export function structIn(type: Type): (Type & { readonly kind: 'struct' }) | undefined {
  return type.kind === 'list' ? structIn(type.element) : type.kind === 'struct' ? type : undefined;
}

/** @param steps to where the type stands below its column */
function fieldSnapshots(type: Type, members: readonly Member[], steps: readonly (string | null)[], observed: boolean, sampled: number): ColumnSnapshot[] | undefined {
  const struct = structIn(type);
  if (struct === undefined) return undefined;
  const into = [...steps, ...Array.from({ length: listDepth(type) }, () => null)];
  const fields = struct.fields.map(({ name, type: own }): ColumnSnapshot => {
    const at = [...into, name];
    const key = JSON.stringify(at);
    const known = members.find((member) => JSON.stringify(member.steps) === key);
    const inner = fieldSnapshots(own, members, at, observed, sampled);
    return {
      name,
      type: typeName(own),
      native: known?.nativeType ?? typeName(own),
      nullable: known?.required !== true,
      ...(known?.enumValues && { labels: known.enumValues }),
      ...(known?.presence !== undefined && sampled >= enoughSampled && { presence: known.presence >= 1 ? 'always' : 'sometimes' }),
      ...(known?.comment !== undefined && { comment: known.comment }),
      ...(inner && { fields: inner }),
    };
  });
  return observed ? fields.sort((a, b) => compareText(a.name, b.name)) : fields;
}

export function listDepth(type: Type): number {
  return type.kind === 'list' ? 1 + listDepth(type.element) : 0;
}

/** The tables of a snapshot, for what reads a catalogue. */
export function toTables({ service, tables }: SchemaSnapshot): Table[] {
  return tables.map(({ name, kind, primaryKey, uniques, foreignKeys, columns }): Table => {
    const dot = name.indexOf('.');
    return {
      service,
      ...(dot === -1 ? { name } : { schema: name.slice(0, dot), name: name.slice(dot + 1) }),
      kind,
      ...(primaryKey && { primaryKey }),
      ...(uniques && { uniques }),
      ...(foreignKeys && { foreignKeys }),
      columns: columns.map((column): Column => ({
        name: column.name,
        type: parseType(column.type) ?? types.text,
        nullable: column.nullable,
        nativeType: column.native,
        ...(column.labels && { enumValues: column.labels }),
        ...(column.length !== undefined && { maxLength: column.length }),
        ...(column.comment !== undefined && { comment: column.comment }),
      })),
    };
  });
}

export function keyText({ columns, references }: ForeignKey): string {
  const target = references.schema === undefined ? references.table : `${references.schema}.${references.table}`;
  return `(${columns.join(', ')}) to ${target} (${references.columns.join(', ')})`;
}

/** By code points: the same order on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
