/** Snapshots as YAML that people review: one file a service, one line a column, nothing that changes by itself. */

import { Document, isMap, visit } from 'yaml';
import type { JsonSchema } from '../../../connectors/contract.js';
import { ConfigDocument, problemError } from '../../config/document.js';
import type { Problem } from '../../config/document.js';
import { validate } from '../../config/validate.js';
import { parseType } from '../../algebra/index.js';
import type { ColumnSnapshot, SchemaSnapshot, TableSnapshot } from './snapshot.js';

const format = 1;
const head = ' aishell schema snapshot. Keep it in version control; `aishell schema diff --against <this folder>` compares.';

type StoredTable = Omit<TableSnapshot, 'name' | 'columns'> & { readonly columns: readonly (Omit<ColumnSnapshot, 'nullable'> & { readonly required?: boolean })[] };
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
  },
};
const schema: JsonSchema = {
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
          columns: { type: 'array', items: column },
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
    tables: new Map(tables.map(({ name, columns, ...table }) => [name, { ...table, columns: columns.map(storedColumn) }])),
  };
  const document = new Document(stored);
  document.commentBefore = head;
  visit(document, {
    Map(_, node) {
      if (node.has('native') || node.has('references') || node.has('tool')) node.flow = true;
    },
    Seq(_, node) {
      node.flow = !node.items.some((item) => isMap(item));
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function storedColumn({ name, type, native, nullable, ...rest }: ColumnSnapshot): object {
  return { name, type, native, ...(nullable ? {} : { required: true }), ...rest };
}

/** @param file its name, for what is said of it */
export async function readSnapshot(source: string, file: string): Promise<SchemaSnapshot> {
  const document = new ConfigDocument(file, source);
  const found = (document.value as { format?: unknown } | null)?.format;
  if (typeof found === 'number' && found !== format) {
    throw problemError([document.problem(['format'], `this snapshot is of format ${found}, and this aishell reads format ${format}`, 'Take it again: aishell schema snapshot. Or compare with the version of aishell that wrote it.')]);
  }
  const problems: Problem[] = await validate(schema, document.value, { document, path: [], what: 'the snapshot' });
  if (problems.length > 0) throw problemError(problems);
  const stored = document.value as Stored;
  for (const [table, { columns }] of Object.entries(stored.tables)) {
    for (const [index, { name, type }] of columns.entries()) {
      if (columns.findIndex((other) => other.name === name) < index) problems.push(document.problem(['tables', table, 'columns', index], `${table} has two columns called ${name}`, 'Remove one of the two.'));
      if (parseType(type) === undefined) problems.push(document.problem(['tables', table, 'columns', index, 'type'], `${type} is no type`, 'Take the snapshot again, or write a type as `aishell schema` shows it.'));
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
      ...table,
      columns: columns.map(({ required, ...rest }) => ({ nullable: required !== true, ...rest })),
    })),
  };
}
