/** Patterns of keys, texts as values, what was seen before: the parts of the Redis connector that need no server. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, types, type ColumnWriter, type Literal, type Type } from '../../../connectors/contract.js';
import { mustRead, readCommands } from '../../../connectors/redis/client.js';
import { findPatterns, isValue } from '../../../connectors/redis/discover.js';
import { isWhole, Samples } from '../../../connectors/redis/infer.js';
import { Pattern } from '../../../connectors/redis/pattern.js';
import { Seen } from '../../../connectors/redis/seen.js';
import { writerOf } from '../../../connectors/redis/values.js';
import { CollectingSink } from '../../support/collecting-sink.js';

const shapes = (...keys: string[]) => findPatterns(keys, ':').map(({ shape, keys: found }) => [shape.map((part) => part ?? '{}').join(':'), found.length]);

describe('patterns', () => {
  it('takes ids for values and words for names', () => {
    expect(shapes('badge:1', 'badge:22', 'badge:next', 'motto', 'cart:5:item:7', 'cart:5:item:8', 'cart:5:total')).toEqual([
      ['badge:next', 1], ['badge:{}', 2], ['cart:{}:item:{}', 2], ['cart:{}:total', 1], ['motto', 1],
    ]);
    for (const id of ['17', '-3', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'deadbeef01', '2026-01-31', 'usr_9f', 'ada@example.org', 'x'.repeat(70)]) expect(isValue(id), id).toBe(true);
    for (const word of ['total', 'user', 'v2', 'a', 'deadbeefcafe', '']) expect(isValue(word), word).toBe(false);
  });

  it('takes many words in one place for values', () => {
    const people = ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay', 'gus', 'hal', 'ivy'];
    expect(shapes(...people.map((name) => `session:${name}`))).toEqual([['session:{}', 9]]);
    expect(shapes(...people.slice(0, 3).map((name) => `session:${name}`)).length).toBe(3);
    expect(shapes(...people.map((name) => `profile:${name}:visits`))).toEqual([['profile:{}:visits', 9]]);
    expect(shapes(...people).length).toBe(9);
  });

  it('finds the key of parts and the parts of keys again', () => {
    const pattern = Pattern.parse('a:{x}:b.*:{y}', ':');
    expect(pattern.text).toBe('a:{x}:b.*:{y}');
    expect(pattern.match('a:1:b.*:2')).toEqual(['1', '2']);
    for (const other of ['a:1:b.*:2:3', 'a:1:bxx:2', 'a::b.*:2', 'A:1:b.*:2', 'a:1:b.*:']) expect(pattern.match(other), other).toBeUndefined();
    expect(pattern.glob()).toBe('a:*:b.\\*:*');
    expect(pattern.glob(['[1]?'])).toBe('a:\\[1\\]\\?:b.\\*:*');
    fc.assert(fc.property(fc.tuple(fc.string({ minLength: 1 }), fc.string({ minLength: 1 })).filter((parts) => parts.every((p) => !p.includes(':'))), (parts) => {
      expect(pattern.match(pattern.key(parts))).toEqual(parts);
    }), { seed: 1 });
  });
});

describe('types of texts', () => {
  const inferred = (...texts: (string | Buffer)[]) => {
    const samples = new Samples();
    for (const text of texts) samples.add(Buffer.from(text));
    return samples.type;
  };

  it('is a number only where every text is one in its one way', () => {
    expect(inferred('1', '-20', '9223372036854775807')).toEqual(types.int64);
    for (const odd of ['01', '+1', '1.0', ' 1', '', '9223372036854775808', '-0']) expect(inferred('1', odd), odd).toEqual(types.text);
    expect(inferred('{"a":1}', ' [2]')).toEqual(types.json);
    expect(inferred('{"a":1}', '{a:1}')).toEqual(types.text);
    expect(inferred('a', Buffer.from([0xff]))).toEqual(types.blob);
    expect(inferred()).toEqual(types.text);
    expect(isWhole('-9223372036854775809')).toBe(false);
  });

  const written = (text: string, type: Type): Literal | undefined => {
    const sink = new CollectingSink([{ id: 'v', name: 'v', type }]);
    const writer = sink.columns[0] as ColumnWriter;
    if (!writerOf(type)(Buffer.from(text), writer)) return undefined;
    sink.endRow();
    return sink.rows[0]![0];
  };

  it.each<[string, Type, Literal | undefined]>([
    ['+12', types.int64, 12n], ['9223372036854775808', types.int64, undefined], ['1e3', types.int64, undefined],
    ['-1.5e3', types.float64, -1500], ['inf', types.float64, Infinity], ['-Infinity', types.float64, -Infinity], ['nan', types.float64, NaN], ['0x10', types.float64, undefined], ['', types.float64, undefined],
    ['12.30', decimal(5, 2), '12.30'], ['-.5', decimal(5, 2), '-0.50'], ['12.345', decimal(5, 2), undefined], ['12.3000', decimal(5, 2), '12.30'], ['1234', decimal(5, 2), undefined], ['.', decimal(5, 2), undefined],
    ['TRUE', types.boolean, true], ['0', types.boolean, false], ['yes', types.boolean, undefined],
    ['2026-02-03T04:05:06.789+01:00', types.timestamptz, 1_770_087_906_789_000n], ['2026-02-03 04:05:06Z', types.timestamptz, 1_770_091_506_000_000n],
    ['2026-02-03T04:05:06', types.timestamptz, undefined], ['2026-02-30T04:05:06Z', types.timestamptz, undefined],
    ['A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', types.uuid, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'], ['a0eebc99', types.uuid, undefined],
    ['{"a":1}', types.json, '{"a":1}'], ['{', types.json, undefined],
  ])('%j as %j', (text, type, expected) => {
    expect(written(text, type)).toEqual(expected);
  });
});

describe('what was seen', () => {
  it('knows each once, however many', () => {
    const seen = new Seen('cache', 'keys');
    for (let i = 0; i < 20_000; i++) expect(seen.add(`key ${i}`)).toBe(true);
    for (let i = 0; i < 20_000; i += 7) expect(seen.add(`key ${i}`)).toBe(false);
    expect(seen.add('')).toBe(true);
  });
});

describe('commands', () => {
  it('refuses all that it does not know to be reading', () => {
    for (const [name, argument] of [['SET', 'k'], ['DEL', 'k'], ['EVAL', 'x'], ['ACL', 'SETUSER'], ['CONFIG', 'SET'], ['GETDEL', 'k'], ['SORT', 'k'], ['get', 'k'], ['FLUSHALL', undefined]] as const) {
      expect(() => mustRead(name, argument), name).toThrow(expect.objectContaining({ code: 'sql.refused' }) as Error);
    }
    for (const command of readCommands) expect(() => mustRead(...(command.split(' ') as [string, string]))).not.toThrow();
  });
});
