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
import { tableName } from '../algebra/index.js';
import { AishellError } from '../errors.js';
import type { Sources } from './sources.js';

/** Fills sampleValues of a described service's columns. */
export type Sampler = (service: CatalogService, signal: AbortSignal) => Promise<readonly Table[]>;

export interface CatalogState {
  readonly catalog: Catalog;
  readonly missing: ReadonlyMap<string, AishellError>;
}

interface Introspected {
  readonly config: ServiceConfig;
  readonly service: CatalogService;
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

  /**
   * Every service as it describes itself now, for comparisons of schemas: no value is sampled, those of columns that
   * are as they were stay. What was never sampled is not kept, so that the next question samples it.
   */
  async current(signal: AbortSignal): Promise<CatalogState> {
    const known = this.#described.size > 0 ? this.#described : await this.cache.load(this.services);
    const described = await this.#introspectAll(this.services, signal, (service) => Promise.resolve(withKnownValues(service.tables, known.get(service.name)?.tables ?? [])));
    const all = new Map(described.fresh.map(({ service }) => [service.name, service] as const));
    const kept = described.fresh.filter(({ service }) => known.has(service.name));
    await this.#store(kept);
    const state = this.#stateOf(all, described.missing);
    if (kept.length === all.size) {
      this.#described = all;
      this.#state = Promise.resolve(state);
    }
    return state;
  }

  async #load(signal: AbortSignal): Promise<CatalogState> {
    const cached = this.refreshFirst ? new Map<string, CatalogService>() : await this.cache.load(this.services);
    this.refreshFirst = false;
    // What was hidden since then leaves the disk too.
    return this.#complete(new Map([...cached].filter(([, service]) => !this.#holdsHiddenValues(service))), signal);
  }

  async #complete(known: ReadonlyMap<string, CatalogService>, signal: AbortSignal): Promise<CatalogState> {
    const { fresh, missing } = await this.#introspectAll(this.services.filter((config) => !known.has(config.name)), signal, (service) => this.sampler(service, signal));
    await this.#store(fresh);
    this.#described = new Map([...known, ...fresh.map(({ service }) => [service.name, service] as const)]);
    return this.#stateOf(this.#described, missing);
  }

  #stateOf(found: ReadonlyMap<string, CatalogService>, missing: CatalogState['missing']): CatalogState {
    const described = this.services.flatMap((config) => found.get(config.name) ?? []);
    const { vocabulary } = this.config;
    checkAddresses(described, vocabulary);
    const services = withSynonyms(withoutHidden(described, vocabulary), vocabulary);
    return { catalog: withLinks(services, this.config.links), missing };
  }

  async #store(fresh: readonly Introspected[]): Promise<void> {
    // What could not be described is tried again the next time.
    const whole = fresh.filter(({ service }) => service.unread === undefined);
    if (whole.length > 0) await this.cache.store(whole).catch((error: Error) => this.log(`catalogue not cached: ${error.message}`));
  }

  async #introspectAll(configs: readonly ServiceConfig[], signal: AbortSignal, values: (service: CatalogService) => Promise<readonly Table[]>): Promise<{ fresh: Introspected[]; missing: Map<string, AishellError> }> {
    const missing = new Map<string, AishellError>();
    const fresh: Introspected[] = [];
    await Promise.all(
      configs.map(async (config) => {
        try {
          fresh.push({ config, service: await this.#introspect(config, signal, values) });
        } catch (error) {
          signal.throwIfAborted();
          if (!(error instanceof AishellError)) throw error;
          missing.set(config.name, error);
        }
      }),
    );
    return { fresh, missing };
  }

  async #introspect(config: ServiceConfig, signal: AbortSignal, values: (service: CatalogService) => Promise<readonly Table[]>): Promise<CatalogService> {
    const started = performance.now();
    const source = await this.sources.get(config.name, signal);
    const described = toCatalogService(config, await source.describe(signal), new Date());
    const service = { ...described, tables: await this.#withValues(described, values) };
    this.log(`${config.name}: ${service.tables.length} tables described in ${Math.round(performance.now() - started)} ms`);
    return service;
  }

  /** No value of a hidden column is read. */
  async #withValues(described: CatalogService, values: (service: CatalogService) => Promise<readonly Table[]>): Promise<readonly Table[]> {
    const [shown] = withoutHidden([described], this.config.vocabulary);
    const sampled = new Map((await values(shown!)).map((table) => [tableName(table), table]));
    return described.tables.map((table) => {
      const own = sampled.get(tableName(table));
      return { ...table, columns: table.columns.map((column) => own?.columns.find(({ name }) => name === column.name) ?? withoutValues(column)) };
    });
  }

  #holdsHiddenValues({ tables }: CatalogService): boolean {
    return tables.some((table) => table.columns.some(({ name, sampleValues }) => sampleValues !== undefined && isHidden(table, name, this.config.vocabulary)));
  }
}

/** Columns that are of the type that they were of keep the values that were seen then. */
function withKnownValues(tables: readonly Table[], before: readonly Table[]): Table[] {
  const known = new Map(before.map((table) => [tableName(table), new Map(table.columns.map((column) => [column.name, column]))]));
  return tables.map((table) => ({
    ...table,
    columns: table.columns.map((column) => {
      const old = known.get(tableName(table))?.get(column.name);
      return old?.sampleValues !== undefined && old.nativeType === column.nativeType && column.enumValues === undefined ? { ...column, sampleValues: old.sampleValues } : column;
    }),
  }));
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
