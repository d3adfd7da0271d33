/** Entries of streams as they are added, by XRANGE behind the last one seen: no consumer group, nothing that Redis keeps. */

import type { NativeQuery, ReadStats, Sink, Snapshot, Table, Tail, TailFrom, TailStart, TailWindow } from '../contract.js';
import { Patience } from '../log/patience.js';
import { pause } from '../log/pause.js';
import type { Command, ReadOnlyClient, Reply } from './client.js';
import { failure } from './failures.js';
import { keysOf } from './native.js';
import type { ReadPayload } from './payload.js';
import { Row } from './row.js';
import { tableKeys, type Key } from './scan.js';
import { placesOf, writeEntries, type Entry } from './stream.js';

/** Redis tells nobody who only looks: it is asked again and again, less often while nothing comes. */
const leastMs = 50;
const mostMs = 500;
const lookAgainMs = 5_000;
const mostEntries = 2_000;
/** Of entries that are asked for at once, of all streams together, as far as their sizes can be told before. */
const windowBytes = 1024 * 1024;
/** What is reckoned for a stream that had nothing more the last time. */
const idleBytes = 2 * 1024;
/** What a server that is coming back makes of its clients. */
const passing = ['source.unreachable', 'source.cut', 'source.timeout'];

interface Followed {
  readonly table: Table;
  readonly key: Key;
  /** Id of the last entry that was handed over; `(` before it makes XRANGE begin behind it. */
  last: string;
  /** How many to ask for next, and how large they may be together. A stream that nothing is known of is asked for one. */
  count: number;
  bytes: number;
  /** Entries that Redis had ever added when the end was last reached, and those handed over since then. */
  added: number | undefined;
  taken: number;
}

export class RedisTail implements Tail {
  readonly #followed = new Map<string, Followed>();
  #lookedAt = 0;
  #idleMs = leastMs;
  /** Streams take turns, lest one that always has more keep the others waiting. */
  #turn = 0;
  readonly #patience: Patience;

  private constructor(
    private readonly client: ReadOnlyClient,
    private readonly starts: readonly TailStart[],
  ) {
    this.#patience = new Patience(client.settings.service, passing);
  }

  /** @param client a connection of its own, which it closes */
  static async open(client: ReadOnlyClient, starts: readonly TailStart[], signal: AbortSignal): Promise<RedisTail> {
    const tail = new RedisTail(client, starts);
    await tail.#look(signal, true);
    return tail;
  }

  async next(signal: AbortSignal): Promise<TailWindow> {
    const found = await this.#patience.attempt(async () => {
      await this.client.ready(signal);
      if (Date.now() - this.#lookedAt > lookAgainMs) await this.#look(signal, false);
      return this.#entries(signal);
    }, signal);
    if (found !== undefined && found.length > 0) this.#idleMs = leastMs;
    else if (found !== undefined) {
      await pause(this.#idleMs, signal);
      this.#idleMs = Math.min(mostMs, this.#idleMs * 2);
    }
    return this.#with(found ?? []);
  }

  close(): Promise<void> {
    this.client.close();
    return Promise.resolve();
  }

  #with(found: readonly Found[]): TailWindow {
    const notes = this.#patience.takeNotes();
    return { tables: [...new Set(found.map(({ table }) => table))], notes, snapshot: new WindowSnapshot(this.client.settings.service, found) };
  }

  /** Redis bounds an answer by entries and not by bytes: as many are asked for as make a window, by what came before. */
  async #entries(signal: AbortSignal): Promise<Found[]> {
    const all = [...this.#followed.values()];
    const turn = all.length === 0 ? 0 : this.#turn % all.length;
    const waiting = [...all.slice(turn), ...all.slice(0, turn)];
    const found: Found[] = [];
    for (let bytes = 0; waiting.length > 0 && bytes < windowBytes; ) {
      const asked: Followed[] = [];
      for (let expected = bytes; waiting.length > 0 && expected < windowBytes; expected += asked.at(-1)!.bytes) asked.push(waiting.shift()!);
      const ended: Followed[] = [];
      const replies = await this.client.all(asked.map(({ key, last, count }): Command => ['XRANGE', key.key, last === '' ? '-' : `(${last}`, '+', 'COUNT', count]), signal);
      for (const [i, one] of asked.entries()) {
        const entries = entriesOf(replies[i]!, this.client);
        this.#turn++;
        const isEnd = entries.length < one.count;
        const came = this.#learn(one, entries);
        one.taken += entries.length;
        if (isEnd && one.taken > 0) ended.push(one);
        if (entries.length === 0) continue;
        bytes += came;
        found.push({ table: one.table, key: one.key, entries });
      }
      if (ended.length > 0) await this.#compare(ended, signal);
    }
    return found;
  }

  /** Redis counts what was ever added (from 7.0 on): what is more than came was trimmed or deleted before it could be read. */
  async #compare(ended: readonly Followed[], signal: AbortSignal): Promise<void> {
    const replies = await this.client.all(ended.map(({ key }): Command => ['XINFO', 'STREAM', key.key]), signal);
    for (const [i, one] of ended.entries()) {
      const added = addedUntil(one.last, replies[i]!);
      if (added === undefined) continue;
      const lost = one.added === undefined ? 0 : added - one.added - one.taken;
      if (lost > 0) this.#patience.note(`${this.client.settings.service}: stream ${one.key.key}: ${lost} ${lost === 1 ? 'entry was' : 'entries were'} trimmed or deleted before ${one.last} before they could be read`);
      [one.added, one.taken] = [added, 0];
    }
  }

  /** @returns bytes of these entries */
  #learn(one: Followed, entries: readonly Entry[]): number {
    const sizes = entries.map(([, fields]) => (fields ?? []).reduce((sum, field) => sum + field.length, 0));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    const end = entries.at(-1);
    if (end === undefined) {
      one.bytes = idleBytes;
      return 0;
    }
    one.last = end[0].toString();
    const isMore = entries.length === one.count;
    const largest = Math.max(1, ...sizes);
    one.count = Math.max(1, Math.min(mostEntries, Math.floor(windowBytes / largest), 4 * Math.max(one.count, entries.length)));
    one.bytes = isMore ? one.count * largest : idleBytes;
    return bytes;
  }

  /** The keys of each stream's pattern; those that come later are read from their beginning. */
  async #look(signal: AbortSignal, isFirst: boolean): Promise<void> {
    this.#lookedAt = Date.now();
    for (const { table, from } of this.starts) {
      for await (const keys of tableKeys(this.client, everyKey(table), signal)) {
        for (const key of await this.#streamsAmong(keys, signal)) {
          const last = isFirst ? await this.#beginning(key, from, signal) : '';
          if (!isFirst) this.#patience.note(`${this.client.settings.service}: stream ${key.key} is new, and is read from its beginning`);
          const one = { table, key, last, count: 1, bytes: idleBytes, added: undefined, taken: 0 };
          this.#followed.set(key.key, one);
          if (from === 'end' && isFirst && last !== '') await this.#compare([one], signal);
        }
      }
    }
  }

  async #streamsAmong(keys: readonly Key[], signal: AbortSignal): Promise<Key[]> {
    const fresh = keys.filter(({ key }) => !this.#followed.has(key));
    const types = await this.client.all(fresh.map(({ key }): Command => ['TYPE', key]), signal);
    return fresh.filter((_, i) => String(types[i]) === 'stream');
  }

  async #beginning({ key }: Key, from: TailFrom, signal: AbortSignal): Promise<string> {
    if (from === 'start') return '';
    if (from === 'end') {
      const [reply] = await this.client.all([['XREVRANGE', key, '+', '-', 'COUNT', 1]], signal);
      return entriesOf(reply!, this.client)[0]?.[0].toString() ?? '';
    }
    if ('time' in from) return before(Math.max(0, from.time), 0n);
    const [ms = '', sequence = '0'] = from.offset.split('-');
    return before(Number(ms), BigInt(sequence));
  }
}

/** From a reply to XINFO STREAM; undefined where that can't be told, or more has been added since. */
function addedUntil(last: string, reply: Reply): number | undefined {
  if (!Array.isArray(reply)) return undefined;
  const valueOf = (name: string) => (reply as readonly Reply[])[(reply as readonly Reply[]).findIndex((item) => String(item) === name) + 1];
  const added = valueOf('entries-added');
  return typeof added === 'number' && String(valueOf('last-generated-id')) === last ? added : undefined;
}

/** The id right before one: XRANGE behind it begins with that one. */
function before(ms: number, sequence: bigint): string {
  if (sequence > 0n) return `${ms}-${sequence - 1n}`;
  return ms === 0 ? '' : `${ms - 1}-18446744073709551615`;
}

function everyKey(table: Table): ReadPayload {
  const native = keysOf(table);
  const nothing = { ids: undefined, from: '-', to: '+', newestFirst: false, skip: 0, limit: undefined, columns: [] };
  return { ...nothing, table: table.name, native, keys: undefined, parts: native.pattern.parts.map(() => undefined) };
}

/** A key that was replaced by something else has no entries. */
function entriesOf(reply: Reply, { settings }: ReadOnlyClient): readonly Entry[] {
  if (!(reply instanceof Error)) return reply as unknown as readonly Entry[];
  if (reply.message.startsWith('WRONGTYPE')) return [];
  throw failure(reply, settings);
}

interface Found {
  readonly table: Table;
  readonly key: Key;
  readonly entries: readonly Entry[];
}

/** One window, which is all that there is. */
class WindowSnapshot implements Snapshot {
  readonly consistency = 'one window';

  constructor(
    private readonly service: string,
    private readonly found: readonly Found[],
  ) {}

  read(query: NativeQuery, sink: Sink, signal: AbortSignal): Promise<ReadStats> {
    signal.throwIfAborted();
    const payload = query.payload as ReadPayload;
    const row = new Row(payload, sink, this.service);
    for (const { table, key, entries } of this.found) {
      if (table.name !== payload.table || !isWanted(key, payload)) continue;
      row.parts = key.parts;
      writeEntries(entries.filter(([id]) => isBetween(id.toString('latin1'), payload)), row, placesOf(row));
    }
    return Promise.resolve({ rows: row.written, bytes: 0, proof: 'the window was read whole' });
  }

  async close(): Promise<void> {}
}

/** A condition on a part of the key was taken for exact when it was pushed. */
function isWanted(key: Key, { keys, parts }: ReadPayload): boolean {
  if (keys !== undefined && !keys.includes(key.key)) return false;
  return parts.every((texts, i) => texts === undefined || texts.includes(key.parts[i]!));
}

/** So was one on ids and times. */
function isBetween(id: string, { ids, from, to }: ReadPayload): boolean {
  if (ids !== undefined) return ids.includes(id);
  const at = numbers(id);
  const [low, high] = [from.replace('(', ''), to.replace('(', '')];
  if (low !== '-' && (compare(at, numbers(low, 0n)) < 0 || (from.startsWith('(') && compare(at, numbers(low, 0n)) === 0))) return false;
  if (high !== '+' && (compare(at, numbers(high, maxSequence)) > 0 || (to.startsWith('(') && compare(at, numbers(high, maxSequence)) === 0))) return false;
  return true;
}

const maxSequence = 18_446_744_073_709_551_615n;

function numbers(id: string, missing = 0n): readonly [bigint, bigint] {
  const [ms = '0', sequence] = id.split('-');
  return [BigInt(ms), sequence === undefined ? missing : BigInt(sequence)];
}

function compare(a: readonly [bigint, bigint], b: readonly [bigint, bigint]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0;
}
