/** From the shape of an answer to what is drawn of it, in every terminal. */

import { describe, expect, test } from 'vitest';
import type { Cell, ChartRequest } from '../../../src/answer/contract.js';
import { isChart, panelsOf } from '../../../src/render/charts/chart.js';
import type { Chart } from '../../../src/render/charts/chart.js';
import { chartOf } from '../../../src/render/charts/shape.js';
import { spoken } from '../../../src/render/charts/summary.js';
import { drawn, inkOf } from '../../../src/render/charts/terminal/index.js';
import type { ColorDepth } from '../../../src/render/charts/terminal/index.js';
import { numberTicks, tickLabels, timeTicks } from '../../../src/render/charts/ticks.js';
import { displayWidth } from '../../../src/render/width.js';
import { plain } from '../../support/pty.js';

type Columns = readonly (readonly [string, string])[];

function made(columns: Columns, rows: readonly (readonly Cell[])[], request: ChartRequest = 'auto', asked = true) {
  return chartOf({ columns: columns.map(([name, type]) => ({ name, type })), rows }, request, asked);
}

function chart(...given: Parameters<typeof made>): Chart {
  const result = made(...given);
  if (!isChart(result)) throw new Error(result.refusal);
  return result;
}

function refused(...given: Parameters<typeof made>): string {
  const result = made(...given);
  return isChart(result) ? `drawn as ${result.kind}` : result.refusal;
}

const weeks = Array.from({ length: 12 }, (_, i) => new Date(Date.UTC(2026, 0, 5 + 7 * i)).toISOString().slice(0, 19).replace('T', ' '));
const time = ['week', 'TIMESTAMP'] as const;
const number = ['n', 'BIGINT'] as const;
const word = ['name', 'VARCHAR'] as const;
const double = ['size', 'DOUBLE'] as const;

const shapes: readonly (readonly [string, Chart])[] = [
  ['lines', chart([time, number, ['m', 'DECIMAL(12,2)']], weeks.map((at, i) => [at, String(i * 3), i === 4 ? null : `${5 - i}.50`]))],
  ['two scales', chart([time, number, double], weeks.map((at, i) => [at, String(i * 1000), i / 7]))],
  ['bars', chart([word, number, ['loss', 'INTEGER']], [['plain', '12', -3], ['日本語のとても長い名前です', '7', 5], ['', null, -9]])],
  ['heat', chart([['city', 'VARCHAR'], ['day', 'VARCHAR'], number], [...'abcde'].flatMap((city, i) => [...'vwxyz'].map((day, j) => [city, day, i === j ? null : String(i * j)])))],
  ['points', chart([['price', 'DOUBLE'], double], Array.from({ length: 50 }, (_, i) => [i * 1.5, (i * i) % 37]))],
  ['spark', chart([time, number], weeks.map((at, i) => [at, String(i % 5)]), 'spark')],
];

describe('the kind of a chart', () => {
  test('comes from the shape of the answer', () => {
    expect(chart([time, number], weeks.map((at) => [at, '1']))).toMatchObject({ kind: 'line', x: { kind: 'time', name: 'week' } });
    expect(chart([['month', 'VARCHAR'], number], [['2026-01', '1'], ['2026-02', '3']])).toMatchObject({ kind: 'line', x: { kind: 'time' } });
    expect(chart([word, number], [['a', '1'], ['b', '2']])).toMatchObject({ kind: 'bar', x: { labels: ['a', 'b'] }, series: [{ values: [1, 2] }] });
    expect(chart([['order_id', 'BIGINT'], number], [['7', '1'], ['8', '2']])).toMatchObject({ kind: 'bar', x: { name: 'order_id', labels: ['7', '8'] } });
    expect(chart([time, word, number], weeks.slice(0, 3).flatMap((at) => [[at, 'x', '1'], [at, 'y', '2']]))).toMatchObject({ kind: 'line', series: [{ name: 'x' }, { name: 'y' }], x: { at: { length: 3 } } });
    expect(shapes.map(([, { kind }]) => kind)).toEqual(['line', 'line', 'bar', 'heat', 'scatter', 'spark']);
    expect(chart([['a', 'BIGINT'], ['b', 'BIGINT']], [['1', '2']])).toMatchObject({ kind: 'bar', x: { labels: ['a', 'b'] } });
  });

  test('rows are put in the order of time, and a row without time is said to be left out', () => {
    expect(chart([time, number], [[weeks[2]!, '3'], [null, '9'], [weeks[0]!, '1'], [weeks[1]!, '2']])).toMatchObject({ series: [{ values: [1, 2, 3] }], notes: ['1 row has no time and is not drawn'] });
  });

  test('nothing is drawn unasked of a list of things', () => {
    const list: Columns = [['id', 'BIGINT'], word, ['mail', 'VARCHAR'], ['born', 'DATE'], ['price', 'DOUBLE'], ['tags', 'VARCHAR[]'], ['more', 'JSON']];
    expect(refused(list, [['1', 'a', 'b', '2026-01-01', 1, ['x'], {}], ['2', 'b', 'c', '2026-01-02', 2, [], {}]], 'auto', false)).toContain('needs');
    expect(refused([word, number], [['a', '1'], ['a', '2']], 'auto', false)).toContain('needs');
    expect(refused([number], [['1']], 'auto', false)).toContain('needs');
  });

  test.each([
    ['auto', [word], [['a'], ['b']], /^A chart needs numbers, and times or names .*; the answer has 1 column: name \(words\); 2 rows\.$/],
    ['line', [word, ['id', 'BIGINT']], [['a', '1'], ['b', '2']], /^A line chart needs a column of times .*id \(keys\)/],
    ['heat', [word, number], [['a', '1'], ['b', '2']], /^A heat map needs two columns of names/],
    ['scatter', [word, number], [['a', '1'], ['b', '2']], /^A scatter chart needs two columns of numbers/],
    ['spark', [number], [['1']], /^A spark line needs .* two rows or more; the answer has 1 column: n \(numbers\); 1 row\.$/],
    ['bar', [word, number], [], /the answer has no rows/],
  ] as [ChartRequest, Columns, Cell[][], RegExp][])('what can’t be drawn as %s says what is needed', (kind, columns, rows, said) => {
    expect(refused(columns, rows, kind)).toMatch(said);
  });

  test('what is too many is cut to the largest, in the answer’s order, and counted', () => {
    const rows = Array.from({ length: 57 }, (_, i) => [`name ${i}`, String((i * 17) % 57)]);
    const { x, series, notes } = chart([word, number], rows);
    expect(x.labels).toHaveLength(24);
    expect(Math.min(...series[0]!.values.map(Number))).toBe(33);
    expect(x.labels).toEqual(rows.map(([name]) => name).filter((name) => x.labels.includes(name!)));
    expect(notes).toEqual(['the 24 largest of 57; 33 others are not drawn']);
    const wide: Columns = [time, ...Array.from({ length: 9 }, (_, i) => [`s${i}`, 'BIGINT'] as const)];
    expect(chart(wide, weeks.map((at, i) => [at, ...Array.from({ length: 9 }, (_, j) => String(i * j + i))])).notes).toEqual(['the 6 largest of 9 series; 3 others are not drawn']);
  });

  test('what is the same in every row is said, not drawn; NaN and infinities are gaps', () => {
    const { series, notes } = chart([time, double, ['r', 'DOUBLE']], weeks.map((at, i) => [at, i === 1 ? 'NaN' : i === 2 ? 'Infinity' : i, 0.75]));
    expect(series.map(({ name }) => name)).toEqual(['size']);
    expect(series[0]!.values.slice(0, 4)).toEqual([0, null, null, 3]);
    expect(notes).toEqual(['r: 0.75 throughout', '2 values are NULL or no number: a gap']);
  });

  test('series of other sizes have an axis of their own', () => {
    expect(panelsOf(shapes[1]![1].series).map((panel) => panel.map(({ name }) => name))).toEqual([['n'], ['size']]);
    expect(panelsOf(shapes[0]![1].series)).toHaveLength(1);
  });

  test('an answer that was cut says so in its chart', () => {
    const result = chartOf({ columns: [{ name: 'name', type: 'VARCHAR' }, { name: 'n', type: 'BIGINT' }], rows: [['a', '1'], ['b', '2']], truncated: true }, 'bar');
    expect(result).toMatchObject({ notes: ['of the first 2 rows alone: there are more'] });
  });
});

describe('in a terminal', () => {
  const widths = [20, 40, 80, 120, 250];
  const depths: ColorDepth[] = [0, 4, 8, 24];

  test.each(shapes)('%s fit every width, in every number of colours, with ASCII too', (_, one) => {
    for (const width of widths) {
      for (const depth of depths) {
        for (const ascii of [false, true]) {
          const lines = drawn(one, { width, ascii, ink: inkOf(depth) });
          for (const line of lines) expect(displayWidth(plain(line)), `${width} ${depth}: ${plain(line)}`).toBeLessThanOrEqual(width);
          // The names are the data's own, whatever they are written in.
          if (ascii) expect(plain(lines.join('')).replace(/[日本語のとても長い名前です…]/g, '')).toMatch(/^[\x20-\x7e]*$/);
          if (depth === 0) expect(plain(lines.join('\n'))).toBe(lines.join('\n'));
          else expect(lines.join('\n')).toContain(depth === 4 ? '\u001b[3' : depth === 8 ? '8;5;' : '8;2;');
        }
      }
    }
  });

  test('golden: bars of both signs', () => {
    const one = chart([word, number], [['up', '8'], ['down', '-4'], ['none', null], ['zero', '0']]);
    expect(drawn(one, { width: 40, ascii: false, ink: inkOf(0) })).toEqual([
      '█ n',
      'up   │               ███████████▋      8',
      'down │         ██████                 -4',
      'none │                              NULL',
      'zero │                                 0',
      '     └┴──────────────┴─────────────',
      '     -10            0            10',
      '(1 value is NULL or no number: a gap)',
    ]);
  });

  test('a gap breaks a line, and without colour each series of Braille has a panel', () => {
    const lines = drawn(shapes[0]![1], { width: 60, ascii: false, ink: inkOf(0) });
    expect(lines.filter((line) => line.startsWith('■'))).toEqual(['■ n', '■ m']);
    const rows = drawn(chart([time, number], weeks.map((at, i) => [at, i > 3 && i < 8 ? null : '5'])), { width: 60, ascii: true, ink: inkOf(0) });
    expect(rows.find((line) => line.includes('****'))).toMatch(/\*{8,} {10,}\*{8,}/);
  });

  test('the axes tell times and amounts', () => {
    const text = drawn(shapes[0]![1], { width: 80, ascii: false, ink: inkOf(4) }).map(plain).join('\n');
    for (const part of ['40┤', '0┤', '■ n  ■ m', '01-19', '03-02', 'week']) expect(text).toContain(part);
  });

  test('in words, for who sees none of it', () => {
    expect(spoken(chart([word, number], [['a', '1200'], ['b', null]]))).toEqual(['Bars over 2 of name.', 'n: always 1,200.', 'a: 1,200', 'b: nothing']);
    expect(spoken(shapes[0]![1]).join(' ')).toContain('n: from 0 (2026-01-05 00:00:00) to 33 (2026-03-23 00:00:00).');
  });
});

describe('ticks', () => {
  test('are round, and no two are labelled alike', () => {
    for (const [min, max] of [[0, 1], [0, 7], [-3, 4], [0.001, 0.0042], [1e6, 1.01e6], [0, 9.9e17], [5, 5], [0, 0], [-1e-7, 1e-7], [1234567, 1234570]] as const) {
      const ticks = numberTicks(min, max, 5);
      expect(ticks[0]).toBeLessThanOrEqual(min);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(max);
      expect(ticks.length).toBeLessThan(9);
      if (max < 1e6) expect(new Set(tickLabels(ticks)).size, `${min} to ${max}: ${tickLabels(ticks).join(' ')}`).toBe(ticks.length);
    }
    expect(tickLabels([0, 500_000, 1_000_000])).toEqual(['0', '0.5M', '1.0M']);
  });

  test('of time are whole hours, days, Mondays, months and years', () => {
    const at = (text: string) => Date.parse(`${text}Z`);
    expect(timeTicks(at('2026-01-01T10:20'), at('2026-01-01T13:40'), 4).map(({ label }) => label)).toEqual(['11:00', '12:00', '13:00']);
    expect(timeTicks(at('2026-01-01'), at('2026-01-29'), 5).map(({ label }) => label)).toEqual(['01-05', '01-12', '01-19', '01-26']);
    expect(timeTicks(at('2024-02-01'), at('2026-02-01'), 5).map(({ label }) => label)).toEqual(['2024-07', '2025-01', '2025-07', '2026-01']);
    expect(timeTicks(at('1970-01-01'), at('2026-01-01'), 6).map(({ label }) => label)).toEqual(['1970', '1980', '1990', '2000', '2010', '2020']);
  });
});
