/** Durations, sizes and counts as people write them: 5m, 1h30m, 250ms; 1GiB, 512MB; 20M, 1_000. */

const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
// As coreutils: K, M, G are binary; KB, MB, GB decimal; KiB, MiB, GiB binary.
const bytes: Readonly<Record<string, number>> = {
  '': 1, b: 1,
  k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40,
  kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12,
  kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40,
};
const counts: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, b: 1e9 };

/** Milliseconds, or undefined when it can't be read. A bare number is seconds, as for timeout(1). */
export function parseDuration(value: string | number): number | undefined {
  const text = String(value).trim().toLowerCase();
  if (/^\d+(\.\d+)?$/.test(text)) return finite(Number(text) * 1_000);
  if (!/^(\d+(\.\d+)?\s*(ms|s|m|h|d)\s*)+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)/g)) total += Number(amount) * milliseconds[unit!]!;
  return finite(total);
}

/** Bytes, or undefined. A bare number is bytes. */
export function parseSize(value: string | number): number | undefined {
  return scaled(value, bytes);
}

/** A count of rows, or undefined. */
export function parseCount(value: string | number): number | undefined {
  return scaled(value, counts);
}

function scaled(value: string | number, units: Readonly<Record<string, number>>): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(String(value).trim().toLowerCase().replaceAll('_', ''));
  const unit = match === null ? undefined : units[match[2]!];
  return unit === undefined ? undefined : finite(Number(match![1]) * unit);
}

function finite(value: number): number | undefined {
  const whole = Math.round(value);
  return Number.isSafeInteger(whole) ? whole : undefined;
}
