/** A live connection: one client, opened again for a new statement where it was lost in the last one. */

import type { Description, Health, Host, ServiceConfig, Snapshot, Source, Tail, TailStart } from '../contract.js';
import { ReadOnlyClient } from './client.js';
import { describeTables } from './describe.js';
import { health, serverVersion } from './health.js';
import { settings } from './settings.js';
import { RedisSnapshot } from './snapshot.js';

export class RedisSource implements Source {
  private constructor(private readonly client: ReadOnlyClient) {}

  static async connect(service: ServiceConfig, host: Host, signal: AbortSignal): Promise<RedisSource> {
    const client = await ReadOnlyClient.connect(await settings(service, host.connectTimeoutMs), signal);
    return new RedisSource(client);
  }

  async describe(signal: AbortSignal): Promise<Description> {
    await this.client.ready(signal);
    const version = await serverVersion(this.client, signal);
    return { facts: { version }, ...(await describeTables(this.client, signal)) };
  }

  async open(signal: AbortSignal): Promise<Snapshot> {
    await this.client.ready(signal);
    return new RedisSnapshot(this.client);
  }

  async health(signal: AbortSignal): Promise<Health> {
    await this.client.ready(signal);
    return health(this.client, signal);
  }

  async tail(starts: readonly TailStart[], signal: AbortSignal): Promise<Tail> {
    const [client, { RedisTail }] = [await ReadOnlyClient.connect(this.client.settings, signal), await import('./tail.js')];
    try {
      return await RedisTail.open(client, starts, signal);
    } catch (error) {
      client.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.client.close();
  }
}
