/** No more in one drawing than an eye can tell apart; what is left out is said. */

import { count } from '../amounts.js';
import type { Chart, Series } from './chart.js';
import { extent } from './chart.js';
import { exactNumber } from './summary.js';

const mostSeries = 6;
const mostBars = 24;
const mostHeatRows = 24;
const mostHeatColumns = 60;

/** What never changes, beside what does, is said and not drawn: a coefficient that stands in every row. */
export function withoutConstants(chart: Chart): Chart {
  if (chart.x.labels.length < 3 || (chart.kind !== 'line' && chart.kind !== 'spark')) return chart;
  const isConstant = ({ values }: Series): boolean => values[0] !== null && values.every((value) => value === values[0]);
  const constant = chart.series.filter(isConstant);
  if (constant.length === 0 || constant.length === chart.series.length) return chart;
  const said = constant.map(({ name, values }) => `${name}: ${exactNumber(values[0]!)} throughout`);
  return { ...chart, series: chart.series.filter((one) => !constant.includes(one)), notes: [...chart.notes, ...said] };
}

/** Says how many values are gaps. */
export function noted(chart: Chart, rows: number): Chart {
  const gaps = chart.kind === 'heat' ? 0 : chart.series.reduce((sum, { values }) => sum + values.filter((value) => value === null).length, 0);
  return gaps === 0 || rows === 0 ? chart : { ...chart, notes: [...chart.notes, `${count(gaps)} ${gaps === 1 ? 'value is' : 'values are'} NULL or no number: a gap`] };
}

export function fewer(chart: Chart): Chart {
  const { kind, series, x } = chart;
  const fewSeries = largest(series, kind === 'heat' ? mostHeatRows : mostSeries);
  const left = series.length - fewSeries.length;
  const notes = [...chart.notes, ...(left > 0 ? [`the ${fewSeries.length} largest of ${count(series.length)} ${kind === 'heat' ? 'rows' : 'series'}; ${count(left)} ${left === 1 ? 'other is' : 'others are'} not drawn`] : [])];
  const most = kind === 'bar' ? Math.max(4, Math.floor(mostBars / fewSeries.length)) : kind === 'heat' ? mostHeatColumns : Infinity;
  const places = x.labels.length;
  if (places <= most) return { ...chart, series: fewSeries, notes };
  const weight = (i: number): number => Math.max(...fewSeries.map(({ values }) => Math.abs(values[i] ?? 0)));
  const kept = x.labels.map((_, i) => ({ i, weight: weight(i) })).sort((a, b) => b.weight - a.weight || a.i - b.i).slice(0, most).map(({ i }) => i).sort((a, b) => a - b);
  const others = places - kept.length;
  return {
    ...chart,
    x: { kind: 'category', name: x.name, labels: kept.map((i) => x.labels[i]!) },
    series: fewSeries.map(({ name, values }) => ({ name, values: kept.map((i) => values[i]!) })),
    notes: [...notes, `the ${kept.length} largest of ${count(places)}; ${count(others)} ${others === 1 ? 'other is' : 'others are'} not drawn`],
  };
}

function largest(series: readonly Series[], most: number): readonly Series[] {
  if (series.length <= most) return series;
  const size = (one: Series): number => Math.max(Math.abs(extent([one])?.min ?? 0), Math.abs(extent([one])?.max ?? 0));
  const kept = new Set([...series].sort((a, b) => size(b) - size(a)).slice(0, most));
  return series.filter((one) => kept.has(one));
}
