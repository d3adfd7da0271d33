/** Bars that lie, so that names have room: to the eighth of a cell, from zero, to both sides where numbers are negative. */

import { cut, displayWidth, pad } from '../../width.js';
import type { Chart, Series } from '../chart.js';
import { extent, panelsOf } from '../chart.js';
import { axisOf, tickLabels } from '../ticks.js';
import { exactNumber } from '../summary.js';
import type { Look } from './look.js';

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
/** Without colour, series differ by their fill. */
const fills = ['█', '▒', '▓', '░', '▞', '▚'] as const;
const asciiFills = ['#', '=', '+', ':', '%', '-'] as const;

export function barChart(chart: Chart, look: Look): string[] {
  const panels = panelsOf(chart.series).filter((members) => extent(members) !== undefined);
  return panels.flatMap((members, i) => [...(i > 0 ? [''] : []), ...barPanel(chart, members, look)]);
}

function barPanel({ x, series }: Chart, members: readonly Series[], look: Look): string[] {
  const { width, ink, ascii } = look;
  const range = extent(members)!;
  const names = Math.min(Math.max(1, ...x.labels.map(displayWidth)), Math.max(6, Math.floor(width * 0.35)));
  const values = members.map(({ values: own }) => own.map((value) => (value === null ? 'NULL' : exactNumber(value))));
  const beside = Math.max(...values.flat().map((text) => text.length));
  const room = Math.max(5, width - names - beside - 3);
  const ticks = axisOf(range, true, Math.max(1, Math.floor(room / 10)));
  const [low, high] = [ticks[0]!, ticks.at(-1)!];
  const at = (value: number): number => ((value - low) / (high - low)) * room;
  const lines = x.labels.flatMap((label, i) =>
    members.map((one, n) => {
      const name = pad(n === 0 ? cut(label, names) : '', names, 'left');
      const value = one.values[i] ?? null;
      const index = series.indexOf(one);
      const fill = ascii ? asciiFills[index % asciiFills.length]! : ink.depth === 0 ? fills[index % fills.length]! : '█';
      const drawn = value === null ? { text: '', width: 0, from: Math.round(at(0)) } : bar(at(0), at(value), fill, ascii || (ink.depth === 0 && index > 0));
      const text = `${' '.repeat(drawn.from)}${ink.series(index, drawn.text)}`;
      const rest = ' '.repeat(Math.max(0, room - drawn.from - drawn.width));
      return `${name} ${ink.dim(ascii ? '|' : '│')}${text}${rest} ${ink.dim(values[n]![i]!.padStart(beside))}`;
    }),
  );
  return [...titles(members, series, look), ...lines, ...scale(ticks, at, room, names, look)];
}

interface Bar {
  readonly text: string;
  /** Cells before it, and its own. */
  readonly from: number;
  readonly width: number;
}

/** @param zero, end in cells */
function bar(zero: number, end: number, fill: string, whole: boolean): Bar {
  const base = Math.round(zero);
  if (end < zero) {
    // There are no eighths that grow to the left: whole cells, and one at least for what isn't zero.
    const cells = Math.max(1, Math.round(zero - end));
    return { text: fill.repeat(Math.min(cells, base)), from: Math.max(0, base - cells), width: Math.min(cells, base) };
  }
  const parts = Math.round((end - zero) * 8);
  if (parts === 0) return end > zero ? { text: whole ? fill : '▏', from: base, width: 1 } : { text: '', from: base, width: 0 };
  const cells = whole ? Math.max(1, Math.round(parts / 8)) : Math.floor(parts / 8);
  const part = whole ? '' : eighths[parts % 8]!;
  return { text: fill.repeat(cells) + part, from: base, width: cells + part.length };
}

function titles(members: readonly Series[], series: readonly Series[], { ink, ascii, width }: Look): string[] {
  return members.map((one) => {
    const index = series.indexOf(one);
    const mark = ascii ? asciiFills[index % asciiFills.length]! : ink.depth === 0 ? fills[index % fills.length]! : '■';
    return `${ink.series(index, mark)} ${cut(one.name, width - 2)}`;
  });
}

function scale(ticks: readonly number[], at: (value: number) => number, room: number, names: number, { ascii, ink }: Look): string[] {
  const rule = Array.from({ length: room + 1 }, (): string => (ascii ? '-' : '─'));
  let labels = '';
  for (const [i, text] of tickLabels(ticks).entries()) {
    const cell = Math.round(at(ticks[i]!));
    const start = Math.max(0, Math.min(cell - Math.floor(text.length / 2), room + 1 - text.length));
    if (start < labels.length + (labels === '' ? 0 : 1)) continue;
    rule[cell] = ascii ? '+' : '┴';
    labels += ' '.repeat(start - labels.length) + text;
  }
  const blank = ' '.repeat(names + 1);
  return [ink.dim(`${blank}${ascii ? '+' : '└'}${rule.slice(0, room).join('')}`), ink.dim(`${blank}${labels}`)];
}
