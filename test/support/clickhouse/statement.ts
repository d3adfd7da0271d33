/** One HTTP request's statement on a session of its own: settings, parameters and external tables first, then the query. */

export interface EngineResult {
  readonly rowsRead: number;
  readonly bytesRead: number;
  bytes(): Uint8Array;
}

export interface EngineSession {
  query(sql: string, format?: string): string;
  queryAsync(sql: string, options: { format: string }): Promise<EngineResult>;
  insert(options: { table: string; values: Buffer; format: string; columns?: string[] }): Promise<unknown>;
  close(): void;
}

export interface Statement {
  readonly query: Buffer;
  readonly database: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly readonly: number;
  readonly params: readonly (readonly [string, string])[];
  readonly external: readonly { name: string; data: Buffer; format: string; structure: string }[];
  readonly format: string;
}

export interface StatementResult {
  readonly bytes: Buffer;
  readonly format: string;
  readonly readRows: number;
  readonly readBytes: number;
}

export function sqlText(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function name(value: string): string {
  if (!/^\w+$/.test(value)) throw new Error(`Code: 36. DB::Exception: a name was expected, not ${value} (BAD_ARGUMENTS)`);
  return value;
}

export async function runStatement(session: EngineSession, statement: Statement): Promise<StatementResult> {
  const run = (sql: string) => session.queryAsync(sql, { format: 'TabSeparated' });
  await run(`USE \`${statement.database.replaceAll('`', '\\`')}\``);
  for (const table of statement.external) {
    await run(`CREATE TEMPORARY TABLE ${name(table.name)} (${table.structure})`);
    if (table.data.length > 0) await session.insert({ table: table.name, values: table.data, format: table.format });
  }
  for (const [param, value] of statement.params) await run(`SET ${name(param)} = ${sqlText(value)}`);
  if (statement.readonly === 1 && Object.keys(statement.settings).length > 0) {
    throw new Error(`Code: 164. DB::Exception: Cannot modify '${Object.keys(statement.settings)[0]}' setting in readonly mode. (READONLY)`);
  }
  // readonly comes last: once set, nothing else may be.
  const { readonly = '0', ...settings } = statement.settings;
  for (const [setting, value] of Object.entries(settings)) await run(`SET ${name(setting)} = ${sqlText(value)}`);
  const mode = Math.max(Number(readonly), statement.readonly);
  if (mode > 0) await run(`SET readonly = ${statement.readonly === 1 ? 1 : mode}`);
  const head = statement.query.subarray(0, 4096).toString();
  const insert = /^\s*INSERT\s+INTO\s+(?:TABLE\s+)?([\w.]+)\s*(?:\(([^()]*)\)\s*)?FORMAT\s+(\w+)\s/i.exec(head);
  if (insert && /^(JSONEachRow|JSONCompactEachRow|TSV|TabSeparated|CSV)(WithNames)?$/.test(insert[3]!)) {
    // Rows in the body go to the engine's parser as bytes, never as one long statement.
    const [matched, table, columns, format] = insert as unknown as [string, string, string | undefined, string];
    const values = statement.query.subarray(Buffer.byteLength(matched));
    const names = columns?.split(',').map((column) => column.trim().replaceAll(/^[`"]|[`"]$/g, ''));
    if (values.length > 0) await session.insert({ table, values, format, ...(names ? { columns: names } : {}) });
    return { bytes: Buffer.alloc(0), format, readRows: 0, readBytes: values.length };
  }
  const text = statement.query.toString();
  const result = await session.queryAsync(text, { format: statement.format });
  const format = /\bFORMAT\s+(\w+)\s*;?\s*$/i.exec(text)?.[1] ?? statement.format;
  return { bytes: Buffer.from(result.bytes()), format, readRows: result.rowsRead, readBytes: result.bytesRead };
}
