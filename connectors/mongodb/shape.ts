/**
 * From what was observed to a type that holds every observed value without loss. Whole numbers are 64 bits wide from the
 * start; ids and strings share text; whatever doesn't go together is JSON.
 */

import { decimal, types, type StructField, type Type } from '../contract.js';
import type { FieldNative, Observation } from './native.js';
import type { Observed } from './observe.js';

const precision = 38;

export interface Shape {
  readonly type: Type;
  readonly bson: readonly Observation[];
  readonly fields?: readonly FieldNative[];
}

export function shapeOf(observed: Observed, nested = false): Shape {
  const bson = [...observed.bson.keys()].sort();
  const only = (...allowed: Observation[]) => bson.length > 0 && bson.every((type) => allowed.includes(type));
  if (only('int', 'long')) return { type: types.int64, bson };
  if (only('double')) return { type: types.float64, bson };
  if (only('int', 'long', 'double')) return { type: observed.inexact ? types.json : types.float64, bson };
  if (only('int', 'long', 'decimal')) return { type: decimalType(observed, nested), bson };
  if (only('string', 'symbol', 'objectId')) return { type: types.text, bson };
  if (only('bool')) return { type: types.boolean, bson };
  if (only('date')) return { type: types.timestamptz, bson };
  if (only('uuid')) return { type: types.uuid, bson };
  // Inside of JSON text, which nested values travel as, bytes have no form of their own.
  if (only('binData', 'uuid')) return { type: nested ? types.json : types.blob, bson };
  if (only('object')) return struct(observed, bson);
  if (only('array')) return list(observed, bson);
  return { type: types.json, bson };
}

function decimalType({ unbounded, whole, scale, bson }: Observed, nested: boolean): Type {
  if (unbounded || whole + scale > precision || (bson.has('long') && scale > precision - 19)) return nested ? types.json : types.text;
  return decimal(precision, scale);
}

function list(observed: Observed, bson: readonly Observation[]): Shape {
  const { element } = observed;
  const type = element === undefined || element.bson.size === 0 ? types.json : shapeOf(element, true).type;
  return { type: { kind: 'list', element: type }, bson };
}

function struct(observed: Observed, bson: readonly Observation[]): Shape {
  const { fields } = observed;
  if (fields === undefined || fields.size === 0 || !nameable([...fields.keys()]) || keysAreData(observed)) return { type: types.json, bson };
  const shapes = [...fields].map(([name, field]) => ({ name, shape: shapeOf(field, true) }));
  return {
    type: { kind: 'struct', fields: shapes.map(({ name, shape }): StructField => ({ name, type: shape.type })) },
    bson,
    fields: shapes.map(({ name, shape }) => ({ name, bson: shape.bson, ...(shape.fields && { fields: shape.fields }) })),
  };
}

/** Names in a STRUCT ignore case, and none is empty. */
function nameable(names: readonly string[]): boolean {
  return names.every((name) => name !== '') && new Set(names.map((name) => name.toLowerCase())).size === names.length;
}

/** Many fields of which each document has few: the names are ids, dates or the like. */
function keysAreData({ fields, count }: Observed): boolean {
  if (fields === undefined || fields.size <= 30) return false;
  const present = [...fields.values()].reduce((sum, field) => sum + field.count, 0);
  return present < count * fields.size * 0.1;
}
