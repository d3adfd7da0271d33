/** The questions put to PostgreSQL's own catalogue. All run with search_path = pg_catalog. */

export interface ServerRow {
  readonly version: string;
  readonly number: number;
  readonly database: string;
  readonly encoding: string;
  readonly collation: string;
  readonly nondeterministic: readonly string[];
}

/** collisdeterministic is there since 12, datlocprovider since 15. */
export function serverQuery(versionNumber: number): string {
  const provider = versionNumber >= 150_000 ? `CASE WHEN d.datlocprovider = 'c' THEN d.datcollate ELSE 'not libc' END` : 'd.datcollate';
  return `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
    d.datname::text AS database, pg_encoding_to_char(d.encoding)::text AS encoding, ${provider} AS collation,
    ${versionNumber >= 120_000 ? 'ARRAY(SELECT collname::text FROM pg_collation WHERE NOT collisdeterministic)' : 'ARRAY[]::text[]'} AS nondeterministic
  FROM pg_database d WHERE d.datname = current_database()`;
}

export interface RelationRow {
  readonly id: string;
  readonly schema: string;
  readonly name: string;
  readonly kind: 'r' | 'v' | 'm' | 'p' | 'f';
  readonly comment: string | null;
  /** Negative or null: never analysed. */
  readonly estimate: number | null;
  readonly bytes: string | null;
  readonly readable: boolean;
}

/** Tables, views, materialized views, partitioned and foreign tables; not partitions, nor what an extension brought. */
export const relationsQuery = `SELECT c.oid::text AS id, n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind,
    obj_description(c.oid, 'pg_class') AS comment,
    CASE WHEN c.relkind = 'p' THEN (
      WITH RECURSIVE parts(oid) AS (
        SELECT inhrelid FROM pg_inherits WHERE inhparent = c.oid
        UNION ALL SELECT i.inhrelid FROM pg_inherits i JOIN parts p ON i.inhparent = p.oid)
      SELECT CASE WHEN bool_or(l.reltuples < 0) THEN -1 ELSE coalesce(sum(l.reltuples), 0) END::float8
      FROM parts JOIN pg_class l ON l.oid = parts.oid AND l.relkind <> 'p')
    WHEN c.relkind IN ('r', 'm', 'f') THEN c.reltuples::float8 END AS estimate,
    CASE WHEN c.relkind IN ('r', 'm') THEN pg_relation_size(c.oid) END AS bytes,
    has_schema_privilege(n.oid, 'USAGE')
      AND (has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT')) AS readable
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND NOT c.relispartition
    AND CASE WHEN $1::text[] IS NULL THEN n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ELSE n.nspname = ANY ($1) END
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY n.nspname, c.relname`;

export interface ColumnRow {
  readonly relation: string;
  readonly number: number;
  readonly name: string;
  readonly type: string;
  readonly typeId: string;
  readonly nullable: boolean;
  readonly comment: string | null;
  readonly collation: string | null;
  readonly expression: string | null;
  readonly generated: boolean;
}

/**
 * A default has no columns in it, so pg_get_expr need not know the relation; with it, the time grows with the square of
 * the number of columns.
 */
export const columnsQuery = `SELECT a.attrelid::text AS relation, a.attnum AS number, a.attname::text AS name,
    format_type(a.atttypid, a.atttypmod) AS type, a.atttypid::text AS "typeId", NOT a.attnotnull AS nullable,
    col_description(a.attrelid, a.attnum) AS comment, l.collname::text AS collation,
    CASE WHEN a.attidentity = 'd' THEN 'the next number' WHEN a.attgenerated = '' THEN pg_get_expr(f.adbin, 0) END AS expression,
    a.attidentity <> '' OR a.attgenerated <> '' AS generated
  FROM pg_attribute a
  LEFT JOIN pg_collation l ON l.oid = a.attcollation
  LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
  WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
    AND has_column_privilege(a.attrelid, a.attnum, 'SELECT')
  ORDER BY a.attrelid, a.attnum`;

export interface IndexRow {
  readonly relation: string;
  readonly primary: boolean;
  /** Over whole rows and bare columns, so that it is a key of the table. */
  readonly unique: boolean;
  /** Column numbers in order; 0 is an expression. */
  readonly columns: string;
}

export const indexesQuery = `SELECT indrelid::text AS relation, indisprimary AS "primary",
    indisunique AND indpred IS NULL AND indexprs IS NULL AS "unique",
    (SELECT string_agg(k.n::text, ' ' ORDER BY k.i) FROM unnest(indkey::int2[]) WITH ORDINALITY AS k(n, i) WHERE k.i <= indnkeyatts) AS columns
  FROM pg_index WHERE indrelid = ANY ($1::oid[]) AND indisvalid`;

export interface DistinctRow {
  readonly relation: string;
  readonly name: string;
  /** Below zero: minus the share of the rows. */
  readonly distinct: number;
}

/** Of analysed tables, for the columns that the role may read. */
export const distinctQuery = `SELECT c.oid::text AS relation, s.attname::text AS name, s.n_distinct::float8 AS distinct
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname
  WHERE c.oid = ANY ($1::oid[]) AND s.n_distinct <> 0 AND s.inherited = (c.relkind = 'p')`;

export interface ConstraintRow {
  readonly relation: string;
  readonly kind: 'f' | 'c';
  readonly columns: readonly number[];
  readonly target: string;
  readonly targetColumns: readonly string[] | null;
  readonly definition: string;
}

export const constraintsQuery = `SELECT c.conrelid::text AS relation, c.contype::text AS kind, c.conkey::int4[] AS columns,
    c.confrelid::text AS target,
    (SELECT array_agg(a.attname::text ORDER BY k.i) FROM unnest(c.confkey) WITH ORDINALITY AS k(n, i)
      JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.n) AS "targetColumns",
    CASE WHEN c.contype = 'c' THEN pg_get_constraintdef(c.oid) ELSE '' END AS definition
  FROM pg_constraint c WHERE c.conrelid = ANY ($1::oid[]) AND c.contype IN ('f', 'c') AND c.conkey IS NOT NULL ORDER BY c.conname`;

export interface TypeRow {
  readonly id: string;
  /** Of a domain. */
  readonly base: string | null;
  readonly baseName: string | null;
  readonly checks: readonly string[] | null;
  readonly labels: readonly string[] | null;
}

export const typesQuery = `SELECT t.oid::text AS id,
    CASE WHEN t.typtype = 'd' THEN t.typbasetype::text END AS base,
    CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS "baseName",
    CASE WHEN t.typtype = 'd' THEN (SELECT array_agg(pg_get_constraintdef(c.oid) ORDER BY c.conname) FROM pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c') END AS checks,
    CASE WHEN t.typtype = 'e' THEN (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid) END AS labels
  FROM pg_type t WHERE t.typtype IN ('d', 'e')`;
