/** Whose the values are that are shown. */

import type { TableEntry } from '../link/catalog.js';
import type { Sketch } from '../read/sketch.js';
import type { Output, Scalar } from '../tree/tree.js';
import { isKey, labelOf } from './roles.js';
import type { Scope } from './scope.js';

/** "The grade of each employee": a value is shown with what a person calls its owner by. */
export function withOwner(select: readonly Output[], scope: Scope): Output[] {
  const { main } = scope;
  const label = labelOf(main);
  const identifies = ({ expr }: Output) =>
    expr.kind === 'column' &&
    main.columns.some((c) => expr.source.table === main.table && c.path.join('.') === expr.path.join('.') && (label.includes(c) || isKey(c) || c.names.some((n) => n.words.includes('name'))));
  if (select.some(identifies) || label.some(isKey)) return [...select];
  return [...label.map((c) => ({ expr: scope.column(c) })), ...select];
}

/** "Hometowns that at least two players share": values are shown, nothing says whose. */
export function aboutValues(sketch: Sketch, main: TableEntry, plain: readonly Scalar[]): boolean {
  const own = [...labelOf(main), ...main.columns.filter(isKey)].map((c) => c.path.join('.'));
  const anchored = sketch.subject !== undefined || sketch.selects.some((t) => t.mention?.anchor !== undefined);
  return !anchored && plain.length > 0 && plain.every((p) => p.kind === 'column' && p.source.table === main.table && !own.includes(p.path.join('.')));
}
