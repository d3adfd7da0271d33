/**
 * The form of a statement: a text that is the same for statements that differ in spelling alone (case, white space,
 * aliases, the order of conditions), made from the optimized plan. Equal forms give equal rows; unequal ones may too.
 */

import type { Json, JsonObject } from '../duckdb/json.js';
import { arrayOf, isObject, objectsOf, stringOf } from '../duckdb/json.js';
import { serializePlan } from '../duckdb/serialize.js';
import type { CheckedStatement } from './contract.js';

export async function statementForm({ sql, tables, timezone }: CheckedStatement): Promise<string> {
  const planned = await serializePlan(sql, tables, timezone);
  if (!planned.ok) return sql.replace(/\s+/g, ' ').trim();
  const former = new Former();
  return objectsOf(planned.json['plans']).map((plan) => whole(former.node(plan))).join(';');
}

/** Names that a statement gives, places in its text, and numbers that only tell one node from another. */
const unsaid = new Set(
  'alias query_location table_index group_index aggregate_index groupings_index mark_index extra_info column_indexes projection_ids children names'.split(' '),
);
/** Lists whose order says nothing. */
const unordered = new Set(['filters', 'conditions']);

interface Node {
  readonly text: string;
  /** What each column that it hands on is, since a reference is a position, and positions follow the spelling. */
  readonly outputs: readonly string[];
}

const whole = ({ text, outputs }: Node): string => `${text}->[${outputs.join()}]`;

class Former {
  #scans = 0;

  node(json: JsonObject): Node {
    const children = objectsOf(json['children']).map((child) => this.node(child));
    const inputs = children.flatMap(({ outputs }) => outputs);
    const kind = stringOf(json['type']);
    if (kind === 'LOGICAL_GET') return this.#scan(json);
    const outputs = outputsOf(kind, json, children, inputs);
    // A projection says nothing that its outputs don't say, wherever they are used.
    if (kind === 'LOGICAL_PROJECTION') return { text: children.map(({ text }) => text).join(), outputs: outputs! };
    const own = fields(json, inputs, joinSides(json, children));
    const byPosition = outputs === undefined || kind === 'LOGICAL_DISTINCT';
    return { text: `${own}(${children.map((child) => (byPosition ? whole(child) : child.text)).join()})`, outputs: outputs ?? [] };
  }

  #scan(json: JsonObject): Node {
    this.#scans += 1;
    const names = arrayOf(json['names']).map(stringOf);
    const read = objectsOf(json['column_indexes']).map((index) => `t${this.#scans}.${names[Number(index['index'])] ?? String(index['index'])}`);
    const kept = arrayOf(json['projection_ids']).map(Number);
    return { text: fields(json, read), outputs: kept.length > 0 ? kept.map((at) => read[at]!) : read };
  }
}

/** The columns that each side of a join's conditions counts from. */
function joinSides(json: JsonObject, children: readonly Node[]): Readonly<Record<string, readonly string[]>> {
  return json['conditions'] === undefined ? {} : { left: children[0]?.outputs ?? [], right: children[1]?.outputs ?? [] };
}

function outputsOf(kind: string, json: JsonObject, children: readonly Node[], inputs: readonly string[]): readonly string[] | undefined {
  const expressions = () => arrayOf(json['expressions']).map((expression) => form(expression, inputs));
  switch (kind) {
    case 'LOGICAL_PROJECTION':
      return expressions();
    case 'LOGICAL_AGGREGATE_AND_GROUP_BY':
      return [...arrayOf(json['groups']).map((group) => form(group, inputs)), ...expressions()];
    case 'LOGICAL_FILTER':
      return mapped(inputs, json['projection_map']);
    case 'LOGICAL_COMPARISON_JOIN': {
      const [left = [], right = []] = [mapped(children[0]?.outputs ?? [], json['left_projection_map']), mapped(children[1]?.outputs ?? [], json['right_projection_map'])];
      const type = stringOf(json['join_type']);
      if (type === 'SEMI' || type === 'ANTI') return left;
      return type === 'MARK' ? [...left, 'mark'] : [...left, ...right];
    }
    case 'LOGICAL_TOP_N':
    case 'LOGICAL_ORDER_BY':
    case 'LOGICAL_LIMIT':
    case 'LOGICAL_DISTINCT':
      return inputs;
    default:
      // Of other kinds nothing is known: their positions stay positions.
      return undefined;
  }
}

function mapped(outputs: readonly string[], positions: Json | undefined): readonly string[] {
  const kept = arrayOf(positions).map(Number);
  return kept.length > 0 ? kept.map((at) => outputs[at] ?? `#${at}`) : outputs;
}

function fields(json: JsonObject, inputs: readonly string[], sides: Readonly<Record<string, readonly string[]>> = {}): string {
  return `{${Object.keys(json)
    .filter((key) => !unsaid.has(key))
    .sort()
    .map((key) => `${key}:${listForm(json, key, inputs, sides)}`)
    .join()}}`;
}

function listForm(json: JsonObject, key: string, inputs: readonly string[], sides: Readonly<Record<string, readonly string[]>>): string {
  const value = json[key];
  const sorts = Array.isArray(value) && (unordered.has(key) || (key === 'children' && json['expression_class'] === 'BOUND_CONJUNCTION'));
  const forms = (items: readonly Json[]) => items.map((item) => form(item, inputs, sides));
  return sorts ? `[${forms(value).sort().join()}]` : form(value, sides[key] ?? inputs, sides);
}

function form(json: Json | undefined, inputs: readonly string[], sides: Readonly<Record<string, readonly string[]>> = {}): string {
  if (Array.isArray(json)) return `[${json.map((item) => form(item, inputs, sides)).join()}]`;
  if (!isObject(json)) return typeof json === 'string' ? JSON.stringify(json) : String(json);
  if (json['expression_class'] === 'BOUND_REF') return inputs[Number(json['index'])] ?? `#${String(json['index'])}`;
  // The children of an expression are its arguments; those of a node are written by themselves.
  const inner = 'expression_class' in json ? `children:${listForm(json, 'children', inputs, sides)},` : '';
  return `{${inner}${fields(json, inputs, sides).slice(1)}`;
}
