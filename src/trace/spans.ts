/**
 * Spans and log lines of the traces that messages and rows name, from wherever the services' configuration says that
 * they lie. Each place is asked once for each trace id, however many services share it.
 */

import { types } from '../algebra/index.js';
import type { Column, Table, TableKind, Type } from '../algebra/index.js';
import type { Cell, MissingSource, TraceCoverage } from '../answer/contract.js';
import { canonicalTraceId, isSameTrace } from '../../connectors/contract.js';
import type { LogLine, SpanRecord, TraceBounds, TraceFinds, TraceSource } from '../../connectors/contract.js';
import { AishellError } from '../errors.js';
import type { TelemetryPlace } from './contract.js';
import type { Found } from './found.js';
import type { Wanted } from './look-up.js';

/** Where a search records what it saw. */
export interface SpanLog {
  coverage(looked: TraceCoverage): void;
  missing(key: string, source: MissingSource): void;
  warning(text: string): void;
}

/** Read of log files unless --deep says to read on. */
const mostBytes = 2 ** 30;
const mostRecords = 500;
/** Lines are written before and after the events that are known, and clocks differ. */
const aroundMs = 3_600_000;

export class SpanSearch {
  readonly #asked = new Set<string>();

  constructor(
    private readonly places: readonly TelemetryPlace[],
    private readonly log: SpanLog,
    private readonly signal: AbortSignal,
    private readonly isDeep: boolean,
  ) {}

  /**
   * @param wanted values that are, or hold, a trace id; others are passed over
   * @param between the part of the logs that is searched, or the times of what was found, in milliseconds
   */
  async find(wanted: readonly Wanted[], between: { readonly since: number | undefined; readonly until: number | undefined; readonly isTold: boolean }): Promise<Found[]> {
    const byId = new Map<string, Wanted[]>();
    for (const one of wanted) {
      const id = canonicalTraceId(one.value);
      if (id !== undefined && !this.#isAsked(id)) byId.set(id, [...(byId.get(id) ?? []), one]);
    }
    if (byId.size === 0 || this.places.length === 0) return [];
    for (const id of byId.keys()) this.#asked.add(id);
    const around = between.isTold ? 0 : aroundMs;
    const bounds: TraceBounds = {
      since: between.since === undefined ? undefined : between.since - around,
      until: between.until === undefined ? undefined : between.until + around,
      bytes: this.isDeep ? Infinity : mostBytes,
      records: mostRecords,
    };
    const found = await Promise.all(this.places.map((place) => this.#ask(place, byId, bounds)));
    return found.flat();
  }

  /** What tracing servers have recorded since: asked by the ids, as before. Files are not searched again. */
  async findAgain(wanted: readonly Wanted[]): Promise<Found[]> {
    const byId = new Map<string, Wanted[]>();
    for (const one of wanted) {
      const id = canonicalTraceId(one.value);
      if (id !== undefined && this.#isAsked(id)) byId.set(id, [...(byId.get(id) ?? []), one]);
    }
    const servers = this.places.filter(({ source }) => source.access === 'index');
    if (byId.size === 0) return [];
    const bounds: TraceBounds = { since: undefined, until: undefined, bytes: mostBytes, records: mostRecords };
    return (await Promise.all(servers.map((place) => this.#ask(place, byId, bounds)))).flat();
  }

  /** Half an id, as some writers have it, says nothing new beside the whole one. */
  #isAsked(id: string): boolean {
    return this.#asked.has(id) || (id.startsWith('0'.repeat(16)) && [...this.#asked].some((asked) => isSameTrace(asked, id)));
  }

  async #ask(place: TelemetryPlace, byId: ReadonlyMap<string, readonly Wanted[]>, bounds: TraceBounds): Promise<Found[]> {
    const { service, kind, source } = place;
    const ids = [...byId.keys()];
    const table = source.access === 'index' ? 'spans' : kind;
    try {
      const finds = await source.find(ids, bounds, this.signal);
      const rows = finds.spans.length + finds.lines.length;
      this.log.coverage({ service, table, asked: `${finds.asked}${windowOf(source, bounds)}`, access: source.access, rows, coverage: finds.coverage, notSearched: null });
      for (const warning of finds.warnings) this.log.warning(warning);
      if (finds.isCut) this.log.warning(`${source.place} has more than ${mostRecords} spans and lines of ${ids.join(', ')}: the rest is not shown.`);
      const unread = finds.coverage.filter(({ reachedEnd }) => !reachedEnd).length;
      if (unread > 0 && !finds.isCut && !this.signal.aborted) this.log.warning(`${source.place}: ${unread} ${unread === 1 ? 'file was' : 'files were'} not read to the end (see where was looked); --since and --until narrow the search, --deep reads all.`);
      return asFound(finds, place, byId);
    } catch (error) {
      if (this.signal.aborted || !(error instanceof AishellError) || error.kind !== 'source') throw error;
      this.log.missing(`${service} ${source.place}`, { service, reason: error.message, remedy: error.remedy });
      this.log.coverage({ service, table, asked: `${source.place}: ${ids.join(', ')}`, access: null, rows: 0, coverage: [], notSearched: error.message });
      return [];
    }
  }
}

function windowOf(source: TraceSource, { since, until }: TraceBounds): string {
  if (source.access === 'index' || (since === undefined && until === undefined)) return '';
  const iso = (time: number | undefined, open: string) => (time === undefined ? open : new Date(time).toISOString());
  return ` from ${iso(since, 'the start')} to ${iso(until, 'the end')}`;
}

function asFound({ spans, lines }: TraceFinds, { service, kind }: TelemetryPlace, byId: ReadonlyMap<string, readonly Wanted[]>): Found[] {
  const one = (table: Table, row: Readonly<Record<string, Cell>>, traceId: string): Found => {
    const wanted = [...byId].flatMap(([id, all]) => (isSameTrace(id, traceId) ? all : []));
    return { table, row, role: 'part', store: kind, reasons: wanted.map(({ from }) => ({ from, because: `trace_id = ${traceId}`, certainty: 'declared' })) };
  };
  return [
    ...spans.map((span) => one(tableOf(span.service ?? service, 'spans'), spanRow(span), span.traceId)),
    ...lines.map((line) => one(tableOf(line.service ?? service, 'lines'), lineRow(line), line.traceId)),
  ];
}

const columns: Readonly<Record<'spans' | 'lines', readonly (readonly [string, Type])[]>> = {
  spans: [['trace_id', types.text], ['span_id', types.text], ['parent_span_id', types.text], ['name', types.text], ['kind', types.text], ['started', types.timestamptz], ['milliseconds', types.float64], ['error', types.text], ['attributes', types.json]],
  lines: [['file', types.text], ['at', types.int64], ['time', types.timestamptz], ['level', types.text], ['message', types.text], ['trace_id', types.text], ['span_id', types.text], ['attributes', types.json]],
};

const tables = new Map<string, Table>();

/** Not in the catalogue: no statement can name it. */
function tableOf(service: string, kind: TableKind & ('spans' | 'lines')): Table {
  const key = `${kind} ${service}`;
  const known = tables.get(key);
  if (known !== undefined) return known;
  const table: Table = {
    service,
    name: kind === 'spans' ? 'spans' : 'logs',
    kind,
    columns: columns[kind].map(([name, type]): Column => ({ name, type, nullable: true, nativeType: '' })),
    primaryKey: kind === 'spans' ? ['trace_id', 'span_id'] : ['file', 'at'],
  };
  tables.set(key, table);
  return table;
}

function spanRow({ traceId, spanId, parentId, name, kind, start, durationMs, error, attributes, links }: SpanRecord): Readonly<Record<string, Cell>> {
  return {
    trace_id: traceId,
    span_id: spanId,
    parent_span_id: parentId ?? null,
    name,
    kind: kind ?? null,
    started: instant(start),
    milliseconds: durationMs === undefined ? null : Math.round(durationMs * 1000) / 1000,
    error: error ?? null,
    attributes,
    ...(links.length > 0 && { links }),
  };
}

function lineRow({ file, at, time, level, message, traceId, spanId, attributes }: LogLine): Readonly<Record<string, Cell>> {
  return { file, at, time: instant(time), level: level ?? null, message, trace_id: traceId, span_id: spanId ?? null, attributes };
}

function instant(time: number | undefined): string | null {
  return time === undefined || Math.abs(time) > 8.64e15 ? null : new Date(time).toISOString();
}
