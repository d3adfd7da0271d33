/**
 * What one table's keys hold, as rows. Keys that vanished since they were found make no row, nor do those of another
 * type, of which the reader of the answer is told. Batches grow and shrink with the size of what comes back.
 */

import { AishellError } from '../contract.js';
import type { Command, ReadOnlyClient, Reply } from './client.js';
import { namesSuffice, type ReadPayload } from './payload.js';
import { failure } from './failures.js';
import type { Row } from './row.js';
import type { Key } from './scan.js';
import { Seen } from './seen.js';
import type { Strangers } from './strangers.js';

const maxBatch = 1000;
const batchBytes = 4 * 1024 * 1024;
/** Elements that one command may bring; longer collections come in pieces. */
const maxElements = 100_000;
const piece = 10_000;

export class Reader {
  #batch = 64;

  constructor(
    private readonly client: ReadOnlyClient,
    private readonly payload: ReadPayload,
    private readonly row: Row,
    private readonly strangers: Strangers,
    private readonly signal: AbortSignal,
  ) {}

  async read(keys: readonly Key[]): Promise<void> {
    for (let at = 0; at < keys.length && !this.row.full; ) {
      const batch = keys.slice(at, at + this.#batch);
      at += batch.length;
      const before = this.client.received;
      await this.#batchOf(batch);
      const each = Math.max(1, (this.client.received - before) / batch.length);
      this.#batch = Math.max(1, Math.min(maxBatch, this.#batch * 2, Math.floor(batchBytes / each)));
    }
  }

  #batchOf(batch: readonly Key[]): Promise<void> {
    const { type, fieldRows } = this.payload.native;
    if (namesSuffice(this.payload)) return this.#names(batch);
    if (type === 'hash' && !fieldRows) return this.#hashes(batch);
    if (type === 'string') return this.#strings(batch);
    return this.#collections(batch);
  }

  async #names(batch: readonly Key[]): Promise<void> {
    const types = await this.client.all(batch.map(({ key }) => ['TYPE', key]), this.signal);
    batch.forEach((key, i) => this.#isOwn(key, types[i]!) && this.#write(key, -1));
  }

  async #hashes(batch: readonly Key[]): Promise<void> {
    const { fields, wantsTtl } = this.row;
    const command = ({ key }: Key): Command => (fields.length === 0 ? ['TYPE', key] : ['HMGET', key, ...fields]);
    const { replies, ttls } = await this.#ask(batch, command, wantsTtl);
    // Without any of the fields it may still be there: only its type tells.
    const empty = batch.filter((_, i) => fields.length > 0 && isEmpty(replies[i]!));
    const types = await this.client.all(empty.map(({ key }) => ['TYPE', key]), this.signal);
    const present = new Set(empty.filter((_, i) => String(types[i]) === 'hash'));
    const others: Key[] = [];
    batch.forEach((key, i) => {
      const reply = replies[i]!;
      if (reply instanceof Error) return void others.push(this.#ofOtherType(key, reply));
      if (fields.length === 0 ? !this.#isOwn(key, reply) : isEmpty(reply) && !present.has(key)) return;
      for (let f = 0; f < fields.length; f++) this.row.values[f] = (reply as readonly (Buffer | null)[])[f]!;
      this.#write(key, ttls[i]!);
    });
    await this.#tell(others);
  }

  async #strings(batch: readonly Key[]): Promise<void> {
    if (this.payload.columns.some(({ role }) => role.from === 'value')) {
      const ttls = await this.#ttls(batch);
      const values = (await this.client.one(['MGET', ...batch.map(({ key }) => key)], this.signal)) as readonly (Buffer | null)[];
      batch.forEach((key, i) => {
        if (values[i] === null) return;
        this.row.value = values[i]!;
        this.#write(key, ttls[i]!);
      });
      // MGET has nothing for a key that is gone, nor for one of another type.
      await this.#tell(batch.filter((_, i) => values[i] === null));
      return;
    }
    const { replies, ttls } = await this.#ask(batch, ({ key }) => ['TYPE', key], this.row.wantsTtl);
    batch.forEach((key, i) => this.#isOwn(key, replies[i]!) && this.#write(key, ttls[i]!));
  }

  /** Lists, sets, sorted sets, and hashes whose fields are data: small ones together, large ones in pieces. */
  async #collections(batch: readonly Key[]): Promise<void> {
    const { length } = this.#commands();
    const { replies: lengths, ttls } = await this.#ask(batch, ({ key }) => [length, key], this.row.wantsTtl);
    let together: { key: Key; ttl: number }[] = [];
    const others: Key[] = [];
    let elements = 0;
    const flush = async () => {
      const { all } = this.#commands();
      const replies = await this.client.all(together.map(({ key }) => all(key.key)), this.signal);
      together.forEach(({ key, ttl }, i) => {
        const reply = replies[i]!;
        if (reply instanceof Error) others.push(this.#ofOtherType(key, reply));
        else this.#elements(key, ttl, reply as readonly Buffer[], 0);
      });
      together = [];
      elements = 0;
    };
    for (const [i, key] of batch.entries()) {
      const count = lengths[i]!;
      if (this.row.full) return;
      if (count instanceof Error) others.push(this.#ofOtherType(key, count));
      else if (typeof count !== 'number' || count === 0) continue;
      else if (count > maxElements) await this.#inPieces(key, ttls[i]!, count);
      else {
        if (elements + count > maxElements) await flush();
        together.push({ key, ttl: ttls[i]! });
        elements += count;
      }
    }
    await flush();
    await this.#tell(others);
  }

  async #inPieces(key: Key, ttl: number, count: number): Promise<void> {
    const { native } = this.payload;
    if (native.type === 'list') {
      for (let at = 0; at < count && !this.row.full; at += piece) {
        const [elements, length] = await this.client.all([['LRANGE', key.key, at, at + piece - 1], ['LLEN', key.key]], this.signal);
        // Elements that moved while it was read would come twice or not at all.
        if (elements instanceof Error || length !== count) throw this.#changed(key);
        this.#elements(key, ttl, elements as readonly Buffer[], at);
      }
      return;
    }
    const command = native.type === 'set' ? 'SSCAN' : native.type === 'zset' ? 'ZSCAN' : 'HSCAN';
    const width = native.type === 'set' ? 1 : 2;
    const seen = new Seen(this.client.settings.service, 'elements');
    let cursor = Buffer.from('0');
    do {
      const [next, elements] = (await this.client.one([command, key.key, cursor, 'COUNT', piece], this.signal)) as unknown as readonly [Buffer, readonly Buffer[]];
      cursor = next as Buffer<ArrayBuffer>;
      const fresh: Buffer[] = [];
      for (let i = 0; i < elements.length; i += width) if (seen.add(elements[i]!)) fresh.push(...elements.slice(i, i + width));
      this.#elements(key, ttl, fresh, 0);
    } while (cursor.toString() !== '0' && !this.row.full);
  }

  #elements(key: Key, ttl: number, elements: readonly Buffer[], first: number): void {
    const { row } = this;
    const { type } = this.payload.native;
    const pairs = type === 'zset' || type === 'hash';
    for (let i = 0; i < elements.length; i += pairs ? 2 : 1) {
      row.index = first + i;
      row.value = elements[type === 'hash' ? i + 1 : i]!;
      if (type === 'hash') row.fieldName = elements[i]!;
      if (type === 'zset') row.score = elements[i + 1]!;
      this.#write(key, ttl);
    }
  }

  #commands(): { readonly length: string; readonly all: (key: string) => Command } {
    switch (this.payload.native.type) {
      case 'list':
        return { length: 'LLEN', all: (key) => ['LRANGE', key, 0, -1] };
      case 'set':
        return { length: 'SCARD', all: (key) => ['SMEMBERS', key] };
      case 'zset':
        return { length: 'ZCARD', all: (key) => ['ZRANGE', key, 0, -1, 'WITHSCORES'] };
      default:
        return { length: 'HLEN', all: (key) => ['HGETALL', key] };
    }
  }

  #write(key: Key, ttl: number): void {
    this.row.parts = key.parts;
    this.row.ttl = ttl;
    this.row.write();
  }

  async #ask(batch: readonly Key[], command: (key: Key) => Command, withTtl: boolean): Promise<{ readonly replies: readonly Reply[]; readonly ttls: readonly number[] }> {
    if (!withTtl) return { replies: await this.client.all(batch.map(command), this.signal), ttls: batch.map(() => -1) };
    const both = await this.client.all(batch.flatMap((key) => [['TTL', key.key] as const, command(key)]), this.signal);
    return { replies: batch.map((_, i) => both[2 * i + 1]!), ttls: batch.map((_, i) => ttlOf(both[2 * i]!)) };
  }

  async #ttls(batch: readonly Key[]): Promise<number[]> {
    if (!this.row.wantsTtl) return batch.map(() => -1);
    return (await this.client.all(batch.map(({ key }) => ['TTL', key]), this.signal)).map(ttlOf);
  }

  /** Any other refusal is an error. */
  #ofOtherType(key: Key, error: Error): Key {
    if (!error.message.startsWith('WRONGTYPE')) throw failure(error, this.client.settings);
    return key;
  }

  /** @param type what TYPE answered */
  #isOwn({ key }: Key, type: Reply): boolean {
    this.strangers.add(key, String(type));
    return String(type) === this.payload.native.type;
  }

  async #tell(others: readonly Key[]): Promise<void> {
    const types = await this.client.all(others.map(({ key }) => ['TYPE', key]), this.signal);
    others.forEach((key, i) => this.#isOwn(key, types[i]!));
  }

  #changed({ key }: Key): AishellError {
    const { service } = this.client.settings;
    return new AishellError('source.failed', `${service}: the list ${JSON.stringify(key)} changed while it was read`, 'Run it again when less is written to it.', { service });
  }
}

function ttlOf(reply: Reply): number {
  return typeof reply === 'number' ? reply : -1;
}

function isEmpty(reply: Reply): boolean {
  return Array.isArray(reply) && reply.every((value) => value === null);
}
