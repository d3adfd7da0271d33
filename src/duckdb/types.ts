/** DuckDB's logical types, as its serialized plans write them -> canonical types. */

import { types } from '../algebra/index.js';
import type { Type } from '../algebra/index.js';
import { arrayOf, indexOf, objectOf, objectsOf, stringOf } from './json.js';
import type { Json } from './json.js';

const simple: Readonly<Record<string, Type>> = {
  BOOLEAN: types.boolean,
  TINYINT: types.int8,
  SMALLINT: types.int16,
  INTEGER: types.int32,
  BIGINT: types.int64,
  HUGEINT: types.int128,
  UTINYINT: types.uint8,
  USMALLINT: types.uint16,
  UINTEGER: types.uint32,
  UBIGINT: types.uint64,
  UHUGEINT: types.uint128,
  FLOAT: types.float32,
  DOUBLE: types.float64,
  BLOB: types.blob,
  UUID: types.uuid,
  DATE: types.date,
  TIME: types.time,
  TIMESTAMP: types.timestamp,
  // Seconds and milliseconds have the same values and order as microseconds; constants are scaled where they are read.
  TIMESTAMP_S: types.timestamp,
  TIMESTAMP_MS: types.timestamp,
  TIMESTAMP_NS: types.timestampNs,
  'TIMESTAMP WITH TIME ZONE': types.timestamptz,
  INTERVAL: types.interval,
  NULL: types.null,
  '"NULL"': types.null,
};

/** undefined for what the canonical types don't have: BIT, TIMETZ, ENUM, UNION, fixed-size arrays, collated text. */
export function typeOfJson(json: Json | undefined): Type | undefined {
  const type = objectOf(json);
  const id = stringOf(type['id']);
  const info = objectOf(type['type_info']);
  const alias = stringOf(info['alias']);
  if (alias !== '') return alias === 'JSON' && id === 'VARCHAR' ? types.json : undefined;
  switch (id) {
    case 'VARCHAR':
      return stringOf(info['collation']) === '' ? types.text : undefined;
    case 'DECIMAL':
      // The scale of 0 may be left out.
      return { kind: 'decimal', precision: indexOf(info['width']), scale: Math.max(0, indexOf(info['scale'])) };
    case 'LIST': {
      const element = typeOfJson(info['child_type']);
      return element && { kind: 'list', element };
    }
    case 'MAP': {
      const [key, value] = arrayOf(objectOf(objectOf(info['child_type'])['type_info'])['child_types']).map((child) =>
        typeOfJson(objectOf(child)['second']),
      );
      return key && value && { kind: 'map', key, value };
    }
    case 'STRUCT': {
      const fields = [];
      for (const child of objectsOf(info['child_types'])) {
        const fieldType = typeOfJson(child['second']);
        if (fieldType === undefined) return undefined;
        fields.push({ name: stringOf(child['first']), type: fieldType });
      }
      return { kind: 'struct', fields };
    }
    default:
      return simple[id];
  }
}
