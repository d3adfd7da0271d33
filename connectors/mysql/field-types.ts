/** Column definitions as the server sends them, as far as rows are read by them. */

export const types = {
  tiny: 0x01, short: 0x02, long: 0x03, float: 0x04, double: 0x05, timestamp: 0x07, longLong: 0x08, int24: 0x09, date: 0x0a, time: 0x0b,
  datetime: 0x0c, year: 0x0d, json: 0xf5, newDecimal: 0xf6,
} as const;

const unsignedFlag = 0x20;
const binaryCharset = 63;
/** varchar, bit, json, enum, set, all blobs and texts, var_string, string, geometry. */
const stringTypes = new Set([0x0f, 0xf5, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff, 0xf2]);

export interface FieldDefinition {
  readonly type: number;
  readonly isUnsigned: boolean;
  readonly isString: boolean;
  /** Bytes rather than text. */
  readonly isBinary: boolean;
}

/** Its fixed part ends the packet: charset(2) length(4) type(1) flags(2) decimals(1) filler(2). */
export function fieldDefinition(buffer: Buffer, start: number, end: number): FieldDefinition {
  if (end - start < 13) throw new RangeError('a column definition that is too short');
  const type = buffer.readUInt8(end - 6);
  return {
    type,
    isUnsigned: (buffer.readUInt16LE(end - 5) & unsignedFlag) !== 0,
    isString: stringTypes.has(type),
    isBinary: buffer.readUInt16LE(end - 12) === binaryCharset && type !== types.json,
  };
}
