/** JSON found in bytes: against JSON.parse, and against hostile input. */

import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { instantMicros, isInstant } from '../../../connectors/log/json/instant.js';
import { put } from '../../../connectors/log/json/put.js';
import { JsonSpans, Kind } from '../../../connectors/log/json/spans.js';
import { needlesOf, NeedleSearch } from '../../../connectors/log/needles.js';
import { decimal, types, type Type } from '../../../connectors/contract.js';
import { CollectingSink } from '../../support/collecting-sink.js';

function scan(text: string, names: string[]): { outcome: string; values: (string | undefined)[] } {
  const buffer = Buffer.from(`«${text}»`);
  const margin = Buffer.byteLength('«');
  const spans = new JsonSpans(names);
  const outcome = spans.scan(buffer, margin, buffer.length - margin);
  return { outcome, values: names.map((_, i) => (spans.kinds[i] === Kind.missing ? undefined : buffer.toString('utf8', spans.starts[i], spans.ends[i]))) };
}

describe('members of a JSON object', () => {
  it('are found as JSON.parse finds them, however it is spaced', () => {
    const value = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 8 });
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 1, '\t'), (object, space) => {
        const plain = JSON.parse(JSON.stringify(object)) as Record<string, unknown>;
        const names = [...Object.keys(plain), 'absent'];
        const { outcome, values } = scan(JSON.stringify(object, null, space), names);
        expect(outcome).toBe('object');
        names.forEach((name, i) => expect(values[i] === undefined ? undefined : JSON.parse(values[i])).toEqual(Object.hasOwn(plain, name) ? plain[name] : undefined));
      }),
    );
  });

  it('are found only where all of it is JSON', () => {
    const texts = fc.oneof(
      fc.json(),
      fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '1', '-', '.', 'e', 'a', '\\', 'u', ' ', '\n', 'true', 'null', '\u0001', '{"a":', '0') }),
      fc.tuple(fc.json(), fc.nat(200), fc.constantFrom('', ',', '"', '}', '\\', '0')).map(([text, at, noise]) => text.slice(0, at) + noise + text.slice(at + 1)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        let expected = 'invalid';
        try {
          const value: unknown = JSON.parse(text);
          expected = typeof value === 'object' && value !== null && !Array.isArray(value) ? 'object' : 'other';
        } catch {
          // Not JSON: neither for us.
        }
        expect(scan(text, ['a']).outcome, text).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('do not exhaust the stack', () => {
    expect(scan('['.repeat(1_000_000), []).outcome).toBe('invalid');
    expect(scan(`{"a":${'['.repeat(400)}${']'.repeat(400)}}`, ['a']).outcome).toBe('object');
  });
});

describe('values of a member', () => {
  const cases: readonly (readonly [Type, string, unknown])[] = [
    [types.int64, '-9223372036854775808', -(2n ** 63n)],
    [types.int64, '9223372036854775807', 2n ** 63n - 1n],
    [types.int64, '9223372036854775808', 'misfit'],
    [types.int64, '-0', 0n],
    [types.int64, '1.0', 'misfit'],
    [types.int64, '1e3', 'misfit'],
    [types.int64, '"1"', 'misfit'],
    [types.float64, '1e308', 1e308],
    [types.float64, '-0.0', -0],
    [types.float64, '"1"', 'misfit'],
    [types.float64, '1e400', 'misfit'],
    [types.float64, '9007199254740993', 'misfit'],
    [types.float64, '9007199254740992', 9007199254740992],
    [decimal(38, 0), '99999999999999999999999999999999999999', '99999999999999999999999999999999999999'],
    [{ kind: 'list', element: decimal(38, 0) }, '[9223372036854775808,null]', '[9223372036854775808,null]'],
    [{ kind: 'list', element: decimal(38, 0) }, '[1.5]', 'misfit'],
    [{ kind: 'list', element: types.float64 }, '[1e400]', 'misfit'],
    [types.boolean, 'true', true],
    [types.boolean, '1', 'misfit'],
    [types.text, '"a\\u0041\\n"', 'aA\n'],
    [types.text, '1', 'misfit'],
    [types.json, '{"a" : 1}', '{"a" : 1}'],
    [types.json, 'null', null],
    [types.timestamptz, '"1970-01-01T00:00:00.000001+00:00"', 1n],
    [types.timestamptz, '"9999-12-31T23:59:59.999999Z"', 253_402_300_799_999_999n],
    [types.timestamptz, '"0001-01-01T00:00:00Z"', -62_135_596_800_000_000n],
    [types.timestamptz, '"2024-02-30T00:00:00Z"', 'misfit'],
    [types.timestamptz, '"2024-01-01T00:00:00"', 'misfit'],
    [types.timestamptz, '"2024-01-01T00:00:00.1234567Z"', 'misfit'],
    [decimal(5, 2), '123.4', '123.40'],
    [decimal(5, 2), '"-0.01"', '-0.01'],
    [decimal(5, 2), '1234', 'misfit'],
    [decimal(5, 2), '1.234', 'misfit'],
    [{ kind: 'struct', fields: [{ name: 'a', type: types.int64 }] }, '{"b":1,"a":9007199254740993}', '{"a":9007199254740993}'],
    [{ kind: 'struct', fields: [{ name: 'a', type: types.int64 }] }, '{"a":"x"}', 'misfit'],
    [{ kind: 'list', element: types.text }, '["a",null]', '["a",null]'],
    [{ kind: 'list', element: types.text }, '["a",1]', 'misfit'],
    [{ kind: 'list', element: types.float64 }, '{}', 'misfit'],
  ];

  it.each(cases)('of type %j: %s', (type, text, expected) => {
    const spans = new JsonSpans(['m']);
    const buffer = Buffer.from(`{"m":${text}}`);
    expect(spans.scan(buffer, 0, buffer.length)).toBe('object');
    const sink = new CollectingSink([{ id: 'm', name: 'm', type }]);
    const fits = put(sink.columns[0]!, buffer, spans.starts[0]!, spans.ends[0]!, spans.kinds[0]! as Kind);
    if (fits) sink.endRow();
    expect(fits ? sink.rows[0]![0] : 'misfit').toEqual(expected);
  });

  it('that are instants are those of Date', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }), (date) => {
        const bytes = Buffer.from(date.toISOString());
        expect(BigInt(instantMicros(bytes, 0, bytes.length)!)).toBe(BigInt(date.getTime()) * 1000n);
      }),
    );
    expect(isInstant('2024-01-01T00:00:00.5-05:30')).toBe(true);
    for (const text of ['', '2024-01-01', '2024-13-01T00:00:00Z', '2023-02-29T00:00:00Z', '2024-01-01T24:00:00Z', '2024-01-01T00:00:60Z', '2024-01-01T00:00:00.Z', '2024-01-01T00:00:00Zx', '2024-01-01T00:00:00+1:00', '+02024-01-01T00:00:00Z']) {
      expect(isInstant(text), text).toBe(false);
    }
  });
});

describe('bytes that a message must hold', () => {
  it('are in every JSON text of an object whose member has the value', () => {
    const ascii = (text: string) => text.replaceAll(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
    const slashed = (text: string) => text.replaceAll('/', '\\/');
    const value = fc.string({ unit: fc.constantFrom('a', 'b', '/', '"', '\\', 'é', '😀', '\n', ' ', '\u007f', '1') });
    fc.assert(
      fc.property(value, fc.constantFrom(ascii, slashed, (text: string) => text), (text, write) => {
        const needles = needlesOf({ kind: 'textIn', place: { field: 'f' }, type: types.text, values: [text] });
        const message = Buffer.from(write(JSON.stringify({ f: text })));
        if (needles === undefined) return;
        const search = new NeedleSearch(needles);
        expect(search.enter(message)).toBe(true);
        expect(search.within(0, message.length)).toBe(true);
      }),
    );
  });

  it('are looked for once where one is part of another', () => {
    const has = (part: '_key' | '_value', value: string) => ({ kind: 'text' as const, place: { part }, type: types.text, how: 'contains' as const, value });
    const needles = needlesOf({ kind: 'or', tests: [has('_value', 'order-77'), has('_key', '"order-77"'), { kind: 'textIn', place: { field: 'id' }, type: types.text, values: ['order-77'] }, has('_key', 'a\\u0041')] });
    expect(needles?.map(String)).toEqual(['\\u00', 'order-77', 'a\\u0041']);
  });

  it('are no escapes of characters that the value does not have', () => {
    const uuid = needlesOf({ kind: 'textIn', place: { field: 'f' }, type: types.text, values: ['0197f0aa-5c2e-4d11'] })!;
    const search = new NeedleSearch(uuid);
    const holds = (text: string) => search.enter(Buffer.from(text));
    expect(['"a\\/b"', '"\\u2028"', '"0197f0aa"'].map(holds)).toEqual([false, false, false]);
    expect(['"\\u0030197f0aa-5c2e-4d11"', '"\\u0061"', '"0197f0aa-5c2e-4d11"'].map(holds)).toEqual([true, true, true]);
  });

  it('are looked for within the bounds of each record', () => {
    const search = new NeedleSearch([Buffer.from('xy')]);
    const records = Buffer.from('..xy..x|y..xy');
    expect(search.enter(records)).toBe(true);
    expect([[0, 2], [2, 5], [5, 7], [7, 11], [11, 13]].map(([start, end]) => search.within(start!, end!))).toEqual([false, true, false, false, true]);
    expect(search.enter(Buffer.from('nothing'))).toBe(false);
  });

  it('are found among many as among few', () => {
    const needle = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(needle, { minLength: 17, maxLength: 40 }), fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), maxLength: 60 }), (texts, hay) => {
        const all = new NeedleSearch(texts.map((text) => Buffer.from(text)));
        const buffer = Buffer.from(hay);
        expect(all.enter(buffer)).toBe(texts.some((text) => hay.includes(text)));
        for (let start = 0; start < hay.length; start += 7) {
          const part = hay.slice(start);
          expect(all.within(start, hay.length)).toBe(texts.some((text) => part.includes(text)));
        }
      }),
    );
    const ids = Array.from({ length: 500 }, (_, n) => `018f0000-0000-7000-8000-${String(n).padStart(12, '0')}`);
    const needles = needlesOf({ kind: 'textIn', place: { field: 'f' }, type: types.text, values: ids })!;
    expect(needles.length).toBeGreaterThan(500);
    const search = new NeedleSearch(needles);
    expect(search.enter(Buffer.from(`${'{"f":"018f0000-0000-7000-8000-x"}'.repeat(99)}`))).toBe(false);
    expect(search.enter(Buffer.from(`{"f":"${ids[499]}"}`))).toBe(true);
  });
});
