/** One fragment: decide about keys, compile, read, prove, report. */

import { AishellError } from '../errors.js';
import type { KeyBatch, NativeQuery, ReadStats } from '../../connectors/contract.js';
import type { FragmentReport } from '../answer/contract.js';
import type { Fragment, KeyShipment } from '../plan/contract.js';
import { abortable, abortError } from './abort.js';
import type { Budget } from './budget.js';
import type { ProgressEvent, RunOptions } from './contract.js';
import { batches, readKeys } from './keys.js';
import type { Keys } from './keys.js';
import { fragmentReport } from './report.js';
import { keyLimit } from './scheduler.js';
import { shortfall, StagingSink } from './sink.js';
import type { Snapshots } from './snapshots.js';
import { sourceError } from './snapshots.js';
import type { Staging } from './staging.js';

export interface FragmentContext {
  readonly staging: Staging;
  readonly snapshots: Snapshots;
  readonly budget: Budget;
  readonly tempDir: string;
  readonly options: Pick<RunOptions, 'dialect' | 'onProgress'>;
  /** Reads that go on although nobody waits for them any more: whoever closes the staging waits for these first. */
  readonly pending: Set<Promise<unknown>>;
}

/** `offers`: shipments to this fragment whose keys can be read by now. */
export async function stageFragment(
  fragment: Fragment,
  offers: readonly KeyShipment[],
  context: FragmentContext,
  signal: AbortSignal,
): Promise<FragmentReport> {
  const dialect = context.options.dialect(fragment.service);
  const began = performance.now();
  const readAt = new Date().toISOString();
  const keys = await fewestKeys(fragment, offers, dialect.maxKeys, context, signal);
  if (keys?.values.length === 0) {
    const queries = [dialect.compile(fragment.rel)];
    progress(context, fragment, 'done', 0, 0);
    return fragmentReport({
      fragment, queries, stats: [], rows: 0, bytes: 0, ms: performance.now() - began, consistency: 'not read', readAt,
      pushed: described(keys, 0), proof: `not asked: ${keys.shipment.from} gave no keys to look for`,
    });
  }
  const shipped = keys && batches(keys, fragment, dialect.maxKeys);
  const queries = (shipped ?? [undefined]).map((batch: KeyBatch | undefined) => dialect.compile(fragment.rel, batch));
  progress(context, fragment, 'reading', 0, 0);
  const snapshot = await context.snapshots.of(fragment.service, signal).catch((error: unknown) => {
    throw signal.aborted ? error : sourceError(error, fragment.service);
  });
  const sink = await StagingSink.open({
    staging: context.staging,
    fragment,
    budget: context.budget,
    tempDir: context.tempDir,
    signal,
    onProgress: (rows, bytes) => progress(context, fragment, 'reading', rows, bytes),
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
        throw signal.aborted ? error : sourceError(error, fragment.service);
      });
      if (sink.rows - before !== read.rows) throw shortfall(fragment, sink.rows - before, read.rows);
      stats.push(read);
    }
    await sink.finish();
    progress(context, fragment, 'done', sink.rows, sink.bytes);
    return fragmentReport({
      fragment, queries, stats, rows: sink.rows, bytes: sink.bytes, ms: performance.now() - began, consistency: snapshot.consistency, readAt,
      ...(keys !== undefined && shipped !== undefined ? { pushed: described(keys, shipped.length) } : {}),
    });
  } finally {
    await sink.close();
  }
}

/** Of the sets of keys that are small enough to be worth it, the smallest. */
async function fewestKeys(
  fragment: Fragment,
  offers: readonly KeyShipment[],
  maxKeys: number,
  context: FragmentContext,
  signal: AbortSignal,
): Promise<Keys | undefined> {
  if (offers.length === 0) return undefined;
  const connection = await context.staging.connect();
  try {
    let fewest: Keys | undefined;
    for (const offer of offers) {
      const limit = fewest === undefined ? keyLimit(fragment.estimate, maxKeys) : fewest.values.length - 1;
      if (limit < 0) break;
      fewest = (await readKeys(connection, offer, limit, signal)) ?? fewest;
    }
    return fewest;
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

export function progress(context: Pick<FragmentContext, 'options'>, fragment: Fragment, state: ProgressEvent['state'], rows: number, bytes: number): void {
  context.options.onProgress?.({ fragment: fragment.id, service: fragment.service, state, rows, bytes });
}
