/**
 * The values of an electricity supplier on the six stores, whose services write one key in different ways: every planted
 * fault is counted, none is made up, and keys travel instead of tables.
 */

import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckAnswer } from '../../../src/answer/contract.js';
import { loadConfig } from '../../../src/config/index.js';
import { openSession } from '../../../src/session/index.js';
import type { Session } from '../../../src/session/contract.js';
import { createTopic, produce } from '../../support/kafka.js';
import { claimDatabase } from '../../support/redis.js';
import type { Claim } from '../../support/redis.js';
import { listening, servers } from '../../support/servers.js';
import { runHere } from '../support/in-process.js';
import { Stores, storesUp } from '../support/stores.js';

const isUp = storesUp && (await listening(servers.redis));
const count = (n: number) => Array.from({ length: n }, (_, i) => i);
const uuid = (i: number) => createHash('md5').update(`person ${i}`).digest('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
const people = 40_000;
const contracts = 600;
const contract = (i: number) => `C${String(i).padStart(7, '0')}`;
const tariff = (i: number) => `GREEN-${i % 30}`;
const mail = (i: number) => `p${i % 3_000}@example.org`;
const start = Date.UTC(2026, 0, 10);
const clock = (i: number) => new Date(start + i * 60_000).toISOString().slice(0, 19).replace('T', ' ');
const values = (rows: readonly (readonly unknown[])[]) => rows.map((row) => `(${row.map((value) => (typeof value === 'number' ? value : `'${String(value)}'`)).join(', ')})`).join(', ');

/** How many of each fault. */
interface Faults {
  readonly persons: number;
  readonly tariffs: number;
  readonly lowerTariffs: number;
  readonly readings: number;
  readonly desks: number;
  readonly mails: number;
  readonly events: number;
  readonly silent: number;
  readonly lateMinutes: number;
}

async function fill(stores: Stores, redis: Claim, faults: Faults): Promise<void> {
  await stores.postgres(`CREATE TABLE people (person_id uuid PRIMARY KEY, full_name text NOT NULL, mail text NOT NULL, registered_at timestamptz NOT NULL);
    INSERT INTO people SELECT md5('person ' || i)::uuid, 'name ' || i, 'p' || i % 3000 || '@example.org', timestamptz '2026-01-01' + i * interval '1 second' FROM generate_series(0, ${people - 1}) i; ANALYZE people`);
  // Its UUIDs are in capitals, its numbers of meters have leading zeros, its mails a capital.
  await stores.mysql('CREATE TABLE contracts (contract_no char(8) PRIMARY KEY, personId char(36) NOT NULL, tariff_code varchar(12) NOT NULL, person_mail varchar(80) NOT NULL, meter varchar(12) NOT NULL, signed_at datetime NOT NULL, created_at datetime NOT NULL)');
  await stores.mysql(`INSERT INTO contracts VALUES ${values(count(contracts).map((i) => {
    const person = i < faults.persons ? people + i : i * 7;
    const code = i < faults.tariffs ? `GREY-${i}` : i < faults.tariffs + faults.lowerTariffs ? tariff(i).toLowerCase() : tariff(i);
    return [contract(i), uuid(person).toUpperCase(), code, i >= contracts - faults.mails ? `old${i}@example.org` : mail(i * 7).replace('p', 'P'), `M${i}`, clock(i), clock(i)];
  }))}`);
  await stores.mongodb.collection<object>('tariffs').insertMany(count(30).map((i) => ({ _id: tariff(i), label: `tariff ${i}`, pricePerKwh: i / 100 })) as never);
  await stores.clickhouse('CREATE TABLE $db.readings (reading_id UInt64, contract_no String, kwh Float64, taken_at DateTime) ENGINE = MergeTree ORDER BY reading_id');
  await stores.clickhouse(`INSERT INTO $db.readings SELECT number, concat('C', leftPad(toString(if(number < ${faults.readings}, 5000 + number, number % ${contracts})), 7, '0')), 1, toDateTime('2026-01-10 00:00:00') + number FROM numbers(20000)`);
  const client = new Redis(new URL(`/${redis.database}`, servers.redis).href);
  const pipeline = client.pipeline();
  for (const i of count(120)) pipeline.hset(`desk:${i}`, { person_id: uuid(i < faults.desks ? people + 100 + i : i * 11), screen: String(i % 4) });
  await pipeline.exec();
  client.disconnect();
  const topic = stores.topic('contracts');
  await createTopic(topic, { numPartitions: 3 });
  const told = count(contracts).filter((i) => i < contracts - faults.silent);
  await produce(topic, [
    ...told.map((i) => ({ value: JSON.stringify({ contractNo: contract(i), tariffCode: tariff(i), type: 'signed' }), timestamp: String(start + i * 60_000 + (i === contracts - 50 ? faults.lateMinutes * 60_000 : 2_000)) })),
    ...count(faults.events).map((i) => ({ value: JSON.stringify({ contractNo: contract(9_000 + i), tariffCode: tariff(i), type: 'signed' }), timestamp: String(start + i) })),
  ]);
}

describe.skipIf(!isUp && process.env['CI'] !== 'true')('the values of six stores', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-check-servers-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    process.env['XDG_STATE_HOME'] = join(dir, 'state');
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  async function asked(name: string, faults: Faults, work: (path: string, topic: string, session: () => Promise<Session>, stores: Stores) => Promise<void>): Promise<void> {
    const [stores, redis] = [await Stores.open(name), await claimDatabase()];
    try {
      await fill(stores, redis, faults);
      const path = join(dir, `${name}.yaml`);
      await writeFile(path, `services:\n  crm: ${stores.service('postgres')}\n  billing: ${stores.service('mysql')}\n  pricing: ${stores.service('mongodb')}\n  metering: ${stores.service('clickhouse')}\n  portal: { kind: redis, url: ${JSON.stringify(servers.redis)}, db: ${redis.database} }\n  wire: ${stores.service('kafka')}\n`);
      await work(path, stores.topic('contracts'), async () => openSession({ config: await loadConfig({ path, cwd: '/', env: process.env }) }), stores);
    } finally {
      await redis.release();
      await stores.close();
    }
  }
  const lines = ({ checks }: CheckAnswer) => checks.filter(({ check }) => check !== 'newest row').map(({ check, where, against, found }) => `${check}: ${where} -> ${against}: ${found}`).sort();

  it('have every planted fault counted, and keys travel to the larger table', async () => {
    const faults: Faults = { persons: 7, tariffs: 3, lowerTariffs: 5, readings: 11, desks: 4, mails: 8, events: 6, silent: 9, lateMinutes: 45 };
    await asked('supplier', faults, async (path, topic, open, stores) => {
      const session = await open();
      const read = new Map<string, number>();
      const answer = await session.check({
        signal: AbortSignal.timeout(120_000),
        onProgress: ({ fragment, state, rows }) => state === 'done' && read.set(fragment, Math.max(read.get(fragment) ?? 0, rows)),
      });
      // Counts of parts are not those of all: they have a history of their own.
      process.env['XDG_STATE_HOME'] = join(dir, 'parts');
      const some = await session.check({ signal: AbortSignal.timeout(120_000), wholeRows: 400, services: ['billing', 'wire'], maxLagMs: 1_800_000 });
      await session.close();
      process.env['XDG_STATE_HOME'] = join(dir, 'state');
      expect(lines(answer)).toEqual([
        `bus lag: wire.${topic}._timestamp -> billing.contracts.created_at: null`,
        'copies that differ: billing.contracts.person_mail -> crm.people.mail: 8',
        `events without a row: wire.${topic}.contractNo -> billing.contracts.contract_no: 6`,
        `events without a row: wire.${topic}.tariffCode -> pricing.tariffs._id: 0`,
        'keys spelled otherwise: billing.contracts.tariff_code -> pricing.tariffs._id: 5',
        'references that lead nowhere: billing.contracts.personId -> crm.people.person_id: 7',
        'references that lead nowhere: billing.contracts.tariff_code -> pricing.tariffs._id: 3',
        'references that lead nowhere: metering.readings.contract_no -> billing.contracts.contract_no: 11',
        'references that lead nowhere: portal.desk.person_id -> crm.people.person_id: 4',
        `rows without their event: billing.contracts.contract_no -> wire.${topic}.contractNo: 9`,
      ]);
      const examples = (check: string) => answer.checks.find((one) => one.check === check)!.examples;
      expect(examples('keys spelled otherwise')[0]).toMatch(/^"green-\d+" here, "GREEN-\d+" there$/);
      expect(examples('copies that differ')).toHaveLength(5);
      expect(examples('copies that differ')[0]).toMatch(/: "old\d+@example\.org" here, "p\d+@example\.org" there$/);
      expect(examples('rows without their event')).toContain(contract(contracts - 9));
      expect(examples('bus lag')[0]).toBe(`${contract(contracts - 50)}: 45 min`);
      // Of 40,000 people only those were read whose keys came from elsewhere.
      expect(read.get('crm.people')).toBeGreaterThan(0);
      expect(read.get('crm.people')).toBeLessThanOrEqual(contracts);

      // The same of tables that are too large to be read whole: parts of them, which the answer names.
      const part = (check: string) => some.checks.find((one) => one.check === check);
      expect(part('rows without their event')).toMatchObject({ found: 9, sampled: 'rows made in 8 spells of 60 min all over the log, and its messages up to 60 min after each' });
      expect(part('rows without their event')!.looked).toBeLessThan(contracts);
      expect(part('bus lag')).toMatchObject({ found: 1, sampled: 'of a spell of 60 min' });
      expect(part('events without a row')).toMatchObject({ looked: 40, sampled: expect.stringMatching(/^40 of about 597 rows, from 8 places along _offset$/) as unknown });
      expect(some.unchecked).toEqual([]);

      const cli = (...args: string[]) => runHere(['check', '--config', path, ...args], dir);
      expect((await cli('--fail-on', 'worse')).code).toBe(0);
      expect((await cli('--fail-on', 'any')).code).toBe(10);
      // Fewer people, whom contracts refer to.
      await stores.postgres(`DELETE FROM people WHERE person_id IN ('${uuid(700)}', '${uuid(707)}')`);
      const worse = await cli('--fail-on', 'worse', '--format', 'json', '--service', 'crm,billing', '--max-age', '1h', '--max-lag', '30m');
      expect(worse.code).toBe(10);
      const late = JSON.parse(worse.stdout) as CheckAnswer;
      expect(late.checks.find(({ where }) => where === 'billing.contracts.personId')).toMatchObject({ found: 9, before: 7, trend: [7, 7, 7, 9] });
      expect(late.checks.filter(({ check, ok }) => check === 'newest row' && !ok).map(({ where }) => where).sort()).toEqual(['billing.contracts.created_at', 'crm.people.registered_at']);
      const lag = JSON.parse((await cli('--format', 'json', '--max-lag', '30m')).stdout) as CheckAnswer;
      expect(lag.checks.find(({ check }) => check === 'bus lag')).toMatchObject({ found: 1, ok: false });
    });
  }, 180_000);

  it('of which none is wrong raise nothing', async () => {
    await asked('honest', { persons: 0, tariffs: 0, lowerTariffs: 0, readings: 0, desks: 0, mails: 0, events: 0, silent: 0, lateMinutes: 0 }, async (path, topic, open, stores) => {
      const { code, stdout } = await runHere(['check', '--config', path, '--format', 'json', '--fail-on', 'any'], dir);
      const answer = JSON.parse(stdout) as CheckAnswer;
      expect(lines(answer).filter((line) => !/: (0|null)$/.test(line))).toEqual([]);
      expect(answer.checks).toHaveLength(13);
      expect(answer.unchecked.map(({ check, where }) => `${check}: ${where}`)).toEqual(['newest row: pricing', 'newest row: portal']);
      expect(code).toBe(0);
      // Tables that vanish once the catalogue is read: their services are read anew, and the rest is compared.
      const session = await open();
      await session.schema({ signal: AbortSignal.timeout(60_000) });
      await stores.clickhouse('DROP TABLE $db.readings');
      await stores.mongodb.collection('tariffs').drop();
      const left = await session.diff(undefined, undefined, { signal: AbortSignal.timeout(60_000) });
      expect(left.pairs.map((pair) => `${pair.left} ${pair.right}`).sort()).toEqual(['billing.contracts crm.people', 'portal.desk crm.people', `wire.${topic} billing.contracts`]);
      await stores.mysql('ALTER TABLE contracts DROP COLUMN person_mail');
      const rest = await session.check({ signal: AbortSignal.timeout(60_000) });
      expect(lines(rest).map((line) => line.split(': ')[0])).toEqual(['bus lag', 'events without a row', 'references that lead nowhere', 'references that lead nowhere', 'rows without their event']);
      await session.close();
    });
  }, 120_000);
});
