/** Live connections, one a service: opened when a statement first needs them, shared after, closed with the session. */

import { connectors } from '../../connectors/index.js';
import type { Connector, Dialect, Facts, Host, ServiceConfig, Source, Table } from '../../connectors/contract.js';
import { AishellError } from '../errors.js';

export class Sources {
  readonly #open = new Map<string, Promise<Source>>();
  readonly #dialects = new Map<string, { readonly facts: Facts; readonly dialect: Dialect }>();
  readonly #connectors = new Map<string, Connector>();

  constructor(
    private readonly services: readonly ServiceConfig[],
    private readonly host: Host,
  ) {}

  /** Connects, or hands out the connection that is there. A failed attempt is forgotten, so the next one tries again. */
  get(service: string, signal: AbortSignal): Promise<Source> {
    const existing = this.#open.get(service);
    if (existing !== undefined) return existing;
    const opening = this.#connect(service, signal);
    this.#open.set(service, opening);
    opening.catch(() => {
      if (this.#open.get(service) === opening) this.#open.delete(service);
    });
    return opening;
  }

  /** Drops the connection, so that the next statement opens a new one. */
  async drop(service: string): Promise<void> {
    const open = this.#open.get(service);
    this.#open.delete(service);
    await open?.then((source) => source.close()).catch(() => {});
  }

  async connector(kind: string): Promise<Connector> {
    const known = this.#connectors.get(kind);
    if (known !== undefined) return known;
    const load = connectors[kind];
    if (load === undefined) {
      throw new AishellError('config', `There is no store kind '${kind}'.`, `Use one of: ${Object.keys(connectors).join(', ')}.`);
    }
    const connector = await load();
    this.#connectors.set(kind, connector);
    return connector;
  }

  /** What beside its options says where a service is. A setting that is wrong is told when it is connected. */
  async place(service: ServiceConfig): Promise<string> {
    const connector = await this.connector(service.kind);
    try {
      return (await connector.place?.(service)) ?? '';
    } catch (error) {
      if (error instanceof AishellError) return '';
      throw error;
    }
  }

  /** What spans say of the store of a table. After `prepare`. A setting that is wrong is told when it is connected. */
  async spanAttributes(table: Table, facts: Facts): Promise<Readonly<Record<string, string | number>>> {
    const service = this.config(table.service);
    return (await this.#connectors.get(service.kind)!.spanAttributes?.(service, table, facts).catch(() => undefined)) ?? {};
  }

  /** Loads the connector of every service, so that `dialect` can answer at once. */
  async prepare(): Promise<void> {
    await Promise.all([...new Set(this.services.map((service) => service.kind))].map((kind) => this.connector(kind)));
  }

  /** After `prepare`. Pure: made from cached facts, it needs no connection. */
  dialect(service: string, facts: Facts): Dialect {
    const known = this.#dialects.get(service);
    if (known?.facts === facts) return known.dialect;
    const { kind } = this.config(service);
    const dialect = this.#connectors.get(kind)!.dialect(facts);
    this.#dialects.set(service, { facts, dialect });
    return dialect;
  }

  config(service: string): ServiceConfig {
    const found = this.services.find((candidate) => candidate.name === service);
    if (found === undefined) throw new AishellError('internal', `No service '${service}'.`, 'Please report this.');
    return found;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((service) => this.drop(service)));
  }

  async #connect(service: string, signal: AbortSignal): Promise<Source> {
    const config = this.config(service);
    const connector = await this.connector(config.kind);
    return connector.connect(config, this.host, signal);
  }
}
