/** One JSON object a row; equal column names get a suffix. What surrounds the rows goes to `--meta FILE`. */

import type { Cell } from '../answer/contract.js';
import { plainJson } from './json.js';
import { distinctNames, recordsOf } from './records.js';
import { streamWriter } from './writer.js';
import type { WriterFactory } from './writer.js';

/** Written by hand: an object would put columns called "1" before those called "a". */
function object(names: readonly string[], cells: readonly Cell[]): string {
  return `{${names.map((name, i) => `${plainJson(name)}:${plainJson(cells[i] ?? null)}`).join(',')}}\n`;
}

export const ndjson: WriterFactory = (_, write) => {
  let names: string[] = [];
  return streamWriter(
    {
      head(columns) {
        names = distinctNames(columns);
        return '';
      },
      row: (row) => object(names, row),
      tail: () => '',
      cutShort: () => '',
      *whole(answer) {
        if (answer.kind !== 'report') {
          for (const record of recordsOf(answer)) yield `${plainJson(record)}\n`;
          return;
        }
        for (const { title, columns, rows } of answer.sections) {
          const own = distinctNames([{ name: 'section' }, ...columns]);
          for (const row of rows) yield object(own, [title, ...row]);
        }
      },
    },
    write,
  );
};
