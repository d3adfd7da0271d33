/** Constants of a serialized plan, exactly: 64 bits, 38 digits, NaN, infinite times. */

import type { Literal, Type } from '../algebra/index.js';
import { integerOf, isObject, objectOf, objectsOf, stringOf } from '../duckdb/json.js';
import type { Json, JsonObject } from '../duckdb/json.js';
import { typeOfJson } from '../duckdb/types.js';

export interface Constant {
  readonly value: Literal;
  readonly type: Type;
}

/** undefined for what Literal can't hold. */
export function readConstant(json: Json | undefined): Constant | undefined {
  const object = objectOf(json);
  const type = typeOfJson(object['type']);
  if (type === undefined) return undefined;
  if (object['is_null'] === true) return { value: null, type };
  const value = valueOf(object['value'], type, stringOf(objectOf(object['type'])['id']));
  return value === undefined ? undefined : { value, type };
}

function valueOf(json: Json | undefined, type: Type, id: string): Literal | undefined {
  switch (type.kind) {
    case 'boolean':
      return typeof json === 'boolean' ? json : undefined;
    case 'int':
      return type.bits === 128 ? wide(json, type.signed) : integerOf(json);
    case 'float':
      return typeof json === 'number' ? json : typeof json === 'bigint' ? Number(json) : undefined;
    case 'decimal': {
      const unscaled = isObject(json) ? wide(json, true) : integerOf(json);
      return unscaled === undefined ? undefined : decimalText(unscaled, type.scale);
    }
    case 'text':
    case 'json':
      return typeof json === 'string' ? json : undefined;
    case 'blob':
      return typeof json === 'string' ? blobOf(json) : undefined;
    case 'uuid':
      return uuidOf(json);
    case 'date':
    case 'time':
      return integerOf(json);
    case 'timestamp':
      return scaled(integerOf(json), id);
    case 'interval':
      return intervalOf(json);
    case 'list': {
      const elements: Literal[] = [];
      for (const child of objectsOf(objectOf(json)['children'])) {
        const element = readConstant(child);
        if (element === undefined) return undefined;
        elements.push(element.value);
      }
      return elements;
    }
    default:
      return undefined;
  }
}

/** {upper, lower}: the halves of a 128-bit integer. */
function wide(json: Json | undefined, signed: boolean): bigint | undefined {
  if (!isObject(json)) return integerOf(json);
  const upper = integerOf(json['upper']);
  const lower = integerOf(json['lower']);
  if (upper === undefined || lower === undefined) return undefined;
  const bits = (BigInt.asUintN(64, upper) << 64n) | BigInt.asUintN(64, lower);
  return signed ? BigInt.asIntN(128, bits) : bits;
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const sign = unscaled < 0n ? '-' : '';
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Printable ASCII stands for itself, the rest is \xHH. */
function blobOf(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const escaped = /^\\x([0-9A-Fa-f]{2})/.exec(text.slice(at, at + 4));
    if (escaped !== null) {
      bytes.push(parseInt(escaped[1]!, 16));
      at += 3;
    } else {
      const code = text.charCodeAt(at);
      if (code > 0x7f) return undefined;
      bytes.push(code);
    }
  }
  return Uint8Array.from(bytes);
}

/** DuckDB keeps a UUID as a signed integer with the top bit flipped, so that it sorts. */
function uuidOf(json: Json | undefined): string | undefined {
  const bits = isObject(json) ? wide(json, false) : undefined;
  if (bits === undefined) return undefined;
  const hex = (bits ^ (1n << 127n)).toString(16).padStart(32, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const infinity = 2n ** 63n - 1n;

function scaled(value: bigint | undefined, id: string): bigint | undefined {
  if (value === undefined || value === infinity || value === -infinity) return value;
  return id === 'TIMESTAMP_S' ? value * 1_000_000n : id === 'TIMESTAMP_MS' ? value * 1_000n : value;
}

function intervalOf(json: Json | undefined): string | undefined {
  const { months, days, micros } = objectOf(json) as JsonObject;
  const parts = [
    [integerOf(months), 'months'],
    [integerOf(days), 'days'],
    [integerOf(micros), 'microseconds'],
  ] as const;
  if (parts.some(([count]) => count === undefined)) return undefined;
  const shown = parts.filter(([count]) => count !== 0n).map(([count, unit]) => `${count} ${unit}`);
  return shown.length === 0 ? '0 days' : shown.join(' ');
}
