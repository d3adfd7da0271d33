/** What the MongoDB connector makes of documents as they are in the wild: mixed, nested, hostile, drifting. On real servers. */

import { Binary, BSONRegExp, Code, Decimal128, Double, Int32, Long, MaxKey, MinKey, MongoClient, ObjectId, Timestamp, UUID, type CommandStartedEvent, type Db, type Document } from 'mongodb';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { types, typeName, type ConfigValue, type Expr, type Literal, type NativeQuery, type Rel, type Scan, type Snapshot, type Source, type Table, type TlsOptions, type Type } from '../../connectors/contract.js';
import { connector } from '../../connectors/mongodb/index.js';
import { settings } from '../../connectors/mongodb/settings.js';
import { MongoSnapshot } from '../../connectors/mongodb/snapshot.js';
import { StopRequests } from '../../connectors/sql/stop-requests.js';
import { CollectingSink } from '../support/collecting-sink.js';
import { listening, servers } from '../support/servers.js';
import { authorities } from './certificates.js';

const database = `documents_suite_${process.pid}`;
const up = await listening(servers.mongodb);
const signal = () => AbortSignal.timeout(60_000);
const dialect = connector.dialect({ version: '8' });
const admin = new MongoClient(servers.mongodb, { directConnection: true });
const secure = new URL(process.env['AISHELL_MONGODB_SECURE_URL'] ?? 'mongodb://aishell:aishell-test@127.0.0.1:17018/');
let db: Db;

async function withSource<T>(options: Record<string, ConfigValue>, work: (source: Source) => Promise<T>, tls?: TlsOptions): Promise<T> {
  const service = { name: 'docs', kind: 'mongodb', tags: {}, options, tls, baseDir: '/' };
  const source = await connector.connect(service, { tempDir: '/tmp', connectTimeoutMs: 5_000, log: () => {} }, signal());
  try {
    return await work(source);
  } finally {
    await source.close();
  }
}

const plain = (options: Record<string, ConfigValue> = {}) => ({ url: servers.mongodb, database, ...options });
const describeAll = (options: Record<string, ConfigValue> = {}) => withSource(plain(options), (source) => source.describe(signal()));

async function table(name: string, options: Record<string, ConfigValue> = {}): Promise<Table> {
  const found = (await describeAll(options)).tables.find((t) => t.name === name);
  expect(found, name).toBeDefined();
  return found!;
}

function scanOf(t: Table, names: readonly string[] = t.columns.map((c) => c.name)): Scan {
  return { kind: 'scan', table: t, columns: names.map((name) => ({ id: name, column: t.columns.find((c) => c.name === name)! })) };
}

async function readWith(source: Source, rel: Rel | NativeQuery): Promise<Literal[][]> {
  const query = 'kind' in rel ? dialect.compile(rel) : rel;
  const snapshot = await source.open(signal());
  const sink = new CollectingSink(query.columns);
  const stats = await snapshot.read(query, sink, signal());
  expect(stats.rows).toBe(sink.rows.length);
  expect(stats.proof).toBe('cursor id 0');
  await snapshot.close();
  return sink.rows;
}

const read = (rel: Rel | NativeQuery, options: Record<string, ConfigValue> = {}) => withSource(plain(options), (source) => readWith(source, rel));
const shown = (t: Table): Record<string, string> => Object.fromEntries(t.columns.map((c) => [c.name, typeName(c.type)]));
const typeOfColumn = (t: Table, name: string): Type => t.columns.find((c) => c.name === name)!.type;
const column = (t: Table, name: string): Expr => ({ kind: 'column', id: name, type: typeOfColumn(t, name) });
const constant = (value: Literal, type: Type): Expr => ({ kind: 'literal', value, type });
const compare = (op: Extract<Expr, { kind: 'compare' }>['op'], left: Expr, value: Literal, type: Type): Expr => ({ kind: 'compare', op, left, right: constant(value, type) });
const field = (outer: Expr, name: string, type: Type): Expr => ({ kind: 'call', name: 'struct_extract', args: [outer, constant(name, types.text)], type });

/** Ids of the documents that a pushed filter returns; `exact` is what the dialect must call it. */
async function matching(t: Table, exactness: 'exact' | 'superset', ...conjuncts: Expr[]): Promise<Literal[]> {
  const input = scanOf(t);
  for (const conjunct of conjuncts) expect(dialect.filter(conjunct, input), JSON.stringify(conjunct, (_k, v: unknown) => (typeof v === 'bigint' ? String(v) : v))).toBe(exactness);
  return (await read({ kind: 'filter', input, conjuncts })).map((row) => row[t.columns.findIndex((c) => c.name === '_id')]!).sort();
}

async function seed(name: string, documents: Document[], options: Document = {}): Promise<void> {
  await db.createCollection(name, options);
  if (documents.length > 0) await db.collection(name).insertMany(documents);
}

describe.skipIf(!up && process.env['CI'] !== 'true')('mongodb documents', () => {
  beforeAll(async () => {
    await admin.connect();
    db = admin.db(database);
    await db.dropDatabase();
  });

  afterAll(async () => {
    if (up) await db.dropDatabase();
    await admin.close();
  });

  it('types what goes together and makes JSON of what does not', async () => {
    await seed('mixture', [
      { _id: 1 as never, whole: new Int32(1), wide: Long.MAX_VALUE, number: new Int32(1), money: Decimal128.fromString('12.50'), id: new ObjectId('0123456789abcdef01234567'), ref: 'abc', any: 1, none: null, list: [1, 2], tags: [], deep: { a: 1, b: { c: 'x' } }, bytes: new Binary(Buffer.from([1, 2])), big: Long.fromBigInt(2n ** 53n + 1n) },
      { _id: 2 as never, whole: Long.fromNumber(2), wide: new Int32(2), number: new Double(2.5), money: new Int32(3), id: new ObjectId('fedcba987654321001234567'), ref: new ObjectId('0123456789abcdef01234567'), any: 'one', list: [3.5], deep: { a: 2, d: true }, bytes: new Binary(Buffer.alloc(16), 4), big: 0.5 },
      { _id: 3 as never, money: Decimal128.fromString('-0.125'), any: new Date(0), list: null },
    ]);
    const t = await table('mixture');
    expect(shown(t)).toEqual({
      _id: 'BIGINT', whole: 'BIGINT', wide: 'BIGINT', number: 'DOUBLE', money: 'DECIMAL(38,3)', id: 'VARCHAR', ref: 'VARCHAR', any: 'JSON', none: 'JSON',
      list: 'DOUBLE[]', tags: 'JSON[]', deep: 'STRUCT("a" BIGINT, "b" STRUCT("c" VARCHAR), "d" BOOLEAN)', bytes: 'BLOB', big: 'JSON',
    });
    expect(t.columns.find((c) => c.name === 'list')!.presence).toBeCloseTo(2 / 3);
    const rows = (await read(scanOf(t))).sort((a, b) => Number(a[0]) - Number(b[0]));
    expect(rows[0]!.map((value) => (value instanceof Uint8Array ? [...value] : value))).toEqual([
      1n, 1n, 2n ** 63n - 1n, 1, '12.500', '0123456789abcdef01234567', 'abc', '1', null, '[1,2]', '[]', '{"a":1,"b":{"c":"x"},"d":null}', [1, 2], '9007199254740993',
    ]);
    expect(rows[1]!.slice(1, 8)).toEqual([2n, 2n, 2.5, '3.000', 'fedcba987654321001234567', '0123456789abcdef01234567', '"one"']);
    expect(rows[1]![11]).toBe('{"a":2,"b":null,"d":true}');
    expect(rows[2]!.slice(1)).toEqual([null, null, null, '-0.125', null, null, '"1970-01-01T00:00:00Z"', null, null, null, null, null, null]);
  });

  it('nests values so that DuckDB casts them back without loss', async () => {
    await seed('nests', [
      {
        _id: 1 as never,
        s: { money: Decimal128.fromString('12345678901234567890123456.1234'), long: Long.MIN_VALUE, nan: NaN, minus: new Double(-0), when: new Date(951_782_400_123), early: new Date(-62_135_596_800_000), id: new Binary(Buffer.from('a0eebc999c0b4ef8bb6d6bb9bd380a11', 'hex'), 4), text: 'q"\\\n\u0001\0é😀', oid: new ObjectId('0123456789abcdef01234567'), raw: new Binary(Buffer.from([255])) },
        l: [{ n: 1, t: ['a', null] }, null, { n: 2 }],
      },
    ]);
    const t = await table('nests');
    const [row] = await read(scanOf(t, ['s', 'l']));
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(`SET TimeZone = 'UTC'`);
    const cast = async (value: Literal, type: Type) => (await connection.runAndReadAll(`SELECT CAST($1::JSON AS ${typeName(type)}) v`, [value as string])).getRowObjectsJson()[0]!['v'];
    expect(await cast(row![0]!, typeOfColumn(t, 's'))).toMatchObject({
      money: '12345678901234567890123456.1234', long: '-9223372036854775808', nan: 'NaN', when: '2000-02-29 00:00:00.123+00', early: '0001-01-01 00:00:00+00',
      id: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', text: 'q"\\\n\u0001\0é😀', oid: '0123456789abcdef01234567', raw: '{"$binary":{"base64":"/w==","subType":"00"}}',
    });
    expect(await cast(row![1]!, typeOfColumn(t, 'l'))).toEqual([{ n: '1', t: ['a', null] }, null, { n: '2', t: null }]);
  });

  it('writes types that only MongoDB has in its extended JSON', async () => {
    await seed('exotic', [
      { _id: 1 as never, v: new BSONRegExp('^a"b', 'i') }, { _id: 2 as never, v: new Timestamp({ t: 4_000_000_000, i: 7 }) }, { _id: 3 as never, v: new MinKey() }, { _id: 4 as never, v: new MaxKey() },
      { _id: 5 as never, v: new Code('f()', { x: 1 }) }, { _id: 6 as never, v: NaN }, { _id: 7 as never, v: new Binary(Buffer.from('hi'), 128) },
    ]);
    const t = await table('exotic');
    const values = new Map((await read(scanOf(t, ['_id', 'v']))).map(([id, v]) => [Number(id), JSON.parse(v as string) as unknown]));
    expect(Object.fromEntries(values)).toEqual({
      1: { $regularExpression: { pattern: '^a"b', options: 'i' } }, 2: { $timestamp: { t: 4_000_000_000, i: 7 } }, 3: { $minKey: 1 }, 4: { $maxKey: 1 },
      5: { $code: 'f()', $scope: { x: 1 } }, 6: 'NaN', 7: { $binary: { base64: 'aGk=', subType: '80' } },
    });
  });

  it('refuses a value that does not fit its column, and names the way out', async () => {
    await seed('drift', Array.from({ length: 40 }, (_, i) => ({ _id: i as never, n: i, s: { a: i }, when: new Date(i) })));
    const t = await table('drift');
    const put = (id: number, change: Document) => db.collection('drift').updateOne({ _id: id as never }, { $set: change });
    for (const [name, value, restored] of [['n', 'seven', 7], ['n', 7.5, 7], ['n', [7], 7], ['s', { a: 'x' }, { a: 7 }], ['s', 5, { a: 7 }]] as const) {
      await put(7, { [name]: value });
      await expect(read(scanOf(t, [name])), `${name} ${String(value)}`).rejects.toMatchObject({
        code: 'source.value', message: expect.stringContaining(name), remedy: expect.stringMatching(new RegExp(`--refresh.*sample.*types: \\{"drift": \\{"${name}": json\\}\\}`)),
      });
      await put(7, { [name]: restored });
    }
    await put(7, { n: 7.0 });
    expect((await read(scanOf(t, ['n']))).length).toBe(40);
    await put(7, { n: 'seven' });
    const declared = { types: { drift: { n: 'json' } } };
    expect((await read(scanOf(await table('drift', declared), ['n']), declared)).flat()).toContain('"seven"');
    const asText = { types: { drift: { n: 'text', when: 'text' } } };
    expect((await read(scanOf(await table('drift', asText), ['n']), asText)).flat()).toEqual(expect.arrayContaining(['seven', '8']));
    await put(7, { n: 7 });
  });

  it('loses no document to a comparison: one of another type makes the read say so', async () => {
    const t = await table('drift');
    const over = (op: '>' | '<' | '>=' | '<=' | '<>' | '=', value: bigint) => compare(op, column(t, 'n'), value, types.int64);
    expect((await matching(t, 'exact', over('>', 37n))).length).toBe(2);
    expect((await matching(t, 'exact', over('<>', 3n))).length).toBe(39);
    for (const stranger of ['text', true, new Date(0), { x: 1 }, [38], new MaxKey(), [1, null]]) {
      await db.collection('drift').updateOne({ _id: 3 as never }, { $set: { n: stranger } });
      for (const condition of [over('>', 37n), over('<', 2n), over('<>', 1n), { kind: 'isNull', arg: column(t, 'n'), negated: true } as Expr]) {
        await expect(matching(t, 'exact', condition), `${String(stranger)}`).rejects.toMatchObject({ code: 'source.value' });
      }
      const top: Rel = { kind: 'sortLimit', input: scanOf(t), keys: [{ expr: column(t, 'n'), descending: true, nullsFirst: false }], limit: 1 };
      expect(dialect.accepts(top)).toBe(true);
      // Whoever asked reads the rows alone then, and finds out whether the value is one that it can't use.
      await expect(read(top), `top-N with ${String(stranger)}`).rejects.toMatchObject({ code: 'source.inexact' });
    }
    await db.collection('drift').updateOne({ _id: 3 as never }, { $set: { n: 3 } });
    await db.collection('drift').updateOne({ _id: 3 as never }, { $set: { s: 'no document' } });
    await expect(matching(t, 'exact', compare('>', field(column(t, 's'), 'a', types.int64), 37n, types.int64))).rejects.toMatchObject({ code: 'source.value' });
    await db.collection('drift').updateOne({ _id: 3 as never }, { $set: { s: { a: 3 } } });
  });

  it('loses no document to an equality either', async () => {
    const id = new ObjectId();
    const at = new Date(5_000);
    const uuid = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11';
    const whole = { s: '12', n: 12, x: 0.5, m: Decimal128.fromString('0.10'), w: at, u: new UUID(uuid), b: true, p: { q: '12' } };
    await seed('equal', [{ _id: 1 as never, ...whole }, { _id: 2 as never, ...whole, s: 'other', n: 7, x: 1.5, m: Decimal128.fromString('7.00'), w: new Date(0), u: new UUID(), b: false, p: { q: '7' } }]);
    const t = await table('equal');
    const q = field(column(t, 'p'), 'q', types.text);
    const conditions: Record<string, { readonly arg: Expr; readonly value: Literal; readonly type: Type; readonly strangers: readonly unknown[] }> = {
      's': { arg: column(t, 's'), value: '12', type: types.text, strangers: [12, 12.5, true, ['12'], ['x'], { a: 1 }, new Date(0), Decimal128.fromString('12')] },
      'n': { arg: column(t, 'n'), value: 12n, type: types.int64, strangers: ['12', [12], [13], true, new Date(12)] },
      'x': { arg: column(t, 'x'), value: 0.5, type: types.float64, strangers: ['0.5', Decimal128.fromString('0.25'), [0.5]] },
      'm': { arg: column(t, 'm'), value: '0.10', type: typeOfColumn(t, 'm'), strangers: [0.2, '0.10'] },
      'w': { arg: column(t, 'w'), value: 5_000_000n, type: types.timestamptz, strangers: [at.toISOString(), 5_000] },
      'u': { arg: column(t, 'u'), value: uuid, type: types.uuid, strangers: [uuid, new Binary(Buffer.alloc(3))] },
      'b': { arg: column(t, 'b'), value: true, type: types.boolean, strangers: [1, 'true'] },
      'p.q': { arg: q, value: '12', type: types.text, strangers: [12] },
      'p': { arg: q, value: '12', type: types.text, strangers: ['no document', [{ q: '12' }]] },
    };
    for (const [path, { arg, value, type, strangers }] of Object.entries(conditions)) {
      const asked: Expr[] = [
        compare('=', arg, value, type), compare('is not distinct from', arg, value, type), compare('<>', arg, value, type),
        { kind: 'in', arg, list: [{ kind: 'literal', value, type }], negated: false },
        ...(path === 'p' ? [{ kind: 'isNull', arg, negated: false } as const] : []),
      ];
      for (const condition of asked.filter((c) => c.kind !== 'isNull')) expect(await matching(t, 'exact', condition), path).toEqual(condition.kind === 'compare' && condition.op === '<>' ? [2n] : [1n]);
      for (const stranger of strangers) {
        await db.collection('equal').updateOne({ _id: 2 as never }, { $set: { [path]: stranger } });
        for (const condition of asked) await expect(matching(t, 'exact', condition), `${path}: ${JSON.stringify(stranger)}`).rejects.toMatchObject({ code: 'source.value', message: expect.stringContaining(path.split('.')[0]!) });
        if (arg.kind === 'column') {
          const keys = dialect.compile(scanOf(t, ['_id', path]), { column: path, type, values: [value] });
          await expect(read(keys), `keys of ${path}`).rejects.toMatchObject({ code: 'source.value' });
        }
      }
      await db.collection('equal').replaceOne({ _id: 2 as never }, { ...whole, s: 'other', n: 7, x: 1.5, m: Decimal128.fromString('7.00'), w: new Date(0), u: new UUID(), b: false, p: { q: '7' } });
    }
    // An id instead of a string, and a string instead of an id, are read as text: they are found.
    await db.collection('equal').updateOne({ _id: 2 as never }, { $set: { s: id } });
    expect(await matching(t, 'exact', compare('=', column(t, 's'), id.toHexString(), types.text))).toEqual([2n]);
    expect(await matching(t, 'superset', compare('<', column(t, 's'), '0', types.text))).toEqual([2n]);
    await seed('ids', [{ _id: id }]);
    const ids = await table('ids');
    await db.collection('ids').insertOne({ _id: 'later' as never });
    expect(await matching(ids, 'exact', compare('=', column(ids, '_id'), 'later', types.text))).toEqual(['later']);
  });

  it('compares nothing where types are mixed, and NULL tests hold for all of them', async () => {
    await seed('mixed', [{ _id: 1 as never, v: 1 }, { _id: 2 as never, v: 'a' }, { _id: 3 as never, v: null }, { _id: 4 as never }, { _id: 5 as never, v: [1, null] }, { _id: 6 as never, v: [] }]);
    const t = await table('mixed');
    const v = column(t, 'v');
    for (const op of ['=', '<>', '<', '>='] as const) expect(dialect.filter(compare(op, v, '1', types.json), scanOf(t))).toHaveProperty('reason');
    expect(await matching(t, 'superset', { kind: 'isNull', arg: v, negated: false })).toEqual(expect.arrayContaining([3n, 4n]));
    expect(await matching(t, 'exact', { kind: 'isNull', arg: v, negated: true })).toEqual([1n, 2n, 5n, 6n]);
    expect(dialect.acceptsKeys('v', types.json, scanOf(t))).not.toBe(true);
  });

  it('finds ids by their text, and text and ids in one column by either', async () => {
    const [a, b] = [new ObjectId(), new ObjectId()];
    await seed('refs', [{ _id: a, to: b }, { _id: b, to: b.toHexString() }, { _id: new ObjectId(), to: 'plain' }]);
    const t = await table('refs');
    const by = (name: string, value: string) => matching(t, 'exact', compare('=', column(t, name), value, types.text));
    expect(await by('_id', a.toHexString())).toEqual([a.toHexString()]);
    expect(await by('_id', a.toHexString().toUpperCase())).toEqual([]);
    expect(await by('_id', 'not an id')).toEqual([]);
    expect((await by('to', b.toHexString())).length).toBe(2);
    expect(await matching(t, 'exact', compare('<>', column(t, '_id'), a.toHexString(), types.text))).not.toContain(a.toHexString());
    const keys = dialect.compile(scanOf(t, ['_id']), { column: '_id', type: types.text, values: [a.toHexString(), 'x', b.toHexString()] });
    expect((await read(keys)).flat().sort()).toEqual([a.toHexString(), b.toHexString()].sort());
    expect(keys.text).toContain(`{_id: {$in: ["${a.toHexString()}", ObjectId("${a.toHexString()}"), "x", "${b.toHexString()}", ObjectId("${b.toHexString()}")]}}`);
  });

  it('asks for fields inside of documents by their path', async () => {
    await seed('paths', [{ _id: 1 as never, p: { amount: 5, currency: 'EUR', 'a.b': 1, by: { name: 'Ada' } } }, { _id: 2 as never, p: { amount: 7, currency: 'USD' } }, { _id: 3 as never, p: null }, { _id: 4 as never }]);
    const t = await table('paths');
    const p = column(t, 'p');
    expect(await matching(t, 'exact', compare('=', field(p, 'CURRENCY', types.text), 'EUR', types.text))).toEqual([1n]);
    expect(await matching(t, 'exact', compare('>=', field(p, 'amount', types.int64), 6n, types.int64))).toEqual([2n]);
    expect(await matching(t, 'exact', compare('=', field(field(p, 'by', types.json), 'name', types.text), 'Ada', types.text))).toEqual([1n]);
    expect(await matching(t, 'exact', { kind: 'isNull', arg: field(p, 'currency', types.text), negated: false })).toEqual([3n, 4n]);
    expect(dialect.filter(compare('=', field(p, 'a.b', types.int64), 1n, types.int64), scanOf(t))).toHaveProperty('reason');
  });

  it('handles hostile field names', async () => {
    await admin.db(database).command({
      insert: 'hostile',
      documents: [new Map<string, unknown>([['_id', 1], ['a.b', 1], ['$set', 2], ['__proto__', 3], ['', 4], ['A', 5], ['a', 6], ['q"\'', 7], ['n\nl', 8], ['constructor', 9], ['unnamed', 10], ['\u202e', 11], ['0', 12]])],
    });
    const t = await table('hostile');
    const rows = await read(scanOf(t));
    expect(Object.fromEntries(t.columns.map((c, i) => [c.nativeName ?? c.name, rows[0]![i]]).filter(([name]) => name !== '__proto__'))).toEqual({
      _id: 1n, 'a.b': 1n, $set: 2n, '': 4n, A: 5n, a: 6n, 'q"\'': 7n, 'n\nl': 8n, constructor: 9n, unnamed: 10n, '\u202e': 11n, 0: 12n,
    });
    expect(rows[0]![t.columns.findIndex((c) => c.name === '__proto__')]).toBe(3n);
    expect(t.columns.every((c) => c.name !== '')).toBe(true);
    for (const name of ['a.b', '$set', '__proto__', 'unnamed_']) expect(dialect.filter(compare('=', column(t, name), 1n, types.int64), scanOf(t)), name).toHaveProperty('reason');
    for (const name of ['q"\'', 'n\nl', 'constructor', 'A', '0']) {
      const value = rows[0]![t.columns.findIndex((c) => c.name === name)]!;
      expect(await matching(t, 'exact', compare('=', column(t, name), value, types.int64)), name).toEqual([1n]);
      expect(await read(scanOf(t, [name]))).toEqual([[value]]);
    }
    const nested = { _id: 1 as never, s: { a: 1, A: 2 }, e: { '': 1 }, d: { 'x.y': 1, $z: 2 } };
    await seed('hostile_nested', [nested]);
    const n = await table('hostile_nested');
    expect(shown(n)).toEqual({ _id: 'BIGINT', s: 'JSON', e: 'JSON', d: 'STRUCT("x.y" BIGINT, "$z" BIGINT)' });
    expect(await read(scanOf(n, ['s', 'e', 'd']))).toEqual([['{"a":1,"A":2}', '{"":1}', '{"x.y":1,"$z":2}']]);
  });

  it('makes JSON of documents whose keys are data', async () => {
    await seed('maps', Array.from({ length: 60 }, (_, i) => ({ _id: i as never, per: { [`user${i}`]: i } })));
    expect(shown(await table('maps'))).toEqual({ _id: 'BIGINT', per: 'JSON' });
  });

  it('shows a document of 2,000 fields, and an empty collection', async () => {
    await seed('wide', [Object.fromEntries([['_id', 1], ...Array.from({ length: 2000 }, (_, i) => [`f${i}`, i])])]);
    const t = await table('wide');
    expect(t.columns.length).toBe(2001);
    const [row] = await read(scanOf(t));
    expect(row!.length).toBe(2001);
    expect(row![t.columns.findIndex((c) => c.name === 'f1999')]).toBe(1999n);
    await seed('nothing', []);
    const { tables, warnings } = await describeAll();
    expect(tables.find(({ name }) => name === 'nothing')).toMatchObject({ columns: [{ name: '_id' }], rows: { count: 0 } });
    expect(warnings.join('\n')).toContain('nothing is empty');
    expect(await read(scanOf(tables.find(({ name }) => name === 'nothing')!))).toEqual([]);
  });

  it('takes fields, comments and proof from a validator', async () => {
    await seed('validated', [{ _id: 1 as never, state: 'open', n: 1 }], {
      validator: {
        $jsonSchema: {
          bsonType: 'object', description: 'things with a state', required: ['state'],
          properties: {
            state: { bsonType: 'string', enum: ['open', 'closed'], description: 'where it stands' }, n: { bsonType: ['int', 'long'] }, later: { bsonType: 'date' },
            either: { bsonType: ['int', 'string'] }, inner: { bsonType: 'object', properties: { at: { bsonType: 'date' } } },
          },
        },
      },
    });
    const t = await table('validated');
    expect(shown(t)).toEqual({ _id: 'BIGINT', state: 'VARCHAR', n: 'BIGINT', later: 'TIMESTAMP WITH TIME ZONE', either: 'JSON', inner: 'STRUCT("at" TIMESTAMP WITH TIME ZONE)' });
    expect(t.comment).toBe('things with a state');
    expect(t.columns[1]).toMatchObject({ comment: 'where it stands', enumValues: ['open', 'closed'] });
    const text = (conjunct: Expr) => dialect.compile({ kind: 'filter', input: scanOf(t, ['_id', 'n', 'state']), conjuncts: [conjunct] }).text;
    expect(text(compare('>', column(t, 'n'), 5n, types.int64))).toBe('db.validated.find({n: {$gt: 5}}, {_id: 1, n: 1, state: 1})');
    expect(text(compare('>', column(t, '_id'), 5n, types.int64))).toContain('$type');
  });

  it('knows keys, indexes and views, and reads a view', async () => {
    await seed('keyed', [{ _id: 1 as never, email: 'a', region: 'x', code: 1, tags: ['t'] }]);
    await db.collection('keyed').createIndex({ email: 1 }, { unique: true });
    await db.collection('keyed').createIndex({ region: 1, code: 1 }, { unique: true });
    await db.collection('keyed').createIndex({ tags: 1 }, { unique: true });
    await db.createCollection('keyed_view', { viewOn: 'keyed', pipeline: [{ $project: { _id: 0, email: 1 } }] });
    const t = await table('keyed');
    expect(t).toMatchObject({ primaryKey: ['_id'], kind: 'collection', rows: { count: 1, exact: false } });
    expect(t.uniques).toEqual([['email'], ['region', 'code']]);
    expect(t.columns.filter((c) => c.indexed).map((c) => c.name)).toEqual(['_id', 'email', 'region', 'tags']);
    const view = await table('keyed_view');
    expect(view.kind).toBe('view');
    expect(await read(scanOf(view))).toEqual([['a']]);
  });

  it('compares text byte by byte in a collection with another collation', async () => {
    await seed('collated', [{ _id: 1 as never, t: 'a' }, { _id: 2 as never, t: 'A' }, { _id: 3 as never, t: 'b' }], { collation: { locale: 'en', strength: 2 } });
    const t = await table('collated');
    expect(await matching(t, 'exact', compare('=', column(t, 't'), 'a', types.text))).toEqual([1n]);
    expect(await matching(t, 'superset', compare('<', column(t, 't'), 'a', types.text))).toEqual([2n]);
  });

  it('samples a bounded number of documents from both ends and the middle', async () => {
    await seed('long', Array.from({ length: 3_000 }, (_, i) => ({ _id: i as never, ...(i === 0 && { first: 1 }), ...(i === 2_999 && { last: 1 }) })));
    const t = await table('long', { sample: 100 });
    expect(t.sampled).toBe(100);
    expect(t.columns.map((c) => c.name)).toEqual(['_id', 'first', 'last']);
  });

  it('says that a dropped collection is gone instead of showing it empty', async () => {
    await seed('gone', [{ _id: 1 as never }]);
    const t = await table('gone');
    await db.collection('gone').drop();
    await expect(read(scanOf(t))).rejects.toMatchObject({ code: 'source.schema_changed' });
  });

  it('closes its cursor in the server when it is cancelled', async () => {
    const t = await table('long');
    const open = async () => ((await db.admin().command({ currentOp: 1 })) as { inprog: { ns?: string; type?: string }[] }).inprog.filter((op) => op.type === 'idleCursor' && op.ns === `${database}.long`).length;
    await withSource(plain(), async (source) => {
      const snapshot = await source.open(signal());
      const controller = new AbortController();
      const query = dialect.compile(scanOf(t));
      const sink = new CollectingSink(query.columns);
      sink.onRow = (rows) => rows === 500 && controller.abort();
      await expect(snapshot.read(query, sink, controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
      await expect.poll(open, { timeout: 10_000 }).toBe(0);
    });
  });

  it('orders by what MongoDB orders alike, nulls included', async () => {
    await seed('sorted', [{ _id: 1 as never, n: 3, x: 1.5 }, { _id: 2 as never, n: 1, x: NaN }, { _id: 3 as never, n: null, x: 2 }, { _id: 4 as never, n: 2, x: 0.5 }]);
    const t = await table('sorted');
    const top = (name: string, descending: boolean, nullsFirst: boolean, conjuncts: Expr[] = []): Rel => ({
      kind: 'sortLimit', input: conjuncts.length === 0 ? scanOf(t, ['_id', name]) : { kind: 'filter', input: scanOf(t, ['_id', name]), conjuncts }, keys: [{ expr: column(t, name), descending, nullsFirst }], limit: 2,
    });
    expect((await read(top('n', true, false))).map(([id]) => id)).toEqual([1n, 4n]);
    expect((await read(top('n', false, true))).map(([id]) => id)).toEqual([3n, 2n]);
    expect(dialect.accepts(top('n', false, false))).toHaveProperty('reason');
    expect((await read(top('n', false, false, [{ kind: 'isNull', arg: column(t, 'n'), negated: true }]))).map(([id]) => id)).toEqual([2n, 4n]);
    expect(dialect.accepts(top('x', true, false))).toHaveProperty('reason');
    expect(dialect.accepts({ ...top('n', true, false), limit: undefined } as unknown as Rel)).toHaveProperty('reason');
  });
});

describe.skipIf(!(await listening(secure.href)) && process.env['CI'] !== 'true')('mongodb with sign-in, TLS and snapshots', async () => {
  const { good } = await authorities('mongodb_secure');
  const tls: TlsOptions = { enabled: true, ca: good, verify: true };
  const as = (user: string, password = 'aishell-test') => ({ host: secure.hostname, port: Number(secure.port), user, password, database });
  const root = new MongoClient(secure.href, { tls: true, tlsCAFile: good, authSource: 'admin' });

  beforeAll(async () => {
    await root.connect();
    await root.db(database).dropDatabase();
    await root.db(database).collection<Document>('points').insertMany(Array.from({ length: 50 }, (_, i) => ({ _id: i as never, n: i })));
  });

  afterAll(async () => {
    await root.db(database).dropDatabase();
    await root.close();
  });

  /** The connector's own snapshot over a client that tells what it sends: this server takes no notice of the time asked for. */
  async function watched(work: (snapshot: Snapshot, sent: readonly CommandStartedEvent[]) => Promise<void>): Promise<void> {
    const service = { name: 'docs', kind: 'mongodb', tags: {}, options: as('reader'), tls, baseDir: '/' };
    const where = await settings(service, 5_000);
    const client = new MongoClient(where.url, { ...where.options, monitorCommands: true });
    const sent: CommandStartedEvent[] = [];
    client.on('commandStarted', (event) => sent.push(event));
    try {
      await client.connect();
      await work(await MongoSnapshot.open({ client, stopRequests: new StopRequests(), settings: where, log: () => {} }, true, signal()), sent);
    } finally {
      await client.close();
    }
  }

  it('reads all of a statement as of one instant', async () => {
    const points = (await withSource(as('reader'), (source) => source.describe(signal()), tls)).tables.find((t) => t.name === 'points')!;
    const query = dialect.compile(scanOf(points, ['n']));
    await watched(async (snapshot, sent) => {
      expect(snapshot.consistency).toMatch(/^snapshot as of \d{4}-/);
      await Promise.all([1, 2, 3].map(() => snapshot.read(query, new CollectingSink(query.columns), signal())));
      const concerns = sent.filter((event) => event.commandName === 'find').map((event) => (event.command as Document)['readConcern'] as Document);
      expect(concerns.length).toBe(3);
      for (const concern of concerns) {
        expect(concern['level']).toBe('snapshot');
        expect(concern['atClusterTime']).toEqual(concerns[0]!['atClusterTime']);
        expect(concern['atClusterTime']).toBeInstanceOf(Timestamp);
      }
    });
  });

  it('kills the session of a find that is no longer wanted', async () => {
    const points = (await withSource(as('reader'), (source) => source.describe(signal()), tls)).tables.find((t) => t.name === 'points')!;
    const query = dialect.compile(scanOf(points, ['n']));
    await watched(async (snapshot, sent) => {
      const controller = new AbortController();
      const sink = new CollectingSink(query.columns);
      sink.onRow = () => controller.abort();
      await expect(snapshot.read(query, sink, controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
      const named = (name: string) => sent.find((event) => event.commandName === name)?.command as Document | undefined;
      await expect.poll(() => named('killSessions')).toBeDefined();
      expect(named('killSessions')!['killSessions']).toEqual([named('find')!['lsid']]);
      expect(named('find')!).toMatchObject({ comment: expect.stringMatching(/^aishell /), batchSize: 1000, maxTimeMS: 3_600_000 });
    });
  });

  it('says what the user may do', async () => {
    expect(await withSource(as('reader'), (source) => source.health(signal()), tls)).toMatchObject({ user: 'reader@admin', rights: ['readAnyDatabase on admin'], canWrite: false, advice: [] });
    const health = await withSource(as('aishell'), (source) => source.health(signal()), tls);
    expect(health).toMatchObject({ user: 'aishell@admin', canWrite: true });
    expect(health.advice.join()).toContain('"read"');
  });

  it('tells a missing password from a wrong one and from a missing database', async () => {
    const connecting = (options: Record<string, ConfigValue>) => withSource(options, (source) => source.describe(signal()), tls);
    await expect(connecting({ host: secure.hostname, port: Number(secure.port), database })).rejects.toMatchObject({ code: expect.stringMatching(/source\.(auth|denied)/) });
    await expect(connecting(as('nobody'))).rejects.toMatchObject({ code: 'source.auth' });
    await expect(connecting({ host: secure.hostname })).rejects.toMatchObject({ code: 'config' });
    await expect(connecting({ url: 'http://user:topsecret@x' })).rejects.toMatchObject({ code: 'config', message: expect.not.stringContaining('topsecret') });
  });
});
