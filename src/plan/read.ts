/**
 * DuckDB's serialized plan -> Rel. Expressions refer to their operator's input by position; here every position becomes
 * a column id that is unique in the plan. Operators that Rel doesn't have become opaque, with their inputs.
 */

import { columnIds, sameType, typeOf, types } from '../algebra/index.js';
import type { ColumnId, Computed, JoinType, OutputColumn, Rel, Scan, Table, Type } from '../algebra/index.js';
import { arrayOf, indexOf, objectOf, objectsOf, stringOf } from '../duckdb/json.js';
import type { JsonObject } from '../duckdb/json.js';
import { typeOfJson } from '../duckdb/types.js';
import type { BoundPlan } from './bound-plan.js';
import { readExpr, referencesIn } from './expression.js';
import type { Columns } from './expression.js';
import { readAggregateCall } from './calls.js';
import { columnRef, columnsOf, conditions, countOf, mapped } from './positions.js';
import { readScan, shownColumns } from './read-scan.js';
import { readLimit, readSort } from './read-sort.js';
import type { Read } from './read-sort.js';
import { readWindowCall } from './window-calls.js';
import { decorrelated } from './rules/decorrelate.js';
import { withPlainEqualities } from './rules/never-null.js';
import { UnreadablePlan } from './unreadable.js';

export function readPlan(json: JsonObject, tables: readonly Table[]): BoundPlan {
  const reader = new PlanReader(tables);
  const plans = objectsOf(json['plans']);
  const { rel, output } = reader.read(plans[0] ?? {});
  return { rel, output, scans: reader.scans, copies: reader.copies, uses: reader.uses, outputs: reader.outputs };
}

class PlanReader {
  readonly scans: Scan[] = [];
  readonly copies = new Map<string, string>();
  readonly uses = new Set<ColumnId>();
  readonly outputs = new Map<Rel, readonly OutputColumn[]>();
  readonly #ctes = new Map<number, readonly OutputColumn[]>();
  /** What the enclosing DELIM join repeats on the side where the reader is. */
  #repeated: { readonly name: string; readonly keys: readonly Computed[] } | undefined;
  #next = 0;

  constructor(private readonly tables: readonly Table[]) {}

  read(node: JsonObject): Read {
    const read = this.#operator(node);
    this.outputs.set(read.rel, read.output);
    return read;
  }

  #operator(node: JsonObject): Read {
    const operator = stringOf(node['type']);
    switch (operator) {
      case 'LOGICAL_GET':
        return this.#get(node);
      case 'LOGICAL_FILTER':
        return this.#filter(node);
      case 'LOGICAL_PROJECTION':
        return this.#project(node);
      case 'LOGICAL_AGGREGATE_AND_GROUP_BY':
        return this.#aggregate(node);
      case 'LOGICAL_COMPARISON_JOIN':
      case 'LOGICAL_ANY_JOIN':
      case 'LOGICAL_CROSS_PRODUCT':
        return this.#join(node);
      case 'LOGICAL_DELIM_JOIN':
        return this.#delimJoin(node);
      case 'LOGICAL_ASOF_JOIN':
      case 'LOGICAL_POSITIONAL_JOIN': {
        const { rel, output } = this.#join(node);
        return { rel: { kind: 'opaque', operator, inputs: rel.kind === 'join' ? [rel.left, rel.right] : [rel] }, output };
      }
      case 'LOGICAL_ORDER_BY':
      case 'LOGICAL_TOP_N':
        return this.#sort(node);
      case 'LOGICAL_LIMIT':
        return this.#limit(node);
      case 'LOGICAL_DISTINCT':
        return this.#distinct(node);
      case 'LOGICAL_UNION':
      case 'LOGICAL_EXCEPT':
      case 'LOGICAL_INTERSECT':
        return this.#setOperation(node, operator);
      case 'LOGICAL_WINDOW':
        return this.#window(node);
      case 'LOGICAL_UNNEST':
      case 'LOGICAL_SAMPLE':
        return this.#extended(node, operator);
      case 'LOGICAL_MATERIALIZED_CTE':
        return this.#cte(node);
      case 'LOGICAL_RECURSIVE_CTE':
        return this.#opaque(operator, this.#inputs(node), this.#fresh(countOf(node['column_count'])));
      case 'LOGICAL_CTE_REF':
        return this.#cteReference(node, operator);
      case 'LOGICAL_DELIM_GET':
        return this.#delimGet(node, operator);
      case 'LOGICAL_DUMMY_SCAN':
        return this.#opaque(operator, [], this.#fresh(1));
      case 'LOGICAL_EMPTY_RESULT':
        return this.#leaf(operator, node['return_types']);
      case 'LOGICAL_EXPRESSION_GET':
        return this.#opaque(operator, this.#inputs(node), this.#leaf(operator, node['expr_types']).output);
      case 'LOGICAL_CHUNK_GET':
        return this.#leaf(operator, node['chunk_types']);
      default:
        // Whatever it hands on, the columns beside its own would be miscounted.
        throw new UnreadablePlan(`${operator} is not known`);
    }
  }

  #get(node: JsonObject): Read {
    const found = readScan(node, this.tables, `t${this.scans.length}`);
    if (found === undefined) return this.#tableFunction(node);
    const { scan, conjuncts, output } = found;
    this.scans.push(scan);
    for (const conjunct of conjuncts) columnIds(conjunct, this.uses);
    return { rel: conjuncts.length === 0 ? scan : { kind: 'filter', input: scan, conjuncts }, output };
  }

  /** Applied to rows, it shows columns of those rows behind its own. */
  #tableFunction(node: JsonObject): Read {
    const below = objectsOf(node['children']).map((child) => {
      // Its arguments are not resolved to positions; they may be any columns of what lies below.
      const [input] = objectsOf(child['children']);
      return this.read(child['type'] === 'LOGICAL_PROJECTION' && input !== undefined ? input : child);
    });
    const own = arrayOf(node['returned_types']).map(typeOfJson);
    const columns = [...shownColumns(node).map((index) => own[index]), ...arrayOf(node['projected_input']).map(() => undefined)];
    return this.#opaque(`LOGICAL_GET ${stringOf(node['name'])}`, below, this.#fresh(columns.length, columns));
  }

  #filter(node: JsonObject): Read {
    const input = this.#input(node);
    const columns = columnsOf(input.output);
    const conjuncts = arrayOf(node['expressions']).map((expr) => readExpr(expr, columns));
    this.#use(node['expressions'], columns);
    return { rel: { kind: 'filter', input: input.rel, conjuncts }, output: mapped(input.output, node['projection_map']) };
  }

  #project(node: JsonObject): Read {
    const input = this.#input(node);
    const computed = this.#computed(node['expressions'], columnsOf(input.output));
    return { rel: { kind: 'project', input: input.rel, columns: computed.columns }, output: computed.output };
  }

  #computed(expressions: JsonObject[string], columns: Columns): { columns: Computed[]; output: OutputColumn[] } {
    const items = objectsOf(expressions);
    const exprs = items.map((item) => readExpr(item, columns));
    // A constant has its type in its value alone.
    const output = this.#fresh(items.length, items.map((item, i) => typeOfJson(item['return_type']) ?? typeOf(exprs[i]!)));
    return {
      columns: exprs.map((expr, i) => ({ id: output[i]!.id, expr })),
      output: output.map((column, i) => ({ ...column, name: stringOf(items[i]!['alias']) })),
    };
  }

  #aggregate(node: JsonObject): Read {
    const input = this.#input(node);
    const columns = columnsOf(input.output);
    const groups = this.#computed(node['groups'], columns);
    this.#use(node['groups'], columns);
    this.#use(node['expressions'], columns);
    const calls = objectsOf(node['expressions']);
    const results = this.#fresh(calls.length, calls.map((call) => typeOfJson(call['return_type'])));
    const groupings = this.#fresh(arrayOf(node['grouping_functions']).length);
    const output = [...groups.output, ...results, ...groupings];
    const sets = arrayOf(node['grouping_sets']);
    const plain = sets.length === 0 || (sets.length === 1 && arrayOf(sets[0]).length === groups.columns.length);
    if (!plain) return { rel: { kind: 'opaque', operator: 'grouping sets', inputs: [input.rel] }, output };
    const aggregates = calls.map((call, i) => readAggregateCall(call, results[i]!, columns));
    return { rel: { kind: 'aggregate', input: input.rel, groups: groups.columns, aggregates }, output };
  }

  #join(node: JsonObject): Read {
    const [left, right] = this.#inputs(node);
    if (left === undefined || right === undefined) throw new UnreadablePlan('a join has two inputs');
    const { rel, output } = this.#joined(node, left, right);
    return { rel: rel.kind === 'join' ? withPlainEqualities(rel) : rel, output };
  }

  #joined(node: JsonObject, left: Read, right: Read): Read {
    const name = node['join_type'] === undefined ? 'INNER' : stringOf(node['join_type']);
    const on = conditions(node, left.output, right.output);
    for (const condition of on) columnIds(condition, this.uses);
    const kept = { left: mapped(left.output, node['left_projection_map']), right: mapped(right.output, node['right_projection_map']) };
    const join = (type: JoinType, a: Read, b: Read): Rel => ({ kind: 'join', type, left: a.rel, right: b.rel, on });
    switch (name) {
      case 'INNER':
      case 'LEFT':
      case 'RIGHT':
      case 'SINGLE':
        return { rel: join(name.toLowerCase() as JoinType, left, right), output: [...kept.left, ...kept.right] };
      case 'FULL':
      case 'OUTER':
        return { rel: join('full', left, right), output: [...kept.left, ...kept.right] };
      case 'SEMI':
      case 'ANTI':
        return { rel: join(name.toLowerCase() as JoinType, left, right), output: kept.left };
      case 'RIGHT_SEMI':
      case 'RIGHT_ANTI':
        return { rel: join(name === 'RIGHT_SEMI' ? 'semi' : 'anti', right, left), output: kept.right };
      case 'MARK': {
        const [mark] = this.#fresh(1, [types.boolean]);
        return { rel: { kind: 'join', type: 'mark', left: left.rel, right: right.rel, on, mark: mark!.id }, output: [...kept.left, mark!] };
      }
      default:
        throw new UnreadablePlan(`${name} join is not known`);
    }
  }

  /** One side is evaluated once for each distinct value of some columns of the other, which DELIM_GET repeats in it. */
  #delimJoin(node: JsonObject): Read {
    const [first, second] = objectsOf(node['children']);
    const flipped = node['delim_flipped'] === true;
    const outer = this.#repeated;
    const giver = this.read((flipped ? second : first) ?? {});
    const exprs = objectsOf(node['duplicate_eliminated_columns']).map((expr) => readExpr(expr, columnsOf(giver.output)));
    for (const expr of exprs) columnIds(expr, this.uses);
    const ids = this.#fresh(exprs.length);
    const keys = exprs.map((expr, i) => ({ id: ids[i]!.id, expr }));
    const name = `keys ${keys[0]?.id ?? ''}`;
    this.#repeated = { name, keys };
    const taker = this.read((flipped ? first : second) ?? {});
    this.#repeated = outer;
    const [left, right] = flipped ? [taker, giver] : [giver, taker];
    const { rel, output } = this.#joined(node, left, right);
    if (rel.kind !== 'join') return { rel: { kind: 'opaque', operator: 'LOGICAL_DELIM_JOIN', inputs: [rel] }, output };
    const dependent = { ...rel, kind: 'dependentJoin', name, keys, giver: rel.left === giver.rel ? 'left' : 'right' } as const;
    const plain = decorrelated(dependent);
    if (plain === undefined) return { rel: dependent, output };
    for (const filter of plain.filters) this.outputs.set(filter, this.outputs.get(filter.input) ?? []);
    return { rel: plain.join, output };
  }

  #delimGet(node: JsonObject, operator: string): Read {
    const chunkTypes = arrayOf(node['chunk_types']).map(typeOfJson);
    const output = this.#fresh(chunkTypes.length, chunkTypes);
    const { name, keys } = this.#repeated ?? { name: '', keys: [] };
    const agree = keys.length === output.length && keys.every(({ expr }, i) => sameType(typeOf(expr), output[i]!.type));
    if (!agree) return { rel: { kind: 'opaque', operator, inputs: [] }, output };
    keys.forEach(({ expr }, i) => expr.kind === 'column' && this.copies.set(output[i]!.id, expr.id));
    return { rel: { kind: 'reference', name, columns: output.map(({ id, type }, i) => ({ id, type, from: keys[i]!.id })) }, output };
  }

  #sort(node: JsonObject): Read {
    const input = this.#input(node);
    this.#use(node['orders'], columnsOf(input.output));
    return readSort(node, input);
  }

  #limit(node: JsonObject): Read {
    const input = this.#input(node);
    this.#use(node['limit_val'], columnsOf(input.output));
    this.#use(node['offset_val'], columnsOf(input.output));
    return readLimit(node, input);
  }

  #distinct(node: JsonObject): Read {
    const input = this.#input(node);
    this.#use(node['distinct_targets'], columnsOf(input.output));
    this.#use(node['order_by'], columnsOf(input.output));
    const operator = `LOGICAL_DISTINCT ${stringOf(node['distinct_type'])}`;
    const targets = new Set(arrayOf(node['distinct_targets']).map((target) => indexOf(objectOf(target)['index'])));
    const whole = node['distinct_type'] === 'DISTINCT' && input.output.every((_, i) => targets.has(i));
    if (!whole) return { rel: { kind: 'opaque', operator, inputs: [input.rel] }, output: input.output };
    const output = this.#fresh(input.output.length, input.output.map((column) => column.type));
    const groups = input.output.map((column, i) => ({ id: output[i]!.id, expr: columnRef(column) }));
    return { rel: { kind: 'aggregate', input: input.rel, groups, aggregates: [] }, output };
  }

  #setOperation(node: JsonObject, operator: string): Read {
    const parts = this.#inputs(node);
    const output = this.#fresh(countOf(node['column_count']), parts[0]?.output.map((column) => column.type));
    // A union keeps rows apart by nothing; the others compare whole rows.
    const plainUnion = operator === 'LOGICAL_UNION' && node['setop_all'] === true;
    if (!plainUnion || parts.some((part) => part.output.length !== output.length)) this.#useAll(...parts);
    return {
      rel: {
        kind: 'setOperation',
        op: operator === 'LOGICAL_UNION' ? 'union' : operator === 'LOGICAL_EXCEPT' ? 'except' : 'intersect',
        all: node['setop_all'] === true,
        inputs: parts.map((part) => part.rel),
        ids: output.map((column) => column.id),
      },
      output,
    };
  }

  #window(node: JsonObject): Read {
    const input = this.#input(node);
    const columns = columnsOf(input.output);
    const windows = objectsOf(node['expressions']);
    this.#use(node['expressions'], columns);
    const results = this.#fresh(windows.length, windows.map((w) => typeOfJson(w['return_type'])));
    const calls = windows.map((window, i) => readWindowCall(window, results[i]!, columns));
    return { rel: { kind: 'window', input: input.rel, calls }, output: [...input.output, ...results] };
  }

  /** The input's columns, and one more for each expression. */
  #extended(node: JsonObject, operator: string): Read {
    const input = this.#input(node);
    this.#use(node['expressions'], columnsOf(input.output));
    return {
      rel: { kind: 'opaque', operator, inputs: [input.rel] },
      output: [...input.output, ...this.#fresh(arrayOf(node['expressions']).length)],
    };
  }

  #cte(node: JsonObject): Read {
    const [definition, body] = objectsOf(node['children']);
    const first = this.read(definition ?? {});
    this.#ctes.set(indexOf(node['table_index']), first.output);
    const second = this.read(body ?? {});
    return { rel: { kind: 'cte', name: cteName(node['table_index']), definition: first.rel, body: second.rel }, output: second.output };
  }

  #cteReference(node: JsonObject, operator: string): Read {
    const chunkTypes = arrayOf(node['chunk_types']).map(typeOfJson);
    const output = this.#fresh(chunkTypes.length, chunkTypes);
    const definition = this.#ctes.get(indexOf(node['cte_index']));
    if (definition?.length !== output.length) {
      for (const column of definition ?? []) this.uses.add(column.id);
      return { rel: { kind: 'opaque', operator, inputs: [] }, output };
    }
    output.forEach((column, i) => this.copies.set(column.id, definition[i]!.id));
    const columns = output.map(({ id, type }, i) => ({ id, type, from: definition[i]!.id }));
    return { rel: { kind: 'reference', name: cteName(node['cte_index']), columns }, output };
  }

  #leaf(operator: string, columnTypes: JsonObject[string]): Read {
    const known = arrayOf(columnTypes).map(typeOfJson);
    return this.#opaque(operator, [], this.#fresh(known.length, known));
  }

  /** Nothing is known of how its output comes from its inputs, which are needed whole. */
  #opaque(operator: string, below: readonly Read[], output: readonly OutputColumn[]): Read {
    this.#useAll(...below);
    return { rel: { kind: 'opaque', operator, inputs: below.map((input) => input.rel) }, output };
  }

  #use(json: JsonObject[string], columns: Columns): void {
    for (const expr of referencesIn(json, columns)) columnIds(expr, this.uses);
  }

  #useAll(...below: readonly Read[]): void {
    for (const { output } of below) for (const column of output) this.uses.add(column.id);
  }

  #inputs(node: JsonObject): Read[] {
    return objectsOf(node['children']).map((child) => this.read(child));
  }

  #input(node: JsonObject): Read {
    const [first] = this.#inputs(node);
    if (first === undefined) throw new UnreadablePlan('an input is missing');
    return first;
  }

  #fresh(count: number, columnTypes: readonly (Type | undefined)[] = []): OutputColumn[] {
    const operator = this.#next++;
    return Array.from({ length: count }, (_, i) => ({ id: `p${operator}.${i}`, name: '', type: columnTypes[i] ?? types.null }));
  }
}

function cteName(index: JsonObject[string]): string {
  return `cte ${indexOf(index)}`;
}
