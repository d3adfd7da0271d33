/**
 * The syntax tree, walked whole: what a statement names and calls. An allowlist here as well: a node whose kind isn't
 * known is refused, so that nothing DuckDB learns later slips by.
 */

import { AishellError } from '../errors.js';
import { arrayOf, isObject, objectOf, objectsOf, stringOf } from '../duckdb/json.js';
import type { Json, JsonObject } from '../duckdb/json.js';

export interface TableReference {
  /** One to three names as written: table, service.table or service.schema.table. */
  readonly path: readonly string[];
  /** What its columns are qualified with: the alias, or else the table's own name. */
  readonly shownAs: string;
  readonly byte: number;
}

export interface FunctionReference {
  readonly name: string;
  /** A schema before the name, or a column: `x.age()` is age(x). */
  readonly qualifier: string;
  readonly arguments: number;
  readonly table: boolean;
  readonly byte: number;
  /** The whole of an item in a select list, without an alias: its text is the column's name. */
  readonly item: boolean;
}

export interface NameReference {
  readonly path: readonly string[];
  readonly byte: number;
  readonly item: boolean;
}

export interface Found {
  readonly tables: readonly TableReference[];
  readonly functions: readonly FunctionReference[];
  readonly columns: readonly NameReference[];
  /** Names that the statement itself gives: aliases of tables, columns and CTEs, in lower case. */
  readonly aliases: ReadonlySet<string>;
}

const expressionClasses = new Set(
  `CASE CAST COLLATE COLUMN_REF COMPARISON CONJUNCTION CONSTANT FUNCTION LAMBDA LAMBDA_REF OPERATOR
   POSITIONAL_REFERENCE STAR SUBQUERY WINDOW BETWEEN TYPE`.split(/\s+/),
);
const tableKinds = new Set(['BASE_TABLE', 'SUBQUERY', 'JOIN', 'TABLE_FUNCTION', 'EXPRESSION_LIST', 'EMPTY', 'PIVOT', 'SHOW_REF']);
const queryKinds = new Set(['SELECT_NODE', 'SET_OPERATION_NODE', 'RECURSIVE_CTE_NODE', 'CTE_NODE']);

/** DuckDB's own limit is 1,000, where planning already takes minutes. */
const maxExpressionDepth = 250;
const maxQueryDepth = 1_000;

export function walk(statement: JsonObject): Found {
  const walker = new Walker();
  walker.query(objectOf(statement['node']), new Set(), 0);
  return walker;
}

type Scope = ReadonlySet<string>;

class Walker implements Found {
  readonly tables: TableReference[] = [];
  readonly functions: FunctionReference[] = [];
  readonly columns: NameReference[] = [];
  readonly aliases = new Set<string>();

  query(node: JsonObject, outer: Scope, depth: number): void {
    if (depth > maxQueryDepth) throw tooDeep('Queries');
    const kind = stringOf(node['type']);
    if (!queryKinds.has(kind)) throw refuseKind('query', kind);
    const scope = new Set(outer);
    for (const { key, value } of objectsOf(objectOf(node['cte_map'])['map'])) {
      const name = stringOf(key).toLowerCase();
      const definition = objectOf(objectOf(objectOf(value)['query'])['node']);
      this.aliases.add(name);
      for (const alias of arrayOf(objectOf(value)['aliases'])) this.aliases.add(stringOf(alias).toLowerCase());
      const recursive = stringOf(definition['type']) === 'RECURSIVE_CTE_NODE';
      this.query(definition, recursive ? new Set([...scope, name]) : scope, depth + 1);
      scope.add(name);
    }
    for (const [key, value] of Object.entries(node)) {
      if (key === 'cte_map') continue;
      else if (key === 'select_list') for (const item of arrayOf(value)) this.any(item, scope, depth, 0, true);
      else if (key === 'from_table') this.table(objectOf(value), scope, depth, 0);
      else if ((key === 'left' || key === 'right') && isObject(value)) this.query(value, scope, depth + 1);
      else if (key === 'children' && kind === 'SET_OPERATION_NODE') for (const child of objectsOf(value)) this.query(child, scope, depth + 1);
      else this.any(value, scope, depth, 0);
    }
  }

  private table(ref: JsonObject, scope: Scope, depth: number, nesting: number): void {
    if (nesting > maxExpressionDepth) throw tooDeep('Joins');
    const kind = stringOf(ref['type']);
    if (!tableKinds.has(kind)) throw refuseKind('source of rows', kind);
    this.alias(ref);
    if (kind === 'SHOW_REF') throw refuseShow(stringOf(ref['show_type']));
    if (ref['at_clause'] !== undefined) {
      throw refused('Reading a table AT an earlier version is not possible here.', 'Leave the AT clause out: every store is read as it is now.');
    }
    if (kind === 'BASE_TABLE') {
      const path = [ref['catalog_name'], ref['schema_name'], ref['table_name']].map(stringOf).filter((name) => name !== '');
      if (path.length > 1 || !scope.has(path[0]!.toLowerCase())) this.tables.push({ path, shownAs: stringOf(ref['alias']) || path.at(-1)!, byte: byteOf(ref) });
    }
    for (const [key, value] of Object.entries(ref)) {
      if (kind === 'TABLE_FUNCTION' && key === 'function') this.tableFunction(objectOf(value), scope, depth);
      else if ((key === 'left' || key === 'right' || key === 'source') && isObject(value)) this.table(value, scope, depth, nesting + 1);
      else this.any(value, scope, depth, 0);
    }
  }

  private tableFunction(call: JsonObject, scope: Scope, depth: number): void {
    if (stringOf(call['class']) !== 'FUNCTION') throw refuseKind('table function', stringOf(call['class']));
    this.call(call, true, false);
    for (const value of Object.values(call)) this.any(value, scope, depth, 0);
  }

  /** Expressions, modifiers, and whatever holds them. */
  private any(json: Json | undefined, scope: Scope, depth: number, nesting: number, item = false): void {
    if (Array.isArray(json)) {
      for (const element of json) this.any(element, scope, depth, nesting);
      return;
    }
    if (!isObject(json)) return;
    if (nesting > maxExpressionDepth) throw tooDeep('Expressions');
    const kind = json['type'];
    if (isObject(json['node'])) {
      this.query(json['node'], scope, depth + 1);
    } else if (typeof json['class'] === 'string') {
      this.expression(json, item);
      for (const value of Object.values(json)) this.any(value, scope, depth, nesting + 1);
    } else if (typeof kind === 'string' && queryKinds.has(kind)) {
      this.query(json, scope, depth + 1);
    } else if (typeof kind === 'string' && tableKinds.has(kind) && kind !== 'SUBQUERY' && kind !== 'EMPTY') {
      this.table(json, scope, depth, 0);
    } else {
      for (const value of Object.values(json)) this.any(value, scope, depth, nesting + 1);
    }
  }

  private expression(json: JsonObject, item: boolean): void {
    const kind = stringOf(json['class']);
    if (kind === 'PARAMETER') {
      throw new AishellError('sql.syntax', 'The statement has a placeholder (? or $1) and nothing to put there.', 'Write the value itself.');
    }
    if (!expressionClasses.has(kind)) throw refuseKind('expression', kind);
    this.alias(json);
    const named = stringOf(json['alias']) !== '';
    if (kind === 'COLUMN_REF') {
      this.columns.push({ path: arrayOf(json['column_names']).map(stringOf), byte: byteOf(json), item: item && !named });
    } else if (kind === 'FUNCTION' || kind === 'WINDOW') {
      this.call(json, false, item && !named);
    }
  }

  private call(json: JsonObject, table: boolean, item: boolean): void {
    this.functions.push({
      name: stringOf(json['function_name']),
      qualifier: stringOf(json['schema']),
      arguments: arrayOf(json['children']).length,
      table,
      byte: byteOf(json),
      item,
    });
  }

  private alias(json: JsonObject): void {
    if (typeof json['alias'] === 'string') this.aliases.add(json['alias'].toLowerCase());
    for (const name of arrayOf(json['column_name_alias'])) this.aliases.add(stringOf(name).toLowerCase());
  }
}

function byteOf(json: JsonObject): number {
  const location = json['query_location'];
  return typeof location === 'number' ? location : -1;
}

export function refused(message: string, remedy: string): AishellError {
  return new AishellError('sql.refused', message, remedy);
}

function refuseKind(what: string, kind: string): AishellError {
  return refused(`This kind of ${what} is not supported: ${kind.toLowerCase().replaceAll('_', ' ')}.`, 'Write the statement with plain SELECTs over tables.');
}

function refuseShow(kind: string): AishellError {
  const word = kind === 'DESCRIBE' ? 'DESCRIBE' : kind === 'SUMMARY' ? 'SUMMARIZE' : 'SHOW';
  return refused(`${word} is not a SELECT.`, 'Run `aishell schema` to see services, tables, columns and types.');
}

function tooDeep(what: string): AishellError {
  return refused(`The statement is too complex: ${what.toLowerCase()} are nested more than ${what === 'Queries' ? maxQueryDepth : maxExpressionDepth} deep.`, 'Split it into smaller statements, or nest it less deeply.');
}
