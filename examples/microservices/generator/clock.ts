/** The estate's time: a week that ends at `now`, and the incidents planted in it. */

import type { Random } from './random.js';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

export interface Clock {
  /** Milliseconds since the epoch, both on a whole minute. Nothing happens at or after `end`. */
  readonly start: number;
  readonly end: number;
  /** Times at which the users service was unwell. */
  readonly incidents: readonly Incident[];
}

export interface Incident {
  readonly start: number;
  readonly end: number;
  /** 0 to 1: how bad. */
  readonly severity: number;
}

/** Hours before the end, length in hours, severity. */
const incidentPlan = [
  [158, 3, 0.7],
  [111, 2, 0.9],
  [66, 4, 0.6],
  [21, 2, 1],
] as const;

export function clockAt(now: Date): Clock {
  const end = Math.floor(now.getTime() / minute) * minute;
  const incidents = incidentPlan.map(([before, length, severity]) => {
    const start = Math.floor((end - before * hour) / hour) * hour;
    return { start, end: start + length * hour, severity };
  });
  return { start: end - 7 * day, end, incidents };
}

export function severityAt(clock: Clock, time: number): number {
  return clock.incidents.find((incident) => time >= incident.start && time < incident.end)?.severity ?? 0;
}

/** A moment of the week, by day more than by night. */
export function businessMoment(clock: Clock, random: Random): number {
  for (;;) {
    const time = clock.start + Math.floor((random.next() * (clock.end - clock.start)) / 1000) * 1000;
    const hourOfDay = (time % day) / hour;
    if (random.chance(0.55 + 0.45 * Math.sin(((hourOfDay - 7) / 24) * 2 * Math.PI))) return time;
  }
}

export function isoDate(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
