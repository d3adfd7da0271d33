/** DuckDB's complaints about a statement -> errors that name the place, the nearest names, and what to do. */

import { AishellError } from '../errors.js';
import type { ErrorCode } from '../errors.js';
import { tableName } from '../algebra/index.js';
import type { Table } from '../algebra/index.js';
import { evaluate } from '../duckdb/serialize.js';
import type { SerializationError } from '../duckdb/serialize.js';
import { nearest } from '../config/nearest.js';
import { allowedNames } from './functions.js';
import { indexOfByte, indexOfCodePoint, originalIndex, placeOf } from './text.js';
import type { Edit } from './text.js';

export interface Context {
  /** As the user wrote it. */
  readonly text: string;
  /** What led from there to the statement that DuckDB saw, and that statement. */
  readonly edits: readonly Edit[];
  readonly sql: string;
  readonly tables: readonly Table[];
  /** By the name that qualifies their columns, in lower case. */
  readonly shownAs: ReadonlyMap<string, readonly Table[]>;
}

export function syntaxError(error: SerializationError, text: string): AishellError {
  const message = firstSentence(error.message);
  if (/memory exhausted|Max expression depth/.test(message)) return tooDeeplyNested();
  const index = error.position === undefined ? undefined : indexOfCodePoint(text, error.position);
  return located('sql.syntax', message, 'Correct the statement; it is read in the dialect of DuckDB.', text, index);
}

function tooDeeplyNested(): AishellError {
  return new AishellError('sql.refused', 'The statement is too complex: it is nested too deeply.', 'Split it into smaller statements, or nest it less deeply.');
}

export function bindError(error: SerializationError, context: Context): AishellError {
  const column = unknownColumn(error);
  if (column !== undefined) return columnError(column, error, context);
  const message = firstSentence(error.message);
  if (/Max expression depth/.test(message)) return tooDeeplyNested();
  const index = placeIn(error, context);
  if (error.type === 'catalog' || /^Referenced table /.test(message)) {
    return located('sql.unknown', message, 'Run `aishell schema` to see the names that exist.', context.text, index);
  }
  return located('sql.type', message, 'Check the names and types in the statement; `aishell schema` shows them.', context.text, index);
}

interface UnknownColumn {
  readonly name: string;
  /** The table's name or alias in the statement, where it was given. */
  readonly table?: string;
}

function unknownColumn(error: SerializationError): UnknownColumn | undefined {
  if (error.subtype === 'COLUMN_NOT_FOUND') return { name: error.name };
  const member = /^Table "(.*?)" does not have a column named "(.*?)"/.exec(error.message);
  return member === null ? undefined : { table: member[1]!, name: member[2]! };
}

function columnError({ name, table }: UnknownColumn, error: SerializationError, context: Context): AishellError {
  const own = [...new Set(context.shownAs.get(table?.toLowerCase() ?? ''))];
  const searched = own.length > 0 ? own : context.tables;
  const near = nearest(name, [...new Set(searched.flatMap((candidate) => candidate.columns.map((column) => column.name)))]);
  const shown = near.flatMap((nearName) =>
    searched.filter((candidate) => candidate.columns.some((column) => column.name === nearName)).map((candidate) => `${tableName(candidate)}.${nearName}`),
  );
  const only = own.length === 1 ? own[0] : undefined;
  const where = only !== undefined ? tableName(only) : (table ?? 'the tables of this statement');
  return located('sql.unknown', `There is no column ${name} in ${where}.`, columnRemedy(shown, only), context.text, placeIn(error, context), {
    name,
    candidates: near,
  });
}

const fewColumns = 30;

function columnRemedy(near: readonly string[], table: Table | undefined): string {
  if (near.length > 0) return `Did you mean ${near.slice(0, 3).join(' or ')}?`;
  if (table !== undefined && table.columns.length <= fewColumns) return `It has: ${table.columns.map((column) => column.name).join(', ')}.`;
  return "Run `aishell schema` with the table's name to see its columns.";
}

/** Functions that reach outside in other databases, in extensions, and in DuckDB's shell. */
const reaching =
  /^(getenv$|setenv$|system$|read_|load_|enable_|disable_|duckdb_|pragma_|pg_|sqlite_|mysql_|postgres_|http_|write_|copy_|shell|sys_)|_scan$/;

/** A function that DuckDB has and we don't allow is refused; one that nobody knows is a slip of the pen. */
export async function functionError(name: string, timezone: string): Promise<AishellError> {
  const rows = await evaluate('SELECT DISTINCT lower(function_name) FROM duckdb_functions()', timezone);
  const known = new Set(rows.map((row) => String(row[0])));
  const lower = name.toLowerCase();
  if (known.has(lower) || reaching.test(lower)) {
    return new AishellError(
      'sql.refused',
      `The function ${name} is not allowed.`,
      "A statement reads the services' tables and computes from them; functions that reach files, settings, logs or the system are refused.",
      { data: { function: name } },
    );
  }
  const near = nearest(name, allowedNames());
  return new AishellError(
    'sql.unknown',
    `There is no function ${name}.`,
    near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Functions are those of DuckDB.',
    { data: { name, candidates: near } },
  );
}

/** Where in the user's own text; undefined when DuckDB doesn't say. */
function placeIn(error: SerializationError, { sql, edits }: Context): number | undefined {
  return error.position === undefined || error.position < 0 ? undefined : originalIndex(indexOfByte(sql, error.position), edits);
}

function located(
  code: ErrorCode,
  message: string,
  remedy: string,
  text: string,
  index: number | undefined,
  data: Readonly<Record<string, unknown>> = {},
): AishellError {
  if (index === undefined) return new AishellError(code, message, remedy, { data });
  const place = placeOf(text, index);
  return new AishellError(code, `${message} (line ${place.line}, column ${place.column})\n${place.excerpt}`, remedy, {
    data: { ...data, line: place.line, column: place.column },
  });
}

/** Without the lists of candidates that follow. */
function firstSentence(message: string): string {
  return message.split('\n')[0]!.trim();
}
