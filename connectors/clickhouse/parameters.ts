/** Constants as query parameters: the text that ClickHouse reads, and the type to read it as. */

import type { Literal, Reason, Type } from '../contract.js';
import { dateText, splitTimestamp, timeText } from '../sql/calendar.js';
import type { Family } from '../sql/style.js';

export interface Parameter {
  readonly type: string;
  readonly value: unknown;
}

const dayMicros = 86_400_000_000n;
/** What Date32 and DateTime64 hold: 1900-01-01 to 2299-12-31. Beyond it the server saturates, which would change the constant. */
const firstDay = -25_567n;
const lastDay = 120_529n;

const absent: Reason = { reason: 'a constant that does not exist in ClickHouse' };

export function parameter(value: Literal, type: Type, family: Family): Parameter | Reason {
  switch (family) {
    case 'boolean':
      return { type: 'Bool', value: value ? 'true' : 'false' };
    case 'integer':
      return { type: integerType(value as bigint), value: String(value) };
    case 'decimal':
      // Wide enough for any two decimals to be brought to one scale without overflow.
      return { type: `Decimal(76, ${type.kind === 'decimal' ? type.scale : 0})`, value };
    case 'float': {
      const number = value as number;
      if (Number.isNaN(number)) return { reason: 'NaN is compared locally' };
      const isSingle = type.kind === 'float' && type.bits === 32;
      const bound = isSingle ? Math.fround(number) : number;
      return { type: 'Float64', value: Number.isFinite(bound) ? String(bound) : bound > 0 ? 'inf' : '-inf' };
    }
    case 'text':
      return { type: 'String', value };
    case 'blob':
      return { reason: 'bytes are compared locally' };
    case 'uuid':
      return { type: 'UUID', value };
    case 'date': {
      const days = value as bigint;
      if (days < firstDay || days > lastDay) return absent;
      return { type: 'Date32', value: dateText(Number(days)).text };
    }
    case 'instant': {
      const micros = value as bigint;
      if (micros < firstDay * dayMicros || micros >= (lastDay + 1n) * dayMicros) return absent;
      return { type: "DateTime64(6, 'UTC')", value: instantText(micros) };
    }
    default:
      return { reason: `${family} has no counterpart here` };
  }
}

export function instantText(micros: bigint): string {
  const { days, time } = splitTimestamp(micros);
  return `${dateText(days).text} ${timeText(time)}`;
}

export function integerType(value: bigint): string {
  if (value >= -(2n ** 63n) && value < 2n ** 63n) return 'Int64';
  if (value >= 0n && value < 2n ** 64n) return 'UInt64';
  return value < 2n ** 127n ? 'Int128' : 'UInt128';
}
