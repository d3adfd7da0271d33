/** A few keys of one pattern, read in part, to learn the columns of its table. */

import { isUtf8 } from 'node:buffer';
import type { Command, ReadOnlyClient, Reply } from './client.js';
import { Samples } from './infer.js';
import type { RedisType } from './native.js';

export interface Sampled {
  /** Keys that were there and of the type. */
  readonly keys: number;
  /** Of hashes and streams. */
  readonly fields: ReadonlyMap<string, Samples>;
  /** Of strings, lists, sets, sorted sets and hashes whose fields are data. */
  readonly values: Samples;
  /** Hashes, or entries of streams, whose fields were looked at. */
  readonly rows: number;
  /** Elements of all the sampled keys together. */
  readonly elements: number;
  /** Some key had a time to live. */
  readonly expires: boolean;
  /** A hash had more fields than a row has columns. */
  readonly large: boolean;
  /** Fields whose names are no text were left out. */
  readonly unnamed: boolean;
}

const elements = 100;
const largeHash = 1_000;
const largeString = 65_536;

const lengths: Readonly<Record<RedisType, string>> = { hash: 'HLEN', string: 'STRLEN', list: 'LLEN', set: 'SCARD', zset: 'ZCARD', stream: 'XLEN' };

export async function sampleKeys(client: ReadOnlyClient, type: RedisType, keys: readonly string[], entries: number, signal: AbortSignal): Promise<Sampled> {
  const state = { keys: 0, fields: new Map<string, Samples>(), values: new Samples(), rows: 0, elements: 0, expires: false, large: false, unnamed: false };
  const addField = (name: Buffer, value: Buffer) => {
    if (!isUtf8(name)) {
      state.unnamed = true;
      return;
    }
    const field = name.toString();
    let samples = state.fields.get(field);
    if (samples === undefined) state.fields.set(field, (samples = new Samples()));
    samples.add(value);
  };
  for (let at = 0; at < keys.length; at += 50) {
    const batch = keys.slice(at, at + 50);
    const facts = await client.all(batch.flatMap((key): Command[] => [[lengths[type], key], ['TTL', key]]), signal);
    const found = batch.flatMap((key, i) => (typeof facts[2 * i] === 'number' && facts[2 * i]! !== 0 ? [{ key, length: facts[2 * i] as number, ttl: facts[2 * i + 1] }] : []));
    const replies = await client.all(found.map(({ key, length }) => look(type, key, length, entries)), signal);
    found.forEach(({ length, ttl }, i) => {
      const reply = replies[i]!;
      if (reply instanceof Error || reply === null) return;
      state.keys++;
      state.elements += length;
      state.expires ||= typeof ttl === 'number' && ttl >= 0;
      state.large ||= type === 'hash' && length > largeHash;
      if (type === 'hash') state.rows++;
      if (type === 'stream') state.rows += (reply as readonly Reply[]).length;
      if (type === 'hash') pairs(length > largeHash ? (reply as readonly Reply[])[1]! : reply, (name, value) => (addField(name, value), state.values.add(value)));
      else if (type === 'stream') for (const entry of reply as readonly (readonly Reply[])[]) pairs(entry[1]!, addField);
      else if (type === 'string') state.values.add(whole(reply as Buffer, length));
      else for (const value of (type === 'set' ? (reply as readonly Reply[])[1] : reply) as readonly Buffer[]) state.values.add(value);
    });
  }
  return state;
}

function look(type: RedisType, key: string, length: number, entries: number): Command {
  switch (type) {
    case 'hash':
      return length > largeHash ? ['HSCAN', key, 0, 'COUNT', elements] : ['HGETALL', key];
    case 'string':
      return ['GETRANGE', key, 0, largeString - 1];
    case 'list':
      return ['LRANGE', key, 0, elements - 1];
    case 'set':
      return ['SSCAN', key, 0, 'COUNT', elements];
    case 'zset':
      return ['ZRANGE', key, 0, elements - 1];
    case 'stream':
      return ['XREVRANGE', key, '+', '-', 'COUNT', entries];
  }
}

function pairs(reply: Reply, visit: (name: Buffer, value: Buffer) => void): void {
  const list = reply as readonly Buffer[];
  for (let i = 0; i + 1 < list.length; i += 2) visit(list[i]!, list[i + 1]!);
}

/** What was cut off a long text may have been half a character. */
function whole(value: Buffer, length: number): Buffer {
  if (length <= value.length) return value;
  for (let cut = 0; cut < 4; cut++) if (isUtf8(value.subarray(0, value.length - cut))) return value.subarray(0, value.length - cut);
  return value;
}
