/** One value of a raw document into one column. Anything that is not exactly of the column's type is refused. */

import { typeName, type ColumnWriter, type Type } from '../contract.js';
import { isUuid, tag, valueEnd } from './bson.js';
import { readDecimal, unscaled, unscaledNumber } from './decimal128.js';
import { micros, readMillis } from './instant.js';
import { wholeDouble } from './integers.js';
import { JsonBytes } from './json-bytes.js';
import { putAny, putterOf } from './json.js';

/** Writes the value and returns true, or returns false with nothing written. Null is the caller's. */
export type Decode = (buffer: Buffer, type: number, at: number, writer: ColumnWriter) => boolean;

/** `anything`: a text column that takes values of every type, by a person's word in the configuration. */
export function decoderOf(type: Type, anything: boolean): Decode {
  switch (type.kind) {
    case 'text':
      return anything ? anyText() : text;
    case 'boolean':
      return (buffer, valueType, at, writer) => valueType === tag.bool && (writer.boolean(buffer[at] !== 0), true);
    case 'int':
      return integer;
    case 'float':
      return float;
    case 'decimal':
      return decimal(type.precision, type.scale);
    case 'timestamp':
      return instant;
    case 'uuid':
      return (buffer, valueType, at, writer) => valueType === tag.binData && isUuid(buffer, at) && (writer.uuid(buffer, at + 5), true);
    case 'blob':
      return (buffer, valueType, at, writer) =>
        valueType === tag.binData && (writer.utf8(buffer, at + 5, valueEnd(buffer, valueType, at)), true);
    case 'json':
    case 'list':
    case 'struct':
      return nested(type);
    default:
      throw new Error(`no document holds a ${typeName(type)}`);
  }
}

const hex = Buffer.from('0123456789abcdef');
const idText = Buffer.alloc(24);

const text: Decode = (buffer, type, at, writer) => {
  if (type === tag.string || type === tag.symbol) writer.utf8(buffer, at + 4, valueEnd(buffer, type, at) - 1);
  else if (type === tag.objectId) {
    for (let i = 0; i < 12; i++) {
      const byte = buffer[at + i]!;
      idText[2 * i] = hex[byte >>> 4]!;
      idText[2 * i + 1] = hex[byte & 15]!;
    }
    writer.utf8(idText, 0, 24);
  } else return false;
  return true;
};

/** Strings as they are, all else as its JSON text without the quotes around it. */
function anyText(): Decode {
  const out = new JsonBytes();
  return (buffer, type, at, writer) => {
    if (text(buffer, type, at, writer)) return true;
    out.length = 0;
    putAny(out, buffer, type, at);
    const quoted = out.buffer[0] === 0x22 ? 1 : 0;
    writer.utf8(out.buffer, quoted, out.length - quoted);
    return true;
  };
}

const integer: Decode = (buffer, type, at, writer) => {
  if (type === tag.int) writer.number(buffer.readInt32LE(at));
  else if (type === tag.long) writer.int64(buffer.readInt32LE(at + 4), buffer.readInt32LE(at));
  else {
    const value = wholeDouble(buffer, type, at);
    if (value === undefined) return false;
    writer.bigint(BigInt(value));
  }
  return true;
};

const float: Decode = (buffer, type, at, writer) => {
  if (type === tag.double) writer.number(buffer.readDoubleLE(at));
  else if (type === tag.int) writer.number(buffer.readInt32LE(at));
  else if (type === tag.long) {
    const value = buffer.readBigInt64LE(at);
    if (BigInt(Number(value)) !== value) return false;
    writer.number(Number(value));
  } else return false;
  return true;
};

function decimal(precision: number, scale: number): Decode {
  return (buffer, type, at, writer) => {
    if (type === tag.decimal) {
      const small = unscaledNumber(buffer, at, scale);
      if (!Number.isNaN(small)) {
        if (Math.abs(small) >= 10 ** precision) return false;
        writer.number(small);
        return true;
      }
      const value = unscaled(readDecimal(buffer, at), precision, scale);
      if (value === undefined) return false;
      writer.bigint(value);
      return true;
    }
    if (type !== tag.int && type !== tag.long) return false;
    const value = (type === tag.int ? BigInt(buffer.readInt32LE(at)) : buffer.readBigInt64LE(at)) * 10n ** BigInt(scale);
    const limit = 10n ** BigInt(precision);
    if (value >= limit || value <= -limit) return false;
    writer.bigint(value);
    return true;
  };
}

const instant: Decode = (buffer, type, at, writer) => {
  if (type !== tag.date) return false;
  const millis = readMillis(buffer, at);
  if (Number.isNaN(millis)) return false;
  const value = micros(millis);
  if (typeof value === 'number') writer.number(value);
  else writer.bigint(value);
  return true;
};

function nested(type: Type): Decode {
  const put = putterOf(type);
  const out = new JsonBytes();
  return (buffer, valueType, at, writer) => {
    out.length = 0;
    if (!put(out, buffer, valueType, at)) return false;
    writer.utf8(out.buffer, 0, out.length);
    return true;
  };
}
