/** One id through Avro, CloudEvents and Debezium messages, with the registry there and gone. */

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import avsc from 'avsc';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TraceAnswer } from '../../../src/answer/contract.js';
import { createTopic, produce, removeTopics } from '../../support/kafka.js';
import { register, removeSubjects } from '../../support/registry.js';
import { listening, servers } from '../../support/servers.js';

const isUp = (await listening(servers.registry)) && (await listening(servers.kafka.split(',')[0]!));
const prefix = `trace-formats-${process.pid}-${Date.now()}.`;
const topics = ['orders', 'cloud', 'changes'].map((name) => prefix + name);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const eventId = '7f9c2ba4-e88f-47f8-a5f2-0c1d4e0a7c11';
const traceId = '0af7651916cd43dd8448eb211c80319c';
let dir: string;

interface Ran {
  readonly code: number;
  readonly answer: TraceAnswer;
}

async function trace(id: string, ...more: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const args = ['--import', 'tsx', 'test/support/real-cli.ts', 'trace', id, '--format', 'json', ...more];
    execFile(process.execPath, args, { cwd: root, env: { ...process.env, HOME: dir, XDG_CACHE_HOME: join(dir, 'cache') }, timeout: 60_000 }, (error, stdout) =>
      resolve({ code: error === null ? 0 : Number(error.code), answer: JSON.parse(stdout) as TraceAnswer }),
    );
  });
}

const places = ({ answer }: Ran) => answer.steps.map((step) => `${step.table}/${String(step.locator['_offset'])} ${step.because.join(', ')}`);

describe.skipIf(!isUp && process.env['CI'] !== 'true')('a trace through formats', () => {
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'trace-formats-'));
    const fields = [{ name: 'eventId', type: 'string' }, { name: 'parcel', type: { type: 'fixed', name: 'Id', size: 16, logicalType: 'uuid' } }];
    const id = await register(`${topics[0]!}-value`, { schema: JSON.stringify({ type: 'record', name: 'Placed', fields }) });
    const plain = [fields[0], { name: 'parcel', type: { type: 'fixed', name: 'Id', size: 16 } }];
    const body = avsc.Type.forSchema({ type: 'record', name: 'Placed', fields: plain } as avsc.Schema).toBuffer({ eventId, parcel: Buffer.from('11111111222233334444555566667777', 'hex') });
    const head = Buffer.alloc(5);
    head.writeUInt32BE(id, 1);
    for (const topic of topics) await createTopic(topic);
    await produce(topics[0]!, [{ value: Buffer.concat([head, body]) }]);
    await produce(topics[1]!, [
      { value: '{"amount":5}', headers: { ce_specversion: '1.0', ce_id: 'evt-0001-A', ce_source: '/shop', ce_type: 'order.paid', ce_traceparent: `00-${traceId}-b7ad6b7169203331-01` } },
      { value: JSON.stringify({ specversion: '1.0', id: 'evt-0002-B', source: '/shop', type: 'order.shipped', traceparent: `00-${traceId}-b7ad6b7169203332-01`, data: { n: 1 } }) },
    ]);
    const key = '{"schema":{"type":"struct"},"payload":{"id":"CDC-77-x"}}';
    const change = { before: null, after: { id: 'CDC-77-x', state: 'NEW' }, source: { db: 'shop', table: 'things', lsn: 24_023_128 }, op: 'c', ts_ms: 1_700_000_000_100 };
    await produce(topics[2]!, [{ key, value: JSON.stringify({ schema: { type: 'struct' }, payload: change }) }, { key, value: null }]);
    const config = (url: string) => `services:\n  bus:\n    kind: kafka\n    brokers: "${servers.kafka}"\n    prefix: ${prefix}\n    registry: { url: "${url}" }\n`;
    await writeFile(join(dir, 'up.yaml'), config(servers.registry));
    await writeFile(join(dir, 'down.yaml'), config('http://127.0.0.1:9'));
  }, 60_000);
  afterAll(async () => {
    await removeTopics(topics);
    await removeSubjects([`${topics[0]!}-value`]);
    await rm(dir, { recursive: true });
  });

  test('finds ids in text and in binary fields, in CloudEvents of both modes, in changes and tombstones', async () => {
    const up = ['--config', join(dir, 'up.yaml')];
    expect(places(await trace(eventId, ...up))).toEqual([expect.stringContaining(`orders/0 eventId = ${eventId}`) as string]);
    expect(places(await trace('11111111-2222-3333-4444-555566667777', ...up))).toEqual(['orders/0 parcel = 11111111-2222-3333-4444-555566667777']);
    const events = await trace('evt-0002-B', ...up);
    expect(places(events)).toEqual([`cloud/0 _headers.ce_traceparent = ${traceId}`, expect.stringContaining('cloud/1 id = evt-0002-B') as string]);
    expect(events.answer.steps.map(({ what }) => what)).toEqual(['event order.paid on cloud', 'event order.shipped on cloud']);
    expect(events.answer.steps[1]!.edges[0]!.certainty).toBe('declared');
    const changes = places(await trace('CDC-77-x', ...up));
    expect(changes).toEqual([expect.stringContaining('changes/0 ') as string, 'changes/1 _key.payload.id = CDC-77-x']);
    expect(changes[0]).toContain('payload.after.id = CDC-77-x');
  }, 120_000);

  test('without the registry finds it by its bytes, names what it lacks, and says so by its exit code', async () => {
    const down = ['--config', join(dir, 'down.yaml')];
    const strict = await trace(eventId, ...down);
    expect(strict.code).toBe(5);
    expect(places(strict)).toEqual([`orders/0 _value = ${eventId}`]);
    expect(strict.answer.complete).toBe(false);
    expect(strict.answer.missing.map(({ reason }) => reason).join()).toContain('messages can\'t be decoded, since the schema registry');
    expect((await trace(eventId, ...down, '--allow-partial')).code).toBe(4);
  }, 120_000);
});
