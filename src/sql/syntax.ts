/** A statement's syntax tree, for those who edit statements. What they make of it goes through the gate again. */

import { AishellError } from '../errors.js';
import { objectOf, objectsOf } from '../duckdb/json.js';
import type { JsonObject } from '../duckdb/json.js';
import { serializeSql } from '../duckdb/serialize.js';

/** The one SELECT's node, as json_serialize_sql gives it. */
export async function statementSyntax(text: string, timezone: string): Promise<JsonObject> {
  const parsed = await serializeSql(text, timezone);
  const [statement, second] = parsed.ok ? objectsOf(parsed.json['statements']) : [];
  if (statement === undefined || second !== undefined) throw new AishellError('sql.syntax', 'There is no single statement to edit.', 'Ask anew.');
  return objectOf(statement['node']);
}
