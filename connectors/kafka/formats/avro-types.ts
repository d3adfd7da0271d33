/** The column that an Avro type becomes. */

import { decimal, types, type StructField, type Type } from '../../contract.js';
import type { SchemaField } from './contract.js';
import type { Logical, Node, RecordNode } from './avro-schema.js';

const maxNesting = 6;
/** A graph of few records can be a tree of very many; beyond this the rest is JSON. */
const maxMembers = 2_000;

export function avroFields(root: Node): SchemaField[] {
  const record = root.kind === 'union' ? onlyOne(root.branches) : root;
  if (record?.kind !== 'record') return [];
  const count = { members: 0 };
  return record.fields.map(({ name, type, doc }) => ({
    name,
    type: typeOf(type, [record], count),
    nativeType: avroName(type),
    ...(doc !== undefined && { comment: doc }),
    ...symbolsOf(type),
    ...(type.kind !== 'null' && !(type.kind === 'union' && type.branches.some(({ kind }) => kind === 'null')) && { required: true }),
  }));
}

function symbolsOf(node: Node): Pick<SchemaField, 'enumValues'> {
  const only = node.kind === 'union' ? onlyOne(node.branches) : node;
  return only?.kind === 'enum' ? { enumValues: only.symbols } : {};
}

function typeOf(node: Node, inside: readonly RecordNode[], count: { members: number }): Type {
  switch (node.kind) {
    case 'null':
      return types.json;
    case 'boolean':
      return types.boolean;
    case 'int':
      return timeType(node.logical) ?? types.int32;
    case 'long':
      return timeType(node.logical) ?? types.int64;
    case 'float':
      return types.float32;
    case 'double':
      return types.float64;
    case 'string':
      return node.logical?.name === 'uuid' ? types.uuid : node.logical?.name === 'zoned-text' ? types.timestamptz : types.text;
    case 'bytes':
    case 'fixed':
      if (node.logical?.name === 'decimal') return node.logical.precision > 38 ? types.json : decimal(node.logical.precision, node.logical.scale);
      if (node.kind === 'fixed' && node.size === 16 && node.logical?.name === 'uuid') return types.uuid;
      if (node.kind === 'fixed' && node.size === 12 && node.logical?.name === 'duration') return types.text;
      return inside.length > 1 ? types.text : types.blob;
    case 'enum':
      return types.text;
    case 'map':
      return types.json;
    case 'array': {
      const element = typeOf(node.items, [...inside, ...inside.slice(-1)], count);
      return element.kind === 'json' ? types.json : { kind: 'list', element };
    }
    case 'union': {
      const only = onlyOne(node.branches);
      return only === undefined ? types.json : typeOf(only, inside, count);
    }
    case 'record': {
      if (inside.includes(node) || inside.length >= maxNesting || node.fields.length === 0) return types.json;
      count.members += node.fields.length;
      if (count.members > maxMembers || new Set(node.fields.map(({ name }) => name.toLowerCase())).size < node.fields.length) return types.json;
      const fields = node.fields.map(({ name, type }): StructField => ({ name, type: typeOf(type, [...inside, node], count) }));
      return { kind: 'struct', fields };
    }
  }
}

/** Of a union of null and one other. */
function onlyOne(branches: readonly Node[]): Node | undefined {
  const others = branches.filter(({ kind }) => kind !== 'null');
  return others.length === 1 ? others[0] : undefined;
}

function timeType(logical: Logical | undefined): Type | undefined {
  switch (logical?.name) {
    case 'date':
      return types.date;
    case 'time-millis':
    case 'time-micros':
    case 'time-nanos':
      return types.time;
    case 'timestamp-millis':
    case 'timestamp-micros':
    case 'timestamp-nanos':
      return types.timestamptz;
    case 'local-timestamp-millis':
    case 'local-timestamp-micros':
    case 'local-timestamp-nanos':
      return types.timestamp;
    default:
      return undefined;
  }
}

function avroName(node: Node): string {
  switch (node.kind) {
    case 'union':
      return `Avro union of ${node.branches.map((branch) => ('name' in branch ? branch.name : branch.kind)).join(', ')}`;
    case 'record':
    case 'enum':
      return `Avro ${node.kind} ${node.name}`;
    case 'array':
    case 'map':
      return `Avro ${node.kind}`;
    default:
      return `Avro ${node.kind}${node.logical === undefined ? '' : `, ${node.logical.name}`}`;
  }
}
