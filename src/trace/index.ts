/**
 * One event through the bus and every store. An id is searched for in every log (topics, streams) and in every column
 * that is named for such ids; what is found names further ids (event, correlation, causation, trace) and, through the
 * catalogue's links, the rows that the messages are about. It stops when nothing new appears. A round asks each table
 * once for all that is looked for; its coverage is part of the answer: "not found" is only said together with it.
 */

import type { MissingSource, QueryAnswer, TraceAnswer, TraceCoverage, TraceStep } from '../answer/contract.js';
import type { Catalog } from '../catalog/contract.js';
import { tableName } from '../algebra/index.js';
import type { Column, Table } from '../algebra/index.js';
import { AishellError } from '../errors.js';
import { referencesIn, rowsAbout } from './follow.js';
import type { Reference } from './follow.js';
import type { Found } from './found.js';
import { inParallel } from './in-parallel.js';
import { latestCandidates } from './latest.js';
import { apart, countValues, foundIn, together } from './look-up.js';
import type { LookUp } from './look-up.js';
import { messageIds, roleOf } from './message.js';
import type { Row } from './message.js';
import { lookUpStatement, maxRowsPerValue } from './statements.js';
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
  readonly #warnings = new Set<string>();
  readonly #stores: ReadonlyMap<string, string>;
  readonly #tables: readonly Table[];
  /** Ids that were searched for, and column=value look-ups that were made. */
  readonly #searched = new Set<string>();
  /** Steps whose ids and references were followed. */
  readonly #followed = new Set<string>();

  constructor(
    private readonly id: string,
    private readonly context: TraceContext,
  ) {
    this.#stores = new Map(context.catalog.services.map((service) => [service.name, service.kind]));
    this.#tables = context.catalog.services.flatMap((service) => service.tables);
    for (const source of context.missing) this.#missing.set(source.service, source);
  }

  async follow(): Promise<void> {
    let ids = [this.id];
    let references: readonly Reference[] = [];
    for (let depth = 0; ids.length > 0 || references.length > 0; depth++) {
      const lookUps = [...this.#searches(ids, depth), ...rowsAbout(references, this.#tables, this.context.catalog.links)];
      for (const id of ids) this.#searched.add(id);
      const fresh = together(lookUps.map((lookUp) => this.#unasked(lookUp)));
      const found = (await inParallel(fresh, (lookUp) => this.#ask(lookUp))).flat();
      const leading = this.#keep(found, depth);
      if (this.#steps.size >= maxSteps) {
        this.#warnings.add(`Stopped at ${maxSteps} steps: the ids lead on to more.`);
        return;
      }
      references = referencesIn(leading, this.context.catalog.links);
      ids = depth + 1 < maxDepth ? this.#nextIds(leading) : [];
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
      warnings: [...this.#warnings],
      complete: this.#missing.size === 0,
    };
  }

  /** Every log; columns of other tables that are named for message ids; and at first the keys that could be the id itself. */
  #searches(ids: readonly string[], depth: number): LookUp[] {
    if (ids.length === 0) return [];
    return this.#tables.map((table): LookUp => {
      if (table.kind === 'topic') return { table, ids, columns: [] };
      const columns = table.columns.filter((column) => roleOf(column.name) !== undefined || (depth === 0 && isKey(table, column)));
      return { table, ids: [], columns: columns.map((column) => ({ column, values: ids, leads: true })) };
    });
  }

  /** Without what was asked before. */
  #unasked(lookUp: LookUp): LookUp {
    const columns = lookUp.columns.map((part) => {
      const path = `${tableName(lookUp.table)}.${part.column.name}`;
      const values = part.values.filter((value) => !this.#searched.has(`${path}=${value}`));
      for (const value of values) this.#searched.add(`${path}=${value}`);
      return { ...part, values };
    });
    return { ...lookUp, columns: columns.filter(({ values }) => values.length > 0) };
  }

  async #ask(lookUp: LookUp): Promise<Found[]> {
    const sql = lookUpStatement(lookUp);
    if (sql === undefined) return [];
    const rows = await this.#look(lookUp.table, sql, countValues(lookUp));
    if (rows !== 'too many') return foundIn(lookUp, rows);
    const parts = apart(lookUp);
    if (parts.length > 1) return (await inParallel(parts, (part) => this.#ask(part))).flat();
    const values = [...lookUp.ids, ...lookUp.columns.flatMap((part) => part.values)];
    this.#warnings.add(`${tableName(lookUp.table)} holds more than ${maxRowsPerValue} rows under ${values.join(', ')}: not followed.`);
    return [];
  }

  /** Runs one look-up and records what was looked at. A store that fails is an error, or missing with --allow-partial. */
  async #look(table: Table, sql: string, values: number): Promise<readonly Row[] | 'too many'> {
    const { service, name } = table;
    const gone = this.#missing.get(service);
    if (gone !== undefined) return this.#notSearched(table, sql, gone.reason);
    try {
      const answer = await this.context.run(sql);
      this.#coverage.push({
        service,
        table: name,
        asked: answer.fragments.map((fragment) => fragment.native).join('; ') || sql,
        rows: answer.rowCount,
        coverage: answer.fragments.flatMap((fragment) => fragment.coverage ?? []),
        notSearched: null,
      });
      if (answer.truncated || answer.rowCount > maxRowsPerValue * values) return 'too many';
      return answer.rows.map((cells) => Object.fromEntries(answer.columns.map((column, i) => [column.name, cells[i] ?? null])));
    } catch (error) {
      if (!(error instanceof AishellError) || error.kind !== 'source' || this.context.signal.aborted || !this.context.allowPartial) {
        throw error;
      }
      this.#missing.set(service, { service, reason: error.message, remedy: error.remedy });
      return this.#notSearched(table, sql, error.message);
    }
  }

  #notSearched({ service, name }: Table, sql: string, why: string): readonly Row[] {
    this.#coverage.push({ service, table: name, asked: sql, rows: 0, coverage: [], notSearched: why });
    return [];
  }

  /** Adds what is new to the steps; a row found again only gains a reason. Returns what is to be followed now. */
  #keep(found: readonly Found[], depth: number): Found[] {
    return found.filter(({ table, row, because, leads }) => {
      const key = stepKey(table, row);
      const before = this.#steps.get(key);
      const step = before ?? toStep(table, this.#stores.get(table.service) ?? '', row, because, depth);
      this.#steps.set(key, { ...step, because: [...new Set([...step.because, ...because])] });
      if (!leads || this.#followed.has(key)) return false;
      this.#followed.add(key);
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
