/**
 * Canonical types: what a column is, whichever store it lives in. The names are DuckDB's where DuckDB has one, since
 * statements are written in its dialect; `src/duckdb/types.ts` prints and reads them.
 */

export type Type =
  | { readonly kind: 'boolean' }
  | { readonly kind: 'int'; readonly bits: 8 | 16 | 32 | 64 | 128; readonly signed: boolean }
  | { readonly kind: 'float'; readonly bits: 32 | 64 }
  /** Fixed point, 1 <= precision <= 38, 0 <= scale <= precision. */
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'text' }
  | { readonly kind: 'blob' }
  | { readonly kind: 'uuid' }
  | { readonly kind: 'date' }
  | { readonly kind: 'time' }
  /** zoned: an instant (TIMESTAMPTZ). Otherwise a wall clock reading with no zone. */
  | { readonly kind: 'timestamp'; readonly zoned: boolean; readonly unit: 'us' | 'ns' }
  | { readonly kind: 'interval' }
  /** Any JSON value: mixed or unknown shapes. */
  | { readonly kind: 'json' }
  | { readonly kind: 'list'; readonly element: Type }
  | { readonly kind: 'struct'; readonly fields: readonly StructField[] }
  | { readonly kind: 'map'; readonly key: Type; readonly value: Type }
  /** The type of a bare NULL. */
  | { readonly kind: 'null' };

export interface StructField {
  readonly name: string;
  readonly type: Type;
}

/**
 * A constant, represented by its type's kind:
 * boolean -> boolean · int -> bigint · float -> number (NaN and infinities included) · decimal -> text like "-12.30"
 * text, uuid (lower case, with dashes), json, interval -> string · blob -> bytes
 * date -> days since 1970-01-01 as bigint · time -> microseconds since midnight as bigint
 * timestamp -> microseconds (unit us) or nanoseconds (unit ns) since the epoch as bigint; infinity is +/-(2^63-1)
 * list -> array · struct and map are never constants in a plan that is pushed down.
 */
export type Literal = null | boolean | number | bigint | string | Uint8Array | readonly Literal[];

export const types = {
  boolean: { kind: 'boolean' },
  int8: { kind: 'int', bits: 8, signed: true },
  int16: { kind: 'int', bits: 16, signed: true },
  int32: { kind: 'int', bits: 32, signed: true },
  int64: { kind: 'int', bits: 64, signed: true },
  int128: { kind: 'int', bits: 128, signed: true },
  uint8: { kind: 'int', bits: 8, signed: false },
  uint16: { kind: 'int', bits: 16, signed: false },
  uint32: { kind: 'int', bits: 32, signed: false },
  uint64: { kind: 'int', bits: 64, signed: false },
  uint128: { kind: 'int', bits: 128, signed: false },
  float32: { kind: 'float', bits: 32 },
  float64: { kind: 'float', bits: 64 },
  text: { kind: 'text' },
  blob: { kind: 'blob' },
  uuid: { kind: 'uuid' },
  date: { kind: 'date' },
  time: { kind: 'time' },
  timestamp: { kind: 'timestamp', zoned: false, unit: 'us' },
  timestamptz: { kind: 'timestamp', zoned: true, unit: 'us' },
  timestampNs: { kind: 'timestamp', zoned: false, unit: 'ns' },
  interval: { kind: 'interval' },
  json: { kind: 'json' },
  null: { kind: 'null' },
} as const satisfies Record<string, Type>;

export function decimal(precision: number, scale: number): Type {
  return { kind: 'decimal', precision, scale };
}

export function sameType(a: Type, b: Type): boolean {
  switch (a.kind) {
    case 'int':
      return b.kind === 'int' && a.bits === b.bits && a.signed === b.signed;
    case 'float':
      return b.kind === 'float' && a.bits === b.bits;
    case 'decimal':
      return b.kind === 'decimal' && a.precision === b.precision && a.scale === b.scale;
    case 'timestamp':
      return b.kind === 'timestamp' && a.zoned === b.zoned && a.unit === b.unit;
    case 'list':
      return b.kind === 'list' && sameType(a.element, b.element);
    case 'map':
      return b.kind === 'map' && sameType(a.key, b.key) && sameType(a.value, b.value);
    case 'struct':
      return (
        b.kind === 'struct' &&
        a.fields.length === b.fields.length &&
        a.fields.every((f, i) => f.name === b.fields[i]!.name && sameType(f.type, b.fields[i]!.type))
      );
    default:
      return a.kind === b.kind;
  }
}

/** Types whose values nest; they are staged as JSON text and cast by the engine. */
export function isNested(type: Type): boolean {
  return type.kind === 'list' || type.kind === 'struct' || type.kind === 'map';
}

/** The type as a person reads it, in SQL: BIGINT, DECIMAL(12,2), STRUCT(a INTEGER), VARCHAR[]. */
export function typeName(type: Type): string {
  switch (type.kind) {
    case 'boolean':
      return 'BOOLEAN';
    case 'int': {
      const signed = { 8: 'TINYINT', 16: 'SMALLINT', 32: 'INTEGER', 64: 'BIGINT', 128: 'HUGEINT' }[type.bits];
      return type.signed ? signed : `U${signed}`;
    }
    case 'float':
      return type.bits === 32 ? 'FLOAT' : 'DOUBLE';
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'text':
      return 'VARCHAR';
    case 'blob':
      return 'BLOB';
    case 'uuid':
      return 'UUID';
    case 'date':
      return 'DATE';
    case 'time':
      return 'TIME';
    case 'timestamp':
      if (type.unit === 'ns') return type.zoned ? 'TIMESTAMP WITH TIME ZONE' : 'TIMESTAMP_NS';
      return type.zoned ? 'TIMESTAMP WITH TIME ZONE' : 'TIMESTAMP';
    case 'interval':
      return 'INTERVAL';
    case 'json':
      return 'JSON';
    case 'list':
      return `${typeName(type.element)}[]`;
    case 'struct':
      return `STRUCT(${type.fields.map((f) => `${quoteIdentifier(f.name)} ${typeName(f.type)}`).join(', ')})`;
    case 'map':
      return `MAP(${typeName(type.key)}, ${typeName(type.value)})`;
    case 'null':
      return '"NULL"';
  }
}

/** A DuckDB identifier, always quoted, so that no word of a store is ever read as a keyword. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text constant of DuckDB's SQL. */
export function quoteText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
