/** A table of a page, row by row. */

import type { Cell } from '../../answer/contract.js';
import type { BlockColumn } from '../blocks.js';
import { cellText } from '../blocks.js';
import { markup } from '../markup.js';

export const tableHead = (columns: readonly BlockColumn[]): string =>
  `<div class="scroll"><table>\n<thead><tr>${columns.map(({ name, numeric }) => `<th scope="col"${numeric ? ' class="n"' : ''}>${markup(name)}</th>`).join('')}</tr></thead>\n<tbody>\n`;

export const tableFoot = '</tbody>\n</table></div>\n';

export function tableRow(cells: readonly Cell[], columns: readonly BlockColumn[]): string {
  return `<tr>${cells.map((value, i) => cell(value, columns[i]!)).join('')}</tr>\n`;
}

export function* tableParts(columns: readonly BlockColumn[], rows: readonly (readonly Cell[])[]): Generator<string> {
  yield tableHead(columns);
  for (const row of rows) yield tableRow(row, columns);
  yield tableFoot;
}

function cell(value: Cell, { numeric }: BlockColumn): string {
  if (value === null) return `<td class="null">NULL</td>`;
  const text = cellText(value);
  // Words that a column of severities holds; a value that happens to be one of them is painted, and nothing more.
  const name = numeric ? ' class="n"' : text === 'breaking' || text === 'risky' ? ` class="${text}"` : '';
  // Line ends and runs of blanks are kept by the style.
  return `<td${name}>${text.split(/\r\n|\n|\r/).map(markup).join('\n')}</td>`;
}
