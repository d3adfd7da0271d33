/** PostgreSQL's types, by the names that format_type() gives them with search_path = pg_catalog, as canonical types. */

import { decimal, types, type Type } from '../contract.js';

/** How numeric without a precision is read; its values may have any scale, which no canonical type has. */
export type NumericMode = 'decimal' | 'double' | 'text';

export interface NativeType {
  readonly type: Type;
  /** The cast under which the value is read, when it isn't read as it is. */
  readonly cast?: string;
}

/** 20 digits before the point and 18 after: enough for averages and wei; what doesn't fit is an error, never rounded. */
export const unconstrainedNumeric = decimal(38, 18);

const plain: Readonly<Record<string, NativeType>> = {
  'boolean': { type: types.boolean },
  'smallint': { type: types.int16 },
  'integer': { type: types.int32 },
  'bigint': { type: types.int64 },
  // Comparable with nothing but itself until it is a number.
  'oid': { type: types.int64, cast: 'int8' },
  'real': { type: types.float32 },
  'double precision': { type: types.float64 },
  'text': { type: types.text },
  'character varying': { type: types.text },
  'name': { type: types.text, cast: 'text' },
  // Without its padding, which PostgreSQL itself ignores when it compares.
  'character': { type: types.text, cast: 'text' },
  'bytea': { type: types.blob },
  'uuid': { type: types.uuid },
  'date': { type: types.date },
  'time without time zone': { type: types.time },
  'timestamp without time zone': { type: types.timestamp },
  'timestamp with time zone': { type: types.timestamptz },
  'interval': { type: types.interval },
  'json': { type: types.json },
  'jsonb': { type: types.json },
  // 64 bits of hundredths (thousandths in a few currencies are then an error); its text would depend on the locale.
  'money': { type: decimal(19, 2), cast: 'numeric' },
};

export function nativeType(name: string, numeric: NumericMode): NativeType {
  if (name.endsWith('[]')) return arrayType(name.slice(0, -2), numeric);
  const { base, modifiers } = parse(name);
  if (base === 'numeric') return numericType(modifiers, numeric);
  return plain[base] ?? { type: types.text, cast: 'text' };
}

/** `timestamp(3) without time zone` -> base `timestamp without time zone`, modifiers [3]. */
function parse(name: string): { base: string; modifiers: readonly number[] } {
  const match = /^([^()]*?)(?:\((-?\d+(?:,-?\d+)*)\))?((?: with(?:out)? time zone)?)$/.exec(name);
  if (!match) return { base: name, modifiers: [] };
  const base = `${match[1]}${match[3] ?? ''}`;
  const modifiers = match[2] === undefined ? [] : match[2].split(',').map(Number);
  return { base: base.startsWith('interval ') ? 'interval' : base, modifiers };
}

function numericType([precision, scale = 0]: readonly number[], mode: NumericMode): NativeType {
  if (precision !== undefined) {
    // A negative scale rounds left of the point; a scale beyond the precision has zeros after the point.
    const digits = Math.max(precision - Math.min(scale, 0), scale);
    if (digits <= 38) return { type: decimal(digits, Math.max(scale, 0)) };
  }
  if (mode === 'double') return { type: types.float64, cast: 'double precision' };
  if (mode === 'text') return { type: types.text, cast: 'text' };
  return { type: unconstrainedNumeric };
}

/** Elements that the array decoder reads; the others are read as text. */
const elementKinds = new Set<Type['kind']>(['boolean', 'int', 'float', 'decimal', 'text', 'uuid', 'date', 'timestamp']);

function arrayType(element: string, numeric: NumericMode): NativeType {
  const native = nativeType(element, numeric);
  if (elementKinds.has(native.type.kind) && native.cast === undefined) {
    return { type: { kind: 'list', element: native.type } };
  }
  if (native.cast === 'double precision') return { type: { kind: 'list', element: types.float64 }, cast: 'double precision[]' };
  return { type: { kind: 'list', element: types.text }, cast: 'text[]' };
}
