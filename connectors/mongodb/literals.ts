/** Canonical constants as BSON values. What BSON can't say exactly has none. */

import { Binary, Decimal128, Double, Long, ObjectId } from 'bson';
import type { Literal, Type } from '../contract.js';
import type { FieldNative, Observation } from './native.js';

/** No value can be equal to it: nothing of the column's types looks like this. */
export const nothing = Symbol('nothing');

/** The values that equal `literal` in a column of this type, or undefined when equality can't be asked for. */
export function equals(literal: Literal, type: Type, field: FieldNative): readonly unknown[] | typeof nothing | undefined {
  if (type.kind === 'text') return textValues(literal, field);
  // Whole numbers are 64 bits wide.
  if (type.kind === 'int' && typeof literal === 'bigint' && BigInt.asIntN(64, literal) !== literal) return nothing;
  if (type.kind === 'timestamp') {
    if (typeof literal !== 'bigint') return undefined;
    return literal % 1000n === 0n ? one(date(literal / 1000n)) : nothing;
  }
  const value = scalar(literal, type);
  // More digits than a decimal of BSON has.
  return value === undefined && type.kind === 'decimal' && literal !== null ? nothing : one(value);
}

/** The bound for an ordering comparison, or undefined when the store can't be asked for that order. */
export function bound(literal: Literal, type: Type, bson: readonly Observation[]): unknown {
  if (type.kind === 'text') {
    if (typeof literal !== 'string') return undefined;
    if (every(bson, ['string'])) return literal;
    return every(bson, ['objectId']) && isObjectId(literal) ? new ObjectId(literal) : undefined;
  }
  if (type.kind === 'float') return typeof literal === 'number' && !Number.isNaN(literal) ? new Double(literal) : undefined;
  return type.kind === 'int' || type.kind === 'decimal' ? scalar(literal, type) : undefined;
}

/** Milliseconds around a point in microseconds: the last not after it and the first not before it. */
export function around(micros: bigint): { readonly floor: Date; readonly ceil: Date } | undefined {
  const rest = ((micros % 1000n) + 1000n) % 1000n;
  const floor = date((micros - rest) / 1000n);
  const ceil = date((micros - rest) / 1000n + (rest === 0n ? 0n : 1n));
  return floor && ceil && { floor, ceil };
}

function scalar(literal: Literal, type: Type): unknown {
  switch (type.kind) {
    case 'boolean':
      return typeof literal === 'boolean' ? literal : undefined;
    case 'int':
      return typeof literal === 'bigint' && BigInt.asIntN(64, literal) === literal ? Long.fromBigInt(literal) : undefined;
    case 'float':
      return typeof literal === 'number' ? new Double(literal) : undefined;
    case 'decimal': {
      const text = typeof literal === 'bigint' ? literal.toString() : literal;
      return typeof text === 'string' ? decimal128(text) : undefined;
    }
    case 'uuid':
      return typeof literal === 'string' ? new Binary(Buffer.from(literal.replaceAll('-', ''), 'hex'), Binary.SUBTYPE_UUID) : undefined;
    default:
      return undefined;
  }
}

/** undefined when it has more than 34 digits, zeros at its ends aside. */
function decimal128(text: string): Decimal128 | undefined {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant.length > 34) return undefined;
  if (digits.length <= 34) return Decimal128.fromString(text);
  return Decimal128.fromString(`${sign}${significant}E${digits.length - significant.length - fraction.length}`);
}

/**
 * The same values as other types would write them: a number as text, an id or a number where there was text, a UUID as
 * text or of the older subtype. A document that has drifted is found by its own key, and then refused by the reader.
 * undefined for types whose values are written in too many ways.
 */
export function inOtherTypes(values: readonly unknown[], type: Type): unknown[] | undefined {
  switch (type.kind) {
    case 'int':
    case 'decimal':
      // With and without zeros behind the point.
      return values.flatMap((value) => [...new Set([String(value), String(value).replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')])]);
    case 'text':
      return values.flatMap((value) => (typeof value === 'string' ? ofText(value) : []));
    case 'uuid':
      return values.flatMap((value) => {
        const { buffer } = value as Binary;
        const text = (value as Binary).toUUID().toHexString();
        return [text, text.toUpperCase(), new Binary(buffer, Binary.SUBTYPE_UUID_OLD)];
      });
    default:
      return undefined;
  }
}

function ofText(text: string): unknown[] {
  if (/^-?(?:0|[1-9]\d{0,17})$/.test(text)) return [Long.fromString(text)];
  if (/^-?(?:0|[1-9]\d{0,30})(?:\.\d{1,3})?$/.test(text)) return [Decimal128.fromString(text)];
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return [new Binary(Buffer.from(text.replaceAll('-', ''), 'hex'), Binary.SUBTYPE_UUID)];
  return [];
}

/** Binary data is ordered by length, subtype and bytes: what lies before and after all UUIDs. */
export const otherBinaries: readonly { readonly [operator: string]: Binary }[] = [
  { $lt: new Binary(Buffer.alloc(16, 0x00), Binary.SUBTYPE_UUID) },
  { $gt: new Binary(Buffer.alloc(16, 0xff), Binary.SUBTYPE_UUID) },
];

/** A string and an id may both be read as this text, whichever of them the sample held: only a validator knows better. */
function textValues(literal: Literal, { bson, proven }: FieldNative): readonly unknown[] | typeof nothing | undefined {
  if (typeof literal !== 'string' || !every(bson, ['string', 'objectId'])) return undefined;
  const values = [
    ...(proven !== true || bson.includes('string') ? [literal] : []),
    ...((proven !== true || bson.includes('objectId')) && isObjectId(literal) ? [new ObjectId(literal)] : []),
  ];
  return values.length === 0 ? nothing : values;
}

/** Ids are shown in lower case, so text in upper case equals none. */
function isObjectId(text: string): boolean {
  return /^[0-9a-f]{24}$/.test(text);
}

export function every(bson: readonly Observation[], allowed: readonly Observation[]): boolean {
  return bson.length > 0 && bson.every((type) => allowed.includes(type));
}

/** The years 1 to 9999: servers and their drivers agree on those. */
function date(millis: bigint): Date | undefined {
  return millis > 253_402_300_799_999n || millis < -62_135_596_800_000n ? undefined : new Date(Number(millis));
}

function one(value: unknown): readonly unknown[] | undefined {
  return value === undefined ? undefined : [value];
}
