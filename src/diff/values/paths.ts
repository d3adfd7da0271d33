/** The single values in a table's rows: its plain columns, and the members of nested ones, as `amount.value`. */

import { fieldsOf, isRepeated, quoteIdentifier, quoteText } from '../../algebra/index.js';
import type { Column, Table, Type } from '../../algebra/index.js';

export interface ValuePath {
  /** A column of the path's own name and type, so that both kinds are compared alike. */
  readonly column: Column;
  /** The path in a statement. */
  readonly sql: string;
}

const maxDepth = 3;

/** One value a row each; without the log's own columns, which describe the message and not its subject. */
export function valuePaths(table: Table): ValuePath[] {
  const own = table.columns.filter(({ name, within }) => within === undefined && !name.startsWith('_'));
  return own
    .flatMap((column) => [column, ...fieldsOf(column).filter((field) => !isRepeated(field) && field.within!.steps.length < maxDepth)])
    .filter(({ type }) => family(type) !== undefined)
    .map((column) => ({ column, sql: columnSql(column) }));
}

/** A column, or a member of one, in a statement; of the elements of a list each is a row of its own. */
export function columnSql(column: Column, alias?: string): string {
  const prefix = alias === undefined ? '' : `${alias}.`;
  const { within } = column;
  if (within === undefined) return `${prefix}${quoteIdentifier(column.name)}`;
  return within.steps.reduce<string>(
    (sql, step) => (step === null ? `unnest(${sql})` : sql.startsWith('unnest(') || sql.startsWith('struct_extract(') ? `struct_extract(${sql}, ${quoteText(step)})` : `${sql}.${quoteIdentifier(step)}`),
    `${prefix}${quoteIdentifier(within.column)}`,
  );
}

/** The column that is read for it. */
export function readFor(column: Column): string {
  return column.within?.column ?? column.name;
}

/** Types whose values can be equal to one another. */
export function family(type: Type): 'number' | 'text' | 'uuid' | 'time' | undefined {
  switch (type.kind) {
    case 'int':
    case 'float':
    case 'decimal':
      return 'number';
    case 'text':
      return 'text';
    case 'uuid':
      return 'uuid';
    case 'date':
    case 'timestamp':
      return 'time';
    default:
      return undefined;
  }
}
