/** One table's rows for a trace: straight from its connector where that gives what a statement would. */

import type { QueryAnswer } from '../answer/contract.js';
import { typeName } from '../algebra/index.js';
import { readStraight, straightId } from '../engine/straight.js';
import type { TableRead } from '../engine/straight.js';
import type { ProgressEvent } from '../engine/contract.js';
import type { AskOptions } from './contract.js';
import { dialects } from './dialects.js';
import type { LogSnapshots } from './log-snapshots.js';
import type { QueryContext } from './query.js';
import { StatementSpans } from './statement-spans.js';

/** What a trace is told of a read. */
export type StraightAnswer = Pick<QueryAnswer, 'columns' | 'rows' | 'rowCount' | 'truncated' | 'missing' | 'warnings'> & { readonly fragments: readonly Pick<QueryAnswer['fragments'][number], 'native' | 'coverage'>[] };

/**
 * @param logs snapshots of what is asked again and again
 * @returns undefined: it has to be asked as a statement
 */
export async function straightAnswer(read: TableRead, logs: LogSnapshots, context: QueryContext, options: AskOptions, signal: AbortSignal): Promise<StraightAnswer | undefined> {
  const { catalog, config, sources, span } = context;
  const { table } = read;
  const dialect = dialects(catalog, sources)(table.service);
  if (dialect.inBatches?.(table) === true) return undefined;
  const { facts } = catalog.services.find(({ name }) => name === table.service)!;
  const spans = span && new StatementSpans(span, new Map([[straightId, await sources.spanAttributes(table, facts)]]), config.telemetry?.queries ?? false);
  const onProgress = spans === undefined ? options.onProgress : (event: ProgressEvent) => (spans.progress(event), options.onProgress?.(event));
  try {
    const found = await readStraight(read, {
      open: (one, s) => logs.open(one, s),
      dialect,
      limits: config.limits,
      timezone: config.timezone,
      signal,
      ...(options.isEnough && { isEnough: options.isEnough }),
      ...(onProgress && { onProgress }),
    });
    if (found === undefined) {
      spans?.finished([], 0);
      return undefined;
    }
    spans?.finished([{ id: straightId, native: found.native }], found.rows.length);
    const { rows, truncated, missing, warnings, native, coverage } = found;
    return { columns: read.columns.map(({ name, type }) => ({ name, type: typeName(type) })), rows, rowCount: rows.length + (truncated ? 1 : 0), truncated, missing, warnings, fragments: [{ native, coverage }] };
  } catch (error) {
    spans?.failed(error);
    throw error;
  }
}
