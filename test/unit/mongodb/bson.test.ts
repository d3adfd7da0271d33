/** Bytes of documents, taken apart: against the bson package's own reading, and with bytes that make no sense. */

import { Binary, Decimal128, deserialize, Double, Int32, Long, ObjectId, serialize } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AishellError, decimal, types, type OutputColumn, type Type } from '../../../connectors/contract.js';
import { visitElements } from '../../../connectors/mongodb/bson.js';
import { decimalText, digits, readDecimal, scaledText, unscaled, unscaledNumber } from '../../../connectors/mongodb/decimal128.js';
import { instantText } from '../../../connectors/mongodb/instant.js';
import { JsonBytes } from '../../../connectors/mongodb/json-bytes.js';
import { putAny } from '../../../connectors/mongodb/json.js';
import { DocumentReader, type ReadColumn } from '../../../connectors/mongodb/reader.js';
import { CollectingSink } from '../../support/collecting-sink.js';

const runs = { numRuns: 500, seed: 20_260_101 };
const decimalBytes = (text: string) => Buffer.from(Decimal128.fromString(text).bytes);

describe('decimal128', () => {
  const finite = fc.tuple(fc.boolean(), fc.bigInt(0n, 10n ** 34n - 1n), fc.integer({ min: -6176, max: 6111 })).map(([minus, coefficient, exponent]) => `${minus ? '-' : ''}${coefficient}E${exponent}`);

  it('prints what the bson package prints', () => {
    fc.assert(fc.property(fc.oneof(finite, fc.constantFrom('NaN', 'Infinity', '-Infinity', '0E-6176', '-0', '1.50', '9.999999999999999999999999999999999E+6144')), (text) => {
      expect(decimalText(readDecimal(decimalBytes(text), 0))).toBe(Decimal128.fromString(text).toString());
    }), runs);
  });

  it('scales exactly or not at all', () => {
    const near = fc.tuple(fc.bigInt(-(10n ** 34n) + 1n, 10n ** 34n - 1n), fc.integer({ min: -40, max: 40 }), fc.integer({ min: 0, max: 38 }));
    fc.assert(fc.property(near, ([coefficient, exponent, scale]) => {
      const bytes = decimalBytes(`${coefficient}E${exponent}`);
      const got = unscaled(readDecimal(bytes, 0), 38, scale);
      const shift = exponent + scale;
      const whole = shift >= 0 || coefficient % 10n ** BigInt(-shift) === 0n;
      const value = shift >= 0 ? coefficient * 10n ** BigInt(shift) : coefficient / 10n ** BigInt(-shift);
      expect(got).toBe(whole && value < 10n ** 38n && value > -(10n ** 38n) ? value : undefined);
      const fast = unscaledNumber(bytes, 0, scale);
      if (!Number.isNaN(fast)) expect(BigInt(fast)).toBe(got);
    }), { ...runs, numRuns: 3000 });
  });

  it.each([['1.50', 1, 2], ['0.000001', 1, 6], ['120', 3, 0], ['1E+5', 6, 0], ['1.5E-20', 1, 21], ['0E+3', 1, 0], ['100.00000000000000', 3, 0]] as const)('%s needs %i digits before and %i behind the point', (text, whole, scale) => {
    expect(digits(readDecimal(decimalBytes(text), 0))).toEqual({ whole, scale });
  });

  it('prints unscaled integers', () => {
    expect([scaledText(-5n, 3), scaledText(12_345n, 2), scaledText(0n, 0), scaledText(0n, 2)]).toEqual(['-0.005', '123.45', '0', '0.00']);
  });
});

describe('instants', () => {
  it.each([[0, '1970-01-01T00:00:00Z'], [951_782_400_123, '2000-02-29T00:00:00.123000Z'], [-62_198_755_200_000, '0002-01-01 (BC)T00:00:00Z'], [253_402_300_800_000, '10000-01-01T00:00:00Z']])('%i is %s', (millis, text) => {
    expect(instantText(millis)).toBe(text);
  });
});

describe('JSON', () => {
  it('says what the document says, whatever its strings hold', () => {
    const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, fc.string({ unit: 'binary' }), fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => !Object.is(x, -0)), fc.boolean(), fc.constant(null), fc.maxSafeInteger(), fc.array(tie('value')), fc.dictionary(fc.string().filter((k) => !k.includes('\0')), tie('value'))),
    })).value;
    fc.assert(fc.property(fc.dictionary(fc.string().filter((k) => !k.includes('\0') && k !== '__proto__'), value), (document) => {
      const bytes = Buffer.from(serialize(document));
      const out = new JsonBytes();
      putAny(out, bytes, 3, 0);
      // The bson package reads its own bytes back: lone surrogates and the like are its affair.
      expect(JSON.parse(out.buffer.toString('utf8', 0, out.length))).toEqual(JSON.parse(JSON.stringify(deserialize(bytes))));
    }), runs);
  });

  it('keeps whole numbers of 64 bits', () => {
    const out = new JsonBytes();
    putAny(out, Buffer.from(serialize({ a: Long.MAX_VALUE, b: Long.fromBigInt(-(2n ** 53n) - 1n), c: new Int32(-7) })), 3, 0);
    expect(out.buffer.toString('utf8', 0, out.length)).toBe('{"a":9223372036854775807,"b":-9007199254740993,"c":-7}');
  });
});

describe('a reader of documents', () => {
  const columns: readonly (readonly [string, Type])[] = [
    ['n', types.int64], ['x', types.float64], ['t', types.text], ['d', decimal(38, 2)], ['b', types.boolean], ['w', types.timestamptz], ['u', types.uuid], ['o', types.blob],
    ['j', types.json], ['l', { kind: 'list', element: types.int64 }], ['s', { kind: 'struct', fields: [{ name: 'a', type: types.text }] }],
  ];
  const outputs: OutputColumn[] = columns.map(([name, type]) => ({ id: name, name, type }));
  const wanted: ReadColumn[] = columns.map(([field, type]) => ({ field, type, anything: false }));
  const document = {
    n: Long.fromNumber(5), x: new Double(1.5), t: 'text', d: Decimal128.fromString('1.25'), b: true, w: new Date(7), u: new Binary(Buffer.alloc(16, 1), 4), o: new Binary(Buffer.from([1, 2])), j: { k: [1] },
    l: [1, 2], s: { a: 'z' },
  };
  const reader = () => {
    const sink = new CollectingSink(outputs);
    return { sink, reader: new DocumentReader(wanted, sink, 'docs', 'things') };
  };

  it('finds fields in whatever order they come', () => {
    const { sink, reader: r } = reader();
    const entries = Object.entries(document);
    fc.assert(fc.property(fc.shuffledSubarray(entries), fc.array(fc.string().filter((k) => !k.includes('\0') && !(k in document) && k !== '__proto__')), (some, others) => {
      sink.rows.length = 0;
      r.read(Buffer.from(serialize(Object.fromEntries([...others.slice(0, 2).map((k) => [k, 'noise']), ...some, ...others.slice(2).map((k) => [k, 1])]))));
      const present = new Set(some.map(([name]) => name));
      expect(sink.rows[0]!.map((value) => value !== null)).toEqual(columns.map(([name]) => present.has(name)));
    }), runs);
  });

  it('takes the first of two fields with one name', () => {
    const one = Buffer.from(serialize({ n: 1 })).subarray(4, -1);
    const two = Buffer.from(serialize({ n: 2 })).subarray(4, -1);
    const bytes = Buffer.concat([Buffer.alloc(4), one, two, Buffer.from([0])]);
    bytes.writeInt32LE(bytes.length, 0);
    const { sink, reader: r } = reader();
    r.read(bytes);
    expect(sink.rows[0]![0]).toBe(1n);
  });

  it('refuses nonsense without going astray', () => {
    const bytes = Buffer.from(serialize({ ...document, id: new ObjectId(), z: { deep: [1, { a: 'b' }] } }));
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), fc.nat(bytes.length), (changes, cut) => {
      const broken = Buffer.from(changes.length > 2 ? bytes.subarray(0, cut) : bytes);
      for (const [at, byte] of changes) if (at < broken.length) broken[at] = byte;
      const { reader: r } = reader();
      try {
        r.read(broken);
        visitElements(broken, 0, () => {});
      } catch (error) {
        // A changed byte may make a value of another type, or text that is none: both are refusals.
        expect(error instanceof RangeError || error instanceof AishellError || (error instanceof TypeError && /encoded data/.test(error.message)), String(error)).toBe(true);
      }
    }), { ...runs, numRuns: 5000 });
  });
});
