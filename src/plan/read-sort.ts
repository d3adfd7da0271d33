/** ORDER BY, LIMIT and both in one of a serialized plan. */

import type { OutputColumn, Rel } from '../algebra/index.js';
import { indexOf, objectsOf } from '../duckdb/json.js';
import type { JsonObject } from '../duckdb/json.js';
import { readSortKey } from './calls.js';
import { columnsOf, limitOf, mapped } from './positions.js';

export interface Read {
  readonly rel: Rel;
  readonly output: readonly OutputColumn[];
}

export function readSort(node: JsonObject, input: Read): Read {
  const columns = columnsOf(input.output);
  const keys = objectsOf(node['orders']).map((order) => readSortKey(order, columns));
  const topN = node['type'] === 'LOGICAL_TOP_N';
  const limit = indexOf(node['limit']);
  const offset = node['offset'] === undefined ? 0 : indexOf(node['offset']);
  const output = mapped(input.output, node['projection_map'] ?? node['projections']);
  if (topN && (limit < 0 || offset < 0)) return { rel: { kind: 'opaque', operator: 'LOGICAL_TOP_N', inputs: [input.rel] }, output };
  return { rel: { kind: 'sortLimit', input: input.rel, keys, ...(topN && { limit, offset }) }, output };
}

export function readLimit(node: JsonObject, { rel, output }: Read): Read {
  const limit = limitOf(node['limit_val']);
  const offset = limitOf(node['offset_val']);
  if (limit === 'other' || offset === 'other') return { rel: { kind: 'opaque', operator: 'LOGICAL_LIMIT', inputs: [rel] }, output };
  // Without a limit an offset alone still drops rows.
  return { rel: { kind: 'sortLimit', input: rel, keys: [], ...(limit !== undefined && { limit }), offset: offset ?? 0 }, output };
}
