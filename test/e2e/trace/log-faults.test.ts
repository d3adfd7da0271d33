/**
 * What goes wrong under a scan of a log: a batch that is corrupt, records that are deleted, a topic that vanishes, one
 * that may not be read, times far out of order. What could not be read is said, and the rest is searched.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connector as kafka } from '../../../connectors/kafka/index.js';
import type { TraceAnswer } from '../../../src/answer/contract.js';
import type { TraceOptions } from '../../../src/trace/contract.js';
import { createTopic, produce, removeTopics, withAdmin } from '../../support/kafka.js';
import { fetchKey, KafkaProxy, listOffsetsKey } from '../../support/kafka-proxy.js';
import { listening, servers } from '../../support/servers.js';
import { Asker, cli } from '../answers/ask.js';
import { stepsOf } from './truth.js';

const broker = servers.kafka.split(',')[0]!;
const sasl = process.env['AISHELL_KAFKA_SASL_BROKERS'] ?? '127.0.0.1:19094';
const isUp = await listening(broker);
const prefix = `faults_${process.pid}_`;
const topics = ['fine', 'rotten', 'shrinks', 'fades', 'goes', 'secret', 'hidden', 'times'];
const id = 'evt-5c0d-77';
const message = (more: object = {}) => ({ value: JSON.stringify({ eventId: id, ...more }) });
const acl = (topic: string, operation: AclOperationTypes) => ({
  resourceType: AclResourceTypes.TOPIC, resourceName: prefix + topic, resourcePatternType: ResourcePatternTypes.LITERAL,
  principal: 'User:reader', host: '*', permissionType: AclPermissionTypes.ALLOW, operation,
});

describe.skipIf(!isUp && process.env['CI'] !== 'true')('a trace over a log in trouble', { timeout: 120_000 }, () => {
  let dir: string;
  let proxy: KafkaProxy;
  let asker: Asker;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-log-faults-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    for (const topic of topics) await createTopic(prefix + topic, { settings: { 'max.message.bytes': '4000000', 'message.timestamp.after.max.ms': '9223372036854775807' } });
    await produce(prefix + 'fine', [message()]);
    for (const note of ['first', 'FLIP THIS', 'third']) await produce(prefix + 'rotten', [message({ note })]);
    // An answer holds two or three of them.
    for (let n = 0; n < 6; n++) await produce(prefix + 'shrinks', [message({ n, filler: 'x'.repeat(3_000_000) })]);
    for (const topic of ['fades', 'goes', 'secret', 'hidden']) await produce(prefix + topic, [message()]);
    await produce(prefix + 'times', ['1767261600000', '32503680000000', '1767261601000', '1'].map((timestamp, n) => ({ ...message({ n }), timestamp })));
    proxy = await KafkaProxy.to(broker);
    const config = (name: string, service: object) => writeFile(join(dir, `${name}.yaml`), JSON.stringify({ services: { bus: { kind: 'kafka', prefix, ...service } } }));
    await config('proxied', { brokers: `127.0.0.1:${proxy.port}`, addresses: { [broker]: `127.0.0.1:${proxy.port}` }, topics: ['fine', 'rotten', 'shrinks', 'fades', 'goes'] });
    await config('reader', { brokers: sasl, sasl: { mechanism: 'plain', username: 'reader', password: 'aishell-test' }, topics: ['fine', 'secret', 'hidden'] });
    await config('plain', { brokers: broker, topics: ['fine', 'times'] });
    await withAdmin((admin) => admin.createAcls({ acl: [acl('fine', AclOperationTypes.READ), acl('secret', AclOperationTypes.DESCRIBE)] }));
    asker = await Asker.open(join(dir, 'proxied.yaml'));
  }, 120_000);
  afterAll(async () => {
    await asker?.close();
    await proxy?.close();
    await withAdmin((admin) => admin.deleteAcls({ filters: ['fine', 'secret'].map((topic) => ({ ...acl(topic, AclOperationTypes.ANY), permissionType: AclPermissionTypes.ANY })) }));
    await removeTopics(topics.map((topic) => prefix + topic));
    await rm(dir, { recursive: true, force: true });
  });

  const trace = (options: TraceOptions = {}, from = asker) => from.session.trace(id, { signal: AbortSignal.timeout(60_000), ...options });
  const reasons = ({ missing }: TraceAnswer) => missing.map(({ service, reason }) => `${service}: ${reason}`);
  const coverageOf = ({ coverage }: TraceAnswer, name: string) => coverage.filter(({ table }) => table === name).flatMap((looked) => looked.coverage);

  it('names a corrupt batch by its offset, and reads those before and after it', async () => {
    proxy.onAnswer = (key, frame) => {
      const at = key === fetchKey ? frame.indexOf('FLIP THIS') : -1;
      if (at >= 0) frame[at]! ^= 1;
    };
    const answer = await trace({ topics: ['rotten', 'fine'] });
    expect(stepsOf(answer, 'part')).toEqual(['bus.fine 0/0', 'bus.rotten 0/0', 'bus.rotten 0/2']);
    expect(answer.complete).toBe(false);
    expect(reasons(answer)).toEqual([expect.stringContaining('rotten, partition 0: the record batch at offset 1 can\'t be read: its checksum does not fit') as string]);
    expect(coverageOf(answer, 'rotten')[0]).toMatchObject({ from: '0', to: '3', messages: 2, reachedEnd: true, bound: expect.stringContaining('batch at offset 1') as string });
    // What may stand in it is not called lacking.
    expect(answer.verdicts.map(({ kind }) => kind).filter((kind) => kind === 'no event' || kind === 'not finished')).toEqual([]);
    await expect(asker.sql('SELECT count(_value) FROM bus.rotten')).rejects.toMatchObject({ code: 'source.failed', message: expect.stringContaining('offset 1') as string });
    proxy.onAnswer = () => {};
    expect((await trace({ topics: ['rotten'] })).complete).toBe(true);
  });

  it('says which records were deleted under the scan, and reads the rest', async () => {
    let asked = 0;
    proxy.onRequest = async (key, frame) => {
      if (key !== fetchKey || !frame.includes('shrinks') || ++asked !== 2) return;
      await withAdmin(async (admin) => {
        await admin.fetchTopicOffsets(`${prefix}shrinks`);
        await admin.deleteTopicRecords({ topic: `${prefix}shrinks`, partitions: [{ partition: 0, offset: '5' }] });
      });
    };
    const answer = await trace({ topics: ['shrinks'] });
    proxy.onRequest = () => {};
    const found = stepsOf(answer, 'part').map((step) => Number(step.split('/')[1]));
    const [told] = reasons(answer).flatMap((reason) => /the messages from offset (\d+) to 4 were deleted before they could be read/.exec(reason)?.[1] ?? []);
    expect(Number(told), reasons(answer).join()).toBeGreaterThan(0);
    expect(found).toEqual([...Array.from({ length: Number(told) }, (_, n) => n), 5]);
    expect(coverageOf(answer, 'shrinks')[0]).toMatchObject({ messages: Number(told) + 1, bound: expect.stringContaining('were deleted') as string });
  });

  it('names a topic that vanishes under the scan, and searches the others', async () => {
    let isGone = false;
    proxy.onRequest = async (key, frame) => {
      if (key !== fetchKey || !frame.includes('fades') || isGone) return;
      isGone = true;
      await removeTopics([`${prefix}fades`]);
    };
    const answer = await trace({ topics: ['fades', 'fine'] });
    proxy.onRequest = () => {};
    expect(stepsOf(answer, 'part')).toEqual(['bus.fine 0/0']);
    expect(reasons(answer)).toEqual([expect.stringMatching(/^bus\.fades: .*UNKNOWN_TOPIC/) as string]);
    expect(answer.coverage.find(({ table }) => table === 'fades')?.notSearched).toContain('fades');
  });

  it('takes a topic that vanishes between metadata and offsets for no other topic\'s trouble', async () => {
    let deletions = 0;
    // Each who asks for its offsets does so when it is gone, whatever metadata said before.
    const vanishing = async (key: number, frame: Buffer) => {
      if (key !== listOffsetsKey || !frame.includes(`${prefix}goes`)) return;
      deletions++;
      await removeTopics([`${prefix}goes`]);
    };
    proxy.onRequest = vanishing;
    const answer = await trace({ topics: ['goes', 'fine'] });
    expect(deletions).toBeGreaterThan(0);
    expect(stepsOf(answer, 'part')).toEqual(['bus.fine 0/0']);
    expect(reasons(answer)).toEqual([expect.stringMatching(/^bus\.goes: .*goes, partition 0: UNKNOWN_TOPIC/) as string]);
    expect(coverageOf(answer, 'fine')[0]).toMatchObject({ messages: 1, reachedEnd: true });
    // The catalogue lacks that topic alone.
    proxy.onRequest = () => {};
    await createTopic(`${prefix}goes`);
    const there = `127.0.0.1:${proxy.port}`;
    const service = { name: 'bus', kind: 'kafka', tags: {}, options: { brokers: there, prefix, topics: ['fine', 'goes'], addresses: { [broker]: there } }, tls: undefined, baseDir: '/' };
    const signal = AbortSignal.timeout(60_000);
    const source = await kafka.connect(service, { tempDir: dir, connectTimeoutMs: 10_000, log: () => {} }, signal);
    proxy.onRequest = vanishing;
    try {
      const description = await source.describe(signal);
      expect(description.tables.map(({ name }) => name)).toEqual(['fine']);
      expect(description.warnings).toEqual([expect.stringMatching(/goes is left out: .*UNKNOWN_TOPIC/) as string]);
    } finally {
      proxy.onRequest = () => {};
      await source.close();
    }
  });

  it('names topics that may not be read, whether they can be seen or not', async () => {
    const run = (...more: string[]) => cli('trace', id, '--config', join(dir, 'reader.yaml'), '--format', 'json', ...more);
    const strict = await run();
    expect(strict.stdout, strict.stderr).not.toBe('');
    const answer = JSON.parse(strict.stdout) as TraceAnswer;
    expect([strict.code, stepsOf(answer, 'part')], strict.stderr).toEqual([5, ['bus.fine 0/0']]);
    expect(reasons(answer).sort()).toEqual(['hidden', 'secret'].map((topic) => expect.stringMatching(new RegExp(`^bus.${topic}: .*TOPIC_AUTHORIZATION_FAILED`)) as string));
    expect((await run('--allow-partial')).code).toBe(4);
  });

  it('finds what lies in a window whatever stands around it', async () => {
    const plain = await Asker.open(join(dir, 'plain.yaml'));
    const offsets = async (options: TraceOptions) => stepsOf(await trace({ topics: ['times'], ...options }, plain), 'part').map((step) => Number(step.split('/')[1])).sort();
    expect(await offsets({ until: '2026-01-01T11:00:00Z' })).toEqual([0, 2, 3]);
    expect(await offsets({ since: '2026-01-01T09:00:00Z', until: '2026-01-01T11:00:00Z' })).toEqual([0, 2]);
    expect(await offsets({ since: '2026-01-01T11:00:00Z' })).toEqual([1]);
    await plain.close();
  });
});
