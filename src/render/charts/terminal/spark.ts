/** A line of text a series: its course, its ends and its last value. */

import { cut, displayWidth, pad, wrap } from '../../width.js';
import type { Chart } from '../chart.js';
import { extent } from '../chart.js';
import { exactNumber } from '../summary.js';
import type { Look } from './look.js';

const levels = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

export function sparkLines({ series, x }: Chart, { width, ascii, ink }: Look): string[] {
  const names = Math.min(Math.max(...series.map(({ name }) => displayWidth(name))), Math.max(6, Math.floor(width * 0.3)));
  const ends = series.map((one) => {
    const range = extent([one]);
    const last = one.values.findLast((value) => value !== null) ?? null;
    return range === undefined || last === null ? 'no numbers' : `${exactNumber(range.min)} to ${exactNumber(range.max)}, last ${exactNumber(last)}`;
  });
  const beside = Math.max(...ends.map((text) => text.length));
  // On a narrow screen the numbers stand below.
  const below = width - names - beside - 3 < 10;
  const room = Math.max(4, width - names - (below ? 1 : beside + 3));
  const lines = series.flatMap(({ name, values }, i) => {
    const drawn = course(values, room, ascii);
    const line = `${pad(cut(name, names), names, 'left')} ${ink.series(i, drawn)}`;
    return below ? [line, ink.dim(`${' '.repeat(names)} ${cut(ends[i]!, width - names - 1)}`)] : [`${line}${' '.repeat(room - drawn.length)}  ${ink.dim(ends[i]!)}`];
  });
  const merged = Math.ceil(x.labels.length / room);
  const said = [...(merged > 1 ? [`each mark is the mean of ${merged}`] : []), ...(ascii ? ['0 is the least, 9 the most'] : [])];
  return [...lines, ...said.flatMap((text) => wrap(text, width)).map(ink.dim)];
}

function course(values: readonly (number | null)[], room: number, ascii: boolean): string {
  const each = Math.ceil(values.length / room);
  const points = Array.from({ length: Math.ceil(values.length / each) }, (_, i) => {
    const some = values.slice(i * each, (i + 1) * each).filter((value) => value !== null);
    return some.length === 0 ? null : some.reduce((sum, value) => sum + value, 0) / some.length;
  });
  const known = points.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const share = (value: number): number => (high === low ? 0.5 : (value - low) / (high - low));
  return points.map((value) => (value === null ? ' ' : ascii ? String(Math.min(9, Math.floor(share(value) * 10))) : levels[Math.min(7, Math.floor(share(value) * 8))]!)).join('');
}
