/** Window functions and set operations that a dialect admits mean in the store what they mean in DuckDB. */

import { expect, it } from 'vitest';
import type { Expr, Frame, Literal, Rel, Type, WindowCall } from '../../connectors/contract.js';
import { collect, scan } from './ask.js';
import { reference } from './conditions.js';
import type { Bench } from './suite.js';

const int64: Type = { kind: 'int', bits: 64, signed: true };
const byDefault: Frame = { unit: 'range', start: { kind: 'unbounded preceding' }, end: { kind: 'current row' } };
const sliding: Frame = { unit: 'rows', start: { kind: 'preceding', offset: { kind: 'literal', value: 1n, type: int64 } }, end: { kind: 'following', offset: { kind: 'literal', value: 2n, type: int64 } } };
const slidingSql = 'ROWS BETWEEN 1 PRECEDING AND 2 FOLLOWING';

export function windowsAndSets(bench: Bench): void {
  const dialect = () => bench.connector.dialect(bench.description.facts);
  const signal = () => AbortSignal.timeout(120_000);
  const texts = (rows: Literal[][]) =>
    // DuckDB's client drops a byte order mark.
    rows.map((row) => JSON.stringify(row.map((value) => (typeof value === 'bigint' ? String(value) : value === 0 ? 0 : typeof value === 'string' ? value.replace(/^\ufeff/, '') : value)))).sort();
  const id = reference({ name: 'id', type: int64 });

  /** Each case that is admitted, against DuckDB. Returns which were. */
  async function check(cases: readonly (readonly [string, Rel, string, readonly Type[]])[]): Promise<string[]> {
    const admitted: string[] = [];
    const snapshot = await bench.source.open(signal());
    try {
      for (const [what, rel, sql, types] of cases) {
        if (dialect().accepts(rel) !== true) continue;
        const query = dialect().compile(rel);
        const wanted = await bench.oracle.rows(sql, types);
        if (wanted === undefined) continue;
        admitted.push(what);
        expect(texts(await collect(bench, snapshot, query, signal())), query.text).toEqual(texts(wanted));
      }
    } finally {
      await snapshot.close();
    }
    return admitted;
  }

  it('windows: ranks, neighbours and frames only where they are exact', async () => {
    const cases = bench.seeded.extremes.columns.filter((column) => column.name !== 'id' && column.type.kind !== 'json').flatMap(({ name, type }) => {
      const of = reference({ name, type });
      const summed: Type = type.kind === 'decimal' ? { kind: 'decimal', precision: 38, scale: type.scale } : { kind: 'int', bits: 128, signed: true };
      const order = (expr: Expr, descending: boolean, nullsFirst: boolean) => ({ expr, descending, nullsFirst });
      const byValue = [order(of, true, true)];
      const byValueSql = `ORDER BY "${name}" DESC NULLS FIRST`;
      const byId = [order(id, false, false)];
      const base: WindowCall = { id: 'w', name: '', args: [], partitions: [], orders: [], frame: byDefault, distinct: false, ignoreNulls: false, type: int64 };
      const calls: readonly (readonly [WindowCall, string])[] = [
        ...['rank', 'dense_rank'].map((f): [WindowCall, string] => [{ ...base, name: f, orders: byValue }, `${f}() OVER (${byValueSql})`]),
        [{ ...base, name: 'rank', orders: [order(of, false, false)] }, `rank() OVER (ORDER BY "${name}" NULLS LAST)`],
        [{ ...base, name: 'row_number', partitions: [of], orders: byId }, `row_number() OVER (PARTITION BY "${name}" ORDER BY id)`],
        [{ ...base, name: 'row_number', orders: [...byValue, ...byId] }, `row_number() OVER (${byValueSql}, id)`],
        [{ ...base, name: 'ntile', args: [{ kind: 'literal', value: 4n, type: int64 }], orders: byId }, 'ntile(4) OVER (ORDER BY id)'],
        ...['lag', 'lead'].map((f): [WindowCall, string] => [{ ...base, name: f, args: [of, { kind: 'literal', value: 2n, type: int64 }], orders: byId, type }, `${f}("${name}", 2) OVER (ORDER BY id)`]),
        ...['first_value', 'last_value'].map((f): [WindowCall, string] => [{ ...base, name: f, args: [of], orders: byId, frame: sliding, type }, `${f}("${name}") OVER (ORDER BY id ${slidingSql})`]),
        [{ ...base, name: 'count', args: [of], orders: byValue }, `count("${name}") OVER (${byValueSql})`],
        [{ ...base, name: 'count_star', partitions: [of] }, `count(*) OVER (PARTITION BY "${name}")`],
        [{ ...base, name: 'sum', args: [of], orders: byId, frame: sliding, type: summed }, `sum("${name}") OVER (ORDER BY id ${slidingSql})`],
        ...['min', 'max'].map((f): [WindowCall, string] => [{ ...base, name: f, args: [of], orders: byId, frame: sliding, type }, `${f}("${name}") OVER (ORDER BY id ${slidingSql})`]),
      ];
      return calls.map(([call, sql]): [string, Rel, string, Type[]] => {
        const windowed: Rel = { kind: 'window', input: scan(bench, 'extremes', ['id', name]), calls: [call] };
        const columns = [{ id: 'i', expr: id }, { id: 'v', expr: { kind: 'column', id: 'w', type: call.type } as const }];
        return [call.name, { kind: 'project', input: windowed, columns }, `SELECT id, ${sql} FROM extremes`, [int64, call.type]];
      });
    });
    const admitted = await check(cases);
    for (const name of bench.spec.mustWindow ?? []) expect(admitted).toContain(name);
  }, 120_000);

  it('the first of each group, as rows of a table', async () => {
    const cases = bench.seeded.extremes.columns.filter((column) => column.name !== 'id' && column.type.kind !== 'json').map(({ name, type }): [string, Rel, string, Type[]] => {
      const of = reference({ name, type });
      const call: WindowCall = { id: 'w', name: 'row_number', args: [], partitions: [of], orders: [{ expr: id, descending: true, nullsFirst: false }], frame: byDefault, distinct: false, ignoreNulls: false, type: int64 };
      const windowed: Rel = { kind: 'window', input: scan(bench, 'extremes', ['id', name]), calls: [call] };
      const filtered: Rel = { kind: 'filter', input: windowed, conjuncts: [{ kind: 'compare', op: '<=', left: { kind: 'column', id: 'w', type: int64 }, right: { kind: 'literal', value: 1n, type: int64 } }] };
      return ['first', { kind: 'project', input: filtered, columns: [{ id: 'i', expr: id }, { id: 'v', expr: of }] }, `SELECT id, "${name}" FROM extremes QUALIFY row_number() OVER (PARTITION BY "${name}" ORDER BY id DESC) <= 1`, [int64, type]];
    });
    const admitted = await check(cases);
    if (bench.spec.mustWindow?.includes('row_number')) expect(admitted).toContain('first');
  }, 120_000);

  it('set operations only where they are exact, by version', async () => {
    const cases = bench.seeded.extremes.columns.filter((column) => column.name !== 'id' && column.type.kind !== 'json').flatMap(({ name, type }) => {
      const of = reference({ name, type });
      const part = (op: '>' | '<', bound: bigint): Rel => ({
        kind: 'project', columns: [{ id: `c${op}`, expr: of }],
        input: { kind: 'filter', input: scan(bench, 'extremes', ['id', name]), conjuncts: [{ kind: 'compare', op, left: id, right: { kind: 'literal', value: bound, type: int64 } }] },
      });
      return (['union', 'intersect', 'except'] as const).flatMap((op) => [true, false].map((all): [string, Rel, string, Type[]] => {
        const rel: Rel = { kind: 'setOperation', op, all, inputs: [part('>', 3n), part('<', 9n)], ids: ['u'] };
        return [`${op}${all ? ' all' : ''}`, rel, `SELECT "${name}" FROM extremes WHERE id > 3 ${op} ${all ? 'ALL' : ''} SELECT "${name}" FROM extremes WHERE id < 9`, [type]];
      }));
    });
    const admitted = await check(cases);
    for (const name of bench.spec.mustUnite ?? []) expect(admitted).toContain(name);
  }, 120_000);
}
