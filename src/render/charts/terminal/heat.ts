/** A cell a pair: brighter, or darker in ink, is more. */

import { cut, displayWidth, pad } from '../../width.js';
import type { Chart } from '../chart.js';
import { extent } from '../chart.js';
import { exactNumber } from '../summary.js';
import type { Look } from './look.js';

const shades = [' ', '░', '▒', '▓', '█'] as const;
const asciiShades = ['.', ':', '-', '=', '+', '*', '#', '%', '@'] as const;

export function heatMap({ x, y, series, measure }: Chart, { width, ascii, ink }: Look): string[] {
  const range = extent(series);
  if (range === undefined) return [];
  const names = Math.min(Math.max(1, ...series.map(({ name }) => displayWidth(name))), Math.max(6, Math.floor(width * 0.3)));
  const room = width - names - 2;
  const each = Math.max(1, Math.min(8, Math.floor(room / x.labels.length)));
  const places = Math.min(x.labels.length, Math.floor(room / each));
  const share = (value: number): number => (range.max === range.min ? 1 : (value - range.min) / (range.max - range.min));
  const cell = (value: number | null): string => {
    // What is missing must not look like the least there is.
    if (value === null) return pad(ascii ? '?' : '·', each, 'left');
    if (ink.depth >= 8) return ink.heat(share(value), ' '.repeat(each));
    const ramp = ascii ? asciiShades : shades.slice(1);
    return ink.heat(share(value), ramp[Math.min(ramp.length - 1, Math.floor(share(value) * ramp.length))]!.repeat(each));
  };
  const head = labelLine(x.labels.slice(0, places), each);
  const lost = x.labels.length - places;
  const ramp = Array.from({ length: 5 }, (_, i) => cell(range.min + ((range.max - range.min) * i) / 4)).join('');
  return [
    ...(measure === undefined ? [] : [ink.bold(cut(`${measure} by ${y ?? ''} and ${x.name}`, width))]),
    ink.dim(`${' '.repeat(names)}  ${head}`),
    ...series.map(({ name, values }) => `${pad(cut(name, names), names, 'left')} ${ink.dim(ascii ? '|' : '│')}${values.slice(0, places).map(cell).join('')}`),
    ...scale(exactNumber(range.min), ramp, exactNumber(range.max), 5 * each, { width, ascii, ink }),
    ...(lost > 0 ? [ink.dim(`${lost} more to the right do not fit`)] : []),
  ];
}

function scale(least: string, ramp: string, most: string, size: number, { width, ascii, ink }: Look): string[] {
  const nothing = ink.dim(`${ascii ? '?' : '·'} nothing`);
  const used = least.length + size + most.length + 2;
  if (used > width) return [ink.dim(cut(`${least} to ${most}`, width)), nothing];
  const line = `${ink.dim(least)} ${ramp} ${ink.dim(most)}`;
  return used + 12 <= width ? [`${line}   ${nothing}`] : [line, nothing];
}

/** Each label above its first cell, those that fit. */
function labelLine(labels: readonly string[], each: number): string {
  let line = '';
  for (const [i, label] of labels.entries()) {
    const start = i * each;
    const next = each >= 4 ? each - 1 : 10;
    if (start < displayWidth(line) + (line === '' ? 0 : 1)) continue;
    line += ' '.repeat(start - displayWidth(line)) + cut(label, Math.min(next, Math.max(1, labels.length * each - start)));
  }
  return line;
}
