/**
 * Services on the six stores that disagree in every way there is, on real servers; and the same services of one mind.
 * Every conflict that was planted is found with its severity, and where there is none nothing is raised.
 */

import { createClient } from '@clickhouse/client';
import { Redis } from 'ioredis';
import { Decimal128, Long, MongoClient } from 'mongodb';
import mysql from 'mysql2/promise';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SchemaAnswer } from '../../../src/answer/contract.js';
import { loadConfig } from '../../../src/config/index.js';
import { openSession } from '../../../src/session/index.js';
import { createTopic, produce, removeTopics } from '../../support/kafka.js';
import { listening, servers } from '../../support/servers.js';

const stores = ['postgres', 'mysql', 'mongodb', 'clickhouse', 'redis', 'kafka'] as const;
const isUp = (await Promise.all(stores.map((store) => listening(servers[store].split(',')[0]!)))).every(Boolean);
const run = `six_${process.pid}_${Date.now() % 100_000}`;
const rows = Array.from({ length: 60 }, (_, i) => i + 1);

const room = (i: number) => `RM${1000 + (i % 9)}`;
const state = (i: number) => ['held', 'paid', 'gone'][i % 3]!;
const mail = (i: number) => `guest${i % 40}@inn.example`;
const price = (i: number) => 100 + i + 0.5;
const kilos = (i: number) => 1 + i / 4;
const at = (i: number) => `2026-01-${String(1 + (i % 28)).padStart(2, '0')} 10:00:00`;

/** `agree`: every service believes the same. */
async function fill(agree: boolean): Promise<void> {
  const admin = new pg.Client({ connectionString: servers.postgres });
  await admin.connect();
  await admin.query(`DROP DATABASE IF EXISTS ${run} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${run}`);
  await admin.end();
  const own = new URL(servers.postgres);
  own.pathname = `/${run}`;
  const client = new pg.Client({ connectionString: own.href });
  await client.connect();
  await client.query(`CREATE TABLE guests (id bigint PRIMARY KEY, email varchar(80) NOT NULL);
    CREATE TABLE reservations (id bigint PRIMARY KEY, guest_id bigint NOT NULL REFERENCES guests (id), room_code varchar(6) NOT NULL, price numeric(10,2) NOT NULL, weight_kg numeric(8,3) NOT NULL,
      state text NOT NULL CHECK (state IN ('held', 'paid', 'gone')), email varchar(80) NOT NULL, note text, created_at timestamptz NOT NULL)`);
  for (let i = 0; i < 40; i++) await client.query('INSERT INTO guests VALUES ($1, $2)', [i, mail(i)]);
  for (const i of rows) await client.query('INSERT INTO reservations VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)', [i, i % 40, room(i), price(i), kilos(i), state(i), mail(i), 'x', `${at(i)}Z`]);
  // Beyond what 32 bits hold.
  await client.query(`INSERT INTO reservations VALUES (5000000000, 1, 'RM1', 1, 1, 'gone', 'a@b.example', NULL, now())`);
  await client.end();

  const { hostname, port, username, password } = new URL(servers.mysql);
  const sql = await mysql.createConnection({ host: hostname, port: Number(port), user: username, password, multipleStatements: true, timezone: 'Z' });
  await sql.query(`DROP DATABASE IF EXISTS ${run}; CREATE DATABASE ${run} CHARACTER SET utf8mb4; USE ${run}`);
  await sql.query(agree
    ? `CREATE TABLE reservation_lines (line int PRIMARY KEY AUTO_INCREMENT, reservation_id bigint NOT NULL, price decimal(10,2) NOT NULL, weight_kg decimal(8,3) NOT NULL, state enum('held','paid','gone') NOT NULL, room_code varchar(6) NOT NULL, email varchar(80) NOT NULL, note text)`
    : `CREATE TABLE reservation_lines (line int PRIMARY KEY AUTO_INCREMENT, reservation_id bigint NOT NULL, price_cents bigint NOT NULL, weight_g int NOT NULL, state enum('HELD','PAID','gone') NOT NULL, room_code varchar(4) NOT NULL, email varchar(80) NOT NULL, note varchar(200) NOT NULL, created_at datetime NOT NULL)`);
  for (const i of rows) {
    if (agree) await sql.query('INSERT INTO reservation_lines VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)', [i, price(i), kilos(i), state(i), room(i), mail(i), 'x']);
    else await sql.query('INSERT INTO reservation_lines VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)', [i, price(i) * 100, kilos(i) * 1000, state(i), room(i).slice(2), i % 7 === 0 ? `old${mail(i)}` : mail(i), 'x', at(i)]);
  }
  await sql.end();

  const mongo = new MongoClient(servers.mongodb);
  const db = mongo.db(run);
  await db.dropDatabase();
  const stays = rows.map((i) => ({
    _id: i,
    guest: { id: agree ? Long.fromNumber(i % 40) : String(i % 40).padStart(5, '0') },
    total: { value: agree ? Decimal128.fromString(price(i).toFixed(2)) : price(i), currency: 'EUR' },
    lines: [{ reservationId: Long.fromNumber(i), nights: 2 }, ...(i % 4 === 0 ? [{ reservationId: Long.fromNumber(i + 1), nights: 1, late: true }] : [])],
  }));
  await db.collection<object>('stays').insertMany(stays as never);
  await mongo.close();

  const house = createClient({ url: servers.clickhouse });
  await house.command({ query: `DROP DATABASE IF EXISTS ${run}` });
  await house.command({ query: `CREATE DATABASE ${run}` });
  await house.command({ query: `CREATE TABLE ${run}.reservation_facts (reservation_id ${agree ? 'Int64' : 'UInt32'}, price ${agree ? 'Decimal(10, 2)' : 'Float64'}, state LowCardinality(String)) ENGINE = MergeTree ORDER BY reservation_id` });
  await house.insert({ table: `${run}.reservation_facts`, format: 'JSONEachRow', values: rows.map((i) => ({ reservation_id: i, price: price(i), state: state(i) })) });
  await house.close();

  const redis = new Redis(new URL('/14', servers.redis).href);
  await redis.flushdb();
  for (const i of rows) await redis.hset(`reservation:${i}`, { guest_id: String(i % 40), email: agree || i % 5 !== 0 ? mail(i) : `${mail(i)}.old` });
  redis.disconnect();

  const topic = `${run}.reservations`;
  await createTopic(topic);
  await produce(topic, rows.map((i) => ({ value: JSON.stringify({ reservationId: i, guestId: i % 40, roomCode: room(i), ...(agree ? {} : { price: price(i), elapsed_ms: i, elapsedSeconds: i }) }) })));
}

describe.skipIf(!isUp && process.env['CI'] !== 'true')('six stores', () => {
  let dir: string;
  let path: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-six-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    path = join(dir, 'aishell.yaml');
    const text = (value: string) => JSON.stringify(value);
    await writeFile(path, `services:
  booking: { kind: postgres, url: ${text(servers.postgres)}, database: ${run} }
  billing: { kind: mysql, url: ${text(servers.mysql)}, database: ${run} }
  profile: { kind: mongodb, url: ${text(servers.mongodb)}, database: ${run} }
  stats: { kind: clickhouse, url: ${text(servers.clickhouse)}, database: ${run} }
  cache: { kind: redis, url: ${text(servers.redis)}, db: 14 }
  bus: { kind: kafka, brokers: ${text(servers.kafka)}, prefix: ${run}. }
`);
  });
  afterAll(async () => {
    const admin = new pg.Client({ connectionString: servers.postgres });
    await admin.connect();
    await admin.query(`DROP DATABASE IF EXISTS ${run} WITH (FORCE)`);
    await admin.end();
    const { hostname, port, username, password } = new URL(servers.mysql);
    const sql = await mysql.createConnection({ host: hostname, port: Number(port), user: username, password });
    await sql.query(`DROP DATABASE IF EXISTS ${run}`);
    await sql.end();
    const mongo = new MongoClient(servers.mongodb);
    await mongo.db(run).dropDatabase();
    await mongo.close();
    const house = createClient({ url: servers.clickhouse });
    await house.command({ query: `DROP DATABASE IF EXISTS ${run}` });
    await house.close();
    const redis = new Redis(new URL('/14', servers.redis).href);
    await redis.flushdb();
    redis.disconnect();
    await removeTopics([`${run}.reservations`]);
    await rm(dir, { recursive: true, force: true });
  });

  async function within<T>(work: (session: Awaited<ReturnType<typeof openSession>>, options: { signal: AbortSignal }) => Promise<T>): Promise<T> {
    const session = await openSession({ config: await loadConfig({ path, cwd: '/', env: process.env }), refresh: true });
    try {
      return await work(session, { signal: AbortSignal.timeout(120_000) });
    } finally {
      await session.close();
    }
  }

  it('that agree raise no alarm, and their links are right', async () => {
    await fill(true);
    const [answer, links] = await within(async (session, options) => [await session.diff(undefined, undefined, options), await session.links(options)] as const);
    expect(answer.pairs.length).toBeGreaterThanOrEqual(6);
    expect(answer.pairs.flatMap(({ differences }) => differences).filter(({ severity }) => severity !== 'note')).toEqual([]);
    expect(links.links.filter(({ status }) => status !== 'refuted').map(({ from, to }) => `${from} -> ${to}`).sort()).toEqual([
      'billing.reservation_lines.reservation_id -> booking.reservations.id',
      'booking.reservations.guest_id -> booking.guests.id',
      'bus.reservations.guestId -> booking.guests.id',
      'bus.reservations.reservationId -> booking.reservations.id',
      'cache.reservation.guest_id -> booking.guests.id',
      'profile.stays.guest.id -> booking.guests.id',
      'profile.stays.lines[].reservationId -> booking.reservations.id',
      'stats.reservation_facts.reservation_id -> booking.reservations.id',
    ]);
    // Members of lists are rows of their own to a check.
    const check = await within((session, options) => session.check(options));
    expect(check.checks.find(({ where }) => where === 'profile.stays.lines[].reservationId')).toMatchObject({ looked: 75, found: 1, examples: ['61'] });
  }, 180_000);

  it('that do not are told in what', async () => {
    await fill(false);
    const answer = await within((session, options) => session.diff(undefined, undefined, options));
    const found = answer.pairs.flatMap(({ differences }) => differences);
    const tells = (severity: string, aspect: string, left: string, right: string, what: RegExp) =>
      expect(found, `${left} and ${right}: ${aspect}`).toContainEqual(expect.objectContaining({ severity, aspect, left, right, what: expect.stringMatching(what) as unknown }));
    const [lines, own] = ['billing.reservation_lines', 'booking.reservations'];
    tells('breaking', 'unit', `${lines}.price_cents`, `${own}.price`, /times 100, in 60 of 60 sampled rows/);
    tells('breaking', 'unit', `${lines}.weight_g`, `${own}.weight_kg`, /^g here, kg there: numbers here are those there times 1000/);
    tells('breaking', 'values', `${lines}.state`, `${own}.state`, /held, paid \(only the case differs\)/);
    tells('breaking', 'length', `${lines}.room_code`, `${own}.room_code`, /at most 4 characters here, 6 there/);
    tells('breaking', 'nullability', `${lines}.note`, `${own}.note`, /required here, may be absent there/);
    tells('risky', 'type', `${lines}.created_at`, `${own}.created_at`, /wall clock/);
    tells('risky', 'copy', `${lines}.email`, `${own}.email`, /differ in 8 of 60/);
    tells('risky', 'copy', 'cache.reservation.email', `${own}.email`, /differ in 12 of 60/);
    tells('breaking', 'type', 'stats.reservation_facts.reservation_id', `${own}.id`, /5000000000 is there and cannot be kept here/);
    tells('risky', 'type', 'stats.reservation_facts.price', `${own}.price`, /binary floating point/);
    tells('risky', 'type', 'bus.reservations.price', `${own}.price`, /binary floating point/);
    tells('breaking', 'key', 'profile.stays.guest.id', 'booking.guests.id', /match only without leading zeros/);
    tells('note', 'name', 'bus.reservations.roomCode', `${own}.room_code`, /written roomCode here and room_code there/);
    tells('note', 'missing', 'bus.reservations', own, /weight_kg/);
  }, 180_000);

  it('are described with members, units, probabilities and what the sample was', async () => {
    const schema: SchemaAnswer = await within((session, options) => session.schema(options));
    const table = (service: string, name: string) => schema.services.find((one) => one.name === service)!.tables.find((one) => one.name === name)!;
    const column = (service: string, name: string, wanted: string) => table(service, name).columns.find((one) => one.name === wanted)!;
    expect(table('profile', 'stays').sampled).toBe(60);
    expect(column('profile', 'stays', 'lines').fields).toEqual([
      expect.objectContaining({ name: 'lines[].reservationId', type: 'BIGINT', nativeType: 'long', presence: 1 }),
      expect.objectContaining({ name: 'lines[].nights', presence: 1 }),
      expect.objectContaining({ name: 'lines[].late', type: 'BOOLEAN', presence: 15 / 75 }),
    ]);
    expect(column('profile', 'stays', 'total').fields[0]).toMatchObject({ name: 'total.value', unit: { quantity: 'money', currencyColumn: 'total.currency' } });
    expect(column('billing', 'reservation_lines', 'price_cents').unit).toMatchObject({ quantity: 'money', name: 'cent' });
    expect(column('billing', 'reservation_lines', 'state').labels).toEqual({ values: ['HELD', 'PAID', 'gone'], declared: true });
    expect(column('bus', 'reservations', 'elapsed_ms')).toMatchObject({ presence: 1, unit: { name: 'ms' } });
    expect(column('bus', 'reservations', 'elapsedSeconds').unit).toMatchObject({ name: 's' });
    expect(table('bus', 'reservations').sampled).toBe(60);
    expect(table('cache', 'reservation').sampled).toBe(60);
    expect(column('booking', 'reservations', 'state').labels!.declared).toBe(true);
    expect(table('booking', 'reservations').foreignKeys).toEqual([{ columns: ['guest_id'], table: 'guests', references: ['id'] }]);
  });
});

