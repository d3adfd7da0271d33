/** Aggregate functions and sort keys of a serialized plan. */

import { unknownMark } from '../algebra/index.js';
import type { AggregateCall, OutputColumn, SortKey } from '../algebra/index.js';
import { arrayOf, stringOf } from '../duckdb/json.js';
import type { JsonObject } from '../duckdb/json.js';
import { typeOfJson } from '../duckdb/types.js';
import { hidesArguments, readExpr } from './expression.js';
import type { Columns } from './expression.js';

export function readAggregateCall(call: JsonObject, result: OutputColumn, columns: Columns): AggregateCall {
  // An order within the aggregate, or arguments that it took out of the list, are nothing that AggregateCall can say.
  const hidden = hidesArguments(call) || call['order_bys'] !== undefined || typeOfJson(call['return_type']) === undefined;
  return {
    id: result.id,
    name: (hidden ? unknownMark : '') + stringOf(call['name']).toLowerCase(),
    args: arrayOf(call['children']).map((arg) => readExpr(arg, columns)),
    distinct: call['aggregate_type'] === 'DISTINCT',
    ...(call['filter'] !== undefined && { filter: readExpr(call['filter'], columns) }),
    type: result.type,
  };
}

export function readSortKey(order: JsonObject, columns: Columns): SortKey {
  return {
    expr: readExpr(order['expression'], columns),
    descending: order['type'] === 'DESCENDING',
    nullsFirst: order['null_order'] === 'NULLS FIRST',
  };
}
