/** How a table of this connector is found again: what describe() writes into Table.native and reads come back with. */

import type { Table } from '../contract.js';

/** Paths are relative to the service's folder. */
export type NativeTable =
  | { readonly format: 'parquet'; readonly files: readonly string[] }
  | { readonly format: 'csv'; readonly files: readonly string[]; readonly csv: CsvLayout }
  | {
      readonly format: 'json';
      readonly files: readonly string[];
      readonly layout: JsonLayout;
      /** Two fields differ only by case, so that each is fetched by its exact name. */
      readonly byPointer?: boolean;
    }
  | { readonly format: 'duckdb'; readonly file: string; readonly schema: string; readonly table: string }
  | { readonly format: 'sqlite'; readonly file: string; readonly table: string };

export type JsonLayout = 'newline_delimited' | 'array' | 'unstructured';

/** What sniff_csv found, as read_csv takes it. */
export interface CsvLayout {
  readonly delim: string;
  readonly quote: string;
  readonly escape: string;
  readonly comment: string;
  readonly skip: number;
  readonly header: boolean;
  readonly dateformat: string | null;
  readonly timestampformat: string | null;
}

export function nativeOf(table: Table): NativeTable {
  return table.native as unknown as NativeTable;
}

export function filesOf(native: NativeTable): readonly string[] {
  return 'files' in native ? native.files : [native.file];
}

/** A text constant of a statement of our own. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
