/** The registry client against a real Apicurio, and against servers that misbehave. */

import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { redact, Secret, type ServiceConfig } from '../../../connectors/contract.js';
import { SchemaRegistry } from '../../../connectors/registry/index.js';
import { register, removeSubjects, setLevel } from '../../support/registry.js';
import { listening, servers } from '../../support/servers.js';

const signal = new AbortController().signal;
const open: SchemaRegistry[] = [];
const faked: Server[] = [];

function registry(options: Record<string, unknown>, timeoutMs = 5_000): SchemaRegistry {
  const service: ServiceConfig = { name: 'bus', kind: 'kafka', tags: {}, options: { registry: options as never }, tls: undefined, baseDir: '/' };
  const client = SchemaRegistry.of(service, timeoutMs)!;
  open.push(client);
  return client;
}

async function fake(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  faked.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterAll(async () => {
  await Promise.all(open.map((client) => client.close()));
  for (const server of faked) {
    server.closeAllConnections();
    server.close();
  }
});

const isUp = await listening(servers.registry);

describe.skipIf(!isUp)('Apicurio', () => {
  const prefix = `registry-${process.pid}-${Date.now()}`;
  const [address, order] = [`${prefix}.address`, `${prefix}.order-value`];
  const addressSchema = { type: 'record', name: 'Address', namespace: 'geo', fields: [{ name: 'street', type: 'string' }] };
  const orderSchema = { type: 'record', name: 'Order', fields: [{ name: 'id', type: 'string' }, { name: 'to', type: 'geo.Address' }] };
  let id = 0;

  beforeAll(async () => {
    await register(address, { schema: JSON.stringify(addressSchema) });
    id = await register(order, { schema: JSON.stringify(orderSchema), references: [{ name: 'geo.Address', subject: address, version: 1 }] });
    await setLevel(address, 'BACKWARD');
  });
  afterAll(() => removeSubjects([order, address]));

  test('subjects, versions and schemas, with what they refer to', async () => {
    const client = registry({ url: servers.registry });
    const subjects = await client.subjects(signal);
    expect(subjects).toContain(order);
    expect(await client.versions(order, signal)).toEqual([1]);
    const latest = (await client.version(order, 'latest', signal))!;
    expect(latest).toMatchObject({ subject: order, version: 1, id, type: 'AVRO', references: [{ name: 'geo.Address', subject: address, version: 1 }] });
    const resolved = (await client.byId(id, signal))!;
    expect(JSON.parse(resolved.text)).toEqual(orderSchema);
    expect(resolved.dependencies.map(({ name }) => name)).toEqual(['geo.Address']);
    expect(JSON.parse(resolved.dependencies[0]!.text)).toEqual(addressSchema);
    expect(await client.resolve(latest, signal)).toEqual(resolved);
  });

  test('what is not there is undefined', async () => {
    const client = registry({ url: servers.registry });
    expect(await client.versions(`${prefix}.none`, signal)).toEqual([]);
    expect(await client.version(`${prefix}.none`, 'latest', signal)).toBeUndefined();
    expect(await client.version(order, 7, signal)).toBeUndefined();
    expect(await client.byId(2_000_000_000, signal)).toBeUndefined();
  });

  test('compatibility by the subject\'s own rule', async () => {
    const client = registry({ url: servers.registry });
    expect(await client.level(address, signal)).toBe('BACKWARD');
    const candidate = (fields: unknown[]) => ({ type: 'AVRO' as const, text: JSON.stringify({ ...addressSchema, fields }), references: [] });
    const fields = addressSchema.fields;
    expect(await client.compatibility(address, candidate([...fields, { name: 'city', type: 'string', default: '' }]), 'latest', signal)).toEqual({ isCompatible: true, messages: [] });
    const broken = await client.compatibility(address, candidate([...fields, { name: 'city', type: 'string' }]), 'latest', signal);
    expect(broken?.isCompatible).toBe(false);
    expect(await client.compatibility(address, { type: 'AVRO', text: '{"type":"nothing"}', references: [] }, 'latest', signal)).toMatchObject({ isCompatible: false });
  });
});

describe('trouble', () => {
  test('signs in, and hides what it signs in with', async () => {
    const seen: (string | undefined)[] = [];
    const url = await fake((request, answer) => {
      seen.push(request.headers.authorization);
      answer.end('[]');
    });
    await registry({ url, username: 'reader', password: new Secret('hush hush') }).subjects(signal);
    await registry({ url, token: new Secret('bearer-of-news') }).subjects(signal);
    await registry({ url: url.replace('//', '//in:url%21secret@') }).subjects(signal);
    expect(seen).toEqual([`Basic ${Buffer.from('reader:hush hush').toString('base64')}`, 'Bearer bearer-of-news', `Basic ${Buffer.from('in:url!secret').toString('base64')}`]);
    expect(redact(`hush hush bearer-of-news url!secret ${seen[0]}`)).not.toMatch(/hush|news|url!|cmVhZ/);
  });

  test('refusals name the service and the remedy, and are not repeated', async () => {
    let asked = 0;
    const url = await fake((_, answer) => {
      asked++;
      answer.writeHead(401).end('{"error_code":40101,"message":"User cannot be authenticated"}');
    });
    await expect(registry({ url }).subjects(signal)).rejects.toMatchObject({ code: 'source.auth', message: expect.stringContaining('bus: the schema registry') as string });
    expect(asked).toBe(1);
  });

  test('a passing failure is asked again, one that lasts is told', async () => {
    let asked = 0;
    const url = await fake((_, answer) => (++asked < 3 ? answer.writeHead(503).end('busy') : answer.end('["a"]')));
    expect(await registry({ url }).subjects(signal)).toEqual(['a']);
    const down = await fake((_, answer) => answer.writeHead(500).end('{"message":"broken disk"}'));
    await expect(registry({ url: down }).subjects(signal)).rejects.toMatchObject({ code: 'source.failed', message: expect.stringContaining('broken disk') as string });
    expect(await registry({ url: ['http://127.0.0.1:9', url] }).subjects(signal)).toEqual(['a']);
  });

  test('one that is not there, hangs, or answers with something else', async () => {
    await expect(registry({ url: 'http://127.0.0.1:9' }).subjects(signal)).rejects.toMatchObject({ code: 'source.unreachable' });
    const silent = await fake(() => {});
    await expect(registry({ url: silent }, 100).subjects(signal)).rejects.toMatchObject({ code: 'source.unreachable', message: expect.stringContaining('100 ms') as string });
    const page = await fake((_, answer) => answer.end('<html>welcome</html>'));
    await expect(registry({ url: page }).subjects(signal)).rejects.toMatchObject({ code: 'source.failed' });
    expect(() => registry({ url: 'localhost:8081' })).toThrow(/http:\/\//);
  });

  test('is cancelled at once, and whoever asks for the same schema meanwhile gets it', async () => {
    const held: (() => void)[] = [];
    let isOpen = false;
    const url = await fake((_, answer) => {
      const send = () => answer.end('{"schema":"\\"string\\""}');
      if (isOpen) send();
      else held.push(send);
    });
    const client = registry({ url });
    const stop = new AbortController();
    const first = client.byId(1, stop.signal);
    const second = client.byId(1, signal);
    isOpen = true;
    stop.abort();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    expect(await second).toMatchObject({ type: 'AVRO', text: '"string"' });
  });

  test('references in a circle and schemas without end are refused', async () => {
    const circle = await fake((request, answer) => {
      const other = request.url!.includes('/a/') ? 'b' : 'a';
      answer.end(JSON.stringify({ id: 1, version: 1, schema: '{}', schemaType: 'JSON', references: [{ name: other, subject: other, version: 1 }] }));
    });
    await expect(registry({ url: circle }).byId(1, signal)).rejects.toMatchObject({ code: 'source.value', message: expect.stringContaining('refers to itself') as string });
    const endless = await fake((request, answer) => {
      const n = Number(/n(\d+)/.exec(request.url!)?.[1] ?? 0) + 1;
      answer.end(JSON.stringify({ id: n, version: 1, schema: '{}', schemaType: 'JSON', references: [{ name: `n${n}`, subject: `n${n}`, version: 1 }] }));
    });
    await expect(registry({ url: endless }).byId(1, signal)).rejects.toMatchObject({ code: 'source.value', message: expect.stringContaining('more than 200') as string });
    const large = await fake((_, answer) => answer.end(JSON.stringify({ schema: `"${'x'.repeat(5 * 1024 * 1024)}"` })));
    await expect(registry({ url: large }).byId(1, signal)).rejects.toMatchObject({ code: 'source.value', message: expect.stringContaining('characters') as string });
  });
});
