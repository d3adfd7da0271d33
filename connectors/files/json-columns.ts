/**
 * Columns out of JSON values, checked. DuckDB's own reader turns 1.5 into 2 and "7" into 7 where a whole number is
 * declared; here every value must be of the kind that its column was seen to have, all the way down.
 */

import { typeName } from '../contract.js';
import type { Type } from '../contract.js';
import { isPlain, pathStep } from './json-shape.js';
import { literal } from './tables.js';

/** How a mismatch is recognised among DuckDB's errors. */
export const mismatchMark = 'not of its column\'s type';

const wholeNumbers = ['UBIGINT', 'BIGINT'];

/** The kinds, as json_type names them, that a scalar column takes; undefined for columns that take anything. */
function accepted(type: Type): readonly string[] | undefined {
  switch (type.kind) {
    case 'boolean':
      return ['BOOLEAN'];
    case 'int':
      // Past 64 bits json_type calls a whole number a double; its text is still whole, and the cast checks that.
      return type.bits === 128 ? [...wholeNumbers, 'DOUBLE'] : wholeNumbers;
    case 'float':
    case 'decimal':
      return [...wholeNumbers, 'DOUBLE'];
    case 'list':
      return ['ARRAY'];
    case 'struct':
    case 'map':
      return ['OBJECT'];
    case 'json':
    case 'null':
      return undefined;
    default:
      return ['VARCHAR'];
  }
}

/** SQL for the column's value; `json` is an expression of type JSON. */
export function checkedColumn(json: string, name: string, type: Type): string {
  if (type.kind === 'json' || type.kind === 'null') return `CAST(${json} AS JSON)`;
  const conditions = checks(json, '$', type, false);
  const value = type.kind === 'list' || type.kind === 'struct' || type.kind === 'map' ? `CAST(${json} AS ${typeName(type)})` : scalar(json, type);
  const message = `${mismatchMark}: ${name} is ${typeName(type)}`;
  return `CASE WHEN ${json} IS NULL OR json_type(${json}) = 'NULL' THEN NULL WHEN ${conditions.join(' AND ')} THEN ${value} ELSE error(${literal(message)}) END`;
}

function scalar(json: string, type: Type): string {
  const text = `(${json} ->> '$')`;
  return type.kind === 'text' ? text : `CAST(${text} AS ${typeName(type)})`;
}

/** One condition a leaf. A wildcard in the path makes json_type answer with a list. */
function checks(json: string, path: string, type: Type, inList: boolean): string[] {
  const kinds = accepted(type);
  if (kinds === undefined) return [];
  const list = [...kinds, 'NULL'].map(literal).join(', ');
  const found = path === '$' ? `json_type(${json})` : `json_type(${json}, ${literal(path)})`;
  const own = inList ? `list_has_all([${list}], ${found})` : `coalesce(${found} IN (${list}), true)`;
  const isZoned = type.kind === 'timestamp' && type.zoned && !inList;
  const text = path === '$' ? `(${json} ->> '$')` : `json_extract_string(${json}, ${literal(path)})`;
  // Without a zone the text would silently be read in some zone.
  const zone = isZoned ? [`coalesce(regexp_matches(${text}, '(Z|[+-]\\d\\d(:?\\d\\d)?)$'), true)`] : [];
  return [own, ...zone, ...below(json, path, type, inList)];
}

function below(json: string, path: string, type: Type, inList: boolean): string[] {
  if (type.kind === 'list') return checks(json, `${path}[*]`, type.element, true);
  if (type.kind !== 'struct') return [];
  return type.fields.flatMap((field) => (isPlain(field.name) ? checks(json, pathStep(path, field.name), field.type, inList) : []));
}
