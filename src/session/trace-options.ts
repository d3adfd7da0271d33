/** What a trace may be told besides its id, and where a tail begins: one table for the command line and the prompt. */

import { parseCount, parseDuration } from '../config/units.js';
import { AishellError } from '../errors.js';
import type { TailFrom, TraceOptions } from './contract.js';

export type { TraceOptions } from './contract.js';

export const traceFlags: readonly { readonly flags: string; readonly description: string }[] = [
  { flags: '--as <what>', description: 'what the id is: event_id, correlation_id, an entity, or service.table.column' },
  { flags: '--depth <rounds>', description: 'how far to follow; default: 8 rounds' },
  { flags: '--since <time>', description: 'search the logs from then on: 2h (ago), 2026-03-01, or an ISO instant' },
  { flags: '--until <time>', description: 'search the logs up to then' },
  { flags: '--topics <names>', description: 'search these topics and streams alone, separated by commas' },
  { flags: '--deep', description: 'look also where only a scan of a large table can tell' },
  { flags: '--follow', description: 'then go on: print what comes with the ids of the trace, until Ctrl-C' },
  { flags: '--for <time>', description: 'with --follow: end after that: 30s, 5m' },
];

/** As they were typed. */
export interface RawTraceOptions {
  readonly as?: string;
  readonly depth?: string;
  readonly since?: string;
  readonly until?: string;
  readonly topics?: string;
  readonly deep?: boolean;
  readonly follow?: boolean;
  readonly for?: string;
}

export function readTraceOptions(raw: RawTraceOptions, now: number): TraceOptions {
  const depth = raw.depth === undefined ? undefined : parseCount(raw.depth);
  if (raw.depth !== undefined && depth === undefined) throw new AishellError('usage', `--depth can’t be ${raw.depth === '' ? 'empty' : raw.depth}`, 'Write it like 3.');
  const [since, until] = [instant(raw.since, '--since', now), instant(raw.until, '--until', now)];
  if (since !== undefined && until !== undefined && since >= until) throw new AishellError('usage', `--since ${since} is not before --until ${until}`, 'Give the earlier time first.');
  const forMs = raw.for === undefined ? undefined : parseDuration(raw.for);
  if (raw.for !== undefined && (forMs === undefined || forMs < 1)) throw new AishellError('usage', `--for can’t be ${raw.for === '' ? 'empty' : raw.for}`, 'Write it like 30s or 5m.');
  if (raw.for !== undefined && raw.follow !== true) throw new AishellError('usage', '--for says how long to follow', 'Add --follow.');
  if (raw.follow === true && until !== undefined) throw new AishellError('usage', '--follow goes on from now, and --until ends before it', 'Leave one of them out.');
  const topics = raw.topics?.split(',').map((name) => name.trim()).filter((name) => name !== '');
  return {
    ...(raw.as !== undefined && { as: raw.as }),
    ...(depth !== undefined && { depth }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(topics !== undefined && { topics }),
    ...(raw.deep === true && { deep: true }),
    ...(raw.follow === true && { follow: { ...(forMs !== undefined && { forMs }) } }),
  };
}

/** A duration is a time ago; a date or time without a zone is UTC. */
export function instant(text: string | undefined, name: string, now: number): string | undefined {
  if (text === undefined) return undefined;
  const ago = /[a-z]$/i.test(text) && !/z$/i.test(text) ? parseDuration(text.replace(/^-/, '')) : undefined;
  if (ago !== undefined) return new Date(now - ago).toISOString();
  const isDate = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/i.test(text);
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/i.test(text.slice(10)) || text.length === 10 ? text : `${text}Z`;
  const at = isDate ? Date.parse(zoned.replace(' ', 'T')) : NaN;
  if (!Number.isNaN(at)) return new Date(at).toISOString();
  throw new AishellError('usage', `${name} can’t be ${text === '' ? 'empty' : text}`, 'Write it like 2h (ago), 2026-03-01, or 2026-03-01T12:00:00Z.');
}

/** start, end (or what other tools call them), an offset or an entry's id, or a time that is past. */
export function tailFrom(text: string | undefined, now: number): TailFrom | undefined {
  if (text === undefined) return undefined;
  if (['start', 'beginning', 'earliest'].includes(text)) return 'start';
  if (['end', 'latest', 'now'].includes(text)) return 'end';
  if (/^\d+(-\d+)?$/.test(text) && !/^\d{4}-\d{2}$/.test(text)) return { offset: text };
  const time = pointInTime(text, now);
  if (time > now) throw new AishellError('usage', `--from ${text} is still to come`, 'Leave --from out to see what comes from now on.');
  return { time };
}

function pointInTime(text: string, now: number): number {
  try {
    return Date.parse(instant(text, '--from', now)!);
  } catch (cause) {
    throw cause instanceof AishellError ? new AishellError('usage', cause.message, 'Write it like 10m (ago), 2026-03-01T12:00:00Z, start, or an offset.') : cause;
  }
}
