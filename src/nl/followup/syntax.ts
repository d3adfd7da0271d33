/**
 * A statement's syntax tree, as DuckDB serializes it, as a query tree: so that the statement that was answered last can
 * be edited, whoever wrote it. What the tree has no word for is `NotATree`, and the statement is then taken as a whole.
 */

import type { Table } from '../../algebra/index.js';
import type { Catalog } from '../../catalog/contract.js';
import type { Join, Query, Source } from '../offline/tree/tree.js';
import { query } from '../offline/tree/tree.js';
import { NotATree, Names, expression, listOf, nodeOf, predicate, textOf } from './expressions.js';
import type { Node } from './expressions.js';

/** @param node `statements[0].node` of json_serialize_sql. Throws NotATree. */
export function treeOf(node: unknown, catalog: Catalog): Query {
  return select(nodeOf(node), catalog);
}

function select(node: Node, catalog: Catalog): Query {
  if (node['type'] !== 'SELECT_NODE' || listOf(nodeOf(node['cte_map'])['map']).length > 0 || node['sample'] !== undefined) throw new NotATree('more than one SELECT');
  const sources: Source[] = [];
  const joins: Join[] = [];
  const inner = (sub: unknown): Query => select(nodeOf(sub), catalog);
  const names = new Names(sources, inner);
  const from = sourceOf(nodeOf(node['from_table']), catalog, sources, joins, names);
  const columns = listOf(node['select_list']);
  const star = columns.length === 1 && nodeOf(columns[0])['class'] === 'STAR';
  const outputs = star ? [] : columns.map((item) => ({ expr: expression(item, names), ...(textOf(nodeOf(item)['alias']) === '' ? {} : { as: textOf(nodeOf(item)['alias']) }) }));
  names.outputs = outputs;
  if (listOf(node['group_sets']).length > 1 || (node['aggregate_handling'] ?? 'STANDARD_HANDLING') !== 'STANDARD_HANDLING') throw new NotATree('grouping sets');
  const tree = query(from, {
    select: outputs,
    joins,
    where: conjuncts(node['where_clause'], names),
    group: listOf(node['group_expressions']).map((item) => names.placed(item)),
    having: conjuncts(node['having'], names),
  });
  return foremost(modified(tree, listOf(node['modifiers']).map(nodeOf), names), node['qualify'], names);
}

function modified(tree: Query, modifiers: readonly Node[], names: Names): Query {
  let result = tree;
  for (const modifier of modifiers) {
    switch (modifier['type']) {
      case 'DISTINCT_MODIFIER':
        if (listOf(modifier['distinct_on_targets']).length > 0) throw new NotATree('DISTINCT ON');
        result = { ...result, distinct: true };
        break;
      case 'ORDER_MODIFIER':
        result = { ...result, order: ordersOf(modifier, names) };
        break;
      case 'LIMIT_MODIFIER': {
        const limit = modifier['limit'] === undefined ? undefined : expression(modifier['limit'], names);
        if (modifier['offset'] !== undefined || limit?.kind !== 'number') throw new NotATree('an offset');
        result = { ...result, limit: limit.value };
        break;
      }
      default:
        throw new NotATree('a modifier');
    }
  }
  return result;
}

function ordersOf(modifier: Node, names: Names): Query['order'] {
  return listOf(modifier['orders']).map((item) => {
    const order = nodeOf(item);
    if ((order['null_order'] ?? 'ORDER_DEFAULT') !== 'ORDER_DEFAULT') throw new NotATree('a place for NULLs');
    return { expr: names.placed(order['expression']), desc: order['type'] === 'DESCENDING' };
  });
}

/** QUALIFY rank() OVER (ORDER BY x) = 1. */
function foremost(tree: Query, qualify: unknown, names: Names): Query {
  if (qualify === undefined) return tree;
  const { type, left, right } = nodeOf(qualify);
  const window = nodeOf(left);
  const one = type === 'COMPARE_EQUAL' ? expression(right, names) : undefined;
  if (one?.kind !== 'number' || one.value !== 1 || window['type'] !== 'WINDOW_RANK' || listOf(window['partitions']).length > 0 || tree.order.length > 0) throw new NotATree('QUALIFY');
  return { ...tree, order: ordersOf(window, names), foremost: true };
}

function conjuncts(node: unknown, names: Names): Query['where'] {
  if (node === undefined) return [];
  const whole = predicate(node, names);
  return whole.kind === 'and' ? whole.args : [whole];
}

/** Joins lean to the left: each adds one table to those before it. */
function sourceOf(node: Node, catalog: Catalog, sources: Source[], joins: Join[], names: Names): Source {
  if (node['type'] === 'JOIN') {
    const from = sourceOf(nodeOf(node['left']), catalog, sources, joins, names);
    const right = nodeOf(node['right']);
    const kind = ({ INNER: 'inner', LEFT: 'left', OUTER: 'full' } as const)[textOf(node['join_type']) || 'INNER'];
    if (kind === undefined || right['type'] === 'JOIN' || (textOf(node['ref_type']) || 'REGULAR') !== 'REGULAR' || node['condition'] === undefined) throw new NotATree('a join of another kind');
    const source = sourceOf(right, catalog, sources, joins, names);
    joins.push({ kind, source, on: names.equalities(node['condition']) });
    return from;
  }
  let source: Source;
  if (node['type'] === 'BASE_TABLE') {
    const table = tableOf(node, catalog);
    source = { alias: textOf(node['alias']) || table.name, table };
  } else if (node['type'] === 'SUBQUERY') {
    source = { alias: textOf(node['alias']) || 'answer', query: select(nodeOf(nodeOf(node['subquery'])['node']), catalog) };
  } else {
    throw new NotATree('a source of another kind');
  }
  if (sources.some((s) => s.alias.toLowerCase() === source.alias.toLowerCase())) throw new NotATree('two sources of one name');
  sources.push(source);
  return source;
}

function tableOf(node: Node, catalog: Catalog): Table {
  const [database, schema, name] = [textOf(node['catalog_name']), textOf(node['schema_name']), textOf(node['table_name'])].map((t) => t.toLowerCase()) as [string, string, string];
  const [service, within] = database === '' ? [schema, undefined] : [database, schema];
  const tables = catalog.services.filter((s) => s.name.toLowerCase() === service).flatMap((s) => s.tables);
  const found = tables.filter((t) => t.name.toLowerCase() === name && (within === undefined || (t.schema ?? 'main').toLowerCase() === within));
  const table = found.find((t) => t.schema === undefined) ?? found[0];
  if (table === undefined || (found.length > 1 && found.every((t) => t.schema !== undefined))) throw new NotATree('a table that the catalogue does not have');
  return table;
}
