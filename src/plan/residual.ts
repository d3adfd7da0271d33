/**
 * A relation as DuckDB SQL, for the engine to run over staged fragments. Every operator is a SELECT of its own whose
 * columns are named by their ids, which are unique in a plan, so no name can mean another thing. Types are written out
 * wherever binding anew could choose others. What cannot be printed so is Unprintable, and the statement itself is run.
 */

import { quoteIdentifier as q, typeName } from '../algebra/index.js';
import type { AggregateCall, Expr, OutputColumn, Rel, SortLimit, Type } from '../algebra/index.js';
import { volatileFunctions } from '../duckdb/volatile.js';
import { unknownMark } from './expression.js';
import { mapColumns } from './map-columns.js';
import { printLiteral } from './print.js';

export class Unprintable extends Error {}

/** The SELECT of a relation that is staged, its columns named by their ids; undefined for one that is computed here. */
export type Leaf = (rel: Rel) => string | undefined;

export interface ResidualOptions {
  readonly leaf: Leaf;
  readonly outputs: ReadonlyMap<Rel, readonly OutputColumn[]>;
}

export interface NamedColumn {
  readonly name: string;
  /** As DuckDB writes it. */
  readonly type: string;
}

/** The whole plan, with the statement's own names for its columns. */
export function printResidual(plan: Rel, output: readonly OutputColumn[], names: readonly NamedColumn[], options: ResidualOptions): string {
  if (names.length !== output.length) throw new Unprintable('the plan hands on other columns than the statement');
  const printer = new Printer(options);
  // A subquery's own order is nobody's promise, so the outermost sort has to be the outermost SELECT's.
  let below = plan;
  let columns: readonly Expr[] = output.map(({ id, type }) => ({ kind: 'column', id, type }));
  while (below.kind === 'project') {
    const made = new Map(below.columns.map(({ id, expr }) => [id, expr]));
    columns = columns.map((expr) => mapColumns(expr, (column) => made.get(column.id) ?? column));
    below = below.input;
  }
  const sort = below.kind === 'sortLimit' && options.leaf(below) === undefined ? below : undefined;
  const items = (exprs: readonly Expr[]) => exprs.map((expr, i) => `CAST(${exactExpr(expr)} AS ${names[i]!.type}) AS ${q(names[i]!.name)}`).join(', ');
  return `SELECT ${items(columns)} FROM (${printer.print(sort ? sort.input : below)}) AS plan${sort ? tail(sort, 'plan') : ''}`;
}

/** A relation without order, its columns named by their ids. */
export function printRel(rel: Rel, options: ResidualOptions): string {
  return new Printer(options).print(rel);
}

class Printer {
  constructor(private readonly options: ResidualOptions) {}

  print(rel: Rel): string {
    const staged = this.options.leaf(rel);
    if (staged !== undefined) return staged;
    const over = (input: Rel) => `(${this.print(input)}) AS input`;
    switch (rel.kind) {
      case 'filter':
        return `SELECT * FROM ${over(rel.input)}${rel.conjuncts.length === 0 ? '' : ` WHERE ${rel.conjuncts.map((expr) => exactExpr(expr)).join(' AND ')}`}`;
      case 'project':
        return `SELECT ${list(rel.columns.map(({ id, expr }) => `${exactExpr(expr)} AS ${q(id)}`))} FROM ${over(rel.input)}`;
      case 'aggregate': {
        const groups = rel.groups.map(({ id, expr }) => ({ id, sql: exactExpr(expr) }));
        const items = [...groups.map(({ id, sql }) => `${sql} AS ${q(id)}`), ...rel.aggregates.map((call) => `${aggregate(call)} AS ${q(call.id)}`)];
        return `SELECT ${list(items)} FROM ${over(rel.input)}${groups.length === 0 ? '' : ` GROUP BY ${groups.map(({ sql }) => sql).join(', ')}`}`;
      }
      case 'join':
        return this.#join(rel);
      case 'sortLimit':
        return `SELECT * FROM ${over(rel.input)}${tail(rel, 'input')}`;
      case 'setOperation': {
        const parts = rel.inputs.map((input) => {
          const columns = this.options.outputs.get(input);
          if (columns?.length !== rel.ids.length) throw new Unprintable('a set operation over other columns');
          return `(SELECT ${columns.map(({ id }) => q(id)).join(', ')} FROM ${over(input)})`;
        });
        return `SELECT * FROM (${parts.join(` ${rel.op.toUpperCase()}${rel.all ? ' ALL' : ''} `)}) AS united(${rel.ids.map(q).join(', ')})`;
      }
      default:
        throw new Unprintable(rel.kind === 'opaque' ? rel.operator : rel.kind);
    }
  }

  #join(rel: Extract<Rel, { kind: 'join' }>): string {
    if (rel.type === 'single' || rel.type === 'mark') throw new Unprintable(`${rel.type} join`);
    const sides = [`(${this.print(rel.left)}) AS "left"`, `(${this.print(rel.right)}) AS "right"`] as const;
    if (rel.on.length === 0 && rel.type === 'inner') return `SELECT * FROM ${sides[0]} CROSS JOIN ${sides[1]}`;
    const on = rel.on.length === 0 ? 'true' : rel.on.map((expr) => exactExpr(expr)).join(' AND ');
    return `SELECT * FROM ${sides[0]} ${rel.type.toUpperCase()} JOIN ${sides[1]} ON ${on}`;
  }
}

/** A SELECT has a column, even when nobody wants one. */
function list(items: readonly string[]): string {
  return items.length === 0 ? `NULL AS ${q(`${unknownMark}row`)}` : items.join(', ');
}

/** Behind FROM: the keys as columns of what stands there, not as names that the SELECT gives. */
function tail({ keys, limit, offset }: SortLimit, from: string): string {
  const order = keys.map(({ expr, descending, nullsFirst }) => `${exactExpr(expr, from)} ${descending ? 'DESC' : 'ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`);
  return `${order.length === 0 ? '' : ` ORDER BY ${order.join(', ')}`}${limit === undefined ? '' : ` LIMIT ${limit}`}${offset ? ` OFFSET ${offset}` : ''}`;
}

function aggregate({ name, args, distinct, filter, type }: AggregateCall): string {
  if (name.startsWith(unknownMark)) throw new Unprintable(name);
  const call = name === 'count_star' ? 'count(*)' : `${q(name)}(${distinct ? 'DISTINCT ' : ''}${args.map((expr) => exactExpr(expr)).join(', ')})`;
  return typed(`${call}${filter === undefined ? '' : ` FILTER (WHERE ${exactExpr(filter)})`}`, type);
}

/** An expression that binds to what it was bound to. */
export function exactExpr(expr: Expr, from?: string): string {
  const print = (child: Expr) => exactExpr(child, from);
  switch (expr.kind) {
    case 'column':
      return from === undefined ? q(expr.id) : `${from}.${q(expr.id)}`;
    case 'literal':
      return `CAST(${expr.value === null ? 'NULL' : printLiteral(expr.value, expr.type)} AS ${typeName(expr.type)})`;
    case 'compare':
      return `(${print(expr.left)} ${expr.op.toUpperCase()} ${print(expr.right)})`;
    case 'and':
    case 'or':
      return `(${expr.args.map(print).join(` ${expr.kind.toUpperCase()} `)})`;
    case 'not':
      return `(NOT ${print(expr.arg)})`;
    case 'isNull':
      return `(${print(expr.arg)} IS ${expr.negated ? 'NOT ' : ''}NULL)`;
    case 'in':
      return `(${print(expr.arg)} ${expr.negated ? 'NOT ' : ''}IN (${expr.list.map(print).join(', ')}))`;
    case 'cast':
      return `${expr.try ? 'TRY_CAST' : 'CAST'}(${print(expr.arg)} AS ${typeName(expr.type)})`;
    case 'call':
      return call(expr, print);
    case 'case': {
      const whens = expr.whens.map(({ when, then }) => `WHEN ${print(when)} THEN ${print(then)}`);
      return typed(`CASE ${whens.join(' ')} ELSE ${print(expr.otherwise)} END`, expr.type);
    }
  }
}

function call({ name, args, type }: Extract<Expr, { kind: 'call' }>, print: (expr: Expr) => string): string {
  // Names of fields, and what else an expression keeps for itself, are not in its arguments.
  if (name.startsWith(unknownMark) || volatileFunctions.has(name) || type.kind === 'struct' || type.kind === 'map') throw new Unprintable(name);
  const printed = args.map(print).join(', ');
  return typed(name === 'coalesce' ? `coalesce(${printed})` : `${q(name)}(${printed})`, type);
}

function typed(sql: string, type: Type): string {
  return type.kind === 'decimal' || type.kind === 'int' || type.kind === 'float' ? `CAST(${sql} AS ${typeName(type)})` : sql;
}
