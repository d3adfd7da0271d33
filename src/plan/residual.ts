/**
 * A relation as DuckDB SQL, for the engine to run over staged fragments. Every operator is a SELECT of its own whose
 * columns are named by their ids, which are unique in a plan, so no name can mean another thing. Types are written out
 * wherever binding anew could choose others. What cannot be printed so is Unprintable, and the statement itself is run.
 */

import { outputOf, quoteIdentifier as q, typeName, unknownMark } from '../algebra/index.js';
import type { AggregateCall, CompareOp, DependentJoin, Expr, Frame, FrameBound, Join, Opaque, OutputColumn, Rel, SortKey, SortLimit, Type, WindowCall } from '../algebra/index.js';
import { volatileFunctions } from '../duckdb/volatile.js';
import { mapColumns } from './map-columns.js';
import { printLiteral } from '../algebra/print.js';
import { isAtMostOne } from './rules/at-most-one.js';

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
  const ctes: string[] = [];
  for (; below.kind === 'project' || below.kind === 'cte'; below = below.kind === 'cte' ? below.body : below.input) {
    if (below.kind === 'cte') {
      ctes.push(printer.definition(below));
      continue;
    }
    const made = new Map(below.columns.map(({ id, expr }) => [id, expr]));
    columns = columns.map((expr) => mapColumns(expr, (column) => made.get(column.id) ?? column));
  }
  const sort = below.kind === 'sortLimit' && options.leaf(below) === undefined ? below : undefined;
  const items = (exprs: readonly Expr[]) => exprs.map((expr, i) => `CAST(${exactExpr(expr)} AS ${names[i]!.type}) AS ${q(names[i]!.name)}`).join(', ');
  const body = `SELECT ${items(columns)} FROM (${printer.print(sort ? sort.input : below)}) AS plan${sort ? tail(sort, 'plan') : ''}`;
  return withNamed(ctes, body);
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
          const columns = this.options.outputs.get(input) ?? outputOf(input);
          if (columns?.length !== rel.ids.length) throw new Unprintable('a set operation over other columns');
          return `(SELECT ${columns.map(({ id }) => q(id)).join(', ')} FROM ${over(input)})`;
        });
        return `SELECT * FROM (${parts.join(` ${rel.op.toUpperCase()}${rel.all ? ' ALL' : ''} `)}) AS united(${rel.ids.map(q).join(', ')})`;
      }
      case 'window':
        return `SELECT *, ${rel.calls.map((call) => `${windowCall(call)} AS ${q(call.id)}`).join(', ')} FROM ${over(rel.input)}`;
      case 'cte':
        return withNamed([this.definition(rel)], this.print(rel.body));
      case 'reference':
        return `SELECT ${list(rel.columns.map(({ id, from }) => `${q(from)} AS ${q(id)}`))} FROM ${q(rel.name)}`;
      case 'dependentJoin': {
        const giver = rel.giver === 'left' ? rel.left : rel.right;
        const rows = `${rel.name} of`;
        const distinct = `SELECT DISTINCT ${rel.keys.map(({ id, expr }) => `${exactExpr(expr)} AS ${q(id)}`).join(', ')} FROM ${q(rows)}`;
        const side = (at: Rel) => (at === giver ? `SELECT * FROM ${q(rows)}` : this.print(at));
        const join = this.#join(rel, [side(rel.left), side(rel.right)]);
        return withNamed([named(rows, this.print(giver)), named(rel.name, distinct)], join);
      }
      case 'opaque':
        return this.#constant(rel);
      default:
        throw new Unprintable(rel.kind);
    }
  }

  /** One row without values, and no rows at all. */
  #constant(rel: Opaque): string {
    const columns = this.options.outputs.get(rel);
    const isOne = rel.operator === 'LOGICAL_DUMMY_SCAN';
    if ((!isOne && rel.operator !== 'LOGICAL_EMPTY_RESULT') || columns === undefined) throw new Unprintable(unprintableOperator(rel.operator));
    if (!isOne && columns.some(({ type }) => type.kind === 'null')) throw new Unprintable('a part without rows');
    return `SELECT ${list(columns.map(({ id, type }) => `${isOne ? 'NULL' : `CAST(NULL AS ${typeName(type)})`} AS ${q(id)}`))}${isOne ? '' : ' WHERE false'}`;
  }

  definition({ name, definition }: Extract<Rel, { kind: 'cte' }>): string {
    return named(name, this.print(definition));
  }

  #join(rel: Join | DependentJoin, [left, right] = [this.print(rel.left), this.print(rel.right)]): string {
    const sides = [`(${left}) AS "left"`, `(${right}) AS "right"`] as const;
    if (rel.on.length === 0 && rel.type === 'inner') return `SELECT * FROM ${sides[0]} CROSS JOIN ${sides[1]}`;
    const on = rel.on.length === 0 ? 'true' : rel.on.map((expr) => exactExpr(expr)).join(' AND ');
    if (rel.type === 'mark') return `SELECT *, ${markOf(rel, sides[1])} AS ${q(rel.mark!)} FROM ${sides[0]}`;
    if (rel.type === 'single' && !isAtMostOne(rel)) {
      // Of several rows for one, DuckDB makes an error: a subquery in an expression keeps that.
      const columns = this.#outputOf(rel.right);
      const row = `struct_pack(${columns.map(({ id }) => `${q(id)} := ${q(id)}`).join(', ')})`;
      const inner = `SELECT *, (SELECT ${row} FROM ${sides[1]} WHERE ${on}) AS ${q(found)} FROM ${sides[0]}`;
      return `SELECT * EXCLUDE (${q(found)}), ${columns.map(({ id }) => `${q(found)}[${literalText(id)}] AS ${q(id)}`).join(', ')} FROM (${inner}) AS input`;
    }
    return `SELECT * FROM ${sides[0]} ${rel.type === 'single' ? 'LEFT' : rel.type.toUpperCase()} JOIN ${sides[1]} ON ${on}`;
  }

  #outputOf(rel: Rel): readonly { readonly id: string }[] {
    const columns = this.options.outputs.get(rel) ?? outputOf(rel);
    if (columns === undefined || columns.length === 0) throw new Unprintable('a subquery of which the columns are not known');
    return columns;
  }
}

/** For people: why the statement is cut at filtered scans. */
function unprintableOperator(operator: string): string {
  const words = operator.replace(/^LOGICAL_/, '').replace(/^GET /, '').toLowerCase().replaceAll('_', ' ');
  return ({ 'chunk get': 'a list of values', 'delim get': 'a correlated subquery' })[words] ?? words;
}

/** The column of a single join's row, where no column of the plan has that name. */
const found = `${unknownMark}found`;

function literalText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function named(name: string, sql: string): string {
  return `${q(name)} AS MATERIALIZED (${sql})`;
}

function withNamed(definitions: readonly string[], body: string): string {
  return definitions.length === 0 ? body : `WITH ${definitions.join(', ')} ${body}`;
}

/**
 * Two-valued comparisons pick the rows, and at most one other says true, false or, with a NULL on either side, neither:
 * that is IN over a correlated subquery, and EXISTS where there is none.
 */
function markOf({ on }: Join | DependentJoin, right: string): string {
  const open = on.filter((expr) => expr.kind !== 'compare' || !isTwoValued(expr.op));
  const rest = on.filter((expr) => !open.includes(expr));
  const where = rest.length === 0 ? '' : ` WHERE ${rest.map((expr) => exactExpr(expr)).join(' AND ')}`;
  const [only] = open;
  if (only === undefined) return `EXISTS (SELECT 1 FROM ${right}${where})`;
  if (open.length > 1 || only.kind !== 'compare') throw new Unprintable('IN or EXISTS over several conditions');
  return `(${exactExpr(only.left)} ${only.op.toUpperCase()} ANY (SELECT ${exactExpr(only.right)} FROM ${right}${where}))`;
}

function isTwoValued(op: CompareOp): boolean {
  return op === 'is not distinct from' || op === 'is distinct from';
}

/** A SELECT has a column, even when nobody wants one. */
function list(items: readonly string[]): string {
  return items.length === 0 ? `NULL AS ${q(`${unknownMark}row`)}` : items.join(', ');
}

/** Behind FROM: the keys as columns of what stands there, not as names that the SELECT gives. */
function tail({ keys, limit, offset }: SortLimit, from: string): string {
  return `${keys.length === 0 ? '' : ` ${orderBy(keys, from)}`}${limit === undefined ? '' : ` LIMIT ${limit}`}${offset ? ` OFFSET ${offset}` : ''}`;
}

function orderBy(keys: readonly SortKey[], from?: string): string {
  return `ORDER BY ${keys.map(({ expr, descending, nullsFirst }) => `${exactExpr(expr, from)} ${descending ? 'DESC' : 'ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`).join(', ')}`;
}

function aggregate({ name, args, distinct, filter, type }: AggregateCall): string {
  if (name.startsWith(unknownMark)) throw new Unprintable(name);
  const call = name === 'count_star' ? 'count(*)' : `${q(name)}(${distinct ? 'DISTINCT ' : ''}${args.map((expr) => exactExpr(expr)).join(', ')})`;
  return typed(`${call}${filter === undefined ? '' : ` FILTER (WHERE ${exactExpr(filter)})`}`, type);
}

function windowCall({ name, args, partitions, orders, frame, distinct, ignoreNulls, filter, type }: WindowCall): string {
  if (name.startsWith(unknownMark)) throw new Unprintable(`${name.slice(unknownMark.length)}() over a window`);
  const list = args.map((expr) => exactExpr(expr)).join(', ');
  const called = name === 'count_star' ? 'count(*)' : `${q(name)}(${distinct ? 'DISTINCT ' : ''}${list}${ignoreNulls ? ' IGNORE NULLS' : ''})`;
  const over = [
    ...(partitions.length > 0 ? [`PARTITION BY ${partitions.map((expr) => exactExpr(expr)).join(', ')}`] : []),
    ...(orders.length > 0 ? [orderBy(orders)] : []),
    frameOf(frame),
  ].join(' ');
  return typed(`${called}${filter === undefined ? '' : ` FILTER (WHERE ${exactExpr(filter)})`} OVER (${over})`, type);
}

function frameOf({ unit, start, end, exclude }: Frame): string {
  const bound = (at: FrameBound) => ('offset' in at ? `${exactExpr(at.offset)} ${at.kind.toUpperCase()}` : at.kind.toUpperCase());
  return `${unit.toUpperCase()} BETWEEN ${bound(start)} AND ${bound(end)}${exclude ? ` EXCLUDE ${exclude.toUpperCase()}` : ''}`;
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
