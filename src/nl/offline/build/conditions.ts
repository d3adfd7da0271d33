/** Conditions of a sketch, bound, as predicates over a scope: plain ones, by subquery, and on groups. */

import type { ColumnEntry, TableEntry } from '../link/catalog.js';
import type { Edge } from '../link/graph.js';
import { other } from '../link/graph.js';
import type { Cond, Operand, Target } from '../read/sketch.js';
import type { Comparison, Predicate, Query, Scalar } from '../tree/tree.js';
import { query } from '../tree/tree.js';
import { isParticiple, isVerb } from '../read/verbs.js';
import type { Binding, Choice } from './bind.js';
import { isoDate } from '../text/dates.js';
import { compareWith, spelled } from './constants.js';
import { inUnitOf } from './amounts.js';
import { isFlag, isNumeric, isText, isTime, keyOf, labelOf, yesOf } from './roles.js';
import { NoReading } from './reading.js';
import { Scope, isUnique } from './scope.js';

export interface Collected {
  readonly where: Predicate[];
  readonly having: Predicate[];
  /** Tables whose rows are counted per group. */
  readonly counted: TableEntry[];
}

export class Conditions {
  /** Columns that were named as conditions but give none. */
  idle = 0;
  /** The time that a period of the question is about, where the question names it. */
  when: ColumnEntry | undefined;
  /** The period as a condition on a table's own time: what is denied is denied of that time alone. */
  during: ((scope: Scope, table: TableEntry) => Predicate[]) | undefined;
  constructor(
    readonly binding: Binding,
    readonly scope: Scope,
    readonly into: Collected,
  ) {}

  choice(slot: Target | Cond | NonNullable<Target['mention']>): Choice {
    const found = this.binding.get(slot);
    if (found === undefined) throw new NoReading('a word that the catalogue does not know');
    return found;
  }

  columnOf(target: Target, compared?: Operand): ColumnEntry {
    const choice = this.choice(target.mention ?? target);
    if (choice.column !== undefined) return choice.column;
    const [label] = labelOf(choice.table);
    // "room 112", "student 1004", "class AB-12": a number or a code is the row's key.
    const key = keyOf(choice.table);
    const code = compared?.kind === 'number' || (compared?.kind === 'text' && /\d/.test(compared.value) && compared.entries.length === 0);
    if (code && key !== undefined && (label === undefined || isText(label.type))) return key;
    if (label === undefined) throw new NoReading(`no column names the rows of ${choice.table.table.name}`);
    return label;
  }

  add(cond: Cond): void {
    if (cond.kind === 'relation') return this.relation(cond);
    if (cond.kind === 'compare' && this.onGroups(cond)) return;
    this.into.where.push(this.predicate(cond));
  }

  /** `slot`: the condition as it was bound, where this is its denial. */
  predicate(cond: Cond, slot: Cond = cond): Predicate {
    switch (cond.kind) {
      case 'compare':
        return this.compare(cond);
      case 'value':
        return this.value(cond, slot);
      case 'between':
        return this.between(cond);
      case 'like': {
        const column = this.columnOf(cond.left);
        return this.guarded(column, cond.negated, (scope, negated) => ({ kind: 'like', arg: scope.column(column), how: cond.how, value: cond.value, negated }));
      }
      case 'missing':
        return { kind: 'null', arg: this.scope.column(this.columnOf(cond.left)), negated: cond.negated };
      case 'or':
        return { kind: 'or', args: cond.args.map((c) => this.predicate(c)) };
      case 'relation': {
        const before = this.into.where.length;
        this.relation(cond);
        const made = this.into.where.splice(before);
        if (made.length !== 1) throw new NoReading('a relation within an alternative');
        return made[0]!;
      }
      default:
        throw new NoReading('a condition in an unexpected place');
    }
  }

  private value(cond: Extract<Cond, { kind: 'value' }>, slot: Cond): Predicate {
    const choice = this.choice(slot);
    const column = choice.column!;
    const parts = choice.value === undefined && !cond.negated ? this.inParts(column, cond.right) : undefined;
    if (parts !== undefined) return parts;
    return this.guarded(column, cond.negated, (scope, negated) => this.need(compareWith(column, scope.column(column), negated ? '<>' : '=', cond.right, choice.value)));
  }

  /** A first and a last name said together, where the table keeps them apart. */
  private inParts(column: ColumnEntry, right: Operand): Predicate | undefined {
    const names = labelOf(column.table);
    const words = right.kind === 'text' ? right.value.split(/\s+/) : [];
    if (names.length !== 2 || !names.includes(column) || words.length !== 2) return undefined;
    return { kind: 'and', args: names.map((n, i): Predicate => ({ kind: 'compare', op: '=', left: this.scope.column(n), right: { kind: 'text', value: spelled(n, words[i]!) } })) };
  }

  private compare(cond: Extract<Cond, { kind: 'compare' }>): Predicate {
    const { right } = cond;
    const column = this.columnOf(cond.left, right);
    if (right.kind === 'target') return this.compareTarget(column, cond.op, right, cond.negated);
    const parts = cond.op === '=' && !cond.negated && this.choice(cond.left.mention ?? cond.left).column === undefined ? this.inParts(column, right) : undefined;
    if (parts !== undefined) return parts;
    const operand = inUnitOf(column, right, this.scope);
    return this.guarded(column, cond.negated, (scope, negated) => this.need(compareWith(column, scope.column(column), negated ? opposite[cond.op] : cond.op, operand)));
  }

  private between(cond: Extract<Cond, { kind: 'between' }>): Predicate {
    const column = this.columnOf(cond.left);
    const arg = this.scope.column(column);
    const low = this.need(compareWith(column, arg, '>=', inUnitOf(column, cond.low, this.scope)));
    const last = cond.high.kind === 'date' && column.type.kind === 'timestamp' && !cond.negated ? isoDate(cond.high.text) : undefined;
    // The last day is in it, to its end.
    if (last?.length === 10) return { kind: 'and', args: [low, this.need(compareWith(column, arg, '<', { kind: 'date', text: new Date(Date.parse(last) + 86_400_000).toISOString().slice(0, 10) }))] };
    const high = this.need(compareWith(column, arg, '<=', inUnitOf(column, cond.high, this.scope)));
    if (low.kind !== 'compare' || high.kind !== 'compare') throw new NoReading('a range of something that has no order');
    return { kind: 'between', arg: low.left, low: low.right, high: high.right, negated: cond.negated };
  }

  private compareTarget(column: ColumnEntry, op: Comparison, right: Extract<Operand, { kind: 'target' }>, negated: boolean): Predicate {
    const own = this.columnOf(right.target);
    const is = negated ? opposite[op] : op;
    if (right.target.aggregate === undefined) return { kind: 'compare', op: is, left: this.scope.column(column), right: this.scope.column(own) };
    if (!isNumeric(own.type) && right.target.aggregate !== 'max' && right.target.aggregate !== 'min') throw new NoReading(`${own.path.join('.')} is no number`);
    const inner = new Scope(this.scope.graph, own.table, this.scope.words);
    const arg = inner.column(own);
    const conds = new Conditions(this.binding, inner, { where: [], having: [], counted: [] });
    for (const c of right.conds ?? []) conds.add(c);
    const sub = query(inner.add(own.table), { select: [{ expr: { kind: 'aggregate', name: right.target.aggregate, arg } }], joins: inner.joins() ?? [], where: conds.into.where });
    return { kind: 'compare', op: is, left: this.scope.column(column), right: { kind: 'query', query: sub } };
  }

  /** Conditions on counts and averages of a group. */
  private onGroups(cond: Extract<Cond, { kind: 'compare' }>): boolean {
    const { left, right } = cond;
    if (right.kind !== 'number') return false;
    const op = cond.negated ? opposite[cond.op] : cond.op;
    const choice = left.mention === undefined ? undefined : this.choice(left.mention);
    if (left.aggregate === undefined && !(choice !== undefined && choice.column === undefined)) return false;
    const measured = choice?.column === undefined || left.aggregate === 'count' ? right : inUnitOf(choice.column, right, this.scope);
    const literal: Scalar = { kind: 'number', value: measured.kind === 'number' ? measured.value : right.value };
    // "visit 1004" is that row.
    if (left.aggregate === undefined && cond.op === '=' && choice !== undefined && keyOf(choice.table) !== undefined) return false;
    let aggregate: Scalar = { kind: 'aggregate', name: 'count' };
    if (choice !== undefined && choice.column === undefined) {
      this.scope.add(choice.table);
      this.into.counted.push(choice.table);
    } else if (choice?.column !== undefined) {
      const arg = this.scope.column(choice.column);
      aggregate = left.aggregate === 'count' ? { kind: 'aggregate', name: 'count', arg, distinct: true } : { kind: 'aggregate', name: left.aggregate!, arg };
    }
    this.into.having.push({ kind: 'compare', op, left: aggregate, right: literal });
    return true;
  }

  private relation(cond: Extract<Cond, { kind: 'relation' }>): void {
    const choice = this.choice(cond.mention);
    const { amount } = cond;
    if (cond.negated) {
      if (amount !== undefined) throw new NoReading('a denied number of rows');
      this.into.where.push(this.none(choice, cond.conds));
      return;
    }
    if (amount !== undefined) {
      if (choice.column !== undefined && isNumeric(choice.column.type)) {
        this.into.where.push({ kind: 'compare', op: amount.op, left: this.scope.column(choice.column), right: { kind: 'number', value: amount.value } });
        return;
      }
      const digits = choice.column === undefined ? undefined : compareWith(choice.column, this.scope.column(choice.column), amount.op, { kind: 'number', value: amount.value });
      if (digits?.kind === 'compare' && digits.left.kind === 'cast') {
        this.into.where.push(digits);
        return;
      }
      if (choice.column !== undefined) {
        const arg = this.scope.column(choice.column);
        this.into.having.push({ kind: 'compare', op: amount.op, left: { kind: 'aggregate', name: 'count', arg, distinct: true }, right: { kind: 'number', value: amount.value } });
        return;
      }
      this.scope.add(choice.table);
      this.into.counted.push(choice.table);
      this.into.having.push({ kind: 'compare', op: amount.op, left: { kind: 'aggregate', name: 'count' }, right: { kind: 'number', value: amount.value } });
      return;
    }
    this.scope.add(choice.table);
    if (choice.column !== undefined) this.flag(choice.column, cond);
    for (const c of cond.conds) this.add(c);
  }

  /** "active customers": a column that is yes or no is a condition by itself; any other says nothing without a value. */
  private flag(column: ColumnEntry, cond: Extract<Cond, { kind: 'relation' }>): void {
    if (isFlag(column)) this.into.where.push(this.stated(this.scope, column, true));
    // "sent yesterday": the day says it all.
    else if (this.when === column) return;
    else if (isTime(column.type) && isParticiple(cond.mention.chunk.text)) this.into.where.push(this.stated(this.scope, column, true));
    // "Artworks on loan", where it is loan_status that tells: what it should be is not said.
    else if (cond.conds.length === 0 && this.scope.graph.schema.services.length > 1 && column.table !== this.scope.main && !column.foreign && !column.primary && cond.mention.chunk.loose && !isVerb(cond.mention.chunk.text)) throw new NoReading(`what ${column.path.join('.')} should be`);
    else if (cond.conds.length === 0) this.idle += column.foreign ? 0.5 : 1;
  }

  /** That a flag says yes or no, or that a time or a reference is there or isn't. */
  private stated(scope: Scope, column: ColumnEntry, is: boolean): Predicate {
    const left = scope.column(column);
    if (column.type.kind === 'boolean') return { kind: 'compare', op: '=', left, right: { kind: 'boolean', value: is } };
    const yes = yesOf(column);
    if (yes !== undefined) return { kind: 'compare', op: is ? '=' : '<>', left, right: { kind: 'text', value: yes } };
    return { kind: 'null', arg: left, negated: is };
  }

  /** Rows of the main table for which the other table has no row (that meets the conditions). */
  private none(choice: Choice, conds: readonly Cond[]): Predicate {
    const { column } = choice;
    if (column !== undefined && choice.table === this.scope.main) return this.stated(this.scope, column, false);
    if (choice.table === this.scope.main && conds.length > 0) {
      // "excluding cancelled visits", of visits: those of which it isn't true.
      const nested = new Conditions(this.binding, this.scope, { where: [], having: [], counted: [] });
      const args = conds.map((c) => nested.denied(c));
      return args.length === 1 ? args[0]! : { kind: 'or', args };
    }
    return this.notAmong(choice.table, (inner) => {
      const nested = new Conditions(this.binding, inner, { where: [], having: [], counted: [] });
      nested.into.where.push(...(this.during?.(inner, choice.table) ?? []));
      if (column !== undefined && isFlag(column)) nested.into.where.push(nested.stated(inner, column, true));
      for (const c of conds) nested.add(c);
      if (nested.into.having.length > 0) throw new NoReading('a denied number of rows');
      return nested.into.where;
    });
  }

  private denied(cond: Cond): Predicate {
    if (cond.kind === 'or' || cond.kind === 'both') {
      const args = cond.args.map((c) => this.denied(c));
      return { kind: cond.kind === 'or' ? 'and' : 'or', args };
    }
    if (cond.kind === 'relation') {
      const { column } = this.choice(cond.mention);
      if (column === undefined || cond.amount !== undefined || cond.conds.length > 0) throw new NoReading('a relation within a denial');
      return this.stated(this.scope, column, cond.negated);
    }
    if (!('negated' in cond)) throw new NoReading('a condition within a denial');
    return this.predicate({ ...cond, negated: cond.negated !== true } as Cond, cond);
  }

  notAmong(table: TableEntry, where: (inner: Scope) => Predicate[]): Predicate {
    const { graph, main } = this.scope;
    if (graph.distance(main, table) === Infinity || table === main) throw new NoReading(`nothing links ${main.table.name} with ${table.table.name}`);
    const [first] = graph.path(main, table) as [Edge];
    const next = other(first, main);
    const [mine, theirs] = first.from.table === main ? [first.from, first.to] : [first.to, first.from];
    const inner = new Scope(graph, next, this.scope.words);
    const key = inner.column(theirs);
    inner.add(table);
    const predicates = where(inner);
    const joins = inner.joins();
    if (joins === undefined) throw new NoReading(`nothing links ${main.table.name} with ${table.table.name}`);
    const known: Predicate[] = isUnique(theirs) ? [] : [{ kind: 'null', arg: key, negated: true }];
    const sub: Query = query(inner.add(next), { select: [{ expr: key }], joins, where: [...predicates, ...known] });
    // A flight that names no gate has none: NOT IN alone would be unknown of it.
    const orMissing = !mine.primary && mine.column.nullable;
    return { kind: 'in', arg: this.scope.column(mine), values: sub, negated: true, ...(orMissing && { orMissing }) };
  }

  /** A denial about another table's many rows means that none of them is so; about the row's own columns, that it isn't. */
  private guarded(column: ColumnEntry, negated: boolean, make: (scope: Scope, negated: boolean) => Predicate): Predicate {
    const { graph, main } = this.scope;
    if (!negated || column.table === main || (this.scope.tables.includes(column.table) && !this.isGiven(column)) || graph.distance(main, column.table) === Infinity) return make(this.scope, negated);
    const path = graph.path(main, column.table);
    let at = main;
    let many = false;
    for (const edge of path) {
      const next = other(edge, at);
      if (edge.from.table === next && !isUnique(edge.from)) many = true;
      at = next;
    }
    return many ? this.notAmong(column.table, (inner) => [make(inner, false)]) : make(this.scope, true);
  }

  /** "Paid by card but never by cash": no row is both, so it is denied of all the rows, and not of that one. */
  private isGiven(column: ColumnEntry): boolean {
    return this.into.where.some((p) => p.kind === 'compare' && p.op === '=' && p.left.kind === 'column' && p.left.source.table === column.table.table && p.left.path.join('.') === column.path.join('.'));
  }

  private need(p: Predicate | undefined): Predicate {
    if (p === undefined) throw new NoReading('a value of another type than its column');
    return p;
  }
}

export const opposite: Readonly<Record<Comparison, Comparison>> = { '=': '<>', '<>': '=', '<': '>=', '<=': '>', '>': '<=', '>=': '<' };
