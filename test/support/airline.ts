/**
 * An airline whose services agree on other things than those before: ids of messages in an object beside the data, as
 * CloudEvents' attributes, as headers of Avro, or nowhere (the key alone); numbers that are keys of bookings, passengers and
 * flights at once; an outbox that tells by a status; changes of rows beside events; dead letters that name a place alone; a
 * service whose clock is three minutes slow; messages that are tried again on purpose. Faults at known places.
 */

import { createClient } from '@clickhouse/client';
import avsc from 'avsc';
import { MongoClient } from 'mongodb';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { createTopic, produce, removeTopics, withAdmin } from './kafka.js';
import { register, removeSubjects } from './registry.js';
import { servers } from './servers.js';
import type { VerdictKind } from '../../src/answer/contract.js';

export const bookingCount = 120;
const start = Date.parse('2026-05-04T05:00:00Z');
const minute = 60_000;
export const slowMs = 180_000;
export const bookingOf = (n: number) => 1_000 + n;
const tenant = 'a2b1c0de00004c5d8e6f0123456789ab';

/** Of a flow, the n-th id: a UUID of no version's own making. */
const uuid = (n: number, what: number) => `c0ffee00-${String(n).padStart(4, '0')}-4${String(what).padStart(3, '0')}-9abc-${String(n * 7_919 + what).padStart(12, '0')}`;
export const talkOf = (n: number) => uuid(n, 0);
const ids = { requested: 1, held: 2, paid: 3, confirmed: 4, released: 5, cancelled: 6, miles: 7, checked: 8, shown: 9, retried: 10 } as const;
export const eventOf = (n: number, what: keyof typeof ids) => uuid(n, ids[what]);
const letters = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
/** Base58. */
export const chargeOf = (n: number) => Array.from({ length: 20 }, (_, i) => letters[(n * (i + 3) * 31 + i * i * 7 + ((n * 7_919) >> i % 9)) % 58]).join('') + letters[n % 58]! + letters[Math.floor(n / 58)]!;

const plan = { noRow: 40, noFact: 46, noEvent: 52, unsent: 58, dead: 64, deadInBytes: 69, twice: 70, early: 75, unfinished: 82, uncompensated: 83, retried: 73, vanished: 93 } as const;
/** Whose charge was tried twice, on purpose. */
export const retried = plan.retried;
const behindFrom = 108;
const isDeclined = (n: number) => n % 6 === 5;

interface Sent {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly timestamp: string;
  readonly value: Buffer | string;
  readonly headers: Readonly<Record<string, string | Buffer>>;
}

export interface Airline {
  readonly services: string;
  readonly flows: string;
  readonly faults: ReadonlyMap<number, readonly [VerdictKind, string]>;
  /** Steps of a booking as `service.table key`. */
  readonly truth: (n: number) => readonly string[];
  readonly mentioned: (n: number) => readonly string[];
  remove(): Promise<void>;
}

const topics = ['bookings', 'payments', 'boarding', 'loyalty', 'undeliverable', 'cdc.reservas.booking'];

/** @param name of the databases, and the beginning of all other names */
export async function openAirline(name: string): Promise<Airline> {
  const prefix = `${name}-`;
  const sent: Sent[] = [];
  const ends = new Map<string, number>();
  const steps = new Map<number, string[]>();
  const own = (n: number, step: string) => void steps.set(n, [...(steps.get(n) ?? []), step]);
  const credit = { type: 'record', name: 'MilesCredited', fields: [{ name: 'creditId', type: 'string' }, { name: 'booking', type: 'int' }, { name: 'miles', type: 'int' }] };
  const schema = await register(`${prefix}loyalty-value`, { schema: JSON.stringify(credit) });
  const avro = avsc.Type.forSchema(credit as avsc.Schema);
  const send = (n: number, topic: string, ms: number, key: string, value: object | Buffer, headers: Sent['headers'] = {}) => {
    const partition = topic === 'undeliverable' ? 0 : n % 2;
    const offset = ends.get(topic + String(partition)) ?? 0;
    ends.set(topic + String(partition), offset + 1);
    sent.push({ topic, partition, key, timestamp: String(ms), value: Buffer.isBuffer(value) ? value : JSON.stringify(value), headers });
    own(n, `bus.${topic} ${partition}/${offset}`);
    return { partition, offset };
  };
  const rows = { booking: [] as unknown[][], history: [] as unknown[][], outbox: [] as unknown[][], charges: [] as unknown[][], holds: [] as { _id: string }[], passes: [] as { _id: string }[], facts: [] as object[] };
  const headerBytes = (number: number, size: 4 | 8) => {
    const bytes = Buffer.alloc(size);
    bytes.writeUInt32BE(number, size - 4);
    return bytes;
  };
  for (let n = 0; n < bookingCount; n++) {
    const [time, id, passenger, flight, charge] = [start + n * minute, bookingOf(n), 1_000 + ((n * 7) % 25), 1_000 + (n % 9), chargeOf(n)];
    const declined = isDeclined(n);
    const air = (type: string, what: keyof typeof ids, cause: string | null, ms: number, data: object = {}) =>
      send(n, 'bookings', ms, String(id), { metadata: { eventId: eventOf(n, what), eventType: type, correlationId: talkOf(n), causationId: cause, tenantId: tenant }, data: { bookingId: id, ...data } });
    const history = (state: string, ms: number) => {
      if (n === plan.vanished) return;
      rows.history.push([rows.history.length + 1, id, state, new Date(ms)]);
      own(n, `reservas.booking_history ${rows.history.length}`);
    };
    if (n !== plan.vanished) {
      rows.booking.push([id, passenger, flight, declined ? 'CANCELLED' : 'CONFIRMED', new Date(time), declined ? new Date(time + 9_000) : null, tenant]);
      own(n, `reservas.booking ${id}`);
      send(n, 'cdc.reservas.booking', time + 40, JSON.stringify({ booking_id: id }), { before: null, after: { booking_id: id, pax_id: passenger, flight_id: flight, state: 'REQUESTED' }, source: { connector: 'postgresql', db: name, schema: 'reservas', table: 'booking' }, op: 'c' });
    }
    history('REQUESTED', time);
    if (n === plan.early) air('SeatMapShown', 'shown', eventOf(n, 'checked'), time + 900);
    if (n === plan.early) air('FareChecked', 'checked', null, time + 800);
    for (let copy = 0; copy < (n === plan.noEvent ? 0 : n === plan.twice ? 2 : 1); copy++) {
      air('BookingRequested', 'requested', null, time + 10, { paxId: passenger, flight: { flightId: flight, name: 'A320' }, segments: [{ segmentNo: 1, from: 'MAD' }] });
    }
    if (n === plan.unfinished) continue;
    air('SeatHeld', 'held', eventOf(n, 'requested'), time + 2_000, { seat: `${1 + (n % 30)}C` });
    rows.holds.push({ _id: `H${id}-${n % 30}`, ...{ bookingId: id, heldAt: new Date(time + 1_900) } });
    own(n, `embarque.seatHolds H${id}-${n % 30}`);
    const pay = (type: string, what: keyof typeof ids, headers: Sent['headers'] = {}) =>
      send(n, 'payments', time + 5_000 - slowMs, charge, { chargeId: charge, bookingRef: id, ...(declined && { declineReason: `card ${n} blocked` }) }, {
        ce_specversion: '1.0', ce_id: eventOf(n, what), ce_type: `com.air.payments.${type}`, ce_source: '/payments', ce_subject: `bookings/${id}`, ce_correlationid: talkOf(n), ce_causationid: eventOf(n, 'held'), ...headers,
      });
    if (n === plan.retried) for (const attempt of ['1', '2']) pay('attempted', 'retried', { 'x-retry-count': attempt });
    pay(declined ? 'declined' : 'authorized', 'paid');
    if (n !== plan.noRow) {
      rows.charges.push([charge, id, declined ? 'DECLINED' : 'AUTHORIZED', new Date(time + 4_900 - slowMs)]);
      own(n, `pagos.cobros ${charge}`);
    }
    if (declined) {
      if (n !== plan.uncompensated) air('SeatReleased', 'released', eventOf(n, 'paid'), time + 8_000);
      air('BookingCancelled', 'cancelled', eventOf(n, 'paid'), time + 9_000);
      history('CANCELLED', time + 9_000);
      continue;
    }
    history('CONFIRMED', time + 8_000);
    rows.outbox.push([rows.outbox.length + 1, eventOf(n, 'confirmed'), 'booking', String(id), 'BookingConfirmed', new Date(time + 8_000), n === plan.unsent ? 'PENDING' : 'SENT']);
    own(n, `reservas.evt_outbox ${rows.outbox.length}`);
    if (n !== plan.unsent) air('BookingConfirmed', 'confirmed', eventOf(n, 'paid'), time + 8_200);
    const { partition, offset } = send(n, 'boarding', time + 30_000, String(id), { type: 'BoardingPassIssued', gate: `G${n % 12}` });
    rows.passes.push({ _id: `BP${id}X`, ...{ bookingId: id, issuedAt: new Date(time + 29_900) } });
    own(n, `embarque.boardingPasses BP${id}X`);
    if (n === plan.dead) send(n, 'undeliverable', time + 31_000, 'x', { original: { topic: 'boarding', partition, offset }, error: { message: `no gate for ${id}` } });
    if (n === plan.deadInBytes) send(n, 'undeliverable', time + 31_000, 'x', { at: 'gate' }, { 'kafka_dlt-original-topic': `${prefix}boarding`, 'kafka_dlt-original-partition': headerBytes(partition, 4), 'kafka_dlt-original-offset': headerBytes(offset, 8), 'kafka_dlt-exception-message': `no belt for ${id}` });
    send(n, 'loyalty', time + 40_000, String(passenger), Buffer.concat([Buffer.from([0]), headerBytes(schema, 4), avro.toBuffer({ creditId: eventOf(n, 'miles'), booking: id, miles: 500 + n })]), { 'X-Correlation-Id': talkOf(n), 'X-Message-Type': 'MilesCredited' });
    if (n === plan.noFact || n >= behindFrom) continue;
    rows.facts.push({ credit_id: eventOf(n, 'miles'), booking_id: id, at: Math.floor((time + 41_000) / 1_000) });
    own(n, `metricas.fact_miles ${id}`);
  }
  const admin = new pg.Client({ connectionString: servers.postgres });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  const url = new URL(servers.postgres);
  url.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(`CREATE SCHEMA reservas; SET search_path = reservas; CREATE TABLE passenger (pax_id int PRIMARY KEY, full_name text); CREATE TABLE flight (flight_id int PRIMARY KEY, departs timestamptz);
    CREATE TABLE booking (booking_id int PRIMARY KEY, pax_id int REFERENCES passenger, flight_id int REFERENCES flight, state text, "createdAt" timestamptz, cancelled_at timestamptz, tenant_id text); CREATE INDEX ON booking (tenant_id);
    CREATE TABLE booking_history (id bigint PRIMARY KEY, booking_id int REFERENCES booking, to_state text, changed_at timestamptz); CREATE INDEX ON booking_history (booking_id);
    CREATE TABLE evt_outbox (seq bigint PRIMARY KEY, evt_id uuid UNIQUE, aggregate_type text, aggregate_id text, evt_type text, created_at timestamptz, status text); CREATE INDEX ON evt_outbox (aggregate_id)`);
  const insert = async (table: string, all: readonly (readonly unknown[])[]) => {
    const [first] = all;
    const marks = all.map((_, i) => `(${first!.map((__, j) => `$${i * first!.length + j + 1}`).join(',')})`);
    await client.query(`INSERT INTO ${table} VALUES ${marks.join(',')}`, all.flat());
  };
  await insert('passenger', Array.from({ length: 25 }, (_, i) => [1_000 + i, `Passenger ${i}`]));
  await insert('flight', Array.from({ length: 9 }, (_, i) => [1_000 + i, new Date(start + i * 60 * minute)]));
  await insert('booking', rows.booking);
  await insert('booking_history', rows.history);
  await insert('evt_outbox', rows.outbox);
  await client.end();
  const pagos = await mysql.createConnection({ uri: servers.mysql, timezone: 'Z' });
  await pagos.query(`CREATE DATABASE \`${name}\``);
  await pagos.query(`CREATE TABLE \`${name}\`.cobros (charge_id varchar(22) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY, booking_ref int, estado varchar(20), creado_en datetime(3), INDEX (booking_ref))`);
  await pagos.query(`INSERT INTO \`${name}\`.cobros VALUES ?`, [rows.charges]);
  await pagos.end();
  const mongo = await MongoClient.connect(servers.mongodb);
  for (const [collection, documents] of [['seatHolds', rows.holds], ['boardingPasses', rows.passes]] as const) {
    await mongo.db(name).collection<{ _id: string }>(collection).insertMany([...documents]);
    await mongo.db(name).collection(collection).createIndex({ bookingId: 1 });
  }
  const clickhouse = createClient({ url: servers.clickhouse });
  await clickhouse.command({ query: `CREATE DATABASE ${name}` });
  await clickhouse.command({ query: `CREATE TABLE ${name}.fact_miles (credit_id UUID, booking_id Int64, at DateTime('UTC')) ENGINE = MergeTree ORDER BY booking_id` });
  await clickhouse.insert({ table: `${name}.fact_miles`, values: rows.facts, format: 'JSONEachRow' });
  for (const topic of topics) await createTopic(prefix + topic, { numPartitions: topic === 'undeliverable' ? 1 : 2, settings: { 'message.timestamp.after.max.ms': '9223372036854775807' } });
  for (const topic of topics) await produce(prefix + topic, sent.filter((message) => message.topic === topic));
  const read = (partition: number) => String(sent.filter((message) => message.topic === 'loyalty' && message.partition === partition && Number(message.timestamp) < start + behindFrom * minute).length);
  await withAdmin((kafka) => kafka.setOffsets({ groupId: `${name}-facts`, topic: `${prefix}loyalty`, partitions: [0, 1].map((partition) => ({ partition, offset: read(partition) })) }));
  return {
    faults: new Map<number, readonly [VerdictKind, string]>([
      [plan.noRow, ['no row', 'pagos.cobros']], [plan.noFact, ['no row', 'metricas.fact_miles']], [plan.vanished, ['no row', 'reservas.booking']], [plan.noEvent, ['no event', 'BookingRequested']],
      [plan.unsent, ['not published', eventOf(plan.unsent, 'confirmed')]], [plan.dead, ['dead letter', 'no gate for']], [plan.deadInBytes, ['dead letter', 'no belt for']], [plan.twice, ['published twice', 'BookingRequested']],
      [plan.early, ['out of order', 'SeatMapShown']], [plan.unfinished, ['not finished', 'BookingRequested']], [plan.uncompensated, ['not compensated', 'SeatReleased']], [112, ['lagging', 'metricas.fact_miles']],
    ]),
    truth: (n) => steps.get(n)!,
    mentioned: (n) => [`reservas.flight ${1_000 + (n % 9)}`, `reservas.passenger ${1_000 + ((n * 7) % 25)}`],
    services: `services:
  reservas: { kind: postgres, url: "${servers.postgres}", database: ${name}, schema: reservas }
  pagos: { kind: mysql, url: "${servers.mysql}", database: ${name} }
  embarque: { kind: mongodb, url: "${servers.mongodb}", database: ${name} }
  metricas: { kind: clickhouse, url: "${servers.clickhouse}", database: ${name} }
  bus: { kind: kafka, brokers: "${servers.kafka}", prefix: ${prefix}, registry: { url: "${servers.registry}" } }
`,
    flows: `flows:
  sagas:
    - { name: booking, starts: BookingRequested, steps: [{ event: SeatHeld, compensation: SeatReleased }], fails: com.air.payments.declined }
`,
    async remove() {
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await admin.end();
      const connection = await mysql.createConnection({ uri: servers.mysql });
      await connection.query(`DROP DATABASE IF EXISTS \`${name}\``);
      await connection.end();
      await mongo.db(name).dropDatabase();
      await mongo.close();
      await clickhouse.command({ query: `DROP DATABASE IF EXISTS ${name}` });
      await clickhouse.close();
      await withAdmin((kafka) => kafka.deleteGroups([`${name}-facts`])).catch(() => {});
      await removeTopics(topics.map((topic) => prefix + topic));
      await removeSubjects([`${prefix}loyalty-value`]);
    },
  };
}
