/** A live service on a Kafka cluster. */

import { AishellError } from '../contract.js';
import type { Description, GroupOffset, Health, Host, ServiceConfig, Snapshot, Source, Table, Tail, TailStart } from '../contract.js';
import { nodeTls } from '../sql/tls.js';
import { SchemaRegistry } from '../registry/index.js';
import { topicTable } from '../log/columns.js';
import { describe } from './describe.js';
import { Formats } from './formats/index.js';
import { groupOffsets } from './groups.js';
import { health } from './health.js';
import { settings, type Settings } from './options.js';
import { KafkaSnapshot } from './snapshot.js';
import { Cluster } from './wire/cluster.js';

export class KafkaSource implements Source {
  private constructor(
    private readonly service: string,
    private readonly settings: Settings,
    private readonly cluster: Cluster,
    /** Connections of its own, for who waits on them. */
    private readonly another: () => Cluster,
    private readonly formats: Formats,
  ) {}

  /** Signs in and asks for metadata once, so that a wrong address or password shows here. */
  static async connect(service: ServiceConfig, host: Host, signal: AbortSignal): Promise<KafkaSource> {
    const resolved = settings(service);
    const registry = SchemaRegistry.of(service, host.connectTimeoutMs);
    const tls = service.tls?.enabled ? await nodeTls(service.tls, service.name) : undefined;
    const { bootstrap, addresses, sasl } = resolved;
    const another = () => new Cluster({ service: service.name, bootstrap, addresses, sasl, tls, connectTimeoutMs: host.connectTimeoutMs });
    const cluster = another();
    try {
      await cluster.metadata([], signal);
    } catch (error) {
      await cluster.close();
      throw atFirst(error, service.name);
    }
    if (sasl?.mechanism === 'PLAIN' && !tls) host.log(`${service.name}: the password is sent without TLS`);
    return new KafkaSource(service.name, resolved, cluster, another, new Formats(service.name, registry, resolved.formats));
  }

  describe(signal: AbortSignal): Promise<Description> {
    return describe(this.service, this.cluster, this.settings, this.formats, signal);
  }

  health(signal: AbortSignal): Promise<Health> {
    return health(this.cluster, this.settings, this.formats.registry, signal);
  }

  open(signal: AbortSignal, tables?: readonly Table[]): Promise<Snapshot> {
    return KafkaSnapshot.open(this.service, this.cluster, this.settings, this.formats, signal, tables?.map((table) => topicTable(table).topic));
  }

  async tail(starts: readonly TailStart[], signal: AbortSignal): Promise<Tail> {
    const [cluster, { KafkaTail }] = [this.another(), await import('./tail.js')];
    try {
      return await KafkaTail.open(this.service, cluster, this.settings, this.formats, starts, signal);
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  groupOffsets(table: Table, groups: readonly string[] | undefined, signal: AbortSignal): Promise<GroupOffset[]> {
    return groupOffsets(this.cluster, this.service, topicTable(table), groups, signal);
  }

  async close(): Promise<void> {
    await Promise.all([this.cluster.close(), this.formats.registry?.close()]);
  }
}

/** Brokers say nothing to those who come by the wrong door: they close it. */
function atFirst(error: unknown, service: string): unknown {
  if (!(error instanceof AishellError) || error.code !== 'source.cut') return error;
  return new AishellError('source.unreachable', `${error.message}: at the first request`, 'That listener may want TLS (set `tls`) or a sign-in (set `sasl`), or it is no Kafka.', { service, cause: error });
}
