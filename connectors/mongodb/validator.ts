/** A collection's $jsonSchema validator: fields that no sample held, types that are proven, enumerations and comments. */

import type { Type } from '../contract.js';
import { aliases, type Alias } from './bson.js';
import type { Observation } from './native.js';
import { Observed } from './observe.js';

export interface Declared {
  /** Every type that the validator admits, null aside; undefined when it doesn't say. */
  readonly types: ReadonlySet<Observation> | undefined;
  readonly fields: ReadonlyMap<string, Declared>;
  readonly element: Declared | undefined;
  readonly enumValues: readonly string[] | undefined;
  readonly comment: string | undefined;
  /** Members that must be there. */
  readonly required: ReadonlySet<string>;
}

export interface Validator {
  readonly root: Declared;
  /** It applies to every document and refuses what doesn't pass. */
  readonly strict: boolean;
}

/** The `type` keyword's names, where they differ from `bsonType`'s. */
const jsonTypes: Readonly<Record<string, readonly Alias[]>> = {
  boolean: ['bool'],
  number: ['int', 'long', 'double', 'decimal'],
};

const maxDepth = 12;

/** @param options of listCollections */
export function readValidator(options: Readonly<Record<string, unknown>>): Validator | undefined {
  const validator = object(options['validator']);
  const schema = object(validator?.['$jsonSchema']);
  if (schema === undefined) return undefined;
  const strict = (options['validationLevel'] ?? 'strict') === 'strict' && (options['validationAction'] ?? 'error') === 'error';
  return { root: declared(schema, 0), strict };
}

function declared(schema: Readonly<Record<string, unknown>>, depth: number): Declared {
  const properties = depth < maxDepth ? object(schema['properties']) : undefined;
  const items = depth < maxDepth ? object(schema['items']) : undefined;
  const comment = [schema['title'], schema['description']].filter((text) => typeof text === 'string' && text !== '').join(': ');
  const values = schema['enum'];
  return {
    types: declaredTypes(schema['bsonType'] ?? schema['type']),
    fields: new Map(Object.entries(properties ?? {}).map(([name, field]) => [name, declared(object(field) ?? {}, depth + 1)])),
    element: items && declared(items, depth + 1),
    enumValues: Array.isArray(values) && values.every((value) => typeof value === 'string') ? values : undefined,
    comment: comment === '' ? undefined : comment,
    required: new Set(Array.isArray(schema['required']) ? schema['required'].map(String) : []),
  };
}

function declaredTypes(keyword: unknown): ReadonlySet<Observation> | undefined {
  if (keyword === undefined) return undefined;
  const types = new Set<Observation>();
  for (const name of Array.isArray(keyword) ? keyword : [keyword]) {
    for (const alias of jsonTypes[String(name)] ?? [name as Alias]) {
      if (!aliases.includes(alias)) return undefined;
      if (alias !== 'null') types.add(alias);
    }
  }
  return types;
}

/** Adds what the validator admits to what was seen, so that the type fits both. */
export function widen(observed: Observed, { types, fields, element }: Declared): void {
  const numbers = types !== undefined && types.has('double') && types.has('decimal');
  for (const type of types ?? []) {
    // "any number" says nothing: the kinds of number that are there say more.
    if (numbers && (observed.bson.size > 0 || type === 'decimal') && ['int', 'long', 'double', 'decimal'].includes(type)) continue;
    // Binary data is declared as such, and the sample knows which of it are UUIDs.
    if (type === 'binData' && observed.bson.has('uuid')) continue;
    if (type === 'decimal' && !observed.bson.has('decimal')) observed.scale = Math.max(observed.scale, 10);
    if (!observed.bson.has(type)) observed.add(type, 0);
  }
  for (const [name, field] of fields) {
    const inner = observed.field(name, Infinity);
    if (inner !== undefined) widen(inner, field);
  }
  if (element !== undefined) widen((observed.element ??= new Observed()), element);
}

/** Does a strict validator admit nothing else than what the column's type was made for? */
export function proves(declared: Declared | undefined, type: Type, bson: readonly Observation[]): boolean {
  if (declared?.types === undefined || declared.types.size === 0) return false;
  const fitting: readonly Observation[] =
    type.kind === 'int' ? ['int', 'long'] : type.kind === 'float' ? ['int', 'long', 'double'] : type.kind === 'decimal' ? ['int', 'long', 'decimal'] : bson;
  return [...declared.types].every((admitted) => fitting.includes(admitted));
}

function object(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}
