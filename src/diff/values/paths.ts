/** The single values in a table's rows: its plain columns, and the members of nested ones, as `amount.value`. */

import { quoteIdentifier } from '../../algebra/index.js';
import type { Column, Table, Type } from '../../algebra/index.js';

export interface ValuePath {
  /** A column of the path's own name and type, so that both kinds are compared alike. */
  readonly column: Column;
  /** The path in a statement. */
  readonly sql: string;
}

const maxDepth = 3;

/** Without the log's own columns, which describe the message and not its subject. */
export function valuePaths(table: Table): ValuePath[] {
  return table.columns.filter(({ name }) => !name.startsWith('_')).flatMap((column) => pathsOf(column, quoteIdentifier(column.name), 1));
}

function pathsOf(column: Column, sql: string, depth: number): ValuePath[] {
  if (column.type.kind === 'struct') {
    if (depth === maxDepth) return [];
    return column.type.fields.flatMap(({ name, type }) =>
      pathsOf({ name: `${column.name}.${name}`, type, nullable: true, nativeType: column.nativeType }, `${sql}.${quoteIdentifier(name)}`, depth + 1),
    );
  }
  return family(column.type) === undefined ? [] : [{ column, sql }];
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
