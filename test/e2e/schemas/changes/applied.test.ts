/** Single changes, each applied for real to its server and compared with a snapshot taken before: what is said of it. */

import { createClient } from '@clickhouse/client';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import mysql from 'mysql2/promise';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChangesAnswer } from '../../../../src/answer/contract.js';
import { loadConfig } from '../../../../src/config/index.js';
import { openSession } from '../../../../src/session/index.js';
import { createTopic, produce, removeTopics } from '../../../support/kafka.js';
import { listening, servers } from '../../../support/servers.js';
import type { ChangeCase } from './cases.js';
import { clickhouseCases } from './clickhouse.js';
import { documentCases } from './documents.js';
import { mariadbCases } from './mariadb.js';
import { mysqlCases } from './mysql.js';
import { postgresCases } from './postgres.js';

const name = `schema_changes_${process.pid}`;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aishell-changes-'));
  process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const tableOf = (index: number): string => `t${String(index).padStart(3, '0')}`;
const url = (text: string): string => JSON.stringify(text);

/** Snapshot, change, compare. */
async function changed(service: string, setUp: () => Promise<void>, change: () => Promise<void>): Promise<ChangesAnswer> {
  await setUp();
  const path = join(dir, `${name}.yaml`);
  await writeFile(path, `services:\n  it: { ${service} }\n`);
  const session = await openSession({ config: await loadConfig({ path, cwd: '/', env: process.env }) });
  const folder = await mkdtemp(join(dir, 'snapshots-'));
  try {
    const options = { signal: AbortSignal.timeout(240_000) };
    const { files } = await session.snapshot(folder, options);
    expect(files).toMatchObject([{ service: 'it', state: 'new' }]);
    // Taken again without a change it says the same, byte for byte.
    expect((await session.snapshot(folder, options)).files).toMatchObject([{ state: 'unchanged' }]);
    await change();
    return await session.changes(folder, undefined, options);
  } finally {
    await session.close();
  }
}

/** What was said of the tables of one case. */
function said(answer: ChangesAnswer, table: string): string[] {
  return answer.changes
    .filter((one) => one.table === table || one.table?.startsWith(`${table}_`))
    .map(({ change, column, readers, writers }) => `${change}${column === null ? '' : ` ${column}`}: readers ${readers}, writers ${writers}`);
}

function judge(answer: ChangesAnswer, cases: readonly { readonly expected: readonly string[]; readonly change?: readonly string[] }[]): void {
  const wrong = cases.flatMap(({ expected, change }, index) => {
    const found = said(answer, tableOf(index));
    return JSON.stringify([...found].sort()) === JSON.stringify([...expected].sort()) ? [] : [{ change: change?.join('; ') ?? index, found, expected }];
  });
  expect(wrong.map(({ change, expected: wanted, found }) => `${change}\n  expected ${wanted.join('; ')}\n  found    ${found.join('; ')}`).join('\n')).toBe('');
  expect(answer.changes.filter(({ table }) => !/^t\d{3}/.test(table ?? ''))).toEqual([]);
}

async function each(cases: readonly ChangeCase[], part: 'before' | 'change', run: (sql: string) => Promise<unknown>): Promise<void> {
  for (const [index, one] of cases.entries()) {
    for (const sql of one[part]) {
      await run(sql.replaceAll('{t}', tableOf(index))).catch((error: Error) => {
        throw new Error(`${tableOf(index)}: ${sql}: ${error.message}`);
      });
    }
  }
}

const isUp = Object.fromEntries(await Promise.all(Object.entries(servers).map(async ([server, address]) => [server, await listening(address.split(',')[0]!)] as const)));
const whereUp = (server: keyof typeof servers) => describe.skipIf(isUp[server] !== true && process.env['CI'] !== 'true');

whereUp('postgres')('changes applied to PostgreSQL', () => {
  it(`are ${postgresCases.length} times told for what they are`, async () => {
    const admin = new pg.Client({ connectionString: servers.postgres });
    await admin.connect();
    await admin.query(`DROP DATABASE IF EXISTS ${name}`);
    await admin.query(`CREATE DATABASE ${name}`);
    const own = new URL(servers.postgres);
    own.pathname = `/${name}`;
    const client = new pg.Client({ connectionString: own.href });
    await client.connect();
    try {
      const run = (sql: string) => client.query(sql);
      const answer = await changed(`kind: postgres, url: ${url(servers.postgres)}, database: ${name}`, () => each(postgresCases, 'before', run), () => each(postgresCases, 'change', run));
      judge(answer, postgresCases);
    } finally {
      await client.end();
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await admin.end();
    }
  }, 240_000);
});

describe.each([['MySQL', 'mysql', mysqlCases], ['MariaDB', 'mariadb', mariadbCases]] as const)('changes applied to %s', (_, server, cases) => {
  it.skipIf(isUp[server] !== true && process.env['CI'] !== 'true')(`are ${cases.length} times told for what they are`, async () => {
    const { hostname, port, username, password } = new URL(servers[server]);
    const connection = await mysql.createConnection({ host: hostname, port: Number(port), user: username, password });
    await connection.query(`DROP DATABASE IF EXISTS ${name}`);
    await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
    await connection.query(`USE ${name}`);
    try {
      const run = (sql: string) => connection.query(sql);
      const answer = await changed(`kind: mysql, url: ${url(servers[server])}, database: ${name}`, () => each(cases, 'before', run), () => each(cases, 'change', run));
      judge(answer, cases);
    } finally {
      await connection.query(`DROP DATABASE ${name}`);
      await connection.end();
    }
  }, 240_000);
});

whereUp('clickhouse')('changes applied to ClickHouse', () => {
  it(`are ${clickhouseCases.length} times told for what they are`, async () => {
    const client = createClient({ url: servers.clickhouse });
    await client.command({ query: `DROP DATABASE IF EXISTS ${name}` });
    await client.command({ query: `CREATE DATABASE ${name}` });
    try {
      const inside = createClient({ url: servers.clickhouse, database: name });
      const run = (sql: string) => inside.command({ query: sql });
      const answer = await changed(`kind: clickhouse, url: ${url(servers.clickhouse)}, database: ${name}`, () => each(clickhouseCases, 'before', run), () => each(clickhouseCases, 'change', run));
      await inside.close();
      judge(answer, clickhouseCases);
    } finally {
      await client.command({ query: `DROP DATABASE ${name}` });
      await client.close();
    }
  }, 240_000);
});

whereUp('mongodb')('changes of what documents hold', () => {
  it(`are ${documentCases.length} times told for what they are`, async () => {
    const client = new MongoClient(servers.mongodb);
    const db = client.db(name);
    await db.dropDatabase();
    const fill = async (part: 'before' | 'after') => {
      for (const [index, one] of documentCases.entries()) {
        await db.collection(tableOf(index)).deleteMany({});
        await db.collection<object>(tableOf(index)).insertMany(one[part].map((document, n) => ({ _id: n, ...document })) as never);
      }
    };
    try {
      judge(await changed(`kind: mongodb, url: ${url(servers.mongodb)}, database: ${name}`, () => fill('before'), () => fill('after')), documentCases);
    } finally {
      await db.dropDatabase();
      await client.close();
    }
  }, 240_000);
});

/** Those whose values are all scalars of one level. */
const flatCases = documentCases.slice(0, 6);

whereUp('redis')('changes of what hashes hold', () => {
  it(`are ${flatCases.length} times told for what they are`, async () => {
    const own = new URL(servers.redis);
    own.pathname = '/13';
    const redis = new Redis(own.href);
    await redis.flushdb();
    const fill = async (part: 'before' | 'after') => {
      await redis.flushdb();
      for (const [index, one] of flatCases.entries()) for (const [n, fields] of one[part].entries()) await redis.hset(`${tableOf(index)}:${n}`, fields as Record<string, string>);
    };
    try {
      judge(await changed(`kind: redis, url: ${url(servers.redis)}, db: 13`, () => fill('before'), () => fill('after')), flatCases);
    } finally {
      await redis.flushdb();
      redis.disconnect();
    }
  }, 240_000);
});

whereUp('kafka')('changes of what messages hold', () => {
  const topics = flatCases.map((_, index) => tableOf(index));
  it(`are ${flatCases.length} times told for what they are`, async () => {
    const fill = async (part: 'before' | 'after') => {
      for (const [index, one] of flatCases.entries()) await produce(topics[index]!, one[part].map((value) => ({ value: JSON.stringify(value) })));
    };
    const setUp = async () => {
      for (const topic of topics) await createTopic(topic);
      await fill('before');
    };
    try {
      judge(await changed(`kind: kafka, brokers: ${url(servers.kafka)}, topics: [${topics.join(', ')}], sample: 40`, setUp, () => fill('after')), flatCases);
    } finally {
      await removeTopics(topics);
    }
  }, 240_000);
});
