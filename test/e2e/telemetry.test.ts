/** Spans of aishell itself: what a collector gets, a real Jaeger among them, and that nothing depends on it. */

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectors } from '../../connectors/index.js';
import type { Facts, ServiceConfig, Table } from '../../connectors/contract.js';
import { effectiveConfig } from '../../src/config/effective.js';
import { loadConfig } from '../../src/config/index.js';
import { FaultProxy } from '../support/proxy.js';
import { listening, servers } from '../support/servers.js';
import { runHere } from './support/in-process.js';

interface Sent {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, string>> }[];
  readonly status?: { readonly code: number; readonly message: string };
}

const areUp = (await Promise.all([servers.postgres, servers.jaeger, servers.jaegerOtlp].map(listening))).every(Boolean);
const own = `spans_${randomBytes(4).toString('hex')}`;
const token = `token-${randomBytes(8).toString('hex')}`;

/** Takes what is posted to it; `status` null: never answers. */
async function collector(status: number | null = 200) {
  const requests: { url: string; headers: IncomingHttpHeaders; body: string }[] = [];
  let connections = 0;
  const server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      requests.push({ url: request.url!, headers: request.headers, body });
      if (status !== null) response.writeHead(status).end('{}');
    });
  }).on('connection', () => connections++);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const close = (): Promise<unknown> => (server.closeAllConnections(), new Promise((done) => server.close(done)));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, connections: () => connections, close };
}

const spansOf = (body: string): readonly Sent[] => (JSON.parse(body) as { resourceSpans: [{ scopeSpans: [{ spans: Sent[] }] }] }).resourceSpans[0].scopeSpans[0].spans;
const attributes = ({ attributes: all }: Sent) => Object.fromEntries(all.map(({ key, value }) => [key, Object.values(value)[0]]));
/** `parent > name`, in the order in which they began. */
const tree = (spans: readonly Sent[]) => spans.map(({ name, parentSpanId }) => (parentSpanId === undefined ? name : `${spans.find(({ spanId }) => spanId === parentSpanId)!.name} > ${name}`));

describe.skipIf(!areUp && process.env['CI'] !== 'true')('spans', { timeout: 60_000 }, () => {
  let dir: string;
  let proxy: FaultProxy;
  let store: pg.Client;
  const write = (telemetry: object | undefined) =>
    writeFile(
      join(dir, 'aishell.yaml'),
      JSON.stringify({
        services: {
          crm: { kind: 'postgres', url: Object.assign(new URL(servers.postgres), { port: String(proxy.port) }).href, schema: own },
          desk: { kind: 'files', path: 'visits.csv' },
        },
        ...(telemetry && { telemetry }),
      }),
    );
  const run = (...args: readonly string[]) => runHere(args, dir);
  const join2 = "SELECT p.city, count(*) AS visits FROM crm.people p JOIN desk.visits v ON v.person = p.id WHERE p.city <> 'Zanzibar' GROUP BY 1";

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-telemetry-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    store = new pg.Client({ connectionString: servers.postgres });
    await store.connect();
    await store.query(`CREATE SCHEMA ${own}; CREATE TABLE ${own}.people (id int PRIMARY KEY, city text); INSERT INTO ${own}.people VALUES (1, 'Timbuktu'), (2, 'Zanzibar')`);
    await writeFile(join(dir, 'visits.csv'), 'visit_id,person\nV-1001,1\nV-1002,1\nV-1003,2\n');
    const { hostname, port } = new URL(servers.postgres);
    proxy = await FaultProxy.to(hostname, Number(port));
  }, 60_000);
  afterAll(async () => {
    await proxy.close();
    await store.query(`DROP SCHEMA ${own} CASCADE`);
    await store.end();
    await rm(dir, { recursive: true, force: true });
  });

  test('a statement: its plan, what each store was asked, the local join, and no value, secret or message', async () => {
    const taker = await collector();
    await write({ otlp: `${taker.url}/base/`, headers: { 'X-Token': token }, service: 'shell of mine' });
    const { code, stdout } = await run('sql', join2, '--format', 'csv');
    expect([code, stdout]).toEqual([0, 'city,visits\nTimbuktu,2\n']);
    const [{ url, headers, body }, ...others] = taker.requests as [(typeof taker.requests)[0]];
    expect([others, url, headers['x-token'], headers['content-type']]).toEqual([[], '/base/v1/traces', token, 'application/json']);
    const spans = spansOf(body);
    expect(tree(spans).sort()).toEqual(['sql', 'sql > local join', 'sql > plan', 'sql > read crm.people', 'sql > read desk.visits']);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    const [root] = spans as [Sent];
    for (const span of spans) {
      expect([BigInt(span.startTimeUnixNano) >= BigInt(root.startTimeUnixNano), BigInt(span.endTimeUnixNano) <= BigInt(root.endTimeUnixNano), BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano), span.status]).toEqual([true, true, true, undefined]);
    }
    const people = spans.find(({ name }) => name === 'read crm.people')!;
    expect(people.kind).toBe(3);
    expect(attributes(people)).toMatchObject({
      'db.system.name': 'postgresql', 'db.namespace': 'postgres', 'db.collection.name': expect.stringContaining('people') as string,
      'server.address': '127.0.0.1', 'server.port': String(proxy.port), 'aishell.service': 'crm', 'aishell.rows': '1',
    });
    expect(attributes(spans.find(({ name }) => name === 'local join')!)).toEqual({ 'aishell.rows': '1' });
    expect(body).toContain('"shell of mine"');
    for (const secret of [token, new URL(servers.postgres).password, 'Timbuktu', 'Zanzibar', 'SELECT', 'visits FROM']) expect(body).not.toContain(secret);
    const shown = await effectiveConfig({ cwd: dir, env: {} });
    expect(shown.settings.find(({ setting }) => setting === 'telemetry.headers.X-Token')).toMatchObject({ value: '***' });
    await taker.close();
  });

  test('native queries where they are asked for; a question is translated first', async () => {
    const taker = await collector();
    await write({ otlp: taker.url, queries: true });
    expect(await run('query', 'how many people per city', '--format', 'csv')).toMatchObject({ code: 0 });
    const spans = spansOf(taker.requests[0]!.body);
    expect(tree(spans)).toEqual(['query', 'query > translate', 'query > plan', 'query > read crm.people', 'query > local join']);
    expect(attributes(spans[3]!)['db.query.text']).toMatch(/^SELECT .*people/s);
    await taker.close();
  });

  test('what fails has its code, and nothing of its message', async () => {
    const taker = await collector();
    await write({ otlp: taker.url });
    expect(await run('sql', 'SELECT secretive FROM crm.people')).toMatchObject({ code: 2 });
    const unknown = spansOf(taker.requests[0]!.body);
    expect(unknown.map(({ name, status }) => [name, status])).toEqual([['sql', { code: 2, message: 'sql.unknown' }], ['plan', { code: 2, message: 'sql.unknown' }]]);
    expect(attributes(unknown[0]!)).toEqual({ 'aishell.command': 'sql', 'error.type': 'sql.unknown' });
    expect(taker.requests[0]!.body).not.toContain('secretive');
    // The catalogue is cached; the store hangs up.
    proxy.cutAfter(0);
    expect(await run('sql', join2)).toMatchObject({ code: 5 });
    proxy.heal();
    const lost = spansOf(taker.requests[1]!.body);
    const { status } = lost.find(({ name }) => name === 'read crm.people')!;
    expect([status?.code, status?.message.split('.')[0], lost[0]!.status]).toEqual([2, 'source', status]);
    expect(taker.requests[1]!.body).not.toContain('crm: ');
    await taker.close();
  });

  test('off: no connection, whatever variables say', async () => {
    const taker = await collector();
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = taker.url;
    try {
      await write(undefined);
      expect(await run('sql', join2, '-v')).toMatchObject({ code: 0, stderr: expect.not.stringContaining('telemetry') as string });
      expect(taker.connections()).toBe(0);
    } finally {
      delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
      await taker.close();
    }
  });

  test('a collector that is down, silent or refuses costs a line for -v and no exit code', async () => {
    const [silent, refusing, gone] = [await collector(null), await collector(401), await collector()];
    await gone.close();
    for (const [{ url }, why] of [[silent, 'no answer within 1 s'], [refusing, 'status 401'], [gone, 'ECONNREFUSED']] as const) {
      await write({ otlp: url, headers: { Authorization: token } });
      const { code, stdout, stderr } = await run('sql', join2, '--format', 'csv', '-v');
      expect([code, stdout]).toEqual([0, 'city,visits\nTimbuktu,2\n']);
      expect(stderr.split('\n').filter((line) => line.includes('telemetry'))).toEqual([`telemetry: the spans were not taken by ${url}: ${why}`]);
    }
    expect((await run('sql', join2, '--format', 'csv')).stderr).toBe('');
    await Promise.all([silent.close(), refusing.close()]);
  });

  test('Jaeger shows a trace and each of its look-ups below it', async () => {
    await write({ otlp: servers.jaegerOtlp, service: own });
    expect(await run('trace', 'V-1002', '--deep')).toMatchObject({ code: 0 });
    interface Shown {
      readonly spans: readonly { readonly spanID: string; readonly operationName: string; readonly references: readonly { readonly refType: string; readonly spanID: string }[] }[];
    }
    let found: readonly Shown[] = [];
    const areAll = () => found.some(({ spans }) => spans.some(({ operationName }) => operationName === 'local join'));
    // It stores span by span.
    for (let attempt = 0; !areAll() && attempt < 100; attempt++) {
      if (attempt > 0) await new Promise((done) => setTimeout(done, 100));
      found = ((await (await fetch(`${servers.jaeger}/api/traces?service=${own}`)).json()) as { data: readonly Shown[] }).data;
    }
    expect(found.length).toBe(1);
    const { spans } = found[0]!;
    const parent = ({ references }: Shown['spans'][0]) => spans.find(({ spanID }) => references[0]?.spanID === spanID)?.operationName;
    const edges = new Set(spans.map((span) => `${parent(span)} > ${span.operationName}`));
    for (const edge of ['undefined > trace', 'trace > statement', 'statement > plan', 'statement > read desk.visits', 'statement > local join']) expect(edges).toContain(edge);
  });

  test.each(['http://user:word@collector', 'http://collector?key=word', 'ftp://collector', 'collector:4318'])('an address that is none, or holds a secret: %s', async (otlp) => {
    await write({ otlp });
    await expect(loadConfig({ cwd: dir, env: {} })).rejects.toMatchObject({ code: 'config', message: expect.not.stringContaining('word') as string });
  });
});

test('every kind says what its store is, by its names in the conventions, and no password', async () => {
  const table = { service: 'x', name: 'things', kind: 'table', columns: [], native: { database: 'shop', name: 'things', collection: 'Things', topic: 'live.things', format: 'sqlite' } } as unknown as Table;
  const given: Readonly<Record<string, readonly [ServiceConfig['options'], object, Partial<Facts>?]>> = {
    postgres: [{ url: 'postgres://me:word@db.internal:6000/shop' }, { 'db.system.name': 'postgresql', 'db.namespace': 'shop', 'db.collection.name': 'things', 'server.address': 'db.internal', 'server.port': 6000 }],
    mysql: [{ url: 'mysql://me:word@db.internal/' }, { 'db.system.name': 'mariadb', 'db.namespace': 'shop', 'db.collection.name': 'things', 'server.address': 'db.internal', 'server.port': 3306 }, { product: 'MariaDB' }],
    mongodb: [{ url: 'mongodb://me:word@a.internal:27018/shop' }, { 'db.system.name': 'mongodb', 'db.namespace': 'shop', 'db.collection.name': 'Things', 'server.address': 'a.internal', 'server.port': 27018 }],
    clickhouse: [{ url: 'https://me:word@ch.internal:9443/' }, { 'db.system.name': 'clickhouse', 'db.namespace': 'shop', 'db.collection.name': 'things', 'server.address': 'ch.internal', 'server.port': 9443 }],
    redis: [{ url: 'redis://:word@cache.internal/3' }, { 'db.system.name': 'redis', 'db.namespace': '3', 'server.address': 'cache.internal', 'server.port': 6379 }],
    kafka: [{ brokers: ['a:9092', 'b:9092'] }, { 'messaging.system': 'kafka', 'messaging.operation.name': 'fetch', 'messaging.operation.type': 'receive', 'messaging.destination.name': 'live.things' }],
    rabbitmq: [{ url: 'amqp://me:word@mq.internal' }, { 'messaging.system': 'rabbitmq', 'messaging.operation.name': 'fetch', 'messaging.operation.type': 'receive', 'messaging.destination.name': 'live.things', 'server.address': 'mq.internal', 'server.port': 5552 }],
    files: [{ path: '.' }, { 'db.system.name': 'sqlite' }],
  };
  for (const [kind, load] of Object.entries(connectors)) {
    const [options, expected, facts = {}] = given[kind]!;
    const service: ServiceConfig = { name: 'x', kind, tags: {}, options, tls: undefined, baseDir: '/' };
    expect([kind, await (await load()).spanAttributes!(service, table, { version: '1', ...facts })]).toEqual([kind, expected]);
  }
  const several: ServiceConfig = { name: 'x', kind: 'mongodb', tags: {}, options: { url: 'mongodb://a:1,b:2/shop' }, tls: undefined, baseDir: '/' };
  expect(await (await connectors['mongodb']!()).spanAttributes!(several, table, { version: '1' })).not.toHaveProperty('server.address');
});
