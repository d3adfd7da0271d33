/** What the words of a question were taken for, where the question doesn't say so itself: shown beside the answer. */

import { tableName } from '../../../algebra/index.js';
import type { ColumnEntry } from '../link/catalog.js';
import type { Cond, Mention, Sketch } from '../read/sketch.js';
import type { Binding } from './bind.js';

/** A name at least this near is what was said. */
const exact = 0.9;

export function assumed(sketch: Sketch, binding: Binding): string[] {
  const taken: string[] = [];
  const cond = (c: Cond): void => {
    if (c.kind === 'relation') c.conds.forEach(cond);
    else if (c.kind === 'or' || c.kind === 'both') c.args.forEach(cond);
    else if (c.kind === 'value' && c.right.kind === 'text') {
      const choice = binding.get(c);
      if (choice?.column !== undefined) taken.push(`"${c.right.value}" = ${columnName(choice.column)} is '${choice.value ?? c.right.value}'`);
    }
  };
  sketch.conds.forEach(cond);
  for (const m of sketch.mentions) {
    const choice = binding.get(m);
    if (choice === undefined || nearness(m, choice.table, choice.column) >= exact) continue;
    taken.push(`"${m.chunk.text}" = ${choice.column === undefined ? tableName(choice.table.table) : columnName(choice.column)}`);
  }
  return [...new Set(taken)];
}

function nearness(m: Mention, table: ColumnEntry['table'], column: ColumnEntry | undefined): number {
  if (column === undefined) return m.tables.find((t) => t.table === table)?.score ?? 0;
  return m.columns.find((c) => c.column === column)?.score ?? 0;
}

function columnName({ table, path }: ColumnEntry): string {
  return `${table.table.name}.${path.join('.')}`;
}
