/**
 * Values as JSON text. `putAny` writes whatever there is: decimals, ids and dates as strings, what JSON has no form for
 * in MongoDB's extended form. `putterOf` writes a value of a known type, in the form that casts back to it without loss,
 * and says no to any other.
 */

import { typeName, type Type } from '../contract.js';
import { isUuid, nameEnd, tag, valueEnd, visitElements } from './bson.js';
import { decimalText, readDecimal, scaledText, unscaled } from './decimal128.js';
import { instantText, readMillis } from './instant.js';
import { integerText } from './integers.js';
import type { JsonBytes } from './json-bytes.js';

/** Writes the value, or returns false when it is not of the putter's type. Null is the caller's. */
export type Put = (out: JsonBytes, buffer: Buffer, type: number, at: number) => boolean;

export const putAny: Put = (out, buffer, type, at) => {
  switch (type) {
    case tag.double:
      putDouble(out, buffer.readDoubleLE(at));
      break;
    case tag.string:
    case tag.symbol:
      putText(out, buffer, at);
      break;
    case tag.object:
      putObject(out, buffer, at);
      break;
    case tag.array:
      putArray(out, buffer, at, putAny);
      break;
    case tag.binData:
      putBinary(out, buffer, at);
      break;
    case tag.objectId:
      out.quotedAscii(buffer.toString('hex', at, at + 12));
      break;
    case tag.bool:
      out.ascii(buffer[at] === 0 ? 'false' : 'true');
      break;
    case tag.date:
      putDate(out, buffer, at);
      break;
    case tag.null:
      out.ascii('null');
      break;
    case tag.int:
    case tag.long:
      out.ascii(integerText(buffer, type, at)!);
      break;
    case tag.decimal:
      out.quotedAscii(decimalText(readDecimal(buffer, at)));
      break;
    default:
      putExtended(out, buffer, type, at);
  }
  return true;
};

function putDouble(out: JsonBytes, value: number): void {
  if (Number.isFinite(value)) out.ascii(Object.is(value, -0) ? '-0.0' : String(value));
  else out.quotedAscii(String(value));
}

function putText(out: JsonBytes, buffer: Buffer, at: number): void {
  out.string(buffer, at + 4, valueEnd(buffer, tag.string, at) - 1);
}

function putObject(out: JsonBytes, buffer: Buffer, at: number): void {
  let separator = '{';
  visitElements(buffer, at, (type, name, end, value) => {
    out.ascii(separator);
    separator = ',';
    out.string(buffer, name, end);
    out.ascii(':');
    putAny(out, buffer, type, value);
  });
  out.ascii(separator === '{' ? '{}' : '}');
}

function putArray(out: JsonBytes, buffer: Buffer, at: number, element: Put): boolean {
  let separator = '[';
  let fits = true;
  visitElements(buffer, at, (type, _name, _end, value) => {
    out.ascii(separator);
    separator = ',';
    if (type === tag.null) out.ascii('null');
    else fits = element(out, buffer, type, value);
    return !fits;
  });
  out.ascii(separator === '[' ? '[]' : ']');
  return fits;
}

function putBinary(out: JsonBytes, buffer: Buffer, at: number): void {
  const end = valueEnd(buffer, tag.binData, at);
  if (isUuid(buffer, at)) out.quotedAscii(uuidText(buffer, at + 5));
  else out.ascii(`{"$binary":{"base64":"${buffer.toString('base64', at + 5, end)}","subType":"${buffer.toString('hex', at + 4, at + 5)}"}}`);
}

function uuidText(buffer: Buffer, at: number): string {
  return buffer.toString('hex', at, at + 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function putDate(out: JsonBytes, buffer: Buffer, at: number): void {
  const millis = readMillis(buffer, at);
  if (Number.isNaN(millis)) out.ascii(`{"$date":{"$numberLong":"${buffer.readBigInt64LE(at)}"}}`);
  else out.quotedAscii(instantText(millis));
}

/** What has no plain form, as MongoDB's own tools write it. */
function putExtended(out: JsonBytes, buffer: Buffer, type: number, at: number): void {
  switch (type) {
    case tag.regex: {
      const end = nameEnd(buffer, at);
      out.ascii('{"$regularExpression":{"pattern":');
      out.string(buffer, at, end);
      out.ascii(',"options":');
      out.string(buffer, end + 1, nameEnd(buffer, end + 1));
      out.ascii('}}');
      break;
    }
    case tag.timestamp:
      out.ascii(`{"$timestamp":{"t":${buffer.readUInt32LE(at + 4)},"i":${buffer.readUInt32LE(at)}}}`);
      break;
    case tag.javascript:
      out.ascii('{"$code":');
      putText(out, buffer, at);
      out.ascii('}');
      break;
    case tag.javascriptWithScope: {
      const scope = valueEnd(buffer, tag.string, at + 4);
      out.ascii('{"$code":');
      putText(out, buffer, at + 4);
      out.ascii(',"$scope":');
      putObject(out, buffer, scope);
      out.ascii('}');
      break;
    }
    case tag.dbPointer: {
      const id = valueEnd(buffer, tag.string, at);
      out.ascii('{"$dbPointer":{"$ref":');
      putText(out, buffer, at);
      out.ascii(`,"$id":{"$oid":"${buffer.toString('hex', id, id + 12)}"}}}`);
      break;
    }
    case tag.undefined:
      out.ascii('{"$undefined":true}');
      break;
    case tag.minKey:
      out.ascii('{"$minKey":1}');
      break;
    default:
      out.ascii('{"$maxKey":1}');
  }
}

export function putterOf(type: Type): Put {
  switch (type.kind) {
    case 'json':
      return putAny;
    case 'text':
      return accept([tag.string, tag.symbol, tag.objectId], putAny);
    case 'boolean':
      return accept([tag.bool], putAny);
    case 'int':
      return (out, buffer, valueType, at) => {
        const text = integerText(buffer, valueType, at);
        if (text !== undefined) out.ascii(text);
        return text !== undefined;
      };
    case 'float':
      return putFloat;
    case 'decimal':
      return decimalPutter(type.precision, type.scale);
    case 'timestamp':
      return (out, buffer, valueType, at) =>
        valueType === tag.date && !Number.isNaN(readMillis(buffer, at)) && putAny(out, buffer, valueType, at);
    case 'uuid':
      return (out, buffer, valueType, at) => valueType === tag.binData && isUuid(buffer, at) && putAny(out, buffer, valueType, at);
    case 'list': {
      const element = putterOf(type.element);
      return (out, buffer, valueType, at) => valueType === tag.array && putArray(out, buffer, at, element);
    }
    case 'struct':
      return structPutter(type.fields);
    default:
      throw new Error(`no document holds a nested ${typeName(type)}`);
  }
}

function accept(accepted: readonly number[], put: Put): Put {
  return (out, buffer, type, at) => accepted.includes(type) && put(out, buffer, type, at);
}

const putFloat: Put = (out, buffer, type, at) => {
  if (type === tag.double) putDouble(out, buffer.readDoubleLE(at));
  else {
    const text = integerText(buffer, type, at);
    if (text === undefined || BigInt(Number(text)) !== BigInt(text)) return false;
    out.ascii(text);
  }
  return true;
};

function decimalPutter(precision: number, scale: number): Put {
  return (out, buffer, type, at) => {
    const whole = type === tag.decimal ? undefined : integerText(buffer, type, at);
    if (type !== tag.decimal && whole === undefined) return false;
    const value =
      whole === undefined
        ? unscaled(readDecimal(buffer, at), precision, scale)
        : unscaled({ finite: true, negative: whole.startsWith('-'), coefficient: BigInt(whole.replace('-', '')), exponent: 0 }, precision, scale);
    if (value === undefined) return false;
    out.quotedAscii(scaledText(value, scale));
    return true;
  };
}

/** All fields in the type's order, null where the document has none: the cast back asks for each of them. */
function structPutter(fields: readonly { readonly name: string; readonly type: Type }[]): Put {
  const places = new Map(fields.map((field, index) => [field.name, index]));
  const puts = fields.map((field) => putterOf(field.type));
  const labels = fields.map((field, index) => `${index === 0 ? '{' : ','}${JSON.stringify(field.name)}:`).map((label) => Buffer.from(label));
  const types = new Int32Array(fields.length);
  const values = new Int32Array(fields.length);
  return (out, buffer, valueType, at) => {
    if (valueType !== tag.object) return false;
    types.fill(0);
    visitElements(buffer, at, (type, name, end, value) => {
      const place = places.get(buffer.toString('utf8', name, end));
      if (place === undefined || types[place] !== 0) return;
      types[place] = type;
      values[place] = value;
    });
    for (let place = 0; place < puts.length; place++) {
      out.raw(labels[place]!);
      const type = types[place]!;
      if (type === 0 || type === tag.null) out.ascii('null');
      else if (!puts[place]!(out, buffer, type, values[place]!)) return false;
    }
    out.ascii('}');
    return true;
  };
}
