/** Messages of JSON with a JSON Schema: the schema says what the columns are, the messages are JSON already. */

import { isUtf8 } from 'node:buffer';
import { types, type StructField, type Type } from '../../contract.js';
import { Undecodable, type Decoder, type SchemaField } from './contract.js';

type Json = Readonly<Record<string, unknown>>;

const maxNesting = 6;
const maxMembers = 2_000;
const maxReferences = 50;

export function jsonSchemaDecoder(name: string, text: string, dependencies: readonly { readonly name: string; readonly text: string }[]): Decoder {
  const others = new Map(dependencies.map((dependency) => [dependency.name, parse(dependency.text)]));
  return {
    name,
    fields: new Columns(parse(text), others).fields(),
    decode(bytes, start, end) {
      const slice = bytes.subarray(start, end);
      if (!isUtf8(slice)) throw new Undecodable('it is no UTF-8 text');
      return slice.toString('utf8');
    },
    derives: () => false,
  };
}

function parse(text: string): Json {
  try {
    const schema = JSON.parse(text) as unknown;
    return isObject(schema) ? schema : {};
  } catch {
    throw new Undecodable('the schema is no JSON Schema');
  }
}

class Columns {
  #members = 0;

  constructor(
    private readonly root: Json,
    private readonly others: ReadonlyMap<string, Json>,
  ) {}

  fields(): SchemaField[] {
    const top = this.#resolve(this.root, this.root);
    return Object.entries(isObject(top.schema['properties']) ? top.schema['properties'] : {}).map(([name, schema]) => {
      const description = isObject(schema) ? schema['description'] : undefined;
      const values = isObject(schema) && Array.isArray(schema['enum']) && schema['enum'].every((value) => typeof value === 'string') ? (schema['enum'] as string[]) : undefined;
      const isRequired = Array.isArray(top.schema['required']) && top.schema['required'].includes(name) && !admitsNull(schema);
      return { name, type: this.#type(schema, top.root, 1), nativeType: `JSON ${isObject(schema) && typeof schema['type'] === 'string' ? schema['type'] : 'value'}`, isClaim: true, ...(typeof description === 'string' && { comment: description }), ...(values && { enumValues: values }), ...(isRequired && { required: true }) };
    });
  }

  #type(value: unknown, root: Json, depth: number): Type {
    if (!isObject(value) || depth > maxNesting) return types.json;
    const { schema, root: within } = this.#resolve(value, root);
    const alternatives = [schema['oneOf'], schema['anyOf']].find(Array.isArray) as unknown[] | undefined;
    if (alternatives !== undefined) {
      const others = alternatives.filter((one) => !(isObject(one) && one['type'] === 'null'));
      return others.length === 1 ? this.#type(others[0], within, depth) : types.json;
    }
    const named = Array.isArray(schema['type']) ? schema['type'].filter((type) => type !== 'null') : [schema['type']];
    switch (named.length === 1 ? named[0] : undefined) {
      case 'string':
        return schema['format'] === 'date-time' ? types.timestamptz : schema['format'] === 'date' ? types.date : schema['format'] === 'uuid' ? types.uuid : types.text;
      case 'integer':
        return types.int64;
      case 'number':
        return types.float64;
      case 'boolean':
        return types.boolean;
      case 'array': {
        const element = this.#type(schema['items'], within, depth + 1);
        return element.kind === 'json' ? types.json : { kind: 'list', element };
      }
      case 'object': {
        const members = Object.entries(isObject(schema['properties']) ? schema['properties'] : {});
        this.#members += members.length;
        if (members.length === 0 || this.#members > maxMembers || new Set(members.map(([name]) => name.toLowerCase())).size < members.length) return types.json;
        return { kind: 'struct', fields: members.map(([name, member]): StructField => ({ name, type: this.#type(member, within, depth + 1) })) };
      }
      default:
        return types.json;
    }
  }

  /** Follows $ref, inside the document and to those that the registry names. */
  #resolve(schema: Json, root: Json): { readonly schema: Json; readonly root: Json } {
    let [at, within] = [schema, root];
    for (let i = 0; typeof at['$ref'] === 'string'; i++) {
      const [file = '', path = ''] = at['$ref'].split('#');
      const document = file === '' ? within : this.others.get(file);
      if (document === undefined || i > maxReferences) return { schema: {}, root };
      let target: unknown = document;
      for (const step of path.split('/').slice(1)) target = isObject(target) ? target[decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
      if (!isObject(target)) return { schema: {}, root };
      [at, within] = [target, document];
    }
    return { schema: at, root: within };
  }
}

/** As far as its type says so. */
function admitsNull(schema: unknown): boolean {
  if (!isObject(schema)) return true;
  const alternatives = [schema['oneOf'], schema['anyOf']].find(Array.isArray) as unknown[] | undefined;
  return alternatives?.some(admitsNull) ?? (schema['type'] === undefined ? '$ref' in schema : [schema['type']].flat().includes('null'));
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
