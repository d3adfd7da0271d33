/** Which text columns have few values, from rows of a sample that are spread over the table. */

import type { Column } from '../contract.js';

/** Longer texts are cut in the store: what is longer is nobody's name for anything. */
export const longestValue = 61;

/** @param rows of texts or nulls under the keys c0, c1, ... in the order of the columns */
export function fewValues(columns: readonly Column[], rows: Iterable<Readonly<Record<string, unknown>>>, most: number): Map<string, string[]> {
  const found = columns.map(() => new Set<string>());
  for (const row of rows) {
    found.forEach((values, i) => {
      const value = row[`c${i}`];
      // One too many says that there are many.
      if (typeof value === 'string' && value !== '' && values.size <= most) values.add(value);
    });
  }
  return new Map(columns.flatMap(({ name }, i) => (found[i]!.size > most ? [] : [[name, [...found[i]!]] as const])));
}
