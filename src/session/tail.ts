/**
 * Events as they come. Each service's logs are followed by its connector in windows; every window is asked one statement
 * for each log, gated, planned and run like any other, so that a condition means what it means everywhere. The next
 * window is read when the last one was handed over: a slow reader slows the reading, and memory stays bounded.
 */

import type { Cell, TailAnswer, TailEvent } from '../answer/contract.js';
import { quoteIdentifier, tableName } from '../algebra/index.js';
import type { Column, Table } from '../algebra/index.js';
import type { Coverage, Snapshot, Source, Tail, TailFrom, TailStart, TailWindow } from '../../connectors/contract.js';
import { suggest } from '../config/nearest.js';
import { AishellError } from '../errors.js';
import { WindowReader } from '../engine/window.js';
import type { WindowRows } from '../engine/window.js';
import { makePlan } from '../plan/index.js';
import type { Plan } from '../plan/index.js';
import { checkStatement } from '../sql/index.js';
import type { TailOptions } from './contract.js';
import { dialects } from './dialects.js';
import type { QueryContext } from './query.js';

/** A log, and what every window of it is asked. */
export interface Followed {
  readonly table: Table;
  readonly plan: Plan;
  /** What every event has of it. */
  readonly columns: readonly Column[];
  /** Reads its windows without the engine; undefined where that can't be done, or no more. */
  straight: WindowReader | undefined;
}

/** Different ones that are told. */
const mostNotes = 100;

const parts = ['_partition', '_offset', '_timestamp', '_key', '_properties', '_headers', '_value'];

export async function follow(topics: readonly string[], context: QueryContext, options: TailOptions, signal: AbortSignal): Promise<TailAnswer> {
  const note = noting(options.events);
  const followed = await logsOf(tablesCalled(topics, context), context, options.where, note, signal, topics.length > 0);
  return pump(await open(followed, topics.length > 0, context, options.from ?? 'end', note, signal), context, options, signal);
}

/** Notes that are told once: the same with other numbers, window after window, is no news. */
export function noting(events: TailOptions['events']): (text: string) => Promise<void> {
  const told = new Set<string>();
  return async (text) => {
    const what = text.replace(/\d+/g, '#');
    if (told.has(what) || told.size >= mostNotes) return;
    told.add(what);
    await events.note(text);
  };
}

/** Hands over what comes, until the signal aborts or enough was seen. Closes the tails. */
export async function pump(tails: readonly Opened[], context: QueryContext, options: TailOptions, signal: AbortSignal): Promise<TailAnswer> {
  const started = performance.now();
  const notes: string[] = [];
  const note = noting({ ...options.events, note: (text) => (notes.push(text), options.events.note(text)) });
  const stop = new AbortController();
  const inner = AbortSignal.any([signal, stop.signal]);
  const turn = new Turn();
  const most = options.limit !== undefined && options.limit > 0 ? options.limit : Infinity;
  let events = 0;
  const one = async ({ tail, followed: own }: Opened) => {
    while (events < most) {
      // What has come already must leave room for Ctrl-C.
      await new Promise(setImmediate);
      const window = await tail.next(inner);
      for (const text of window.notes) await options.events.note(text);
      if (window.tables.length === 0) continue;
      const found = merged(await eventsOf(window, own, context, inner, note));
      await turn.take(async () => {
        const kept = found.slice(0, most - events);
        events += kept.length;
        if (kept.length > 0) await options.events.events(kept);
      });
    }
    stop.abort();
  };
  try {
    await Promise.all(tails.map(one)).catch((error: unknown) => {
      // Enough was seen: the others were told to stop.
      if (events < most || signal.aborted) throw error;
    });
  } finally {
    stop.abort();
    await Promise.allSettled(tails.map(({ tail }) => tail.close()));
  }
  const topics = tails.flatMap(({ followed }) => followed.map(({ table }) => tableName(table)));
  return { kind: 'tail', topics, events, notes, complete: true, missing: [], warnings: [], elapsedMs: Math.round(performance.now() - started) };
}

/**
 * Each log with its statement.
 * @param areNamed else those are left out for which the condition makes no sense
 */
export async function logsOf(tables: readonly Table[], context: QueryContext, where: string | undefined, note: (text: string) => Promise<void>, signal: AbortSignal, areNamed = true): Promise<Followed[]> {
  const found: Followed[] = [];
  let refused: unknown;
  for (const table of tables) {
    signal.throwIfAborted();
    try {
      found.push(await followed(table, where, context));
    } catch (error) {
      const isOther = error instanceof AishellError && (error.code === 'sql.unknown' || error.code === 'sql.type');
      if (areNamed || !isOther) throw error;
      refused = error;
      await note(`${tableName(table)} is left out: ${error.message}`);
    }
  }
  if (found.length === 0 && refused !== undefined) throw refused;
  return found;
}

export function isLog(table: Table): boolean {
  return table.kind === 'topic';
}

export function tablesCalled(topics: readonly string[], { catalog }: QueryContext): Table[] {
  const logs = catalog.services.flatMap(({ tables }) => tables.filter(isLog));
  // What lies there can't be looked into without consuming it, so that it is in no catalogue.
  const hasQueues = catalog.services.some(({ facts }) => facts['unsearchable'] !== undefined);
  const mirrored = hasQueues ? ' (What comes to a queue or an exchange from now on is seen with --mirror.)' : '';
  if (logs.length === 0) throw new AishellError('usage', 'None of the services has a topic or a stream.', `tail follows Kafka topics, Redis streams and RabbitMQ streams: see aishell schema.${mirrored}`);
  if (topics.length === 0) return logs;
  const called = topics.map((topic) => {
    const said = topic.toLowerCase();
    const names = (table: Table) => [tableName(table), table.name, nativeName(table)].map((name) => name.toLowerCase());
    const meant = logs.filter((table) => names(table).includes(said));
    if (meant.length === 1) return meant[0]!;
    if (meant.length > 1) throw new AishellError('usage', `There are several topics '${topic}'.`, `Say which: ${meant.map(tableName).join(', ')}.`);
    const other = catalog.services.flatMap(({ tables }) => tables).find((table) => tableName(table).toLowerCase() === said);
    if (other !== undefined) throw new AishellError('usage', `${tableName(other)} is no topic or stream: it has no order in which things come.`, `There are: ${logs.map(tableName).sort().join(', ')}.`);
    throw new AishellError('sql.unknown', `There is no topic or stream '${topic}'.`, `${suggest(topic, logs.map(tableName))}${mirrored}`);
  });
  return [...new Set(called)];
}

function nativeName(table: Table): string {
  const { topic } = (table.native ?? {}) as { readonly topic?: unknown };
  return typeof topic === 'string' ? topic : table.name;
}

/** Parts of messages where the payload is among them, since a member of an unexpected type would spoil a star. */
async function followed(table: Table, where: string | undefined, context: QueryContext): Promise<Followed> {
  const { catalog, config, sources, instant } = context;
  const isMessage = table.columns.some(({ name }) => name === '_value');
  const columns = isMessage ? parts.flatMap((part) => table.columns.filter(({ name }) => name === part)) : table.columns;
  const list = columns.map(({ name }) => quoteIdentifier(name)).join(', ');
  const from = [table.service, ...(table.schema === undefined ? [] : [table.schema]), table.name].map(quoteIdentifier).join('.');
  // A line of its own, lest a comment swallow the parenthesis.
  const text = `SELECT ${list} FROM ${from}${where === undefined ? '' : ` WHERE (${where}\n)`}`;
  const options = { instant, timezone: config.timezone };
  if (where?.trim() === '') throw new AishellError('usage', '--where is empty.', "Give a condition, such as --where \"status = 'failed'\", or leave it out.");
  const statement = await checkStatement(text, catalog, options);
  // What closes the parenthesis itself and goes on as another statement doesn't fit between brackets.
  if (where !== undefined) await checkStatement(`SELECT 1 FROM ${from} WHERE [${where}\n] IS NOT NULL`, catalog, options).catch(() => Promise.reject(notOneCondition()));
  const dialectOf = dialects(catalog, sources);
  // A message is looked at as it came, with every column that the condition names.
  const plan = await makePlan(statement, catalog, dialectOf, 'scans');
  const isOne = statement.tables.length === 1 && plan.fragments.length <= 1 && plan.shipments.length === 0 && plan.fragments.every((fragment) => fragment.alone !== true && fragment.others === undefined);
  if (isOne) return { table, plan, columns, straight: WindowReader.of(plan, columns, dialectOf(table.service), config.timezone) };
  throw notOneCondition();
}

function notOneCondition(): AishellError {
  return new AishellError('sql.refused', 'The condition of a tail looks at one event at a time; this one asks for more.', 'Leave subqueries out of --where, or ask with aishell sql.');
}

export interface Opened {
  readonly service: string;
  readonly tail: Tail;
  readonly followed: readonly Followed[];
}

/** @param areNeeded it is an error if one of them can't be followed */
export async function open(followed: readonly Followed[], areNeeded: boolean, { sources }: QueryContext, from: TailFrom, note: (text: string) => Promise<void>, signal: AbortSignal): Promise<Opened[]> {
  const services = [...new Set(followed.map(({ table }) => table.service))];
  const opened = await Promise.all(
    services.map(async (service) => {
      const own = followed.filter(({ table }) => table.service === service);
      const source = await sources.get(service, signal);
      const starts = own.map(({ table }): TailStart => ({ table, from }));
      return { service, followed: own, tail: await source.tail?.(starts, signal) };
    }),
  );
  const still = opened.filter(({ tail }) => tail === undefined).map(({ service }) => service);
  const tails = opened.flatMap(({ tail, followed: own }) => (tail === undefined ? [] : [{ service: own[0]!.table.service, tail, followed: own }]));
  if (still.length > 0 && (areNeeded || tails.length === 0)) {
    await Promise.allSettled(tails.map(({ tail }) => tail.close()));
    throw new AishellError('usage', `What ${still.join(' and ')} holds can't be followed: it does not say when something is added.`, 'tail follows Kafka topics, Redis streams and RabbitMQ streams; ask for the rest with aishell sql.');
  }
  for (const service of still) await note(`${service} is left out: what it holds can't be followed`);
  return tails;
}

/**
 * The events of one window that the condition is true of, in the order of their logs.
 * @param looked is told what was read of each log
 */
export async function eventsOf(window: TailWindow, followed: readonly Followed[], context: QueryContext, signal: AbortSignal, note: (text: string) => Promise<void>, looked?: (table: Table, coverage: readonly Coverage[]) => void): Promise<TailEvent[]> {
  const found: TailEvent[] = [];
  for (const one of followed.filter(({ table }) => window.tables.includes(table))) {
    const { table, columns } = one;
    const straight = await one.straight?.read(window.snapshot, signal);
    if (straight === undefined) one.straight = undefined;
    const { rows, coverage, warnings } = straight ?? (await throughEngine(one, window, context, signal));
    for (const warning of warnings) await note(warning);
    const names = columns.map(({ name }) => name);
    const timeAt = names.indexOf('_timestamp');
    for (const cells of rows) {
      const row: Record<string, Cell> = {};
      for (let i = 0; i < names.length; i++) row[names[i]!] = cells[i]!;
      const time = cells[timeAt];
      found.push({ service: table.service, topic: table.name, time: typeof time === 'string' ? time : null, row });
    }
    looked?.(table, coverage);
  }
  return found;
}

async function throughEngine({ plan }: Followed, window: TailWindow, context: QueryContext, signal: AbortSignal): Promise<WindowRows> {
  const engine = await context.engine();
  const { catalog, config, sources } = context;
  const execution = await engine.run(plan, {
    source: () => Promise.resolve(onlySnapshot(window.snapshot)),
    dialect: dialects(catalog, sources),
    limits: config.limits,
    timezone: config.timezone,
    allowPartial: false,
    signal,
  });
  try {
    const rows: (readonly Cell[])[] = [];
    for await (const batch of execution.batches) rows.push(...batch);
    return { rows, coverage: execution.fragments.flatMap(({ coverage }) => coverage ?? []), warnings: execution.warnings };
  } finally {
    await execution.close();
  }
}

/** By time, those of one partition in their order: without ever turning round the order within a partition: a later offset counts as no earlier. */
function merged(events: readonly TailEvent[]): readonly TailEvent[] {
  const latest = new Map<string, number>();
  const times = new Map<string, number>();
  const keyed = events.map((event) => {
    const { service, topic, time, row } = event;
    const lane = `${service} ${topic} ${String(row['_partition'] ?? '')}`;
    let at = time === null ? -Infinity : times.get(time);
    if (at === undefined) times.set(time!, (at = milliseconds(time!)));
    at = Math.max(latest.get(lane) ?? -Infinity, at);
    latest.set(lane, at);
    return { event, at };
  });
  return latest.size < 2 ? events : keyed.sort((a, b) => (a.at === b.at ? 0 : a.at - b.at)).map(({ event }) => event);
}

function milliseconds(time: string): number {
  return Date.parse(time.replace(' ', 'T').replace(/([+-]\d{2})$/, '$1:00')) || -Infinity;
}

function onlySnapshot(snapshot: Snapshot): Source {
  const never = () => Promise.reject(new AishellError('internal', 'A window of a log is only read.', 'Please report this.'));
  return { open: () => Promise.resolve(snapshot), describe: never, health: never, close: async () => {} };
}

/** One at a time, in the order they came. */
class Turn {
  #last: Promise<void> = Promise.resolve();

  async take(work: () => Promise<void>): Promise<void> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => {});
    await mine;
  }
}
