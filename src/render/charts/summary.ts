/** A chart in words: for screen readers, for the label of a drawing, and beside every drawing. */

import { count } from '../amounts.js';
import type { Chart } from './chart.js';
import { extent } from './chart.js';

/** Digits grouped; no more than six decimals, since a drawing is no table. */
export function exactNumber(value: number): string {
  if (value !== 0 && (Math.abs(value) >= 1e15 || Math.abs(value) < 1e-6)) return value.toExponential(3);
  const [whole = '0', decimals] = String(Number(value.toFixed(6))).split('.');
  return `${whole.startsWith('-') ? '-' : ''}${count(Number(whole.replace('-', '')))}${decimals === undefined ? '' : `.${decimals}`}`;
}

/** One sentence a series. */
export function summaryOf({ kind, x, y, series, measure }: Chart): string[] {
  const places = x.labels.length;
  const where = x.kind === 'category' ? `${count(places)} ${x.name === '' ? 'values' : `of ${x.name}`}` : `${count(places)} ${x.kind === 'time' ? 'times' : 'points'}, ${x.name} ${x.labels[0] ?? ''} to ${x.labels.at(-1) ?? ''}`;
  const what = { bar: 'Bars', line: 'Lines', heat: 'Heat map', scatter: 'Points', spark: 'Spark lines' }[kind];
  const named = measure === undefined ? '' : `${measure}: `;
  return [`${what} over ${where}${kind === 'heat' && y !== undefined ? `, and ${count(series.length)} of ${y}` : ''}.`, ...series.map((one) => {
    const range = extent([one]);
    if (range === undefined) return `${named}${one.name}: no numbers.`;
    const label = (value: number): string => x.labels[one.values.indexOf(value)] ?? '';
    if (range.min === range.max) return `${named}${one.name}: always ${exactNumber(range.min)}.`;
    return `${named}${one.name}: from ${exactNumber(range.min)} (${label(range.min)}) to ${exactNumber(range.max)} (${label(range.max)}).`;
  })];
}

/** Values that may be read out one after the other. */
const mostSpoken = 24;

/** For who sees no drawing: the sentences, and the values where they are few. */
export function spoken(chart: Chart): string[] {
  const { x, series } = chart;
  const all = x.labels.length * series.length <= mostSpoken;
  const values = series.flatMap(({ name, values: own }) => own.map((value, i) => `${series.length > 1 ? `${name}, ` : ''}${x.labels[i]!}: ${value === null ? 'nothing' : exactNumber(value)}`));
  return [...summaryOf(chart), ...(all ? values : [])];
}
