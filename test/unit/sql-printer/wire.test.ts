import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { civil, dateText, dayNumber, splitTimestamp, timeText } from '../../../connectors/sql/calendar.js';
import { Framing } from '../../../connectors/sql/framing.js';
import { intervalText } from '../../../connectors/sql/interval.js';
import { isWellFormed, messageBytes } from '../../../connectors/postgres/messages.js';
import { numericText, writeDecimal } from '../../../connectors/postgres/numeric.js';
import type { ColumnWriter } from '../../../connectors/contract.js';
import { writeDecimalText } from '../../../connectors/mysql/decimal.js';
import { CollectingSink } from '../../support/collecting-sink.js';
import { decimal } from '../../../connectors/contract.js';

describe('framing', () => {
  const format = { headerBytes: 4, messageBytes: (buffer: Buffer, start: number) => buffer.readUInt32BE(start) + 4 };
  const message = (body: Uint8Array) => Buffer.concat([Buffer.from([0, 0, body.length >> 8, body.length & 0xff]), body]);

  it('finds the same messages wherever the chunks are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (bodies, cuts) => {
        const stream = Buffer.concat(bodies.map(message));
        const seen: string[] = [];
        const framing = new Framing(format, (buffer, start, end) => (seen.push(buffer.toString('hex', start + 4, end)), true));
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = cuts[i % cuts.length]!;
          framing.push(stream.subarray(at, at + size));
          at += size;
        }
        expect(seen).toEqual(bodies.map((body) => Buffer.from(body).toString('hex')));
      }),
    );
  });

  it('hands back what follows the message that stopped it', () => {
    const framing = new Framing(format, () => false);
    expect(framing.push(Buffer.concat([message(Buffer.from('a')), Buffer.from('rest')]))?.toString()).toBe('rest');
  });
});

describe('calendar', () => {
  it('agrees with Date on every day that Date has', () => {
    fc.assert(
      fc.property(fc.integer({ min: -719_162, max: 2_932_896 }), (days) => {
        const date = new Date(days * 86_400_000);
        expect(civil(days)).toEqual({ year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() });
        expect(dayNumber(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())).toBe(days);
      }),
    );
  });

  it('counts years before 1 as people do', () => {
    expect(dateText(dayNumber(0, 3, 15))).toEqual({ text: '0001-03-15', bc: true });
    expect(dateText(dayNumber(-43, 3, 15))).toEqual({ text: '0044-03-15', bc: true });
  });

  it('splits instants before 1970 into a day and a time of day', () => {
    expect(splitTimestamp(-1n)).toEqual({ days: -1, time: 86_399_999_999n });
    expect(timeText(86_399_999_999n)).toBe('23:59:59.999999');
    expect(timeText(86_400_000_000n)).toBe('24:00:00');
  });

  it('writes intervals with every part signed', () => {
    expect(intervalText(14, 3, 1n)).toBe('1 year 2 months 3 days 00:00:00.000001');
    expect(intervalText(-14, -1, -3_600_000_000n)).toBe('-1 year -2 months -1 day -01:00:00');
    expect(intervalText(0, 0, 0n)).toBe('00:00:00');
  });
});

describe('decimals', () => {
  const type = decimal(38, 10);
  const written = (write: (writer: CollectingSink['columns'][number]) => string | undefined) => {
    const sink = new CollectingSink([{ id: 'd', name: 'd', type }]);
    const refused = write(sink.columns[0]!);
    if (refused !== undefined) return refused;
    sink.endRow();
    return sink.rows[0]![0];
  };
  const digits = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n });
  const text = (unscaled: bigint) => {
    const plain = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(11, '0');
    return `${unscaled < 0n ? '-' : ''}${plain.slice(0, -10)}.${plain.slice(-10)}`;
  };

  it('come from PostgreSQL\'s digits of 10000 exactly', () => {
    fc.assert(
      fc.property(fc.oneof(digits, fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n })), (unscaled) => {
        const buffer = pgNumeric(unscaled);
        expect(written((writer) => writeDecimal(buffer, 0, 38, 10, writer))).toBe(text(unscaled));
        expect(numericText(buffer, 0)).toBe(text(unscaled));
      }),
      { numRuns: 2_000 },
    );
  });

  it('come from MySQL\'s text exactly', () => {
    fc.assert(
      fc.property(fc.oneof(digits, fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n })), (unscaled) => {
        const buffer = Buffer.from(text(unscaled));
        expect(written((writer) => writeDecimalText(buffer, 0, buffer.length, 38, 10, writer))).toBe(text(unscaled));
      }),
      { numRuns: 2_000 },
    );
  });

  it('of sixteen digits and no point, past 2^53, come whole', () => {
    const sixteen = Buffer.from('9007199254740993');
    let unscaled: bigint | number = 0;
    const writer = { number: (value: number) => (unscaled = value), bigint: (value: bigint) => (unscaled = value) };
    expect(writeDecimalText(sixteen, 0, sixteen.length, 38, 0, writer as unknown as ColumnWriter)).toBeUndefined();
    expect(unscaled).toBe(9_007_199_254_740_993n);
  });

  it('are refused where digits would be lost', () => {
    const nan = Buffer.from([0, 0, 0, 0, 0xc0, 0, 0, 0]);
    expect(written((writer) => writeDecimal(nan, 0, 38, 10, writer))).toBe('NaN');
    const fine = Buffer.from('0.00000000001');
    expect(written((writer) => writeDecimalText(fine, 0, fine.length, 38, 10, writer))).toMatch(/after the point/);
    const large = Buffer.from(`1${'0'.repeat(28)}.0000000000`);
    expect(written((writer) => writeDecimalText(large, 0, large.length, 38, 10, writer))).toMatch(/38/);
    expect(written((writer) => writeDecimal(pgNumeric(10n ** 38n), 0, 38, 10, writer))).toMatch(/digits/);
  });
});

/** As numeric_send writes unscaled / 10^10: zeros at both ends are left out. */
function pgNumeric(unscaled: bigint): Buffer {
  let rest = (unscaled < 0n ? -unscaled : unscaled) * 100n;
  let groups: number[] = [];
  for (; rest > 0n; rest /= 10_000n) groups.unshift(Number(rest % 10_000n));
  const weight = groups.length - 4;
  groups = groups.slice(0, groups.length - [...groups].reverse().findIndex((g) => g !== 0));
  if (unscaled === 0n) groups = [];
  const buffer = Buffer.alloc(8 + groups.length * 2);
  buffer.writeUInt16BE(groups.length, 0);
  buffer.writeInt16BE(groups.length === 0 ? 0 : weight, 2);
  buffer.writeUInt16BE(unscaled < 0n ? 0x4000 : 0, 4);
  buffer.writeUInt16BE(10, 6);
  groups.forEach((group, i) => buffer.writeUInt16BE(group, 8 + i * 2));
  return buffer;
}

describe('PostgreSQL messages', () => {
  it('are refused when they are noise', () => {
    expect(() => messageBytes(Buffer.from([0x00, 0, 0, 0, 8]), 0)).toThrow();
    expect(() => messageBytes(Buffer.from([0x44, 0xff, 0xff, 0xff, 0xff]), 0)).toThrow();
    expect(() => messageBytes(Buffer.from([0x44, 0, 0, 0, 3]), 0)).toThrow();
  });

  it('must end the strings that pg looks for the ends of', () => {
    const message = (code: string, body: string) => Buffer.concat([Buffer.from(code), Buffer.from([0, 0, 0, body.length + 4]), Buffer.from(body)]);
    expect(isWellFormed(message('E', 'SERROR\0C42P01\0\0'))).toBe(true);
    expect(isWellFormed(message('E', 'SERROR\0C42P01\0'))).toBe(false);
    expect(isWellFormed(message('S', 'name\0value\0'))).toBe(true);
    expect(isWellFormed(message('S', 'name and value\0'))).toBe(false);
    expect(isWellFormed(message('C', 'SELECT 1'))).toBe(false);
  });
});
