/** Numbers of a question in the unit that a column is kept in. */

import { writtenWords } from '../link/catalog.js';
import type { ColumnEntry } from '../link/catalog.js';
import type { Operand } from '../read/sketch.js';
import { unitKept } from '../text/units.js';
import { Undecided } from './reading.js';
import { isNumeric } from './roles.js';
import type { Scope } from './scope.js';

/** Kept in hundredths: what a bare number is of, nobody can tell. */
export function isInCents(column: ColumnEntry): boolean {
  return /^(cents?|pence|pennies)$/.test(writtenWords(column.path.at(-1)!).at(-1)!);
}

/** Throws Undecided where it can't be told how much of the column's unit is meant. */
export function inUnitOf(column: ColumnEntry, operand: Operand, { graph, words }: Scope): Operand {
  if (operand.kind !== 'number' || !isNumeric(column.type)) return operand;
  const kept = unitKept(writtenWords(column.path.at(-1)!));
  const name = column.path.join('.');
  const { unit, value } = operand;
  if (unit === undefined) {
    if (isInCents(column) && value !== 0 && !['cent', 'pence', 'penny'].some((word) => words.has(word))) throw new Undecided(`${name} is in ${writtenWords(name).at(-1)!}: say "${value} ${writtenWords(name).at(-1)!}" or name the currency`);
    return operand;
  }
  if (kept === undefined) {
    if (graph.schema.services.length > 1 && (unit.family === 'time' || (unit.family === 'money' && unit.size === 1))) throw new Undecided(`the unit of ${name}, which its name does not say`);
    return operand;
  }
  if (kept.family !== unit.family) throw new Undecided(`a number of another unit than that of ${name}`);
  return { kind: 'number', value: Number(((value * unit.size) / kept.size).toPrecision(12)) };
}
