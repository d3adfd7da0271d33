/** What MongoDB groups, and what becomes of it when documents drift away from the types that were sampled. A real server. */

import { Binary, Decimal128, Double, Int32, Long, MongoClient, ObjectId, type Collection, type Db, type Document } from 'mongodb';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connector } from '../../connectors/mongodb/index.js';
import type { FindPayload } from '../../connectors/mongodb/payload.js';
import { types, type Expr, type KeyBatch, type Literal, type Rel, type Scan } from '../../connectors/contract.js';
import { loadConfig } from '../../src/config/index.js';
import { openSession } from '../../src/session/index.js';
import type { Session } from '../../src/session/contract.js';
import { listening, servers } from '../support/servers.js';

const database = `groups_suite_${process.pid}`;
const up = await listening(servers.mongodb);
const admin = new MongoClient(servers.mongodb, { directConnection: true });
let folder: string;
let session: Session;
let db: Db;
let sales: Collection;

const signal = () => AbortSignal.timeout(60_000);
const uuid = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11';
const regions = ['north', 'south', 'North', 'é', ''];

function sale(n: number): Document {
  return {
    _id: new Int32(n),
    ...(n % 7 === 0 ? {} : { region: n % 11 === 0 ? null : regions[n % regions.length] }),
    units: n % 2 === 0 ? new Int32(n) : Long.fromBigInt(9_223_372_036_854_775_807n - BigInt(n)),
    price: Decimal128.fromString(`${n}.${n % 10}5`),
    rate: new Double(n / 3),
    buyer: { town: n % 3 === 0 ? 'x' : 'y', ...(n % 5 === 0 ? {} : { age: new Int32(n % 4) }) },
    sold: new Date(1_700_000_000_000 + n),
  };
}

async function both(sql: string): Promise<{ rows: readonly (readonly unknown[])[]; native: string }> {
  const answer = await session.sql(sql, { signal: signal(), limit: 0 });
  const scanned = await session.sql(sql, { signal: signal(), limit: 0, pushdown: 'scans' });
  const sorted = (rows: readonly (readonly unknown[])[]) => rows.map((row) => JSON.stringify(row)).sort();
  expect(sorted(answer.rows), sql).toEqual(sorted(scanned.rows));
  return { rows: answer.rows, native: answer.fragments.map(({ native }) => native).join('\n') };
}

/** The rows, or what was refused. */
function outcome(sql: string, pushdown: 'all' | 'scans'): Promise<unknown> {
  return session.sql(sql, { signal: signal(), limit: 0, pushdown }).then(
    ({ rows }) => rows.map((row) => JSON.stringify(row)).sort(),
    ({ code }: { code: string }) => code,
  );
}

describe.skipIf(!up && process.env['CI'] !== 'true')('groups in MongoDB', () => {
  beforeAll(async () => {
    await admin.connect();
    db = admin.db(database);
    await db.dropDatabase();
    sales = db.collection('sales');
    await sales.insertMany(Array.from({ length: 60 }, (_, i) => sale(i + 1)));
    await db.createCollection('none', { validator: { $jsonSchema: { bsonType: 'object', properties: { kind: { bsonType: 'string' }, n: { bsonType: 'long' } } } } });
    const towns = db.collection('towns');
    await towns.createIndex({ code: 1 });
    await towns.insertMany([{ code: 'x', name: 'Xanten', size: new Int32(3) }, { code: 'x', name: 'Xi', size: new Int32(5) }, { code: 'z', name: 'Zwolle', size: new Int32(5) }, { code: null, name: 'Nowhere', size: new Int32(1) }, { name: 'Nameless' }]);
    await db.collection<Document>('trips').insertMany(Array.from({ length: 40 }, (_, n): Document => ({ _id: new Int32(n), ...(n % 4 === 0 ? {} : { to: n % 4 === 1 ? null : n % 3 === 0 ? 'x' : 'q' }), units: new Int32(n) })));
    const places = db.collection<Document>('places');
    await places.insertMany(Array.from({ length: 300 }, (_, n): Document => ({ _id: new Int32(n), code: n === 7 ? uuid : `${n}`, size: new Int32(n % 9), price: Decimal128.fromString(`${n}.50`) })));
    await places.createIndex({ code: 1 });
    await places.createIndex({ price: 1 });
    folder = await mkdtemp(join(tmpdir(), 'aishell-groups-'));
    await writeFile(join(folder, 'aishell.yaml'), JSON.stringify({ services: { mo: { kind: 'mongodb', url: servers.mongodb, database } } }));
    session = await openSession({ config: await loadConfig({ cwd: folder, env: process.env }), refresh: true });
    await session.catalog(signal());
  });
  afterAll(async () => {
    await session?.close();
    if (up) await db.dropDatabase();
    await admin.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    'SELECT region, count(*), sum(units), min(price), max(sold), count(region) FROM mo.sales GROUP BY region',
    'SELECT count(*), sum(units), sum(price), min(units), max(region), count(rate), count(DISTINCT region) FROM mo.sales',
    'SELECT region, count(DISTINCT units), sum(price), max(price) FROM mo.sales GROUP BY region',
    'SELECT DISTINCT region, buyer.town FROM mo.sales',
    'SELECT buyer.town, buyer.age, sum(units) AS u FROM mo.sales WHERE price > 3 AND region <> \'south\' GROUP BY ALL',
    'SELECT region, sum(price) AS total FROM mo.sales GROUP BY region HAVING sum(price) > 200 AND count(*) > 2',
    'SELECT region, count(*) AS n FROM mo.sales WHERE region IS NOT NULL GROUP BY region ORDER BY region LIMIT 3',
    'SELECT units % 2, n FROM (SELECT units, count(*) AS n FROM mo.sales WHERE region LIKE \'n%\' GROUP BY units) WHERE n < 2',
    'SELECT n, count(*) FROM (SELECT region, count(*) AS n FROM mo.sales GROUP BY region) GROUP BY n',
    'SELECT count(*), sum(n), min(kind) FROM mo.none',
    'SELECT kind, count(*) FROM mo.none GROUP BY kind',
  ])('%s', async (sql) => {
    expect((await both(sql)).native).toMatch(/aggregate\(\[.*\$group/s);
  });

  it.each([
    'SELECT t.name, sum(s.units), count(*) FROM mo.trips s JOIN mo.towns t ON t.code = s."to" GROUP BY t.name',
    'SELECT s."to", count(t.name), count(*) FROM mo.trips s LEFT JOIN mo.towns t ON t.code = s."to" AND t.size > 3 GROUP BY 1',
    'SELECT s._id, t.name FROM mo.trips s JOIN mo.towns t ON t.code = s."to" WHERE t.size = 3 AND s.units > 5 ORDER BY s._id DESC LIMIT 2',
    'SELECT t.size, count(DISTINCT s."to") FROM mo.towns t JOIN mo.trips s ON t.code = s."to" WHERE t.name <> \'Xi\' GROUP BY 1',
    'SELECT s._id, s."to" FROM mo.trips s WHERE s."to" IN (SELECT code FROM mo.towns WHERE size = 3)',
    'SELECT s._id, s."to" FROM mo.trips s WHERE EXISTS (SELECT * FROM mo.towns t WHERE t.code = s."to") AND s.units > 5',
    'SELECT s._id, s."to" FROM mo.trips s WHERE NOT EXISTS (SELECT * FROM mo.towns t WHERE t.code = s."to" AND t.size > 3)',
    'SELECT s."to", count(*), min(s.units) FROM mo.trips s WHERE s."to" IN (SELECT code FROM mo.towns WHERE name <> \'Xi\') GROUP BY 1',
    'SELECT t.name FROM mo.towns t WHERE NOT EXISTS (FROM mo.towns o WHERE o.code = t.code AND o.size > 4)',
    'SELECT s._id FROM mo.trips s WHERE s."to" IN (SELECT code FROM mo.towns WHERE size = 3) AND NOT EXISTS (FROM mo.towns t WHERE t.code = s."to" AND t.size > 7)',
    'SELECT count(*), sum(s.units) FROM mo.trips s WHERE NOT EXISTS (FROM mo.towns t WHERE t.code = s."to") HAVING count(*) > 0',
    'SELECT s._id FROM mo.trips s WHERE s."to" IN (SELECT code FROM mo.towns) ORDER BY s._id DESC LIMIT 3',
  ])('%s', async (sql) => {
    expect((await both(sql)).native).toMatch(/aggregate\(\[.*\$lookup/s);
  });

  it.each<[string, Document]>([
    ['trips', { _id: new Int32(77), to: new ObjectId('0123456789abcdef01234567'), units: new Int32(1) }],
    ['trips', { _id: new Int32(77), to: 'x', units: new Double(2) }],
    ['towns', { _id: new Int32(77), code: new ObjectId('0123456789abcdef01234567'), name: 'Id', size: new Int32(1) }],
    ['towns', { _id: new Int32(77), code: 'x', name: 'Double', size: new Double(4) }],
  ])('joins rows alone once a document of %s has drifted', async (collection, document) => {
    await db.collection<Document>(collection).insertOne(document);
    try {
      const { native } = await both('SELECT s."to", count(*), sum(s.units), max(t.size) FROM mo.trips s JOIN mo.towns t ON t.code = s."to" GROUP BY 1');
      expect(native).not.toContain('$lookup');
    } finally {
      await db.collection<Document>(collection).deleteOne({ _id: document['_id'] });
    }
  });

  it.each<[string, Document]>([
    ['trips', { _id: new Int32(77), to: new ObjectId('0123456789abcdef01234567'), units: new Int32(1) }],
    ['trips', { _id: new Int32(77), to: ['x'], units: new Int32(1) }],
    ['towns', { _id: new Int32(77), code: new ObjectId('0123456789abcdef01234567'), name: 'Id', size: new Int32(1) }],
    ['towns', { _id: new Int32(77), code: 'nowhere', name: 'Double', size: new Double(4) }],
    ['towns', { _id: new Int32(77), code: 'nowhere', name: 'Text', size: 'large' }],
  ])('looks for partners among rows alone once a document of %s has drifted', async (collection, document) => {
    await db.collection<Document>('trips').insertOne({ _id: new Int32(78), to: 'nowhere', units: new Int32(1) } as Document);
    await db.collection<Document>(collection).insertOne(document);
    try {
      for (const not of ['', 'NOT ']) {
        const sql = `SELECT s._id, s."to" FROM mo.trips s WHERE ${not}EXISTS (FROM mo.towns t WHERE t.code = s."to" AND t.size > 3)`;
        // The scan has an answer, or names the field: the same with pushdown and without it.
        expect(await outcome(sql, 'all'), sql).toEqual(await outcome(sql, 'scans'));
      }
    } finally {
      await db.collection<Document>(collection).deleteOne({ _id: document['_id'] });
      await db.collection<Document>('trips').deleteOne({ to: 'nowhere' });
    }
  });

  it('finds documents by an index, and refuses one whose key is written in another type', async () => {
    const places = db.collection<Document>('places');
    const table = (await session.catalog(signal())).services[0]!.tables.find(({ name }) => name === 'places')!;
    const scan: Scan = { kind: 'scan', table, columns: table.columns.map((column) => ({ id: column.name, column })) };
    const equal = (name: string, value: Literal): Expr => {
      const { type } = table.columns.find((column) => column.name === name)!;
      return { kind: 'compare', op: '=', left: { kind: 'column', id: name, type }, right: { kind: 'literal', value, type } };
    };
    const plans = async (rel: Rel, keys?: KeyBatch) => {
      const { filters } = connector.dialect({ version: '8' }).compile(rel, keys).payload as FindPayload;
      return Promise.all(filters.map(async (filter) => JSON.stringify(await places.find(filter).explain('queryPlanner'))));
    };
    const filtered = (...conjuncts: Expr[]): Rel => ({ kind: 'filter', input: scan, conjuncts });
    const keys: KeyBatch = { column: '_id', type: types.int64, values: Array.from({ length: 1000 }, (_, n) => BigInt(n)) };
    for (const plan of [...(await plans(filtered(equal('_id', 5n)))), ...(await plans(filtered(equal('code', '12')))), ...(await plans(filtered(equal('price', '5.50')))), ...(await plans(scan, keys))]) {
      expect(plan).toContain('IXSCAN');
      expect(plan).not.toContain('COLLSCAN');
    }
    expect((await both("SELECT size FROM mo.places WHERE code = '12'")).rows).toEqual([['3']]);
    for (const [document, found] of [
      [{ _id: '5', code: 'new' }, '_id = 5'], [{ _id: new Int32(900), code: new Int32(12) }, "code = '12'"], [{ _id: new Int32(901), code: new Double(1.5) }, "code = '1.5'"],
      [{ _id: new Int32(902), code: new Binary(Buffer.from(uuid.replaceAll('-', ''), 'hex'), 4) }, `code IN ('${uuid}', 'z')`], [{ _id: new Int32(903), price: '9.5' }, 'price = 9.5'], [{ _id: new Int32(904), code: ['12'] }, "code = '12'"],
    ] as const) {
      await places.insertOne(document as Document);
      try {
        await expect(session.sql(`SELECT _id, code, price FROM mo.places WHERE ${found}`, { signal: signal() }), found).rejects.toMatchObject({ code: 'source.value', service: 'mo' });
        expect((await session.sql("SELECT size FROM mo.places WHERE code = '20'", { signal: signal() })).rows, found).toEqual([['2']]);
      } finally {
        await places.deleteOne({ _id: document._id } as Document);
      }
    }
  });

  it('reads one field as two columns', async () => {
    await both('SELECT count(a), count(b), sum(u), sum(v) FROM (SELECT region AS a, region AS b, units AS u, units AS v FROM mo.sales ORDER BY units LIMIT 30)');
    const { rows } = await both('SELECT x.a, x.b, y.n FROM (SELECT units AS a, units AS b FROM mo.sales ORDER BY units LIMIT 2) x JOIN (SELECT units, count(*) AS n FROM mo.sales GROUP BY 1) y ON y.units = x.a');
    expect(rows).toEqual([['2', '2', '1'], ['4', '4', '1']]);
  });

  it('averages by exact sums and counts', async () => {
    const answer = await both('SELECT region, avg(units), avg(price) FROM mo.sales GROUP BY region');
    expect(answer.native).toContain('$group');
  });

  it('leaves out the first of the groups that are sorted', async () => {
    const { rows } = await both('SELECT buyer.town AS t, count(*) AS n FROM mo.sales GROUP BY 1 ORDER BY n DESC LIMIT 1 OFFSET 1');
    expect(rows).toEqual([['x', '20']]);
  });

  it.each(['SELECT sum(rate) FROM mo.sales', 'SELECT avg(rate) FROM mo.sales', 'SELECT rate, count(*) FROM mo.sales GROUP BY rate'])('is not asked to compute %s', async (sql) => {
    expect((await both(sql)).native).not.toContain('$group');
  });

  it('is asked for rows alone once a document has drifted, which then have an answer', async () => {
    const drifts: Document[] = [
      { ...sale(101), units: new Double(3) },
      { ...sale(102), region: new ObjectId('0123456789abcdef01234567') },
      { ...sale(103), price: Decimal128.fromString('100000000000000000000000.25') },
    ];
    for (const drift of drifts) {
      await sales.insertOne(drift);
      try {
        for (const sql of [
          'SELECT region, sum(units), sum(price), count(*) AS n FROM mo.sales GROUP BY region ORDER BY n DESC, region LIMIT 2',
          'SELECT sum(units), min(region), sum(price) FROM mo.sales WHERE price > 0',
          'SELECT count(*) FROM (SELECT region, sum(units) AS u, sum(price) AS p FROM mo.sales GROUP BY region HAVING u > 5 OR p > 5)',
        ]) {
          const { native } = await both(sql);
          expect(native, JSON.stringify(drift)).not.toContain('$group');
        }
      } finally {
        await sales.deleteOne({ _id: drift['_id'] });
      }
    }
    expect((await both('SELECT sum(units), sum(price), min(region) FROM mo.sales')).native).toContain('$group');
  });

  it.each([
    ['text where numbers were', { units: 'many' }, 'SELECT region, sum(units) FROM mo.sales GROUP BY region HAVING count(*) > 1000'],
    ['a fraction where whole numbers were', { units: new Double(2.5) }, 'SELECT max(units) FROM mo.sales'],
    ['a number where text was', { region: new Int32(1) }, 'SELECT region, count(*) AS n FROM mo.sales GROUP BY region ORDER BY n DESC LIMIT 1'],
    ['NaN among decimals', { price: Decimal128.fromString('NaN') }, 'SELECT sum(price) FROM mo.sales'],
    ['a finer decimal', { price: Decimal128.fromString('0.125') }, 'SELECT sum(price) FROM mo.sales'],
    ['an array of them', { units: [new Int32(1)] }, 'SELECT count(*) FROM mo.sales WHERE units > 0'],
    ['text where a document was', { buyer: 'Bob' }, 'SELECT buyer.town, count(*) FROM mo.sales GROUP BY 1'],
    ['several documents where one was', { buyer: [{ town: 'x' }] }, 'SELECT count(DISTINCT buyer.town) FROM mo.sales'],
  ])('says that there is %s, as a scan does', async (_, drift, sql) => {
    await sales.insertOne({ ...sale(200), ...drift });
    try {
      await expect(session.sql(sql, { signal: signal(), limit: 0 })).rejects.toMatchObject({ code: 'source.value', service: 'mo' });
    } finally {
      await sales.deleteOne({ _id: new Int32(200) });
    }
  });
});
