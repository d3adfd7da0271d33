/**
 * CSV by RFC 4180, lines ended by a line feed. NULL is nothing, an empty text is "" (as PostgreSQL's COPY has it). Data
 * is exact: a text that begins with = or @ stays as it is, so a spreadsheet may take it for a formula.
 */

import type { Cell } from '../answer/contract.js';
import { cellText } from './blocks.js';
import { plainJson } from './json.js';
import { distinctNames, recordsOf } from './records.js';
import { safeLines } from './safe.js';
import { streamWriter } from './writer.js';
import type { WriterFactory } from './writer.js';

export const csv: WriterFactory = ({ screen }, write) => {
  const field = (value: unknown): string => {
    if (value === null || value === undefined) return '';
    const exact = isPlain(value) ? cellText(value) : plainJson(value);
    const text = screen ? safeLines(exact).join('\n') : exact;
    return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const line = (values: readonly unknown[]): string => `${values.map(field).join(',')}\n`;
  return streamWriter(
    {
      head: (columns) => line(distinctNames(columns)),
      row: (row) => line(row),
      tail: () => '',
      cutShort: () => '',
      *whole(answer) {
        if (answer.kind === 'report') {
          // Sections differ in their columns; one line a cell is the one table that holds them all.
          yield line(['section', 'row', 'column', 'value']);
          for (const { title, columns, rows } of answer.sections) {
            const names = distinctNames(columns);
            for (const [i, row] of rows.entries()) for (const [j, cell] of row.entries()) yield line([title, i + 1, names[j], cell]);
          }
          return;
        }
        const records = recordsOf(answer);
        const names = Object.keys(records[0] ?? {});
        if (names.length > 0) yield line(names);
        for (const record of records) yield line(names.map((name) => record[name]));
      },
    },
    write,
  );
};

const isPlain = (value: unknown): value is Exclude<Cell, null | object> => typeof value !== 'object';
