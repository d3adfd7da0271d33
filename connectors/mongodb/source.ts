/** A live connection: one client of the driver, which pools and finds the servers itself. */

import { MongoClient, type Db } from 'mongodb';
import type { Column, Description, Health, Host, ServiceConfig, Snapshot, Source, Table, ValueBounds } from '../contract.js';
import { abortable, cancelled } from '../sql/failures.js';
import { StopRequests } from '../sql/stop-requests.js';
import { describeTables } from './describe.js';
import { failure } from './failures.js';
import { health } from './health.js';
import { settings, type Settings } from './settings.js';
import { MongoSnapshot } from './snapshot.js';
import { values } from './values.js';

const maxTimeMS = 10_000;

export interface ServerFacts {
  readonly version: string;
  /** Reads may be as of one instant: a replica set or a sharded cluster, from 5.0 on. */
  readonly snapshots: boolean;
}

export class MongoSource implements Source {
  readonly #client: MongoClient;
  readonly #settings: Settings;
  readonly #host: Host;
  readonly #facts: ServerFacts;
  readonly #stopRequests = new StopRequests();

  private constructor(client: MongoClient, settings: Settings, host: Host, facts: ServerFacts) {
    this.#client = client;
    this.#settings = settings;
    this.#host = host;
    this.#facts = facts;
  }

  static async connect(service: ServiceConfig, host: Host, signal: AbortSignal): Promise<MongoSource> {
    const where = await settings(service, host.connectTimeoutMs);
    let client: MongoClient | undefined;
    try {
      const opened = (client = new MongoClient(where.url, where.options));
      // A server that takes the connection and then says nothing must not hold up anyone longer than one that is down.
      const deadline = AbortSignal.timeout(host.connectTimeoutMs + 1000);
      const either = AbortSignal.any([signal, deadline]);
      await abortable(Promise.race([opened.connect(), everyServerFails(opened)]), either, where.service);
      const facts = await abortable(serverFacts(opened), either, where.service);
      return new MongoSource(opened, where, host, facts);
    } catch (error) {
      void client?.close().catch(() => {});
      if (signal.aborted) throw cancelled(signal, where.service);
      throw failure(error, where);
    }
  }

  async describe(signal: AbortSignal): Promise<Description> {
    const { version, snapshots } = this.#facts;
    const described = await this.#guarded(() => describeTables(this.#db, this.#settings, signal), signal);
    return { facts: { version, snapshots }, ...described };
  }

  open(signal: AbortSignal): Promise<Snapshot> {
    const place = { client: this.#client, stopRequests: this.#stopRequests, settings: this.#settings, log: (line: string) => this.#host.log(line) };
    return this.#guarded(() => MongoSnapshot.open(place, this.#facts.snapshots, signal), signal);
  }

  values(table: Table, columns: readonly Column[], bounds: ValueBounds, signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]> | undefined> {
    return this.#guarded(() => values(this.#db, table, columns, bounds, signal), signal);
  }

  health(signal: AbortSignal): Promise<Health> {
    return this.#guarded(() => health(this.#db, this.#facts.version, this.#settings, signal), signal);
  }

  async close(): Promise<void> {
    await this.#stopRequests.answered();
    await this.#client.close().catch(() => {});
  }

  get #db(): Db {
    return this.#client.db(this.#settings.database);
  }

  async #guarded<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await abortable(work(), signal, this.#settings.service);
    } catch (error) {
      if (signal.aborted) throw cancelled(signal, this.#settings.service);
      throw failure(error, this.#settings);
    }
  }
}

/** Rejects once each server was tried in vain: the driver alone would go on trying until its time is up. */
function everyServerFails(client: MongoClient): Promise<never> {
  return new Promise((_, reject) => {
    client.on('topologyDescriptionChanged', ({ newDescription }) => {
      const servers = [...newDescription.servers.values()];
      const errors = servers.map(({ error }) => error).filter((error) => error !== null);
      if (servers.length > 0 && errors.length === servers.length) reject(errors[0]!);
    });
  });
}

async function serverFacts(client: MongoClient): Promise<ServerFacts> {
  const admin = client.db('admin');
  const [build, hello] = await Promise.all([admin.command({ buildInfo: 1, maxTimeMS }), admin.command({ hello: 1, maxTimeMS })]);
  const version = String(build['version']);
  const many = hello['setName'] !== undefined || hello['msg'] === 'isdbgrid';
  return { version, snapshots: many && Number.parseInt(version, 10) >= 5 };
}
