/** BSON's element types, and stepping over values in a raw document. Every length is checked: a wrong one is a RangeError. */

export const tag = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  maxKey: 127,
  minKey: 255,
} as const;

/** The names that `$type` knows them by. */
export type Alias = keyof typeof tag;

export const aliases = Object.keys(tag) as Alias[];

const names: readonly (Alias | undefined)[] = aliases.reduce<(Alias | undefined)[]>(
  (byTag, alias) => ((byTag[tag[alias]] = alias), byTag),
  [],
);

export function aliasOf(type: number): Alias {
  const name = names[type];
  if (name === undefined) throw new RangeError(`unknown BSON type ${type}`);
  return name;
}

/** The four and the sixteen bytes of a UUID inside a binary value: subtype 4 is the standard's own byte order. */
export const uuidSubtype = 4;

export function isUuid(buffer: Buffer, at: number): boolean {
  return buffer[at + 4] === uuidSubtype && buffer.readInt32LE(at) === 16;
}

/** Offset of the NUL that ends a name. */
export function nameEnd(buffer: Buffer, at: number): number {
  let end = at;
  while (end < buffer.length && buffer[end] !== 0) end++;
  if (end === buffer.length) throw new RangeError('a name without an end');
  return end;
}

/** Offset after the value of this type that starts at `at`. */
export function valueEnd(buffer: Buffer, type: number, at: number): number {
  const end = at + size(buffer, type, at);
  if (!(end >= at && end <= buffer.length)) throw new RangeError('a value longer than its document');
  return end;
}

function size(buffer: Buffer, type: number, at: number): number {
  switch (type) {
    case tag.double:
    case tag.date:
    case tag.timestamp:
    case tag.long:
      return 8;
    case tag.string:
    case tag.javascript:
    case tag.symbol:
      return 4 + positive(buffer.readInt32LE(at));
    case tag.object:
    case tag.array:
    case tag.javascriptWithScope:
      return positive(buffer.readInt32LE(at));
    case tag.binData:
      return 5 + buffer.readInt32LE(at);
    case tag.objectId:
      return 12;
    case tag.bool:
      return 1;
    case tag.int:
      return 4;
    case tag.decimal:
      return 16;
    case tag.regex:
      return nameEnd(buffer, nameEnd(buffer, at) + 1) + 1 - at;
    case tag.dbPointer:
      return 16 + positive(buffer.readInt32LE(at));
    case tag.null:
    case tag.undefined:
    case tag.minKey:
    case tag.maxKey:
      return 0;
    default:
      throw new RangeError(`unknown BSON type ${type}`);
  }
}

/** Strings and documents hold their own end mark, so none is empty. */
function positive(length: number): number {
  if (length < 1) throw new RangeError('a value of no length');
  return length;
}

/**
 * Calls back for each element of the document at `start`. The visitor gets the element's type, where its name starts
 * and ends, and where its value starts; it returns true to stop.
 */
export function visitElements(
  buffer: Buffer,
  start: number,
  visit: (type: number, name: number, end: number, value: number) => boolean | void,
): void {
  const last = valueEnd(buffer, tag.object, start) - 1;
  let at = start + 4;
  while (at < last) {
    const type = buffer[at]!;
    const end = nameEnd(buffer, at + 1);
    if (visit(type, at + 1, end, end + 1) === true) return;
    at = valueEnd(buffer, type, end + 1);
  }
  if (at !== last || buffer[last] !== 0) throw new RangeError('a document without an end');
}
