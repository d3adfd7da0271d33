/** A chart in the words of ECharts: panels below each other where series can't share an axis. */

import type { EChartsCoreOption } from 'echarts/core';
import { displayWidth } from '../width.js';
import { exactNumber } from './summary.js';
import type { Chart, Positions, Series } from './chart.js';
import { extent, panelsOf } from './chart.js';
import { heatColor, seriesColors } from './terminal/ink.js';
import { tickLabels, timeTicks } from './ticks.js';

/** Text, what stands back, rules: those of a light page (html/style.ts). */
export const chartInk = { ink: '#1b1f24', dim: '#59636e', line: '#d0d7de' } as const;
const { ink, dim, line } = chartInk;
const text = { color: ink, fontSize: 13, fontFamily: 'system-ui, sans-serif' } as const;
const panelHeight = 190;
/** Between one panel and the next: the labels of its axis. */
const between = 44;
const barHeight = 22;

/** @returns the option, and how high the drawing is in pixels */
export function echartsOption(chart: Chart, width: number): { readonly option: EChartsCoreOption; readonly height: number } {
  if (chart.kind === 'heat') return heatOption(chart);
  const lying = chart.kind === 'bar';
  const panels = panelsOf(chart.series).filter((members) => extent(members) !== undefined);
  const each = lying ? chart.x.labels.length * Math.max(barHeight, 12 * Math.max(...panels.map((members) => members.length))) : panelHeight;
  const named = axis(chart.x);
  const value = { type: 'value', axisLabel: { color: dim, formatter: (v: number) => tickLabels([0, v])[1]! }, splitLine: { lineStyle: { color: line } }, axisLine: { show: true, lineStyle: { color: line } }, scale: !lying } as const;
  // Names get the room they need, up to a third; half as wide as high is what letters are.
  const left = lying ? Math.min(width / 3, 16 + 7.5 * Math.max(...chart.x.labels.map((label) => displayWidth(label)))) : 64;
  const grid = panels.map((_, i) => ({ left, right: 70, top: 44 + i * (each + between), height: each, outerBoundsMode: 'none' }));
  const indexed = <T extends object>(one: T, gridIndex: number): T & { gridIndex: number } => ({ ...one, gridIndex });
  const option: EChartsCoreOption = {
    animation: false,
    color: [...seriesColors],
    textStyle: text,
    legend: { top: 4, left: 0, textStyle: text, itemGap: 18, data: chart.series.map(({ name }) => name), type: 'plain', selectedMode: false },
    grid,
    xAxis: panels.map((_, i) => indexed(lying ? value : named, i)),
    yAxis: panels.map((_, i) => indexed(lying ? { ...named, inverse: true, axisLabel: { ...named.axisLabel, width: left - 12, overflow: 'truncate', interval: 0 } } : value, i)),
    series: panels.flatMap((members, i) => members.map((one) => seriesOption(chart, one, i))),
  };
  return { option, height: 50 + panels.length * (each + between) };
}

function seriesOption({ kind, x, series }: Chart, one: Series, panel: number) {
  const color = seriesColors[series.indexOf(one) % seriesColors.length]!;
  const shared = { name: one.name, xAxisIndex: panel, yAxisIndex: panel, silent: true, itemStyle: { color } };
  const values = one.values.map((value) => value ?? '-');
  if (kind === 'bar') {
    return { ...shared, type: 'bar', data: values, barMaxWidth: 18, label: { show: true, position: 'right', color: dim, fontSize: 11, formatter: ({ value }: { value: number | string }) => (typeof value === 'number' ? exactNumber(value) : '') } };
  }
  const points = x.kind === 'category' ? values : values.map((value, i) => [x.at[i]!, value]);
  if (kind === 'scatter') return { ...shared, type: 'scatter', data: points, symbolSize: 6 };
  return { ...shared, type: 'line', data: points, symbol: 'circle', symbolSize: points.length > 60 ? 0 : 5, lineStyle: { color, width: 2 }, connectNulls: false };
}

function axis(x: Positions) {
  const looks = { name: x.name, nameLocation: 'end', nameTextStyle: { color: dim }, axisLine: { lineStyle: { color: line } }, splitLine: { show: false } } as const;
  if (x.kind === 'category') return { ...looks, name: '', type: 'category', data: [...x.labels], axisLabel: { color: ink } } as const;
  if (x.kind === 'number') return { ...looks, type: 'value', scale: true, axisLabel: { color: dim } } as const;
  const ticks = new Map(timeTicks(x.at[0] ?? 0, x.at.at(-1) ?? 0, 10).map(({ at, label }) => [at, label]));
  return {
    ...looks, name: '', type: 'value', min: x.at[0] ?? 0, max: x.at.at(-1) === x.at[0] ? (x.at[0] ?? 0) + 1 : x.at.at(-1)!,
    axisLabel: { color: dim, customValues: [...ticks.keys()], formatter: (at: number) => ticks.get(at) ?? '', hideOverlap: true },
    axisTick: { customValues: [...ticks.keys()] },
  } as const;
}

function heatOption({ x, y, series, measure }: Chart): { readonly option: EChartsCoreOption; readonly height: number } {
  const range = extent(series) ?? { min: 0, max: 1 };
  const height = 130 + series.length * 26;
  const left = Math.min(300, 16 + 7.5 * Math.max(...series.map(({ name }) => displayWidth(name))));
  const data = series.flatMap(({ values }, row) => values.flatMap((value, column) => (value === null ? [] : [[column, row, value]])));
  const colours = [0, 0.25, 0.5, 0.75, 1].map((share) => `rgb(${heatColor(share).join(',')})`);
  const names = { type: 'category', axisLabel: { color: ink }, axisLine: { lineStyle: { color: line } }, splitArea: { show: false } } as const;
  return {
    height,
    option: {
      animation: false,
      textStyle: text,
      title: { text: `${measure ?? ''} by ${y ?? ''} and ${x.name}`, textStyle: { ...text, fontWeight: 'bold' }, top: 4, left: 0 },
      grid: { left, right: 30, top: 40, height: series.length * 26, outerBoundsMode: 'none' },
      xAxis: { ...names, data: [...x.labels] },
      yAxis: { ...names, axisLabel: { color: ink, width: left - 12, overflow: 'truncate', interval: 0 }, data: series.map(({ name }) => name), inverse: true },
      visualMap: { min: range.min, max: range.max === range.min ? range.min + 1 : range.max, orient: 'horizontal', left: 0, bottom: 4, inRange: { color: colours }, textStyle: { color: dim }, text: [exactNumber(range.max), exactNumber(range.min)], itemWidth: 14, itemHeight: 120, calculable: false },
      series: [{ type: 'heatmap', data, silent: true, label: { show: data.length <= 200, color: '#ffffff', textBorderColor: '#000000', textBorderWidth: 2, fontSize: 11 } }],
    },
  };
}
