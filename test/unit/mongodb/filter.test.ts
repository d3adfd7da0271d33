/** Golden finds: what the dialect asks, word for word, with the store down. */

import { describe, expect, it } from 'vitest';
import { decimal, types, type Column, type Expr, type Literal, type Scan, type Table, type Type } from '../../../connectors/contract.js';
import { connector } from '../../../connectors/mongodb/index.js';
import type { FieldNative, Observation } from '../../../connectors/mongodb/native.js';

const dialect = connector.dialect({ version: '8' });
const columns: readonly (readonly [string, Type, ...Observation[]])[] = [
  ['_id', types.text, 'objectId'], ['n', types.int64, 'int', 'long'], ['x', types.float64, 'double'], ['t', types.text, 'string'], ['m', decimal(38, 2), 'decimal'], ['w', types.timestamptz, 'date'],
  ['u', types.uuid, 'uuid'], ['b', types.boolean, 'bool'], ['both', types.text, 'objectId', 'string'], ['j', types.json, 'int', 'string'],
];
const fields: FieldNative[] = columns.map(([name, , ...bson]) => ({ name, bson, proven: true as const }));
const table: Table = {
  service: 'docs', name: 'things', kind: 'collection', native: { collection: 'things', fields },
  columns: columns.map(([name, type]): Column => ({ name, type, nullable: true, nativeType: '' })),
};
const scan = (...names: string[]): Scan => ({ kind: 'scan', table, columns: names.map((name) => ({ id: name, column: table.columns.find((c) => c.name === name)! })) });
const column = (name: string): Expr => ({ kind: 'column', id: name, type: columns.find(([c]) => c === name)![1] });
const literal = (name: string, value: Literal): Expr => ({ kind: 'literal', value, type: columns.find(([c]) => c === name)![1] });
const compare = (name: string, op: Extract<Expr, { kind: 'compare' }>['op'], value: Literal): Expr => ({ kind: 'compare', op, left: column(name), right: literal(name, value) });

function filterOf(conjunct: Expr, name: string): string {
  const input = scan(name);
  expect(dialect.filter(conjunct, input)).toBe('exact');
  const { text } = dialect.compile({ kind: 'filter', input, conjuncts: [conjunct] });
  return /^db\.things\.find\((.*), \{.*\}\)$/s.exec(text)![1]!;
}

describe('filters', () => {
  it.each<[string, Extract<Expr, { kind: 'compare' }>['op'], Literal, string]>([
    ['n', '=', 5n, '{n: 5}'],
    ['n', '<>', 5n, '{n: {$nin: [5, null]}}'],
    ['n', 'is distinct from', 5n, '{n: {$ne: 5}}'],
    ['n', 'is distinct from', null, '{n: {$ne: null}}'],
    ['n', '=', null, '{$nor: [{}]}'],
    ['n', '>', 2n ** 53n + 1n, '{n: {$gt: NumberLong("9007199254740993")}}'],
    ['x', '>', 1.5, '{$or: [{x: {$gt: 1.5}}, {x: NaN}]}'],
    ['x', '<', 1.5, '{x: {$lt: 1.5}}'],
    ['x', '=', NaN, '{x: NaN}'],
    ['t', '=', 'a"b', '{t: "a\\"b"}'],
    ['m', '>=', '12.30', '{$or: [{m: {$gte: NumberDecimal("12.30")}}, {m: NaN}]}'],
    ['m', '=', '1234567890123456789012345678901234567.12', '{$nor: [{}]}'],
    ['m', '=', '-10000000000000000000000000000000000000.00', '{m: NumberDecimal("-1E+37")}'],
    ['n', '=', 2n ** 64n, '{$nor: [{}]}'],
    ['w', '>', 1_500n, '{w: {$gt: ISODate("1970-01-01T00:00:00.001Z")}}'],
    ['w', '>=', 1_500n, '{w: {$gte: ISODate("1970-01-01T00:00:00.002Z")}}'],
    ['w', '<', -1_500n, '{w: {$lt: ISODate("1969-12-31T23:59:59.999Z")}}'],
    ['w', '=', 1_500n, '{$nor: [{}]}'],
    ['u', '=', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{u: UUID("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")}'],
    ['_id', '=', '0123456789abcdef01234567', '{_id: ObjectId("0123456789abcdef01234567")}'],
    ['_id', '=', '0123456789ABCDEF01234567', '{$nor: [{}]}'],
    ['_id', '<', '0123456789abcdef01234567', '{_id: {$lt: ObjectId("0123456789abcdef01234567")}}'],
    ['both', '=', '0123456789abcdef01234567', '{both: {$in: ["0123456789abcdef01234567", ObjectId("0123456789abcdef01234567")]}}'],
    ['both', '=', 'word', '{both: "word"}'],
    ['b', '=', true, '{b: true}'],
  ])('%s %s %s', (name, op, value, expected) => {
    expect(filterOf(compare(name, op, value), name)).toBe(expected);
  });

  it.each<[string, Extract<Expr, { kind: 'compare' }>['op'], Literal]>([
    ['j', '=', '1'], ['both', '<', 'a'], ['x', '<', NaN], ['u', '<', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'], ['_id', '>', 'abc'],
  ])('%s %s %s stays local', (name, op, value) => {
    expect(dialect.filter(compare(name, op, value), scan(name))).toHaveProperty('reason');
  });

  it('looks for values of other types too, where no validator refuses them', () => {
    const loose: Table = { ...table, native: { collection: 'things', fields: fields.map(({ name, bson }) => ({ name, bson })) } };
    const input: Scan = { ...scan('t', 'm'), table: loose };
    const text = (conjunct: Expr) => dialect.compile({ kind: 'filter', input, conjuncts: [conjunct] }).text;
    const others = '"double", "object", "array", "binData", "undefined", "bool", "date", "regex", "dbPointer", "javascript", "javascriptWithScope", "int", "timestamp", "long", "decimal", "maxKey", "minKey"';
    expect(text(compare('t', '=', 'word'))).toContain(`find({$or: [{t: "word"}, {t: {$type: [${others}]}}]}`);
    expect(dialect.filter(compare('t', '=', 'word'), input)).toBe('exact');
    // An id is read as text, and has no place in the order of strings.
    expect(dialect.filter(compare('t', '>', 'word'), input)).toBe('superset');
    expect(text(compare('t', '=', '0123456789abcdef01234567'))).toContain('{t: {$in: ["0123456789abcdef01234567", ObjectId("0123456789abcdef01234567")]}}');
    // Older drivers wrote UUIDs with another subtype, which comes before.
    expect(dialect.compile({ kind: 'filter', input: { ...scan('u'), table: loose }, conjuncts: [compare('u', '=', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11')] }).text).toContain(
      '{u: {$lt: UUID("00000000-0000-0000-0000-000000000000")}}, {u: {$gt: UUID("ffffffff-ffff-ffff-ffff-ffffffffffff")}}',
    );
    // A double is next to a decimal and never on it.
    expect(text(compare('m', '=', '0.10'))).toMatch(/\{m: NumberDecimal\("0.10"\)\}, \{m: \{\$type: \["double", /);
  });

  it('reads patterns literally', () => {
    const call = (fn: string, text: string): Expr => ({ kind: 'call', name: fn, args: [column('t'), literal('t', text)], type: types.boolean });
    expect(filterOf(call('prefix', 'a.b*'), 't')).toBe('{t: {$regex: "^a\\\\.b\\\\*"}}');
    expect(filterOf(call('contains', '(x)|[y]'), 't')).toBe('{t: {$regex: "\\\\(x\\\\)\\\\|\\\\[y\\\\]"}}');
    expect(dialect.filter(call('suffix', 'z'), scan('t'))).toBe('superset');
    expect(dialect.filter(call('regexp_matches', 'z'), scan('t'))).toHaveProperty('reason');
  });

  it('joins conjuncts in one document while they speak of different fields', () => {
    const find = (...conjuncts: Expr[]) => dialect.compile({ kind: 'filter', input: scan('n', 't'), conjuncts }).text;
    expect(find(compare('n', '=', 1n), compare('t', '=', 'a'))).toBe('db.things.find({n: 1, t: "a"}, {n: 1, t: 1, _id: 0})');
    expect(find(compare('n', '>', 1n), compare('n', '<', 9n))).toBe('db.things.find({n: {$gt: 1}, $and: [{n: {$lt: 9}}]}, {n: 1, t: 1, _id: 0})');
    expect(find({ kind: 'or', args: [compare('n', '=', 1n), { kind: 'not', arg: compare('t', '=', 'a') }] })).toBe('db.things.find({$or: [{n: 1}, {t: {$nin: ["a", null]}}]}, {n: 1, t: 1, _id: 0})');
    expect(find({ kind: 'and', args: [compare('n', '=', 1n), { kind: 'in', arg: column('t'), list: [literal('t', 'a'), literal('t', null)], negated: false }] })).toBe(
      'db.things.find({n: 1, t: "a"}, {n: 1, t: 1, _id: 0})',
    );
  });

  it('splits keys that no command has room for', () => {
    const values = Array.from({ length: 20 }, (_, i) => `${i}${'x'.repeat(1_000_000)}`);
    const query = dialect.compile(scan('t'), { column: 't', type: types.text, values });
    const { filters } = query.payload as { filters: { t: { $in: unknown[] } }[] };
    expect(filters.length).toBeGreaterThan(2);
    expect(filters.flatMap((filter) => filter.t.$in)).toEqual(values);
  });

  it('finds keys in years that no driver writes as dates', () => {
    const query = dialect.compile(scan('w'), { column: 'w', type: types.timestamptz, values: [0n, 253_402_300_800_000_000n] });
    expect(query.text).toContain('{$or: [{w: ISODate("1970-01-01T00:00:00.000Z")}, {$expr: {$eq: [{$convert: {input: "$w", to: "long", onError: null, onNull: null}}, 253402300800000]}}]}');
  });

  it('never asks for anything that runs code or writes', () => {
    const words = /\$(where|function|accumulator|out|merge)/;
    for (const [name, type] of columns) {
      const value: Literal = type.kind === 'text' ? '$where' : null;
      const judged = dialect.filter(compare(name, '=', value), scan(name));
      if (typeof judged !== 'string') continue;
      const { payload } = dialect.compile({ kind: 'filter', input: scan(name), conjuncts: [compare(name, '=', value)] });
      const keys = JSON.stringify((payload as { filters: unknown }).filters).match(/"[^"]*":/g) ?? [];
      expect(keys.some((key) => words.test(key))).toBe(false);
    }
  });
});
