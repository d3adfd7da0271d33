/** The types of MySQL and MariaDB, by COLUMN_TYPE of the information schema, as canonical types. */

import { decimal, types, type Type } from '../contract.js';
import type { Reading } from './facts.js';

export interface NativeType {
  readonly type: Type;
  /** How the value is read, when it isn't the column itself. */
  readonly read?: (column: string) => string;
}

const asNumber = (column: string) => `(${column} + 0)`;

const plain: Readonly<Record<string, NativeType>> = {
  float: { type: types.float32 },
  double: { type: types.float64 },
  date: { type: types.date },
  datetime: { type: types.timestamp },
  timestamp: { type: types.timestamptz },
  // As a number, since comparisons with a YEAR read 1 to 99 as years of this or the last century.
  year: { type: types.int16, read: asNumber },
  bit: { type: types.uint64, read: asNumber },
  json: { type: types.json },
  uuid: { type: types.uuid },
  binary: { type: types.blob },
  varbinary: { type: types.blob },
  tinyblob: { type: types.blob },
  blob: { type: types.blob },
  mediumblob: { type: types.blob },
  longblob: { type: types.blob },
};

const integerBits = { tinyint: 8, smallint: 16, mediumint: 32, int: 32, integer: 32, bigint: 64 } as const;

const spatial = new Set(['geometry', 'point', 'linestring', 'polygon', 'multipoint', 'multilinestring', 'multipolygon', 'geometrycollection', 'geomcollection']);

export function nativeType(columnType: string, reading: Reading): NativeType {
  const [, base = '', modifiers = ''] = /^(\w+)(?:\((.*)\))?/.exec(columnType.toLowerCase()) ?? [];
  if (base in integerBits) {
    // tinyint(1) too: it holds -128 to 127, whatever its name promises.
    return { type: { kind: 'int', bits: integerBits[base as keyof typeof integerBits], signed: !/\bunsigned\b/i.test(columnType) } };
  }
  if (base === 'decimal' || base === 'numeric') {
    const [precision = 10, scale = 0] = modifiers.split(',').map(Number);
    return { type: decimal(Math.min(precision, 38), Math.min(scale, 38)) };
  }
  if (base === 'time') return { type: reading.time === 'interval' ? types.interval : types.time };
  if (spatial.has(base)) return { type: types.text, read: (column) => `ST_AsText(${column})` };
  if (base === 'vector') return { type: types.blob };
  const native = plain[base] ?? { type: types.text };
  const isDate = base === 'date' || base === 'datetime' || base === 'timestamp';
  if (isDate && reading.zeroDates === 'null') {
    return { ...native, read: (column) => `IF(MONTH(${column}) = 0 OR DAYOFMONTH(${column}) = 0, NULL, ${column})` };
  }
  return native;
}

/** The labels of enum('a','b''c'). */
export function enumLabels(columnType: string): string[] | undefined {
  const list = /^enum\((.*)\)$/is.exec(columnType)?.[1];
  if (list === undefined) return undefined;
  return [...list.matchAll(/'((?:[^']|'')*)'/g)].map((match) => match[1]!.replaceAll("''", "'"));
}
