/** Which column of a scan the keys for a fragment's column go to: dropping rows by the one is dropping them by the other. */

import type { ColumnId, Rel, Scan, ScanColumn } from '../../algebra/index.js';
import { isReason } from '../../../connectors/contract.js';
import type { Reason } from '../../../connectors/contract.js';
import type { Fragment } from '../contract.js';

export interface KeyTarget {
  readonly scan: Scan;
  readonly column: ScanColumn;
}

/** Why rows may not be dropped below a limit, nor below a window. */
export const belowLimit = 'a limit over fewer rows would take others';
export const belowWindow = 'a window over fewer rows would say something else: not all of its functions are partitioned by that column';

const elsewhere: Reason = { reason: 'the column is no table\'s' };

/** @param id of the fragment's output; absent where the fragment is a filtered scan, whose columns are known by name */
export function keyTarget(rel: Rel, id: ColumnId | undefined, name: string): KeyTarget | Reason {
  switch (rel.kind) {
    case 'scan': {
      const column = rel.columns.find((candidate) => (id === undefined ? candidate.column.name === name : candidate.id === id));
      return column === undefined ? elsewhere : { scan: rel, column };
    }
    case 'filter':
      return keyTarget(rel.input, id, name);
    case 'sortLimit':
      // A scan under its own limit is no target in any plan.
      return unless(rel.limit !== undefined && id !== undefined, belowLimit, keyTarget(rel.input, id, name));
    case 'project':
    case 'aggregate': {
      const columns = rel.kind === 'project' ? rel.columns : rel.groups;
      const expr = columns.find((column) => column.id === id)?.expr;
      return expr?.kind === 'column' ? keyTarget(rel.input, expr.id, name) : elsewhere;
    }
    case 'join': {
      const left = keyTarget(rel.left, id, name);
      return left !== elsewhere || (rel.type !== 'inner' && rel.type !== 'left') ? left : keyTarget(rel.right, id, name);
    }
    case 'window':
      return unless(rel.calls.some(({ partitions }) => !partitions.some((expr) => expr.kind === 'column' && expr.id === id)), belowWindow, keyTarget(rel.input, id, name));
    case 'setOperation':
      return rel.ids.some((own) => own === id) ? { reason: 'keys go to one table, and a set operation has several' } : elsewhere;
    default:
      return elsewhere;
  }
}

/** The id of a fragment's output column. */
export function idOf({ columns, outputIds = [] }: Pick<Fragment, 'columns' | 'outputIds'>, name: string): ColumnId | undefined {
  return outputIds[columns.findIndex((column) => column.name === name)];
}

function unless(refused: boolean, reason: string, target: KeyTarget | Reason): KeyTarget | Reason {
  return refused && !isReason(target) ? { reason } : target;
}
