/** One aggregate of a SELECT: only those whose result is exact whatever the order of the rows. */

import type { AggregateCall, Reason } from '../contract.js';
import { isReason } from '../contract.js';
import { condition, operand } from './conditions.js';
import { familyOf } from './families.js';
import type { Scope } from './scope.js';
import type { Operand, Print, SqlStyle } from './style.js';

/** @param count how count() is called, where it isn't as over groups */
export function aggregateCall(call: AggregateCall, scope: Scope, style: SqlStyle, count = style.computes!.count): Operand | Reason {
  const computes = style.computes!;
  const local: Reason = { reason: `${call.name}() is computed locally` };
  const filter = call.filter && condition(call.filter, scope, style);
  if (filter !== undefined && isReason(filter)) return filter;
  if (filter?.exact === false) return { reason: 'an aggregate over a filter that the store answers only roughly is computed locally' };
  const chosen = (print: Print): Print => (filter === undefined ? print : (bind) => `CASE WHEN ${filter.print(bind)} THEN ${print(bind)} END`);
  if (call.name === 'count_star' && !call.distinct) {
    return integer(filter === undefined ? () => count('*') : (bind) => count(chosen(() => '1')(bind)));
  }
  const [argument] = call.args;
  if (argument === undefined || call.args.length !== 1) return local;
  const value = operand(argument, scope, style);
  switch (call.name) {
    case 'count': {
      if (!call.distinct) return counted(argument);
      if (isReason(value)) return value;
      const key = computes.distinct(value);
      return isReason(key) ? key : integer((bind) => count(`DISTINCT ${chosen(key)(bind)}`));
    }
    case 'min':
    case 'max': {
      if (isReason(value)) return value;
      if (style.ordered?.(value.family) === false) return { reason: `${value.family} has another order here` };
      const print = computes.extreme(call.name, { ...value, print: chosen(value.print) });
      return isReason(print) ? print : { type: value.type, family: value.family, print };
    }
    case 'sum':
    case 'sum_no_overflow': {
      if (isReason(value)) return value;
      const { type } = call;
      const scale = type.kind === 'decimal' ? type.scale : 0;
      // Distinct values of integers and decimals are the same everywhere; floats add up differently in every order.
      if (call.distinct || (value.family !== 'integer' && value.family !== 'decimal') || (type.kind !== 'decimal' && type.kind !== 'int')) return local;
      const print = computes.sum({ ...value, print: chosen(value.print) }, scale);
      return isReason(print) ? print : { type, family: type.kind === 'int' ? 'integer' : 'decimal', print };
    }
    default:
      return local;
  }

  /** Whether there is a value can be asked of any column, whatever its type. */
  function counted(of: AggregateCall['args'][number]): Operand | Reason {
    const placed = of.kind === 'column' && scope.made(of.id) === undefined ? scope.column(of.id) : undefined;
    const counting = placed ? { print: () => style.read(placed.column, placed.table) } : value;
    return isReason(counting) ? counting : integer((bind) => count(chosen(counting.print)(bind)));
  }

  function integer(print: Print): Operand {
    return { type: call.type, family: familyOf(call.type) ?? 'integer', print };
  }
}
