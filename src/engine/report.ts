/** What an answer says about one fragment. Parameters are shown as JSON, long lists of them shortened. */

import type { NativeQuery, ReadStats } from '../../connectors/contract.js';
import type { FragmentReport } from '../answer/contract.js';
import type { Fragment } from '../plan/contract.js';

export interface Reading {
  readonly fragment: Fragment;
  /** One for each batch of keys; the first is shown. */
  readonly queries: readonly NativeQuery[];
  readonly stats: readonly ReadStats[];
  /** Of the sink, which counts what the driver did not. */
  readonly rows: number;
  readonly bytes: number;
  readonly ms: number;
  /** Before that: for keys of other fragments. */
  readonly waitMs: number;
  /** Of `ms`, until the first bytes came; absent where the store was not asked. */
  readonly storeMs?: number;
  readonly consistency: string;
  readonly readAt: string;
  /** What was pushed besides, in words: the keys. */
  readonly pushed?: string;
  /** In place of the store's own proof, when the store was not asked. */
  readonly proof?: string;
}

export function fragmentReport(reading: Reading): FragmentReport {
  const { fragment, queries, stats } = reading;
  const coverage = stats.flatMap((s) => s.coverage ?? []);
  const warnings = stats.flatMap((s) => s.warnings ?? []).map((warning) => `${fragment.service}: ${warning}`);
  const proofs = [...new Set(stats.map((s) => s.proof))];
  return {
    id: fragment.id,
    service: fragment.service,
    native: withoutRepeats(queries[0]?.text ?? ''),
    params: (queries[0]?.params ?? []).length > 0 ? (shown(queries[0]!.params) as readonly unknown[]) : [],
    rows: reading.rows,
    bytes: Math.max(
      reading.bytes,
      stats.reduce((sum, s) => sum + s.bytes, 0),
    ),
    ms: Math.round(reading.ms),
    waitMs: Math.round(reading.waitMs),
    storeMs: Math.round(reading.storeMs ?? 0),
    pushed: reading.pushed === undefined ? fragment.pushed : [...fragment.pushed, reading.pushed],
    kept: fragment.kept.map(({ what, reason }) => `${what}: ${reason}`),
    consistency: reading.consistency,
    readAt: reading.readAt,
    proof: reading.proof ?? proofs.join('; '),
    ...(coverage.length > 0 ? { coverage } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

/** More equal items of a list in a row than this are told by their number. */
const mostEqual = 20;

export function withoutRepeats(text: string): string {
  const items = text.split(', ');
  const result: string[] = [];
  for (let at = 0, end = 0; at < items.length; at = end) {
    while (end < items.length && items[end] === items[at]) end++;
    if (end - at > mostEqual) result.push(items[at]!, `/* ${end - at - 1} more */`);
    else result.push(...items.slice(at, end));
  }
  return result.join(', ');
}

const mostShown = 50;
const longestShown = 1_000;

/** Any parameter as JSON can carry it. */
function shown(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') return value.length > longestShown ? `${value.slice(0, longestShown)}... (${value.length} characters)` : value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value instanceof Uint8Array) return shown(Buffer.from(value).toString('base64'));
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString();
  if (Array.isArray(value)) {
    const head: unknown[] = value.slice(0, mostShown).map(shown);
    return value.length > mostShown ? [...head, `... (${value.length - mostShown} more)`] : head;
  }
  if (typeof value === 'object' && value !== null) {
    if ('toJSON' in value && typeof value.toJSON === 'function') return shown((value as { toJSON(): unknown }).toJSON());
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shown(item)]));
  }
  if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return null;
  return value;
}
