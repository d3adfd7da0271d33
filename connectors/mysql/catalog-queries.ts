/** The questions put to the information schema of MySQL and MariaDB. `{in}` stands for the placeholders of a list. */

export interface TableRow {
  readonly db: string;
  readonly name: string;
  readonly kind: string;
  readonly rows: string | null;
  readonly bytes: string | null;
  readonly comment: string;
}

export const tablesQuery = `SELECT table_schema AS db, table_name AS name, table_type AS kind, table_rows AS \`rows\`,
    data_length AS bytes, table_comment AS comment
  FROM information_schema.tables WHERE table_schema IN ({in}) AND table_type <> 'SEQUENCE' ORDER BY table_schema, table_name`;

export interface ColumnRow {
  readonly db: string;
  readonly relation: string;
  readonly name: string;
  readonly columnType: string;
  readonly nullable: string;
  readonly collation: string | null;
  readonly expression: string | null;
  readonly comment: string;
  readonly rights: string;
  readonly extra: string;
}

export const columnsQuery = `SELECT table_schema AS db, table_name AS relation, column_name AS name, column_type AS columnType,
    is_nullable AS nullable, collation_name AS collation, column_default AS expression, column_comment AS comment, privileges AS rights,
    extra AS extra
  FROM information_schema.columns WHERE table_schema IN ({in}) ORDER BY table_schema, table_name, ordinal_position`;

export interface IndexRow {
  readonly db: string;
  readonly relation: string;
  readonly name: string;
  readonly repeats: string;
  readonly column: string | null;
  /** Only so many characters of the column are in the index. */
  readonly part: string | null;
  /** About how many different values the index has up to this column. */
  readonly distincts: string | null;
}

export const indexesQuery = `SELECT table_schema AS db, table_name AS relation, index_name AS name, non_unique AS repeats,
    column_name AS \`column\`, sub_part AS part, cardinality AS distincts
  FROM information_schema.statistics WHERE table_schema IN ({in}) ORDER BY table_schema, table_name, index_name, seq_in_index`;

export interface ReferenceRow {
  readonly db: string;
  readonly relation: string;
  readonly name: string;
  readonly column: string;
  readonly targetDb: string;
  readonly target: string;
  readonly targetColumn: string;
}

export const referencesQuery = `SELECT table_schema AS db, table_name AS relation, constraint_name AS name, column_name AS \`column\`,
    referenced_table_schema AS targetDb, referenced_table_name AS target, referenced_column_name AS targetColumn
  FROM information_schema.key_column_usage
  WHERE table_schema IN ({in}) AND referenced_table_name IS NOT NULL ORDER BY table_schema, table_name, constraint_name, ordinal_position`;

export interface CheckRow {
  readonly db: string;
  readonly relation: string;
  readonly clause: string;
}

/** MariaDB's JSON is text with a check. */
export const checksQueries = {
  MariaDB: `SELECT constraint_schema AS db, table_name AS relation, check_clause AS clause
  FROM information_schema.check_constraints WHERE constraint_schema IN ({in}) ORDER BY constraint_name`,
  MySQL: `SELECT c.constraint_schema AS db, t.table_name AS relation, c.check_clause AS clause
  FROM information_schema.check_constraints c JOIN information_schema.table_constraints t ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name
  WHERE c.constraint_schema IN ({in}) AND t.constraint_type = 'CHECK' AND t.enforced = 'YES' ORDER BY c.constraint_name`,
} as const;

/** MySQL reads checks and drops them before 8.0.16. */
export function knowsChecks(product: 'MySQL' | 'MariaDB', version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
  return product === 'MariaDB' || major > 8 || (major === 8 && (minor > 0 || patch >= 16));
}

export function address(db: string, table: string): string {
  return JSON.stringify([db, table]);
}
