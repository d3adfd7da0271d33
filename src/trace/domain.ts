import type { Column, Table } from '../algebra/index.js';

/** A column whose values are the keys of a table's rows. */
export interface Domain {
  readonly table: Table;
  readonly column: Column;
  /** `service.table.column` */
  readonly path: string;
}
