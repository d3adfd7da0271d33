/**
 * A table on a screen: columns get the room they need; when that is too much, the widest give way first, down to a few
 * characters; when even that is too much, rows are shown as records, one line a column. What gives way is cut with a mark
 * where it is a store's value, and goes on below where it is a name or prose of ours. Integers, decimals and instants are
 * never cut, and of a floating-point number nothing but digits behind its point. Rows may come in batches: widths are
 * settled by the first one, and later whole values may stick out.
 */

import CliTable from 'cli-table3';
import type { Cell } from '../answer/contract.js';
import type { BlockColumn } from './blocks.js';
import { cellText } from './blocks.js';
import type { ColorDepth } from './charts/terminal/index.js';
import { plainJson } from './json.js';
import { safeLines, safeText } from './safe.js';
import type { Style } from './style.js';
import { broken, cut, displayWidth, longestPart, pad, wrapNames } from './width.js';

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
/** A word that is longer than this may be broken where its column must shrink. */
const longestWord = 14;
/** Digits behind the point that a floating-point number keeps. */
const leastDigits = 3;
/** A name over more lines than this is cut. */
const mostHeadLines = 5;
/** A value beyond this is cut even where there is no terminal: padding every row to it would fill a disk. */
const mostWidth = 500;

export interface TableLayout {
  header(): string[];
  row(cells: readonly Cell[], index: number): string[];
}

export function layOut(columns: readonly BlockColumn[], sample: readonly (readonly Cell[])[], options: TableOptions): TableLayout {
  const names = columns.map(({ name }) => safeText(name));
  if (options.expanded === true) return records(columns, names, options);
  const extents = columns.map((column, i): Extent & { readonly name: number } => {
    const name = cut(names[i]!, mostWidth);
    let natural = Math.max(1, displayWidth(name));
    let least = Math.min(natural, leastWidth);
    for (const row of sample) {
      const text = shown(row[i]!, column);
      const width = column.whole ? displayWidth(text) : Math.min(displayWidth(text), mostWidth);
      natural = Math.max(natural, width);
      if (column.whole) least = Math.max(least, Math.min(width, leastOf(text, column)));
      else if (column.wraps === true) least = Math.max(least, wordOf(text));
    }
    return { natural, least: Math.min(natural, column.whole || column.wraps === true ? least : leastWidth), name: wordOf(name) };
  });
  const room = options.width - 3 * columns.length + 1;
  // Names are broken within a word before rows become records.
  const widths = fit(extents.map(({ natural, least, name }) => ({ natural, least: Math.max(least, name) })), room) ?? fit(extents, room);
  return widths === undefined ? records(columns, names, options) : grid(columns, names, widths, options);
}

const wordOf = (text: string): number => Math.min(longestWord, longestPart(text));

/** How wide a column would be, and how narrow it may become. */
interface Extent {
  readonly natural: number;
  readonly least: number;
}

/** How narrow a value that is not to be cut may become: one with digits behind its point may lose some of these. */
function leastOf(text: string, { fraction }: BlockColumn): number {
  const point = fraction === true ? beforePoint(text) : undefined;
  return point === undefined ? Infinity : Math.max(leastWidth, point + 1 + leastDigits + 1);
}

/** Digits before the point of a plain number; undefined for one with an exponent, which says how large it is. */
const beforePoint = (text: string): number | undefined => /^(-?\d+)\.\d+$/.exec(text)?.[1]!.length;

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
function fit(extents: readonly Extent[], room: number): number[] | undefined {
  const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width, 0);
  const all = extents.map(({ natural }) => natural);
  if (total(all) <= room) return all;
  const capped = (cap: number): number[] => extents.map(({ natural, least }) => Math.min(natural, Math.max(cap, least)));
  if (total(capped(0)) > room) return undefined;
  let low = 0;
  let high = Math.max(...all);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (total(capped(middle)) <= room) low = middle;
    else high = middle - 1;
  }
  const widths = capped(low);
  // The columns left over by the cap go, one each, to those that still lack some.
  let spare = room - total(widths);
  return widths.map((width, i) => (spare > 0 && width < all[i]! ? (spare--, width + 1) : width));
}

function grid(columns: readonly BlockColumn[], names: readonly string[], widths: readonly number[], { style, ascii, width }: TableOptions): TableLayout {
  const { head, rule, row } = draw(widths, ascii);
  // Where there is room without end, a later value that is longer than those of the first batch sticks out, uncut.
  const most = widths.map((each) => (Number.isFinite(width) ? each : Math.max(each, mostWidth)));
  const padded = (text: string, i: number): string => pad(text, widths[i]!, columns[i]!.numeric ? 'right' : 'left');
  const heads = names.map((name, i) => headLines(name, widths[i]!));
  const height = Math.max(...heads.map(({ length }) => length));
  return {
    // Names stand on the line below them, as their values hang from it.
    header: () => [
      ...Array.from({ length: height }, (_, line) => fill(head, heads.map((lines, i) => style.bold(padded(lines[line - height + lines.length] ?? '', i))), style)),
      style.dim(rule),
    ],
    row: (cells) => {
      const lines = cells.map((cell, i) => fitted(shown(cell, columns[i]!), columns[i]!, most[i]!));
      return Array.from({ length: Math.max(...lines.map(({ length }) => length)) }, (_, line) =>
        fill(
          row,
          cells.map((cell, i) => {
            const text = padded(lines[i]![line] ?? '', i);
            return cell === null ? style.dim(text) : text;
          }),
          style,
        ),
      );
    },
  };
}

function headLines(name: string, width: number): string[] {
  const lines = wrapNames(name, width);
  return lines.length <= mostHeadLines ? lines : [...lines.slice(0, mostHeadLines - 1), cut(lines.slice(mostHeadLines - 1).join(''), width)];
}

/** A value in a column of that width, over several lines where that is its way. */
function fitted(text: string, column: BlockColumn, width: number): string[] {
  if (column.wraps === true) return wrapNames(text, width);
  if (!column.whole) return [cut(text, width)];
  return [leastOf(text, column) <= width ? cut(text, width) : text];
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
        // Of ours, and nothing to say.
        if (cell === '' && columns[i]!.wraps === true && i > 0) return [];
        const text = shown(cell, columns[i]!);
        const values = expanded ? wholeLines(cell, text, valueWidth) : columns[i]!.whole ? [text] : fitted(text, columns[i]!, valueWidth);
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
