/** One JSON value a line. */

import { writeFile } from 'node:fs/promises';

export async function writeNdjson(path: string, rows: Iterable<object>): Promise<void> {
  let text = '';
  for (const row of rows) text += `${JSON.stringify(row)}\n`;
  await writeFile(path, text);
}
