/** One trace: what it may ask, of whom, and for how long. */

import type { TraceAnswer } from '../answer/contract.js';
import { checkFlows } from '../catalog/flows.js';
import type { Host, ServiceConfig } from '../../connectors/contract.js';
import { within } from '../telemetry/span.js';
import type { Span } from '../telemetry/span.js';
import { traceAndFollow, traceEvent } from '../trace/index.js';
import type { TraceContext, TraceOptions } from '../trace/contract.js';
import { namedByTable } from './by-table.js';
import type { CatalogState } from './catalog.js';
import type { AskOptions } from './contract.js';
import { following } from './deadline.js';
import { LogSnapshots } from './log-snapshots.js';
import { unseenSources } from './missing.js';
import type { QueryContext } from './query.js';
import { straightAnswer } from './straight.js';

/** What a search that is cancelled may take to end by itself. */
const windDownMs = 1_500;

export interface Traced {
  /** A service that can't be seen is part of the coverage: what the others know of the event is shown beside it. */
  readonly state: CatalogState;
  readonly context: (span?: Span) => QueryContext;
  readonly services: readonly ServiceConfig[];
  readonly host: Host;
  readonly span: Span | undefined;
  readonly signal: AbortSignal;
}

export async function traced(id: string | undefined, options: AskOptions & TraceOptions, { state, context: query, services, host, span, signal }: Traced): Promise<TraceAnswer> {
  const { config, sources } = query();
  checkFlows(state.catalog.services, config.flows);
  const telemetry = services.some((service) => service.telemetry !== undefined) ? await (await import('./telemetry.js')).telemetryPlaces(services, host) : [];
  const logs = new LogSnapshots(sources);
  // The look-ups' rows are the trace's, not the answer's.
  const { rows: _, onProgress, follow, growth, ...asked } = options;
  // Who cancels gets what was found: logs that are being searched end where they are, and what doesn't is cut off.
  const late = following(signal, windDownMs);
  const lookUp = { ...asked, ...(onProgress && { onProgress: namedByTable(onProgress) }), isEnough: () => signal.aborted };
  const context: TraceContext = {
    catalog: state.catalog,
    missing: unseenSources(state),
    signal,
    telemetry,
    // What is no plain look-up is an ordinary statement: gated, planned, pushed down and proven like any other.
    // Partial: a log whose registry is down still gives its messages, and what they lack is named.
    run: (sql, limit = 1_000) =>
      within(span, 'statement', async (inner) => (await import('./query.js')).runQuery(sql, query(inner), { ...lookUp, limit, allowPartial: true, signal: late }, late)),
    read: (read) => within(span, 'statement', (inner) => straightAnswer(read, logs, query(inner), lookUp, late)),
    renew: () => logs.renew(),
    flows: config.flows,
    groupOffsets: async (log, groups) => (await sources.get(log.service, signal)).groupOffsets?.(log, groups, signal),
    feed: async (topics, sink, ended) => (await import('./feed.js')).feed(topics, query(), sink, ended),
  };
  try {
    return await (follow !== undefined && growth !== undefined ? traceAndFollow(id, context, options, growth) : traceEvent(id, context, options));
  } finally {
    await logs.renew();
  }
}
