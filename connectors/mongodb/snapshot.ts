/**
 * Finds and pipelines read to their end. Where the server has snapshots, all of a statement read as of one cluster time;
 * else each is on its own. The end is proven by the cursor's id, which is 0 once nothing is left.
 */

import { randomUUID } from 'node:crypto';
import type { AbstractCursor, ClientSession, FindOptions, MongoClient, Timestamp } from 'mongodb';
import { AishellError, type NativeQuery, type ReadStats, type Sink, type Snapshot } from '../contract.js';
import { abortable, cancelled } from '../sql/failures.js';
import type { StopRequests } from '../sql/stop-requests.js';
import type { FindPayload, Payload, PipelinePayload } from './payload.js';
import { failure } from './failures.js';
import { isStrange } from './guard.js';
import type { FilterDocument } from './filter.js';
import { DocumentReader } from './reader.js';
import type { Settings } from './settings.js';

interface Place {
  readonly client: MongoClient;
  readonly stopRequests: StopRequests;
  readonly settings: Settings;
  readonly log: (line: string) => void;
}

type Take = (documents: readonly Buffer[]) => void;

const batchSize = 1000;
/** The server gives up by itself, should nobody be left to tell it. */
const maxTimeMS = 3_600_000;

export class MongoSnapshot implements Snapshot {
  readonly #place: Place;
  readonly #time: Timestamp | undefined;
  #outside = false;

  private constructor(place: Place, time: Timestamp | undefined) {
    this.#place = place;
    this.#time = time;
  }

  static async open(place: Place, snapshots: boolean, signal: AbortSignal): Promise<MongoSnapshot> {
    if (!snapshots) return new MongoSnapshot(place, undefined);
    const { operationTime } = await place.client.db(place.settings.database).command({ ping: 1 }, { signal });
    return new MongoSnapshot(place, operationTime as Timestamp | undefined);
  }

  get consistency(): string {
    if (this.#time === undefined) return 'none: each query sees what is committed while it runs';
    const at = new Date(this.#time.getHighBits() * 1000).toISOString();
    return `snapshot as of ${at}${this.#outside ? ', capped collections as they were while read' : ''}`;
  }

  async read(query: NativeQuery, sink: Sink, signal: AbortSignal): Promise<ReadStats> {
    const { settings } = this.#place;
    const payload = query.payload as Payload;
    let skip = payload.kind === 'pipeline' ? payload.skip : 0;
    const reader = new DocumentReader(payload.columns, sink, settings.service, payload.collection);
    const comment = `aishell ${randomUUID()}`;
    let refusal: { readonly error: unknown } | undefined;
    const take: Take = (documents) => {
      const before = reader.bytes;
      try {
        for (const document of documents) {
          if (payload.kind === 'pipeline' && payload.guarded && isStrange(document)) throw this.#strange(payload);
          if (skip > 0) skip--;
          else reader.read(document);
        }
      } catch (error) {
        // Bytes that make no sense are the connection's fault; all else is the sink's word, which the caller knows.
        if (!(error instanceof RangeError)) refusal = { error };
        throw error;
      }
      sink.received(reader.bytes - before);
    };
    try {
      if (payload.kind === 'find') await this.#finds(payload, comment, take, signal);
      else await this.#pipelines(payload, comment, take, signal);
      if (reader.rows === 0) {
        await this.#mustExist(payload.collection, signal);
        if (payload.kind === 'pipeline' && payload.ofNothing !== undefined) reader.made(payload.ofNothing);
      }
    } catch (error) {
      if (signal.aborted) {
        throw cancelled(signal, settings.service);
      }
      throw refusal === undefined ? failure(error, settings) : refusal.error;
    }
    return { rows: reader.rows, bytes: reader.bytes, proof: 'cursor id 0' };
  }

  async close(): Promise<void> {
    // Every query ended its own session.
  }

  async #finds(payload: FindPayload, comment: string, take: Take, signal: AbortSignal): Promise<void> {
    for (const check of payload.checks) await this.#check(payload, check, comment, signal);
    for (const filter of payload.filters) await this.#find(payload, filter, comment, take, signal);
  }

  async #pipelines(payload: PipelinePayload, comment: string, take: Take, signal: AbortSignal): Promise<void> {
    for (const { collection, filter } of payload.checks) {
      if (await this.#has(payload, collection, filter, comment, signal)) throw this.#strange({ ...payload, collection });
    }
    for (const stages of payload.pipelines) {
      await this.#withSession(payload, signal, (session, late) => {
        const options = { ...this.#options(payload, comment, session), allowDiskUse: true };
        return this.#drain(this.#collection(payload).aggregate([...stages], options), take, signal, late);
      });
    }
  }

  async #find(payload: FindPayload, filter: FilterDocument, comment: string, take: Take, signal: AbortSignal): Promise<void> {
    const { projection, sort, limit, skip } = payload;
    // A limit of 0 would be none.
    if (limit === 0) return;
    await this.#withSession(payload, signal, async (session, late) => {
      const cursor = this.#collection(payload).find(filter, {
        ...this.#options(payload, comment, session),
        ...(projection && { projection }),
        ...(sort && { sort, allowDiskUse: true }),
        ...(limit !== undefined && { limit }),
        ...(skip !== undefined && { skip }),
      });
      await this.#drain(cursor, take, signal, late);
    });
  }

  /** The driver isn't told the signal: an answer that it drops would leave a cursor in the server that nobody knows of. */
  async #drain(cursor: AbstractCursor, take: Take, signal: AbortSignal, late: Promise<unknown>[]): Promise<void> {
    const { service } = this.#place.settings;
    let next = Promise.resolve(true);
    try {
      while (await abortable((next = cursor.hasNext()), signal, service)) {
        take(cursor.readBufferedDocuments() as unknown as Buffer[]);
      }
      if (cursor.id === undefined || !cursor.id.isZero()) {
        throw new AishellError('source.cut', `${service}: the cursor was not read to its end`, 'Run it again.', { service });
      }
    } finally {
      // Tells the server to drop the cursor, which is known once the first answer is there.
      const known: Promise<unknown> = cursor.id === undefined ? next.catch(() => {}) : Promise.resolve();
      const closing = known.then(() => cursor.close()).catch(() => {});
      if (signal.aborted) late.push(closing);
      else await closing;
    }
  }

  #strange({ collection }: PipelinePayload): AishellError {
    const { service } = this.#place.settings;
    return new AishellError(
      'source.inexact',
      `${service}: some document in ${JSON.stringify(collection)} has a value of another type than was sampled, so MongoDB can't compute with it as SQL means it`,
      'Sample again with --refresh (and a larger `sample`).',
      { service, data: { collection } },
    );
  }

  async #check(payload: FindPayload, check: FilterDocument, comment: string, signal: AbortSignal): Promise<void> {
    if (!(await this.#has(payload, payload.collection, check, comment, signal))) return;
    const { service } = this.#place.settings;
    const field = Object.keys(check)[0]!;
    throw new AishellError(
      'source.inexact',
      `${service}: some document in ${payload.collection} has a value of another type in ${JSON.stringify(field)}, so its order isn't known`,
      `Sample again with --refresh (and a larger \`sample\`), or set \`types: {${JSON.stringify(payload.collection)}: {${JSON.stringify(field)}: json}}\` for this service.`,
      { service, data: { collection: payload.collection, field } },
    );
  }

  async #has(payload: Payload, collection: string, filter: FilterDocument, comment: string, signal: AbortSignal): Promise<boolean> {
    const { client, settings } = this.#place;
    const found = await this.#withSession(payload, signal, (session) =>
      abortable(client.db(settings.database).collection(collection).findOne(filter, { ...this.#options(payload, comment, session), signal, raw: false, projection: { _id: 1 } }), signal, settings.service),
    );
    return found !== null;
  }

  #options(payload: Payload, comment: string, session: ClientSession): FindOptions {
    return {
      raw: true,
      batchSize,
      maxTimeMS,
      comment,
      session,
      ...(payload.collated && { collation: { locale: 'simple' } }),
    };
  }

  #collection(payload: Payload) {
    return this.#place.client.db(this.#place.settings.database).collection(payload.collection);
  }

  /**
   * Every query has a session of its own: they may overlap, and an unwanted one is stopped by its session.
   * @param work puts into `late` what it still has to do with the session when it was given up
   */
  async #withSession<T>(payload: Payload, signal: AbortSignal, work: (session: ClientSession, late: Promise<unknown>[]) => Promise<T>): Promise<T> {
    const { client } = this.#place;
    const inSnapshot = this.#time !== undefined && !payload.capped;
    if (payload.capped) this.#outside = true;
    const session = client.startSession({ snapshot: inSnapshot });
    // A session takes the time of its first answer; ours all have the one that the statement began at.
    if (inSnapshot) Object.assign(session, { snapshotTime: this.#time });
    const late: Promise<unknown>[] = [];
    try {
      return await work(session, late);
    } finally {
      if (signal.aborted) this.#place.stopRequests.send(Promise.all([this.#stop(session), ...late]).finally(() => session.endSession().catch(() => {})));
      else await session.endSession().catch(() => {});
    }
  }

  /** A collection that was dropped reads as an empty one. */
  async #mustExist(collection: string, signal: AbortSignal): Promise<void> {
    const { client, settings } = this.#place;
    const named = await client.db(settings.database).listCollections({ name: collection }, { nameOnly: true, signal }).toArray();
    if (named.length > 0) return;
    throw new AishellError('source.schema_changed', `${settings.service}: the collection ${collection} is no longer there`, 'The catalogue is out of date: run `aishell schema --refresh`.', {
      service: settings.service,
    });
  }

  /** Ends the session's query and its cursor in the server, for which no right is needed. Nobody waits for it. */
  async #stop(session: ClientSession): Promise<void> {
    const { client, settings, log } = this.#place;
    try {
      await client.db('admin').command({ killSessions: [session.id], maxTimeMS: 5000 });
    } catch (error) {
      log(`${settings.service}: the query could not be stopped in the server (${failure(error, settings).message})`);
    }
  }
}
