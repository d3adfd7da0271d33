/**
 * Two brokers of a test's own, reached through TLS and SASL: one is killed while a tail follows and a trace scans, comes
 * back, and takes a partition over again. Nothing is lost, nothing comes twice, and the scan goes to its end.
 */

import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.js';
import { openSession } from '../../src/session/index.js';
import type { Session } from '../../src/session/contract.js';
import { KafkaBroker } from '../support/kafka-broker.js';
import { liveCli } from '../support/live-cli.js';
import { listening, servers } from '../support/servers.js';

const skip = !(await listening(servers.kafka.split(',')[0]!)) && process.env['CI'] !== 'true';
const wanted = '0197f0aa-5c2e-4d11-8f0a-6b1d2c3e4f51';
/** Of each of two partitions: more than a broker sends at once. */
const [bulk, bulkBytes] = [40, 400_000];

let brokers: KafkaBroker[] = [];
let session: Session;
let path = '';
const running: ChildProcess[] = [];

describe.skipIf(skip)('a cluster whose leaders move', () => {
  beforeAll(async () => {
    const first = await KafkaBroker.start();
    brokers = [first];
    brokers.push(await first.join(2));
    path = join(first.home, 'aishell.yaml');
    // Each has a certificate of an authority of its own.
    const ca = join(first.home, 'ca.pem');
    await writeFile(ca, (await Promise.all(brokers.map(({ home }) => readFile(join(home, 'data/kafka/tls/ca.pem'), 'utf8')))).join('\n'));
    const service = { kind: 'kafka', brokers: brokers.map(({ tlsAddress }) => tlsAddress), sasl: { mechanism: 'scram-sha-512', username: 'aishell', password: 'aishell-test' }, tls: { ca } };
    await writeFile(path, JSON.stringify({ services: { bus: service } }));
    await first.withAdmin(async (admin) => {
      const assigned = (...replicas: number[][]) => replicas.map((of, partition) => ({ partition, replicas: of }));
      await admin.createTopics({
        waitForLeaders: true,
        topics: [
          { topic: 'events', replicaAssignment: assigned([1, 2], [2, 1], [2, 1]) },
          { topic: 'bulk', replicaAssignment: assigned([2, 1], [1, 2]) },
        ],
      });
    });
    await produce(0, 90);
    await first.withProducer(async (producer) => {
      for (const partition of [0, 1]) {
        for (let n = 0; n < bulk; n++) await producer.send({ topic: 'bulk', messages: [{ partition, value: JSON.stringify({ id: n === bulk - 1 && partition === 0 ? wanted : `none-${n}`, pad: randomBytes(bulkBytes / 2).toString('hex') }) }] });
      }
    });
    session = await openSession({ config: await loadConfig({ cwd: first.home, env: { HOME: first.home, XDG_CACHE_HOME: join(first.home, 'xdg') }, path }), refresh: true });
  }, 180_000);

  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    await session?.close();
    for (const broker of brokers.toReversed()) await broker.remove();
  }, 60_000);

  const produce = (from: number, count: number) =>
    brokers[0]!.withProducer((producer) => producer.send({ topic: 'events', acks: -1, messages: Array.from({ length: count }, (_, i) => ({ partition: (from + i) % 3, value: JSON.stringify({ n: from + i }) })) }));

  test('is tailed and searched through it', async () => {
    const [first, second] = brokers as [KafkaBroker, KafkaBroker];
    const tail = liveCli(['tail', 'events', '--from', 'start', '--format', 'ndjson', '--config', path], { XDG_CACHE_HOME: join(first.home, 'xdg') });
    running.push(tail.child);
    await tail.until((lines) => lines.length === 90);

    const pid = Number(readFileSync(join(second.home, 'run/kafka.pid'), 'utf8'));
    let isKilled = false;
    const answer = await session.trace(wanted, {
      signal: AbortSignal.timeout(120_000),
      topics: ['bus.bulk'],
      onProgress: ({ scan }) => {
        if (isKilled || scan === undefined || scan.messages === 0) return;
        isKilled = true;
        process.kill(pid, 'SIGKILL');
      },
    });
    expect(isKilled).toBe(true);
    expect(answer).toMatchObject({ found: true, complete: true, missing: [] });
    expect(answer.steps).toHaveLength(1);
    const looked = answer.coverage.filter(({ table }) => table === 'bulk').flatMap(({ coverage }) => coverage);
    expect(looked.map(({ partition, from, to, messages, reachedEnd }) => [partition, from, to, messages, reachedEnd]).sort()).toEqual([['bulk/0', '0', String(bulk), bulk, true], ['bulk/1', '0', String(bulk), bulk, true]]);

    await produce(90, 90);
    await tail.until((lines) => lines.length === 180);
    await second.up();
    await first.withAdmin((admin) => admin.alterPartitionReassignments({ topics: [{ topic: 'events', partitionAssignment: [{ partition: 0, replicas: [2] }] }] }));
    await produce(180, 90);
    await tail.until((lines) => lines.length === 270);
    tail.child.kill('SIGINT');
    expect(await tail.exit()).toBe(130);
    const seen = tail.lines.map((line) => JSON.parse(line) as { _partition: number; _offset: string; _value: string });
    expect(seen.map(({ _value }) => (JSON.parse(_value) as { n: number }).n).sort((a, b) => a - b)).toEqual(Array.from({ length: 270 }, (_, n) => n));
    for (const partition of [0, 1, 2]) expect(seen.filter(({ _partition }) => _partition === partition).map(({ _offset }) => Number(_offset))).toEqual(Array.from({ length: 90 }, (_, offset) => offset));
    expect(await first.withAdmin(async (admin) => (await admin.listGroups()).groups)).toEqual([]);
  }, 240_000);
});
