/**
 * A session: one open configuration, and a verb for everything a user can ask. It owns what lives longer than one
 * statement (connections, the catalogue, the engine, a private temporary folder) and walks a question through
 * nl/ -> sql/ -> plan/ -> engine/. The command line and the REPL talk to nothing else.
 */

import { setMaxListeners } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as answers from '../answer/contract.js';
import { CatalogCache } from '../catalog/cache.js';
import type { CatalogService } from '../catalog/contract.js';
import { redact } from '../config/secret.js';
import type { LinkDecision, TelemetryConfig } from '../config/contract.js';
import type { Host } from '../../connectors/contract.js';
import type { Engine } from '../engine/contract.js';
import { AishellError } from '../errors.js';
import { SessionCatalog } from './catalog.js';
import type { CatalogState } from './catalog.js';
import type { AskOptions, ChangesAgainst, ExplainOptions, CheckScope, Hypothesis, OpenSession, Session, SessionOptions, TailOptions } from './contract.js';
import { deadline } from './deadline.js';
import { missingSources, withoutLacking } from './missing.js';
import { namedByTable } from './by-table.js';
import type { QueryContext, runQuery } from './query.js';
import { sampleTables } from './samples.js';
import type { SchemaContext } from './schemas.js';
import { schemaAnswer } from './schema.js';
import { Sources } from './sources.js';
import { within } from '../telemetry/span.js';
import type { Span } from '../telemetry/span.js';
import type { SpanExporter } from '../telemetry/otlp.js';
import type { TraceOptions } from '../trace/contract.js';

/** What a timer can count to. */
const longestMs = 2 ** 31 - 1;

/** A cached catalogue older than this is read again before a statement is told that a name is unknown. */
const staleMs = 5 * 60_000;

export const openSession: OpenSession = async (options) => {
  const tempDir = await mkdtemp(join(tmpdir(), 'aishell-'));
  return new LiveSession(options, tempDir);
};

class LiveSession implements Session {
  readonly config;
  readonly #services;
  readonly #host: Host;
  readonly #sources: Sources;
  readonly #catalog: SessionCatalog;
  #engine: Promise<Engine> | undefined;
  #exporter: Promise<SpanExporter> | undefined;

  constructor(
    options: SessionOptions,
    private readonly tempDir: string,
  ) {
    this.config = options.config;
    const log = (line: string) => options.log?.(redact(line));
    this.#services = selectServices(options);
    this.#host = { tempDir, connectTimeoutMs: this.config.limits.connectTimeoutMs, log };
    this.#sources = new Sources(this.#services, this.#host);
    this.#catalog = new SessionCatalog(
      this.config,
      this.#services,
      this.#sources,
      new CatalogCache(this.config.path, (service) => this.#sources.place(service)),
      async (service, signal) => {
        const source = await this.#sources.get(service.name, signal);
        return sampleTables(service, { source, run: (sql, s, inner) => this.#sampleRows(sql, s, inner), log }, signal);
      },
      options.refresh ?? false,
      log,
    );
  }

  async catalog(signal: AbortSignal) {
    // Every service that is read listens to it: their number is the configuration's, not a leak.
    setMaxListeners(0, signal);
    await this.#sources.prepare();
    return (await this.#catalog.get(signal)).catalog;
  }

  ask(question: string, options: AskOptions): Promise<answers.Answer> {
    this.#warm();
    const loading = import('./ask.js');
    return this.#within('query', options, async (signal, span) => {
      const asked = { ...options, signal, ...(span && { span }) };
      const { answerQuestion } = await loading;
      const answer = (state: CatalogState) => answerQuestion(question, { state, session: this, context: this.#context(state, span), options: asked });
      const state = await this.#completeCatalog(options, signal);
      try {
        return await answer(state);
      } catch (error) {
        if (!(error instanceof AishellError) || error.code !== 'source.schema_changed' || signal.aborted) throw error;
        return answer(await this.#catalog.refresh(this.#outdated(error, state), signal));
      }
    });
  }

  sql(text: string, options: AskOptions): Promise<answers.QueryAnswer> {
    this.#warm();
    return this.#within('sql', options, (signal, span) => this.#withFreshNames(text, signal, (state) => this.#query(text, this.#context(state, span), options, signal)));
  }

  explain(text: string, options: ExplainOptions): Promise<answers.ExplainAnswer> {
    return this.#within('explain', options, async (signal, span) => {
      const { explainStatement } = await import('./explain.js');
      return this.#withFreshNames(text, signal, (state) => explainStatement(text, this.#context(state, span), { ...options, signal }));
    });
  }

  prompt(question: string, options: AskOptions): Promise<answers.PromptAnswer> {
    return this.#within(undefined, options, async (signal) => {
      const { promptOf } = await import('./translate.js');
      return promptOf(question, this.#context(await this.#completeCatalog(options, signal)), { signal });
    });
  }

  teach(question: string, sql: string | undefined, options: AskOptions): Promise<answers.TaughtAnswer> {
    return this.#within(undefined, options, async (signal) => {
      const { teach } = await import('./teach.js');
      return teach(question, sql, this.#context(await this.#completeCatalog(options, signal)), { ...options, signal });
    });
  }

  schema(options: AskOptions & { readonly scope?: string }): Promise<answers.SchemaAnswer> {
    return this.#within(undefined, options, async (signal) => {
      const state = await this.#state(signal);
      return schemaAnswer(state.catalog, missingSources(state), options.scope);
    });
  }

  diff(left: string | undefined, right: string | undefined, options: AskOptions & { readonly values?: boolean }): Promise<answers.DiffAnswer> {
    return this.#within('schema diff', options, async (signal, span) => {
      const state = await this.#comparable(options, signal);
      const { diffAnswer } = await import('./schemas.js');
      return this.#steady(state, signal, (fresh) => diffAnswer({ left, right, values: options.values ?? true }, this.config, this.#schemaContext(fresh, options, signal, span)));
    });
  }

  changes(against: ChangesAgainst | undefined, service: string | undefined, options: AskOptions & { readonly transitive?: boolean }): Promise<answers.ChangesAnswer> {
    return this.#within('schema diff', options, async (signal, span) => {
      const state = await this.#currentCatalog(options, signal);
      const { changesAnswer } = await import('./schemas.js');
      return changesAnswer(against, service, options.transitive ?? false, this.config, this.#schemaContext(state, options, signal, span));
    });
  }

  impact(change: Hypothesis, options: AskOptions): Promise<answers.ChangesAnswer> {
    return this.#within('schema impact', options, async (signal, span) => {
      const state = await this.#comparable(options, signal);
      const { impactAnswer } = await import('./schemas.js');
      return this.#steady(state, signal, (fresh) => impactAnswer(change, this.config, this.#schemaContext(fresh, options, signal, span)));
    });
  }

  check(options: AskOptions & CheckScope & { readonly maxAgeMs?: number; readonly maxLagMs?: number }): Promise<answers.CheckAnswer> {
    return this.#within('check', options, async (signal, span) => {
      const state = await this.#completeCatalog(options, signal);
      const { checkAnswer } = await import('./schemas.js');
      return this.#steady(state, signal, (fresh) => checkAnswer(options, this.config, this.#schemaContext(fresh, options, signal, span)));
    });
  }

  graph(scope: string | undefined, options: AskOptions): Promise<answers.GraphAnswer> {
    return this.#within(undefined, options, async (signal) => {
      const state = await this.#completeCatalog(options, signal);
      const { graphAnswer } = await import('./schema.js');
      return graphAnswer(state.catalog, missingSources(state), scope);
    });
  }

  snapshot(folder: string | undefined, options: AskOptions): Promise<answers.SnapshotAnswer> {
    return this.#within('schema snapshot', options, async (signal, span) => {
      const state = await this.#currentCatalog(options, signal);
      const { snapshotAnswer } = await import('./schemas.js');
      return snapshotAnswer(folder, this.config, this.#schemaContext(state, options, signal, span));
    });
  }

  links(options: AskOptions & { readonly decisions?: readonly LinkDecision[] }): Promise<answers.LinksAnswer> {
    return this.#within('schema links', options, async (signal, span) => {
      const state = await this.#completeCatalog(options, signal);
      const { linksAnswer } = await import('./schemas.js');
      return this.#steady(state, signal, (fresh) => linksAnswer(options.decisions ?? [], this.config, this.#schemaContext(fresh, options, signal, span)));
    });
  }

  trace(id: string | undefined, options: AskOptions & TraceOptions): Promise<answers.TraceAnswer> {
    const isLive = options.follow !== undefined && options.growth !== undefined;
    // One that is followed ends when it is told to.
    return this.#within('trace', isLive ? { ...options, timeoutMs: options.timeoutMs ?? longestMs } : options, async (signal, span) => {
      const [state, { traced }] = await Promise.all([this.#state(signal), import('./trace.js')]);
      return traced(id, options, { state, context: (inner) => this.#context(state, inner), services: this.#services, host: this.#host, span, signal });
    });
  }

  async tail(topics: readonly string[], options: TailOptions): Promise<answers.TailAnswer> {
    const follow = options.mirror === true ? (await import('./mirror.js')).mirrored : (await import('./tail.js')).follow;
    // It ends when it is told to: limits.timeout is for statements.
    return this.#within(undefined, { ...options, timeoutMs: options.timeoutMs ?? longestMs }, async (signal) => {
      return this.#steady(await this.#completeCatalog(options, signal), signal, async (state) => follow(topics, this.#context(state), options, signal));
    });
  }

  doctor(options: AskOptions): Promise<answers.DoctorAnswer> {
    return this.#within(undefined, options, async (signal) => {
      const { examine } = await import('./doctor.js');
      const seen = async (stale: readonly string[]) => (stale.length === 0 ? await this.#state(signal) : await this.#catalog.refresh(stale, signal)).catalog.services;
      return examine(this.config, this.#services, this.#sources, this.#host, seen, signal);
    });
  }

  async close(): Promise<void> {
    const engine = await this.#engine?.catch(() => undefined);
    await engine?.close();
    await Promise.all([this.#sources.close(), this.#exporter?.then((exporter) => exporter.close())]);
    await rm(this.tempDir, { recursive: true, force: true });
  }

  /** @param name of the command, for its span; undefined: it has none */
  async #within<T>(name: string | undefined, options: AskOptions, work: (signal: AbortSignal, span: Span | undefined) => Promise<T>): Promise<T> {
    const run = (span?: Span) => this.#bounded(options, (signal) => work(signal, span));
    if (this.config.telemetry === undefined || name === undefined) return run();
    // Of a question that turned out to be another command.
    if (options.span !== undefined) return within(options.span, name, run);
    return (await this.#openExporter(this.config.telemetry)).root(name, run);
  }

  async #bounded<T>(options: AskOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const limit = deadline(options.signal, options.timeoutMs ?? this.config.limits.timeoutMs);
    try {
      await this.#sources.prepare();
      return await work(limit.signal);
    } catch (error) {
      // Drivers reject with errors of their own when they are interrupted; what the user did is the reason.
      throw limit.signal.aborted ? limit.signal.reason : error;
    } finally {
      limit.clear();
    }
  }

  async #state(signal: AbortSignal): Promise<CatalogState> {
    return this.#catalog.get(signal);
  }

  /** Strict by default: a service whose schema was never seen is an error, since the answer might lie in it. */
  async #completeCatalog(options: AskOptions, signal: AbortSignal): Promise<CatalogState> {
    return this.#complete(await this.#state(signal), options);
  }

  #complete(state: CatalogState, options: AskOptions): CatalogState {
    const [first] = state.missing;
    if (first === undefined || options.allowPartial === true) return state;
    const [service, error] = first;
    throw new AishellError(
      error.code,
      error.message,
      `${error.remedy} Or leave it out: --allow-partial, or --service with the others.`,
      { service, cause: error },
    );
  }

  /** Every schema as it is now: a cached one would hide the change that is looked for. */
  async #currentCatalog(options: AskOptions, signal: AbortSignal): Promise<CatalogState> {
    return withoutLacking(this.#complete(await this.#catalog.current(signal), options), options.allowPartial === true);
  }

  /** A service whose columns are known in part alone (its schema registry is down) counts as missing. */
  async #comparable(options: AskOptions, signal: AbortSignal): Promise<CatalogState> {
    return withoutLacking(await this.#completeCatalog(options, signal), options.allowPartial === true);
  }

  /**
   * Runs with the cached catalogue; when a name is unknown and the catalogue isn't fresh, or a store says that its
   * schema has changed, introspects and tries once more.
   */
  async #withFreshNames<T>(text: string, signal: AbortSignal, work: (state: CatalogState) => Promise<T>): Promise<T> {
    const state = await this.#state(signal);
    try {
      return await work(state);
    } catch (error) {
      if (!(error instanceof AishellError) || signal.aborted) throw error;
      const names = this.#outdated(error, state);
      if (names.length > 0) return work(await this.#catalog.refresh(names, signal));
      const unseen = error.code === 'sql.unknown' ? [...state.missing].find(([name]) => text.toLowerCase().includes(name.toLowerCase())) : undefined;
      throw unseen === undefined ? error : unseen[1];
    }
  }

  /** A table that changed, vanished or was made since its service was read: that is read anew, and the work begins again. */
  async #steady<T>(state: CatalogState, signal: AbortSignal, work: (state: CatalogState) => Promise<T>, tries = 3): Promise<T> {
    return work(state).catch(async (error: unknown) => {
      const names = error instanceof AishellError && !signal.aborted ? this.#outdated(error, state) : [];
      if (names.length === 0 || tries === 0) throw error;
      return this.#steady(await this.#catalog.refresh(names, signal), signal, work, tries - 1);
    });
  }

  #outdated(error: AishellError, state: CatalogState): string[] {
    if (error.code === 'source.schema_changed' && error.service !== undefined) return [error.service];
    if (error.code !== 'sql.unknown') return [];
    const old = (service: CatalogService) => Date.now() - Date.parse(service.readAt) > staleMs;
    return state.catalog.services.filter(old).map((service) => service.name);
  }

  #context(state: CatalogState, span?: Span): QueryContext {
    return {
      config: this.config,
      catalog: state.catalog,
      sources: this.#sources,
      engine: () => this.#openEngine(),
      instant: new Date().toISOString(),
      ...(span && { span }),
    };
  }

  /** Gate, planner and engine are loaded by who asks for a statement: plain look-ups do without. */
  async #query(...statement: Parameters<typeof runQuery>): Promise<answers.QueryAnswer> {
    return (await import('./query.js')).runQuery(...statement);
  }

  /** Values of a comparison are read by ordinary statements: gated, planned, pushed down and within the budgets. */
  #schemaContext(state: CatalogState, options: AskOptions, signal: AbortSignal, span: Span | undefined): SchemaContext {
    const { allowPartial = false } = options;
    const onProgress = options.onProgress && namedByTable(options.onProgress);
    const run = (sql: string) => within(span, 'statement', (inner) => this.#query(sql, this.#context(state, inner), { limit: 0, allowPartial: false, signal, ...(onProgress && { onProgress }) }, signal));
    return { catalog: state.catalog, missing: missingSources(state), allowPartial, signal, run };
  }

  #openExporter(telemetry: TelemetryConfig): Promise<SpanExporter> {
    this.#exporter ??= import('../telemetry/otlp.js').then(({ SpanExporter: Exporter }) => new Exporter(telemetry, (line) => this.#host.log(line)));
    return this.#exporter;
  }

  /** DuckDB's instances open in threads of their own while the catalogue is loaded and the question is understood. */
  #warm(): void {
    import('../sql/index.js').then(({ warmPlanner }) => warmPlanner(this.config.timezone), () => undefined);
    this.#openEngine().catch(() => undefined);
  }

  #openEngine(): Promise<Engine> {
    this.#engine ??= import('../engine/index.js').then(({ openEngine }) =>
      openEngine({ tempDir: this.tempDir, memoryBytes: this.config.limits.memoryBytes, timezone: this.config.timezone }),
    );
    return this.#engine;
  }

  async #sampleRows(sql: string, service: CatalogService, signal: AbortSignal) {
    const state: CatalogState = { catalog: { services: [service], links: [] }, missing: new Map() };
    const answer = await this.#query(sql, this.#context(state), { signal, limit: 0 }, signal);
    return answer.rows;
  }
}

function selectServices({ config, services }: SessionOptions) {
  if (services === undefined) return config.services;
  const known = config.services.map((service) => service.name);
  const unknown = services.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new AishellError('usage', `There is no service '${unknown}' in ${config.path}.`, `It has: ${known.join(', ')}.`);
  }
  return config.services.filter((service) => services.includes(service.name));
}
