/** Entries of streams, in their order, up to the last one there was when the read began. */

import type { Coverage, Sink } from '../contract.js';
import type { Command, ReadOnlyClient, Reply } from './client.js';
import type { ReadPayload } from './payload.js';
import { failure } from './failures.js';
import type { Row } from './row.js';
import type { Key } from './scan.js';
import type { Strangers } from './strangers.js';

export type Entry = readonly [id: Buffer, pairs: readonly Buffer[] | null];

const count = 1000;

/** Of a pattern that more streams fit, what was looked at is not told of each. */
const mostCovered = 1_000;

export class StreamReader {
  readonly coverage: Coverage[] = [];
  /** It was told to stop before the end. */
  isStopped = false;
  readonly #places: ReadonlyMap<string, number>;
  /** Entries, of all streams so far. */
  readonly #scan = { messages: 0, expected: 0, partitions: 0, done: 0 };

  constructor(
    private readonly client: ReadOnlyClient,
    private readonly payload: ReadPayload,
    private readonly row: Row,
    private readonly strangers: Strangers,
    private readonly signal: AbortSignal,
    private readonly sink: Pick<Sink, 'looked'>,
  ) {
    this.#places = placesOf(row);
  }

  async read(keys: readonly Key[]): Promise<void> {
    for (const key of keys) {
      if (this.row.full || this.isStopped) return;
      this.row.parts = key.parts;
      const isStream = this.payload.ids !== undefined ? await this.#named(key, this.payload.ids) : await this.#range(key);
      if (!isStream) this.strangers.add(key.key, String(await this.client.one(['TYPE', key.key], this.signal)));
    }
  }

  /** False when the key is no stream. */
  async #named({ key }: Key, ids: readonly string[]): Promise<boolean> {
    for (let at = 0; at < ids.length; at += count) {
      const replies = await this.client.all(ids.slice(at, at + count).map((id): Command => ['XRANGE', key, id, id]), this.signal);
      for (const reply of replies) {
        const entries = this.#checked(reply);
        if (entries === undefined) return false;
        writeEntries(entries, this.row, this.#places);
      }
    }
    return true;
  }

  /** False when the key is no stream. */
  async #range({ key }: Key): Promise<boolean> {
    const { newestFirst, from, to, limit, skip } = this.payload;
    // What is added while reading would keep a fast reader of a busy stream from ever ending.
    const [latest, length] = await this.client.all([['XREVRANGE', key, to, from, 'COUNT', 1], ['XLEN', key]], this.signal);
    const last = this.#checked(latest!);
    if (last === undefined) return false;
    const [newest] = last;
    this.#scan.partitions++;
    this.#scan.expected += Number(length);
    if (newest === undefined) {
      this.#covered(key, undefined, undefined, 0, true);
      return true;
    }
    let low = from;
    let high = newest[0].toString();
    const wanted = limit === undefined ? count : Math.min(count, limit + skip);
    let [first, messages] = [undefined as string | undefined, 0];
    for (;;) {
      const command: Command = newestFirst ? ['XREVRANGE', key, high, low, 'COUNT', wanted] : ['XRANGE', key, low, high, 'COUNT', wanted];
      const entries = this.#checked((await this.client.all([command], this.signal))[0]!) ?? [];
      writeEntries(entries, this.row, this.#places);
      const end = entries.at(-1)?.[0].toString();
      first ??= entries[0]?.[0].toString();
      messages += entries.length;
      this.#scan.messages += entries.length;
      const isRead = end === undefined || entries.length < wanted;
      if (isRead) this.#scan.done++;
      this.isStopped = (this.sink.looked?.({ ...this.#scan }) ?? false) && !isRead;
      if (isRead || this.isStopped || this.row.full) {
        const ends = [first, end ?? high.replace('(', '')];
        this.#covered(key, newestFirst ? ends[1] : ends[0], newestFirst ? ends[0] : ends[1], messages, isRead);
        return true;
      }
      if (newestFirst) high = `(${end}`;
      else low = `(${end}`;
    }
  }

  #covered(key: Command[number], first: string | undefined, last: string | undefined, messages: number, reachedEnd: boolean): void {
    const { newestFirst, from, to } = this.payload;
    const range = `from ${from === '-' ? 'the first entry' : from} to ${to === '+' ? 'the last one that there was at first' : to}${newestFirst ? ', the newest first' : ''}`;
    const why = this.isStopped ? ', stopped when it was told to stop; streams behind it were not read' : reachedEnd ? '' : ', stopped by the limit';
    if (this.coverage.length < mostCovered) this.coverage.push({ partition: String(key), from: first ?? '0-0', to: last === undefined ? '0-0' : behind(last), messages, bytes: 0, reachedEnd, bound: range + why });
  }

  /** undefined: the key is of another type. */
  #checked(reply: Reply): readonly Entry[] | undefined {
    if (!(reply instanceof Error)) return reply as unknown as readonly Entry[];
    if (!reply.message.startsWith('WRONGTYPE')) throw failure(reply, this.client.settings);
    return undefined;
  }
}

/** The first id that may come after it. */
function behind(id: string): string {
  const [ms, sequence = '0'] = id.split('-') as [string, string?];
  return `${ms}-${BigInt(sequence) + 1n}`;
}

/** Field -> its place among the row's values. */
export function placesOf({ fields }: Row): ReadonlyMap<string, number> {
  return new Map(fields.map((field, place) => [field, place]));
}

export function writeEntries(entries: readonly Entry[], row: Row, places: ReadonlyMap<string, number>): void {
  for (const [id, pairs] of entries) {
    row.id = id.toString('latin1');
    row.values.fill(null);
    if (row.fields.length > 0) {
      for (let i = 0; pairs !== null && i + 1 < pairs.length; i += 2) {
        const place = places.get(pairs[i]!.toString());
        // An entry may repeat a field; its first value counts.
        if (place !== undefined && row.values[place] === null) row.values[place] = pairs[i + 1]!;
      }
    }
    row.write();
  }
}
