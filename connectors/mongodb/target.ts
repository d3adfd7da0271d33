/** What a filter speaks of: a column, or a field inside a STRUCT, as a path that MongoDB's query language has. */

import type { Expr, Scan, Type } from '../contract.js';
import { collectionOf, fieldOf, type FieldNative } from './native.js';

export interface Target {
  readonly path: string;
  readonly type: Type;
  readonly field: FieldNative;
  /** Paths of the documents around it that might be something else in some other document. */
  readonly around: readonly string[];
  /** An index begins with it. */
  readonly indexed?: true;
}

/** Names that a path can't hold: they would be read as something else. */
export function addressable(name: string): boolean {
  return name !== '' && !name.includes('.') && !name.startsWith('$') && name !== '__proto__';
}

/** undefined when the expression is no column or field, or has a name that can't be asked for. */
export function targetOf(expr: Expr, scan: Scan): Target | undefined {
  if (expr.kind === 'column') {
    const column = scan.columns.find(({ id }) => id === expr.id)?.column;
    if (column === undefined || !addressable(fieldOf(column))) return undefined;
    const name = fieldOf(column);
    const field = collectionOf(scan.table).fields.find((candidate) => candidate.name === name);
    return field && { path: name, type: column.type, field, around: [], ...((column.indexed === true || name === '_id') && { indexed: true }) };
  }
  if (expr.kind !== 'call' || expr.name !== 'struct_extract') return undefined;
  const [struct, key] = expr.args;
  if (struct === undefined || key?.kind !== 'literal' || typeof key.value !== 'string') return undefined;
  const outer = targetOf(struct, scan);
  if (outer?.type.kind !== 'struct') return undefined;
  const wanted = key.value.toLowerCase();
  const place = outer.type.fields.findIndex(({ name }) => name.toLowerCase() === wanted);
  const field = outer.field.fields?.[place];
  // A number in a path could be a place in an array as well.
  if (field === undefined || !addressable(field.name) || /^\d+$/.test(field.name)) return undefined;
  return {
    path: `${outer.path}.${field.name}`,
    type: outer.type.fields[place]!.type,
    field,
    around: outer.field.proven === true ? outer.around : [...outer.around, outer.path],
  };
}
