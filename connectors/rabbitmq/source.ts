/** A live service on a RabbitMQ cluster. */

import type { Description, Health, Host, Mirror, ServiceConfig, Snapshot, Source, Tail, TailStart } from '../contract.js';
import { nodeTls } from '../sql/tls.js';
import { StreamCluster } from './cluster.js';
import { describe } from './describe.js';
import { health } from './health.js';
import { Management } from './management.js';
import { settings, type Settings } from './options.js';
import { RabbitSnapshot } from './snapshot.js';

export class RabbitSource implements Source {
  private constructor(
    private readonly settings: Settings,
    private readonly cluster: StreamCluster,
    private readonly management: Management,
    /** Connections of its own, for who waits on them. */
    private readonly another: () => StreamCluster,
    private readonly timeoutMs: number,
  ) {}

  /** Signs in to the stream plugin once, so that a wrong address or password shows here. */
  static async connect(service: ServiceConfig, host: Host, signal: AbortSignal): Promise<RabbitSource> {
    const resolved = settings(service);
    const tls = resolved.tls?.enabled ? await nodeTls(resolved.tls, service.name) : undefined;
    const another = () => new StreamCluster(resolved, tls, host.connectTimeoutMs);
    const cluster = another();
    try {
      await cluster.any(signal);
    } catch (error) {
      await cluster.close();
      throw error;
    }
    if (!tls && resolved.user !== 'guest') host.log(`${service.name}: the password is sent without TLS`);
    return new RabbitSource(resolved, cluster, new Management(resolved, host.connectTimeoutMs), another, host.connectTimeoutMs);
  }

  describe(signal: AbortSignal): Promise<Description> {
    return describe(this.cluster, this.management, this.settings, signal);
  }

  health(signal: AbortSignal): Promise<Health> {
    return health(this.cluster, this.management, this.settings, signal);
  }

  async open(signal: AbortSignal): Promise<Snapshot> {
    await this.cluster.any(signal);
    return new RabbitSnapshot(this.settings.service, this.cluster, this.management, this.settings.isOwn);
  }

  async tail(starts: readonly TailStart[], signal: AbortSignal): Promise<Tail> {
    const [cluster, { RabbitTail }] = [this.another(), await import('./tail.js')];
    try {
      return await RabbitTail.open(this.settings.service, cluster, starts, signal);
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  async mirror(name: string, signal: AbortSignal): Promise<Mirror> {
    const { mirrorOf } = await import('./mirror.js');
    return mirrorOf(name, this.settings, this.management, this.timeoutMs, signal);
  }

  close(): Promise<void> {
    return this.cluster.close();
  }
}
