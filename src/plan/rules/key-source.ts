/** Where the values of an expression come from, and the SQL that lists them once their table is staged. */

import { children, inputs, quoteIdentifier, sameType } from '../../algebra/index.js';
import type { ColumnId, Expr, Rel, Scan, Table, Type } from '../../algebra/index.js';
import { printExpr } from '../../algebra/print.js';
import type { NameOf } from '../../algebra/print.js';
import type { BoundPlan } from '../bound-plan.js';

export interface KeySource {
  readonly scan: Scan;
  /** Over the scan's columns; only columns and casts. */
  readonly expr: Expr;
  readonly sql: string;
  /** The expression for people. */
  readonly shown: string;
}

/** Types whose equality is plain enough to look a value up by it. */
const keyKinds = new Set<Type['kind']>(['boolean', 'int', 'float', 'decimal', 'text', 'blob', 'uuid', 'date', 'time', 'timestamp']);

export function keySource(plan: BoundPlan, conjunctsOf: ReadonlyMap<Scan, readonly Expr[]>) {
  const scans = new Map<ColumnId, Scan>(plan.scans.flatMap((scan) => scan.columns.map((column) => [column.id, scan] as const)));
  const names = new Map<ColumnId, string>(plan.scans.flatMap((scan) => scan.columns.map(({ id, column }) => [id, column.name] as const)));
  const quoted: NameOf = (id) => quoteIdentifier(names.get(id) ?? id);
  const computed = new Map<ColumnId, Expr>();
  collect(plan.rel);

  return (expr: Expr, keyType: Type): KeySource | undefined => {
    if (!keyKinds.has(keyType.kind)) return undefined;
    const found = trace(expr);
    if (found === undefined) return undefined;
    const { scan } = found;
    const key = sameType(found.type, keyType) ? found.expr : tryCast(found.expr, keyType);
    const shown = printExpr(key, quoted);
    // Rows that the statement filters out anyway have no keys to give, whether or not the store filtered them.
    const conditions = [`${shown} IS NOT NULL`, ...(conjunctsOf.get(scan) ?? []).filter(neverFails).map((conjunct) => `(${printExpr(conjunct, quoted)})`)];
    return {
      scan,
      expr: found.expr,
      shown: printExpr(found.expr, (id) => names.get(id) ?? id),
      sql: `SELECT ${shown} AS "key" FROM ${stagedName(scan.table)} WHERE ${conditions.join(' AND ')}`,
    };
  };

  function collect(rel: Rel): void {
    if (rel.kind === 'project') for (const { id, expr } of rel.columns) computed.set(id, expr);
    if (rel.kind === 'aggregate') for (const { id, expr } of rel.groups) computed.set(id, expr);
    for (const input of inputs(rel)) collect(input);
  }

  /** The values of `expr` are among those of the result, NULL aside. */
  function trace(expr: Expr): { scan: Scan; expr: Expr; type: Type } | undefined {
    if (expr.kind === 'cast') {
      const below = trace(expr.arg);
      return below && { ...below, expr: tryCast(below.expr, expr.type), type: expr.type };
    }
    if (expr.kind !== 'column') return undefined;
    const scan = scans.get(expr.id);
    if (scan !== undefined) return { scan, expr, type: expr.type };
    const copied = plan.copies.get(expr.id);
    if (copied !== undefined) return trace({ ...expr, id: copied });
    const source = computed.get(expr.id);
    return source && trace(source);
  }
}

/** What can't be cast would fail the statement itself, if it were ever reached. */
function tryCast(arg: Expr, type: Type): Expr {
  return { kind: 'cast', arg, type, try: true };
}

function neverFails(expr: Expr): boolean {
  if (expr.kind === 'call' || expr.kind === 'cast' || expr.kind === 'case') return false;
  return children(expr).every(neverFails);
}

/** The name that the staged table has for the residual. */
export function stagedName(table: Table): string {
  const names = table.schema === undefined ? [table.service, table.name] : [table.service, table.schema, table.name];
  return names.map(quoteIdentifier).join('.');
}

