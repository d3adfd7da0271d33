/**
 * JSON as DuckDB serializes statements and plans, read without loss: integers past 2^53 are bigints, NaN and Infinity
 * are bare words, and nesting is bounded by memory and not by the stack (a chain of 10,000 UNIONs nests as deep).
 */

export type Json = null | boolean | number | bigint | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json | undefined;
}

const words = new Map<string, Json>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', NaN],
  ['-NaN', NaN],
  ['nan', NaN],
  ['-nan', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['inf', Infinity],
  ['-inf', -Infinity],
]);

export function parseJson(text: string): Json {
  const open: (Json[] | JsonObject)[] = [];
  const keys: string[] = [];
  let at = 0;

  for (;;) {
    let value: Json;
    let code = skipSpace();
    if (code === 0x7b /* { */) {
      at++;
      const object: JsonObject = {};
      if (skipSpace() !== 0x7d /* } */) {
        open.push(object);
        keys.push(readKey());
        continue;
      }
      at++;
      value = object;
    } else if (code === 0x5b /* [ */) {
      at++;
      const array: Json[] = [];
      if (skipSpace() !== 0x5d /* ] */) {
        open.push(array);
        continue;
      }
      at++;
      value = array;
    } else {
      value = code === 0x22 /* " */ ? readString() : readWord();
    }
    // A value is complete: put it where it belongs, and close every container that ends with it.
    for (;;) {
      const parent = open.at(-1);
      code = skipSpace();
      if (parent === undefined) {
        if (at < text.length) throw malformed();
        return value;
      }
      if (Array.isArray(parent)) parent.push(value);
      else parent[keys.at(-1)!] = value;
      at++;
      if (code === 0x2c /* , */) {
        if (!Array.isArray(parent)) {
          skipSpace();
          keys[keys.length - 1] = readKey();
        }
        break;
      }
      if (code !== (Array.isArray(parent) ? 0x5d : 0x7d)) throw malformed();
      if (!Array.isArray(parent)) keys.pop();
      open.pop();
      value = parent;
    }
  }

  function skipSpace(): number {
    let code = text.charCodeAt(at);
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = text.charCodeAt(++at);
    return code;
  }

  function readKey(): string {
    const key = readString();
    if (skipSpace() !== 0x3a /* : */) throw malformed();
    at++;
    return key;
  }

  function readString(): string {
    if (text.charCodeAt(at) !== 0x22) throw malformed();
    for (let end = at + 1; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code === 0x5c /* \ */) {
        end++;
      } else if (code === 0x22) {
        const raw = text.slice(at, end + 1);
        at = end + 1;
        return raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1);
      }
    }
    throw malformed();
  }

  function readWord(): Json {
    const start = at;
    while (at < text.length && !/[\s,\]}]/.test(text[at]!)) at++;
    const word = text.slice(start, at);
    const known = words.get(word);
    if (known !== undefined) return known;
    if (/^-?\d+$/.test(word)) {
      const number = Number(word);
      return Number.isSafeInteger(number) ? number : BigInt(word);
    }
    if (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(word)) return Number(word);
    throw malformed();
  }

  function malformed(): Error {
    return new Error(`malformed JSON from DuckDB near character ${at}`);
  }
}

/* ------------------------------------------------------------------ reading what was parsed */

export function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

export function objectOf(json: Json | undefined): JsonObject {
  return isObject(json) ? json : {};
}

export function arrayOf(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? json : [];
}

export function objectsOf(json: Json | undefined): readonly JsonObject[] {
  return arrayOf(json).map(objectOf);
}

export function stringOf(json: Json | undefined): string {
  return typeof json === 'string' ? json : '';
}

/** Indexes; what is no safe integer (DuckDB's "invalid index" of 2^64-1) is -1. */
export function indexOf(json: Json | undefined): number {
  return typeof json === 'number' && Number.isSafeInteger(json) ? json : -1;
}

/** Integers of any size; undefined for anything else. */
export function integerOf(json: Json | undefined): bigint | undefined {
  if (typeof json === 'bigint') return json;
  return typeof json === 'number' && Number.isSafeInteger(json) ? BigInt(json) : undefined;
}
