/**
 * The session's catalogue: from the cache where it has a service, by live introspection where it hasn't. A service
 * that can't be reached and was never seen is `missing`, with the error it gave.
 */

import type { Catalog, CatalogService } from '../catalog/contract.js';
import type { CatalogCache } from '../catalog/cache.js';
import { toCatalogService } from '../catalog/introspect.js';
import { findLinks } from '../catalog/links.js';
import { checkAddresses, isHidden, withoutHidden, withSynonyms } from '../catalog/vocabulary.js';
import type { Config } from '../config/contract.js';
import type { Column, ServiceConfig, Table } from '../../connectors/contract.js';
import { AishellError } from '../errors.js';
import type { Sources } from './sources.js';

/** Fills sampleValues of a described service's columns. */
export type Sampler = (service: CatalogService, signal: AbortSignal) => Promise<readonly Table[]>;

export interface CatalogState {
  readonly catalog: Catalog;
  readonly missing: ReadonlyMap<string, AishellError>;
}

export class SessionCatalog {
  #state: Promise<CatalogState> | undefined;
  /** As the stores describe themselves, with what the configuration hides. */
  #described: ReadonlyMap<string, CatalogService> = new Map();

  constructor(
    private readonly config: Config,
    private readonly services: readonly ServiceConfig[],
    private readonly sources: Sources,
    private readonly cache: CatalogCache,
    private readonly sampler: Sampler,
    private refreshFirst: boolean,
    private readonly log: (line: string) => void,
  ) {}

  get(signal: AbortSignal): Promise<CatalogState> {
    this.#state ??= this.#load(signal).catch((error: unknown) => {
      this.#state = undefined;
      throw error;
    });
    return this.#state;
  }

  /** Introspects these services again; the others stay as they are. */
  async refresh(names: readonly string[], signal: AbortSignal): Promise<CatalogState> {
    await this.get(signal);
    const kept = new Map([...this.#described].filter(([name]) => !names.includes(name)));
    this.#state = this.#complete(kept, signal);
    return this.#state;
  }

  /** Introspects every service again. */
  reload(signal: AbortSignal): Promise<CatalogState> {
    this.#state = undefined;
    this.refreshFirst = true;
    return this.get(signal);
  }

  async #load(signal: AbortSignal): Promise<CatalogState> {
    const cached = this.refreshFirst ? new Map<string, CatalogService>() : await this.cache.load(this.services);
    this.refreshFirst = false;
    // What was hidden since then leaves the disk too.
    return this.#complete(new Map([...cached].filter(([, service]) => !this.#holdsHiddenValues(service))), signal);
  }

  async #complete(known: ReadonlyMap<string, CatalogService>, signal: AbortSignal): Promise<CatalogState> {
    const missing = new Map<string, AishellError>();
    const fresh: { config: ServiceConfig; service: CatalogService }[] = [];
    await Promise.all(
      this.services
        .filter((config) => !known.has(config.name))
        .map(async (config) => {
          try {
            fresh.push({ config, service: await this.#introspect(config, signal) });
          } catch (error) {
            signal.throwIfAborted();
            if (!(error instanceof AishellError)) throw error;
            missing.set(config.name, error);
          }
        }),
    );
    if (fresh.length > 0) {
      await this.cache.store(fresh).catch((error: Error) => this.log(`catalogue not cached: ${error.message}`));
    }
    const found = new Map([...known, ...fresh.map(({ service }) => [service.name, service] as const)]);
    const described = this.services.flatMap((config) => found.get(config.name) ?? []);
    const { vocabulary } = this.config;
    checkAddresses(described, vocabulary);
    this.#described = found;
    const services = withSynonyms(withoutHidden(described, vocabulary), vocabulary);
    return { catalog: withLinks(services, this.config.links), missing };
  }

  async #introspect(config: ServiceConfig, signal: AbortSignal): Promise<CatalogService> {
    const started = performance.now();
    const source = await this.sources.get(config.name, signal);
    const described = toCatalogService(config, await source.describe(signal), new Date());
    const service = { ...described, tables: await this.#sampled(described, signal) };
    this.log(`${config.name}: ${service.tables.length} tables described in ${Math.round(performance.now() - started)} ms`);
    return service;
  }

  /** No value of a hidden column is read. */
  async #sampled(described: CatalogService, signal: AbortSignal): Promise<readonly Table[]> {
    const [shown] = withoutHidden([described], this.config.vocabulary);
    const sampled = await this.sampler(shown!, signal);
    return described.tables.map((table) => {
      const own = sampled.find(({ schema, name }) => schema === table.schema && name === table.name);
      return { ...table, columns: table.columns.map((column) => own?.columns.find(({ name }) => name === column.name) ?? withoutValues(column)) };
    });
  }

  #holdsHiddenValues({ tables }: CatalogService): boolean {
    return tables.some((table) => table.columns.some(({ name, sampleValues }) => sampleValues !== undefined && isHidden(table, name, this.config.vocabulary)));
  }
}

/** Some stores' descriptions bring values of their own. */
function withoutValues({ sampleValues: _, ...column }: Column): Column {
  return column;
}

/** Links are found when somebody asks for them: a statement does not. */
function withLinks(services: readonly CatalogService[], decisions: Config['links']): Catalog {
  let found: Catalog['links'] | undefined;
  return {
    services,
    get links() {
      return (found ??= findLinks(services.flatMap((service) => service.tables), decisions));
    },
  };
}
