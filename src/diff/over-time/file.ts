/** Snapshots as YAML that people review: one file a service, one line a column, nothing that changes by itself. */

import { Document, isMap, visit } from 'yaml';
import type { JsonSchema } from '../../../connectors/contract.js';
import { ConfigDocument, problemError } from '../../config/document.js';
import type { Problem } from '../../config/document.js';
import { validate } from '../../config/validate.js';
import { parseType, typeName } from '../../algebra/index.js';
import type { Type } from '../../algebra/index.js';
import { listDepth, structIn } from './snapshot.js';
import type { ColumnSnapshot, SchemaSnapshot, TableSnapshot } from './snapshot.js';

const format = 4;
/** Format 1 kept nested columns as the name of their type alone, format 2 no registered schemas, format 3 no checks. */
const readable: readonly unknown[] = [1, 2, 3, 4];
const withChecks = 4;
const head = ' aishell schema snapshot. Keep it in version control; `aishell schema diff --against <this folder>` compares.';

type StoredColumn = Omit<ColumnSnapshot, 'nullable' | 'fields'> & { readonly required?: boolean; readonly fields?: readonly StoredColumn[] };
type StoredTable = Omit<TableSnapshot, 'name' | 'columns'> & { readonly columns: readonly StoredColumn[] };
type Stored = Omit<SchemaSnapshot, 'tables'> & { readonly tables: Readonly<Record<string, StoredTable>> };

const text = { type: 'string' } as const;
const names = { type: 'array', minItems: 1, items: text } as const;
const column: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'type', 'native'],
  properties: {
    name: text, type: text, native: text, required: { type: 'boolean' }, length: { type: 'integer' }, labels: { type: 'array', items: text }, default: text,
    generated: { type: 'boolean' }, collation: text, presence: { enum: ['always', 'sometimes'] }, comment: text,
    fields: { type: 'array', minItems: 1, items: { $ref: '#/$defs/column' } },
  },
};
const registered: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['subject', 'side', 'type', 'level', 'versions'],
  properties: {
    subject: text,
    side: { enum: ['key', 'value'] },
    type: { enum: ['AVRO', 'PROTOBUF', 'JSON'] },
    level: text,
    versions: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['version', 'schema'],
        properties: {
          version: { type: 'integer', minimum: 1 },
          schema: text,
          uses: { type: 'array', items: { type: 'object', additionalProperties: false, required: ['name', 'schema'], properties: { name: text, schema: text } } },
        },
      },
    },
  },
};
const schema: JsonSchema = {
  $defs: { column },
  type: 'object',
  additionalProperties: false,
  required: ['format', 'service', 'kind', 'tables'],
  properties: {
    format: { type: 'integer' },
    service: text,
    kind: text,
    migration: { type: 'object', additionalProperties: false, required: ['tool', 'version'], properties: { tool: text, version: text } },
    tables: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['kind', 'columns'],
        properties: {
          kind: { enum: ['table', 'view', 'collection', 'topic', 'keys', 'file'] },
          comment: text,
          primaryKey: names,
          uniques: { type: 'array', items: names },
          foreignKeys: {
            type: 'array',
            items: {
              type: 'object',
              additionalProperties: false,
              required: ['columns', 'references'],
              properties: {
                columns: names,
                references: { type: 'object', additionalProperties: false, required: ['table', 'columns'], properties: { schema: text, table: text, columns: names } },
              },
            },
          },
          checks: { type: 'array', items: text },
          registered: { type: 'array', items: registered },
          columns: { type: 'array', items: { $ref: '#/$defs/column' } },
        },
      },
    },
  },
};

export function writeSnapshot({ service, kind, migration, tables }: SchemaSnapshot): string {
  const stored = {
    format,
    service,
    kind,
    ...(migration && { migration }),
    tables: new Map(tables.map(({ name, columns, checks = [], ...table }) => [name, { ...table, ...(checks.length > 0 && { checks }), columns: columns.map(storedColumn) }])),
  };
  const document = new Document(stored);
  document.commentBefore = head;
  visit(document, {
    Map(_, node) {
      if ((node.has('native') && !node.has('fields')) || node.has('references') || node.has('tool')) node.flow = true;
    },
    Seq(_, node) {
      node.flow = !node.items.some((item) => isMap(item));
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** A struct's type is what its fields say: it is written once. */
function storedColumn({ name, type, native, nullable, fields, ...rest }: ColumnSnapshot): object {
  const written = fields === undefined ? type : `STRUCT${'[]'.repeat(listDepth(parseType(type)!))}`;
  return { name, type: written, native, ...(nullable ? {} : { required: true }), ...rest, ...(fields && { fields: fields.map(storedColumn) }) };
}

function readColumn({ required, fields, type, ...rest }: StoredColumn): ColumnSnapshot {
  const inner = fields?.map(readColumn);
  const whole = inner === undefined ? parseType(type)! : structOf(inner, type);
  const own = inner ?? fieldsOfType(whole);
  return { ...rest, type: typeName(whole), nullable: required !== true, ...(own && { fields: own }) };
}

function structOf(fields: readonly ColumnSnapshot[], written: string): Type {
  const struct: Type = { kind: 'struct', fields: fields.map(({ name, type }) => ({ name, type: parseType(type)! })) };
  return (written.match(/\[\]/g) ?? []).reduce<Type>((element) => ({ kind: 'list', element }), struct);
}

/** Of a nested type that is written as one name. */
function fieldsOfType(type: Type): ColumnSnapshot[] | undefined {
  return structIn(type)?.fields.map(({ name, type: own }) => {
    const inner = fieldsOfType(own);
    return { name, type: typeName(own), native: typeName(own), nullable: true, ...(inner && { fields: inner }) };
  });
}

/** @param file its name, for what is said of it */
export async function readSnapshot(source: string, file: string): Promise<SchemaSnapshot> {
  const document = new ConfigDocument(file, source);
  const found = (document.value as { format?: unknown } | null)?.format;
  if (typeof found === 'number' && !readable.includes(found)) {
    throw problemError([document.problem(['format'], `this snapshot is of format ${found}, and this aishell reads formats 1 to ${format}`, 'Take it again: aishell schema snapshot. Or compare with the version of aishell that wrote it.')]);
  }
  const problems: Problem[] = await validate(schema, document.value, { document, path: [], what: 'the snapshot' });
  if (problems.length > 0) throw problemError(problems);
  const stored = document.value as Stored;
  const checkColumns = (columns: readonly StoredColumn[], path: readonly (string | number)[], table: string): void => {
    for (const [index, { name, type, fields }] of columns.entries()) {
      if (columns.findIndex((other) => other.name === name) < index) problems.push(document.problem([...path, index], `${table} has two columns called ${name}`, 'Remove one of the two.'));
      const isType = fields === undefined ? parseType(type) !== undefined : /^STRUCT(\[\])*$/.test(type);
      if (!isType) problems.push(document.problem([...path, index, 'type'], fields === undefined ? `${type} is no type` : `${type} has no fields: of what has fields the type is STRUCT or STRUCT[]`, 'Take the snapshot again, or write a type as `aishell schema` shows it.'));
      if (fields !== undefined) checkColumns(fields, [...path, index, 'fields'], `${table}.${name}`);
    }
  };
  for (const [table, { columns, registered: subjects = [] }] of Object.entries(stored.tables)) {
    checkColumns(columns, ['tables', table, 'columns'], table);
    for (const [index, { subject, versions }] of subjects.entries()) {
      const wrong = versions.findIndex(({ version }, i) => i > 0 && version <= versions[i - 1]!.version);
      if (wrong !== -1) problems.push(document.problem(['tables', table, 'registered', index, 'versions', wrong, 'version'], `version ${versions[wrong]!.version} of ${subject} comes after version ${versions[wrong - 1]!.version}`, 'Put the versions in order, each once.'));
    }
  }
  if (problems.length > 0) throw problemError(problems);
  const { service, kind, migration } = stored;
  return {
    service,
    kind,
    ...(migration && { migration }),
    tables: Object.entries(stored.tables).map(([name, { columns, ...table }]) => ({
      name,
      ...(Number(found) >= withChecks && { checks: [] }),
      ...table,
      columns: columns.map(readColumn),
    })),
  };
}
