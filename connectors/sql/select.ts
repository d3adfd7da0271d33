/** Prints an accepted relation, SortLimit? over Project? over Filter? over Scan, as one SELECT. */

import type { ColumnId, Expr, Filter, KeyBatch, NativeQuery, OutputColumn, Project, Reason, Rel, Scan, ScanColumn, SortLimit } from '../contract.js';
import { isReason } from '../contract.js';
import { condition, operand } from './conditions.js';
import type { Operand, SqlStyle } from './style.js';

interface Shape {
  readonly scan: Scan;
  readonly filter: Filter | undefined;
  readonly project: Project | undefined;
  readonly sort: SortLimit | undefined;
}

/** The relation taken apart, or why it is not one SELECT over one table. */
export function shapeOf(rel: Rel): Shape | Reason {
  const sort = rel.kind === 'sortLimit' ? rel : undefined;
  const belowSort = sort ? sort.input : rel;
  const project = belowSort.kind === 'project' ? belowSort : undefined;
  const belowProject = project ? project.input : belowSort;
  const filter = belowProject.kind === 'filter' ? belowProject : undefined;
  const scan = filter ? filter.input : belowProject;
  if (scan.kind !== 'scan') return { reason: `${scan.kind} is computed locally` };
  return { scan, filter, project, sort };
}

export function accepts(rel: Rel, style: SqlStyle): true | Reason {
  const shape = shapeOf(rel);
  if (isReason(shape)) return shape;
  const { scan, filter, project, sort } = shape;
  for (const conjunct of filter?.conjuncts ?? []) {
    const judged = condition(conjunct, scan, style);
    if (isReason(judged)) return judged;
    if (sort && !judged.exact) return { reason: 'a limit above a filter that the store answers only roughly would lose rows' };
  }
  const computed = project?.columns.find((column) => column.expr.kind !== 'column');
  if (computed) return { reason: 'expressions are computed locally' };
  if (sort && sort.keys.length > 0 && sort.limit === undefined) return { reason: 'sorting without a limit saves nothing' };
  for (const key of sort?.keys ?? []) {
    const sorted = operand(throughProject(key.expr, project), scan, style);
    if (isReason(sorted)) return sorted;
    if (!sorted.column) return { reason: 'sorting by an expression is done locally' };
    if (style.ordered?.(sorted.family) === false) return { reason: `${sorted.family} has another order here` };
    const unsorted = style.unsorted?.(sorted.column);
    if (unsorted) return unsorted;
  }
  return true;
}

export function compile(rel: Rel, keys: KeyBatch | undefined, style: SqlStyle): NativeQuery {
  const shape = shapeOf(rel);
  if (isReason(shape)) throw new Error(`compile was asked for a relation that was not accepted: ${shape.reason}`);
  const { scan, filter, project, sort } = shape;
  const params: unknown[] = [];
  const bind = (value: unknown) => {
    params.push(value);
    return style.placeholder(params.length);
  };
  const output = outputColumns(scan, project);
  const items = output.map(({ column }) => style.select?.(column, scan.table) ?? style.read(column, scan.table));
  const conditions = (filter?.conjuncts ?? []).map((conjunct) => {
    const judged = condition(conjunct, scan, style);
    if (isReason(judged)) throw new Error(`compile was asked for a filter that was not admitted: ${judged.reason}`);
    return judged.print(bind);
  });
  if (keys) conditions.push(style.keys(scanColumn(keys.column, scan), keys, scan, bind));
  const order = (sort?.keys ?? []).map((key) => {
    const sorted = operand(throughProject(key.expr, project), scan, style) as Operand;
    return style.orderBy(key, sorted, scan);
  });
  const text =
    `SELECT ${items.length === 0 ? '1' : items.join(', ')} FROM ${style.from(scan.table)}` +
    (conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '') +
    (order.length > 0 ? ` ORDER BY ${order.join(', ')}` : '') +
    (sort ? style.limit(sort.limit, sort.offset) : '');
  return { text, params, columns: output.map(({ out }) => out) };
}

export function scanColumn(id: ColumnId, scan: Scan): ScanColumn {
  const column = scan.columns.find((c) => c.id === id);
  if (!column) throw new Error(`column ${id} is not in the scan of ${scan.table.name}`);
  return column;
}

function outputColumns(scan: Scan, project: Project | undefined): { column: ScanColumn; out: OutputColumn }[] {
  if (!project) {
    return scan.columns.map((column) => ({ column, out: { id: column.id, name: column.column.name, type: column.column.type } }));
  }
  return project.columns.map(({ id, expr }) => {
    if (expr.kind !== 'column') throw new Error('compile was asked for a computed column');
    const column = scanColumn(expr.id, scan);
    return { column, out: { id, name: column.column.name, type: column.column.type } };
  });
}

/** Sort keys above a projection name its columns; these are bare columns of the scan. */
function throughProject(expr: Expr, project: Project | undefined): Expr {
  if (expr.kind !== 'column' || !project) return expr;
  return project.columns.find((column) => column.id === expr.id)?.expr ?? expr;
}
