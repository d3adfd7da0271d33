/** Dots and lines in the cells of a terminal: Braille has 2 x 4 dots in a cell, plain ASCII one mark. */

import type { Ink } from './ink.js';

export interface Canvas {
  /** In dots. */
  readonly width: number;
  readonly height: number;
  dot(x: number, y: number, series: number): void;
  lines(ink: Ink): string[];
}

/** The bit of each dot of a Braille cell, from U+2800, by row and column. */
const bits = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]] as const;
/** Series in ASCII. */
export const marks = ['*', 'o', '+', 'x', '#', '@'] as const;

/** @param columns, rows in cells */
export function canvas(columns: number, rows: number, ascii: boolean): Canvas {
  const [across, down] = ascii ? [1, 1] : [2, 4];
  const dots = new Uint8Array(columns * rows);
  const owners = new Int8Array(columns * rows).fill(-1);
  const [width, height] = [columns * across, rows * down];
  return {
    width,
    height,
    dot(x, y, series) {
      const [column, row] = [Math.floor(x / across), Math.floor(y / down)];
      if (x < 0 || y < 0 || column >= columns || row >= rows) return;
      const cell = row * columns + column;
      dots[cell]! |= ascii ? 1 : bits[y % 4]![x % 2]!;
      owners[cell] = series;
    },
    lines: (ink) =>
      Array.from({ length: rows }, (_, row) => {
        let line = '';
        for (let column = 0; column < columns; ) {
          const owner = owners[row * columns + column]!;
          let run = '';
          // One escape sequence a run of one series, not a cell.
          for (; column < columns && owners[row * columns + column]! === owner; column += 1) {
            const cell = dots[row * columns + column]!;
            run += owner === -1 ? ' ' : ascii ? marks[owner % marks.length]! : String.fromCodePoint(0x2800 + cell);
          }
          line += owner === -1 ? run : ink.series(owner, run);
        }
        return line;
      }),
  };
}

/** Every dot between two, both ends included (Bresenham). */
export function stroke(on: Canvas, x0: number, y0: number, x1: number, y1: number, series: number): void {
  const [dx, dy] = [Math.abs(x1 - x0), -Math.abs(y1 - y0)];
  const [sx, sy] = [x0 < x1 ? 1 : -1, y0 < y1 ? 1 : -1];
  let error = dx + dy;
  for (let [x, y] = [x0, y0]; ; ) {
    on.dot(x, y, series);
    if (x === x1 && y === y1) return;
    const twice = 2 * error;
    if (twice >= dy) {
      error += dy;
      x += sx;
    }
    if (twice <= dx) {
      error += dx;
      y += sy;
    }
  }
}
