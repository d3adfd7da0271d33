/** Messages of all logs as they come, for a trace that is followed: what can't be followed is named, and the rest goes on. */

import { tableName } from '../algebra/index.js';
import type { Table } from '../algebra/index.js';
import { AishellError } from '../errors.js';
import type { FeedSink } from '../trace/contract.js';
import type { QueryContext } from './query.js';
import { eventsOf, isLog, logsOf, open, tablesCalled } from './tail.js';
import type { Followed, Opened } from './tail.js';

/** Resolves when the signal aborts, or nothing is left to follow. */
export async function feed(topics: readonly string[] | undefined, context: QueryContext, sink: FeedSink, signal: AbortSignal): Promise<void> {
  const logs = context.catalog.services.flatMap(({ tables }) => tables.filter(isLog));
  const told = new Set<string>();
  const note = async (text: string) => {
    if (told.has(text)) return;
    told.add(text);
    await sink.note(text);
  };
  const lost = async (service: string, error: unknown) => {
    if (signal.aborted) return;
    if (!(error instanceof AishellError)) throw error;
    sink.lost({ service, reason: error.message, remedy: error.remedy });
    await note(`${service} can’t be followed: ${error.message}`);
  };
  const meant = logs.length === 0 ? [] : await logsOf(tablesCalled(topics ?? [], context), context, undefined, note, signal);
  const services = [...new Set(meant.map(({ table }) => table.service))];
  const opened = await Promise.all(services.map((service) => openOne(service, meant.filter(({ table }) => table.service === service), context, note, lost, signal)));
  sink.ready();
  try {
    await Promise.all(opened.flat().map((one) => pump(one, context, sink, note, signal).catch((error: unknown) => lost(one.service, error))));
  } finally {
    await Promise.allSettled(opened.flat().map(({ tail }) => tail.close()));
  }
}

/** The tail of one service, unless what it holds doesn't say when something is added, or it can't be reached. */
async function openOne(service: string, followed: readonly Followed[], context: QueryContext, note: (text: string) => Promise<void>, lost: (service: string, error: unknown) => Promise<void>, signal: AbortSignal): Promise<Opened[]> {
  try {
    const source = await context.sources.get(service, signal);
    if (source.tail !== undefined) return await open(followed, true, context, 'end', note, signal);
    await note(`${followed.map(({ table }) => tableName(table)).join(', ')}: what is added there can’t be followed`);
  } catch (error) {
    await lost(service, error);
  }
  return [];
}

async function pump({ tail, followed }: Opened, context: QueryContext, sink: FeedSink, note: (text: string) => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    // What has come already must leave room for Ctrl-C.
    await new Promise(setImmediate);
    const window = await tail.next(signal);
    for (const text of window.notes) await sink.note(text);
    if (window.tables.length === 0) continue;
    const looked = ({ service, name }: Table, coverage: Parameters<FeedSink['looked']>[2]) => sink.looked(service, name, coverage);
    for (const one of followed.filter(({ table }) => window.tables.includes(table))) {
      const events = await eventsOf(window, [one], context, signal, note, looked);
      await sink.rows(one.table.service, one.table.name, events.map(({ row }) => row));
    }
  }
}
