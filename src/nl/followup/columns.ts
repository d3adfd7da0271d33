/** A column of a table by its name, fields below it included, in any case. */

import type { Table, Type } from '../../algebra/index.js';

export function typeAt(table: Table, path: readonly string[]): { path: readonly string[]; type: Type } | undefined {
  const [first, ...rest] = path;
  const column = table.columns.find((c) => c.name.toLowerCase() === first?.toLowerCase());
  if (column === undefined) return undefined;
  const taken = [column.name];
  let { type } = column;
  for (const step of rest) {
    const field = type.kind === 'struct' ? type.fields.find((f) => f.name.toLowerCase() === step.toLowerCase()) : undefined;
    if (field === undefined) return undefined;
    taken.push(field.name);
    type = field.type;
  }
  return { path: taken, type };
}
