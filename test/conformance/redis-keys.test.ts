/** What the Redis connector makes of keys of every type, on a real server: patterns, rows, single keys, streams, rights. */

import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { types, typeName, type ConfigValue, type Expr, type KeyBatch, type Literal, type NativeQuery, type Rel, type Scan, type Source, type Table } from '../../connectors/contract.js';
import { connector } from '../../connectors/redis/index.js';
import { CollectingSink } from '../support/collecting-sink.js';
import { claimDatabase } from '../support/redis.js';
import { listening, servers } from '../support/servers.js';

const url = new URL(servers.redis);
const up = await listening(servers.redis);
const claim = up ? await claimDatabase() : undefined;
const db = claim?.database ?? 0;
const signal = () => AbortSignal.timeout(60_000);
const dialect = connector.dialect({ version: '7' });
const admin = new Redis({ host: url.hostname, port: Number(url.port), password: url.password, db, lazyConnect: true });
const users: string[] = [];

async function connect(options: Record<string, ConfigValue> = {}): Promise<Source> {
  const all = { host: url.hostname, port: Number(url.port), password: url.password, db, ...options };
  return connector.connect({ name: 'cache', kind: 'redis', tags: {}, options: all, tls: undefined, baseDir: '/' }, { tempDir: '/tmp', connectTimeoutMs: 5_000, log: () => {} }, signal());
}

async function withSource<T>(options: Record<string, ConfigValue>, work: (source: Source) => Promise<T>): Promise<T> {
  const source = await connect(options);
  try {
    return await work(source);
  } finally {
    await source.close();
  }
}

const tables = (options: Record<string, ConfigValue> = {}) => withSource(options, async (source) => (await source.describe(signal())).tables);

async function table(name: string, options: Record<string, ConfigValue> = {}): Promise<Table> {
  const all = await tables(options);
  const found = all.find((t) => t.name === name);
  expect(found, `${name} among ${all.map((t) => t.name).join(', ')}`).toBeDefined();
  return found!;
}

function scanOf(t: Table, names: readonly string[] = t.columns.map((c) => c.name)): Scan {
  return { kind: 'scan', table: t, columns: names.map((name) => ({ id: name, column: t.columns.find((c) => c.name === name)! })) };
}

const column = (t: Table, name: string): Expr => ({ kind: 'column', id: name, type: t.columns.find((c) => c.name === name)!.type });
const equal = (t: Table, name: string, value: Literal): Expr => ({ kind: 'compare', op: '=', left: column(t, name), right: { kind: 'literal', value, type: t.columns.find((c) => c.name === name)!.type } });

async function read(rel: Rel | NativeQuery, options: Record<string, ConfigValue> = {}): Promise<Literal[][]> {
  const query = 'kind' in rel ? dialect.compile(rel) : rel;
  return withSource(options, async (source) => {
    const snapshot = await source.open(signal());
    const sink = new CollectingSink(query.columns);
    const stats = await snapshot.read(query, sink, signal());
    expect(stats.rows).toBe(sink.rows.length);
    await snapshot.close();
    return sink.rows;
  });
}

const shown = (t: Table): Record<string, string> => Object.fromEntries(t.columns.map((c) => [c.name, typeName(c.type)]));
const sorted = (rows: Literal[][]) => [...rows].sort((a, b) => (String(a) < String(b) ? -1 : 1));

describe.skipIf(!up && process.env['CI'] !== 'true')('redis keys', () => {
  beforeAll(async () => {
    await admin.connect();
    const pipeline = admin.pipeline();
    for (let i = 1; i <= 30; i++) {
      pipeline.hset(`badge:${i}`, { holder: `person ${i}`, level: String(i * 2), 'odd name"\n': 'x', extra: JSON.stringify({ n: i }) });
      pipeline.set(`gate:${i}:opened`, String(1000 + i));
      pipeline.zadd(`gate:${i}:visits`, 1.5, 'a', i, 'b');
    }
    pipeline.hset('badge:31', 'holder', 'only a name');
    pipeline.expire('badge:5', 5000);
    pipeline.hset('badge:next', 'unrelated', '1');
    pipeline.set('motto', 'per aspera');
    pipeline.rpush('queue', 'first', 'second', 'second', '');
    pipeline.sadd('colours', 'red', 'green', 'blue');
    for (let i = 0; i < 25; i++) pipeline.xadd('moves', `${1_700_000_000_000 + i * 1000}-${i}`, 'from', `a${i}`, 'to', `b${i}`, ...(i === 3 ? ['why', 'storm'] : []));
    pipeline.hset('shelf', Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`book${i}`, `row ${i}`])));
    await pipeline.exec();
  });

  afterAll(async () => {
    if (!up) return;
    if (users.length > 0) await admin.call('ACL', 'DELUSER', ...users);
    admin.disconnect();
    await claim?.release();
  });

  it('finds patterns, names their parts and types their columns', async () => {
    const all = await tables();
    expect(all.map((t) => [t.name, t.kind])).toEqual([
      ['badge', 'keys'], ['badge_next', 'keys'], ['colours', 'keys'], ['gate_opened', 'keys'], ['gate_visits', 'keys'], ['motto', 'keys'], ['moves', 'topic'],
      ['queue', 'keys'], ['shelf', 'keys'],
    ]);
    const by = (name: string) => all.find((t) => t.name === name)!;
    expect(shown(by('badge'))).toEqual({ id: 'BIGINT', holder: 'VARCHAR', level: 'BIGINT', 'odd name"\n': 'VARCHAR', extra: 'JSON', _ttl: 'BIGINT' });
    expect(shown(by('gate_opened'))).toEqual({ gate_id: 'BIGINT', value: 'BIGINT' });
    expect(shown(by('gate_visits'))).toEqual({ gate_id: 'BIGINT', member: 'VARCHAR', score: 'DOUBLE' });
    expect(shown(by('queue'))).toEqual({ index: 'BIGINT', value: 'VARCHAR' });
    expect(shown(by('colours'))).toEqual({ value: 'VARCHAR' });
    expect(shown(by('moves'))).toEqual({ _id: 'VARCHAR', _timestamp: 'TIMESTAMP WITH TIME ZONE', from: 'VARCHAR', to: 'VARCHAR', why: 'VARCHAR' });
    expect(shown(by('shelf'))).toEqual({ field: 'VARCHAR', value: 'VARCHAR' });
    expect(by('badge').primaryKey).toEqual(['id']);
    expect(by('badge').rows).toEqual({ count: 31, exact: false });
    expect(by('gate_visits').rows).toEqual({ count: 60, exact: false });
  });

  it('reads hashes as rows, absent fields as NULL, and leaves keys of a narrower pattern to it', async () => {
    const badge = await table('badge');
    const rows = await read(scanOf(badge, ['id', 'holder', 'level', 'odd name"\n', 'extra']));
    expect(rows.length).toBe(31);
    expect(rows.find(([id]) => id === 31n)).toEqual([31n, 'only a name', null, null, null]);
    expect(rows.find(([id]) => id === 7n)).toEqual([7n, 'person 7', 14n, 'x', '{"n":7}']);
    expect((await read(scanOf(badge, ['level']))).length).toBe(31);
    expect(dialect.compile(scanOf(badge, ['id'])).text).toBe('SCAN 0 MATCH badge:*\nTYPE badge:{id}');
    expect((await read(scanOf(badge, []))).length).toBe(31);
  });

  it('tells the time to live', async () => {
    const badge = await table('badge');
    const rows = await read(scanOf(badge, ['id', '_ttl']));
    for (const [id, ttl] of rows) {
      if (id === 5n) expect(Number(ttl)).toBeGreaterThan(4000);
      else expect(ttl).toBeNull();
    }
  });

  it('asks for single keys where a filter fixes them', async () => {
    const badge = await table('badge');
    const query = dialect.compile({ kind: 'filter', input: scanOf(badge, ['holder', 'id']), conjuncts: [equal(badge, 'id', 12n)] });
    expect(query.text).toBe('HMGET badge:12 holder');
    expect(await read(query)).toEqual([['person 12', 12n]]);
    for (const absent of [99n, -1n]) expect(await read({ kind: 'filter', input: scanOf(badge, ['id']), conjuncts: [equal(badge, 'id', absent)] })).toEqual([]);
    const both = dialect.compile({ kind: 'filter', input: scanOf(badge, ['id']), conjuncts: [equal(badge, 'id', 12n), equal(badge, 'id', 13n)] });
    expect(both.text).toContain('nothing to ask');
    expect(await read(both)).toEqual([]);
  });

  it('narrows a SCAN where a filter fixes one part of two', async () => {
    await admin.set('ledger:9:page:1', 'a');
    await admin.set('ledger:9:page:2', 'b');
    await admin.set('ledger:10:page:1', 'c');
    const ledger = await table('ledger_page');
    expect(shown(ledger)).toEqual({ ledger_id: 'BIGINT', page_id: 'BIGINT', value: 'VARCHAR' });
    const query = dialect.compile({ kind: 'filter', input: scanOf(ledger), conjuncts: [equal(ledger, 'ledger_id', 9n)] });
    expect(query.text).toContain('MATCH "ledger:9:page:*"'.replaceAll('"', ''));
    expect(sorted(await read(query))).toEqual([[9n, 1n, 'a'], [9n, 2n, 'b']]);
    expect(dialect.acceptsKeys('ledger_id', types.int64, scanOf(ledger))).not.toBe(true);
    await admin.del('ledger:9:page:1', 'ledger:9:page:2', 'ledger:10:page:1');
  });

  it('reads lists in order, sets and sorted sets by element, and hashes of data by field', async () => {
    expect(await read(scanOf(await table('queue')))).toEqual([[0n, 'first'], [1n, 'second'], [2n, 'second'], [3n, '']]);
    expect(sorted(await read(scanOf(await table('colours'))))).toEqual([['blue'], ['green'], ['red']]);
    const visits = await read(scanOf(await table('gate_visits')));
    expect(visits.length).toBe(60);
    expect(visits.find(([gate, member]) => gate === 4n && member === 'b')).toEqual([4n, 'b', 4]);
    const shelf = await read(scanOf(await table('shelf')));
    expect(shelf.length).toBe(300);
    expect(shelf).toContainEqual(['book17', 'row 17']);
    expect(await read(scanOf(await table('motto')))).toEqual([['per aspera']]);
  });

  it('reads collections too large for one reply in pieces, each element once', async () => {
    const count = 100_500;
    for (let at = 0; at < count; at += 10_500) {
      const some = Array.from({ length: 10_500 }, (_, i) => `e${at + i}`).slice(0, count - at);
      await admin.pipeline().rpush('longlist', ...some).sadd('longset', ...some).zadd('longzset', ...some.flatMap((e, i) => [i, e])).exec();
    }
    for (const name of ['longlist', 'longset', 'longzset']) {
      const t = await table(name);
      const rows = await read(scanOf(t, [t.columns.some((c) => c.name === 'member') ? 'member' : 'value']));
      expect(rows.length, name).toBe(count);
      expect(new Set(rows.map(([e]) => e)).size, name).toBe(count);
    }
    await admin.del('longlist', 'longset', 'longzset');
  });

  it('bounds a stream by its time and its ids, and reads the newest first', async () => {
    const moves = await table('moves');
    const all = scanOf(moves, ['_id', 'from', 'why']);
    expect((await read(all)).length).toBe(25);
    expect((await read(all))[3]).toEqual(['1700000003000-3', 'a3', 'storm']);
    const at = (seconds: number) => BigInt(1_700_000_000_000 + seconds * 1000) * 1000n;
    const time = (op: '>' | '>=' | '<' | '<=' | '=', micros: bigint): Expr => ({
      kind: 'compare', op, left: column(moves, '_timestamp'), right: { kind: 'literal', value: micros, type: types.timestamptz },
    });
    const within = async (...conjuncts: Expr[]) => {
      const input = scanOf(moves, ['from', '_timestamp']);
      for (const conjunct of conjuncts) expect(dialect.filter(conjunct, input)).toBe('exact');
      return (await read({ kind: 'filter', input, conjuncts })).map(([from]) => from);
    };
    expect(await within(time('>=', at(20)))).toEqual(['a20', 'a21', 'a22', 'a23', 'a24']);
    expect(await within(time('>', at(20)), time('<', at(23)))).toEqual(['a21', 'a22']);
    expect(await within(time('>', at(20) + 1n), time('<=', at(22)))).toEqual(['a21', 'a22']);
    expect(await within(time('<', at(0)))).toEqual([]);
    expect(await within(time('=', at(7)))).toEqual(['a7']);
    expect(await within(time('=', at(7) + 5n))).toEqual([]);
    expect(await within({ kind: 'compare', op: '<', left: { kind: 'literal', value: at(23), type: types.timestamptz }, right: column(moves, '_timestamp') })).toEqual(['a24']);
    expect(dialect.compile({ kind: 'filter', input: scanOf(moves, ['_timestamp']), conjuncts: [time('>=', at(20))] }).text).toBe('XRANGE moves 1700000020000 +');
    const byId = dialect.compile({ kind: 'filter', input: all, conjuncts: [equal(moves, '_id', '1700000003000-3')] });
    expect(byId.text).toBe('XRANGE moves 1700000003000-3 1700000003000-3');
    expect(await read(byId)).toEqual([['1700000003000-3', 'a3', 'storm']]);
    expect(await read({ kind: 'filter', input: all, conjuncts: [equal(moves, '_id', '1700000003000-03')] })).toEqual([]);
    const newest: Rel = { kind: 'sortLimit', input: scanOf(moves, ['from', '_timestamp']), keys: [{ expr: column(moves, '_timestamp'), descending: true, nullsFirst: false }], limit: 3, offset: 1 };
    expect(dialect.accepts(newest)).toBe(true);
    expect((await read(newest)).map(([from]) => from)).toEqual(['a23', 'a22', 'a21']);
    expect((await read({ ...newest, keys: [], limit: 2, offset: 0 })).length).toBe(2);
  });

  it('leaves conditions on values to DuckDB', async () => {
    const badge = await table('badge');
    for (const conjunct of [equal(badge, 'holder', 'x'), { ...equal(badge, 'id', 1n), op: '<>' } as Expr, { kind: 'isNull', arg: column(badge, 'level'), negated: true } as Expr]) {
      expect(dialect.filter(conjunct, scanOf(badge))).toHaveProperty('reason');
    }
    expect(dialect.filter({ kind: 'isNull', arg: column(badge, 'id'), negated: true }, scanOf(badge))).toBe('exact');
    expect(dialect.accepts({ kind: 'sortLimit', input: scanOf(badge), keys: [{ expr: column(badge, 'id'), descending: false, nullsFirst: false }], limit: 3 })).not.toBe(true);
  });

  it('refuses values that are not what the column says, and names the way out', async () => {
    const badge = await table('badge');
    await admin.hset('badge:7', 'level', 'high');
    await expect(read(scanOf(badge, ['id', 'level']))).rejects.toMatchObject({ code: 'source.value', message: expect.stringContaining('level'), remedy: expect.stringContaining('types: {"badge": {"level": text}}') });
    expect((await read(scanOf(badge, ['id', 'holder']))).length).toBe(31);
    const asText = { types: { badge: { level: 'text' } } };
    expect((await read(scanOf(await table('badge', asText), ['level']), asText)).flat()).toContain('high');
    await admin.hset('badge:7', 'level', '14');
    await admin.hset('badge:7', 'holder', Buffer.from([0xff, 0x00, 0x80]));
    await expect(read(scanOf(badge, ['holder']))).rejects.toMatchObject({ code: 'source.value', remedy: expect.stringContaining('blob') });
    expect(typeName((await table('badge')).columns.find((c) => c.name === 'holder')!.type)).toBe('BLOB');
    const bytes = (await read(scanOf(await table('badge'), ['id', 'holder']))).find(([id]) => id === 7n)![1] as Uint8Array;
    expect([...bytes]).toEqual([0xff, 0x00, 0x80]);
    await admin.hset('badge:7', 'holder', 'person 7');
    await admin.hset('badge:007', 'holder', 'spy');
    await expect(read(scanOf(badge, ['id']))).rejects.toMatchObject({ code: 'source.value', message: expect.stringContaining('id') });
    await admin.del('badge:007');
  });

  it('passes over keys that vanished or became another type', async () => {
    const badge = await table('badge');
    const keys = { column: 'id', type: types.int64, values: [1n, 2n, 3n, 4n] };
    await admin.hset('badge:900', 'holder', 'short-lived');
    await admin.rename('badge:2', 'elsewhere');
    await admin.set('badge:2', 'a string now');
    for (const names of [['id', 'holder'], ['id'], ['id', '_ttl'], ['id', 'level', '_ttl']]) {
      expect((await read(dialect.compile(scanOf(badge, names), keys))).map(([id]) => id)).toEqual([1n, 3n, 4n]);
    }
    await admin.del('badge:2', 'badge:900');
    await admin.rename('elsewhere', 'badge:2');
  });

  it('tells of keys that its pattern matches and that no table shows', async () => {
    const warnings = async (t: Table, names?: readonly string[], keys?: KeyBatch) =>
      withSource({}, async (source) => {
        const query = dialect.compile(scanOf(t, names), keys);
        const snapshot = await source.open(signal());
        return (await snapshot.read(query, new CollectingSink(query.columns), signal())).warnings ?? [];
      });
    const badge = await table('badge');
    const opened = await table('gate_opened');
    const visits = await table('gate_visits');
    await admin.xadd('trail:1', '*', 'a', '1');
    await admin.xadd('trail:2', '*', 'a', '1');
    const trail = await table('trail');
    expect(await warnings(badge)).toEqual([]);
    await admin.set('badge:901', 'a string');
    await admin.set('badge:902', 'a string');
    await admin.hset('gate:77:opened', 'a', 'hash');
    await admin.set('gate:77:visits', 'a string');
    await admin.set('trail:3', 'a string');
    const told = [expect.stringMatching(/^cache: badge holds keys of type hash; 2 that its pattern matches, such as "badge:90[12]", are of type string and passed over$/)];
    for (const names of [['id', 'holder'], ['id'], ['id', '_ttl'], ['id', 'level', '_ttl']]) expect(await warnings(badge, names), names.join()).toEqual(told);
    expect(await warnings(badge, ['id', 'holder'], { column: 'id', type: types.int64, values: [1n, 901n] })).toEqual(['cache: badge holds keys of type hash; "badge:901" is of type string and passed over']);
    for (const names of [['gate_id', 'value'], ['gate_id']]) expect(await warnings(opened, names)).toEqual(['cache: gate_opened holds keys of type string; "gate:77:opened" is of type hash and passed over']);
    expect(await warnings(visits)).toEqual(['cache: gate_visits holds keys of type zset; "gate:77:visits" is of type string and passed over']);
    expect(await warnings(trail)).toEqual(['cache: trail holds keys of type stream; "trail:3" is of type string and passed over']);
    // Once the catalogue has a table of them, each table shows its own.
    for (const name of ['badge_hash', 'badge_string']) expect(await warnings(await table(name))).toEqual([]);
    await admin.del('badge:901', 'badge:902', 'gate:77:opened', 'gate:77:visits', 'trail:1', 'trail:2', 'trail:3');
  });

  it('takes patterns from the configuration, also before a key is there', async () => {
    const options = { patterns: { pass: 'badge:{number}', visit: 'gate:{gate}:visits', later: 'later:{day}:{n}' }, types: { later: { n: 'bigint', day: 'text', size: 'double' } } };
    const all = await tables(options);
    const by = (name: string) => all.find((t) => t.name === name)!;
    expect(Object.keys(shown(by('pass')))).toEqual(expect.arrayContaining(['number', 'holder', 'unrelated']));
    expect(shown(by('visit'))).toEqual({ gate: 'BIGINT', member: 'VARCHAR', score: 'DOUBLE' });
    expect(shown(by('later'))).toEqual({ day: 'VARCHAR', n: 'BIGINT', size: 'DOUBLE' });
    expect(all.some((t) => t.name === 'badge')).toBe(false);
    expect(await read(scanOf(by('later')), options)).toEqual([]);
    await expect(connect({ patterns: { bad: 'a:{x}{y}' } })).rejects.toMatchObject({ code: 'config' });
  });

  it('matches keys with special characters literally', async () => {
    await admin.set('odd*[key]?:{tag}:1', 'yes');
    await admin.set('oddly:{tag}:1', 'no');
    const odd = (await tables()).find((t) => t.name.startsWith('odd*'))!;
    expect(await read(scanOf(odd, ['value']))).toEqual([['yes']]);
    await admin.del('odd*[key]?:{tag}:1', 'oddly:{tag}:1');
  });

  it('reads 100,000 keys once each', async () => {
    for (let at = 0; at < 100_000; at += 5_000) {
      const pipeline = admin.pipeline();
      for (let i = at; i < at + 5_000; i++) pipeline.hset(`seat:${i}`, 'row', String(i % 100));
      await pipeline.exec();
    }
    const seat = await table('seat');
    expect(seat.rows!.count).toBeGreaterThan(90_000);
    const rows = await read(scanOf(seat, ['id', 'row']));
    expect(rows.length).toBe(100_000);
    expect(new Set(rows.map(([id]) => id)).size).toBe(100_000);
    expect(rows.every(([id, row]) => (id as bigint) % 100n === row)).toBe(true);
    await admin.eval("for _, k in ipairs(redis.call('KEYS', 'seat:*')) do redis.call('DEL', k) end return 0", 0);
  });

  it('works with a user that may only read, and says what others could do', async () => {
    const user = (name: string, ...rules: string[]) => (users.push(name), admin.call('ACL', 'SETUSER', name, 'on', '>aishell-test', '~*', ...rules));
    await user('suite-reader', '-@all', '+@read', '+@connection', '+info', '+acl|whoami', '+acl|getuser');
    await user('suite-blind', '-@all', '+@read', '+@connection');
    await user('suite-writer', '+@all', '-acl');
    await user('suite-few', '-@all', '+ping');
    const health = (name: string) => withSource({ user: name, password: 'aishell-test' }, (source) => source.health(signal()));
    expect(await health('suite-reader')).toMatchObject({ user: 'suite-reader', canWrite: false, advice: [] });
    expect(await health('suite-blind')).toMatchObject({ user: 'suite-blind', canWrite: undefined, version: 'unknown' });
    expect((await health('suite-blind')).advice.join()).toContain('acl|getuser');
    expect(await health('suite-writer')).toMatchObject({ canWrite: undefined });
    expect(await withSource({}, (source) => source.health(signal()))).toMatchObject({ user: 'default', canWrite: true });
    const reader = { user: 'suite-reader', password: 'aishell-test' };
    expect((await read(scanOf(await table('badge', reader), ['id']), reader)).length).toBe(31);
    await expect(withSource({ user: 'suite-few', password: 'aishell-test' }, (source) => source.describe(signal()))).rejects.toMatchObject({ code: 'source.denied', remedy: expect.stringContaining('+@read') });
    await expect(connect({ user: 'suite-reader', password: 'not this one' })).rejects.toMatchObject({ code: 'source.auth' });
    await expect(connect({ db: 4_000 })).rejects.toMatchObject({ code: 'config' });
  });

  it('sends nothing that writes', async () => {
    const seen: string[] = [];
    const monitor = await admin.duplicate({ lazyConnect: false }).monitor();
    monitor.on('monitor', (_time: string, args: string[], _source: string, database: string) => database === String(db) && seen.push(args[0]!.toUpperCase()));
    for (const t of await tables()) await read(scanOf(t));
    await admin.ping('done');
    await expect.poll(() => seen.includes('PING')).toBe(true);
    monitor.disconnect();
    const known = new Set(['SCAN', 'TYPE', 'TTL', 'HLEN', 'HGETALL', 'HMGET', 'STRLEN', 'GETRANGE', 'MGET', 'LLEN', 'LRANGE', 'SCARD', 'SSCAN', 'SMEMBERS', 'ZCARD', 'ZRANGE', 'XLEN', 'XRANGE', 'XREVRANGE', 'DBSIZE', 'INFO', 'PING', 'SELECT', 'CLIENT']);
    expect([...new Set(seen)].filter((command) => !known.has(command))).toEqual([]);
    expect(seen.length).toBeGreaterThan(20);
  });

  it('leaves binary keys out of the catalogue and says so; a scan that meets one is an error', async () => {
    const badge = await table('badge');
    await admin.hset(Buffer.concat([Buffer.from('badge:'), Buffer.from([0xff])]), 'holder', 'x');
    const { warnings } = await withSource({}, (source) => source.describe(signal()));
    expect(warnings.join()).toContain('1 keys are no text');
    await expect(read(scanOf(badge, ['id']))).rejects.toMatchObject({ code: 'source.value' });
    expect(await read({ kind: 'filter', input: scanOf(badge, ['id']), conjuncts: [equal(badge, 'id', 1n)] })).toEqual([[1n]]);
    await admin.del(Buffer.concat([Buffer.from('badge:'), Buffer.from([0xff])]));
  });
});

