/** A bound sketch as a query tree: outputs, grouping, order and limit around the joins and conditions. */

import type { ColumnEntry, TableEntry } from '../link/catalog.js';
import type { Graph } from '../link/graph.js';
import type { Cond, Mention, Sketch, Target } from '../read/sketch.js';
import type { Output, Predicate, Scalar } from '../tree/tree.js';
import { count, hasAggregate, query } from '../tree/tree.js';
import type { Binding, Choice } from './bind.js';
import { intersect } from './both.js';
import type { Both, Built, Make } from './both.js';
import { Conditions } from './conditions.js';
import { inCurrencies } from './currencies.js';
import { foremostOfMany, isHigh } from './foremost.js';
import { countOfGroups, countedOnce, countedWithin, hasExtreme, measuredOnce, measuredPerUnit, refuseRepeatedSums, refuseSize, refuseUntoldCount } from './measured.js';
import { saidFirst, withoutContradictions } from './pairs.js';
import { NoReading } from './reading.js';
import type { Collected } from './conditions.js';
import { aboutRows, named, ofKinds, refuseModifier, refuseRankedKey, refuseReferences, refuseSingleRows, showsValues, tellsGroups, wholeRows } from './rows.js';
import { addsUp, isCounter, isDigits, isFlag, isKey, isMeasure, isNumeric, isSerial, isTime, keyOf, labelOf, timeOf } from './roles.js';
import { aboutValues, withOwner } from './owner.js';
import { distinct, same, unique } from './same.js';
import { Scope, multiplies } from './scope.js';
import { bucketOf, duringPeriod, eventTime, inTime, saidPeriod, spokenTime } from './times.js';

type Extreme = Extract<Cond, { kind: 'extreme' }>;

/** Throws NoReading where this binding makes no statement. */
export function assemble(sketch: Sketch, binding: Binding, graph: Graph, zone: string): Built {
  sketch = withoutContradictions(sketch, binding);
  const both = sketch.conds.filter((c): c is Both => c.kind === 'both');
  const make: Make = (part, perValue) => {
    const assembler = new Assembler(part, binding, graph, zone);
    assembler.perValue = perValue;
    return assembler.build();
  };
  if (both.length > 1) throw new NoReading('several pairs of conditions that must both hold');
  return inCurrencies(both.length === 1 && both[0]!.args.length >= 2 ? intersect(sketch, both[0]!, binding, graph.schema, make) : make(sketch), graph.schema);
}

class Assembler {
  private readonly assumptions: string[] = [];
  private readonly features: Record<string, number> = {};
  private readonly scope: Scope;
  private readonly conditions: Conditions;
  /** "for A and B": measured for each of them. */
  perValue: ColumnEntry | undefined;
  private readonly collected: Collected = { where: [], having: [], counted: [] };

  constructor(
    private readonly sketch: Sketch,
    private readonly binding: Binding,
    graph: Graph,
    private readonly zone: string,
  ) {
    this.scope = new Scope(graph, this.mainTable(), sketch.words);
    this.conditions = new Conditions(binding, this.scope, this.collected);
  }

  private choice(slot: Mention | Target | Cond): Choice {
    const found = this.binding.get(slot);
    if (found === undefined) throw new NoReading('a word that the catalogue does not know');
    return found;
  }

  private mainTable(): TableEntry {
    const { selects, groups, conds, subject } = this.sketch;
    const plain = selects.find((t) => t.mention !== undefined && t.aggregate === undefined) ?? selects.find((t) => t.mention !== undefined);
    if (plain?.mention !== undefined) return this.choice(plain.mention).table;
    if (subject !== undefined) return this.choice(subject).table;
    for (const cond of conds) if (cond.kind === 'relation') return this.choice(cond.mention).table;
    for (const cond of conds) if (cond.kind === 'value' && (this.sketch.everything || selects.some((t) => t.aggregate === 'count'))) return this.choice(cond).table;
    if (groups[0] !== undefined) return this.choice(groups[0]).table;
    throw new NoReading('nothing to show');
  }

  build(): Built {
    const { sketch, scope } = this;
    const extremes = sketch.conds.filter((c): c is Extreme => c.kind === 'extreme');
    if (extremes.length > 1) throw new NoReading('two superlatives');
    if (extremes[0]?.negated === true) throw new NoReading('a denied superlative');
    for (const m of sketch.mentions) if (m.role === 'anchor') this.anchored(m);
    if (sketch.period !== undefined || sketch.unit !== undefined) this.conditions.when = spokenTime(sketch.conds, (m) => this.choice(m).column);
    this.conditions.during = (inner, table) => this.during(inner, table);
    for (const cond of saidFirst(sketch.conds)) if (cond.kind !== 'extreme') this.conditions.add(cond);
    this.period();
    const groups = this.groupKeys();
    let select = unique(sketch.selects.flatMap((t) => this.output(t)));
    const aggregated = select.some((o) => hasAggregate(o.expr));
    if (sketch.ofEach === true && !aggregated) select = withOwner(select, scope);
    const plain = select.filter((o) => !hasAggregate(o.expr)).map((o) => o.expr);
    let group: Scalar[] = [];
    if (groups.length > 0 || sketch.unit !== undefined) {
      const keys = distinct(groups.flatMap((g) => g.shown));
      const bucket = this.bucket();
      const shown = [...keys, ...bucket].filter((k) => !plain.some((p) => same(p, k)));
      const covered = groups.length > 0 && plain.length > 0 && groups.every((g) => g.table) && tellsGroups(plain, groups, scope);
      if (!aggregated && plain.length === 0) select.push({ expr: count });
      if (!covered) select = [...shown.map((expr) => ({ expr })), ...select];
      group = distinct([...groups.flatMap((g) => g.keys), ...bucket, ...select.filter((o) => !hasAggregate(o.expr)).map((o) => o.expr)]);
    } else if (aggregated && plain.length > 0) {
      // "the name and the number of orders": a group for each row that is shown.
      group = distinct([...this.rowKeys(plain), ...plain]);
      this.features['impliedGroup'] = 1;
    } else if (this.collected.having.length > 0) {
      if (aggregated) return this.numberOfGroups(select, plain.length);
      group = distinct([...this.rowKeys(plain), ...plain]);
    }
    const order = this.order(select);
    let limit = sketch.limit;
    if (extremes[0] !== undefined && aggregated && group.length === 0 && plain.length === 0 && extremes[0].by.aggregate === undefined && (extremes[0].count ?? 1) === 1) {
      this.collected.where.push(hasExtreme(scope, this.conditions.columnOf(extremes[0].by), isHigh(extremes[0], this.binding, this.assumptions)));
      this.features['extremeRows'] = 1;
    } else if (extremes[0] !== undefined) {
      const by = this.extreme(extremes[0], plain, group, aggregated);
      order.push({ expr: by.expr, desc: isHigh(extremes[0], this.binding, this.assumptions) });
      group = by.group;
      limit = extremes[0].count;
    }
    const foremost = extremes[0] !== undefined && limit === undefined && order.length > 0;
    if (foremost && order.length > 1) throw new NoReading('a superlative within an order');
    if (extremes[0] !== undefined && limit !== undefined) this.assumptions.push(`exactly ${limit} are shown, even where more are equal to the last of them`);
    if (limit !== undefined && order.length === 0) this.features['limitAlone'] = 1;
    if (order.some((o) => hasAggregate(o.expr)) && group.length === 0 && plain.length > 0) group = distinct([...this.rowKeys(plain), ...plain]);
    if (plain.length === 1 && !aggregated && group.length === 0 && limit === undefined && scope.tables.length === 1) refuseReferences(sketch, (m) => this.choice(m), scope);
    const joins = scope.joins();
    if (joins === undefined) throw new NoReading(`nothing links ${scope.tables.map((t) => t.table.name).join(' and ')}`);
    const edges = scope.edges() ?? [];
    const repeats = group.length === 0 && !aggregated && edges.length > 0 && multiplies(edges, scope.main);
    const shownTables = new Set(plain.map((p) => (p.kind === 'column' ? p.source.alias : '')));
    if (repeats) this.features['repeats'] = 1;
    // "Show all sizes": values and not rows, where no rows are spoken of.
    const ranked = repeats && shownTables.size === 1 && limit !== undefined && limit > 1 ? foremostOfMany(order, scope.main, sketch.words.has('total')) : undefined;
    if (ranked !== undefined) {
      order.splice(0, 1, ranked.order);
      group = distinct([...this.rowKeys(plain), scope.column(ranked.key), ...plain]);
      this.assumptions.push(ranked.note);
      if (!ranked.total) this.features['foremostOfMany'] = 1;
    }
    const onlyValues = plain.length === 1 && !aggregated && group.length === 0 && (scope.tables.length === 1 || ofKinds(plain, scope)) && limit === undefined && showsValues(this.sketch, (m) => this.choice(m));
    if (onlyValues && scope.tables.length === 1) this.features['values'] = 1;
    const key = keyOf(scope.main);
    if (repeats && group.length === 0 && shownTables.size === 1 && !sketch.distinct && key !== undefined && order.every((o) => o.expr.kind === 'column' && o.expr.source.table === scope.main.table)) {
      // Each row once, however many rows of the other tables made it fit; rows of equal names stay apart.
      group = distinct([scope.column(key), ...plain, ...order.map((o) => o.expr)]);
    }
    const once = sketch.distinct || onlyValues || (repeats && shownTables.size === 1 && key === undefined && order.length === 0);
    const alone = group.length === 0 && order.length === 0 && limit === undefined && this.collected.having.length === 0;
    const perUnit = measuredPerUnit(sketch, edges, (m) => this.choice(m).table);
    const apart = alone && !perUnit ? measuredOnce(scope, select, joins, this.collected.where, edges) : undefined;
    if (apart !== undefined) return { query: apart, assumptions: this.assumptions, features: { ...this.features, measuredApart: 1, rivals: scope.rivals, idle: this.conditions.idle, tables: scope.tables.length } };
    if (!perUnit) refuseRepeatedSums(scope, select, edges);
    const tables = new Set(this.collected.counted);
    const [table = scope.main] = group.length > 0 ? tables : [];
    const repeated = tables.size <= 1 && (aggregated || group.length > 0) && edges.length > 0 && multiplies(edges, table);
    if (repeated && group.length === 0) this.features['aggregateRepeats'] = 1;
    const counting = (expr: Scalar) => countedWithin(repeated ? countedOnce(expr, table, scope) : expr, group);
    select = select.map((o) => ({ ...o, expr: counting(o.expr) }));
    for (const o of order) o.expr = counting(o.expr);
    if (order.length === 0) order.push(...inTime(group));
    this.features['tables'] = scope.tables.length;
    refuseSingleRows(scope, this.collected.having, group);
    const where = this.collected.where;
    if (foremost && scope.graph.schema.services.length > 1) where.push(...named(group, scope.main));
    if (select.length === 1 && where.some((p) => p.kind === 'compare' && p.op === '=' && p.right.kind === 'text' && same(p.left, select[0]!.expr))) {
      const whole = group.length === 0 && !aggregated && limit === undefined && extremes.length === 0 && edges.length === 0 ? wholeRows(scope, sketch.selects, (m) => this.choice(m).column) : undefined;
      if (whole === undefined) this.features['selfSelect'] = 1;
      else select = whole;
    }
    this.features['rivals'] = scope.rivals;
    this.features['idle'] = this.conditions.idle;
    return {
      query: query(scope.add(scope.main), { select, distinct: once, joins, where, group, having: this.collected.having, order, ...(limit === undefined ? {} : { limit }), ...(foremost ? { foremost } : {}) }),
      assumptions: this.assumptions,
      features: this.features,
    };
  }

  /** "How many customers have more than 3 orders": the groups are counted. */
  private numberOfGroups(select: readonly Output[], plain: number): Built {
    const { scope, sketch } = this;
    const mention = sketch.selects[0]?.mention;
    const by = (mention === undefined ? undefined : this.choice(mention).column) ?? keyOf(scope.main);
    const counted = select.length === 1 && plain === 0 && select[0]!.expr.kind === 'aggregate' && select[0]!.expr.name === 'count';
    if (!counted || by === undefined || sketch.orders.length > 0 || sketch.conds.some((c) => c.kind === 'extreme')) throw new NoReading('a number of groups');
    return { query: countOfGroups(scope, by, this.collected), assumptions: this.assumptions, features: { ...this.features, numberOfGroups: 1 } };
  }

  /** An anchor is only joined where it isn't the table that its columns were found in. */
  private anchored(m: Mention): void {
    const { table, column } = this.choice(m);
    if (column === undefined && table !== this.scope.main) this.scope.add(table);
  }

  private groupKeys(): { shown: Scalar[]; keys: Scalar[]; table: boolean }[] {
    const each = this.perValue === undefined ? [] : [{ shown: [this.scope.column(this.perValue)], keys: [this.scope.column(this.perValue)], table: false }];
    return each.concat(this.sketch.groups.map((m) => {
      const { table, column } = this.choice(m);
      if (column !== undefined) {
        const expr = this.scope.column(column);
        return { shown: [expr], keys: [expr], table: column.primary };
      }
      const key = keyOf(table);
      const shown = labelOf(table).map((c) => this.scope.column(c));
      if (shown.length === 0) throw new NoReading(`no column names the rows of ${table.table.name}`);
      return { shown, keys: key === undefined ? [] : [this.scope.column(key)], table: true };
    }));
  }

  /** "last week": of the main table's own time, else of the first table's that has one. */
  private period(): void {
    const { period } = this.sketch;
    if (period === undefined || this.features['period'] === 1) return;
    const time = this.conditions.when ?? eventTime(this.scope);
    if (time === undefined) throw new NoReading('no column tells when');
    this.collected.where.push(...this.within(time, this.scope));
  }

  /** Of a table whose rows are denied: that none of them is of the period. */
  private during(inner: Scope, table: TableEntry): Predicate[] {
    if (this.sketch.period === undefined || this.conditions.when !== undefined) return [];
    const time = timeOf(table);
    return time === undefined ? [] : this.within(time, inner);
  }

  private within(time: ColumnEntry, scope: Scope): Predicate[] {
    const period = this.sketch.period!;
    this.assumptions.push(saidPeriod(period, time, this.zone));
    this.features['period'] = 1;
    return duringPeriod(period, time, scope);
  }

  private bucket(): Scalar[] {
    const { unit } = this.sketch;
    return unit === undefined ? [] : [bucketOf(unit, this.conditions.when ?? eventTime(this.scope), this.scope)];
  }

  /** What tells the shown rows apart: their tables' keys, unless it is values that are shown and not rows. */
  private rowKeys(plain: readonly Scalar[]): Scalar[] {
    const { main } = this.scope;
    const counted = this.collected.counted;
    if (counted.includes(main) || (counted.length === 0 && !aboutRows(this.scope, plain)) || aboutValues(this.sketch, main, plain)) return [];
    const key = keyOf(main);
    return key === undefined ? [] : [this.scope.column(key)];
  }

  private output(target: Target): Output[] {
    if (target.mention === undefined) {
      if (target.aggregate === 'count') return [{ expr: count }];
      throw new NoReading('nothing to show');
    }
    const { table, column } = this.choice(target.mention);
    const { aggregate } = target;
    if (aggregate === undefined) {
      if (column !== undefined) return [{ expr: this.scope.column(column) }];
      if (this.sketch.everything && table === this.scope.main) {
        this.features['everything'] = 1;
        return table.columns.filter((c) => c.path.length === 1).map((c) => ({ expr: this.scope.column(c) }));
      }
      const label = labelOf(table);
      if (label.length === 0) throw new NoReading(`no column names the rows of ${table.table.name}`);
      if (target.mention.chunk.word !== 'name') this.features[label[0] === keyOf(table) ? 'labelKey' : this.sketch.selects.length > 1 ? 'labelExtra' : 'labelName'] = 1;
      return label.map((c) => ({ expr: this.scope.column(c) }));
    }
    if (aggregate === 'count') return [{ expr: this.counted(table, column, target) }];
    if (column === undefined) throw new NoReading(`${aggregate} of whole rows`);
    if ((aggregate === 'sum' || aggregate === 'avg') && isDigits(column)) return [{ expr: { kind: 'aggregate', name: aggregate, arg: { kind: 'cast', arg: this.scope.column(column), to: 'DOUBLE' } } }];
    if ((aggregate === 'sum' || aggregate === 'avg') && !isNumeric(column.type)) throw new NoReading(`${column.path.join('.')} is no number`);
    if ((isKey(column) || ((aggregate === 'sum' || aggregate === 'avg') && isSerial(column))) && !/\b(id|ids|key|number|numbers|code|no)\b/i.test(target.mention.chunk.text)) throw new NoReading(`${aggregate} of the key ${column.path.join('.')}`);
    if ((aggregate === 'max' || aggregate === 'min') && !isNumeric(column.type) && !isTime(column.type)) this.features['textExtreme'] = refuseSize(column, this.sketch.words);
    return [{ expr: { kind: 'aggregate', name: aggregate, arg: this.scope.column(column) } }];
  }

  private counted(table: TableEntry, column: ColumnEntry | undefined, target: Target): Scalar {
    const unique = target.distinct === true;
    if (column === undefined) {
      const grouped = this.sketch.groups.length > 0 || this.sketch.selects.some((t) => t.aggregate === undefined);
      this.scope.add(table);
      this.collected.counted.push(table);
      // Two counts in one row: each of its own rows.
      const several = new Set(this.sketch.selects.filter((t) => t.aggregate === 'count' && t.mention !== undefined).map((t) => this.choice(t.mention!).table)).size > 1;
      if (!unique && !several) return count;
      const key = keyOf(table);
      return key === undefined || (!grouped && this.scope.tables.length === 1) ? count : { kind: 'aggregate', name: 'count', arg: this.scope.column(key), distinct: true };
    }
    const arg = this.scope.column(column);
    if (column.primary && !unique) return count;
    if (isCounter(column) && !unique && target.number !== undefined) {
      // "number of followers" where a column holds that number.
      this.features['countMeasure'] = 1;
      const alone = this.sketch.selects.every((t) => t.aggregate !== undefined);
      return alone || target.number === 'total' || this.sketch.groups.length > 0 ? { kind: 'aggregate', name: 'sum', arg: isDigits(column) ? { kind: 'cast', arg, to: 'DOUBLE' } : arg } : arg;
    }
    this.features['countColumn'] = 1;
    if (isFlag(column) && this.scope.graph.schema.services.length > 1) throw new NoReading(`how many values ${column.path.join('.')} has, which says yes or no`);
    // "Number of arrivals", of arrived_on: what happened, though several on one day.
    if (isTime(column.type) && !unique && target.mention!.chunk.loose) return { kind: 'aggregate', name: 'count', arg };
    return { kind: 'aggregate', name: 'count', arg, distinct: unique || !isKey(column) || column.foreign };
  }

  private order(select: readonly Output[]): { expr: Scalar; desc: boolean }[] {
    return this.sketch.orders.map(({ by, desc }) => {
      if (by === undefined) {
        const expr = select.find((o) => hasAggregate(o.expr))?.expr ?? select[0]?.expr;
        if (expr === undefined) throw new NoReading('an order of nothing');
        return { expr, desc };
      }
      return { expr: this.orderBy(by), desc };
    });
  }

  private orderBy(by: Target): Scalar {
    if (by.mention === undefined && by.dimension === undefined) return count;
    const choice = this.choice(by.mention ?? by);
    if (choice.column === undefined) {
      if (by.aggregate === 'count') {
        this.scope.add(choice.table);
        this.collected.counted.push(choice.table);
        return count;
      }
      return this.scope.column(this.conditions.columnOf(by));
    }
    const arg = this.scope.column(choice.column);
    if (by.aggregate === undefined) return arg;
    if (by.aggregate === 'count') return isMeasure(choice.column) ? arg : count;
    return { kind: 'aggregate', name: by.aggregate, arg };
  }

  private extreme(cond: Extreme, plain: readonly Scalar[], group: Scalar[], aggregated: boolean): { expr: Scalar; group: Scalar[] } {
    const { by } = cond;
    // The total of a single row's own number is that number.
    if (by.aggregate === 'sum' && by.mention !== undefined && this.choice(by.mention).table === this.scope.main && !ofKinds(plain, this.scope)) return this.extreme({ ...cond, by: { mention: by.mention } }, plain, group, aggregated);
    const own = by.mention === undefined ? undefined : this.choice(by.mention).column;
    if (by.aggregate === undefined || (by.aggregate === 'count' && own !== undefined && isMeasure(own))) {
      if (aggregated && group.length === 0) throw new NoReading('a measure of a single row');
      const expr = this.orderBy(by);
      if (expr.kind === 'column' && expr.type.kind === 'text') this.features['textExtreme'] = 1;
      if (own !== undefined) refuseRankedKey(own, this.scope);
      if (own !== undefined && by.aggregate === undefined && addsUp(own) && own.table === this.scope.main && ofKinds(plain, this.scope)) this.features['kindOfRow'] = 1;
      return { expr, group: group.length > 0 ? distinct([...group, expr]) : group };
    }
    const mention = by.mention;
    if (mention !== undefined) refuseModifier(mention, this.choice(mention).table, this.scope);
    const counts = this.sketch.selects.some((t) => t.mention === mention && mention !== undefined);
    const expr = counts ? count : this.orderBy(by);
    if (group.length > 0) return { expr, group };
    if (plain.length === 0) throw new NoReading('nothing to show');
    if (counts && mention !== undefined) {
      // "the most common X": the groups of X.
      const choice = this.choice(mention);
      if (this.scope.tables.length === 1 && (choice.column === undefined || choice.column.primary || labelOf(choice.table).includes(choice.column))) this.scope.addOccurrences(choice.table);
      return { expr, group: distinct([...(choice.column === undefined ? this.rowKeys(plain) : []), ...plain]) };
    }
    if (mention === undefined) refuseUntoldCount(this.scope, plain, this.sketch.words);
    return { expr, group: distinct([...this.rowKeys(plain), ...plain]) };
  }
}
