/** Round numbers and times for axes. */

/** At most about `wanted` multiples of 1, 2, 2.5 or 5 times a power of ten, from at or below `min` to at or above `max`. */
export function numberTicks(min: number, max: number, wanted: number): number[] {
  const span = max - min || Math.abs(max) || 1;
  const rough = span / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999) ?? 10 * power;
  const first = Math.floor(min / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(max / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Bars begin at zero; lines do where that costs them little. */
export function axisOf({ min, max }: { readonly min: number; readonly max: number }, fromZero: boolean, wanted: number): number[] {
  const low = fromZero || (min > 0 && min < max * 0.6) ? Math.min(0, min) : min;
  const high = fromZero || (max < 0 && max > min * 0.6) ? Math.max(0, max) : max;
  return numberTicks(low, high, wanted);
}

/** `1,200`, `1.2M`, `0.05`: short, and no two ticks alike. */
export function tickLabels(ticks: readonly number[]): string[] {
  const most = Math.max(...ticks.map(Math.abs));
  const [unit, suffix] = most >= 1e15 ? [1, undefined] : most >= 1e12 ? [1e12, 'T'] : most >= 1e9 ? [1e9, 'G'] : most >= 1e6 ? [1e6, 'M'] : most >= 1e4 ? [1e3, 'k'] : [1, ''];
  if (suffix === undefined || (most !== 0 && most < 1e-4)) return ticks.map((tick) => tick.toExponential(1));
  const step = ticks.length > 1 ? Math.abs(ticks[1]! - ticks[0]!) / unit : 1;
  const digits = Math.min(8, Math.max(0, -Math.floor(Math.log10(step) + 1e-9) + (isRound(step) ? 0 : 1)));
  return ticks.map((tick) => (tick === 0 ? '0' : `${(tick / unit).toFixed(digits)}${suffix}`));
}

const isRound = (step: number): boolean => {
  const scaled = step / 10 ** Math.floor(Math.log10(step) + 1e-9);
  return Math.abs(scaled - Math.round(scaled)) < 1e-6;
};

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [second, 5 * second, 15 * second, 30 * second, minute, 5 * minute, 15 * minute, 30 * minute, hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 7 * day, 14 * day] as const;

export interface TimeTick {
  readonly at: number;
  readonly label: string;
}

/** Whole hours, days, Mondays, months or years between two instants. */
export function timeTicks(from: number, to: number, wanted: number): TimeTick[] {
  const span = Math.max(1, to - from);
  const step = steps.find((each) => span / each <= wanted);
  const ticks = step === undefined ? monthTicks(from, to, wanted) : evenTicks(from, to, step);
  const text = (at: number): string => new Date(at).toISOString();
  const label = (at: number): string => {
    if (step === undefined) return span > 3 * 365 * day && text(at).slice(5, 7) === '01' ? text(at).slice(0, 4) : text(at).slice(0, 7);
    if (step >= day) return text(at).slice(new Date(from).getUTCFullYear() === new Date(to).getUTCFullYear() ? 5 : 0, 10);
    const clock = text(at).slice(11, step < minute ? 19 : 16);
    return span > day ? `${text(at).slice(5, 10)} ${clock}` : clock;
  };
  return ticks.map((at) => ({ at, label: label(at) }));
}

function evenTicks(from: number, to: number, step: number): number[] {
  // 1970 began on a Thursday: weeks begin on a Monday.
  const offset = step % (7 * day) === 0 ? 4 * day : 0;
  const ticks: number[] = [];
  for (let at = Math.ceil((from - offset) / step) * step + offset; at <= to; at += step) ticks.push(at);
  return ticks;
}

function monthTicks(from: number, to: number, wanted: number): number[] {
  const months = (to - from) / (30.4 * day);
  const step = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200].find((each) => months / each <= wanted) ?? 12_000;
  const first = new Date(from);
  const ticks: number[] = [];
  for (let month = Math.floor((first.getUTCFullYear() * 12 + first.getUTCMonth()) / step) * step; ; month += step) {
    const at = Date.UTC(Math.floor(month / 12), month % 12, 1);
    if (at > to) return ticks;
    if (at >= from) ticks.push(at);
  }
}
