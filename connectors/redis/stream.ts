/** Entries of streams, in their order, up to the last one there was when the read began. */

import type { Command, ReadOnlyClient, Reply } from './client.js';
import type { ReadPayload } from './payload.js';
import { failure } from './failures.js';
import type { Row } from './row.js';
import type { Key } from './scan.js';
import type { Strangers } from './strangers.js';

export type Entry = readonly [id: Buffer, pairs: readonly Buffer[] | null];

const count = 1000;

export class StreamReader {
  readonly #places: ReadonlyMap<string, number>;

  constructor(
    private readonly client: ReadOnlyClient,
    private readonly payload: ReadPayload,
    private readonly row: Row,
    private readonly strangers: Strangers,
    private readonly signal: AbortSignal,
  ) {
    this.#places = placesOf(row);
  }

  async read(keys: readonly Key[]): Promise<void> {
    for (const key of keys) {
      if (this.row.full) return;
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
    const last = this.#checked((await this.client.all([['XREVRANGE', key, to, from, 'COUNT', 1]], this.signal))[0]!);
    if (last === undefined) return false;
    const [newest] = last;
    if (newest === undefined) return true;
    let low = from;
    let high = newest[0].toString();
    const wanted = limit === undefined ? count : Math.min(count, limit + skip);
    for (;;) {
      const command: Command = newestFirst ? ['XREVRANGE', key, high, low, 'COUNT', wanted] : ['XRANGE', key, low, high, 'COUNT', wanted];
      const entries = this.#checked((await this.client.all([command], this.signal))[0]!) ?? [];
      writeEntries(entries, this.row, this.#places);
      const end = entries.at(-1)?.[0].toString();
      if (end === undefined || entries.length < wanted || this.row.full) return true;
      if (newestFirst) high = `(${end}`;
      else low = `(${end}`;
    }
  }

  /** undefined: the key is of another type. */
  #checked(reply: Reply): readonly Entry[] | undefined {
    if (!(reply instanceof Error)) return reply as unknown as readonly Entry[];
    if (!reply.message.startsWith('WRONGTYPE')) throw failure(reply, this.client.settings);
    return undefined;
  }
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
