/**
 * Links against the truth on the six stores as real servers: an observatory, whose keys are numbers, codes, UUIDs and text
 * ids, and whose tables also hold numbers, codes and UUIDs that refer to nothing.
 */

import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { Long } from 'mongodb';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/index.js';
import { openSession } from '../../../src/session/index.js';
import { createTopic, produce } from '../../support/kafka.js';
import { claimDatabase } from '../../support/redis.js';
import type { Claim } from '../../support/redis.js';
import { listening, servers } from '../../support/servers.js';
import { Stores, storesUp } from '../support/stores.js';

const isUp = storesUp && (await listening(servers.redis));
const count = (n: number) => Array.from({ length: n }, (_, i) => i);
const observer = (i: number) => 4_000 + (i % 80) * 3;
const dome = (i: number) => `DOME-${String(i % 30).padStart(3, '0')}`;
const exposure = (i: number) => 70_000 + i;
const plate = (i: number) => `PL${String(i * 7).padStart(6, '0')}`;
const uuid = (kind: string, i: number) => createHash('md5').update(`${kind}${i}`).digest('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
const values = (rows: readonly (readonly unknown[])[]) => rows.map((row) => `(${row.map((value) => (typeof value === 'number' ? value : `'${String(value)}'`)).join(', ')})`).join(', ');

async function fill(stores: Stores, redis: Claim): Promise<void> {
  await stores.postgres(`CREATE TABLE observers (observer_no bigint PRIMARY KEY, surname text NOT NULL, pager bigint NOT NULL);
    CREATE TABLE domes (dome_code varchar(12) PRIMARY KEY, metres int NOT NULL);
    CREATE TABLE exposures (exposure_no bigint PRIMARY KEY, observer_no bigint NOT NULL REFERENCES observers, dome_code varchar(12) NOT NULL, target uuid NOT NULL, checksum uuid NOT NULL, counts bigint NOT NULL);
    INSERT INTO observers VALUES ${values(count(80).map((i) => [observer(i), `name ${i}`, 900_000 + i]))};
    INSERT INTO domes VALUES ${values(count(30).map((i) => [dome(i), 2 + i]))};
    INSERT INTO exposures VALUES ${values(count(300).map((i) => [exposure(i), observer(i), dome(i), uuid('star', i % 120), uuid('sum', i), 2_000_000 + i * 17]))}`);
  await stores.mysql('CREATE TABLE targets (target_uuid char(36) PRIMARY KEY, title varchar(40) NOT NULL, rank_no int NOT NULL)');
  await stores.mysql(`INSERT INTO targets VALUES ${values(count(120).map((i) => [uuid('star', i), `star ${i}`, i]))}`);
  await stores.mysql('CREATE TABLE surveys (survey_no bigint PRIMARY KEY, leader bigint NOT NULL, first_target char(36) NOT NULL, token char(36) NOT NULL)');
  await stores.mysql(`INSERT INTO surveys VALUES ${values(count(60).map((i) => [50_000 + i, observer(i), uuid('star', i), uuid('token', i)]))}`);
  // Ids as text, of which one refers to numbers.
  await stores.mongodb.collection<object>('plates').insertMany(count(200).map((i) => ({ _id: plate(i), exposureNo: String(exposure(i)), taken: { by: Long.fromNumber(observer(i)), at: new Date(1.7e12 + i * 1e6) }, shelf: `S${i % 9}`, batch: `PL-${i}` })) as never);
  await stores.mongodb.collection<object>('scans').insertMany(count(150).map((i) => ({ _id: `scan-${i}`, plateId: plate(i), dpi: 1_200, pages: [{ plateId: plate(i), no: i % 4 }] })) as never);
  await stores.clickhouse('CREATE TABLE $db.seeing (exposure_no UInt64, dome LowCardinality(String), arcsec Float64, photons UInt64) ENGINE = MergeTree ORDER BY exposure_no');
  await stores.clickhouse(`INSERT INTO $db.seeing VALUES ${values(count(250).map((i) => [exposure(i), dome(i), i / 100, 3_000_000 + i]))}`);
  const client = new Redis(new URL(`/${redis.database}`, servers.redis).href);
  for (const i of count(100)) await client.hset(`booking:${8_000 + i}`, { observer_no: String(observer(i)), dome_code: dome(i), slot: String(i % 12) });
  client.disconnect();
  const [shots, alarms] = [stores.topic('shots'), stores.topic('alarms')];
  await createTopic(shots);
  await produce(shots, count(200).map((i) => ({ value: JSON.stringify({ exposureNo: exposure(i), observerNo: observer(i), plateId: plate(i), bytes: 5_000_000 + i, traceId: uuid('trace', i) }) })));
  await createTopic(alarms);
  await produce(alarms, count(90).map((i) => ({ value: JSON.stringify({ domeCode: dome(i), bookingId: 8_000 + i, celsius: i % 30 }) })));
}

const truth = (prefix: string) => Object.entries({
  'sky.observers.observer_no': `sky.exposures.observer_no atlas.surveys.leader vault.plates.taken.by desk.booking.observer_no wire.${prefix}_shots.observerNo`,
  'sky.domes.dome_code': `sky.exposures.dome_code weather.seeing.dome desk.booking.dome_code wire.${prefix}_alarms.domeCode`,
  'sky.exposures.exposure_no': `vault.plates.exposureNo weather.seeing.exposure_no wire.${prefix}_shots.exposureNo`,
  'atlas.targets.target_uuid': 'sky.exposures.target atlas.surveys.first_target',
  'vault.plates._id': `vault.scans.plateId vault.scans.pages[].plateId wire.${prefix}_shots.plateId`,
  'desk.booking.id': `wire.${prefix}_alarms.bookingId`,
}).flatMap(([to, from]) => from.split(' ').map((column) => `${column} -> ${to}`));

describe.skipIf(!isUp && process.env['CI'] !== 'true')('links of an observatory on six stores', () => {
  let dir: string;
  let stores: Stores;
  let redis: Claim;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-links-servers-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    [stores, redis] = [await Stores.open('observatory'), await claimDatabase()];
    await fill(stores, redis);
  }, 60_000);
  afterAll(async () => {
    await redis.release();
    await stores.close();
    await rm(dir, { recursive: true, force: true });
  });

  it('are found with a precision of at least 0.95 and a recall of at least 0.9', async () => {
    const path = join(dir, 'aishell.yaml');
    await writeFile(path, `services:\n  sky: ${stores.service('postgres')}\n  atlas: ${stores.service('mysql')}\n  vault: ${stores.service('mongodb')}\n  weather: ${stores.service('clickhouse')}\n  desk: { kind: redis, url: ${JSON.stringify(servers.redis)}, db: ${redis.database} }\n  wire: ${stores.service('kafka')}\n`);
    const session = await openSession({ config: await loadConfig({ path, cwd: '/', env: process.env }), refresh: true });
    try {
      const { links } = await session.links({ signal: AbortSignal.timeout(120_000) });
      const found = links.filter(({ status }) => status !== 'refuted').map(({ from, to }) => `${from} -> ${to}`);
      const expected = truth(stores.name);
      const wrong = found.filter((link) => !expected.includes(link));
      const lacking = expected.filter((link) => !found.includes(link));
      expect(1 - wrong.length / found.length, `wrong: ${wrong.join(', ')}; lacking: ${lacking.join(', ')}`).toBeGreaterThanOrEqual(0.95);
      expect(1 - lacking.length / expected.length, `lacking: ${lacking.join(', ')}`).toBeGreaterThanOrEqual(0.9);
    } finally {
      await session.close();
    }
  }, 120_000);
});
