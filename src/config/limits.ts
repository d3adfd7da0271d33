/** `limits:` in human units, with the stated defaults. */

import type { Limits } from './contract.js';
import type { ConfigDocument, Path, Problem } from './document.js';
import { parseCount, parseDuration, parseSize } from './units.js';

export const defaultLimits: Limits = {
  resultRows: 1_000,
  movedRows: 20_000_000,
  movedBytes: 8 * 2 ** 30,
  timeoutMs: 300_000,
  memoryBytes: 2 ** 30,
  connectTimeoutMs: 10_000,
};

/** The engine itself needs about this much before it holds a row. */
const leastMemory = 256 * 2 ** 20;

type Parse = (value: string | number) => number | undefined;
type Written = Readonly<Record<string, string | number>> | undefined;

export interface ReadLimits {
  readonly limits: Limits;
  /** Reads another duration of the file, with the same complaints. */
  readonly duration: (path: Path, value: unknown, fallback: number) => number;
}

export function readLimits(written: Written, document: ConfigDocument, problems: Problem[]): ReadLimits {
  const take = (path: Path, value: unknown, fallback: number, parse: Parse, least: number, example: string): number => {
    if (value === undefined) return fallback;
    const parsed = parse(value as string | number);
    if (parsed !== undefined && parsed >= least) return parsed;
    const what = parsed === undefined ? 'can’t be read' : 'is too small';
    problems.push(document.problem(path, `${path.join('.')} ${what}`, `Write it like ${example}.`));
    return fallback;
  };
  const limit = (name: string, fallback: number, parse: Parse, least: number, example: string): number =>
    take(['limits', name], written?.[name], fallback, parse, least, example);
  return {
    limits: {
      resultRows: limit('resultRows', defaultLimits.resultRows, parseCount, 0, '1000, or 0 for all'),
      movedRows: limit('movedRows', defaultLimits.movedRows, parseCount, 1, '20M'),
      movedBytes: limit('movedBytes', defaultLimits.movedBytes, parseSize, 1, '8GiB'),
      timeoutMs: limit('timeout', defaultLimits.timeoutMs, parseDuration, 1, '5m or 30s'),
      memoryBytes: limit('memory', defaultLimits.memoryBytes, parseSize, leastMemory, '1GiB; 256MiB is the least'),
      connectTimeoutMs: limit('connectTimeout', defaultLimits.connectTimeoutMs, parseDuration, 1, '10s'),
    },
    duration: (path, value, fallback) => take(path, value, fallback, parseDuration, 1, '60s or 5m'),
  };
}
