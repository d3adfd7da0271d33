/** Which column of a scan the keys for a fragment's column go to: dropping rows by the one is dropping them by the other. */

import type { ColumnId, Rel, Scan, ScanColumn } from '../../algebra/index.js';
import type { Fragment } from '../contract.js';

export interface KeyTarget {
  readonly scan: Scan;
  readonly column: ScanColumn;
}

/** @param id of the fragment's output; absent where the fragment is a filtered scan, whose columns are known by name */
export function keyTarget(rel: Rel, id: ColumnId | undefined, name: string): KeyTarget | undefined {
  switch (rel.kind) {
    case 'scan': {
      const column = rel.columns.find((candidate) => (id === undefined ? candidate.column.name === name : candidate.id === id));
      return column && { scan: rel, column };
    }
    case 'filter':
      return keyTarget(rel.input, id, name);
    case 'sortLimit':
      // A limit over fewer rows would take others; a scan under its own limit is no target in any plan.
      return rel.limit === undefined || id === undefined ? keyTarget(rel.input, id, name) : undefined;
    case 'project':
    case 'aggregate': {
      const columns = rel.kind === 'project' ? rel.columns : rel.groups;
      const expr = columns.find((column) => column.id === id)?.expr;
      return expr?.kind === 'column' ? keyTarget(rel.input, expr.id, name) : undefined;
    }
    case 'join': {
      const left = keyTarget(rel.left, id, name);
      return left ?? (rel.type === 'inner' || rel.type === 'left' ? keyTarget(rel.right, id, name) : undefined);
    }
    default:
      return undefined;
  }
}

/** The id of a fragment's output column. */
export function idOf({ columns, outputIds = [] }: Pick<Fragment, 'columns' | 'outputIds'>, name: string): ColumnId | undefined {
  return outputIds[columns.findIndex((column) => column.name === name)];
}
