/** The operators of a plan in SQL's words, columns under the names of the tables or fragments that they come from. */

import { inputs, tableName, typeOf, unknownMark } from '../algebra/index.js';
import type { AggregateCall, ColumnId, Expr, Rel, Table, WindowCall } from '../algebra/index.js';
import type { Fragment } from './contract.js';
import { mapColumns } from './map-columns.js';
import { printExpr } from '../algebra/print.js';
import { idOf } from './rules/key-target.js';
import { quotientIn } from './rules/averages.js';

/** Longer descriptions are cut: the SQL that runs here stands beside them. */
const longest = 160;

const joinWords: Readonly<Record<string, string>> = { single: 'join with a scalar subquery', mark: 'IN or EXISTS as a value', semi: 'IN or EXISTS', anti: 'NOT EXISTS' };

export class LocalWords {
  readonly #made = new Map<ColumnId, Expr>();
  readonly #names = new Map<ColumnId, string>();

  /** @param leaves what the tables of the plan are staged of: what a store computed is told by what it is */
  constructor(rel: Rel, private readonly leaves: ReadonlyMap<Table, Fragment> = new Map()) {
    this.#collect(rel);
  }

  show(expr: Expr): string {
    return cut(printExpr(this.#resolve(expr, 0), (id) => this.#names.get(id) ?? id).replaceAll(unknownMark, ''));
  }

  of(rel: Rel): string {
    const list = (exprs: readonly Expr[]) => exprs.map((expr) => this.show(expr)).join(', ');
    switch (rel.kind) {
      case 'join':
      case 'dependentJoin':
        return cut(`${rel.kind === 'dependentJoin' ? 'correlated subquery' : joinWords[rel.type] ?? `${rel.type} join`}${rel.kind === 'dependentJoin' && rel.on.length === 0 ? '' : rel.on.length > 0 ? ` ON ${rel.on.map((expr) => this.show(expr)).join(' AND ')}` : ' of every row with every row'}`);
      case 'window':
        return cut(rel.calls.map((call) => this.#window(call)).join(', '));
      case 'aggregate': {
        const groups = list(rel.groups.map(({ expr }) => expr));
        if (rel.aggregates.length === 0) return cut(`DISTINCT ${groups}`);
        return cut(`${list(rel.aggregates.map(callOf))}${groups === '' ? '' : ` GROUP BY ${groups}`}`);
      }
      case 'sortLimit': {
        const keys = rel.keys.map(({ expr, descending }) => `${this.show(expr)}${descending ? ' DESC' : ''}`).join(', ');
        return cut([...(keys === '' ? [] : [`ORDER BY ${keys}`]), ...(rel.limit === undefined ? [] : [`LIMIT ${rel.limit}`]), ...(rel.offset ? [`OFFSET ${rel.offset}`] : [])].join(' '));
      }
      case 'project':
        return cut(list(rel.columns.flatMap(({ expr }) => (expr.kind === 'column' ? [] : [quotientIn(expr) ?? expr]))));
      case 'filter':
        return cut(rel.conjuncts.map((expr) => this.show(expr)).join(' AND '));
      case 'setOperation':
        return `${rel.op.toUpperCase()}${rel.all ? ' ALL' : ''}`;
      case 'opaque':
        return operatorWords(rel.operator);
      case 'cte':
      case 'reference':
        return `WITH ${rel.name}`;
      case 'scan':
        return tableName(rel.table);
    }
  }

  #window({ name, args, partitions, orders, type }: WindowCall): string {
    const over = [
      ...(partitions.length > 0 ? [`PARTITION BY ${partitions.map((expr) => this.show(expr)).join(', ')}`] : []),
      ...(orders.length > 0 ? [`ORDER BY ${orders.map(({ expr, descending }) => `${this.show(expr)}${descending ? ' DESC' : ''}`).join(', ')}`] : []),
    ];
    return `${this.show({ kind: 'call', name, args, type })} OVER (${over.join(' ')})`;
  }

  #collect(rel: Rel): void {
    if (rel.kind === 'scan') {
      const of = rel.table.service === 'memory' ? rel.table.name : tableName(rel.table);
      const fragment = this.leaves.get(rel.table);
      const asked = fragment?.alone === true ? new LocalWords(fragment.rel) : undefined;
      for (const { id, column } of rel.columns) this.#names.set(id, (asked && asked.#computed(idOf(fragment!, column.name))) ?? `${of}.${column.name}`);
    }
    if (rel.kind === 'dependentJoin') for (const { id, expr } of rel.keys) this.#make(id, expr);
    if (rel.kind === 'join' && rel.mark !== undefined) this.#names.set(rel.mark, `(${joinWords[rel.type] ?? rel.type})`);
    if (rel.kind === 'project') for (const { id, expr } of rel.columns) this.#make(id, quotientIn(expr) ?? expr);
    if (rel.kind === 'aggregate') {
      for (const { id, expr } of rel.groups) this.#make(id, expr);
      for (const call of rel.aggregates) this.#make(call.id, callOf(call));
    }
    if (rel.kind === 'window') for (const { id, name, args, type } of rel.calls) this.#make(id, { kind: 'call', name, args, type });
    if (rel.kind === 'reference') for (const { id, from, type } of rel.columns) this.#make(id, { kind: 'column', id: from, type });
    for (const input of inputs(rel)) this.#collect(input);
  }

  #computed(id: ColumnId | undefined): string | undefined {
    const made = id === undefined ? undefined : this.#made.get(id);
    return made && this.show(made);
  }

  #make(id: ColumnId, expr: Expr): void {
    if (expr.kind !== 'column' || expr.id !== id) this.#made.set(id, expr);
  }

  /** In terms of the tables' columns, as far as that stays readable. */
  #resolve(expr: Expr, depth: number): Expr {
    if (depth > 20) return expr;
    return mapColumns(expr, (column) => {
      const made = this.#made.get(column.id);
      return made === undefined ? column : this.#resolve(made, depth + 1);
    });
  }
}

function callOf({ name, args, distinct, type }: AggregateCall): Expr {
  return { kind: 'call', name: distinct ? `${name} distinct` : name === 'count_star' ? 'count' : name, args, type: type ?? typeOf(args[0]!) };
}

/** LOGICAL_DELIM_JOIN: DuckDB's own words, without its spelling. */
function operatorWords(operator: string): string {
  const words: Readonly<Record<string, string>> = {
    LOGICAL_UNNEST: 'unnested lists',
    LOGICAL_RECURSIVE_CTE: 'recursive CTEs',
    LOGICAL_PIVOT: 'PIVOT',
    LOGICAL_SAMPLE: 'samples',
    LOGICAL_ASOF_JOIN: 'ASOF joins',
    LOGICAL_ANY_JOIN: 'joins without an equality',
    LOGICAL_CROSS_PRODUCT: 'joins of every row with every row',
    LOGICAL_DUMMY_SCAN: 'values without a table',
    LOGICAL_EXPRESSION_GET: 'lists of values',
    LOGICAL_COLUMN_DATA_GET: 'lists of values',
    LOGICAL_EMPTY_RESULT: 'nothing at all',
  };
  return words[operator] ?? operator.replace(/^LOGICAL_/, '').toLowerCase().replaceAll('_', ' ');
}

function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest - 3)}...` : text;
}
