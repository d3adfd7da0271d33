/** Offsets without messages, on a broker that compacts and in a log of transactions: honest coverage, and nobody accused. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TraceAnswer } from '../../../src/answer/contract.js';
import { KafkaBroker } from '../../support/kafka-broker.js';
import { listening, servers } from '../../support/servers.js';
import { Asker, cli } from '../answers/ask.js';
import { stepsOf } from './truth.js';

const isUp = await listening(servers.kafka.split(',')[0]!);
const start = Date.parse('2026-01-10T08:00:00Z');
const minute = 60_000;
const claims = 60;
/** Noted later, which is all that compaction leaves of it. */
const noted = 30;

describe.skipIf(!isUp && process.env['CI'] !== 'true')('a trace over logs with holes', { timeout: 180_000 }, () => {
  let broker: KafkaBroker;
  let asker: Asker;
  let reader: Asker;

  const claimOf = (n: number) => 41_000 + n;
  const event = (n: number, type: string, at: number) => ({ key: String(claimOf(n)), timestamp: String(at), value: JSON.stringify({ eventId: `ev-${type}-${claimOf(n)}`, eventType: type, claimId: claimOf(n) }) });
  const count = async (topic: string) => Number((await asker.sql(`SELECT count(*) FROM bus.${topic}`)).rows[0]![0]);

  beforeAll(async () => {
    broker = await KafkaBroker.start({ AISHELL_KAFKA_CLEANER: 'true' });
    const { home } = broker;
    process.env['XDG_CACHE_HOME'] = join(home, 'cache-xdg');
    // A record whose time is later than that begins a segment; all before it are compacted.
    const configEntries = Object.entries({ 'cleanup.policy': 'compact', 'segment.ms': '86400000', 'min.cleanable.dirty.ratio': '0.001' }).map(([name, value]) => ({ name, value }));
    await broker.withAdmin((admin) => admin.createTopics({ waitForLeaders: true, topics: [...['claims', 'hot'].map((topic) => ({ topic, numPartitions: 1, configEntries })), { topic: 'ledger', numPartitions: 1 }] }));
    await broker.produce('claims', Array.from({ length: claims }, (_, n) => event(n, 'ClaimOpened', start + n * minute + 1_000)));
    await broker.produce('claims', [event(noted, 'ClaimNoted', start + 300 * minute)]);
    await broker.produce('claims', [event(0, 'ClaimNoted', start + 5_000 * minute)]);
    for (let n = 0; n < 5; n++) await broker.produce('hot', Array.from({ length: 40 }, (_, i) => ({ key: 'same', timestamp: String(start + n), value: JSON.stringify({ eventId: `hot-${n}-${i}-x` }) })));
    await broker.produce('hot', [{ key: 'other', timestamp: String(start + 5_000 * minute), value: '{"eventId":"hot-last-x"}' }]);
    await broker.withProducer(async (producer) => {
      for (const [id, end] of [['led-1-x', 'commit'], ['led-2-x', 'abort'], ['led-3-x', 'commit']] as const) {
        const transaction = await producer.transaction();
        await transaction.send({ topic: 'ledger', messages: [{ value: JSON.stringify({ eventId: id, n: 1 }) }, { value: JSON.stringify({ eventId: id, n: 2 }) }] });
        await transaction[end]();
      }
    }, 'holes');
    await mkdir(join(home, 'office'));
    const rows = Array.from({ length: claims }, (_, n) => JSON.stringify({ claim_id: claimOf(n), opened_at: new Date(start + n * minute).toISOString() }));
    await writeFile(join(home, 'office', 'claims.ndjson'), `${rows.join('\n')}\n`);
    const config = async (name: string, bus: object) => {
      await writeFile(join(home, `${name}.yaml`), JSON.stringify({ services: { office: { kind: 'files', path: 'office' }, bus: { kind: 'kafka', ...bus } } }));
      return Asker.open(join(home, `${name}.yaml`));
    };
    const principal = { principal: 'User:reader', host: '*', permissionType: AclPermissionTypes.ALLOW, operation: AclOperationTypes.READ };
    await broker.withAdmin((admin) => admin.createAcls({ acl: [{ ...principal, resourceType: AclResourceTypes.TOPIC, resourceName: '*', resourcePatternType: ResourcePatternTypes.LITERAL }] }));
    asker = await config('all', { brokers: broker.address });
    await vi.waitFor(async () => expect([await count('hot'), await count('claims')]).toEqual([2, claims + 1]), { timeout: 90_000, interval: 500 });
    reader = await config('reader', { brokers: broker.saslAddress, sasl: { mechanism: 'plain', username: 'reader', password: 'aishell-test' } });
  }, 180_000);
  afterAll(async () => {
    await asker?.close();
    await reader?.close();
    await broker?.remove();
  });

  const trace = (id: string, from = asker) => from.session.trace(id, { signal: AbortSignal.timeout(60_000) });
  const coverageOf = ({ coverage }: TraceAnswer, name: string) => coverage.filter(({ table }) => table === name).flatMap((looked) => looked.coverage)[0];

  it('finds what survived, and says how much is not there any more', async () => {
    const answer = await trace('hot-4-39-x');
    expect(stepsOf(answer, 'part')).toEqual(['bus.hot 0/199']);
    expect([answer.complete, answer.missing]).toEqual([true, []]);
    expect(coverageOf(answer, 'hot')).toMatchObject({ from: '0', to: '201', messages: 2, removed: 199, reachedEnd: true });
    expect(coverageOf(answer, 'claims')).toMatchObject({ from: '0', to: '62', messages: 61, removed: 1 });
    const gone = await trace('hot-0-0-x');
    expect([gone.found, gone.complete, coverageOf(gone, 'hot')?.removed]).toEqual([false, true, 199]);
    const shown = await cli('trace', 'hot-4-39-x', '--config', join(broker.home, 'all.yaml'), '--format', 'tree');
    expect(shown.stdout.replaceAll(/\s+/g, ' ')).toContain('199 offsets hold no message any more');
  });

  it('does not call an event lacking that compaction may have removed, whether the policy may be read or not', async () => {
    for (const [from, why] of [[asker, 'bus.claims may have held it and keeps only the last message of a key (cleanup.policy is compact'], [reader, '1 offset holds no message any more, so it was compacted']] as const) {
      const answer = await trace(`ev-ClaimNoted-${claimOf(noted)}`, from);
      expect(stepsOf(answer, 'part')).toContain(`office.claims ${claimOf(noted)}`);
      expect(answer.verdicts.map(({ kind }) => kind), JSON.stringify(answer.verdicts)).toEqual(['cannot tell']);
      expect(answer.verdicts[0]!.what).toContain('ClaimOpened');
      expect(answer.verdicts[0]!.what).toContain(why);
      expect(answer.warnings.join()).toContain('What lacks on a compacted log is not called missing');
    }
  });

  it('takes the markers of transactions for no holes', async () => {
    const answer = await trace('led-3-x');
    expect(stepsOf(answer, 'part')).toEqual(['bus.ledger 0/6', 'bus.ledger 0/7']);
    const looked = coverageOf(answer, 'ledger');
    expect(looked).toMatchObject({ from: '0', to: '9', messages: 4, aborted: 2, reachedEnd: true });
    expect(looked).not.toHaveProperty('removed');
    expect(answer.warnings.join()).not.toContain('bus.ledger');
  });
});
