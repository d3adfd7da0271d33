/** Every pushdown that a dialect admits means in the store what it means in DuckDB. */

import { expect, it } from 'vitest';
import { isReason, type AggregateCall, type Dialect, type Expr, type KeyBatch, type Literal, type Rel, type SortKey, type Type } from '../../connectors/contract.js';
import { columnIds } from '../../connectors/contract.js';
import { collect, ids, scan } from './ask.js';
import { combinations, conditions, literal, reference } from './conditions.js';
import { exprSql } from './oracle.js';
import type { Bench } from './suite.js';

export function pushdown(bench: Bench): void {
  const dialect = () => bench.connector.dialect(bench.description.facts);
  const signal = () => AbortSignal.timeout(120_000);
  const holds = (value: Literal, type: Type, column: string) => bench.spec.holds?.(value, type, column) ?? true;

  it('judges filters rightly: exact ones exactly, superset ones never losing or repeating a row', async () => {
    const { columns } = bench.seeded.extremes;
    const simple = conditions(columns, holds);
    const asked = [...simple, ...combinations(simple, 300)];
    const snapshot = await bench.source.open(signal());
    let admitted = 0;
    try {
      for (const conjunct of asked) {
        const input = scan(bench, 'extremes', ['id', ...[...columnIds(conjunct)].filter((name) => name !== 'id')]);
        const judged = dialect().filter(conjunct, input);
        if (judged === 'no' || isReason(judged)) continue;
        admitted++;
        const query = dialect().compile({ kind: 'filter', input, conjuncts: [conjunct] });
        const got = ids(await collect(bench, snapshot, query, signal()));
        const wanted = await bench.oracle.ids('extremes', exprSql(conjunct));
        const label = `${exprSql(conjunct)} as ${query.text} ${show(query.params)}`;
        if (judged === 'exact') expect(got, label).toEqual(wanted);
        else expect(got.filter((id) => wanted.includes(id)), label).toEqual(wanted);
      }
    } finally {
      await snapshot.close();
    }
    if ((bench.spec.mustPush ?? []).length > 0) expect(admitted).toBeGreaterThan(0);
  }, 300_000);

  it('pushes equality on the columns that it promises', () => {
    const input = scan(bench, 'extremes');
    for (const name of bench.spec.mustPush ?? []) {
      const column = bench.seeded.extremes.columns.find((c) => c.name === name)!;
      const value = bench.seeded.extremes.rows.map((row) => row[bench.seeded.extremes.columns.indexOf(column)]!).find((v) => v !== null)!;
      const judged = dialect().filter({ kind: 'compare', op: '=', left: reference(column), right: literal(value, column.type) }, input);
      expect(['exact', 'superset'], `${name}: ${show(judged)}`).toContain(judged);
    }
  });

  it('joins several conjuncts', async () => {
    const input = scan(bench, 'extremes');
    const conjuncts = conditions(bench.seeded.extremes.columns, holds).filter((_, i) => i % 97 === 0);
    const pushed = conjuncts.filter((conjunct) => ['exact', 'superset'].includes(dialect().filter(conjunct, input) as string)).slice(0, 3);
    const snapshot = await bench.source.open(signal());
    try {
      const got = ids(await collect(bench, snapshot, dialect().compile(pushed.length === 0 ? input : { kind: 'filter', input, conjuncts: pushed }), signal()));
      const wanted = await bench.oracle.ids('extremes', pushed.map(exprSql).join(' AND ') || 'true');
      expect(got.filter((id) => wanted.includes(id))).toEqual(wanted);
    } finally {
      await snapshot.close();
    }
  });

  it('ships keys: every row with one of them, each once, over batches that differ byte for byte', async () => {
    const snapshot = await bench.source.open(signal());
    try {
      for (const { name, type } of bench.seeded.extremes.columns) {
        const input = scan(bench, 'extremes', name === 'id' ? ['id'] : ['id', name]);
        const accepted = dialect().acceptsKeys(name, type, input);
        if (bench.spec.mustShip?.includes(name)) expect(accepted, name).toBe(true);
        if (accepted !== true) continue;
        const position = bench.seeded.extremes.columns.findIndex((c) => c.name === name);
        const values = [...new Map(bench.seeded.extremes.rows.map((row) => [show(row[position]), row[position]!])).values()].filter((v) => v !== null && !Object.is(v, -0));
        // Half of the keys one by one, half together: rows may neither be lost nor come twice.
        const batches = [...values.slice(0, values.length / 2).map((v) => [v]), values.slice(values.length / 2)].filter((batch) => batch.length > 0);
        const got: bigint[] = [];
        for (const batch of batches) got.push(...(await idsOfKeys(input, { column: name, type, values: batch })));
        const wanted = await bench.oracle.ids('extremes', exprSql({ kind: 'isNull', arg: reference({ name, type }), negated: true }));
        expect([...got].sort(compare), name).toEqual(wanted);
        // A dialect may write keys otherwise where an index leads to the rows.
        const indexed = { ...input, columns: input.columns.map(({ id, column }) => ({ id, column: { ...column, indexed: true } })) };
        const half = values.slice(values.length / 2);
        expect((await idsOfKeys(indexed, { column: name, type, values: half })).sort(compare), name).toEqual((await idsOfKeys(input, { column: name, type, values: half })).sort(compare));
        const some = await idsOfKeys(input, { column: name, type, values: values.slice(0, 2) });
        const inList: Expr = { kind: 'in', arg: reference({ name, type }), list: values.slice(0, 2).map((v) => literal(v, type)), negated: false };
        expect(some, name).toEqual(await bench.oracle.ids('extremes', exprSql(inList)));
      }
    } finally {
      await snapshot.close();
    }

    async function idsOfKeys(input: Rel, keys: KeyBatch): Promise<bigint[]> {
      return ids(await collect(bench, snapshot, dialect().compile(input, keys), signal()));
    }
  });

  it('ships as many keys as it says it can', async () => {
    const input = scan(bench, 'many', ['id']);
    const d = dialect();
    if (d.acceptsKeys('id', { kind: 'int', bits: 64, signed: true }, input) !== true) return;
    const values = Array.from({ length: Math.min(d.maxKeys, 100_000) }, (_, i) => BigInt(i * 2 + 1));
    const snapshot = await bench.source.open(signal());
    try {
      const got = await collect(bench, snapshot, d.compile(input, { column: 'id', type: { kind: 'int', bits: 64, signed: true }, values }), signal());
      expect(got.length).toBe(values.filter((v) => v <= bench.seeded.many.rows.length).length);
    } finally {
      await snapshot.close();
    }
  });

  it('limits and sorts only where it does so exactly', async () => {
    const snapshot = await bench.source.open(signal());
    try {
      const all = bench.seeded.extremes.rows.length;
      for (const { name, type } of bench.seeded.extremes.columns) {
        for (const [descending, nullsFirst] of [[false, false], [true, true], [false, true], [true, false]] as const) {
          const input = scan(bench, 'extremes', name === 'id' ? ['id'] : ['id', name]);
          const keys: SortKey[] = [{ expr: reference({ name, type }), descending, nullsFirst }];
          if (name !== 'id') keys.push({ expr: reference({ name: 'id', type: { kind: 'int', bits: 64, signed: true } }), descending: false, nullsFirst: false });
          const rel: Rel = { kind: 'sortLimit', input, keys, limit: all - 3, offset: 2 };
          if (dialect().accepts(rel) !== true) continue;
          const got = (await collect(bench, snapshot, dialect().compile(rel), signal())).map((row) => row[0]);
          const by = `"${name}" ${descending ? 'DESC' : 'ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}, "id"`;
          expect(got, by).toEqual((await bench.oracle.ordered('extremes', by)).slice(2, all - 1));
        }
      }
      const limited: Rel = { kind: 'sortLimit', input: scan(bench, 'many', ['id']), keys: [], limit: 7 };
      if (dialect().accepts(limited) === true) expect((await collect(bench, snapshot, dialect().compile(limited), signal())).length).toBe(7);
    } finally {
      await snapshot.close();
    }
  });

  it('groups and aggregates only where it does so exactly', async () => {
    const snapshot = await bench.source.open(signal());
    const int64: Type = { kind: 'int', bits: 64, signed: true };
    const admitted: string[] = [];
    try {
      for (const { name, type } of bench.seeded.extremes.columns) {
        const input = scan(bench, 'extremes', [name]);
        const of = reference({ name, type });
        const summed: Type = type.kind === 'decimal' ? { kind: 'decimal', precision: 38, scale: type.scale } : { kind: 'int', bits: 128, signed: true };
        const calls: readonly [string, AggregateCall][] = [
          ['count(*)', { id: 'a', name: 'count_star', args: [], distinct: false, type: int64 }],
          [`count("${name}")`, { id: 'a', name: 'count', args: [of], distinct: false, type: int64 }],
          [`count(DISTINCT "${name}")`, { id: 'a', name: 'count', args: [of], distinct: true, type: int64 }],
          [`min("${name}")`, { id: 'a', name: 'min', args: [of], distinct: false, type }],
          [`max("${name}")`, { id: 'a', name: 'max', args: [of], distinct: false, type }],
          [`sum("${name}")`, { id: 'a', name: 'sum', args: [of], distinct: false, type: summed }],
        ];
        for (const grouped of [false, true]) {
          for (const [sql, call] of calls) {
            const rel: Rel = { kind: 'aggregate', input, groups: grouped ? [{ id: 'g', expr: of }] : [], aggregates: [call] };
            if (dialect().accepts(rel) !== true) continue;
            const query = dialect().compile(rel);
            const wanted = await bench.oracle.rows(`SELECT ${grouped ? `"${name}", ` : ''}${sql} FROM extremes${grouped ? ` GROUP BY "${name}"` : ''}`, [...(grouped ? [type] : []), call.type]);
            if (wanted === undefined) continue;
            admitted.push(`${sql}${grouped ? ' by group' : ''}`);
            const got = await collect(bench, snapshot, query, signal());
            // DuckDB's client drops a byte order mark.
            const texts = (rows: Literal[][]) => rows.map((row) => show(row.map((value) => (typeof value === 'bigint' ? String(value) : typeof value === 'string' ? value.replace(/^\ufeff/, '') : value)))).sort();
            expect(texts(got), query.text).toEqual(texts(wanted));
          }
        }
      }
    } finally {
      await snapshot.close();
    }
    for (const wanted of bench.spec.mustCompute ?? []) expect(admitted).toContain(wanted);
  });

  it('reads groups and limited rows as tables only where it does so exactly', async () => {
    const snapshot = await bench.source.open(signal());
    const int64: Type = { kind: 'int', bits: 64, signed: true };
    const id = reference({ name: 'id', type: int64 });
    const count: AggregateCall = { id: 'n', name: 'count_star', args: [], distinct: false, type: int64 };
    const admitted: string[] = [];
    try {
      for (const { name, type } of bench.seeded.extremes.columns.filter((column) => column.name !== 'id' && column.type.kind !== 'json')) {
        const of = reference({ name, type });
        const group: Expr = { kind: 'column', id: 'g', type };
        const grouped: Rel = { kind: 'aggregate', input: scan(bench, 'extremes', [name]), groups: [{ id: 'g', expr: of }], aggregates: [count] };
        const limited: Rel = { kind: 'sortLimit', input: scan(bench, 'extremes', ['id', name]), keys: [{ expr: id, descending: false, nullsFirst: false }], limit: 9 };
        const notNull = (arg: Expr): Expr => ({ kind: 'isNull', arg, negated: true });
        const cases: readonly (readonly [string, Rel, string, readonly Type[]])[] = [
          ['groups counted', { kind: 'aggregate', input: grouped, groups: [], aggregates: [{ ...count, id: 'all' }] }, `SELECT count(*) FROM (SELECT "${name}" FROM extremes GROUP BY 1)`, [int64]],
          ['groups by size', { kind: 'aggregate', input: grouped, groups: [{ id: 's', expr: { kind: 'column', id: 'n', type: int64 } }], aggregates: [{ id: 'm', name: 'max', args: [group], distinct: false, type }] }, `SELECT n, max(g) FROM (SELECT "${name}" AS g, count(*) AS n FROM extremes GROUP BY 1) GROUP BY 1`, [int64, type]],
          ['rows of groups', { kind: 'project', input: { kind: 'join', type: 'inner', left: scan(bench, 'extremes', ['id', name]), right: grouped, on: [{ kind: 'compare', op: '=', left: of, right: group }] }, columns: [{ id: 'i', expr: id }, { id: 'c', expr: { kind: 'column', id: 'n', type: int64 } }] }, `SELECT e.id, n FROM extremes e JOIN (SELECT "${name}" AS g, count(*) AS n FROM extremes GROUP BY 1) ON e."${name}" = g`, [int64, int64]],
          ['rows with a group', { kind: 'project', input: { kind: 'join', type: 'semi', left: scan(bench, 'extremes', ['id', name]), right: { kind: 'filter', input: grouped, conjuncts: [{ kind: 'compare', op: '>', left: { kind: 'column', id: 'n', type: int64 }, right: literal(1n, int64) }] }, on: [{ kind: 'compare', op: '=', left: of, right: group }] }, columns: [{ id: 'i', expr: id }] }, `SELECT id FROM extremes WHERE "${name}" IN (SELECT "${name}" FROM extremes GROUP BY 1 HAVING count(*) > 1)`, [int64]],
          ['limited and filtered', { kind: 'project', input: { kind: 'filter', input: limited, conjuncts: [notNull(of)] }, columns: [{ id: 'i', expr: id }, { id: 'v', expr: of }] }, `SELECT id, "${name}" FROM (SELECT id, "${name}" FROM extremes ORDER BY id LIMIT 9) WHERE "${name}" IS NOT NULL`, [int64, type]],
          ['limited and counted', { kind: 'aggregate', input: limited, groups: [], aggregates: [{ id: 'd', name: 'count', args: [of], distinct: true, type: int64 }] }, `SELECT count(DISTINCT "${name}") FROM (SELECT id, "${name}" FROM extremes ORDER BY id LIMIT 9)`, [int64]],
        ];
        for (const [what, rel, sql, types] of cases) {
          if (dialect().accepts(rel) !== true) continue;
          const query = dialect().compile(rel);
          const wanted = await bench.oracle.rows(sql, types);
          if (wanted === undefined) continue;
          admitted.push(what);
          const texts = (rows: Literal[][]) => rows.map((row) => show(row.map((value) => (typeof value === 'bigint' ? String(value) : value === 0 ? 0 : typeof value === 'string' ? value.replace(/^\ufeff/, '') : value)))).sort();
          expect(texts(await collect(bench, snapshot, query, signal())), query.text).toEqual(texts(wanted));
        }
      }
    } finally {
      await snapshot.close();
    }
    for (const wanted of bench.spec.mustNest ?? []) expect(admitted).toContain(wanted);
  });

  it('joins two tables only where it does so exactly', async () => {
    const snapshot = await bench.source.open(signal());
    const int64: Type = { kind: 'int', bits: 64, signed: true };
    const admitted: string[] = [];
    try {
      for (const { name, type } of bench.seeded.extremes.columns.filter((column) => column.type.kind !== 'json')) {
        const right: Rel = { kind: 'scan', table: bench.table('extremes'), columns: scan(bench, 'extremes', name === 'id' ? ['id'] : ['id', name]).columns.map(({ id, column }) => ({ id: `r_${id}`, column })) };
        const [id, rightId] = [reference({ name: 'id', type: int64 }), reference({ name: 'r_id', type: int64 })];
        const filtered: Rel = { kind: 'filter', input: right, conjuncts: [{ kind: 'compare', op: '<', left: rightId, right: literal(9n, int64) }] };
        const on: Expr[] = [{ kind: 'compare', op: '=', left: reference({ name, type }), right: reference({ name: `r_${name}`, type }) }];
        for (const join of ['inner', 'left', 'semi', 'anti'] as const) {
          const both = join === 'inner' || join === 'left';
          const columns = [{ id: 'l', expr: id }, ...(both ? [{ id: 'r', expr: rightId }] : []), ...(both && name !== 'id' ? [{ id: 'v', expr: reference({ name: `r_${name}`, type }) }] : [])];
          const rel: Rel = { kind: 'project', input: { kind: 'join', type: join, left: scan(bench, 'extremes', name === 'id' ? ['id'] : ['id', name]), right: filtered, on }, columns };
          if (dialect().accepts(rel) !== true) continue;
          const query = dialect().compile(rel);
          const few = `(SELECT id AS r_id, "${name}" AS v FROM extremes WHERE id < 9)`;
          const sql = both ? `SELECT id, r_id${name === 'id' ? '' : ', v'} FROM extremes ${join} JOIN ${few} ON "${name}" = v` : `SELECT id FROM extremes WHERE ${join === 'anti' ? 'NOT ' : ''}EXISTS (FROM ${few} WHERE "${name}" = v)`;
          const wanted = await bench.oracle.rows(sql, both ? [int64, int64, type] : [int64]);
          admitted.push(`${join} by ${name}`);
          const texts = (rows: Literal[][]) => rows.map((row) => show(row.map((value) => (typeof value === 'bigint' ? String(value) : value === 0 ? 0 : typeof value === 'string' ? value.replace(/^\ufeff/, '') : value)))).sort();
          expect(texts(await collect(bench, snapshot, query, signal())), query.text).toEqual(texts(wanted!));
        }
      }
    } finally {
      await snapshot.close();
    }
    for (const wanted of bench.spec.mustJoin ?? []) expect(admitted).toContain(wanted);
  });

  it('computes functions of dates only where it does so exactly', async () => {
    const snapshot = await bench.source.open(signal());
    const int64: Type = { kind: 'int', bits: 64, signed: true };
    const text: Type = { kind: 'text' };
    const instant: Type = { kind: 'timestamp', zoned: false, unit: 'us' };
    try {
      for (const { name, type } of bench.seeded.extremes.columns.filter((column) => column.type.kind === 'date' || column.type.kind === 'timestamp')) {
        const of = reference({ name, type });
        const calls: Expr[] = [
          ...['year', 'month', 'day'].map((field): Expr => ({ kind: 'call', name: field, args: [of], type: int64 })),
          ...['year', 'quarter', 'month', 'week', 'day', 'hour'].map((unit): Expr => ({ kind: 'call', name: 'date_trunc', args: [literal(unit, text), of], type: instant })),
        ];
        for (const call of calls) {
          const rel: Rel = { kind: 'project', input: scan(bench, 'extremes', ['id', name]), columns: [{ id: 'id', expr: reference({ name: 'id', type: int64 }) }, { id: 'f', expr: call }] };
          if (dialect().accepts(rel) !== true) continue;
          const query = dialect().compile(rel);
          const wanted = await bench.oracle.rows(`SELECT id, ${exprSql(call)} FROM extremes`, [int64, (call as { type: Type }).type]);
          const texts = (rows: Literal[][]) => rows.map((row) => show(row.map(String))).sort();
          expect(texts(await collect(bench, snapshot, query, signal())), query.text).toEqual(texts(wanted ?? []));
        }
      }
    } finally {
      await snapshot.close();
    }
  });

  it('refuses a limit above a filter that it answers roughly', () => {
    const d: Dialect = dialect();
    const { columns } = bench.seeded.extremes;
    const input = scan(bench, 'extremes');
    for (const conjunct of conditions(columns, holds)) {
      if (d.filter(conjunct, input) !== 'superset') continue;
      const rel: Rel = { kind: 'sortLimit', input: { kind: 'filter', input, conjuncts: [conjunct] }, keys: [], limit: 1 };
      expect(d.accepts(rel), exprSql(conjunct)).not.toBe(true);
    }
  });
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function show(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) => (typeof v === 'bigint' ? `${v}n` : typeof v === 'number' ? `${Object.is(v, -0) ? '-0' : v}` : v)) ?? '';
}

