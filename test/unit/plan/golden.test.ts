import { describe, expect, test } from 'vitest';
import type { Dialect, Exactness } from '../../../connectors/contract.js';
import { explainPlan } from '../../../src/plan/explain.js';
import { makePlan } from '../../../src/plan/index.js';
import type { Plan } from '../../../src/plan/index.js';
import { checkStatement } from '../../../src/sql/index.js';
import { fakeCatalog, fakeDialect, scansOnly } from './fake-stores.js';
import type { Temper } from './fake-stores.js';

async function planOf(sql: string, temper: Partial<Temper> = {}): Promise<Plan> {
  const dialect: Dialect = fakeDialect({ ...scansOnly, ...temper });
  const statement = await checkStatement(sql, fakeCatalog, { instant: '2026-01-01T00:00:00Z', timezone: 'UTC' });
  return makePlan(statement, fakeCatalog, () => dialect);
}

/** What counts, in a line a fragment. */
function brief({ fragments, shipments, unread }: Plan): string[] {
  return [
    ...fragments.map((f) => `${f.id} ${f.service}.${f.table.name} [${f.columns.map((c) => c.name).join(' ')}] ${f.pushed.join(' & ')}`.trim()),
    ...shipments.map((s) => `${s.from} -> ${s.to} ${s.because}`),
    ...(unread ?? []).map((table) => `unread ${table.service}.${table.name}`),
  ];
}

describe('columns, filters and limits of one table', () => {
  test.each<[string, string[]]>([
    ['SELECT label FROM north.alpha WHERE amount > 2 AND flag', ['f1 north.alpha [label amount flag] amount > 2.00 & flag']],
    ['SELECT count(*) FROM north.alpha', ['f1 north.alpha [flag]']],
    ['SELECT * FROM north.beta LIMIT 3 OFFSET 2', ['f1 north.beta [id alpha_id label at] LIMIT 5']],
    ['SELECT id FROM north.beta ORDER BY label DESC, 1 LIMIT 2', ['f1 north.beta [id label] ORDER BY label DESC NULLS LAST, id NULLS LAST & LIMIT 2']],
    ['SELECT label AS a, label AS b, id FROM north.beta ORDER BY 1 DESC, 2, 3 LIMIT 2', ['f1 north.beta [id label] ORDER BY label DESC NULLS LAST, id NULLS LAST & LIMIT 2']],
    ['SELECT id FROM north.beta WHERE label IN (\'a\', \'b\') LIMIT 2', ["f1 north.beta [id label] label IN ('a', 'b') & LIMIT 2"]],
    ['SELECT DISTINCT label FROM north.beta LIMIT 2', ['f1 north.beta [label]']],
    ['SELECT label, count(*) FROM north.beta GROUP BY 1 ORDER BY 2 LIMIT 2', ['f1 north.beta [label]']],
    ['SELECT row_number() OVER (ORDER BY id) FROM north.beta LIMIT 2', ['f1 north.beta [id]']],
    ['SELECT id FROM north.beta LIMIT 50%', ['f1 north.beta [id]']],
    ['SELECT id FROM (SELECT * FROM north.beta USING SAMPLE 5) WHERE id = 3', ['f1 north.beta [id]']],
    ['SELECT id FROM north.beta WHERE random() < 0.5 LIMIT 2', ['f1 north.beta [id]']],
    ['SELECT unnest([id, alpha_id]) FROM north.beta LIMIT 2', ['f1 north.beta [id alpha_id]']],
    ['SELECT "Mixed" FROM west.delta WHERE "Mixed" BETWEEN 2 AND 4', ['f1 west.delta [Mixed] "Mixed" >= 2 & "Mixed" <= 4']],
    ["SELECT id FROM north.alpha WHERE label LIKE 'a_b%' OR upper(label) = 'X'", ["f1 north.alpha [id label] (label LIKE 'a_b%') OR (upper(label) = 'X')"]],
    ['SELECT * FROM (SELECT id, random() AS r FROM north.beta) WHERE r < 0.5 LIMIT 2', ['f1 north.beta [id]']],
    ["SELECT b.id, j.key FROM north.beta b, json_each(b.label) j WHERE b.id = 3", ['f1 north.beta [id label] id = 3']],
    ['SELECT b.id FROM north.beta b, range(b.alpha_id) r(i) WHERE b.id = 3 LIMIT 2', ['f1 north.beta [id alpha_id] id = 3']],
    ['SELECT b.id FROM range(5) r(i) JOIN north.beta b ON b.id = r.i', ['f1 north.beta [id]']],
    ["SELECT list_transform([id], x -> x + alpha_id) FROM north.beta WHERE label = 'a'", ["f1 north.beta [id alpha_id label] label = 'a'"]],
    ['SELECT string_agg(label, \',\' ORDER BY "at") FROM north.beta', ['f1 north.beta [label at]']],
    ['SELECT sum(id) FILTER (WHERE label IS NULL) OVER (ORDER BY "at" ROWS alpha_id PRECEDING) FROM north.beta', ['f1 north.beta [id alpha_id label at]']],
    ['SELECT id FROM (SELECT id, label FROM north.beta UNION ALL SELECT 1, NULL) LIMIT 2', ['f1 north.beta [id]']],
    ['WITH RECURSIVE r AS (SELECT id FROM north.beta WHERE label IS NULL UNION ALL SELECT r.id + 1 FROM r WHERE r.id < 9) SELECT count(*) FROM r', ['f1 north.beta [id label] label IS NULL']],
    ['SELECT 1 FROM north.alpha WHERE false', ['unread north.alpha']],
    ['SELECT * FROM north.alpha LIMIT 0', ['unread north.alpha']],
  ])('%s', async (sql, expected) => {
    expect(brief(await planOf(sql))).toEqual(expected);
  });

  test('a limit is not pushed below a filter that is only a superset', async () => {
    const { fragments } = await planOf('SELECT id FROM north.beta WHERE id > 1 LIMIT 2', { filter: () => 'superset' });
    expect(fragments[0]).toMatchObject({ pushed: ['id > 1'], kept: [{ what: 'LIMIT 2', reason: 'a filter below it is applied locally' }] });
  });

  test('what a store refuses is kept with its reason, and the limit with it', async () => {
    const filter = (text: string): Exactness => (text.includes('label') ? 'no' : 'exact');
    const { fragments } = await planOf("SELECT id FROM north.beta WHERE id > 1 AND label = 'a' ORDER BY id LIMIT 2", { filter });
    expect(fragments[0]!.pushed).toEqual(['id > 1']);
    expect(fragments[0]!.kept.map(({ what }) => what)).toEqual(["label = 'a'", 'ORDER BY and LIMIT 2']);
  });

  test('a limit whose order the store does not keep stays', async () => {
    const { fragments } = await planOf('SELECT id FROM north.beta ORDER BY label LIMIT 2', { sorts: () => false });
    expect(fragments[0]).toMatchObject({ pushed: [], kept: [{ what: 'ORDER BY and LIMIT 2', reason: 'it is in no mood for this' }] });
  });

  test('the staged table declares every column, so that stars and USING bind as planned', async () => {
    const { fragments } = await planOf('SELECT count(*) FROM north.beta JOIN north.alpha USING (id)');
    expect(fragments.map((f) => [f.columns.length, f.declared!.map((column) => column.name)])).toEqual([
      [1, ['id', 'alpha_id', 'label', 'at']],
      [1, ['id', 'ref', 'label', 'amount', 'flag', 'day']],
    ]);
  });
});

describe('a table that occurs several times is read once', () => {
  test.each<[string, string[]]>([
    ['SELECT * FROM (SELECT id FROM north.beta WHERE id = 1 UNION ALL SELECT alpha_id FROM north.beta WHERE alpha_id = 2)', ['f1 north.beta [id alpha_id] (id = 1) OR (alpha_id = 2)']],
    ['SELECT a.id FROM north.beta a, north.beta b WHERE a.id > 3 AND b.alpha_id IS NULL AND a.id = b.id', ['f1 north.beta [id alpha_id] id > 3']],
    ['SELECT id FROM north.beta WHERE id > 3 UNION ALL SELECT alpha_id FROM north.beta', ['f1 north.beta [id alpha_id]']],
    ["SELECT id FROM north.beta WHERE label = 'a' AND id > 3 UNION ALL SELECT id FROM north.beta WHERE label = 'a'", ["f1 north.beta [id label] label = 'a'"]],
    ['(SELECT id FROM north.beta LIMIT 1) UNION ALL (SELECT id FROM north.beta LIMIT 2)', ['f1 north.beta [id]']],
  ])('%s', async (sql, expected) => {
    expect(brief(await planOf(sql))).toEqual(expected);
  });
});

describe('keys', () => {
  const [alpha, gamma, delta] = ['north.alpha', 'south.gamma', 'west.delta'];
  test.each<[string, string[]]>([
    [`SELECT a.label FROM ${alpha} a JOIN ${gamma} g ON a.id = g.id`, ['f1 -> f2 south.gamma.id = north.alpha.id (inner join)', 'f2 -> f1 north.alpha.id = south.gamma.id (inner join)']],
    [`SELECT a.label, g.amount FROM ${alpha} a LEFT JOIN ${gamma} g ON a.id = g.id`, ['f1 -> f2 south.gamma.id = north.alpha.id (left join)']],
    [`SELECT a.label, g.amount FROM ${alpha} a FULL JOIN ${gamma} g ON a.id = g.id`, []],
    [`SELECT label FROM ${alpha} WHERE id IN (SELECT id FROM ${gamma})`, ['f1 -> f2 south.gamma.id = north.alpha.id (IN or EXISTS)', 'f2 -> f1 north.alpha.id = south.gamma.id (IN or EXISTS)']],
    [`SELECT label FROM ${alpha} a WHERE NOT EXISTS (SELECT 1 FROM ${gamma} g WHERE g.id = a.id)`, ['f1 -> f2 south.gamma.id = north.alpha.id (NOT EXISTS)']],
    [`SELECT label FROM ${alpha} WHERE id NOT IN (SELECT id FROM ${gamma})`, []],
    [`SELECT a.label FROM ${alpha} a JOIN (SELECT id FROM ${gamma} ORDER BY amount LIMIT 5) g ON a.id = g.id`, ['f2 -> f1 north.alpha.id = south.gamma.id (inner join)']],
    [`SELECT a.label FROM ${alpha} a JOIN (SELECT id, count(*) n FROM ${gamma} GROUP BY id) g ON a.id = g.id`, ['f1 -> f2 south.gamma.id = north.alpha.id (inner join)', 'f2 -> f1 north.alpha.id = south.gamma.id (inner join)']],
    [`SELECT a.label FROM ${alpha} a JOIN (SELECT max(id) id FROM ${gamma}) g ON a.id = g.id`, []],
    [`SELECT a.label, n FROM ${alpha} a LEFT JOIN (SELECT id, rank() OVER (ORDER BY day) n FROM ${gamma}) g ON a.id = g.id`, []],
    [`SELECT a.label, n FROM ${alpha} a LEFT JOIN (SELECT id, rank() OVER (PARTITION BY id ORDER BY day) n FROM ${gamma}) g ON a.id = g.id`, ['f1 -> f2 south.gamma.id = north.alpha.id (left join)']],
    [`SELECT a.label FROM ${alpha} a LEFT JOIN ${delta} d ON CAST(d.id AS VARCHAR) = a.label`, ['f1 -> f2 west.delta.id = north.alpha.label (left join)']],
    [`SELECT a.label FROM ${alpha} a LEFT JOIN ${delta} d ON upper(d.key) = a.label`, []],
    [`SELECT a.label, (SELECT max(amount) FROM ${gamma} g WHERE g.id = a.id) FROM ${alpha} a`, ['f2 -> f1 south.gamma.id = north.alpha.id (left join)']],
    [`SELECT a.id FROM ${alpha} a JOIN ${gamma} g ON a.label IS NOT DISTINCT FROM g.other`, []],
    [`SELECT a.id FROM ${alpha} a JOIN ${gamma} g ON a.id IS NOT DISTINCT FROM g.id`, ['f1 -> f2 south.gamma.id = north.alpha.id (inner join)', 'f2 -> f1 north.alpha.id = south.gamma.id (inner join)']],
    [`SELECT d.id FROM (SELECT g.id FROM ${alpha} a LEFT JOIN ${gamma} g ON a.ref = g.id AND g.id IS NOT NULL) x JOIN ${delta} d ON d.id IS NOT DISTINCT FROM x.id`, ['f1 -> f2 south.gamma.id = north.alpha.ref (left join)']],
    [`WITH c AS MATERIALIZED (SELECT id FROM ${gamma}) SELECT a.label FROM ${alpha} a JOIN c ON c.id = a.id JOIN c d ON d.id = a.ref`, ['f1 -> f2 north.alpha.id = south.gamma.id (inner join)', 'f1 -> f2 north.alpha.ref = south.gamma.id (inner join)']],
    [`SELECT a.id FROM ${alpha} a JOIN ${gamma} g ON a.id = g.id JOIN ${gamma} h ON h.id = a.ref`, ['f2 -> f1 north.alpha.id = south.gamma.id (inner join)', 'f2 -> f1 north.alpha.ref = south.gamma.id (inner join)']],
  ])('%s', async (sql, expected) => {
    const plan = await planOf(sql);
    expect(brief({ ...plan, fragments: [] }).sort()).toEqual(expected.sort());
  });

  test('keys come from rows that the statement keeps, cast to the column that they look up', async () => {
    const { shipments } = await planOf(`SELECT g.label FROM ${alpha} a LEFT JOIN ${delta} d ON CAST(d.id AS VARCHAR) = a.label JOIN ${gamma} g ON g.id = a.id WHERE a.amount > 1 AND upper(a.label) <> 'X'`, { filter: () => 'no' });
    const toDelta = shipments.find(({ column, because }) => column === 'id' && because.startsWith('west'))!;
    expect(toDelta).toMatchObject({
      keyType: { kind: 'int', bits: 64 },
      keySql: `SELECT TRY_CAST("label" AS BIGINT) AS "key" FROM "north"."alpha" WHERE TRY_CAST("label" AS BIGINT) IS NOT NULL AND ("amount" > 1.00)`,
    });
  });

  test('a column that the store will not look up by is kept with the reason', async () => {
    const { fragments, shipments } = await planOf(`SELECT a.label FROM ${alpha} a JOIN ${gamma} g ON a.id = g.id`, { keys: () => false });
    expect(shipments).toEqual([]);
    expect(fragments[0]!.kept).toEqual([{ what: 'keys for north.alpha.id = south.gamma.id (inner join)', reason: 'it wants no keys' }]);
  });
});

describe('explain', () => {
  test('native queries, what is kept and why, keys, and what is not read', async () => {
    const plan = await planOf('SELECT a.label FROM north.alpha a JOIN south.gamma g ON a.id = g.id WHERE a.flag AND EXISTS (SELECT 1 FROM west.delta WHERE false) IS NOT NULL');
    const decisions = plan.shipments.map(({ from, to }) => ({ from, to, sourceRows: 10, keys: 5, targetRows: 1_000_000, breakEven: 250_000, chosen: 'keys', why: 'so' }) as const);
    expect(explainPlan(plan, fakeCatalog, () => fakeDialect(scansOnly), decisions)).toMatchObject({
      kind: 'explain',
      fragments: [
        { id: 'f1', service: 'north', store: 'fake', table: 'north.alpha', native: 'SELECT "id", "label", "flag" FROM "full north"."alpha" WHERE ("flag")', estimatedRows: 500_000, pushed: ['flag'], kept: [] },
        { id: 'f2', native: 'SELECT "id" FROM "full south"."gamma"', estimatedRows: 1_000_000 },
      ],
      shipments: [{ from: 'f2', to: 'f1', decision: { sourceRows: 10, breakEven: 250_000, chosen: 'keys' } }, { from: 'f1', to: 'f2' }],
      local: expect.arrayContaining([{ what: 'inner join ON north.alpha.id = south.gamma.id', reason: 'its sides are of different stores: north, south' }]) as unknown,
      warnings: ['west.delta is not read: its rows cannot change the result.'],
    });
  });
});

describe('aggregates and limits above them', () => {
  const all: Partial<Temper> = { computes: () => true };
  test.each<[string, string[]]>([
    ['SELECT count(*) FROM north.alpha', ['f1 north.alpha [p1.0] count()']],
    ['SELECT DISTINCT label FROM north.beta LIMIT 2', ['f1 north.beta [p1.0] DISTINCT label & LIMIT 2']],
    ['SELECT label, count(*) FROM north.beta WHERE id > 3 GROUP BY 1 ORDER BY 2 LIMIT 2', ['f1 north.beta [p3.0 p3.1] id > 3 & count() GROUP BY label & ORDER BY count() NULLS LAST & LIMIT 2']],
    ['SELECT label, count(*) n FROM north.beta GROUP BY 1 HAVING n > 2', ['f1 north.beta [p0.0 p1.0] count() GROUP BY label & count() > 2']],
    ['SELECT g.day, n FROM south.gamma g JOIN (SELECT ref, count(*) n FROM north.alpha GROUP BY 1) a ON a.ref = g.id', [
      'f1 south.gamma [id day]', 'f2 north.alpha [p0.0 p1.0] count() GROUP BY ref',
      'f1 -> f2 north.alpha.ref = south.gamma.id (inner join)', 'f2 -> f1 south.gamma.id = north.alpha.ref (inner join)',
    ]],
    ["SELECT count(*) FROM north.alpha a, south.gamma g WHERE a.id = g.id AND a.label = 'x'", [
      "f1 north.alpha [id] label = 'x'",
      'f2 south.gamma [id part.p1.0] count() GROUP BY id',
      'f1 -> f2 south.gamma.id = north.alpha.id (inner join)',
      'f2 -> f1 north.alpha.id = south.gamma.id (inner join)',
    ]],
    ['SELECT a.label, sum(g.id), min(g.day), max(a.amount) FROM north.alpha a LEFT JOIN south.gamma g ON a.id = g.id GROUP BY 1', [
      'f1 north.alpha [id label amount]',
      'f2 south.gamma [id part.p1.0 part.p1.1] sum(id), min(day) GROUP BY id',
      'f1 -> f2 south.gamma.id = north.alpha.id (left join)',
    ]],
    ['SELECT a.label, sum(g.id), sum(a.amount) FROM north.alpha a JOIN south.gamma g ON a.id = g.id GROUP BY 1', [
      'f1 north.alpha [id label amount]',
      'f2 south.gamma [id]',
      'f1 -> f2 south.gamma.id = north.alpha.id (inner join)',
      'f2 -> f1 north.alpha.id = south.gamma.id (inner join)',
    ]],
    ['SELECT a.label, sum(coalesce(g.id, 1)) FROM north.alpha a LEFT JOIN south.gamma g ON a.id = g.id GROUP BY 1', [
      'f1 north.alpha [id label]',
      'f2 south.gamma [id]',
      'f1 -> f2 south.gamma.id = north.alpha.id (left join)',
    ]],
    ['SELECT label FROM north.beta WHERE alpha_id IN (SELECT id FROM south.gamma)', [
      'f1 north.beta [alpha_id label]',
      'f2 south.gamma [id] DISTINCT id',
      'f1 -> f2 south.gamma.id = north.beta.alpha_id (IN or EXISTS)',
      'f2 -> f1 north.beta.alpha_id = south.gamma.id (IN or EXISTS)',
    ]],
    ['SELECT string_agg(label, \',\') FROM north.beta', ['f1 north.beta [label]']],
    ['SELECT label, count(*) n, lag(count(*)) OVER (ORDER BY label) FROM north.beta GROUP BY 1', ['f1 north.beta [p0.0 p1.0 p3.0] count() GROUP BY label & lag(count()) OVER (ORDER BY label NULLS LAST)']],
    // A column that only its own store looks at stays there.
    ["SELECT label FROM north.alpha WHERE amount > 2 AND flag", ['f1 north.alpha [label] amount > 2.00 & flag']],
    ['SELECT label FROM north.beta b WHERE EXISTS (SELECT * FROM south.gamma g WHERE g.id = b.alpha_id AND g.other <> b.label)', [
      'f1 north.beta [alpha_id label]',
      'f2 south.gamma [id other] id IS NOT NULL & other IS NOT NULL & DISTINCT id, other',
      'f1 -> f2 south.gamma.id = north.beta.alpha_id (IN or EXISTS)',
      'f2 -> f1 north.beta.alpha_id = south.gamma.id (IN or EXISTS)',
    ]],
    // DuckDB keeps these as dependent joins, since the outer rows are filtered.
    ['SELECT label FROM north.alpha a WHERE amount > 2 AND EXISTS (SELECT * FROM north.beta b WHERE b.alpha_id = a.id AND b.at IS NOT NULL)', ['f1 north.alpha [label] amount > 2.00 & at IS NOT NULL & semi join of north.alpha, north.beta ON alpha_id = id']],
    ['SELECT label FROM north.alpha a WHERE amount > 2 AND NOT EXISTS (SELECT * FROM north.beta b WHERE b.alpha_id = a.ref AND b.label <> a.label)', ['f1 north.alpha [label] amount > 2.00 & anti join of north.alpha, north.beta ON alpha_id = ref AND label <> label']],
    ['SELECT id FROM north.beta WHERE id NOT IN (SELECT ref FROM north.alpha)', ['f1 north.beta [id] anti join of north.beta, north.alpha ON id = ref & anti join of north.beta, north.alpha, north.alpha ON ref IS NULL']],
    ['SELECT day FROM south.gamma WHERE id NOT IN (SELECT id FROM north.beta)', ['f1 south.gamma [id day]', 'f2 north.beta [id] DISTINCT id', 'f1 -> f2 north.beta.id = south.gamma.id (NOT EXISTS)']],
    // It would send a number with every row.
    ['SELECT id, rank() OVER (ORDER BY label) FROM north.beta', ['f1 north.beta [id label]']],
    ['SELECT id FROM north.beta QUALIFY rank() OVER (PARTITION BY alpha_id ORDER BY label DESC) <= 2', ['f1 north.beta [id] rank() OVER (PARTITION BY alpha_id ORDER BY label DESC NULLS LAST) & rank() <= 2']],
    ['SELECT id FROM north.beta WHERE id > 3 UNION SELECT ref FROM north.alpha', ['f1 north.beta [p3.0] id > 3 & UNION ALL of north.beta and north.alpha & DISTINCT id']],
    ["SELECT id, 'b' FROM north.beta UNION ALL SELECT ref, 'a' FROM north.alpha", ['f1 north.beta [p2.0 p2.1] UNION ALL of north.beta and north.alpha']],
    ['SELECT id FROM north.beta EXCEPT ALL SELECT id FROM south.gamma', ['f1 north.beta [id]', 'f2 south.gamma [id]']],
    ['WITH c AS (SELECT label, count(*) n FROM north.beta GROUP BY 1) SELECT g.id FROM c JOIN south.gamma g ON g.label = c.label WHERE n = (SELECT max(n) FROM c)', [
      'f1 north.beta [p0.0 p1.0] count() GROUP BY label',
      'f2 south.gamma [label id]',
      'f1 -> f2 south.gamma.label = north.beta.label (inner join)',
    ]],
    ['SELECT id FROM north.alpha a WHERE amount > (SELECT max(amount) FROM south.gamma g WHERE g.id <> a.id AND g.day = a.day)', [
      'f1 north.alpha [amount id day]',
      'f2 south.gamma [id day part.p4.0] max(amount) GROUP BY id, day',
      'f1 -> f2 south.gamma.day = north.alpha.day (inner join)',
    ]],
    ['SELECT label, count(*) FROM north.beta GROUP BY 1 HAVING count(*) NOT IN (SELECT id FROM south.gamma)', ['f1 north.beta [p0.0 p1.0] count() GROUP BY label', 'f2 south.gamma [id]']],
  ])('%s', async (sql, expected) => {
    expect(brief(await planOf(sql, all)).sort()).toEqual([...expected].sort());
  });

  test('of a scalar subquery with several rows DuckDB makes an error, over parts too', async () => {
    const looked = (inner: string) => planOf(`SELECT label, count(*), (SELECT ${inner} FROM south.gamma g WHERE g.id = max(b.id)) FROM north.beta b GROUP BY label`, all);
    expect((await looked('g.other')).residual.sql).toMatch(/\(SELECT struct_pack\(/);
    expect((await looked('max(g.other)')).residual.sql).not.toMatch(/struct_pack/);
  });

  test('where no SQL can be written over parts, each table says why it is read by itself', async () => {
    const { fragments } = await planOf('SELECT label, count(*) FROM (SELECT label, unnest([1, 2]) FROM north.beta WHERE id IN (SELECT ref FROM north.alpha)) GROUP BY 1', all);
    expect(fragments.map(({ kept }) => kept.at(-1))).toEqual(Array(2).fill({ what: 'aggregates and joins', reason: 'no SQL is written over parts for unnest' }));
  });

  test('a filter that the store answers roughly keeps the aggregate here, and says why', async () => {
    const { fragments } = await planOf('SELECT label, count(*) FROM north.beta WHERE id > 3 GROUP BY 1', { ...all, filter: () => 'superset' });
    expect(brief({ fragments, shipments: [] } as unknown as Plan)).toEqual(['f1 north.beta [id label] id > 3']);
  });
});
