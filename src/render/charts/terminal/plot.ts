/** Lines and points over axes, a panel for each group of series that can share one. */

import { displayWidth, cut } from '../../width.js';
import type { Chart, Positions, Series } from '../chart.js';
import { extent, panelsOf } from '../chart.js';
import { axisOf, numberTicks, tickLabels, timeTicks } from '../ticks.js';
import { canvas, marks, stroke } from './canvas.js';
import type { Canvas } from './canvas.js';
import type { Look } from './look.js';

export function plot(chart: Chart, look: Look): string[] {
  const { series } = chart;
  // Without colour, Braille can't tell series apart: each has a panel of its own.
  const panels = look.ink.depth === 0 && !look.ascii ? series.map((one) => [one]) : panelsOf(series);
  const drawn = panels.filter((members) => extent(members) !== undefined);
  const height = Math.max(5, Math.floor((look.width < 60 ? 10 : 14) / Math.max(1, drawn.length) + (drawn.length > 1 ? 2 : 0)));
  const axes = drawn.map((members) => axisOf(extent(members)!, false, Math.max(2, Math.floor(height / 3))));
  const gutter = Math.max(...axes.flatMap((ticks) => tickLabels(ticks).map((label) => label.length))) + 1;
  const width = Math.max(8, look.width - gutter - 1);
  const lines: string[] = [];
  for (const [i, members] of drawn.entries()) {
    lines.push(...legend(members, series, look));
    lines.push(...panel(chart, members, axes[i]!, { ...look, width }, height, gutter));
  }
  return [...lines, ...axis(chart.x, width, gutter, look)];
}

function panel(chart: Chart, members: readonly Series[], ticks: readonly number[], look: Look, height: number, gutter: number): string[] {
  const on = canvas(look.width, height, look.ascii);
  const [low, high] = [ticks[0]!, ticks.at(-1)!];
  const across = placesOf(chart.x, on.width);
  const down = (value: number): number => Math.round(((high - value) / (high - low)) * (on.height - 1));
  for (const one of members) {
    const index = chart.series.indexOf(one);
    let before: { x: number; y: number } | undefined;
    for (const [i, value] of one.values.entries()) {
      if (value === null) {
        before = undefined;
        continue;
      }
      const here = { x: across[i]!, y: down(value) };
      if (chart.kind === 'scatter') point(on, here.x, here.y, index, look.ascii);
      else stroke(on, (before ?? here).x, (before ?? here).y, here.x, here.y, index);
      before = here;
    }
  }
  const labels = tickLabels(ticks);
  const rows = new Map(ticks.map((tick, i) => [Math.min(height - 1, Math.floor((down(tick) / on.height) * height)), labels[i]!]));
  return on.lines(look.ink).map((line, row) => {
    const label = rows.get(row);
    const bar = look.ascii ? (label === undefined ? '|' : '+') : label === undefined ? '│' : '┤';
    return `${look.ink.dim(`${(label ?? '').padStart(gutter)}${bar}`)}${line.trimEnd()}`;
  });
}

/** One dot of Braille is lost to the eye. */
function point(on: Canvas, x: number, y: number, series: number, ascii: boolean): void {
  on.dot(x, y, series);
  if (ascii) return;
  on.dot(x + (x % 2 === 0 ? 1 : -1), y, series);
}

/** Where each position lies, in dots. */
function placesOf(x: Positions, width: number): number[] {
  if (x.kind === 'category') return x.labels.map((_, i) => Math.round((i / Math.max(1, x.labels.length - 1)) * (width - 1)));
  const [from, to] = rangeOf(x);
  return x.at.map((at) => Math.round(((at - from) / (to - from)) * (width - 1)));
}

/** Ends of the axis of times or numbers; never the same. */
function rangeOf(x: Extract<Positions, { at: readonly number[] }>): [number, number] {
  const [from, to] = [x.at[0] ?? 0, x.at.at(-1) ?? 1];
  if (x.kind === 'time') return to > from ? [from, to] : [from - 1, from + 1];
  const ticks = numberTicks(from, to, 6);
  return [ticks[0]!, ticks.at(-1)!];
}

function ticksOf(x: Positions, width: number): { at: number; label: string }[] {
  const cells = (share: number): number => Math.round(share * (width - 1));
  if (x.kind === 'category') return x.labels.map((label, i) => ({ at: cells(i / Math.max(1, x.labels.length - 1)), label: cut(label, Math.max(6, Math.floor(width / 4))) }));
  const [from, to] = rangeOf(x);
  const wanted = Math.max(3, Math.floor(width / 12));
  if (x.kind === 'time') {
    const ticks = timeTicks(from, to, wanted);
    return (ticks.length > 0 ? ticks : x.labels.slice(0, 1).map((label) => ({ at: from, label }))).map(({ at, label }) => ({ at: cells((at - from) / (to - from)), label }));
  }
  const ticks = numberTicks(from, to, wanted).filter((tick) => tick >= from && tick <= to);
  const labels = tickLabels(ticks);
  return ticks.map((tick, i) => ({ at: cells((tick - from) / (to - from)), label: labels[i]! }));
}

function axis(x: Positions, width: number, gutter: number, { ascii, ink }: Look): string[] {
  const rule = Array.from({ length: width }, (): string => (ascii ? '-' : '─'));
  let labels = '';
  for (const { at, label } of ticksOf(x, width)) {
    const start = Math.max(0, Math.min(at - Math.floor(displayWidth(label) / 2), width - displayWidth(label)));
    if (start < displayWidth(labels) + (labels === '' ? 0 : 2)) continue;
    rule[at] = ascii ? '+' : '┬';
    labels += ' '.repeat(start - displayWidth(labels)) + label;
  }
  const blank = ' '.repeat(gutter);
  const name = x.name === '' ? [] : [ink.dim(`${blank} ${cut(x.name, width)}`)];
  return [ink.dim(`${blank}${ascii ? '+' : '└'}${rule.join('')}`), ink.dim(`${blank} ${labels}`), ...name];
}

export function legend(members: readonly Series[], all: readonly Series[], { width, ascii, ink }: Look): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const one of members) {
    const index = all.indexOf(one);
    const mark = ascii ? marks[index % marks.length]! : '■';
    const name = cut(one.name, Math.max(4, width - 4));
    const size = displayWidth(name) + 4;
    if (used > 0 && used + size > width) {
      lines.push(line);
      line = '';
      used = 0;
    }
    line += `${used > 0 ? '  ' : ''}${ink.series(index, mark)} ${name}`;
    used += size;
  }
  return [...lines, line];
}
