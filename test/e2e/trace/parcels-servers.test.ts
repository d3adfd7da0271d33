/**
 * The estate of other names on real servers, each of its tables in another kind of store: every fault of every kind found,
 * all steps and no foreign ones, and nothing where nothing is wrong. TRACE_IDS asks for more parcels than a few.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FilledTable } from '../../../examples/microservices/generator/schema.js';
import { writeMysql } from '../../../examples/microservices/generator/write/mysql.js';
import { writePostgres } from '../../../examples/microservices/generator/write/postgres.js';
import type { TraceAnswer } from '../../../src/answer/contract.js';
import { removeTopics, withAdmin } from '../../support/kafka.js';
import { numberOf, parcelCount, parcels, parcelTopics, writeParcelsBus } from '../../support/parcels.js';
import { listening, servers } from '../../support/servers.js';
import { Asker } from '../answers/ask.js';
import { dropDatabases } from '../support/stores.js';
import { stepsOf } from './truth.js';
import { accusations } from './verdicts.js';

const isUp = (await Promise.all([servers.postgres, servers.mysql, servers.mongodb, servers.redis, servers.kafka.split(',')[0]!].map(listening))).every(Boolean);
const asked = Number(process.env['TRACE_IDS'] ?? 12);
const estate = parcels();
const name = `parcels_${process.pid}`;
const prefix = `${name}_`;
const group = `${name}_sorter`;
/** Where tables stand here. */
const moved = (text: string) => text.replace('depot.sortings', 'hub.sortings').replace('depot.handovers', 'doors.handovers');

describe.skipIf(!isUp && process.env['CI'] !== 'true')('an estate of other names on real servers', { timeout: 120_000 + asked * 10_000 }, () => {
  let dir: string;
  let asker: Asker;
  let redis: Redis;
  let mongo: MongoClient;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-parcels-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    const called = (table: string) => [...estate.depot, ...estate.crm].find(({ spec }) => spec.name === table)!;
    // Nothing declares what refers to another server.
    const alone = ({ spec, rows }: FilledTable): FilledTable => ({ spec: { ...spec, references: {}, indexes: ['parcel_no'] }, rows });
    await writePostgres(servers.postgres, name, 'depot', [called('parcels'), called('outgoing')]);
    await writeMysql(servers.mysql, name, [alone(called('sortings'))]);
    mongo = await MongoClient.connect(servers.mongodb);
    const handovers = mongo.db(name).collection<{ _id: number }>('handovers');
    await handovers.insertMany(called('handovers').rows.map((row) => ({ _id: row['handover_no'] as number, parcelNo: row['parcel_no'], handedOn: new Date(row['handed_on'] as number) })));
    await handovers.createIndex({ parcelNo: 1 });
    redis = new Redis(servers.redis);
    const pipeline = redis.pipeline();
    for (const row of called('senders').rows) pipeline.hset(`${name}:senders:${String(row['sender_no'])}`, { company: String(row['company']) });
    await pipeline.exec();
    await writeParcelsBus(estate, prefix, group);
    await writeFile(join(dir, 'aishell.yaml'), `services:
  depot: { kind: postgres, url: "${servers.postgres}", database: ${name}, schema: depot }
  hub: { kind: mysql, url: "${servers.mysql}", database: ${name} }
  doors: { kind: mongodb, url: "${servers.mongodb}", database: ${name} }
  crm: { kind: redis, url: "${servers.redis}", patterns: { senders: "${name}:senders:{sender_no}" } }
  bus: { kind: kafka, brokers: "${servers.kafka}", prefix: ${prefix} }
`);
    asker = await Asker.open(join(dir, 'aishell.yaml'));
  }, 120_000);
  afterAll(async () => {
    await asker?.close();
    const keys = await redis?.keys(`${name}:*`);
    if (keys !== undefined && keys.length > 0) await redis.del(keys);
    redis?.disconnect();
    await mongo?.close();
    await withAdmin((admin) => admin.deleteGroups([group])).catch(() => {});
    await removeTopics(parcelTopics.map((topic) => prefix + topic));
    await dropDatabases({ postgres: [name], mysql: [name], mongodb: [name] });
    await rm(dir, { recursive: true, force: true });
  });

  const trace = (id: string, as?: string) => asker.session.trace(id, { signal: AbortSignal.timeout(60_000), ...(as !== undefined && { as }) });
  const told = (n: number, { verdicts, warnings, missing }: TraceAnswer) => `parcel ${n}: ${JSON.stringify({ verdicts, warnings, missing }, null, 1)}`;
  const truth = (n: number) => estate.truth(n).map(moved).sort();

  it('every fault is found, with all steps and no foreign ones', async () => {
    const faults = [...estate.faults].filter(([n]) => n <= 190 || asked > 100);
    for (const [n, [kind, names]] of faults) {
      const answer = await trace(estate.conversation(n));
      expect(answer.verdicts.filter((verdict) => verdict.kind === kind && verdict.what.includes(moved(names))), told(n, answer)).toHaveLength(1);
      expect(accusations(answer), told(n, answer)).toEqual([kind]);
      expect(stepsOf(answer, 'part'), told(n, answer)).toEqual(truth(n));
    }
  });

  it('nothing is reported of those that are whole, and only indexes are asked', async () => {
    const whole = Array.from({ length: parcelCount }, (_, i) => (i * 37 + 7) % parcelCount).filter((n) => !estate.faults.has(n)).slice(0, asked);
    for (const [i, n] of whole.entries()) {
      const answer = i % 2 === 0 ? await trace(String(numberOf(n)), 'parcel') : await trace(`mr-sorted-${numberOf(n)}`);
      expect(accusations(answer), told(n, answer)).toEqual([]);
      expect(stepsOf(answer, 'part'), told(n, answer)).toEqual(truth(n));
      expect(stepsOf(answer, 'mentioned')).toEqual([`crm.senders ${81_000 + (n % 20)}`]);
      expect(answer.coverage.filter(({ access }) => access !== 'index' && access !== 'log')).toEqual([]);
    }
  });
});
