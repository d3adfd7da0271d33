/** Blocks as a terminal shows them. */

import type { Block, Tone } from './blocks.js';
import type { Chart } from './charts/chart.js';
import { spoken } from './charts/summary.js';
import { drawn, inkOf } from './charts/terminal/index.js';
import { safeLines, safeText } from './safe.js';
import type { Style } from './style.js';
import { layOut } from './table.js';
import type { TableOptions } from './table.js';
import { cut, displayWidth, pad, wrap, wrapCode, wrapIndented, wrapNames } from './width.js';

const paint = (style: Style, tone: Tone): ((text: string) => string) =>
  tone === 'dim' ? style.dim : tone === 'good' ? style.green : tone === 'warning' ? style.yellow : tone === 'error' ? style.red : (text) => text;

/** One chunk a block or a row, each ending in a line feed. */
export function* textOf(all: readonly Block[], options: TableOptions): Generator<string> {
  const blocks = all.filter(({ kind }) => kind !== 'svg');
  let before: Block | undefined;
  for (const [i, block] of blocks.entries()) {
    if (before !== undefined && apart(before, block)) yield '\n';
    yield* one(block, labelWidth(blocks, i), options);
    before = block;
  }
}

/** An empty line between blocks, but not inside a run of facts or texts, nor under a heading. */
function apart(before: Block, block: Block): boolean {
  if (before.kind === 'heading') return block.kind === 'heading' && block.level === 1;
  if (block.kind === 'chart' || before.kind === 'chart') return true;
  const prose = (b: Block): boolean => b.kind === 'fact' || b.kind === 'text' || b.kind === 'aligned';
  if (block.kind === 'code' || before.kind === 'code') return block.kind === 'heading' || block.kind === 'table' || before.kind === 'table';
  return !(prose(before) && prose(block));
}

/** Labels of one run of facts are as wide as the widest of them. */
function labelWidth(blocks: readonly Block[], index: number): number {
  let first = index;
  while (first > 0 && blocks[first - 1]!.kind === 'fact') first -= 1;
  let width = 0;
  for (let i = first; i < blocks.length && blocks[i]!.kind === 'fact'; i += 1) width = Math.max(width, displayWidth((blocks[i] as { label: string }).label));
  return width;
}

function* one(block: Block, labels: number, options: TableOptions): Generator<string> {
  const { style, width } = options;
  switch (block.kind) {
    case 'heading':
      for (const line of wrapNames(safeText(block.text), width)) yield `${style.bold(line)}\n`;
      if (block.level === 1) yield `${style.dim((options.ascii ? '=' : '═').repeat(Math.min(displayWidth(safeText(block.text)), width)))}\n`;
      return;
    case 'table': {
      if (block.columns.length === 0) return;
      const layout = layOut(block.columns, block.rows.slice(0, 1000), options);
      for (const line of layout.header()) yield `${line}\n`;
      for (const [i, row] of block.rows.entries()) yield `${layout.row(row, i).join('\n')}\n`;
      return;
    }
    case 'text':
      for (const line of safeLines(block.text)) for (const part of wrapNames(line, width)) yield `${paint(style, block.tone)(part)}\n`;
      return;
    case 'fact': {
      const lines = safeLines(block.text).flatMap((line) => wrapNames(line, Math.max(20, width - labels - 2)));
      for (const [i, line] of lines.entries()) yield `${style.dim(pad(i === 0 ? block.label : '', labels, 'left'))}  ${paint(style, block.tone)(line)}\n`;
      return;
    }
    case 'code':
      for (const line of codeLines(block, width - 4)) yield `    ${style.cyan(line)}\n`;
      return;
    case 'aligned':
      yield* aligned(block.lines, options);
      return;
    case 'chart':
      for (const line of chartLines(block.chart, options)) yield `${line}\n`;
  }
}

function codeLines({ text, language }: Extract<Block, { kind: 'code' }>, width: number): string[] {
  const lines = safeLines(text);
  return language === 'text' ? lines.flatMap((line) => wrapIndented(line, width)) : wrapCode(lines, width);
}

/** As wide as the terminal, or as a page of text where there is none. */
function chartLines(chart: Chart, { width, ascii, depth = 0, spoken: aloud = false }: TableOptions): string[] {
  const columns = Number.isFinite(width) ? width : 80;
  if (aloud) return [...spoken(chart), ...chart.notes].flatMap((line) => wrap(line, columns));
  return drawn(chart, { width: columns, ascii, ink: inkOf(depth) });
}

/** The last cell of aligned lines is shown in as many columns at least and at most. */
const leastLast = 24;
const mostLast = 160;

function* aligned(lines: readonly (readonly string[])[], { style, width }: TableOptions): Generator<string> {
  const safe = lines.map((cells) => cells.map((cell) => safeText(cell.replace(/\s+/g, ' '))));
  const widths = safe.reduce<number[]>((most, cells) => cells.map((cell, i) => Math.max(most[i] ?? 0, displayWidth(cell))), []);
  const before = widths.slice(0, -1).reduce((sum, w) => sum + w + 2, 2);
  // What is left on a narrow screen would show nothing of it: it goes below.
  const below = Number.isFinite(width) && width - before < leastLast;
  for (const cells of safe) {
    const last = cells.at(-1) ?? '';
    const start = `  ${cells.slice(0, -1).map((cell, i) => pad(cell, widths[i]!, i === 0 ? 'left' : 'right')).join('  ')}`;
    const lines = below ? [cut(start, width), ...(last === '' ? [] : [cut(`    ${last}`, width)])] : [`${start}  ${cut(last, Math.max(10, Math.min(width - before, mostLast)))}`];
    for (const line of lines) yield `${style.dim(line.trimEnd())}\n`;
  }
}
