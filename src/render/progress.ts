/** What a running statement has done so far, in a few words a service; and the same for programs. */

import type { Style } from './style.js';
import { count, duration, rows, size } from './amounts.js';
import { redact } from '../config/secret.js';
import { safeText } from './safe.js';

/** The engine's ProgressEvent, as far as it is shown. */
export interface Progress {
  readonly fragment: string;
  readonly service: string;
  readonly state: 'waiting' | 'reading' | 'done' | 'failed' | 'joining' | 'answering' | 'answered';
  readonly rows: number;
  readonly bytes: number;
  readonly table?: string;
  /** Rows of the whole table, as its store counts them. */
  readonly expected?: number;
  readonly waitsFor?: string;
  /** Of a log: what was looked at so far, and about how much there is. */
  readonly scan?: { readonly messages: number; readonly expected: number; readonly partitions: number; readonly done: number; readonly read?: number };
}

interface Watched {
  readonly event: Progress;
  /** When it began to read; undefined before. */
  readonly since: number | undefined;
  readonly changedAt: number;
}

const marks = {
  unicode: { waiting: '·', reading: '…', done: '✓', failed: '✗', joining: '…', answering: '…', answered: '✓', cancelled: '✗' },
  ascii: { waiting: '.', reading: '>', done: '+', failed: 'x', joining: '>', answering: '>', answered: '+', cancelled: 'x' },
} as const;

/** A rate of less is noise. */
const leastRateMs = 500;
const mostAtAGlance = 6;
/** A store that sends nothing for so long is what is waited for. */
const longQuietMs = 5000;

const wholeSeconds = (ms: number): string => duration(Math.ceil(ms / 1000) * 1000).replace(/\.\d+ s$/, ' s');

/** The latest event of every fragment, in the order they first appeared. */
export class ProgressBoard {
  readonly #latest = new Map<string, Watched>();
  readonly #began: number;

  /** @param now milliseconds of a clock that never goes back */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.#began = now();
  }

  update(event: Progress): void {
    const before = this.#latest.get(event.fragment);
    const now = this.now();
    const since = event.state === 'waiting' ? undefined : (before?.since ?? now);
    // What a table is called is said once; a later event may leave it out.
    this.#latest.set(event.fragment, { event: { ...(before?.event.table !== undefined && { table: before.event.table }), ...event }, since, changedAt: now });
  }

  /** Those that run stand first where there are more than fit into a glance. */
  lines(style: Style, ascii = false): string[] {
    const all = [...this.#latest.values()];
    const inOrder = all.length <= mostAtAGlance ? all : [...all.filter(({ event }) => isRunning(event)), ...all.filter(({ event }) => !isRunning(event))];
    return inOrder.map((watched) => {
      const { state } = watched.event;
      const line = `${marks[ascii ? 'ascii' : 'unicode'][state]} ${title(watched.event)} ${this.#what(watched)}`;
      return state === 'done' || state === 'answered' ? style.green(line) : state === 'failed' ? style.red(line) : line;
    });
  }

  /** What a cancellation stopped, one line a store that had not ended. */
  stopped(ascii = false): string[] {
    return [...this.#latest.values()].flatMap(({ event }) => {
      if (!isRunning(event)) return [];
      const got = event.state === 'waiting' ? 'before it was asked' : event.state === 'joining' ? 'here' : `its query was cancelled after ${rows(event.rows)}, ${size(event.bytes)}`;
      return [`${marks[ascii ? 'ascii' : 'unicode'].cancelled} ${title(event)} ${event.state === 'answering' ? 'was asked to stop' : got}`];
    });
  }

  /** One line of JSON: docs/terminal.md has its shape. */
  json(fragment: string): string {
    const watched = this.#latest.get(fragment)!;
    const { event } = watched;
    const rate = this.#rate(watched);
    return JSON.stringify({
      type: 'progress',
      elapsedMs: Math.round(this.now() - this.#began),
      fragment: event.fragment,
      service: redact(event.service),
      table: event.table === undefined ? null : redact(event.table),
      state: event.state,
      rows: event.rows,
      bytes: event.scan?.read ?? event.bytes,
      rowsPerSecond: rate === undefined ? null : Math.round(rate.rows),
      bytesPerSecond: rate === undefined ? null : Math.round(rate.bytes),
      expectedRows: event.expected ?? null,
      waitsFor: event.waitsFor ?? null,
      messages: event.scan?.messages ?? null,
      expectedMessages: event.scan?.expected ?? null,
      partitions: event.scan?.partitions ?? null,
      partitionsDone: event.scan?.done ?? null,
    });
  }

  #what(watched: Watched): string {
    const { event } = watched;
    switch (event.state) {
      case 'waiting':
        return event.waitsFor === undefined ? 'waits' : `waits for keys of ${safeText(event.waitsFor)}`;
      case 'joining':
        return 'joining here';
      case 'answering':
        return `is answering${event.bytes > 0 ? `, ${count(event.bytes)} characters` : ''}`;
      case 'answered':
        return 'has answered';
      case 'reading':
        return event.rows === 0 && event.bytes === 0 && event.scan === undefined ? 'asked; no row yet' : this.#reading(watched);
      default:
        return `${rows(event.rows)}, ${size(event.bytes)}`;
    }
  }

  #reading(watched: Watched): string {
    const { event } = watched;
    if (event.scan !== undefined) return this.#scanning(watched, event.scan);
    const rate = this.#rate(watched);
    // A table that has grown since it was counted has no known end.
    const total = event.expected !== undefined && event.expected > event.rows ? event.expected : undefined;
    const share = total === undefined ? '' : ` of about ${count(total)} (${Math.floor((100 * event.rows) / total)}%)`;
    const quietMs = this.now() - watched.changedAt;
    const left = total === undefined || rate === undefined || rate.rows === 0 ? undefined : ((total - event.rows) / rate.rows) * 1000;
    return [
      total === undefined ? rows(event.rows) : `${count(event.rows)}${share} rows`,
      size(event.bytes),
      ...(rate === undefined ? [] : [`${count(Math.round(rate.rows))} rows/s`, `${size(rate.bytes)}/s`]),
      ...(quietMs >= longQuietMs ? [`nothing for ${wholeSeconds(quietMs)}`] : left === undefined || left < 1000 ? [] : [`about ${wholeSeconds(left)} left`]),
    ].join(', ');
  }

  /** A log is searched message by message, and few of them become rows; so is a large file. */
  #scanning(watched: Watched, { messages, expected, partitions, done, read }: NonNullable<Progress['scan']>): string {
    const { event, since } = watched;
    const [part, what] = read === undefined ? ['partition', 'messages'] : ['file', 'rows'];
    const bytes = read ?? event.bytes;
    const ms = since === undefined ? 0 : this.now() - since;
    const quietMs = this.now() - watched.changedAt;
    const left = messages === 0 ? undefined : ((expected - messages) / messages) * ms;
    const isLong = ms >= leastRateMs;
    return [
      `${count(done)}/${count(partitions)} ${partitions === 1 ? part : `${part}s`}`,
      `${count(messages)} of about ${count(expected)} ${what}`,
      size(bytes),
      rows(event.rows),
      ...(isLong ? [`${size((bytes / ms) * 1000)}/s`] : []),
      ...(quietMs >= longQuietMs ? [`nothing for ${wholeSeconds(quietMs)}`] : !isLong || left === undefined || left < 1000 ? [] : [`about ${wholeSeconds(left)} left`]),
    ].join(', ');
  }

  /** A second; of the whole reading, since stores send in bursts. */
  #rate({ event, since }: Watched): { readonly rows: number; readonly bytes: number } | undefined {
    if (since === undefined || event.state !== 'reading') return undefined;
    const ms = this.now() - since;
    return ms < leastRateMs ? undefined : { rows: (event.rows / ms) * 1000, bytes: (event.bytes / ms) * 1000 };
  }
}

export const isRunning = ({ state }: Progress): boolean => state !== 'done' && state !== 'answered' && state !== 'failed';

function title({ service, table, state }: Progress): string {
  if (state === 'joining') return 'aishell';
  return safeText(table === undefined ? service : `${service}.${table}`);
}
