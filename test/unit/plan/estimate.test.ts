import { expect, test } from 'vitest';
import { types } from '../../../src/algebra/index.js';
import type { CompareOp, Expr, Rel, Scan, Table } from '../../../src/algebra/index.js';
import { estimateRel } from '../../../src/plan/estimate.js';

const table = (distinct?: Record<string, number>): Table => ({
  service: 's', name: 't', kind: 'table', rows: { count: 100_000, exact: true }, ...(distinct && { distinct }),
  columns: ['a', 'b'].map((name) => ({ name, type: types.int64, nullable: true, nativeType: 'bigint' })),
});
const scan = (of: Table): Scan => ({ kind: 'scan', table: of, columns: of.columns.map((column) => ({ id: column.name, column })) });
const column = (id: string): Expr => ({ kind: 'column', id, type: types.int64 });
const test64 = (id: string, op: CompareOp, value: bigint): Expr => ({ kind: 'compare', op, left: column(id), right: { kind: 'literal', value, type: types.int64 } });
const counted = (of: Table): Rel => ({
  kind: 'aggregate', input: scan(of), groups: [{ id: 'g', expr: column('a') }],
  aggregates: [{ id: 'n', name: 'count_star', args: [], distinct: false, type: types.int64 }],
});
const having = (of: Table, ...conjuncts: Expr[]) => estimateRel({ kind: 'filter', input: counted(of), conjuncts });

test('HAVING over counts goes by how many rows a group has, where its values were counted', () => {
  const many = table({ a: 50_000, b: 10 });
  expect(having(many, test64('n', '>', 10n))).toBeLessThan(100);
  expect(having(many, test64('n', '>=', 1n))).toBe(50_000);
  expect(having(table({ a: 10 }), test64('n', '>', 10n))).toBe(10);
  expect(having(many, test64('n', '=', 1n))).toBe(25_000);
  expect(having(table(), test64('n', '>', 10n))).toBe(Math.ceil(Math.ceil(100_000 / 3) * 0.3));
});

test('HAVING over a group goes by its column', () => {
  expect(having(table({ a: 1_000 }), test64('g', '=', 7n))).toBe(1);
});

test('the first of each partition are as many as partitions', () => {
  const ranked = (of: Table): Rel => ({
    kind: 'filter', conjuncts: [test64('r', '<=', 3n)],
    input: { kind: 'window', input: scan(of), calls: [{ id: 'r', name: 'rank', args: [], partitions: [column('b')], orders: [], frame: { unit: 'range', start: { kind: 'unbounded preceding' }, end: { kind: 'current row' } }, distinct: false, ignoreNulls: false, type: types.int64 }] },
  });
  expect(estimateRel(ranked(table({ b: 10 })))).toBe(30);
  expect(estimateRel(ranked(table()))).toBe(30_000);
});
