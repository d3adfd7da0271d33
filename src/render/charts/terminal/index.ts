/**
 * Charts in the cells of a terminal.
 *
 *   plot.ts    lines and points in Braille over axes (canvas.ts)      bars.ts   bars in eighths of a cell
 *   heat.ts    a cell a pair                                          spark.ts  a line of text a series
 *   ink.ts     colours, in as many as there are                       look.ts   what a drawing is made for
 */

import { cut, wrap } from '../../width.js';
import { extent } from '../chart.js';
import type { Chart } from '../chart.js';
import { barChart } from './bars.js';
import { heatMap } from './heat.js';
import type { Look } from './look.js';
import { plot } from './plot.js';
import { sparkLines } from './spark.js';

export { inkOf } from './ink.js';
export type { ColorDepth } from './ink.js';

/** Lines of at most `look.width` columns. */
export function drawn(chart: Chart, look: Look): string[] {
  if (extent(chart.series) === undefined) return [look.ink.dim('No value of it is a number: there is nothing to draw.')];
  const fitting = { ...chart, series: chart.series.map((one) => ({ ...one, name: cut(one.name, Math.max(4, look.width - 6)) })) };
  const lines = { bar: barChart, line: plot, scatter: plot, heat: heatMap, spark: sparkLines }[chart.kind](fitting, look);
  return [...lines, ...chart.notes.flatMap((note) => wrap(`(${note})`, look.width)).map(look.ink.dim)];
}
