/** One fragment: decide about keys, compile, read, prove, report. */

import { AishellError } from '../errors.js';
import type { ErrorCode } from '../errors.js';
import type { Rel } from '../algebra/index.js';
import type { KeyBatch, NativeQuery, ReadStats, ScanProgress } from '../../connectors/contract.js';
import type { FragmentReport, MissingSource } from '../answer/contract.js';
import type { Fragment } from '../plan/contract.js';
import { abortable, abortError } from './abort.js';
import type { Budget } from './budget.js';
import type { ProgressEvent, RunOptions } from './contract.js';
import type { Enough } from './enough.js';
import type { KeyWaits, Offer } from './key-waits.js';
import { batches, readKeys } from './keys.js';
import type { Keys } from './keys.js';
import { fragmentReport } from './report.js';
import { shortfall } from './shortfall.js';
import { StagingSink } from './sink.js';
import type { Snapshots } from './snapshots.js';
import { sourceError } from './snapshots.js';
import type { Staging } from './staging.js';

export interface FragmentContext {
  readonly staging: Staging;
  readonly snapshots: Snapshots;
  readonly budget: Budget;
  readonly tempDir: string;
  readonly options: Pick<RunOptions, 'dialect' | 'onProgress' | 'allowPartial' | 'isEnough'>;
  /** What reads lack that gave all their rows. */
  readonly lacking: MissingSource[];
  /** Reads that go on although nobody waits for them any more: whoever closes the staging waits for these first. */
  readonly pending: Set<Promise<unknown>>;
  readonly waits: KeyWaits;
  /** Where a part of the rows may be enough. */
  readonly enough?: Enough;
}

/** @param waitMs that it waited for keys */
export async function stageFragment(
  fragment: Fragment,
  offer: Offer | undefined,
  context: FragmentContext,
  signal: AbortSignal,
  waitMs: number,
): Promise<FragmentReport> {
  const dialect = context.options.dialect(fragment.service);
  const began = performance.now();
  const readAt = new Date().toISOString();
  const keys = offer && (await shippedKeys(offer, context, signal));
  if (keys?.values.length === 0) {
    const queries = [dialect.compile(fragment.rel)];
    context.enough?.ended(fragment);
    progress(context, fragment, 'done', 0, 0);
    return fragmentReport({
      fragment, queries, stats: [], rows: 0, bytes: 0, ms: performance.now() - began, consistency: 'not read', readAt, waitMs,
      pushed: described(keys, 0), proof: `not asked: ${keys.shipment.from} gave no keys to look for`,
    });
  }
  const shipped = keys && batches(keys, fragment, dialect.maxKeys);
  if (keys !== undefined && shipped === undefined) context.waits.unshipped(keys.shipment, keys.values.length, 'they need several batches, in which the store may find a row twice');
  if (shipped === undefined) context.waits.whole(fragment);
  const queries = (shipped ?? [undefined]).map((batch: KeyBatch | undefined) => dialect.compile(fragment.rel, batch));
  progress(context, fragment, 'reading', 0, 0, { expected: keys === undefined });
  const snapshot = await context.snapshots.of(fragment.service, signal).catch((error: unknown) => {
    throw signal.aborted ? error : sourceError(error, fragment.service);
  });
  const sink = await StagingSink.open({
    staging: context.staging,
    fragment,
    budget: context.budget,
    tempDir: context.tempDir,
    signal,
    isEnough: context.options.isEnough,
    onProgress: (rows, bytes, scan) => {
      progress(context, fragment, 'reading', rows, bytes, { expected: keys === undefined, ...(scan && { scan }) });
      context.waits.saw(fragment.id, rows, () => sink.flush());
      context.enough?.saw(fragment, rows, () => sink.flush());
    },
  });
  try {
    const stats: ReadStats[] = [];
    for (const query of queries) {
      checkColumns(fragment, query);
      if (signal.aborted) throw abortError(signal);
      const before = sink.rows;
      const reading = snapshot.read(query, sink, signal);
      const tracked: Promise<unknown> = reading.catch(() => undefined).finally(() => context.pending.delete(tracked));
      context.pending.add(tracked);
      const read = await abortable(reading, signal).catch((error: unknown) => {
        if (context.enough?.reached === true) return undefined;
        throw signal.aborted ? error : sourceError(error, fragment.service);
      });
      if (read === undefined) {
        const { rows, bytes } = sink;
        progress(context, fragment, 'done', rows, bytes);
        return fragmentReport({
          fragment, queries, stats: [], rows, bytes, ms: performance.now() - began, consistency: snapshot.consistency, readAt, waitMs,
          proof: 'stopped: the rows that had come were enough',
        });
      }
      if (sink.rows - before !== read.rows) throw shortfall(fragment, sink.rows - before, read.rows);
      stats.push(read);
      if (read.lacking !== undefined) lacks(fragment, read.lacking, context);
    }
    await sink.finish();
    context.enough?.ended(fragment);
    progress(context, fragment, 'done', sink.rows, sink.bytes);
    return fragmentReport({
      fragment, queries, stats, rows: sink.rows, bytes: sink.bytes, ms: performance.now() - began, consistency: snapshot.consistency, readAt, waitMs,
      storeMs: (sink.firstAt ?? performance.now()) - began,
      ...(keys !== undefined && shipped !== undefined ? { pushed: described(keys, shipped.length) } : {}),
    });
  } finally {
    await sink.close();
  }
}

/** Of a fragment that nobody needs any more before it was read. */
export function unread(fragment: Fragment, context: FragmentContext): FragmentReport {
  progress(context, fragment, 'done', 0, 0);
  return fragmentReport({
    fragment, queries: [context.options.dialect(fragment.service).compile(fragment.rel)], stats: [], rows: 0, bytes: 0, ms: 0, waitMs: 0,
    consistency: 'not read', readAt: new Date().toISOString(), proof: 'not asked: the rows that had come were enough',
  });
}

function lacks({ service }: Fragment, error: AishellError, { options, lacking }: FragmentContext): void {
  if (!options.allowPartial) throw error;
  if (!lacking.some(({ reason }) => reason === error.message)) lacking.push({ service, reason: error.message, remedy: error.remedy });
}

async function shippedKeys({ shipment, limit }: Offer, context: FragmentContext, signal: AbortSignal): Promise<Keys | undefined> {
  const connection = await context.staging.connect();
  try {
    const keys = await readKeys(connection, shipment, limit, signal);
    if (typeof keys !== 'number') {
      context.waits.shipped(shipment, keys.values.length);
      return keys;
    }
    context.waits.unshipped(shipment, keys, `more than ${limit.toLocaleString('en-US')} keys came`);
    return undefined;
  } finally {
    await connection.close();
  }
}

function described({ shipment, values }: Keys, count: number): string {
  const keys = `${values.length.toLocaleString('en-US')} key${values.length === 1 ? '' : 's'} of ${shipment.from} for ${shipment.column}`;
  return count > 1 ? `${keys} in ${count} batches (${shipment.because})` : `${keys} (${shipment.because})`;
}

function checkColumns(fragment: Fragment, query: NativeQuery): void {
  if (query.columns.length === fragment.columns.length) return;
  throw new AishellError(
    'internal',
    `Fragment ${fragment.id} asks service '${fragment.service}' for ${query.columns.length} columns instead of ${fragment.columns.length}.`,
    'Please report this with the statement.',
    { service: fragment.service },
  );
}

interface ProgressDetails {
  /** It is not narrowed by keys. */
  readonly expected?: boolean;
  readonly waitsFor?: string;
  readonly error?: ErrorCode;
  readonly scan?: ScanProgress;
}

export function progress(context: Pick<FragmentContext, 'options'>, fragment: Fragment, state: ProgressEvent['state'], rows: number, bytes: number, { expected = false, waitsFor, error, scan }: ProgressDetails = {}): void {
  const { id, service, table, rel } = fragment;
  const whole = expected ? wholeTableRows(rel) : undefined;
  context.options.onProgress?.({
    fragment: id, service, state, rows, bytes,
    table: table.schema === undefined ? table.name : `${table.schema}.${table.name}`,
    ...(whole !== undefined && { expected: whole }),
    ...(waitsFor !== undefined && { waitsFor }),
    ...(error !== undefined && { error }),
    ...(scan !== undefined && { scan }),
  });
}

/** The store's own count, where every row is read. What a filter, a limit or a group leaves would be a guess. */
function wholeTableRows(rel: Rel): number | undefined {
  if (rel.kind === 'project') return wholeTableRows(rel.input);
  return rel.kind === 'scan' ? rel.table.rows?.count : undefined;
}
