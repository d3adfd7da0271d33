/** Canonical types grouped by how their values compare. */

import type { Type } from '../contract.js';
import type { Family } from './style.js';

export function familyOf(type: Type): Family | undefined {
  switch (type.kind) {
    case 'boolean':
    case 'decimal':
    case 'float':
    case 'text':
    case 'blob':
    case 'uuid':
    case 'date':
    case 'time':
      return type.kind;
    case 'int':
      return 'integer';
    case 'timestamp':
      // Nanoseconds exceed what SQL stores keep; comparing them would round.
      if (type.unit === 'ns') return undefined;
      return type.zoned ? 'instant' : 'timestamp';
    default:
      return undefined;
  }
}

/** Families whose members compare exactly across the border: 2 = 2.00. Floats are apart, since they round. */
export function comparable(left: Family, right: Family): boolean {
  const isExact = (family: Family) => family === 'integer' || family === 'decimal';
  return left === right || (isExact(left) && isExact(right));
}
