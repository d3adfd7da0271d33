import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connector as clickhouse } from '../../../connectors/clickhouse/index.js';
import { connector as mysql } from '../../../connectors/mysql/index.js';
import { connector as postgres } from '../../../connectors/postgres/index.js';
import { Secret } from '../../../connectors/contract.js';
import type { ConfigValue, ServiceConfig } from '../../../connectors/contract.js';
import { CatalogCache } from '../../../src/catalog/cache.js';
import type { CatalogService } from '../../../src/catalog/contract.js';


let home: string;
let place = '';
let cache: CatalogCache;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'aishell-cache-'));
  place = '';
  cache = new CatalogCache('/somewhere/aishell.yaml', () => Promise.resolve(place), { XDG_CACHE_HOME: home });
});
afterEach(() => rm(home, { recursive: true }));

const service: CatalogService = { name: 'one', kind: 'alpha', tags: {}, facts: { version: '1' }, tables: [], warnings: [], readAt: '2026-01-01T00:00:00.000Z' };

function configured(options: Readonly<Record<string, ConfigValue>>, more: Partial<ServiceConfig> = {}): ServiceConfig {
  return { name: 'one', kind: 'alpha', tags: {}, options, tls: undefined, baseDir: '/somewhere', ...more };
}

const url = (text: string) => configured({ url: new Secret(text) });

describe('a service is found again', () => {
  test.each([
    ['as it was', configured({ host: 'h' }), configured({ host: 'h' })],
    ['with another password', configured({ password: new Secret('first-password') }), configured({ password: new Secret('other-password') })],
    ['with another password in its URL', url('alpha://me:first@h:1/x?a=1'), url('alpha://me:other@h:1/x?a=2')],
  ])('%s', async (_, before, after) => {
    await cache.store([{ config: before, service }]);
    expect([...(await cache.load([after])).keys()]).toEqual(['one']);
  });
});

describe('and not', () => {
  test.each([
    ['at another host', configured({ host: 'h' }), configured({ host: 'other' })],
    ['at another host of a URL', url('alpha://me:pass@h:1/x'), url('alpha://me:pass@other:1/x')],
    ['in another database of a URL', url('alpha://me:pass@h:1/x'), url('alpha://me:pass@h:1/y')],
    ['as another user of a URL', url('alpha://me:pass@h:1/x'), url('alpha://you:pass@h:1/x')],
    ['as another kind', configured({}), configured({}, { kind: 'beta' })],
    ['from another folder', configured({ path: 'x' }), configured({ path: 'x' }, { baseDir: '/elsewhere' })],
  ])('%s', async (_, before, after) => {
    await cache.store([{ config: before, service }]);
    expect((await cache.load([after])).size).toBe(0);
  });

  test('at another place that a variable or an option file names', async () => {
    await cache.store([{ config: configured({}), service }]);
    expect((await cache.load([configured({})])).size).toBe(1);
    place = 'elsewhere';
    expect((await cache.load([configured({})])).size).toBe(0);
  });

  test('from a file that is damaged or of another format', async () => {
    await cache.store([{ config: configured({}), service }]);
    for (const text of ['{"format":', JSON.stringify({ ...(JSON.parse(await readFile(cache.path, 'utf8')) as object), format: 0 })]) {
      await writeFile(cache.path, text);
      expect((await cache.load([configured({})])).size).toBe(0);
    }
  });
});

describe('what beside the options says where a service is', () => {
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
  });

  test.each([['PGHOST', 'h'], ['PGPORT', '7'], ['PGUSER', 'u'], ['PGDATABASE', 'd']])('PostgreSQL: %s', async (name, value) => {
    const config = configured({}, { kind: 'postgres' });
    delete process.env[name];
    const ordinary = await postgres.place!(config);
    process.env[name] = value;
    process.env['PGPASSWORD'] = 'open-sesame';
    const moved = await postgres.place!(config);
    expect(moved).not.toBe(ordinary);
    expect(moved).not.toContain('open-sesame');
  });

  test.each([['CLICKHOUSE_HOST', 'h'], ['CLICKHOUSE_USER', 'u']])('ClickHouse: %s', async (name, value) => {
    const config = configured({}, { kind: 'clickhouse' });
    delete process.env[name];
    const ordinary = await clickhouse.place!(config);
    process.env[name] = value;
    expect(await clickhouse.place!(config)).not.toBe(ordinary);
  });

  test('MySQL: my.cnf', async () => {
    const file = join(home, 'my.cnf');
    const config = configured({ defaultsFile: file }, { kind: 'mysql' });
    const at = async (options: string) => {
      await writeFile(file, `[client]\n${options}\npassword=open-sesame\n`);
      return mysql.place!(config);
    };
    const places = [await at(''), await at('host=h'), await at('port=7'), await at('user=u'), await at('socket=/s')];
    expect(new Set(places).size).toBe(places.length);
    expect(places.join()).not.toContain('open-sesame');
  });
});

test('the file is its owner’s alone, and holds no address and no secret', async () => {
  await cache.store([{ config: url('alpha://me:open-sesame@db.internal:1/x'), service }]);
  expect((await stat(cache.path)).mode & 0o777).toBe(0o600);
  const text = await readFile(cache.path, 'utf8');
  for (const part of ['open-sesame', 'db.internal', 'me:']) expect(text).not.toContain(part);
  expect(await readdir(join(home, 'aishell'))).toHaveLength(1);
});
