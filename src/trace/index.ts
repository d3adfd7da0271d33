/**
 * One event through the bus and every store. An id is searched for in every log (topics, streams) and in every column
 * that is named for such ids; what is found names further ids (event, correlation, causation, trace) and, through the
 * catalogue's links, the rows that the messages are about. It stops when nothing new appears. Every look-up is one
 * statement over one table, and its coverage is part of the answer: "not found" is only said together with it.
 */

import type { MissingSource, QueryAnswer, TraceAnswer, TraceCoverage, TraceStep } from '../answer/contract.js';
import type { Catalog } from '../catalog/contract.js';
import { tableName } from '../algebra/index.js';
import type { Column, Table } from '../algebra/index.js';
import { AishellError } from '../errors.js';
import { referencesIn, rowsAbout } from './follow.js';
import type { Found } from './found.js';
import { latestCandidates } from './latest.js';
import { messageIds, placesOf, roleOf } from './message.js';
import type { Row } from './message.js';
import { maxRowsPerValue, searchColumn, searchLog } from './statements.js';
import { byTime, stepKey, toStep } from './timeline.js';

export interface TraceContext {
  readonly catalog: Catalog;
  readonly missing: readonly MissingSource[];
  readonly allowPartial: boolean;
  readonly signal: AbortSignal;
  readonly run: (sql: string) => Promise<QueryAnswer>;
}

/** Rounds of following; real chains of cause and effect are far shorter. */
const maxDepth = 6;
const maxSteps = 1_000;

/** @param id what to look for; absent: the newest event that reached several services */
export async function traceEvent(id: string | undefined, context: TraceContext): Promise<TraceAnswer> {
  const started = performance.now();
  const finish = (trace: Trace, chosen: string | null): TraceAnswer => ({
    ...trace.answer(),
    chosen,
    elapsedMs: Math.round(performance.now() - started),
  });
  if (id !== undefined) {
    const wanted = id.trim();
    if (wanted === '') throw new AishellError('usage', 'The id is empty.', 'aishell trace <id>');
    const trace = new Trace(wanted, context);
    await trace.follow();
    return finish(trace, null);
  }
  for (const candidate of await latestCandidates(context)) {
    const trace = new Trace(candidate.id, context);
    await trace.follow();
    if (trace.servicesWithRows() >= 2) {
      return finish(
        trace,
        `No id was named, so this is the most recent event that reached several services (${candidate.where}). Name one: aishell trace <id>`,
      );
    }
  }
  throw new AishellError(
    'usage',
    'No id was named, and none of the recent events reached several services.',
    'Name an event, correlation or trace id: aishell trace <id>',
  );
}

class Trace {
  readonly #steps = new Map<string, TraceStep>();
  readonly #coverage: TraceCoverage[] = [];
  readonly #missing = new Map<string, MissingSource>();
  readonly #warnings: string[] = [];
  readonly #stores: ReadonlyMap<string, string>;
  readonly #tables: readonly Table[];
  /** Message ids that were already searched for, and table+column+value look-ups that were made. */
  readonly #searched = new Set<string>();

  constructor(
    private readonly id: string,
    private readonly context: TraceContext,
  ) {
    this.#stores = new Map(context.catalog.services.map((service) => [service.name, service.kind]));
    this.#tables = context.catalog.services.flatMap((service) => service.tables);
    for (const source of context.missing) this.#missing.set(source.service, source);
  }

  async follow(): Promise<void> {
    let values = [this.id];
    for (let depth = 0; depth < maxDepth && values.length > 0; depth++) {
      for (const value of values) this.#searched.add(value);
      const found = (await Promise.all([this.#searchLogs(values, depth), this.#searchColumns(values, depth)])).flat();
      await this.#readRows(found, depth + 1);
      if (this.#steps.size >= maxSteps) {
        this.#warnings.push(`Stopped at ${maxSteps} steps: the ids lead on to more.`);
        return;
      }
      values = this.#nextIds(found);
    }
  }

  /** Services whose rows or messages take part. */
  servicesWithRows(): number {
    return new Set([...this.#steps.values()].map((step) => step.service)).size;
  }

  answer(): Omit<TraceAnswer, 'chosen' | 'elapsedMs'> {
    return {
      kind: 'trace',
      id: this.id,
      steps: [...this.#steps.values()].sort(byTime),
      coverage: this.#coverage,
      missing: [...this.#missing.values()],
      warnings: this.#warnings,
      complete: this.#missing.size === 0,
    };
  }

  async #searchLogs(values: readonly string[], depth: number): Promise<Found[]> {
    const logs = this.#tables.filter((table) => table.kind === 'topic');
    const found = await Promise.all(
      logs.map(async (table) => {
        const rows = await this.#look(table, searchLog(table, values), values);
        return rows.flatMap((row): Found[] => {
          const because = values.flatMap((value) => placesOf(value, row).map((place) => `${place} = ${value}`));
          return because.length > 0 ? [{ table, row, because }] : [];
        });
      }),
    );
    return this.#keep(found.flat(), depth);
  }

  /** Columns of ordinary tables that are named for message ids, and at first the keys that could be the id itself. */
  async #searchColumns(values: readonly string[], depth: number): Promise<Found[]> {
    const wanted = this.#tables
      .filter((table) => table.kind !== 'topic')
      .flatMap((table) => table.columns.filter((c) => roleOf(c.name) !== undefined || (depth === 0 && isKey(table, c))).map((column) => ({ table, column })));
    const found = await Promise.all(wanted.map(({ table, column }) => this.#lookUp(table, column, values)));
    return this.#keep(found.flat(), depth);
  }

  /** The rows that messages are about, and the rows that belong to those. */
  async #readRows(found: readonly Found[], depth: number): Promise<void> {
    const about = referencesIn(found, this.context.catalog.links);
    const lookUps = rowsAbout(about, this.#tables, this.context.catalog.links);
    const rows = await Promise.all(lookUps.map(({ table, column, values }) => this.#lookUp(table, column, values)));
    this.#keep(rows.flat(), depth);
  }

  async #lookUp(table: Table, column: Column, values: readonly string[]): Promise<Found[]> {
    const path = `${tableName(table)}.${column.name}`;
    const fresh = values.filter((value) => !this.#searched.has(`${path}=${value}`));
    for (const value of fresh) this.#searched.add(`${path}=${value}`);
    const sql = searchColumn(table, column, fresh);
    if (sql === undefined) return [];
    const rows = await this.#look(table, sql, fresh);
    return rows.map((row) => ({ table, row, because: [`${path} = ${String(row[column.name])}`] }));
  }

  /** Runs one look-up and records what was looked at. A store that fails is an error, or missing with --allow-partial. */
  async #look(table: Table, sql: string, values: readonly string[]): Promise<Row[]> {
    try {
      const answer = await this.context.run(sql);
      this.#coverage.push({
        service: table.service,
        table: table.name,
        asked: answer.fragments.map((fragment) => fragment.native).join('; ') || sql,
        rows: answer.rowCount,
        coverage: answer.fragments.flatMap((fragment) => fragment.coverage ?? []),
        notSearched: null,
      });
      if (answer.truncated || answer.rowCount > maxRowsPerValue * values.length) {
        this.#warnings.push(`${tableName(table)} holds more than ${maxRowsPerValue} rows under ${values.join(', ')}: not followed.`);
        return [];
      }
      return answer.rows.map((cells) => Object.fromEntries(answer.columns.map((column, i) => [column.name, cells[i] ?? null])));
    } catch (error) {
      if (!(error instanceof AishellError) || error.kind !== 'source' || this.context.signal.aborted || !this.context.allowPartial) {
        throw error;
      }
      this.#missing.set(table.service, { service: table.service, reason: error.message, remedy: error.remedy });
      this.#coverage.push({ service: table.service, table: table.name, asked: sql, rows: 0, coverage: [], notSearched: error.message });
      return [];
    }
  }

  /** Adds what is new to the steps; a row found again only gains a reason. */
  #keep(found: readonly Found[], depth: number): Found[] {
    return found.filter(({ table, row, because }) => {
      const key = stepKey(table, row);
      const before = this.#steps.get(key);
      if (before !== undefined) {
        this.#steps.set(key, { ...before, because: [...new Set([...before.because, ...because])] });
        return false;
      }
      this.#steps.set(key, toStep(table, this.#stores.get(table.service) ?? '', row, because, depth));
      return true;
    });
  }

  #nextIds(found: readonly Found[]): string[] {
    const ids = found.flatMap(({ row }) => messageIds(row).map((id) => id.value));
    return [...new Set(ids)].filter((value) => !this.#searched.has(value));
  }
}

function isKey(table: Table, column: Column): boolean {
  return table.primaryKey?.length === 1 && table.primaryKey[0] === column.name && column.type.kind !== 'int';
}
