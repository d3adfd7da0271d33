/**
 * A table of a page. Its first rows stand there as HTML, for print and for readers without scripts; the others lie in the
 * page as JSON, from which table-script.ts shows a window at a time. What would make the page too large is left out and
 * counted.
 */

import type { Cell } from '../../answer/contract.js';
import { count } from '../amounts.js';
import type { BlockColumn } from '../blocks.js';
import { cellText } from '../blocks.js';
import { markup } from '../markup.js';
import { safeText } from '../safe.js';

/** Rows that stand as HTML. */
export const standing = 1_000;
/** Rows of one table, and characters of all of them. */
export const mostRows = 100_000;
export const mostCharacters = 64_000_000;
const mostInCell = 10_000;

export class PageTable {
  readonly #first: (readonly Cell[])[] = [];
  #held = 0;
  #seen = 0;
  #characters = 0;
  #cutCells = 0;

  /** @param id of its element, like no other in the page */
  constructor(private readonly columns: readonly BlockColumn[], private readonly id: string) {}

  get seen(): number {
    return this.#seen;
  }

  /** Takes rows; gives what must be written of them at once, outside of any visible part. */
  add(batch: readonly (readonly Cell[])[]): string {
    const later: string[] = [];
    for (const row of batch) {
      this.#seen += 1;
      if (this.#held >= mostRows || this.#characters > mostCharacters) continue;
      this.#held += 1;
      if (this.#first.length < standing && this.#characters < mostCharacters / 8) {
        this.#first.push(row);
        for (const cell of row) this.#characters += typeof cell === 'string' ? Math.min(cell.length, mostInCell) : 8;
      } else {
        const text = JSON.stringify(row.map((cell) => (cell === null ? null : safeLines(this.#text(cell)))));
        this.#characters += text.length;
        later.push(text);
      }
    }
    // Inside of such an element only "</script" and "<!--" mean anything.
    return later.length === 0 ? '' : `<script type="application/json" class="rows" data-table="${this.id}">[${later.join(',').replaceAll('<', '\\u003c')}]</script>\n`;
  }

  /** The visible table. */
  *parts(): Generator<string> {
    const heads = this.columns.map(({ name, numeric, instant }) => `<th scope="col"${numeric ? ' class="n" data-kind="number"' : instant === true ? ' data-kind="time"' : ''}>${markup(name)}</th>`);
    yield `<div class="scroll"><table id="${this.id}">\n<thead><tr>${heads.join('')}</tr></thead>\n<tbody>\n`;
    for (const row of this.#first) yield `<tr>${row.map((value, i) => this.#cell(value, this.columns[i]!)).join('')}</tr>\n`;
    yield '</tbody>\n</table></div>\n';
    if (this.#held < this.#seen) yield `<p class="warning">This page holds the first ${count(this.#held)} of ${count(this.#seen)} rows; --format csv, ndjson or json has all.</p>\n`;
    if (this.#cutCells > 0) yield `<p class="warning">${count(this.#cutCells)} ${this.#cutCells === 1 ? 'value is' : 'values are'} cut to ${count(mostInCell)} characters here.</p>\n`;
  }

  #text(cell: Exclude<Cell, null>): string {
    const text = cellText(cell);
    if (text.length <= mostInCell) return text;
    this.#cutCells += 1;
    return `${text.slice(0, mostInCell)}…`;
  }

  #cell(value: Cell, { numeric }: BlockColumn): string {
    if (value === null) return `<td class="null">NULL</td>`;
    const text = this.#text(value);
    // Words that a column of severities holds; a value that happens to be one of them is painted, and nothing more.
    const name = numeric ? ' class="n"' : text === 'breaking' || text === 'risky' ? ` class="${text}"` : '';
    // Line ends and runs of blanks are kept by the style.
    return `<td${name}>${markupLines(text)}</td>`;
  }
}

const lineEnd = /\r\n|\n|\r/;
const safeLines = (text: string): string => text.split(lineEnd).map(safeText).join('\n');
const markupLines = (text: string): string => text.split(lineEnd).map(markup).join('\n');

/** A table whose rows are all there. */
export function* tableParts(columns: readonly BlockColumn[], rows: readonly (readonly Cell[])[], id: string): Generator<string> {
  const table = new PageTable(columns, id);
  for (let at = 0; at < rows.length; at += standing) {
    const data = table.add(rows.slice(at, at + standing));
    if (data !== '') yield data;
  }
  yield* table.parts();
}
