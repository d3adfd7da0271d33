/** Tests as functions over the message at hand. */

import type { Type } from '../contract.js';
import { typeName } from '../contract.js';
import type { Place } from './columns.js';
import type { JsonPart } from './contract.js';
import { columnMicros, doubleOf, integerOf, notANumber, textOf } from './json/put.js';
import { Kind } from './json/spans.js';
import type { Message } from './message.js';
import type { Order, Test } from './tests.js';

export type Check = (message: Message) => boolean;

export function checkOf(test: Test, message: Message): Check {
  switch (test.kind) {
    case 'and': {
      const checks = test.tests.map((t) => checkOf(t, message));
      return (m) => checks.every((check) => check(m));
    }
    case 'or': {
      const checks = test.tests.map((t) => checkOf(t, message));
      return (m) => checks.some((check) => check(m));
    }
    case 'null': {
      const isNull = nullCheck(test.place, message);
      return (m) => isNull(m) !== test.negated;
    }
    case 'boolean': {
      const field = fieldOf(test.place, message);
      const wanted = test.value ? Kind.true : Kind.false;
      return (m) => {
        const kind = m.member(field.position);
        if (isAbsent(kind)) return false;
        if (kind !== Kind.true && kind !== Kind.false) throw m.mismatch(field.name, typeName(test.type));
        return kind === wanted;
      };
    }
    case 'number': {
      const read = numberReader(test.place, test.type, message);
      const compare = comparisons[test.op];
      // Mixed comparisons of number and bigint are exact in JavaScript.
      return (m) => {
        const value = read(m);
        return value !== undefined && compare(value, test.value);
      };
    }
    case 'numberIn': {
      const read = numberReader(test.place, test.type, message);
      const wanted = new Set(test.values.map((value) => String(value)));
      return (m) => {
        const value = read(m);
        return value !== undefined && wanted.has(String(value));
      };
    }
    case 'textIn': {
      const read = textReader(test.place, test.type, message);
      const [only] = test.values;
      if (test.values.length === 1) return (m) => read(m) === only;
      const wanted = new Set(test.values);
      return (m) => {
        const value = read(m);
        return value !== undefined && wanted.has(value);
      };
    }
    case 'text': {
      const read = textReader(test.place, test.type, message);
      const { how, value: part } = test;
      const pattern = how === 'matches' ? new RegExp(part) : undefined;
      return (m) => {
        const text = read(m);
        if (text === undefined) return false;
        if (pattern !== undefined) return pattern.test(text);
        return how === 'contains' ? text.includes(part) : how === 'prefix' ? text.startsWith(part) : text.endsWith(part);
      };
    }
  }
}

const comparisons: Readonly<Record<Order, (a: bigint | number, b: bigint | number) => boolean>> = {
  // eslint-disable-next-line eqeqeq -- 1 == 1n, as it should be
  '=': (a, b) => a == b,
  // eslint-disable-next-line eqeqeq -- 1 != 1n is false, as it should be
  '<>': (a, b) => a != b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function isAbsent(kind: Kind): boolean {
  return kind === Kind.missing || kind === Kind.null;
}

function fieldOf(place: Place, message: Message): { readonly name: string; readonly position: number } {
  if (!('field' in place)) throw new Error(`${place.part} is no field`);
  return { name: place.field, position: message.position(place.field) };
}

function nullCheck(place: Place, message: Message): Check {
  if ('field' in place) {
    const position = message.position(place.field);
    return (m) => isAbsent(m.member(position));
  }
  if (place.part === '_key') return (m) => !m.cursor.hasKey;
  if (place.part === '_value') return (m) => !m.cursor.hasValue;
  if (place.part === '_undecoded') return (m) => m.cursor.undecoded === undefined;
  return () => false;
}

/** Exact also for clocks that are far off. */
export function micros(milliseconds: number): number | bigint {
  const value = milliseconds * 1000;
  return Number.isSafeInteger(value) ? value : BigInt(milliseconds) * 1000n;
}

type Read<T> = (message: Message) => T | undefined;

function numberReader(place: Place, type: Type, message: Message): Read<bigint | number> {
  if ('part' in place) {
    if (place.part === '_partition') return (m) => m.partition;
    if (place.part === '_offset') return (m) => m.cursor.offset;
    if (place.part === '_timestamp') return (m) => micros(m.cursor.timestamp);
    throw new Error(`${place.part} is no number`);
  }
  const { name, position } = fieldOf(place, message);
  return (m) => {
    const kind = m.member(position);
    if (isAbsent(kind)) return undefined;
    const { buffer } = m.cursor;
    const [start, end] = [m.spans.starts[position]!, m.spans.ends[position]!];
    let value: bigint | number | undefined;
    if (kind === Kind.number) value = type.kind === 'float' ? doubleOf(buffer.toString('latin1', start, end)) : type.kind === 'int' ? integerOf(buffer, start, end) : undefined;
    else if (kind === Kind.plainText && type.kind === 'timestamp') value = columnMicros(buffer, start + 1, end - 1, type.zoned, m.cutsInstants);
    else if (kind === Kind.plainText && type.kind === 'float') value = notANumber(buffer.toString('latin1', start + 1, end - 1));
    if (value === undefined) throw m.mismatch(name, typeName(type));
    return value;
  };
}

function textReader(place: Place, type: Type, message: Message): Read<string> {
  if ('part' in place) {
    if (place.part === '_key') return ({ cursor: c }) => (c.hasKey ? c.buffer.toString('utf8', c.keyStart, c.keyEnd) : undefined);
    if (place.part === '_value') return ({ cursor: c }) => (c.hasValue ? c.buffer.toString('utf8', c.valueStart, c.valueEnd) : undefined);
    if (place.part === '_undecoded') return ({ cursor }) => cursor.undecoded;
    if (place.part === '_headers' || place.part === '_properties') return jsonReader(place.part);
    throw new Error(`${place.part} is no text`);
  }
  const { name, position } = fieldOf(place, message);
  return (m) => {
    const kind = m.member(position);
    if (isAbsent(kind)) return undefined;
    if (kind !== Kind.plainText && kind !== Kind.escapedText) throw m.mismatch(name, typeName(type));
    const text = textOf(m.cursor.buffer, m.spans.starts[position]!, m.spans.ends[position]!, kind);
    return type.kind === 'uuid' ? text.toLowerCase() : text;
  };
}

function jsonReader(part: JsonPart): Read<string> {
  return ({ cursor }) => cursor.json(part);
}
