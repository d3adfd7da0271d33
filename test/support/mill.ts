/**
 * A mill, whose services agree on little: ULIDs for what is ground, snowflakes for samples, sacks by silo and number, ids of
 * messages in headers that each library names its own way, an outbox, a stream of RabbitMQ and one of Redis. Made on the
 * test servers under names of its own, with a fault of each kind at a known place.
 */

import { Redis } from 'ioredis';
import mysql from 'mysql2/promise';
import pg from 'pg';
import type { VerdictKind } from '../../src/answer/contract.js';
import { createTopic, produce, removeTopics, withAdmin } from './kafka.js';
import { createStream, management, publish, removeQueues, streamPort, withChannel } from './rabbitmq.js';
import { servers } from './servers.js';

export const grindCount = 110;
const start = Date.parse('2026-01-20T06:00:00Z');
const minute = 60_000;
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function ulid(ms: number, salt: number): string {
  let [time, text] = [ms, ''];
  for (let i = 0; i < 10; i++, time = Math.floor(time / 32)) text = crockford[time % 32]! + text;
  let seed = salt + 97;
  for (let i = 0; i < 16; i++) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    text += crockford[(seed >>> 16) % 32]!;
  }
  return text;
}

const at = (n: number) => start + n * minute;
export const grindOf = (n: number) => ulid(at(n), n);
export const talkOf = (n: number) => `7a1c0de0-${String(n).padStart(4, '0')}-4c5d-8e6f-0123456789ab`;
export const messageOf = (n: number, what: number) => ulid(at(n) + what, 1_000 + n * 10 + what);
/** Beyond what a double holds. */
export const sampleOf = (n: number) => String((BigInt(at(n) + 5_000 - 1_288_834_974_657) << 22n) | BigInt(n));
const siloOf = (n: number) => 3 + (n % 4);

/** Which grind has which fault, and what the verdict must name. */
const plan = {
  noRow: 40, noEvent: 46, unsent: 52, dead: 58, twice: 64, early: 70, unfinished: 76, uncompensated: 65,
} as const;
/** The reader of samples has come so far. */
const behindFrom = 105;

const isSpoiled = (n: number) => n % 5 === 0;

export interface Mill {
  readonly services: string;
  /** What its people declare: of the two groups, the laboratory's writes the samples. */
  readonly flows: string;
  readonly faults: ReadonlyMap<number, readonly [VerdictKind, string]>;
  /** Steps that belong to a grind, as `service.table key`. */
  readonly truth: (n: number) => readonly string[];
  remove(): Promise<void>;
}

interface Sent {
  readonly topic: 'grist' | 'quality' | 'quality.DLT';
  readonly partition: number;
  readonly key: string;
  readonly timestamp: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** @param name of the database, and the beginning of all other names */
export async function openMill(name: string): Promise<Mill> {
  const sent: Sent[] = [];
  const ends = new Map<string, number>();
  const steps = new Map<number, string[]>();
  const own = (n: number, step: string) => void steps.set(n, [...(steps.get(n) ?? []), step]);
  const send = (n: number, topic: Sent['topic'], ms: number, kind: string, id: string, cause: string | undefined, payload: object, headers: Record<string, string> = {}) => {
    const partition = topic === 'quality.DLT' ? 0 : n % 2;
    const offset = ends.get(topic + String(partition)) ?? 0;
    ends.set(topic + String(partition), offset + 1);
    sent.push({ topic, partition, key: grindOf(n), timestamp: String(ms), value: JSON.stringify({ messageType: kind, ...payload }), headers: { 'message-id': id, 'X-Correlation-ID': talkOf(n), ...(cause !== undefined && { 'causation-id': cause }), ...headers } });
    own(n, `bus.${topic} ${partition}/${offset}`);
    return { partition, offset };
  };
  const [grindings, sacks, box, samples]: [unknown[][], unknown[][], unknown[][], unknown[][]] = [[], [], [], []];
  for (let n = 0; n < grindCount; n++) {
    const [time, grind, silo] = [at(n), grindOf(n), siloOf(n)];
    const [opened, taken, spoiled] = [messageOf(n, 1), messageOf(n, 2), messageOf(n, 3)];
    grindings.push([grind, silo, new Date(time)]);
    sacks.push([silo, n + 1, grind, new Date(time + 1_000)]);
    own(n, `mill.grindings ${grind}`);
    own(n, `mill.sacks ${silo}/${n + 1}`);
    if (n === plan.early) send(n, 'grist', time + 400, 'GristWeighed', messageOf(n, 7), messageOf(n, 8), { grindId: grind });
    if (n === plan.early) send(n, 'grist', time + 300, 'GristTipped', messageOf(n, 8), undefined, { grindId: grind });
    send(n, 'grist', time, 'GristOpened', opened, undefined, { grindId: grind, silo });
    if (n === plan.unfinished) continue;
    if (n !== plan.noEvent) {
      const place = send(n, 'quality', time + 5_000, 'SampleTaken', taken, opened, { sampleNo: sampleOf(n), grindId: grind });
      if (n === plan.twice) send(n, 'quality', time + 5_000, 'SampleTaken', taken, opened, { sampleNo: sampleOf(n), grindId: grind });
      if (n === plan.dead) {
        send(n, 'quality.DLT', time + 6_000, 'SampleTaken', messageOf(n, 9), taken, { sampleNo: sampleOf(n), grindId: grind }, {
          'kafka_dlt-original-topic': `${name}-quality`, 'kafka_dlt-original-partition': String(place.partition), 'kafka_dlt-original-offset': String(place.offset), 'kafka_dlt-exception-message': `no scale for ${grind}`,
        });
      }
    }
    if (n !== plan.noRow && n < behindFrom) {
      samples.push([sampleOf(n), grind, isSpoiled(n) ? 'bad' : 'good', new Date(time + 6_000)]);
      own(n, `lab.samples ${sampleOf(n)}`);
    }
    if (isSpoiled(n)) {
      send(n, 'quality', time + 9_000, 'SampleRejected', spoiled, taken, { grindId: grind, reason: `weevils in silo ${silo}` });
      if (n !== plan.uncompensated) send(n, 'grist', time + 12_000, 'GristReturned', messageOf(n, 4), spoiled, { grindId: grind });
    } else {
      box.push([n + 1, messageOf(n, 5), JSON.stringify({ grindId: grind }), grind, new Date(time + 8_000), n === plan.unsent ? null : new Date(time + 9_000)]);
      own(n, `mill.dispatch_box ${n + 1}`);
      if (n !== plan.unsent) send(n, 'grist', time + 9_000, 'FlourReleased', messageOf(n, 5), taken, { grindId: grind });
    }
  }
  const admin = new pg.Client({ connectionString: servers.postgres });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  const url = new URL(servers.postgres);
  url.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(`CREATE TABLE grindings (grind_id char(26) PRIMARY KEY, silo int NOT NULL, started timestamptz NOT NULL);
    CREATE TABLE sacks (silo int, sack_no bigint, grind_id char(26) REFERENCES grindings, filled_at timestamptz, PRIMARY KEY (silo, sack_no)); CREATE INDEX ON sacks (grind_id);
    CREATE TABLE dispatch_box (box_no bigint PRIMARY KEY, message_id text UNIQUE, body jsonb, grind_id char(26) REFERENCES grindings, written_at timestamptz, relayed_at timestamptz); CREATE INDEX ON dispatch_box (grind_id)`);
  const insert = async (table: string, rows: readonly unknown[][]) => {
    for (const row of rows) await client.query(`INSERT INTO ${table} VALUES (${row.map((_, i) => `$${i + 1}`).join(', ')})`, row);
  };
  await insert('grindings', grindings);
  await insert('sacks', sacks);
  await insert('dispatch_box', box);
  await client.end();
  const lab = await mysql.createConnection({ uri: servers.mysql, timezone: 'Z', supportBigNumbers: true, bigNumberStrings: true });
  await lab.query(`CREATE DATABASE \`${name}\``);
  await lab.query(`CREATE TABLE \`${name}\`.samples (sample_no bigint PRIMARY KEY, grind_id varchar(26) NOT NULL, outcome varchar(10), tested_at timestamp(3) NULL, INDEX (grind_id))`);
  await lab.query(`INSERT INTO \`${name}\`.samples VALUES ?`, [samples]);
  await lab.end();
  const topics = ['grist', 'quality', 'quality.DLT'].map((topic) => `${name}-${topic}`);
  for (const topic of topics) await createTopic(topic, { numPartitions: topic.endsWith('.DLT') ? 1 : 2, settings: { 'message.timestamp.after.max.ms': '9223372036854775807' } });
  for (const topic of ['grist', 'quality', 'quality.DLT'] as const) await produce(`${name}-${topic}`, sent.filter((message) => message.topic === topic));
  // Two groups: one that has read all, and the laboratory's, which has not come to the last ones.
  const count = (topic: string, partition: number, most: number) => String(sent.filter((message) => message.topic === topic && message.partition === partition && Number(message.timestamp) < at(most)).length);
  const offsets = (topic: string, most: number) => [0, 1].map((partition) => ({ partition, offset: count(topic, partition, most) }));
  await withAdmin(async (kafka) => {
    await kafka.setOffsets({ groupId: `${name}-lab`, topic: `${name}-quality`, partitions: offsets('quality', behindFrom) });
    await kafka.setOffsets({ groupId: `${name}-watch`, topic: `${name}-quality`, partitions: offsets('quality', grindCount + 1) });
  });
  await createStream(`${name}-scales`);
  const weighed = Array.from({ length: grindCount }, (_, n) => ({ body: JSON.stringify({ weight: 40 + n }), correlationId: talkOf(n), messageId: messageOf(n, 6) }));
  await publish(`${name}-scales`, weighed);
  for (let n = 0; n < grindCount; n++) own(n, `scales.scales ${n}`);
  await withChannel((channel) => channel.assertQueue(`${name}-orders`, { durable: true }));
  const redis = new Redis(servers.redis);
  for (let n = 0; n < grindCount; n++) {
    const note = JSON.stringify({ about: { grind: grindOf(n) }, level: n % 3 });
    // The id stands inside of a text, by a name that means nothing; some write it with escapes.
    const id = await redis.xadd(`${name}:alarms`, '*', 'note', n % 7 === 0 ? note.replace(grindOf(n), grindOf(n).replace('0', '\\u0030')) : note, 'bell', String(n % 2));
    own(n, `alarms.alarms ${id!}`);
  }
  redis.disconnect();
  const faults = new Map<number, readonly [VerdictKind, string]>([
    [plan.noRow, ['no row', 'lab.samples']], [plan.noEvent, ['no event', 'lab.samples']], [plan.unsent, ['not published', messageOf(plan.unsent, 5)]], [plan.dead, ['dead letter', 'no scale for']],
    [plan.twice, ['published twice', 'SampleTaken']], [plan.early, ['out of order', 'GristWeighed']], [plan.unfinished, ['not finished', 'GristOpened']], [plan.uncompensated, ['not compensated', 'GristReturned']],
    ...Array.from({ length: grindCount - behindFrom }, (_, i): [number, readonly [VerdictKind, string]] => [behindFrom + i, ['lagging', 'lab.samples']]),
  ]);
  return {
    faults,
    truth: (n) => steps.get(n)!,
    services: `services:
  mill: { kind: postgres, url: "${servers.postgres}", database: ${name} }
  lab: { kind: mysql, url: "${servers.mysql}", database: ${name} }
  bus: { kind: kafka, brokers: "${servers.kafka}", prefix: ${name}- }
  scales: { kind: rabbitmq, url: "${servers.rabbitmq}", stream_port: ${streamPort}, management: "${management}", prefix: ${name}- }
  alarms: { kind: redis, url: "${servers.redis}", patterns: { alarms: "${name}:alarms" } }
`,
    flows: `flows:
  writes:
    - { topic: bus.quality, events: SampleTaken, group: ${name}-lab, table: lab.samples, on: { sampleNo: sample_no } }
  sagas:
    - { name: grinding, starts: GristOpened, steps: [{ event: SampleTaken, compensation: GristReturned }], fails: SampleRejected }
`,
    async remove() {
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await admin.end();
      const connection = await mysql.createConnection({ uri: servers.mysql });
      await connection.query(`DROP DATABASE IF EXISTS \`${name}\``);
      await connection.end();
      await withAdmin((kafka) => kafka.deleteGroups([`${name}-lab`, `${name}-watch`])).catch(() => {});
      await removeTopics(topics);
      await removeQueues([`${name}-scales`, `${name}-orders`]);
      const again = new Redis(servers.redis);
      await again.del(`${name}:alarms`);
      again.disconnect();
    },
  };
}
