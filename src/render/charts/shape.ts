/** From the shape of an answer to a chart of it, or to why there is none. */

import type { AnswerColumn, ChartKind, ChartRequest } from '../../answer/contract.js';
import type { Chart, Positions, Undrawable } from './chart.js';
import { chartColumns, described, labelText, numberOf, timeOf } from './columns.js';
import type { ChartColumn, Rows } from './columns.js';
import { fewer, noted, withoutConstants } from './limits.js';

export interface Drawable {
  readonly columns: readonly AnswerColumn[];
  readonly rows: Rows;
  /** There are more rows than these. */
  readonly truncated?: boolean;
}

interface Shape {
  readonly rows: Rows;
  readonly columns: readonly ChartColumn[];
  readonly times: readonly ChartColumn[];
  readonly measures: readonly ChartColumn[];
  /** What names a row: words first, then parts of dates, then keys. */
  readonly names: readonly ChartColumn[];
}

/** @param asked a person wants to see it drawn; else only what surely suits is drawn */
export function chartOf({ columns, rows, truncated = false }: Drawable, request: ChartRequest, asked = true): Chart | Undrawable {
  const own = chartColumns(columns, rows);
  const role = (...roles: readonly ChartColumn['role'][]) => own.filter((column) => roles.includes(column.role));
  const names = role('label').length > 0 ? role('label', 'ordinal') : role('ordinal').length > 0 ? role('ordinal') : role('id');
  const shape: Shape = { rows, columns: own, times: role('time'), measures: role('measure'), names };
  const found = request === 'auto' ? automatic(shape, asked) : asKind(shape, request);
  if (found === undefined) return { refusal: refusal(shape, request) };
  const chart = fewer(noted(withoutConstants(found), rows.length));
  return truncated ? { ...chart, notes: [...chart.notes, `of the first ${rows.length} rows alone: there are more`] } : chart;
}

const needs: Readonly<Record<ChartRequest, string>> = {
  auto: 'A chart needs numbers, and times or names that they belong to, in two rows or more',
  bar: 'A bar chart needs a column of numbers, and one of names or times that they belong to',
  line: 'A line chart needs a column of times (or other numbers) in order, and one of numbers, in two rows or more',
  heat: 'A heat map needs two columns of names or times, and one number for each pair of them',
  scatter: 'A scatter chart needs two columns of numbers, or times and numbers, in two rows or more',
  spark: 'A spark line needs a column of numbers, in two rows or more',
};

function refusal({ columns, rows }: Shape, request: ChartRequest): string {
  return `${needs[request]}; the answer has ${rows.length === 0 ? 'no rows' : described(columns, rows)}.`;
}

function automatic(shape: Shape, asked: boolean): Chart | undefined {
  const { times, measures, names, rows, columns } = shape;
  // Columns that no chart would show make it a list of things, which nobody asked to see drawn.
  const suits = columns.length <= 6 && times.length <= 1 && (times.length === 0 ? names.length <= 3 && rows.length <= 100 : names.length <= 1) && !columns.some(({ role }) => role === 'other');
  if (rows.length < 2 ? !asked : !asked && !suits) return undefined;
  if (measures.length === 0) return undefined;
  if (times.length > 0 && rows.length > 1) {
    const over = distinct(rows, times.slice(0, 1)) === rows.length ? lines(shape) : (longLines(shape) ?? undefined);
    if (over !== undefined) return over;
    if (asked && names.length === 0) return scatter(shape);
  }
  if (names.length > 0) {
    const crossed = times.length === 0 ? (smallCross(shape) ?? heat(shape, true)) : undefined;
    if (crossed !== undefined) return crossed;
    if (asked || distinct(rows, names) === rows.length) return bars(shape);
  }
  if (measures.length === 2 && names.length === 0 && rows.length >= (asked ? 2 : 10)) return scatter(shape);
  if (!asked) return undefined;
  return rows.length === 1 ? columnsAsBars(shape) : spark(shape);
}

function asKind(shape: Shape, kind: ChartKind): Chart | undefined {
  switch (kind) {
    case 'bar':
      return shape.rows.length === 1 && shape.names.length + shape.times.length === 0 ? columnsAsBars(shape) : (smallCross(shape) ?? bars(shape));
    case 'line':
      return longLines(shape) ?? lines(shape);
    case 'heat':
      return heat(shape, false);
    case 'scatter':
      return scatter(shape);
    case 'spark':
      return spark(shape);
  }
}

function distinct(rows: Rows, columns: readonly ChartColumn[]): number {
  return new Set(rows.map((row) => JSON.stringify(columns.map(({ index }) => row[index])))).size;
}

/** Every numeric column over the first times; rows in the order of time. */
function lines(shape: Shape): Chart | undefined {
  const { rows, times, names, measures } = shape;
  const time = times[0];
  const drawn = time === undefined && names.length === 0 ? measures.slice(1) : measures;
  if (drawn.length === 0 || rows.length < 2) return undefined;
  const x = time !== undefined ? timesOf(rows, time) : names.length > 0 ? namesOf(rows, names) : numbersOf(rows, measures[0]!);
  return { kind: 'line', x: x.positions, series: drawn.map(({ name, index }) => ({ name, values: x.order.map((i) => numberOf(rows[i]![index])) })), notes: x.notes };
}

/** `time, name, number`: a line a name. */
function longLines({ rows, times: [time], names: [name], measures }: Shape): Chart | undefined {
  if (time === undefined || name === undefined || measures.length !== 1 || distinct(rows, [time]) === rows.length) return undefined;
  if (distinct(rows, [time, name]) !== rows.length) return undefined;
  const x = timesOf(rows, time, true);
  return { kind: 'line', x: x.positions, series: byName(rows, time, name, measures[0]!, x.positions.labels), measure: measures[0]!.name, notes: x.notes };
}

/** One number for each pair of a place and a name: a series a name. */
function byName(rows: Rows, place: ChartColumn, name: ChartColumn, measure: ChartColumn, labels: readonly string[]) {
  const series = new Map<string, (number | null)[]>();
  const at = new Map(labels.map((label, i) => [label, i]));
  for (const row of rows) {
    const i = at.get(labelText(row[place.index]));
    if (i === undefined) continue;
    const key = labelText(row[name.index]);
    const values = series.get(key) ?? Array.from({ length: labels.length }, () => null);
    values[i] = numberOf(row[measure.index]);
    series.set(key, values);
  }
  return [...series].map(([key, values]) => ({ name: key, values }));
}

interface Placed<P extends Positions = Positions> {
  readonly positions: P;
  /** Rows by position. */
  readonly order: readonly number[];
  readonly notes: readonly string[];
}

function timesOf(rows: Rows, time: ChartColumn, once = false): Placed<Extract<Positions, { kind: 'time' }>> {
  const places = rows.map((row, i) => ({ i, at: timeOf(row[time.index]), label: labelText(row[time.index]) }));
  const known = places.flatMap(({ i, at, label }) => (at === null ? [] : [{ i, at, label }])).sort((a, b) => a.at - b.at || a.i - b.i);
  const kept = once ? known.filter(({ label }, n) => n === 0 || known[n - 1]!.label !== label) : known;
  const lost = places.length - known.length;
  return {
    positions: { kind: 'time', name: time.name, at: kept.map(({ at }) => at), labels: kept.map(({ label }) => label) },
    order: kept.map(({ i }) => i),
    notes: lost === 0 ? [] : [`${lost} ${lost === 1 ? 'row has' : 'rows have'} no time and ${lost === 1 ? 'is' : 'are'} not drawn`],
  };
}

function numbersOf(rows: Rows, column: ChartColumn): Placed {
  const places = rows.map((row, i) => ({ i, at: numberOf(row[column.index]), label: labelText(row[column.index]) }));
  const known = places.flatMap(({ i, at, label }) => (at === null ? [] : [{ i, at, label }])).sort((a, b) => a.at - b.at || a.i - b.i);
  const lost = places.length - known.length;
  return {
    positions: { kind: 'number', name: column.name, at: known.map(({ at }) => at), labels: known.map(({ label }) => label) },
    order: known.map(({ i }) => i),
    notes: lost === 0 ? [] : [`${lost} ${lost === 1 ? 'row' : 'rows'} without ${column.name} ${lost === 1 ? 'is' : 'are'} not drawn`],
  };
}

/** The first column that tells all rows apart, or else all of them together. */
function namesOf(rows: Rows, names: readonly ChartColumn[]): Placed<Extract<Positions, { kind: 'category' }>> {
  const telling = names.find((name) => distinct(rows, [name]) === rows.length);
  const used = telling === undefined ? names.slice(0, 3) : [telling];
  return {
    positions: { kind: 'category', name: used.map(({ name }) => name).join(', '), labels: rows.map((row) => used.map(({ index }) => labelText(row[index])).join(', ')) },
    order: rows.map((_, i) => i),
    notes: [],
  };
}

function bars({ rows, names, times, measures }: Shape): Chart | undefined {
  const named = names.length > 0 ? names : times;
  if (named.length === 0 || measures.length === 0 || rows.length === 0) return undefined;
  const { positions, order } = namesOf(rows, named);
  return { kind: 'bar', x: positions, series: measures.map(({ name, index }) => ({ name, values: order.map((i) => numberOf(rows[i]![index])) })), notes: [] };
}

/** Two columns of names of which one has few: bars in groups. */
function smallCross(shape: Shape): Chart | undefined {
  const { rows, names, measures } = shape;
  if (names.length !== 2 || measures.length !== 1 || distinct(rows, names) !== rows.length) return undefined;
  const counts = names.map((name) => distinct(rows, [name]));
  const few = counts[1]! <= counts[0]! ? 1 : 0;
  if (counts[few]! < 2 || counts[few]! > 4 || counts[1 - few]! < 2 || !dense(rows, counts)) return undefined;
  const place = names[1 - few]!;
  const labels = [...new Set(rows.map((row) => labelText(row[place.index])))];
  return { kind: 'bar', x: { kind: 'category', name: place.name, labels }, series: byName(rows, place, names[few]!, measures[0]!, labels), measure: measures[0]!.name, notes: [] };
}

const dense = (rows: Rows, [a = 0, b = 0]: readonly number[]): boolean => rows.length * 2 >= a * b;

function heat({ rows, times, names, measures }: Shape, onlyDense: boolean): Chart | undefined {
  const [across, down] = times.length > 0 && names.length > 0 ? [times[0], names[0]] : names.length > 1 ? [names[1], names[0]] : [times[0], times[1]];
  if (across === undefined || down === undefined || measures.length === 0 || (onlyDense && measures.length > 1)) return undefined;
  const counts = [across, down].map((column) => distinct(rows, [column]));
  if (distinct(rows, [across, down]) !== rows.length || rows.length < 2 || (onlyDense && (!dense(rows, counts) || Math.min(...counts) < 3))) return undefined;
  const timed = across.role === 'time' ? timesOf(rows, across, true).positions : undefined;
  const labels = timed?.labels ?? [...new Set(rows.map((row) => labelText(row[across.index])))];
  return { kind: 'heat', x: { kind: 'category', name: across.name, labels }, y: down.name, series: byName(rows, across, down, measures[0]!, labels), measure: measures[0]!.name, notes: measures.length > 1 ? [`${measures.slice(1).map(({ name }) => name).join(', ')} not drawn`] : [] };
}

function scatter({ rows, times, measures }: Shape): Chart | undefined {
  const drawn = times.length > 0 ? measures : measures.slice(1);
  if (drawn.length === 0 || rows.length < 2) return undefined;
  const x = times.length > 0 ? timesOf(rows, times[0]!) : numbersOf(rows, measures[0]!);
  return { kind: 'scatter', x: x.positions, series: drawn.map(({ name, index }) => ({ name, values: x.order.map((i) => numberOf(rows[i]![index])) })), notes: x.notes };
}

function spark({ rows, times, names, measures }: Shape): Chart | undefined {
  if (measures.length === 0 || rows.length < 2) return undefined;
  const numbered: Placed = { positions: { kind: 'category', name: 'row', labels: rows.map((_, i) => `row ${i + 1}`) }, order: rows.map((_, i) => i), notes: [] };
  const x = times.length > 0 ? timesOf(rows, times[0]!) : names.length > 0 ? namesOf(rows, names) : numbered;
  return { kind: 'spark', x: x.positions, series: measures.map(({ name, index }) => ({ name, values: x.order.map((i) => numberOf(rows[i]![index])) })), notes: x.notes };
}

/** One row of several numbers: a bar each. */
function columnsAsBars({ rows, measures }: Shape): Chart | undefined {
  if (measures.length < 2 || rows.length !== 1) return undefined;
  return { kind: 'bar', x: { kind: 'category', name: '', labels: measures.map(({ name }) => name) }, series: [{ name: 'value', values: measures.map(({ index }) => numberOf(rows[0]![index])) }], notes: [] };
}
