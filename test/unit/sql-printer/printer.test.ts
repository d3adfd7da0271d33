import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, isReason, types, type AggregateCall, type CompareOp, type Expr, type Literal, type Rel, type Type } from '../../../connectors/contract.js';
import { my, pg, type Printed } from './tables.js';

const col = (id: string, type: Type): Expr => ({ kind: 'column', id, type });
const lit = (value: Literal, type: Type): Expr => ({ kind: 'literal', value, type });
const eq = (id: string, value: Literal, type: Type, op: CompareOp = '='): Expr => ({ kind: 'compare', op, left: col(id, type), right: lit(value, type) });
const filtered = ({ scan }: Printed, ...conjuncts: Expr[]): Rel => ({ kind: 'filter', input: { ...scan, columns: scan.columns.slice(0, 1) }, conjuncts });
const whole = ({ scan }: Printed, ...conjuncts: Expr[]): Rel => ({ kind: 'filter', input: scan, conjuncts });

const word = eq('word', "it's", types.text);
const opaque: Expr = { kind: 'call', name: 'soundex', args: [col('word', types.text)], type: types.boolean };

describe('native text', () => {
  it('binds values in PostgreSQL, and compares text order by bytes', () => {
    const query = pg.dialect.compile(whole(pg, word, eq('word', 'm', types.text, '>'), eq('at', 0n, types.timestamptz, '>='), eq('price', '1.50', decimal(12, 2), '<')));
    expect(query.text).toBe(
      'SELECT "n", "big", "price", "ratio", "word", "day", "at", "doc" FROM "public"."thing" WHERE "word" = $1::text AND "word" COLLATE "C" > $2::text AND "at" >= $3::timestamptz AND "price" < $4::numeric',
    );
    expect(query.params).toEqual(["it's", 'm', '1970-01-01 00:00:00+00', '1.50']);
  });

  it('asks MySQL by bytes, and by the column itself for its index', () => {
    const query = my.dialect.compile(filtered({ ...my, scan: { ...my.scan, columns: [my.scan.columns[4]!] } }, word));
    expect(query.text).toBe('SELECT `word` FROM `db`.`thing` WHERE (`word` = ? AND CAST(CONVERT(`word` USING utf8mb4) AS BINARY) = CAST(? AS BINARY))');
    expect(query.params).toEqual(["it's", "it's"]);
  });

  it('ships keys as one array to PostgreSQL', () => {
    const query = pg.dialect.compile(pg.scan, { column: 'word', type: types.text, values: ['a', 'b c', '"', 'NULL'] });
    expect(query.text).toMatch(/ WHERE "word" = ANY \(\$1::text\[\]\)$/);
    expect(query.params).toEqual(['{a,"b c","\\"","NULL"}']);
  });

  it('says where NULL sorts', () => {
    const rel = (input: Rel): Rel => ({ kind: 'sortLimit', input, keys: [{ expr: col('n', types.int32), descending: true, nullsFirst: false }], limit: 3, offset: 1 });
    expect(pg.dialect.compile(rel(pg.scan)).text).toMatch(/ ORDER BY "n" DESC NULLS LAST LIMIT 3 OFFSET 1$/);
    expect(my.dialect.compile(rel(my.scan)).text).toMatch(/ ORDER BY `n` DESC LIMIT 3 OFFSET 1$/);
  });

  it('quotes names that try to be more', () => {
    const evil = { ...pg.scan.columns[0]!, column: { ...pg.scan.columns[0]!.column, name: 'x"; DROP TABLE y; --' } };
    expect(pg.dialect.compile({ ...pg.scan, columns: [evil] }).text).toContain('"x""; DROP TABLE y; --"');
  });
});

describe('aggregates and joins as native text', () => {
  const other = (store: Printed): Printed['scan'] => ({ ...store.scan, columns: store.scan.columns.map((column) => ({ id: `o.${column.id}`, column: { ...column.column, indexed: true } })) });
  const count: AggregateCall = { id: 'c', name: 'count_star', args: [], distinct: false, type: types.int64 };
  const grouped = (input: Rel): Rel => ({ kind: 'aggregate', input, groups: [{ id: 'g', expr: col('word', types.text) }], aggregates: [count, { id: 's', name: 'sum', args: [col('n', types.int32)], distinct: false, type: types.int128 }] });
  const joined = (store: Printed, type: 'inner' | 'left' | 'anti'): Rel => ({
    kind: 'join', type, left: whole(store, eq('big', 1n, types.int64)), right: { kind: 'filter', input: other(store), conjuncts: [eq('o.n', 2n, types.int32)] },
    on: [{ kind: 'compare', op: '=', left: col('n', types.int32), right: col('o.n', types.int32) }],
  });
  const top = (input: Rel): Rel => ({ kind: 'sortLimit', input, keys: [{ expr: col('c', types.int64), descending: true, nullsFirst: false }, { expr: col('g', types.text), descending: false, nullsFirst: false }], limit: 5 });

  it('groups text by its bytes', () => {
    expect(pg.dialect.compile(top(grouped(pg.scan))).text).toBe(
      'SELECT ("word")::text, (count(*))::int8, (sum("n"))::numeric FROM "public"."thing" GROUP BY "word" ORDER BY count(*) DESC NULLS LAST, "word" COLLATE "C" ASC NULLS LAST LIMIT 5',
    );
    expect(my.dialect.compile(grouped(my.scan)).text).toBe(
      'SELECT MIN(`word`), CAST(COUNT(*) AS SIGNED), CAST(SUM(`n`) AS DECIMAL(65,0)) FROM `db`.`thing` GROUP BY `word` IS NULL, CAST(CONVERT(`word` USING utf8mb4) AS BINARY)',
    );
  });

  it('joins with the filters of either side where they belong', () => {
    const narrow = (rel: Rel): Rel => ({ kind: 'project', input: rel, columns: [{ id: 'p', expr: col('day', types.date) }] });
    expect(pg.dialect.compile(narrow(joined(pg, 'inner'))).text).toBe('SELECT "t0"."day" FROM "public"."thing" AS "t0" CROSS JOIN "public"."thing" AS "t1" WHERE "t0"."big" = $1::int8 AND "t1"."n" = $2::int8 AND "t0"."n" = "t1"."n"');
    const left = pg.dialect.compile(narrow(joined(pg, 'left')));
    expect(left.text).toBe('SELECT "t0"."day" FROM "public"."thing" AS "t0" LEFT JOIN "public"."thing" AS "t1" ON ("t0"."n" = "t1"."n") AND ("t1"."n" = $1::int8) WHERE "t0"."big" = $2::int8');
    expect(left.params).toEqual(['2', '1']);
    expect(my.dialect.compile(narrow(joined(my, 'anti'))).text).toBe(
      'SELECT `t0`.`day` FROM `db`.`thing` AS `t0` WHERE `t0`.`big` = CAST(? AS SIGNED) AND NOT EXISTS (SELECT 1 FROM `db`.`thing` AS `t1` WHERE (`t1`.`n` = CAST(? AS SIGNED)) AND (`t0`.`n` = `t1`.`n`))',
    );
  });

  it('ships keys to a column of a join, and below groups', () => {
    const keys = { column: 'n', type: types.int32, values: [1n, 2n] };
    expect(pg.dialect.compile(grouped(pg.scan), keys).text).toMatch(/FROM "public"."thing" WHERE "n" = ANY \(\$1::int8\[\]\) GROUP BY/);
    expect(pg.dialect.compile({ kind: 'project', input: joined(pg, 'inner'), columns: [] }, keys).text).toMatch(/ AND "t0"."n" = ANY \(\$3::int8\[\]\)$/);
  });

  it('no join that an index does not serve in MySQL', () => {
    const plain = (store: Printed): Rel => ({ kind: 'scan', table: store.scan.table, columns: store.scan.columns.map((column) => ({ ...column, id: `o.${column.id}` })) });
    const unindexed = (store: Printed): Rel => ({ ...joined(store, 'inner'), right: plain(store) }) as Rel;
    expect(my.dialect.accepts(unindexed(my))).toEqual({ reason: 'no index serves the join' });
    expect(pg.dialect.accepts(unindexed(pg))).toBe(true);
  });
});

describe.each([pg, my])('$name judges', (store) => {
  const judge = (expr: Expr) => store.dialect.filter(expr, store.scan);

  it('an AND by the parts that it can answer', () => {
    expect(judge({ kind: 'and', args: [word, eq('n', 1n, types.int32)] })).toBe('exact');
    expect(judge({ kind: 'and', args: [word, opaque] })).toBe('superset');
    expect(isReason(judge({ kind: 'or', args: [word, opaque] }))).toBe(true);
    expect(isReason(judge({ kind: 'not', arg: { kind: 'and', args: [word, opaque] } }))).toBe(true);
  });

  it('a NULL in a list only as a superset, and never below NOT', () => {
    const list: Expr = { kind: 'in', arg: col('n', types.int32), list: [lit(1n, types.int32), lit(null, types.int32)], negated: false };
    expect(judge(list)).toBe('superset');
    expect(isReason(judge({ ...list, negated: true }))).toBe(true);
  });

  it('no limit above a filter that it answers roughly', () => {
    const input: Rel = { kind: 'filter', input: store.scan, conjuncts: [{ kind: 'and', args: [word, opaque] }] };
    expect(store.dialect.accepts(input)).toBe(true);
    expect(isReason(store.dialect.accepts({ kind: 'sortLimit', input, keys: [], limit: 1 }))).toBe(true);
  });

  it('casts that could change a value, JSON and unknown functions as its reader\'s business', () => {
    expect(isReason(judge({ kind: 'compare', op: '=', left: { kind: 'cast', arg: col('word', types.text), type: types.int32, try: false }, right: lit(1n, types.int32) }))).toBe(true);
    expect(isReason(judge({ kind: 'compare', op: '=', left: col('doc', types.json), right: lit('{}', types.json) }))).toBe(true);
    expect(isReason(judge(opaque))).toBe(true);
    expect(isReason(judge({ kind: 'compare', op: '=', left: col('big', types.int64), right: lit(1.5, types.float64) }))).toBe(true);
  });

  it('what it does not compute exactly as not its own', () => {
    const aggregate = (name: string, of: Expr): Rel => ({ kind: 'aggregate', input: store.scan, groups: [], aggregates: [{ id: 'a', name, args: [of], distinct: false, type: types.float64 }] });
    expect(isReason(store.dialect.accepts({ kind: 'project', input: store.scan, columns: [{ id: 'p', expr: opaque }] }))).toBe(true);
    // Floating point adds up differently in another order, and DuckDB's average has an order of its own.
    expect(isReason(store.dialect.accepts(aggregate('sum', col('ratio', types.float64))))).toBe(true);
    expect(isReason(store.dialect.accepts(aggregate('avg', col('big', types.int64))))).toBe(true);
    expect(store.dialect.accepts({ ...aggregate('min', col('day', types.date)), aggregates: [{ id: 'a', name: 'min', args: [col('day', types.date)], distinct: false, type: types.date }] } as Rel)).toBe(true);
  });

  it('no aggregate above a filter that it answers roughly', () => {
    const input: Rel = { kind: 'filter', input: store.scan, conjuncts: [{ kind: 'and', args: [word, opaque] }] };
    const count: Rel = { kind: 'aggregate', input, groups: [], aggregates: [{ id: 'a', name: 'count_star', args: [], distinct: false, type: types.int64 }] };
    expect(isReason(store.dialect.accepts(count))).toBe(true);
    expect(store.dialect.accepts({ ...count, input: { ...input, conjuncts: [word] } })).toBe(true);
  });
});

const atoms: fc.Arbitrary<Expr> = fc.oneof(
  fc.tuple(fc.constantFrom<CompareOp>('=', '<>', '<', '<=', '>', '>=', 'is distinct from'), fc.string({ unit: 'binary' })).map(([op, text]) => eq('word', text, types.text, op)),
  fc.tuple(fc.constantFrom<CompareOp>('=', '<', 'is not distinct from'), fc.bigInt({ min: -(2n ** 127n), max: 2n ** 127n - 1n })).map(([op, n]) => eq('big', n, types.int128, op)),
  fc.double().map((x) => eq('ratio', x, types.float64, '>=')),
  fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n - 1n }).map((d) => eq('day', d, types.date, '>')),
  fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }).map((t) => eq('at', t, types.timestamptz, '<')),
  fc.tuple(fc.constantFrom('~~', '!~~', 'prefix', 'suffix', 'contains', 'regexp_matches'), fc.string()).map(
    ([name, text]): Expr => ({ kind: 'call', name, args: [col('word', types.text), lit(text, types.text)], type: types.boolean }),
  ),
  fc.array(fc.string(), { minLength: 1 }).map((list): Expr => ({ kind: 'in', arg: col('word', types.text), list: list.map((v) => lit(v, types.text)), negated: false })),
  fc.constant<Expr>({ kind: 'isNull', arg: col('doc', types.json), negated: true }),
  fc.constant(opaque),
);

const trees = fc.letrec<{ tree: Expr }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    atoms,
    fc.tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('tree'), { minLength: 1, maxLength: 3 })).map(([kind, args]): Expr => ({ kind, args })),
    tie('tree').map((arg): Expr => ({ kind: 'not', arg })),
  ),
})).tree;

describe.each([pg, my])('$name prints', (store) => {
  it('whatever it admitted, with every value a parameter and none in the text', () => {
    fc.assert(
      fc.property(fc.array(trees, { maxLength: 3 }), fc.option(fc.nat(5), { nil: undefined }), (conjuncts, limit) => {
        const admitted = conjuncts.filter((conjunct) => ['exact', 'superset'].includes(store.dialect.filter(conjunct, store.scan) as string));
        const input: Rel = { kind: 'filter', input: store.scan, conjuncts: admitted };
        const rel: Rel = limit === undefined ? input : { kind: 'sortLimit', input, keys: [], limit };
        if (store.dialect.accepts(rel) !== true) return;
        const { text, params } = store.dialect.compile(rel);
        const placeholders = text.match(store.name === 'postgres' ? /\$\d+/g : /\?/g) ?? [];
        expect(placeholders.length).toBe(params.length);
        // The only quoted texts are the printer's own: an empty ESCAPE, and MySQL's escape character.
        expect(text.replaceAll("ESCAPE ''", '').replaceAll("ESCAPE '|'", '')).not.toContain("'");
      }),
      { numRuns: 500, seed: 20 },
    );
  });
});
