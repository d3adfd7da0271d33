/** The gate itself: text in, a statement that may be planned out, or an error that says what is wrong and where. */

import { AishellError } from '../errors.js';
import type { Table } from '../algebra/index.js';
import type { Catalog } from '../catalog/contract.js';
import { arrayOf, objectOf, objectsOf, stringOf } from '../duckdb/json.js';
import type { JsonObject } from '../duckdb/json.js';
import { bindOnly, serializePlan, serializeSql } from '../duckdb/serialize.js';
import { bindError, functionError, syntaxError } from './bind.js';
import type { Context } from './bind.js';
import type { CheckedStatement } from './contract.js';
import { freezeClock } from './freeze.js';
import { isAllowedFunction, isAllowedTableFunction, sessionWords } from './functions.js';
import { resolveTables } from './resolve.js';
import { applyEdits, tokens, withoutTail } from './text.js';
import { refused, walk } from './walk.js';
import type { Found } from './walk.js';

export interface GateOptions {
  /** What now() means: an ISO instant. */
  readonly instant: string;
  /** IANA name. */
  readonly timezone: string;
}

/** Longer than any statement that a person or a model writes, short enough to parse in a fraction of a second. */
const maxLength = 262_144;

export async function checkStatement(text: string, catalog: Catalog, options: GateOptions): Promise<CheckedStatement> {
  checkText(text);
  const statement = await parseOne(text, options.timezone);
  const found = walk(statement);
  await checkFunctions(found, options.timezone);
  const { tables, shownAs, edits: qualified } = resolveTables(found.tables, found.columns, text, catalog);
  checkNames(found, tables);
  const edits = [...qualified, ...(await freezeClock(found, tables, text, options))];
  const sql = withoutTail(applyEdits(text, edits));
  await checkBinding({ text, edits, sql, tables, shownAs }, options.timezone);
  return { sql, original: text, tables, instant: options.instant, timezone: options.timezone, ordered: isOrdered(statement) };
}

function checkText(text: string): void {
  if (text.length > maxLength) {
    throw refused(
      `The statement has ${text.length.toLocaleString('en')} characters; at most ${maxLength.toLocaleString('en')} are read.`,
      'Shorten it; a long list of values belongs in a table.',
    );
  }
  if (text.includes('\0')) throw new AishellError('sql.syntax', 'The statement contains a NUL character.', 'Remove it; chr(0) makes one in an expression.');
}

async function parseOne(text: string, timezone: string): Promise<JsonObject> {
  const parsed = await serializeSql(text, timezone);
  if (!parsed.ok) {
    if (parsed.error.type === 'parser' || parsed.error.type === 'syntax') throw syntaxError(parsed.error, text);
    throw notSelect(text, parsed.error.message);
  }
  const statements = objectsOf(parsed.json['statements']);
  if (statements.length === 0) throw new AishellError('sql.syntax', 'There is no statement.', 'Write one SELECT over service.table.');
  if (statements.length > 1) throw severalStatements(statements.length);
  return statements[0]!;
}

function severalStatements(count: number): AishellError {
  return refused(`There are ${count} statements; one SELECT is run at a time.`, 'Run them one after another.');
}

function notSelect(text: string, message: string): AishellError {
  const words: string[] = [];
  let semicolons = 0;
  let afterSemicolon = false;
  for (const token of tokens(text)) {
    if (token.text === ';') afterSemicolon = true;
    else if (afterSemicolon) {
      semicolons++;
      afterSemicolon = false;
    }
    if (token.word) words.push(token.text.toUpperCase());
  }
  const first = words[0] ?? '';
  if (semicolons > 0) return severalStatements(semicolons + 1);
  if (words.includes('PIVOT') || words.includes('PIVOT_WIDER')) {
    return refused('A PIVOT without an IN list cannot be planned: its columns would depend on the rows.', 'Name the values: PIVOT ... ON column IN (value, ...).');
  }
  if (first === 'EXPLAIN') return refused('EXPLAIN is not a SELECT.', 'Run `aishell explain` with the statement behind EXPLAIN.');
  if (['SELECT', 'WITH', 'FROM', 'VALUES'].includes(first)) return refused(`This SELECT is not supported: ${message}`, 'Write it in another way.');
  return refused(`${first || 'This'} is not a SELECT, and nothing else is run: aishell only reads.`, 'Write one SELECT over service.table.');
}

async function checkFunctions(found: Found, timezone: string): Promise<void> {
  for (const { name, table } of found.functions) {
    if (table ? !isAllowedTableFunction(name) : !isAllowedFunction(name)) throw await functionError(name, timezone);
  }
}

/** Words that mean the session, and the row number that only DuckDB's own tables have. */
function checkNames(found: Found, tables: readonly Table[]): void {
  const columns = new Set(tables.flatMap((table) => table.columns.map((column) => column.name.toLowerCase())));
  for (const { path } of found.columns) {
    const name = path.at(-1)!.toLowerCase();
    if (columns.has(name) || found.aliases.has(name)) continue;
    if (name === 'rowid') {
      throw new AishellError('sql.unknown', 'There is no column rowid.', "Use the table's own key; `aishell schema` shows it.");
    }
    if (path.length === 1 && sessionWords.has(name)) {
      throw refused(`${path[0]!} is not allowed: statements read the services' tables, not the session.`, 'Leave it out, or quote it if it names a column.');
    }
  }
}

async function checkBinding(context: Context, timezone: string): Promise<void> {
  const { sql, tables } = context;
  const planned = await serializePlan(sql, tables, timezone);
  if (planned.ok) return;
  // Some plans can't be serialized. The statement is sound if DuckDB binds it; its tables are then read whole.
  if (!['not implemented', 'serialization', 'invalid input', 'internal'].includes(planned.error.type)) {
    throw bindError(planned.error, context);
  }
  await bindOnly(sql, tables, timezone);
}

function isOrdered(statement: JsonObject): boolean {
  return arrayOf(objectOf(statement['node'])['modifiers']).some((modifier) => stringOf(objectOf(modifier)['type']) === 'ORDER_MODIFIER');
}
