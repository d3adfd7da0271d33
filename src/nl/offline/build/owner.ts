/** "The grade of each employee": a value is shown with what a person calls its owner by. */

import type { Output } from '../tree/tree.js';
import { isKey, labelOf } from './roles.js';
import type { Scope } from './scope.js';

export function withOwner(select: readonly Output[], scope: Scope): Output[] {
  const { main } = scope;
  const label = labelOf(main);
  const identifies = ({ expr }: Output) =>
    expr.kind === 'column' &&
    main.columns.some((c) => expr.source.table === main.table && c.path.join('.') === expr.path.join('.') && (label.includes(c) || isKey(c) || c.names.some((n) => n.words.includes('name'))));
  if (select.some(identifies) || label.some(isKey)) return [...select];
  return [...label.map((c) => ({ expr: scope.column(c) })), ...select];
}
