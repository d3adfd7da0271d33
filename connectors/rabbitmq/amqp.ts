/** Values of AMQP 1.0 as they are encoded (OASIS AMQP 1.0, part 1), as far as messages need them. */

export class NotAmqp extends Error {}

/** Bounds of one encoded value. */
export interface Span {
  readonly code: number;
  /** Of its data, behind sizes and counts of its own. */
  readonly start: number;
  readonly end: number;
  /** Members of a list or map. */
  readonly count: number;
}

export function spanAt(b: Buffer, at: number): Span {
  const code = b[at];
  if (code === undefined) throw new NotAmqp();
  const fixed = [0, 1, 2, 4, 8, 16][(code >> 4) - 4];
  if (fixed !== undefined && code >= 0x40 && code < 0xa0) return checked(b, { code, start: at + 1, end: at + 1 + fixed, count: 0 });
  const isWide = (code & 0x10) !== 0;
  const width = isWide ? 4 : 1;
  const read = (from: number) => {
    if (from + width > b.length) throw new NotAmqp();
    return isWide ? b.readUInt32BE(from) : b[from]!;
  };
  const size = read(at + 1);
  const start = at + 1 + width;
  const end = start + size;
  if (code >= 0xa0 && code < 0xc0) return checked(b, { code, start, end, count: 0 });
  if (code >= 0xc0) return checked(b, { code, start: start + width, end, count: read(start) });
  throw new NotAmqp();
}

function checked(b: Buffer, span: Span): Span {
  if (span.end > b.length || span.start > span.end) throw new NotAmqp();
  return span;
}

/** As JSON can carry it: integers beyond 2^53 as text, bytes as base64, a UUID in its usual form, times in ISO 8601. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export function valueAt(b: Buffer, at: number): { readonly value: Json; readonly end: number } {
  if (b[at] === 0x00) {
    // A described value: what describes it is left out.
    return valueAt(b, spanAt(b, at + 1).end);
  }
  const span = spanAt(b, at);
  return { value: decoded(b, span), end: span.end };
}

function decoded(b: Buffer, { code, start, end, count }: Span): Json {
  switch (code) {
    case 0x40: return null;
    case 0x41: return true;
    case 0x42: return false;
    case 0x43: case 0x44: return 0;
    case 0x45: return [];
    case 0x56: return b[start] === 1;
    case 0x50: case 0x52: case 0x53: return b[start]!;
    case 0x51: case 0x54: case 0x55: return b.readInt8(start);
    case 0x60: return b.readUInt16BE(start);
    case 0x61: return b.readInt16BE(start);
    case 0x70: return b.readUInt32BE(start);
    case 0x71: return b.readInt32BE(start);
    case 0x72: return finite(b.readFloatBE(start));
    case 0x73: return String.fromCodePoint(Math.min(b.readUInt32BE(start), 0x10ffff));
    case 0x80: return whole(b.readBigUInt64BE(start));
    case 0x81: return whole(b.readBigInt64BE(start));
    case 0x82: return finite(b.readDoubleBE(start));
    case 0x83: return instant(b.readBigInt64BE(start));
    case 0x98: return b.toString('hex', start, end).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    case 0xa1: case 0xb1: case 0xa3: case 0xb3: return b.toString('utf8', start, end);
    case 0xc0: case 0xd0: return listAt(b, start, count);
    case 0xc1: case 0xd1: return Object.fromEntries(pairsAt(b, start, count));
    default: return b.toString('base64', start, end);
  }
}

export function listAt(b: Buffer, start: number, count: number): Json[] {
  const items: Json[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    const { value, end } = valueAt(b, at);
    items.push(value);
    at = end;
  }
  return items;
}

export function pairsAt(b: Buffer, start: number, count: number): [string, Json][] {
  const flat = listAt(b, start, count);
  return Array.from({ length: flat.length >> 1 }, (_, i) => [String(flat[2 * i]), flat[2 * i + 1]!]);
}

function finite(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

function whole(value: bigint): number | string {
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

function instant(ms: bigint): string {
  const date = new Date(Number(ms));
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}
