/** DuckDB's type names, as DESCRIBE and `typeName` print them and people write them, read into canonical types. */

import { types } from './types.js';
import type { StructField, Type } from './types.js';

const simple: Readonly<Record<string, Type>> = {
  '"NULL"': types.null,
  BOOLEAN: types.boolean, BOOL: types.boolean,
  TINYINT: types.int8, SMALLINT: types.int16, INTEGER: types.int32, INT: types.int32, BIGINT: types.int64, HUGEINT: types.int128,
  UTINYINT: types.uint8, USMALLINT: types.uint16, UINTEGER: types.uint32, UBIGINT: types.uint64, UHUGEINT: types.uint128,
  FLOAT: types.float32, REAL: types.float32, DOUBLE: types.float64,
  VARCHAR: types.text, TEXT: types.text, STRING: types.text, JSON: types.json, BLOB: types.blob, UUID: types.uuid,
  DATE: types.date, TIME: types.time, INTERVAL: types.interval,
  TIMESTAMP: types.timestamp, DATETIME: types.timestamp, TIMESTAMP_S: types.timestamp, TIMESTAMP_MS: types.timestamp,
  TIMESTAMP_NS: types.timestampNs, TIMESTAMPTZ: types.timestamptz, 'TIMESTAMP WITH TIME ZONE': types.timestamptz,
};

/** undefined for a name that is no type. What canonical types lack (ENUM, BIT, UNION, arrays of a size) is text, JSON or a list. */
export function parseType(text: string): Type | undefined {
  const list = /^(.*)\[\d*\]$/s.exec(text.trim());
  if (list) {
    const element = parseType(list[1]!);
    return element && { kind: 'list', element };
  }
  const name = text.trim();
  const call = /^([A-Za-z]+)\s*\((.*)\)$/s.exec(name);
  if (!call) return simple[name.toUpperCase()] ?? (/^(BIT|TIME WITH TIME ZONE|TIMETZ|VARINT|BIGNUM)$/i.test(name) ? types.text : undefined);
  const inner = call[2]!;
  switch (call[1]!.toUpperCase()) {
    case 'DECIMAL':
    case 'NUMERIC': {
      const [precision, scale = 0] = inner.split(',').map(Number);
      const isValid = precision! >= 1 && precision! <= 38 && scale >= 0 && scale <= precision!;
      return isValid ? { kind: 'decimal', precision: precision!, scale } : undefined;
    }
    case 'VARCHAR':
    case 'CHAR':
    case 'ENUM':
      return types.text;
    case 'STRUCT':
      return struct(inner);
    case 'MAP': {
      const [key, value] = splitTop(inner).map(parseType);
      return key && value && { kind: 'map', key, value };
    }
    case 'UNION':
      return types.json;
    default:
      return undefined;
  }
}

/** Values of an ENUM type's name. */
export function enumValues(text: string): string[] | undefined {
  const match = /^ENUM\((.*)\)$/s.exec(text);
  return match ? splitTop(match[1]!).map((value) => value.trim().slice(1, -1).replaceAll("''", "'")) : undefined;
}

function struct(inner: string): Type | undefined {
  const fields: StructField[] = [];
  for (const part of splitTop(inner)) {
    const match = /^\s*(?:"((?:[^"]|"")*)"|([^\s"]+))\s+(.*)$/s.exec(part);
    const type = match ? parseType(match[3]!) : undefined;
    if (!match || !type) return undefined;
    fields.push({ name: match[1]?.replaceAll('""', '"') ?? match[2]!, type });
  }
  return { kind: 'struct', fields };
}

/** Splits at commas outside parentheses and quotes. */
function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote: string | undefined;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (quote) {
      if (char === quote) quote = undefined;
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
