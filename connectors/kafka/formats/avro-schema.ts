/** Avro schemas (avro.apache.org/docs, "Schema Declaration") as a graph of nodes; names are resolved, depth is bounded. */

import { Undecodable } from './contract.js';

export type Primitive = 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string';

export type Node =
  | { readonly kind: Primitive; readonly logical?: Logical }
  | { readonly kind: 'fixed'; readonly name: string; readonly aliases: readonly string[]; readonly size: number; readonly logical?: Logical }
  | { readonly kind: 'enum'; readonly name: string; readonly aliases: readonly string[]; readonly symbols: readonly string[] }
  | { readonly kind: 'array'; readonly items: Node }
  | { readonly kind: 'map'; readonly values: Node }
  | { readonly kind: 'union'; readonly branches: readonly Node[] }
  | RecordNode;

export interface RecordNode {
  readonly kind: 'record';
  readonly name: string;
  readonly aliases: readonly string[];
  /** Filled after the name is known: a record may hold itself. */
  readonly fields: Field[];
}

export interface Field {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly type: Node;
  readonly default?: unknown;
  readonly hasDefault: boolean;
  readonly doc?: string;
}

export interface Logical {
  readonly name: string;
  readonly precision: number;
  readonly scale: number;
}

const primitives: ReadonlySet<string> = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']);
const maxNesting = 200;
const maxFixed = 1 << 20;

/** What Connect and Debezium call their types, in Avro's words (debezium.io, "Data type mappings"). */
const connectNames: Readonly<Record<string, string>> = {
  'io.debezium.time.Date': 'date',
  'io.debezium.time.Time': 'time-millis',
  'io.debezium.time.MicroTime': 'time-micros',
  'io.debezium.time.NanoTime': 'time-nanos',
  'io.debezium.time.Timestamp': 'local-timestamp-millis',
  'io.debezium.time.MicroTimestamp': 'local-timestamp-micros',
  'io.debezium.time.NanoTimestamp': 'local-timestamp-nanos',
  'io.debezium.time.ZonedTimestamp': 'zoned-text',
  'io.debezium.data.Uuid': 'uuid',
};

/** @param dependencies schemas of names that this one uses, those first that others use */
export function parseAvro(text: string, dependencies: readonly { readonly text: string }[] = []): Node {
  const parser = new Parser();
  try {
    for (const dependency of dependencies) parser.node(JSON.parse(dependency.text), '', 0);
    return parser.node(JSON.parse(text), '', 0);
  } catch (error) {
    if (error instanceof Undecodable) throw error;
    throw new Undecodable(`the schema is no Avro schema: ${error instanceof RangeError ? 'it is nested too deeply' : (error as Error).message.slice(0, 200)}`);
  }
}

class Parser {
  readonly #named = new Map<string, Node>();

  node(schema: unknown, namespace: string, depth: number): Node {
    if (depth > maxNesting) throw new Undecodable(`the schema is nested deeper than ${maxNesting}`);
    if (typeof schema === 'string') return this.#reference(schema, namespace);
    if (Array.isArray(schema)) return { kind: 'union', branches: schema.map((branch) => this.node(branch, namespace, depth + 1)) };
    if (typeof schema !== 'object' || schema === null) throw new Undecodable('the schema is no Avro schema');
    const object = schema as Readonly<Record<string, unknown>>;
    const { type } = object;
    switch (type) {
      case 'record':
      case 'error':
        return this.#record(object, namespace, depth);
      case 'enum': {
        const { name } = this.#name(object, namespace);
        const symbols = list(object['symbols']);
        return this.#define({ kind: 'enum', name, aliases: this.#aliases(object, name), symbols });
      }
      case 'fixed': {
        const { name } = this.#name(object, namespace);
        const size = object['size'];
        if (!Number.isInteger(size) || (size as number) < 0 || (size as number) > maxFixed) throw new Undecodable(`the size of ${name} is ${String(size)}`);
        return this.#define({ kind: 'fixed', name, aliases: this.#aliases(object, name), size: size as number, ...logicalOf(object) });
      }
      case 'array':
        return { kind: 'array', items: this.node(object['items'], namespace, depth + 1) };
      case 'map':
        return { kind: 'map', values: this.node(object['values'], namespace, depth + 1) };
      default: {
        const inner = this.node(type, namespace, depth + 1);
        return primitives.has(inner.kind) ? { ...(inner as { readonly kind: Primitive }), ...logicalOf(object) } : inner;
      }
    }
  }

  #record(object: Readonly<Record<string, unknown>>, outer: string, depth: number): Node {
    const { name, namespace } = this.#name(object, outer);
    const fields: Field[] = [];
    const record = this.#define({ kind: 'record', name, aliases: this.#aliases(object, name), fields });
    const declared = object['fields'];
    if (!Array.isArray(declared)) throw new Undecodable(`record ${name} has no fields`);
    for (const field of declared as Readonly<Record<string, unknown>>[]) {
      if (typeof field !== 'object' || field === null || typeof field['name'] !== 'string') throw new Undecodable(`a field of ${name} has no name`);
      const { doc } = field;
      fields.push({
        name: field['name'],
        aliases: list(field['aliases'] ?? []),
        type: this.node(field['type'], namespace, depth + 1),
        hasDefault: 'default' in field,
        default: field['default'],
        ...(typeof doc === 'string' && { doc }),
      });
    }
    return record;
  }

  #reference(name: string, namespace: string): Node {
    if (primitives.has(name)) return { kind: name as Primitive };
    const found = (namespace !== '' && !name.includes('.') ? this.#named.get(`${namespace}.${name}`) : undefined) ?? this.#named.get(name);
    if (found === undefined) throw new Undecodable(`the schema uses ${name.slice(0, 100)}, which it does not define`);
    return found;
  }

  #define<T extends Node & { readonly name: string }>(node: T): T {
    this.#named.set(node.name, node);
    return node;
  }

  #name(object: Readonly<Record<string, unknown>>, outer: string): { readonly name: string; readonly namespace: string } {
    const { name, namespace = outer } = object;
    if (typeof name !== 'string' || name === '' || typeof namespace !== 'string') throw new Undecodable('a named type has no name');
    if (name.includes('.')) return { name, namespace: name.slice(0, name.lastIndexOf('.')) };
    return { name: namespace === '' ? name : `${namespace}.${name}`, namespace };
  }

  #aliases(object: Readonly<Record<string, unknown>>, name: string): string[] {
    const namespace = name.slice(0, name.lastIndexOf('.') + 1);
    return list(object['aliases'] ?? []).map((alias) => (alias.includes('.') ? alias : `${namespace}${alias}`));
  }
}

function list(value: unknown): string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw new Undecodable('a list of names in the schema is none');
  return value;
}

function logicalOf(object: Readonly<Record<string, unknown>>): { readonly logical?: Logical } {
  const connect = object['connect.name'];
  const name = object['logicalType'] ?? (typeof connect === 'string' && Object.hasOwn(connectNames, connect) ? connectNames[connect] : undefined);
  if (typeof name !== 'string') return {};
  const whole = (value: unknown, otherwise: number) => (Number.isInteger(value) ? (value as number) : otherwise);
  const logical = { name, precision: whole(object['precision'], 0), scale: whole(object['scale'], 0) };
  // Logical types that make no sense are to be ignored (Avro, "Logical Types").
  const isOdd = name === 'decimal' && (logical.precision < 1 || logical.scale < 0 || logical.scale > Math.min(logical.precision, 10_000));
  return isOdd ? {} : { logical };
}
