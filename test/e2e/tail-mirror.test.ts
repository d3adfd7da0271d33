/** `aishell tail --mirror` on a real RabbitMQ: what is declared is said before, sees what comes, and is gone afterwards; the queue itself keeps all. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TailEvent } from '../../src/answer/contract.js';
import { loadConfig } from '../../src/config/index.js';
import { openSession } from '../../src/session/index.js';
import type { Session } from '../../src/session/contract.js';
import { liveCli } from '../support/live-cli.js';
import { address, management, streamPort, withChannel } from '../support/rabbitmq.js';
import { listening, servers } from '../support/servers.js';

const isUp = await listening(servers.rabbitmq);
const tag = `mirror${Date.now().toString(36)}`;
const [exchange, queue, direct, lone] = [`${tag}-post`, `${tag}-letters`, `${tag}-desk`, `${tag}-lone`];

/** Asked of the server itself. */
async function mirrors(): Promise<{ name: string; exclusive: boolean; auto_delete: boolean; arguments: Record<string, unknown> }[]> {
  const answer = await fetch(new URL('api/queues', management), { headers: { authorization: `Basic ${Buffer.from(`${address.username}:${address.password}`).toString('base64')}` } });
  return ((await answer.json()) as Awaited<ReturnType<typeof mirrors>>).filter(({ name }) => name.startsWith('aishell-mirror-'));
}

async function until<T>(ask: () => Promise<T>, isIt: (value: T) => boolean): Promise<T> {
  for (let turn = 0; turn < 200; turn++) {
    const value = await ask();
    if (isIt(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not come to be');
}

const depth = (name: string) => withChannel(async (channel) => (await channel.checkQueue(name)).messageCount);
const send = (key: string, ...bodies: object[]) =>
  withChannel(async (channel) => {
    for (const body of bodies) channel.publish(exchange, key, Buffer.from(JSON.stringify(body)), { messageId: `m-${key}`, correlationId: 'talk', headers: { shelf: 'a\u001b[31m' } });
    await channel.waitForConfirms();
  });

describe.skipIf(!isUp && process.env['CI'] !== 'true')('tail --mirror', { timeout: 60_000 }, () => {
  let home = '';
  let path = '';
  let session: Session;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'aishell-mirror-'));
    await withChannel(async (channel) => {
      await channel.assertExchange(exchange, 'topic', { durable: false });
      await channel.assertExchange(direct, 'direct', { durable: false });
      for (const name of [queue, lone]) await channel.assertQueue(name, { durable: true });
      await channel.bindQueue(queue, exchange, 'letter.*');
      await channel.bindQueue(queue, direct, 'parcel');
    });
    await send('letter.old', { n: 1 }, { n: 2 });
    path = join(home, 'aishell.yaml');
    await writeFile(path, `services:\n  mq: { kind: rabbitmq, url: "${servers.rabbitmq}", stream_port: ${streamPort}, management: "${management}", prefix: "${tag}-" }\n`);
    session = await openSession({ config: await loadConfig({ cwd: home, env: { HOME: home, XDG_CACHE_HOME: join(home, 'cache') }, path }), refresh: true });
  }, 60_000);
  afterAll(async () => {
    await session.close();
    await withChannel(async (channel) => {
      for (const name of [queue, lone]) await channel.deleteQueue(name);
      for (const name of [exchange, direct]) await channel.deleteExchange(name);
    });
    await rm(home, { recursive: true, force: true });
  });

  test('a queue’s messages are seen as they come; the queue itself loses nothing, and what was declared is gone', async () => {
    const before = await until(() => depth(queue), (n) => n === 2);
    const mine = (await mirrors()).map(({ name }) => name);
    const notes: string[] = [];
    const seen: TailEvent[] = [];
    const tailing = session.tail(['mq.letters'], {
      signal: AbortSignal.timeout(50_000),
      mirror: true,
      limit: 2,
      where: "_key <> 'letter.dull'",
      events: { events: (batch) => void seen.push(...batch), note: (text) => void notes.push(text) },
    });
    const [declared] = await until(async () => (await mirrors()).filter(({ name }) => !mine.includes(name)), (found) => found.length === 1 && notes.length > 0);
    expect(declared).toMatchObject({ exclusive: true, auto_delete: true, arguments: { 'x-max-length': 10_000, 'x-overflow': 'drop-head', 'x-expires': 60_000 } });
    expect(notes[0]).toMatch(new RegExp(`^mq: declares one queue of its own \\(exclusive, auto-delete, at most 10,000 messages and 64 MiB, the oldest dropped first\\), bound to exchange ${direct} by parcel, exchange ${exchange} by letter\\.\\*|^mq: declares .* exchange ${exchange} by letter\\.\\*, exchange ${direct} by parcel`));
    await send('letter.dull', { n: 3 });
    await send('letter.new', { n: 4 }, { n: 5 });
    const answer = await tailing;
    expect(answer).toMatchObject({ events: 2, topics: [`mq.letters`] });
    expect(seen.map(({ row }) => row)).toEqual([4, 5].map((n) => expect.objectContaining({ _key: 'letter.new', _value: JSON.stringify({ n }), _headers: { shelf: 'a\u001b[31m' }, _properties: expect.objectContaining({ message_id: 'm-letter.new', correlation_id: 'talk', exchange }) as unknown })));
    expect(await until(() => depth(queue), (n) => n === before + 3)).toBe(5);
    expect((await until(mirrors, (all) => all.every(({ name }) => name !== declared!.name))).map(({ name }) => name)).not.toContain(declared!.name);
  });

  test('from the command line: said on stderr before, an exchange too, and Ctrl-C leaves nothing behind', async () => {
    const mine = (await mirrors()).map(({ name }) => name);
    const cli = liveCli(['tail', 'mq.post', '--mirror', '--format', 'ndjson', '--config', path], { HOME: home, XDG_CACHE_HOME: join(home, 'cache') });
    const [declared] = await until(async () => (await mirrors()).filter(({ name }) => !mine.includes(name)), (found) => found.length === 1);
    expect(cli.stderr()).toContain(`bound to exchange ${exchange} by #; it goes when the tail ends. No other queue is read or changed`);
    await send('anything.at.all', { n: 9 });
    await cli.until((lines) => lines.length === 1);
    expect(JSON.parse(cli.lines[0]!)).toMatchObject({ service: 'mq', topic: 'post', _key: 'anything.at.all', _value: '{"n":9}' });
    cli.child.kill('SIGINT');
    expect(await cli.exit()).toBe(130);
    await until(mirrors, (all) => all.every(({ name }) => name !== declared!.name));
  });

  test('a mirror goes even when its process is killed', async () => {
    const mine = (await mirrors()).map(({ name }) => name);
    const cli = liveCli(['tail', 'mq.letters', '--mirror', '--config', path], { HOME: home, XDG_CACHE_HOME: join(home, 'cache') });
    const [declared] = await until(async () => (await mirrors()).filter(({ name }) => !mine.includes(name)), (found) => found.length === 1);
    cli.child.kill('SIGKILL');
    await cli.exit();
    await until(mirrors, (all) => all.every(({ name }) => name !== declared!.name));
  });

  test('a queue is not looked into without one: it is refused, and what would do is said', async () => {
    const before = await depth(queue);
    for (const name of ['mq.letters', 'letters', queue]) {
      await expect(session.tail([name], { signal: AbortSignal.timeout(20_000), events: { events: () => undefined, note: () => undefined } })).rejects.toMatchObject({ remedy: expect.stringContaining('--mirror') as string });
    }
    expect(await depth(queue)).toBe(before);
  });

  test('what can’t be mirrored is refused, and nothing is declared', async () => {
    const mine = (await mirrors()).length;
    const mirror = (names: readonly string[], more: object = {}) => session.tail(names, { signal: AbortSignal.timeout(20_000), mirror: true, events: { events: () => undefined, note: () => undefined }, ...more });
    await expect(mirror(['mq.lone'])).rejects.toThrow('bound to no exchange');
    await expect(mirror(['mq.lettrs'])).rejects.toMatchObject({ code: 'usage', remedy: expect.stringContaining(queue) as string });
    await expect(mirror([])).rejects.toThrow('needs to know what to mirror');
    await expect(mirror(['mq.letters'], { from: 'start' })).rejects.toThrow('nothing from before');
    await expect(mirror(['mq.letters'], { where: 'nonsense = 1' })).rejects.toMatchObject({ code: 'sql.unknown' });
    expect((await mirrors()).length).toBe(mine);
  });

  test('doctor says what would be declared, and that nothing is', async () => {
    const { services } = await session.doctor({ signal: AbortSignal.timeout(20_000) });
    expect(services[0]!.notes).toEqual([expect.stringMatching(/^nothing is declared there, unless aishell tail --mirror is asked for: then one queue of its own \(exclusive/)]);
  });
});
