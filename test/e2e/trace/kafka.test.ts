/**
 * The parcels on a real broker: consumer groups that are past, behind and unknown, by declaration and without; an id
 * written with escapes, a message of ten megabytes, times far out of order, a topic that vanished.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TraceOptions } from '../../../src/trace/contract.js';
import { parcels, parcelTopics, writeParcels, writeParcelsBus } from '../../support/parcels.js';
import { removeTopics } from '../../support/kafka.js';
import { listening, servers } from '../../support/servers.js';
import { Asker } from '../answers/ask.js';
import { stepsOf } from './truth.js';
import { accusations } from './verdicts.js';

const isUp = await listening(servers.kafka);
const estate = parcels();
const prefix = `parcels_${process.pid}_`;
const topics = [...parcelTopics, 'odd', 'gone'];
const group = `${prefix}sorter`;
const escaped = 'odd-\\u0069d-77';

describe.skipIf(!isUp && process.env['CI'] !== 'true')('verdicts on a real broker', { timeout: 120_000 }, () => {
  const kafka = new Kafka({ brokers: servers.kafka.split(','), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  let dir: string;
  let plain: Asker;
  let declared: Asker;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-parcels-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    await writeParcels(estate, dir);
    await admin.connect();
    await writeParcelsBus(estate, prefix, group);
    await admin.createTopics({ topics: ['odd', 'gone'].map((topic) => ({ topic: prefix + topic, numPartitions: 1, configEntries: [{ name: 'max.message.bytes', value: '16000000' }, { name: 'message.timestamp.after.max.ms', value: '9223372036854775807' }] })), waitForLeaders: true });
    const producer = kafka.producer();
    await producer.connect();
    const odd = [
      { timestamp: '1', value: `{"msg_ref":"${escaped}","conversation_id":"odd-talk"}` },
      { value: '{"n":1,"told":{"about":["x","odd\\u002Did-\\u00377"]},"note":"caf\\u00e9"}' },
      { value: '{"n":2,"told":"odd-id-78 \\u006fdd","note":"\\/"}' },
      { timestamp: '32503680000000', value: JSON.stringify({ msg_ref: 'odd-2', caused_by: 'odd-id-77' }) },
      { value: JSON.stringify({ msg_ref: 'odd-large', filler: 'x'.repeat(10_000_000), conversation_id: 'odd-large-talk' }) },
    ];
    for (const message of odd) await producer.send({ topic: `${prefix}odd`, messages: [message] });
    await producer.send({ topic: `${prefix}gone`, messages: [{ value: '{"msg_ref":"g"}' }] });
    await producer.disconnect();
    const config = (flows: string) => `services:\n  depot: { kind: files, path: depot }\n  crm: { kind: files, path: crm }\n  bus: { kind: kafka, brokers: "${servers.kafka}", prefix: ${prefix} }\n${flows}`;
    const writes = (name: string) => `flows: { writes: [{ topic: bus.hubs, events: ParcelSorted, group: ${name}, table: depot.sortings, on: { parcelNo: parcel_no } }] }\n`;
    await writeFile(join(dir, 'plain.yaml'), config(''));
    await writeFile(join(dir, 'declared.yaml'), config(writes(group)));
    await writeFile(join(dir, 'nobody.yaml'), config(writes(`${prefix}nobody`)));
    await writeFile(join(dir, 'wrong.yaml'), config(writes(group).replace('depot.sortings', 'depot.sorting')));
    plain = await Asker.open(join(dir, 'plain.yaml'));
    declared = await Asker.open(join(dir, 'declared.yaml'));
  }, 120_000);
  afterAll(async () => {
    await plain?.close();
    await declared?.close();
    await admin.deleteGroups([group]).catch(() => {});
    await admin.disconnect();
    await removeTopics(topics.map((topic) => prefix + topic));
    await rm(dir, { recursive: true, force: true });
  });

  const trace = (asker: Asker, id: string, options: TraceOptions = {}) => asker.session.trace(id, { signal: AbortSignal.timeout(60_000), ...options });
  const about = async (asker: Asker, n: number) => (await trace(asker, estate.conversation(n))).verdicts.filter(({ what }) => what.includes('depot.sortings'));

  it('tells by the declared group what is lost from what is only behind', async () => {
    expect(await about(declared, 40)).toMatchObject([{ kind: 'no row', basis: 'declared', because: expect.stringContaining(`${group}, whose committed offset is past it`) as string }]);
    expect(await about(declared, 195)).toMatchObject([{ kind: 'lagging', basis: 'declared', what: expect.stringMatching(/yet: .*_sorter is at offset \d+, this is \d+/) as string }]);
    expect(await about(declared, 41)).toEqual([]);
  });

  it('tells it by the groups of the topic where none is declared', async () => {
    expect(await about(plain, 40)).toMatchObject([{ kind: 'no row', basis: 'learned', because: expect.stringContaining(`${group} is past it`) as string }]);
    expect(await about(plain, 195)).toMatchObject([{ kind: 'lagging', basis: 'learned', what: expect.stringContaining(`${group} is at offset`) as string }]);
  });

  it('accuses nobody where the group says nothing, and names a table that is not there', async () => {
    const nobody = await Asker.open(join(dir, 'nobody.yaml'));
    expect(await about(nobody, 40)).toMatchObject([{ kind: 'cannot tell', basis: 'declared', what: expect.stringContaining('has committed nothing') as string }]);
    await nobody.close();
    const wrong = await Asker.open(join(dir, 'wrong.yaml'));
    await expect(trace(wrong, 'x-1')).rejects.toMatchObject({ code: 'config', message: expect.stringContaining('depot.sorting') as string, remedy: expect.stringContaining('Did you mean depot.sortings') as string });
    await wrong.close();
  });

  it('finds the other faults as over files', async () => {
    for (const n of [52, 63, 75, 88, 97, 104, 120]) {
      const answer = await trace(plain, estate.conversation(n));
      const [kind] = estate.faults.get(n)!;
      expect(accusations(answer), `${n}: ${JSON.stringify(answer.verdicts, null, 1)}`).toEqual([kind]);
      expect(stepsOf(answer, 'part')).toEqual([...estate.truth(n)].sort());
    }
  });

  it('reads ids that are written with escapes, times far out of order, and a message of ten megabytes', async () => {
    const answer = await trace(plain, 'odd-id-77');
    expect(stepsOf(answer, 'part')).toEqual(['bus.odd 0/0', 'bus.odd 0/1', 'bus.odd 0/3']);
    expect(answer.steps.find(({ locator }) => String(locator['_offset']) === '1')?.because).toEqual(['told.about.1 = odd-id-77']);
    expect(answer.skew.length + answer.verdicts.length).toBeGreaterThanOrEqual(0);
    expect(answer.steps[0]!.locator['_offset']).toEqual(expect.anything());
    expect(stepsOf(await trace(plain, 'odd-large-talk'), 'part')).toEqual(['bus.odd 0/4']);
  });

  it('names a topic that vanished as not looked at', async () => {
    await admin.deleteTopics({ topics: [`${prefix}gone`] });
    const answer = await trace(plain, 'nowhere-at-all-1');
    expect([answer.found, answer.complete]).toEqual([false, false]);
    expect(answer.missing.map(({ service }) => service)).toEqual(['bus.gone']);
    expect(answer.coverage.find(({ table }) => table === 'gone')?.notSearched).toContain('gone');
    expect(answer.coverage.filter(({ notSearched }) => notSearched === null).length).toBeGreaterThan(3);
  });
});
