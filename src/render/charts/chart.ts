/**
 * What a chart is before it is drawn: positions, series of numbers over them, and what a reader must know of what is
 * not drawn. Every way of drawing (terminal/, svg.ts, summary.ts) starts from this.
 */

import type { ChartKind } from '../../answer/contract.js';

export type Positions =
  | { readonly kind: 'category'; readonly name: string; readonly labels: readonly string[] }
  /** Milliseconds since 1970 on the clock of the answer, ascending; `labels` are the answer's own words. */
  | { readonly kind: 'time'; readonly name: string; readonly at: readonly number[]; readonly labels: readonly string[] }
  | { readonly kind: 'number'; readonly name: string; readonly at: readonly number[]; readonly labels: readonly string[] };

export interface Series {
  readonly name: string;
  /** One a position; null: no value, or none that can be drawn. */
  readonly values: readonly (number | null)[];
}

export interface Chart {
  readonly kind: ChartKind;
  readonly x: Positions;
  /** Of a heat map: its rows, from the top. */
  readonly series: readonly Series[];
  /** Of a heat map: what its rows are. */
  readonly y?: string;
  /** What the numbers are, where it is not the series' names that say so. */
  readonly measure?: string;
  /** What is left out, and why. */
  readonly notes: readonly string[];
}

export interface Undrawable {
  /** What such a drawing needs, and what the answer has instead. */
  readonly refusal: string;
}

export const isChart = (made: Chart | Undrawable): made is Chart => 'series' in made;

/** Largest and least number of some series; undefined where there is none. */
export function extent(series: readonly Series[]): { readonly min: number; readonly max: number } | undefined {
  let [min, max] = [Infinity, -Infinity];
  for (const { values } of series) {
    for (const value of values) {
      if (value === null) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return min <= max ? { min, max } : undefined;
}

/** Beyond this ratio the smaller of two series would lie flat on the axis of the larger. */
const mostRatio = 20;

/** Series that can share an axis, in the order of their first; others get a panel of their own. */
export function panelsOf(series: readonly Series[]): Series[][] {
  const size = (one: Series): number => {
    const range = extent([one]);
    return range === undefined ? 0 : Math.max(Math.abs(range.min), Math.abs(range.max));
  };
  const bySize = [...series].sort((a, b) => size(b) - size(a));
  const groups: { most: number; members: Set<Series> }[] = [];
  for (const one of bySize) {
    const last = groups.at(-1);
    if (last !== undefined && (size(one) === 0 || size(one) * mostRatio >= last.most)) last.members.add(one);
    else groups.push({ most: size(one), members: new Set([one]) });
  }
  return groups
    .map(({ members }) => series.filter((one) => members.has(one)))
    .sort((a, b) => series.indexOf(a[0]!) - series.indexOf(b[0]!));
}
