/** Times as log lines have them. */

/** ISO text, or a number of seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by size. */
export function millis(value: unknown): number | undefined {
  if (typeof value === 'string' && !/^\d+(\.\d+)?$/.test(value)) {
    const zoned = /(Z|[+-]\d{2}:?\d{2})$/i.test(value) ? value : `${value.replace(',', '.')}Z`;
    const time = Date.parse(zoned.replace(' ', 'T'));
    return Number.isNaN(time) ? undefined : time;
  }
  const number = Number(value);
  if (value === null || value === '' || typeof value === 'boolean' || !Number.isFinite(number) || number <= 0) return undefined;
  const scale = [1e17, 1e14, 1e11].find((least) => number >= least);
  return scale === undefined ? number * 1_000 : scale === 1e17 ? number / 1e6 : scale === 1e14 ? number / 1e3 : number;
}
