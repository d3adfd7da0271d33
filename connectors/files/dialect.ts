/**
 * What a folder of files can be asked: any filter that DuckDB can print back, exactly, and sort with limit. SQLite files
 * are asked in SQLite's own SQL.
 */

import { isReason, quoteIdentifier, typeName } from '../contract.js';
import type { ColumnId, Dialect, Exactness, Expr, KeyBatch, NativeQuery, OutputColumn, Project, Reason, Scan, Type } from '../contract.js';
import { sqlDialect } from '../sql/dialect.js';
import { comparable, familyOf } from '../sql/families.js';
import { shapeOf } from '../sql/select.js';
import type { Print } from './expressions.js';
import { print } from './expressions.js';
import { SqliteStyle } from './sqlite-style.js';
import { nativeOf } from './tables.js';

/** What a read needs besides the text: the table, to find its files again. */
export interface FilesPayload {
  readonly scan: Scan;
  /** The text around the table, where parts of its rows can be asked one after the other. */
  readonly select?: { readonly head: string; readonly tail: string; readonly limit: number | undefined };
}

const sqlite = sqlDialect(new SqliteStyle());

export const dialect: Dialect = {
  language: 'sql',
  maxKeys: sqlite.maxKeys,
  inBatches: (table) => nativeOf(table).format !== 'sqlite',
  filter(conjunct, scan): Exactness | Reason {
    if (isSqlite(scan)) return sqlite.filter(conjunct, scan);
    const printed = print(conjunct, scan);
    return isReason(printed) ? printed : 'exact';
  },
  accepts(rel): true | Reason {
    const shape = shapeOf(rel);
    if (isReason(shape)) return shape;
    if (isSqlite(shape.scan)) return sqlite.accepts(rel);
    const { scan, filter, project, sort } = shape;
    if (sort && sort.keys.length > 0 && sort.limit === undefined) return { reason: 'sorting without a limit saves nothing' };
    const exprs = [...(filter?.conjuncts ?? []), ...(project?.columns ?? []).map(({ expr }) => expr), ...(sort?.keys ?? []).map(({ expr }) => below(expr, project))];
    return exprs.map((expr) => print(expr, scan)).find(isReason) ?? true;
  },
  acceptsKeys(id, keyType, scan): true | Reason {
    if (isSqlite(scan)) return sqlite.acceptsKeys(id, keyType, scan);
    const family = familyOf(scan.columns.find((column) => column.id === id)!.column.type);
    const keyFamily = familyOf(keyType);
    if (family === undefined || keyFamily === undefined || !comparable(family, keyFamily) || !keyFamilies.has(keyFamily)) {
      return { reason: `${typeName(keyType)} keys are compared locally` };
    }
    return true;
  },
  compile(rel, keys): NativeQuery {
    const shape = shapeOf(rel);
    if (isReason(shape)) throw new Error(`compile was asked for a relation that was not accepted: ${shape.reason}`);
    return isSqlite(shape.scan) ? { ...sqlite.compile(rel, keys), payload: { scan: shape.scan } satisfies FilesPayload } : compile(shape, keys);
  },
};

/** Those whose values JSON carries exactly. */
const keyFamilies = new Set(['integer', 'decimal', 'text', 'uuid']);

function isSqlite(scan: Scan): boolean {
  return nativeOf(scan.table).format === 'sqlite';
}

function compile({ scan, filter, project, sort }: Exclude<ReturnType<typeof shapeOf>, Reason>, keys: KeyBatch | undefined): NativeQuery {
  const params: string[] = [];
  const text = (expr: Expr) => must(print(expr, scan))((value) => {
    params.push(value);
    return `$${params.length}`;
  });
  const output = outputs(scan, project);
  // Parameters are numbered in the order of the text.
  const items = output.map(({ expr, out }) => named(text(expr), quoteIdentifier(out.name)));
  const conditions = (filter?.conjuncts ?? []).map(text);
  if (keys !== undefined) conditions.push(keyCondition(scan, keys, params));
  const order = (sort?.keys ?? []).map(
    (key) => `${text(below(key.expr, project))} ${key.descending ? 'DESC' : 'ASC'} NULLS ${key.nullsFirst ? 'FIRST' : 'LAST'}`,
  );
  const head = `SELECT ${items.length === 0 ? '1' : items.join(', ')} FROM `;
  const tail = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  const isOrdered = order.length > 0 || Boolean(sort?.offset);
  const payload: FilesPayload = { scan, ...(!isOrdered && { select: { head, tail, limit: sort?.limit } }) };
  return {
    text:
      `${head}${viewName(scan)}${tail}` +
      (order.length > 0 ? ` ORDER BY ${order.join(', ')}` : '') +
      (sort?.limit === undefined ? '' : ` LIMIT ${sort.limit}`) +
      (sort?.offset ? ` OFFSET ${sort.offset}` : ''),
    params,
    columns: output.map(({ out }) => out),
    payload,
  };
}

/** The table as the reading instance knows it. */
export function viewName({ table }: Scan): string {
  return table.schema === undefined ? quoteIdentifier(table.name) : `${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)}`;
}

function outputs(scan: Scan, project: Project | undefined): { readonly expr: Expr; readonly out: OutputColumn }[] {
  const output = (id: ColumnId, expr: Expr, name: string, type: Type) => ({ expr, out: { id, name, type } });
  if (project === undefined) {
    return scan.columns.map(({ id, column }) => output(id, { kind: 'column', id, type: column.type }, column.name, column.type));
  }
  return project.columns.map(({ id, expr }, index) => {
    const column = expr.kind === 'column' ? scan.columns.find((candidate) => candidate.id === expr.id)?.column : undefined;
    return output(id, expr, column?.name ?? `c${index}`, 'type' in expr ? expr.type : { kind: 'boolean' });
  });
}

function named(sql: string, name: string): string {
  return sql === name ? sql : `${sql} AS ${name}`;
}

/** All keys in one parameter, hashed by DuckDB like any join. */
function keyCondition(scan: Scan, keys: KeyBatch, params: string[]): string {
  const column = scan.columns.find((candidate) => candidate.id === keys.column)!;
  const values = keys.values.map((value) => (typeof value === 'bigint' ? value.toString() : JSON.stringify(value)));
  params.push(`[${values.join(',')}]`);
  const list = `from_json(CAST($${params.length} AS JSON), '["${typeName(keys.type)}"]')`;
  return `${quoteIdentifier(column.column.name)} IN (SELECT unnest(${list}))`;
}

function below(expr: Expr, project: Project | undefined): Expr {
  if (expr.kind !== 'column' || project === undefined) return expr;
  return project.columns.find((column) => column.id === expr.id)?.expr ?? expr;
}

function must(printed: Print | Reason): Print {
  if (isReason(printed)) throw new Error(`compile was asked for an expression that was not accepted: ${printed.reason}`);
  return printed;
}
