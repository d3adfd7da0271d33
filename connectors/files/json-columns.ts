/**
 * Columns out of JSON values, checked. DuckDB's own reader turns 1.5 into 2 and "7" into 7 where a whole number is
 * declared; here every value must be of the kind that its column was seen to have, all the way down.
 */

import { isNested, typeName } from '../contract.js';
import type { Type } from '../contract.js';
import { exactly, notDouble } from './digits.js';
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
  const message = `${mismatchMark}: ${name} is ${typeName(type)}`;
  return (
    `CASE WHEN ${json} IS NULL OR ${written(json)} = 'null' THEN NULL ` +
    `WHEN ${checks(json, '$', type, false).join(' AND ')} THEN ${value(json, type)} ELSE error(${literal(message)}) END`
  );
}

/** The value as DuckDB's reader writes it, without blanks. JSON's own functions parse it anew each time: this is free. */
function written(json: string): string {
  return `CAST(${json} AS VARCHAR)`;
}

/** How a value of this kind begins; undefined where that doesn't tell. */
function opening(kinds: readonly string[]): string | undefined {
  const characters: Readonly<Record<string, string>> = { VARCHAR: '"', ARRAY: '[', OBJECT: '{' };
  return kinds.length === 1 ? characters[kinds[0]!] : undefined;
}

function value(json: string, type: Type): string {
  const kinds = accepted(type) ?? [];
  if (type.kind === 'text') return `(${json} ->> '$')`;
  // The transformation takes a missing member for NULL, and every failure too: the checks go first.
  if (isNested(type)) return `json_transform(${json}, ${literal(JSON.stringify(typeName(type)))})`;
  return `CAST(${kinds.includes('VARCHAR') ? `(${json} ->> '$')` : written(json)} AS ${typeName(type)})`;
}

/** Conditions for the value and all that is in it. A wildcard in the path makes json_type answer with a list. */
function checks(json: string, path: string, type: Type, inList: boolean): string[] {
  const kinds = accepted(type);
  if (kinds === undefined) return [];
  const list = [...kinds, 'NULL'].map(literal).join(', ');
  const isTop = path === '$';
  const found = isTop ? `json_type(${json})` : `json_type(${json}, ${literal(path)})`;
  const begins = isTop ? opening(kinds) : undefined;
  const own =
    begins !== undefined ? `starts_with(${written(json)}, ${literal(begins)})`
    : inList ? `list_has_all([${list}], ${found})`
    : `coalesce(${found} IN (${list}), true)`;
  const texts = isTop ? `(${json} ->> '$')` : `json_extract_string(${json}, ${literal(path)})`;
  const faults = faultsOf('v', type, isTop);
  const each = faults === '' ? [] : [inList ? `len(list_filter(${texts}, lambda v: ${faults})) = 0` : `NOT coalesce(${faultsOf(texts, type, isTop)}, false)`];
  return [own, ...each, ...below(json, path, type, inList)];
}

/** When the text of a scalar has the right kind and still is no value of the type; '' where that can't be. */
function faultsOf(text: string, type: Type, isTop: boolean): string {
  const faults: string[] = [];
  // Without a zone it would silently be read in some zone.
  if (type.kind === 'timestamp' && type.zoned) faults.push(`NOT regexp_matches(${text}, '(Z|[+-]\\d\\d(:?\\d\\d)?)$')`);
  if (type.kind === 'float') faults.push(notDouble(text));
  // Digits that a double has no room for are gone before anything here sees them.
  if (type.kind === 'decimal') faults.push(`(regexp_matches(${text}, '[.eE]') AND length(regexp_replace(regexp_extract(${text}, '^-?0*([0-9.]*)', 1), '^0*\\.0*|\\.', '')) > 15)`);
  // A conversion would round.
  if ((type.kind === 'int' && type.bits === 128) || type.kind === 'decimal') faults.push(`NOT regexp_full_match(${text}, ${literal(exactly(type))})`);
  // At the top the conversion itself fails; below it would give NULL.
  if (!isTop && !['text', 'boolean', 'float', 'list', 'struct', 'map'].includes(type.kind)) {
    faults.push(`(${text} IS NOT NULL AND TRY_CAST(${text} AS ${typeName(type)}) IS NULL)`);
  }
  return faults.join(' OR ');
}

function below(json: string, path: string, type: Type, inList: boolean): string[] {
  if (type.kind === 'list') return checks(json, `${path}[*]`, type.element, true);
  if (type.kind !== 'struct') return [];
  return type.fields.flatMap((field) => (isPlain(field.name) ? checks(json, pathStep(path, field.name), field.type, inList) : []));
}
