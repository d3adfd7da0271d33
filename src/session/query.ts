/** One checked statement to one answer: gate, plan, engine, and the rows up to the answer's limit. */

import type { QueryAnswer, AnswerColumn, Cell } from '../answer/contract.js';
import type { Catalog } from '../catalog/contract.js';
import type { Config } from '../config/contract.js';
import type { Engine, Execution, ProgressEvent } from '../engine/contract.js';
import type { Plan } from '../plan/contract.js';
import { makePlan } from '../plan/index.js';
import { checkStatement } from '../sql/index.js';
import type { AskOptions } from './contract.js';
import { dialects } from './dialects.js';
import type { Sources } from './sources.js';
import { within } from '../telemetry/span.js';
import type { Span } from '../telemetry/span.js';
import { askedAgain } from './rows-only.js';
import { StatementSpans } from './statement-spans.js';

export interface QueryContext {
  readonly config: Config;
  readonly catalog: Catalog;
  readonly sources: Sources;
  readonly engine: () => Promise<Engine>;
  /** The instant that now() means in this statement. */
  readonly instant: string;
  /** Whose children the spans of a statement are, where spans are kept. */
  readonly span?: Span;
}

/** Where the time of a statement went, in milliseconds. */
export interface Timings {
  readonly planMs: number;
  readonly readMs: number;
  readonly joinMs: number;
  readonly keys: Execution['keys'];
}

export function runQuery(
  text: string,
  context: QueryContext,
  options: AskOptions,
  signal: AbortSignal,
  onTimings?: (timings: Timings) => void,
): Promise<QueryAnswer> {
  return askedAgain((rowsAlone) => runOnce(text, context, options, signal, rowsAlone, onTimings));
}

async function runOnce(
  text: string,
  context: QueryContext,
  options: AskOptions,
  signal: AbortSignal,
  rowsAlone: ReadonlySet<string>,
  onTimings?: (timings: Timings) => void,
): Promise<QueryAnswer> {
  const started = performance.now();
  const { config, catalog, sources } = context;
  const dialect = dialects(catalog, sources, rowsAlone);
  const plan = await within(context.span, 'plan', async () => {
    const statement = await checkStatement(text, catalog, { instant: context.instant, timezone: config.timezone });
    return makePlan(statement, catalog, dialect, options.pushdown);
  });
  const planned = performance.now();
  const spans = context.span && (await statementSpans(plan, context, context.span));
  const onProgress = spans === undefined ? options.onProgress : (event: ProgressEvent) => (spans.progress(event), options.onProgress?.(event));
  const engine = await context.engine();
  const limit = options.limit ?? config.limits.resultRows;
  const asFile = options.rows?.parquet !== undefined;
  const execution = await engine.run(plan, {
    source: (service, s) => sources.get(service, s),
    dialect,
    limits: config.limits,
    timezone: config.timezone,
    allowPartial: options.allowPartial ?? false,
    // One more than is shown tells that there are more.
    ...(limit > 0 && { rows: asFile ? limit : limit + 1 }),
    ...(asFile && { parquet: true }),
    signal,
    ...(onProgress && { onProgress }),
    ...(options.isEnough && { isEnough: options.isEnough }),
  }).catch((error: unknown) => {
    spans?.failed(error);
    throw error;
  });
  try {
    const taken = execution.file !== undefined ? await takeFile(execution.file, options) : await take(execution.batches, execution.columns, limit === 0 ? Infinity : limit, options, signal);
    const [planMs, elapsedMs] = [planned - started, performance.now() - started];
    spans?.finished(execution.fragments, taken.count);
    onTimings?.({ planMs, readMs: execution.readMs, joinMs: Math.max(0, elapsedMs - planMs - execution.readMs), keys: execution.keys });
    return {
      kind: 'query',
      sql: text,
      columns: execution.columns,
      rows: taken.rows,
      rowCount: taken.count,
      truncated: taken.truncated,
      complete: execution.missing.length === 0,
      missing: execution.missing,
      warnings: execution.warnings,
      fragments: execution.fragments,
      elapsedMs: Math.round(elapsedMs),
    };
  } catch (error) {
    spans?.failed(error);
    throw error;
  } finally {
    await execution.close();
  }
}

async function statementSpans(plan: Plan, { catalog, config, sources }: QueryContext, parent: Span): Promise<StatementSpans> {
  const stores = plan.fragments.map(async ({ id, table }) => {
    const { facts } = catalog.services.find(({ name }) => name === table.service)!;
    return [id, await sources.spanAttributes(table, facts)] as const;
  });
  return new StatementSpans(parent, new Map(await Promise.all(stores)), config.telemetry?.queries ?? false);
}

async function takeFile({ path, rows: count, truncated }: NonNullable<Execution['file']>, { rows }: AskOptions): Promise<Awaited<ReturnType<typeof take>>> {
  await rows?.parquet?.(path);
  return { rows: [], count, truncated };
}

/** Reads until the limit is passed by one row: enough to know that the answer is cut, and no more. */
async function take(
  batches: AsyncIterable<readonly (readonly Cell[])[]>,
  columns: readonly AnswerColumn[],
  limit: number,
  options: AskOptions,
  signal: AbortSignal,
): Promise<{ rows: (readonly Cell[])[]; count: number; truncated: boolean }> {
  const rows: (readonly Cell[])[] = [];
  let count = 0;
  await options.rows?.columns(columns);
  for await (const batch of batches) {
    signal.throwIfAborted();
    const room = limit - count;
    const kept = batch.length > room ? batch.slice(0, room) : batch;
    if (options.rows !== undefined) await options.rows.rows(kept);
    else for (const row of kept) rows.push(row);
    count += kept.length;
    if (batch.length > room) return { rows, count, truncated: true };
  }
  return { rows, count, truncated: false };
}
