/**
 * How a relational table is declared once and written to every store: PostgreSQL, MySQL, ClickHouse or DuckDB.
 * Times are milliseconds since the epoch (UTC); dates are `YYYY-MM-DD`; json values are plain objects.
 */

export type ColumnType =
  | 'bigint'
  | 'integer'
  | 'boolean'
  | 'text'
  | 'double'
  | 'timestamptz'
  /** A wall clock reading without a zone. */
  | 'timestamp'
  | 'date'
  | 'json'
  | 'uuid'
  | 'uint64'
  | 'uint32'
  | { readonly varchar: number }
  | { readonly decimal: readonly [precision: number, scale: number] }
  | { readonly enum: readonly string[] };

export interface ColumnSpec {
  readonly type: ColumnType;
  readonly nullable?: boolean;
  readonly comment?: string;
}

export interface TableSpec<Row> {
  readonly name: string;
  readonly comment: string;
  readonly columns: { readonly [Name in keyof Row & string]: ColumnSpec };
  readonly primaryKey: readonly (keyof Row & string)[];
  readonly uniques?: readonly (keyof Row & string)[];
  /** column -> "table.column" of the same service. */
  readonly references?: { readonly [Name in keyof Row & string]?: string };
  /** Columns that rows are looked up by, beside keys and references; servers have an index for each. */
  readonly indexes?: readonly (keyof Row & string)[];
}

export interface FilledTable {
  readonly spec: TableSpec<Record<string, unknown>>;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** Ties rows to their declaration, with the types checked here and forgotten after. */
export function fill<Row extends object>(spec: TableSpec<Row>, rows: readonly Row[]): FilledTable {
  return { spec: spec as unknown as FilledTable['spec'], rows: rows as unknown as FilledTable['rows'] };
}

export function columnsOf(table: FilledTable): { readonly name: string; readonly spec: ColumnSpec }[] {
  return Object.entries(table.spec.columns).map(([name, spec]) => ({ name, spec }));
}
