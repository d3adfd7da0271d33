/**
 * `aishell trace --follow` on real servers: effects that a producer writes after the start, on Kafka, a stream of Redis and
 * one of RabbitMQ, rows that appear and change later, spans excluded. A laboratory, whose names are nobody else's.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TraceAnswer, TraceGrowth, TraceStep } from '../../../src/answer/contract.js';
import { createTopic, produce, removeTopics, withAdmin } from '../../support/kafka.js';
import { liveCli, type LiveCli } from '../../support/live-cli.js';
import { createStream, management, publish, removeQueues, streamPort } from '../../support/rabbitmq.js';
import { tsx } from '../../support/pty.js';
import { openScreen } from '../../support/screen.js';
import { listening, servers } from '../../support/servers.js';

const isUp = (await Promise.all([servers.kafka.split(',')[0]!, servers.rabbitmq, servers.redis, servers.postgres].map(listening))).every(Boolean);
const tag = `lab${Date.now().toString(36)}`;
const topics = [`${tag}-requests`, `${tag}-results`];
const talk = '0197c0de-7a11-7b22-8c33-9d44ae55bf66';

type End = { readonly type: 'end' } & Omit<TraceAnswer, 'steps'>;

describe.skipIf(!isUp && process.env['CI'] !== 'true')('a trace that is followed', { timeout: 90_000 }, () => {
  let home = '';
  let redis: Redis;
  let client: pg.Client;
  const running: LiveCli[] = [];

  const follow = (...args: string[]) => {
    const one = liveCli(['trace', ...args, '--config', join(home, 'aishell.yaml')], { XDG_CACHE_HOME: join(home, 'cache') });
    running.push(one);
    return one;
  };
  const growth = (lines: readonly string[]) => lines.map((line) => JSON.parse(line) as TraceGrowth | End);
  const stepsIn = (lines: readonly string[]) => growth(lines).flatMap((one): TraceStep[] => (one.type === 'step' ? [one.step] : []));
  const begun = (cli: LiveCli) => cli.until(() => cli.stderr().includes('following; Ctrl-C ends it'));

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'aishell-follow-'));
    redis = new Redis(servers.redis);
    client = new pg.Client(servers.postgres);
    await client.connect();
    await client.query(`CREATE SCHEMA ${tag}`);
    await client.query(`CREATE TABLE ${tag}.specimens (specimen_no text PRIMARY KEY, state text, taken_at timestamptz)`);
    await client.query(`CREATE TABLE ${tag}.assays (assay_no bigint PRIMARY KEY, specimen_no text REFERENCES ${tag}.specimens, outcome text, read_at timestamptz)`);
    await client.query(`CREATE INDEX ON ${tag}.assays (specimen_no)`);
    await client.query(`INSERT INTO ${tag}.specimens VALUES ('SP-9', 'waiting', now())`);
    for (const topic of topics) await createTopic(topic, { numPartitions: 2 });
    await produce(topics[0]!, [
      { key: 'SP-9', value: JSON.stringify({ eventId: 'ev-1', type: 'SpecimenTaken', specimenNo: 'SP-9' }), headers: { correlationId: talk } },
      { key: 'SP-8', value: JSON.stringify({ eventId: 'ev-0', type: 'SpecimenTaken', specimenNo: 'SP-8' }), headers: { correlationId: 'another-talk' } },
    ]);
    await produce(topics[1]!, [{ value: JSON.stringify({ eventId: 'ev-00', type: 'Idle' }) }]);
    await redis.xadd(`${tag}:moves:fridge`, '*', 'correlationId', 'another-talk', 'shelf', '1');
    await createStream(`${tag}-alarms`);
    await publish(`${tag}-alarms`, [{ body: JSON.stringify({ what: 'nothing' }), correlationId: 'another-talk' }]);
    await writeFile(join(home, 'aishell.yaml'), `services:
  desk: { kind: postgres, url: "${servers.postgres}", schemas: [${tag}] }
  bus: { kind: kafka, brokers: "${servers.kafka}", prefix: "${tag}-" }
  fridge: { kind: redis, url: "${servers.redis}", patterns: { moves: "${tag}:moves:{where}" } }
  bells: { kind: rabbitmq, url: "${servers.rabbitmq}", stream_port: ${streamPort}, management: "${management}", prefix: "${tag}-" }
`);
  }, 60_000);
  afterAll(async () => {
    for (const { child } of running) child.kill('SIGKILL');
    await client.query(`DROP SCHEMA ${tag} CASCADE`);
    await client.end();
    await redis.del(`${tag}:moves:fridge`);
    redis.disconnect();
    await removeTopics(topics);
    await removeQueues([`${tag}-alarms`]);
    await rm(home, { recursive: true, force: true });
  });

  test('gains what comes on every bus and in the stores, and ends with Ctrl-C: marked as incomplete, exit 130', async () => {
    const trace = follow('SP-9', '--as', 'specimen_no', '--follow', '--format', 'json');
    await begun(trace);
    const [first] = growth(trace.lines);
    expect(first).toMatchObject({ type: 'trace', trace: { complete: true, found: true } });
    const known = (first as Extract<TraceGrowth, { type: 'trace' }>).trace.steps;
    expect(known.map(({ what }) => what).sort()).toEqual(['event SpecimenTaken on requests', 'row of specimens']);

    // An effect by its correlation id, one that names only its cause, and one that has nothing to do with it.
    await produce(topics[1]!, [
      { key: 'SP-9', value: JSON.stringify({ eventId: 'ev-2', type: 'AssayStarted', specimenNo: 'SP-9' }), headers: { correlationId: talk, causationId: 'ev-1' } },
      { key: 'SP-7', value: JSON.stringify({ eventId: 'ev-7', type: 'AssayStarted', specimenNo: 'SP-7' }), headers: { correlationId: 'third-talk' } },
    ]);
    await trace.until((lines) => stepsIn(lines).some(({ what }) => what === 'event AssayStarted on results'));
    await produce(topics[1]!, [{ value: JSON.stringify({ eventId: 'ev-3', type: 'AssayRead', causationId: 'ev-2' }) }]);
    await trace.until((lines) => stepsIn(lines).some(({ what }) => what === 'event AssayRead on results'));
    await redis.xadd(`${tag}:moves:fridge`, '*', 'correlationId', talk, 'shelf', '2');
    await publish(`${tag}-alarms`, [{ body: JSON.stringify({ what: 'warm' }), correlationId: talk }]);
    await trace.until((lines) => ['moves', 'alarms'].every((table) => stepsIn(lines).some((step) => step.table === table)));
    // Rows that nobody announces: one that is new, one that changes.
    await client.query(`INSERT INTO ${tag}.assays VALUES (70, 'SP-9', 'negative', now())`);
    await trace.until((lines) => stepsIn(lines).some(({ table }) => table === 'assays'));
    await client.query(`UPDATE ${tag}.specimens SET state = 'done' WHERE specimen_no = 'SP-9'`);
    await trace.until((lines) => growth(lines).some(({ type }) => type === 'changed'));

    expect(trace.stderr()).not.toContain('Warning');
    trace.child.kill('SIGINT');
    expect(await trace.exit()).toBe(130);
    const all = growth(trace.lines);
    const steps = stepsIn(trace.lines);
    expect(steps.map(({ n }) => n)).toEqual(Array.from({ length: steps.length }, (_, i) => known.length + 1 + i));
    const numberOf = (what: string) => [...known, ...steps].find((step) => step.what === what)!.n;
    expect(steps.find(({ what }) => what === 'event AssayStarted on results')).toMatchObject({ parent: numberOf('event SpecimenTaken on requests'), service: 'bus' });
    expect(steps.find(({ what }) => what === 'event AssayRead on results')).toMatchObject({ parent: numberOf('event AssayStarted on results') });
    expect(steps.find(({ table }) => table === 'assays')!.edges).toEqual([expect.objectContaining({ certainty: 'declared', because: expect.stringContaining('assays.specimen_no = SP-9') })]);
    expect(all.find(({ type }) => type === 'changed')).toMatchObject({ n: known.find(({ table }) => table === 'specimens')!.n, columns: [{ column: 'state', before: 'waiting', after: 'done' }] });
    // Nothing foreign, nothing twice.
    expect(JSON.stringify(all)).not.toMatch(/SP-7|SP-8|third-talk|another-talk/);
    expect(new Set(steps.map(({ table, locator }) => `${table} ${JSON.stringify(locator)}`)).size).toBe(steps.length);
    const end = all.at(-1) as End;
    expect(end).toMatchObject({ type: 'end', complete: false, stopped: 'cancelled', missing: [], followed: { steps: steps.length, changes: 1 } });
    expect(end.followed!.messages).toBe(5);
    const live = end.coverage.filter(({ asked }) => asked === 'followed as it grew');
    expect(live.map(({ service, table, rows }) => [service, table, rows]).sort()).toEqual([['bells', 'alarms', 1], ['bus', 'results', 3], ['fridge', 'moves', 1]]);
    expect(live.find(({ service }) => service === 'bus')!.coverage.reduce((sum, { messages }) => sum + messages, 0)).toBe(3);
    // Nobody was joined and nothing was committed.
    expect((await withAdmin((admin) => admin.listGroups())).groups.filter(({ groupId }) => groupId.includes(tag) || groupId.includes('aishell'))).toEqual([]);
    expect(await redis.xinfo('GROUPS', `${tag}:moves:fridge`)).toEqual([]);
  });

  test('an id that is nowhere yet is waited for; lines for people; after its time it ends by itself', async () => {
    const trace = follow('ev-late-1', '--follow', '--for', '8s');
    await begun(trace);
    expect(trace.lines.join('\n')).toContain('Nothing was found under this id where was looked.');
    await produce(topics[0]!, [{ value: JSON.stringify({ eventId: 'ev-late-1', type: 'Specimen\u001b[31mLost', specimenNo: 'SP-10' }) }]);
    await trace.until((lines) => lines.some((line) => line.startsWith('+ ')));
    expect(await trace.exit()).toBe(0);
    const line = trace.lines.find((one) => one.startsWith('+ '))!;
    expect(line).toMatch(/^\+ 1 {2}\d{4}-.* bus\.requests _partition=\d _offset=\d {2}event Specimen.*Lost on requests {2}eventId = ev-late-1 \(declared\)/);
    expect(line).not.toContain('\u001b');
    expect(trace.lines.at(-1)).toMatch(/^Followed for 8(\.\d+)? s: 1 step came, 0 rows changed; 1 message looked at, stores asked \d+ times?\.$/);
  });

  test('at the prompt: .tail with a condition and .trace --follow print above it, and Ctrl-C returns to it', async () => {
    const screen = openScreen([tsx, 'test/support/real-cli.ts', '--config', join(home, 'aishell.yaml')], { columns: 120, rows: 30, env: { HOME: home, XDG_CACHE_HOME: join(home, 'cache'), XDG_STATE_HOME: join(home, 'state'), LANG: 'C.UTF-8' } });
    try {
      await screen.shows(/aishell>$/);
      screen.type(".tail results --from start where type = 'Idle'\r");
      await screen.shows(/bus\.results \d\/\d+ .*ev-00/);
      await produce(topics[1]!, [{ value: JSON.stringify({ eventId: 'ev-8', type: 'Idle' }) }, { value: JSON.stringify({ eventId: 'ev-9', type: 'Busy' }) }]);
      const seen = (await screen.shows('ev-8')).join('\n');
      expect(seen).not.toContain('ev-9');
      screen.type('\u0003');
      await screen.shows(/\(\d+ events?\)[^]*aishell>$/);
      screen.type('.trace ev-8 --follow\r');
      await screen.shows('following; Ctrl-C ends it');
      await produce(topics[0]!, [{ value: JSON.stringify({ eventId: 'ev-10', type: 'SpecimenFiled', causationId: 'ev-8' }) }]);
      await screen.shows(/\+ 2 ← 1 .*event SpecimenFiled on requests/);
      screen.type('\u0003');
      await screen.shows(/1 step came[^]*INCOMPLETE: cancelled[^]*aishell>$/);
      // The screen is whole: what is asked next stands below, and .last has all of it.
      screen.type('.last\r');
      const lines = await screen.shows(/Where was looked[^]*aishell>$|lines \d/);
      expect(lines.join('\n')).toContain('SpecimenFiled');
    } finally {
      screen.kill();
    }
  });

  test('in a narrow terminal no line is wider than it, and Ctrl-C ends it', async () => {
    const screen = openScreen([tsx, 'test/support/real-cli.ts', 'trace', 'ev-late-2', '--follow', '--config', join(home, 'aishell.yaml')], { columns: 44, rows: 40, env: { HOME: home, XDG_CACHE_HOME: join(home, 'cache'), LANG: 'C.UTF-8' } });
    try {
      await screen.shows('following; Ctrl-C ends it');
      await produce(topics[0]!, [{ value: JSON.stringify({ eventId: 'ev-late-2', type: 'SpecimenOfAnUnusuallyLongNameThatGoesOnAndOn', specimenNo: 'SP-11' }) }]);
      await screen.shows(/^\+ 1 /m);
      screen.type('\u0003');
      const lines = await screen.shows(/INCOMPLETE: cancelled|1 step came/);
      const grown = lines.findIndex((line) => line.startsWith('+ 1 '));
      expect(lines[grown]!.length).toBeLessThanOrEqual(44);
      // It was cut, and not wrapped.
      expect(lines[grown + 1]).not.toContain('GoesOnAndOn');
    } finally {
      screen.kill();
    }
  });

  test('what makes no sense is said', async () => {
    const wrong = async (...args: string[]) => {
      const one = follow(talk, ...args);
      return [await one.exit(), one.stderr()] as const;
    };
    const all = await Promise.all([wrong('--for', '30s'), wrong('--follow', '--until', '2026-01-01'), wrong('--follow', '--format', 'html'), wrong('--follow', '--for', 'soon')]);
    expect(all.map(([code]) => code)).toEqual([2, 2, 2, 2]);
    expect(all.map(([, text]) => text.split('\n')[0])).toEqual([expect.stringContaining('--for says how long to follow'), expect.stringContaining('--until ends before it'), expect.stringContaining('html is a document'), expect.stringContaining('--for can’t be soon')]);
  });
});
