/** DuckDB's JavaScript values as canonical literals (src/algebra/types.ts): keys on their way to another store. */

import type {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
} from '@duckdb/node-api';
import type { Literal, Type } from '../algebra/index.js';

/** `value` is of the DuckDB type that `typeName(type)` names, and not NULL. */
export function toLiteral(value: unknown, type: Type): Literal {
  switch (type.kind) {
    case 'boolean':
    case 'float':
    case 'text':
    case 'json':
      return value as Literal;
    case 'int':
      return BigInt(value as number | bigint);
    case 'decimal':
      return (value as DuckDBDecimalValue).toString().replace(/^(-?)\./, '$10.');
    case 'date':
      return BigInt((value as DuckDBDateValue).days);
    case 'time':
      return (value as DuckDBTimeValue).micros;
    case 'timestamp':
      return timestamp(value as DuckDBTimestampValue | DuckDBTimestampTZValue | DuckDBTimestampNanosecondsValue, type.unit);
    case 'blob':
      return (value as DuckDBBlobValue).bytes;
    case 'uuid':
    case 'interval':
      return String(value);
    default:
      throw new Error(`no keys of type ${type.kind}`);
  }
}

const infinity = 2n ** 63n - 1n;

function timestamp(value: DuckDBTimestampValue | DuckDBTimestampTZValue | DuckDBTimestampNanosecondsValue, unit: 'us' | 'ns'): bigint {
  if ('nanos' in value) return value.nanos;
  const { micros } = value;
  // A zoned timestamp is kept in microseconds whatever its unit.
  return unit === 'us' || micros === infinity || micros === -infinity ? micros : micros * 1000n;
}
