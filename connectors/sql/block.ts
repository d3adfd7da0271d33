/**
 * Reads a relation into one SELECT, or says why it is none that the store answers exactly:
 *
 *   SortLimit? over (Project | Filter)* over Aggregate? over (Project | Filter)* over joins of filtered scans
 *
 * Expressions above a projection are put in terms of what lies below it. Where something else stands above a grouping
 * or a limit, that becomes a derived table (derived.ts), in stores that may be asked so.
 */

import type { Aggregate, ColumnId, Expr, Join, Project, Reason, Rel, SetOperation, SortLimit, Type, Window } from '../contract.js';
import { decimal, inputs, isReason, outputOf, typeOf } from '../contract.js';
import { aggregateCall } from './aggregates.js';
import { condition, operand } from './conditions.js';
import { derived } from './derived.js';
import { bothScopes, groupedScope, nullableScope, projectedScope, scanScope } from './scope.js';
import type { PlacedColumn, Scope } from './scope.js';
import type { Condition, Operand, Print, SqlStyle, StoreColumn } from './style.js';
import { setOperation } from './set-operations.js';
import type { Part } from './set-operations.js';
import { hasParameters } from './text.js';
import type { Block, Output } from './text.js';
import { windowCall } from './windows.js';

export function blockOf(rel: Rel, style: SqlStyle): Block | Reason {
  const reader = new BlockReader(style, scans(rel) > 1);
  return reader.read(rel);
}

function scans(rel: Rel): number {
  return rel.kind === 'scan' ? 1 : inputs(rel).reduce((count, input) => count + scans(input), 0);
}

class BlockReader {
  #aliases = 0;

  constructor(
    private readonly style: SqlStyle,
    private readonly qualified: boolean,
  ) {}

  read(rel: Rel): Block | Reason {
    switch (rel.kind) {
      case 'scan': {
        const { table } = rel;
        const alias = this.qualified ? `t${this.#aliases++}` : undefined;
        const from = this.style.from(table) + (alias === undefined ? '' : ` AS ${this.style.quote(alias)}`);
        const scope = scanScope(rel, alias);
        const output = rel.columns.map(({ id }) => this.#bare(scope.column(id)!, id));
        return { from: () => from, single: true, where: [], scope, tables: scope, keys: new Map(), having: [], order: [], output, exact: true };
      }
      case 'filter':
        return this.#filter(rel.conjuncts, this.read(rel.input));
      case 'project':
        return this.#project(rel, this.read(rel.input));
      case 'aggregate':
        return this.#aggregate(rel, this.read(rel.input));
      case 'join':
        return this.#join(rel);
      case 'sortLimit':
        return this.#sort(rel, this.read(rel.input));
      case 'window':
        return this.#window(rel, this.read(rel.input));
      case 'setOperation':
        return this.#setOperation(rel);
      default:
        return { reason: `${rel.kind === 'opaque' ? rel.operator : rel.kind} is computed locally` };
    }
  }

  /** Over a SELECT of its own, where the store may be asked so. */
  #over(below: Block, reason: string, read: (table: Block) => Block | Reason): Block | Reason {
    if (!this.style.computes?.derived) return { reason };
    const table = this.#derived(below);
    return isReason(table) ? table : read(table);
  }

  #derived(block: Block): Block | Reason {
    if (!block.groups && !block.sort && !block.windowed) return block;
    const columns = block.output.map(({ out, value }) => ({ id: out.id, type: 'table' in value ? value.column.column.type : value.type }));
    return this.#withOutput(derived(block, `t${this.#aliases++}`, this.style), columns);
  }

  #project(rel: Project, below: Block | Reason): Block | Reason {
    if (isReason(below)) return below;
    if (below.sort) return this.#over(below, 'a projection above a limit is computed locally', (table) => this.#project(rel, table));
    const scope = projectedScope(below.scope, rel.columns);
    return this.#withOutput({ ...below, scope }, rel.columns.map(({ id, expr }) => ({ id, type: typeOf(expr) })));
  }

  #filter(conjuncts: readonly Expr[], below: Block | Reason): Block | Reason {
    if (isReason(below)) return below;
    if (below.sort || below.windowed) return this.#over(below, `a filter above a ${below.sort ? 'limit' : 'window'} is applied locally`, (table) => this.#filter(conjuncts, table));
    const conditions = this.#conditions(conjuncts, below.scope);
    if (isReason(conditions)) return conditions;
    const exact = below.exact && conditions.every((each) => each.exact);
    return below.groups ? { ...below, having: [...below.having, ...conditions], exact } : { ...below, where: [...below.where, ...conditions], exact };
  }

  #conditions(exprs: readonly Expr[], scope: Scope): readonly Condition[] | Reason {
    const conditions = exprs.map((expr) => condition(expr, scope, this.style));
    return conditions.find(isReason) ?? (conditions as Condition[]);
  }

  #aggregate(rel: Aggregate, below: Block | Reason): Block | Reason {
    if (isReason(below)) return below;
    const { computes } = this.style;
    if (!computes) return { reason: 'aggregates are computed locally' };
    if (below.groups || below.sort || below.windowed) return this.#over(below, 'an aggregate above another, or above a limit, is computed locally', (table) => this.#aggregate(rel, table));
    if (!below.exact) return { reason: 'an aggregate above a filter that the store answers only roughly would count too much' };
    const made = new Map<ColumnId, Operand>();
    const keys = new Map<ColumnId, StoreColumn>();
    const groups: Print[] = [];
    for (const { id, expr } of rel.groups) {
      const key = operand(expr, below.scope, this.style);
      if (isReason(key)) return key;
      const group = computes.group(key);
      if (isReason(group)) return group;
      // A parameter makes two equal expressions different ones.
      if (hasParameters(group.by)) return { reason: 'a group key with constants in it is computed locally' };
      groups.push(group.by);
      made.set(id, { type: key.type, family: key.family, print: group.show });
      if (key.column) keys.set(id, key.column);
    }
    for (const call of rel.aggregates) {
      const value = aggregateCall(call, below.scope, this.style);
      if (isReason(value)) return value;
      made.set(call.id, value);
    }
    const ids = [...rel.groups.map(({ id, expr }) => ({ id, type: typeOf(expr) })), ...rel.aggregates.map(({ id, type }) => ({ id, type }))];
    return this.#withOutput({ ...below, scope: groupedScope(made), keys, groups }, ids);
  }

  #join(rel: Join): Block | Reason {
    const { style } = this;
    const sides = [this.read(rel.left), this.read(rel.right)];
    const refused = sides.find(isReason);
    if (refused) return refused;
    if (!style.computes?.joins.has(rel.type)) return { reason: `${rel.type} joins are computed locally` };
    const nested = (sides as Block[]).some((side) => side.groups || side.sort || side.windowed);
    if (nested && !style.computes.derived?.has(rel.type)) return { reason: 'a join above an aggregate or a limit is computed locally' };
    const tables = (sides as Block[]).map((side) => this.#derived(side));
    const unnamed = tables.find(isReason);
    if (unnamed) return unnamed;
    const [left, right] = tables as [Block, Block];
    if (!left.exact || !right.exact) return { reason: 'a join above a filter that the store answers only roughly is computed locally' };
    const scope = bothScopes(left.scope, rel.type === 'left' ? nullableScope(right.scope) : right.scope);
    const slow = style.computes.slowJoin?.(rel.on.map((expr) => joinedColumns(expr, scope)));
    if (slow) return slow;
    const on = this.#conditions(rel.on, scope);
    if (isReason(on)) return on;
    if (on.some(({ exact }) => !exact)) return { reason: 'a join whose condition the store answers only roughly is computed locally' };
    const and = (conditions: readonly Condition[]): Print => (bind) => conditions.map(({ print }) => `(${print(bind)})`).join(' AND ');
    const word = style.computes.joinWords?.[rel.type];
    if (word !== undefined) {
      if (!right.single) return { reason: 'a join with the result of another one is computed locally' };
      const isInner = rel.type === 'inner';
      const from: Print = (bind) => `${left.from(bind)} ${word} ${right.from(bind)} ON ${and(isInner ? on : [...on, ...right.where])(bind)}`;
      const joined = { ...left, from, single: false, where: isInner ? [...left.where, ...right.where] : left.where };
      if (rel.type === 'semi' || rel.type === 'anti') return joined;
      return { ...joined, scope, tables: bothScopes(left.tables, right.tables), output: [...left.output, ...right.output] };
    }
    switch (rel.type) {
      case 'inner':
        return {
          ...left,
          from: (bind) => `${left.from(bind)} CROSS JOIN ${right.from(bind)}`,
          single: false,
          where: [...left.where, ...right.where, ...on],
          scope,
          tables: bothScopes(left.tables, right.tables),
          output: [...left.output, ...right.output],
        };
      case 'left': {
        if (on.length === 0) return { reason: 'an outer join without a condition is computed locally' };
        const conditions = [...on, ...right.where];
        const joined: Print = (bind) => (right.single ? right.from(bind) : `(${right.from(bind)})`);
        const from: Print = (bind) => `${left.from(bind)} LEFT JOIN ${joined(bind)} ON ${and(conditions)(bind)}`;
        return { ...left, from, single: false, scope, tables: bothScopes(left.tables, right.tables), output: [...left.output, ...right.output] };
      }
      default: {
        const inner = [...right.where, ...on];
        const where: Print = (bind) => {
          const from = right.from(bind);
          return `${rel.type === 'anti' ? 'NOT ' : ''}EXISTS (SELECT 1 FROM ${from}${inner.length === 0 ? '' : ` WHERE ${and(inner)(bind)}`})`;
        };
        return { ...left, where: [...left.where, { exact: true, print: where }] };
      }
    }
  }

  #sort(rel: SortLimit, below: Block | Reason): Block | Reason {
    if (isReason(below)) return below;
    const { style } = this;
    if (below.sort || below.windowed) return this.#over(below, `a limit above a ${below.sort ? 'limit' : 'window'} is applied locally`, (table) => this.#sort(rel, table));
    if (!below.exact) return { reason: 'a limit above a filter that the store answers only roughly would lose rows' };
    if (rel.keys.length > 0 && rel.limit === undefined) return { reason: 'sorting without a limit saves nothing' };
    const order: Print[] = [];
    for (const key of rel.keys) {
      const sorted = operand(key.expr, below.scope, style);
      if (isReason(sorted)) return sorted;
      const column = sorted.column ?? groupKey(key.expr, below.scope, below.keys);
      const counted = (below.groups !== undefined || !sorted.column) && sorted.family !== 'text' && sorted.family !== 'blob' && !hasParameters(sorted.print);
      if (!column && !counted) return { reason: 'sorting by an expression is done locally' };
      if (style.ordered?.(sorted.family) === false) return { reason: `${sorted.family} has another order here` };
      const unsorted = column && style.unsorted?.(column);
      if (unsorted) return unsorted;
      // One row has an order already; MySQL 8.0.15 mixes counts up where it sorts it inside of another SELECT.
      if (below.groups?.length !== 0) order.push(() => style.orderBy(key, sorted));
    }
    return { ...below, sort: rel, order };
  }

  #window(rel: Window, below: Block | Reason): Block | Reason {
    if (isReason(below)) return below;
    if (below.groups || below.sort || below.windowed) return this.#over(below, 'a window above an aggregate, or above a limit, is computed locally', (table) => this.#window(rel, table));
    if (!below.exact) return { reason: 'a window above a filter that the store answers only roughly would see too much' };
    const made = new Map<ColumnId, Operand>();
    for (const call of rel.calls) {
      const value = windowCall(call, below.scope, this.style);
      if (isReason(value)) return value;
      made.set(call.id, value);
    }
    // Fewer rows of a partition would be counted otherwise; whole partitions may be left out.
    const isPartition = (id: ColumnId) => rel.calls.every(({ partitions }) => partitions.some((expr) => expr.kind === 'column' && expr.id === id));
    const scope: Scope = { column: (id) => below.scope.column(id), made: (id) => made.get(id) ?? below.scope.made(id) };
    const tables: Scope = { column: (id) => (isPartition(id) ? below.tables.column(id) : undefined), made: () => undefined };
    const columns = [...below.output.map(({ out, value }) => ({ id: out.id, type: 'table' in value ? value.column.column.type : value.type })), ...rel.calls];
    return this.#withOutput({ ...below, scope, tables, windowed: true }, columns);
  }

  #setOperation(rel: SetOperation): Block | Reason {
    const parts: Part[] = [];
    for (const input of rel.inputs) {
      const read = this.read(input);
      if (isReason(read)) return read;
      const block = read.sort ? this.#derived(read) : read;
      const columns = outputOf(input);
      if (isReason(block) || columns === undefined) return isReason(block) ? block : { reason: 'a part of unknown columns' };
      parts.push({ block, columns: columns.map(({ id, type }) => ({ type, operand: operand({ kind: 'column', id, type }, block.scope, this.style) })) });
    }
    const block = setOperation(rel, parts, `t${this.#aliases++}`, this.style);
    if (isReason(block)) return block;
    return this.#withOutput(block, rel.ids.map((id, i) => ({ id, type: parts[0]!.columns[i]!.type })));
  }

  /** Only what can be printed is handed on; a column that can't be may still be there for nobody. */
  #withOutput(block: Block, columns: readonly { readonly id: ColumnId; readonly type: Type }[]): Block | Reason {
    const output: Output[] = [];
    for (const { id, type } of columns) {
      const placed = bareColumn(id, block.scope);
      if (placed) {
        output.push(this.#bare(placed, id));
        continue;
      }
      const value = operand({ kind: 'column', id, type }, block.scope, this.style);
      if (isReason(value)) return value;
      const sent = sentType(type);
      const print = this.style.computes?.send(value, sent) ?? { reason: 'expressions are computed locally' };
      if (isReason(print)) return print;
      output.push({ out: { id, name: id, type: sent }, print, value, computed: true });
    }
    return { ...block, output };
  }

  #bare(value: PlacedColumn, id: ColumnId): Output {
    const { column, table } = value;
    const { name, type } = column.column;
    const print = () => this.style.select?.(column, table) ?? this.style.read(column, table);
    return { out: { id, name, type }, print, value, computed: column.as !== undefined || column.qualifier !== undefined };
  }
}

/** The columns of an equality between two. */
function joinedColumns(expr: Expr, scope: Scope): readonly PlacedColumn[] {
  if (expr.kind !== 'compare' || expr.op !== '=') return [];
  return [expr.left, expr.right].flatMap((side) => (side.kind === 'column' ? (bareColumn(side.id, scope) ?? []) : []));
}

/** A column of a table, through whatever only renamed it. */
function bareColumn(id: ColumnId, scope: Scope): PlacedColumn | undefined {
  const made = scope.made(id);
  if (made === undefined) return scope.column(id);
  return 'below' in made && made.expr.kind === 'column' ? bareColumn(made.expr.id, made.below) : undefined;
}

/** The column by which an expression's values are grouped, through whatever only renamed it. */
function groupKey(expr: Expr, scope: Scope, keys: ReadonlyMap<ColumnId, StoreColumn>): StoreColumn | undefined {
  if (expr.kind !== 'column') return undefined;
  const made = scope.made(expr.id);
  return made !== undefined && 'below' in made ? groupKey(made.expr, made.below, keys) : keys.get(expr.id);
}

/** 128-bit sums are sent as decimals, which every wire has. */
export function sentType(type: Type): Type {
  return type.kind === 'int' && type.bits === 128 ? decimal(38, 0) : type;
}
