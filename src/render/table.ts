/**
 * A table on a screen: columns get the room they need; when that is too much, the widest give way first, down to a few
 * characters; when even that is too much, rows are shown as records, one line a column. Numbers and instants are never
 * cut. Rows may come in batches: widths are settled by the first one, and later whole values may stick out.
 */

import CliTable from 'cli-table3';
import type { Cell } from '../answer/contract.js';
import type { BlockColumn } from './blocks.js';
import { cellText } from './blocks.js';
import type { ColorDepth } from './charts/terminal/index.js';
import { plainJson } from './json.js';
import { safeLines, safeText } from './safe.js';
import type { Style } from './style.js';
import { broken, cut, displayWidth, pad } from './width.js';

export interface TableOptions {
  /** Columns of the terminal; Infinity when there is none. */
  readonly width: number;
  readonly style: Style;
  readonly ascii: boolean;
  /** A block a row, with every value whole: over as many lines as it takes, nested ones spread out. */
  readonly expanded?: boolean;
  /** Colours of charts; absent: none. */
  readonly depth?: ColorDepth;
  /** Read out to somebody: what would be drawn is said. */
  readonly spoken?: boolean;
}

/** What a column that must shrink keeps. */
const leastWidth = 8;
/** A value beyond this is cut even where there is no terminal: padding every row to it would fill a disk. */
const mostWidth = 500;

export interface TableLayout {
  header(): string[];
  row(cells: readonly Cell[], index: number): string[];
}

export function layOut(columns: readonly BlockColumn[], sample: readonly (readonly Cell[])[], options: TableOptions): TableLayout {
  const names = columns.map(({ name }) => safeText(name));
  if (options.expanded === true) return records(columns, names, options);
  const natural = columns.map((column, i) => {
    const most = column.whole ? Infinity : mostWidth;
    let width = Math.min(displayWidth(cut(names[i]!, mostWidth)), mostWidth);
    for (const row of sample) width = Math.max(width, Math.min(displayWidth(shown(row[i]!, column)), most));
    return Math.max(1, width);
  });
  const room = options.width - 3 * columns.length + 1;
  const widths = fit(natural, columns, room);
  return widths === undefined ? records(columns, names, options) : grid(columns, names, widths, options);
}

/**
 * NULL, the word, can't be told from a text that says so unless that one is quoted; nor a text of blanks from an empty
 * one. What looks quoted already is quoted once more.
 */
function shown(cell: Cell, column: BlockColumn): string {
  if (cell === null) return 'NULL';
  const raw = cellText(cell);
  const text = raw.length < mostWidth && /^"*(NULL|\s+)"*$/.test(raw) ? `"${raw}"` : raw;
  // Longer than can ever be shown: the rest needn't be looked at.
  return safeText(column.whole || text.length <= mostWidth * 4 ? text : cut(text.slice(0, mostWidth * 4), mostWidth));
}

/** The widths that fit, widest first to give way; undefined when not even the least do. */
function fit(natural: readonly number[], columns: readonly BlockColumn[], room: number): number[] | undefined {
  const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width, 0);
  if (total(natural) <= room) return [...natural];
  const capped = (cap: number): number[] => natural.map((width, i) => (columns[i]!.whole ? width : Math.min(width, Math.max(cap, Math.min(width, leastWidth)))));
  if (total(capped(leastWidth)) > room) return undefined;
  let low = leastWidth;
  let high = Math.max(...natural);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (total(capped(middle)) <= room) low = middle;
    else high = middle - 1;
  }
  const widths = capped(low);
  // The columns left over by the cap go, one each, to those that still lack some.
  let spare = room - total(widths);
  return widths.map((width, i) => (spare > 0 && width < natural[i]! ? (spare--, width + 1) : width));
}

function grid(columns: readonly BlockColumn[], names: readonly string[], widths: readonly number[], { style, ascii, width }: TableOptions): TableLayout {
  const { head, rule, row } = draw(widths, ascii);
  // Where there is room without end, a later value that is longer than those of the first batch sticks out, uncut.
  const most = widths.map((each) => (Number.isFinite(width) ? each : Math.max(each, mostWidth)));
  const fitted = (text: string, i: number, whole: boolean) => pad(whole ? text : cut(text, most[i]!), widths[i]!, columns[i]!.numeric ? 'right' : 'left');
  return {
    header: () => [fill(head, names.map((name, i) => style.bold(fitted(name, i, false))), style), style.dim(rule)],
    row: (cells) => [
      fill(
        row,
        cells.map((cell, i) => {
          const text = fitted(shown(cell, columns[i]!), i, columns[i]!.whole);
          return cell === null ? style.dim(text) : text;
        }),
        style,
      ),
    ],
  };
}

/** Private use, one column wide, so that every library agrees on it; it is gone before a value comes in. */
const standIn = '\ue000';

/**
 * cli-table3 draws a table of stand-ins, once: all that it does anew for every value would take longer than the rest of
 * an answer, and of emoji it knows other widths than terminals do. A line is what lies between its cells.
 */
function draw(widths: readonly number[], ascii: boolean): { head: string[]; rule: string; row: string[] } {
  const none = Object.fromEntries(edges.map((name) => [name, '']));
  const table = new CliTable({
    chars: { ...none, mid: ascii ? '-' : '─', 'mid-mid': ascii ? '+' : '┼', middle: ascii ? '|' : '│' },
    style: { head: [], border: [] },
    colWidths: widths.map((width) => width + 2),
    head: widths.map((width) => standIn.repeat(width)),
  });
  table.push(widths.map((width) => standIn.repeat(width)));
  const [head = '', rule = '', row = ''] = table.toString().split('\n');
  const between = (line: string) => line.split(new RegExp(`${standIn}+`));
  return { head: between(head), rule, row: between(row) };
}

const edges = [
  'top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right', 'left', 'left-mid', 'right', 'right-mid',
] as const;

function fill(between: readonly string[], cells: readonly string[], style: Style): string {
  return cells.reduce((line, cell, i) => line + (i === 0 ? between[i]! : style.dim(between[i]!)) + cell, '').trimEnd();
}

function records(columns: readonly BlockColumn[], names: readonly string[], { width, style, ascii, expanded = false }: TableOptions): TableLayout {
  const dash = ascii ? '-' : '─';
  const nameWidth = Math.min(Math.max(...names.map(displayWidth)), Math.max(leastWidth, Math.floor((width - 4) / 2)));
  const valueWidth = Math.max(leastWidth, width - nameWidth - 4);
  // Only what stands between is used: the value itself may be of any width.
  const { row: between } = draw([nameWidth, leastWidth], ascii);
  const blank = ' '.repeat(nameWidth);
  const labels = names.map((name) => style.bold(pad(cut(name, nameWidth), nameWidth, 'left')));
  return {
    header: () => [],
    row: (cells, index) => [
      style.dim(cut(`${dash} row ${index + 1} `, width) + dash.repeat(Math.max(0, Math.min(width, 60) - 8 - String(index).length))),
      ...cells.flatMap((cell, i) => {
        const text = shown(cell, columns[i]!);
        const values = expanded ? wholeLines(cell, text, valueWidth) : [columns[i]!.whole ? text : cut(text, valueWidth)];
        return values.map((value, line) => fill(between, [line === 0 ? labels[i]! : blank, cell === null ? style.dim(value) : value], style));
      }),
    ],
  };
}

/** A value over as many lines as it takes: its own line ends are kept, nested values are spread out, long lines are broken. */
function wholeLines(cell: Cell, short: string, width: number): string[] {
  if (cell === null) return [short];
  const lines = typeof cell === 'object' ? plainJson(cell, 2).split('\n') : typeof cell === 'string' && cell.trim() !== '' && cell !== 'NULL' ? safeLines(cell) : [short];
  return lines.flatMap((line) => broken(line, width));
}
