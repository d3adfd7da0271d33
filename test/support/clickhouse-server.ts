/**
 * ClickHouse for tests: the genuine engine (npm chdb, in-process) behind as much of ClickHouse's HTTP interface as
 * @clickhouse/client and the examples speak. Query in body or URL, `param_x` query parameters, settings in the URL,
 * external tables as multipart parts, sign-in, error codes, gzip, X-ClickHouse-* headers, /ping.
 *
 *   node --import tsx test/support/clickhouse-server.ts FOLDER PORT [TLS-PORT CERT KEY]
 *
 * What it can't show: a killed query keeps running inside the engine. KILL QUERY is recorded instead, and GET /killed
 * lists the query ids; GET /requests lists the last queries with their settings, for tests of what was really sent.
 * Users, all with the password aishell-test: aishell may do everything, reader has readonly = 2, locked readonly = 1.
 */

import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gunzipSync, gzipSync } from 'node:zlib';
import { parseMultipart } from './clickhouse/multipart.js';
import { runStatement, sqlText, type EngineSession } from './clickhouse/statement.js';

const [folder, port, tlsPort, cert, key] = process.argv.slice(2);
if (folder === undefined || port === undefined) throw new Error('usage: clickhouse-server FOLDER PORT [TLS-PORT CERT KEY]');
mkdirSync(folder, { recursive: true });

const require = createRequire(new URL('../servers/package.json', import.meta.url));
const { Session } = require('chdb') as { Session: new (path: string, options?: object) => EngineSession };
// Keeps the engine and its folder open; every request gets a session of its own beside it (1 ms), so that settings and
// parameters of one request never reach another.
const engine = new Session(folder, { connectionArgs: ['--async_load_databases=0'] });
const [version, timezone] = engine.query("SELECT version(), timezone()", 'TSV').trim().split('\t') as [string, string];

const password = 'aishell-test';
const readonly: Readonly<Record<string, number>> = { aishell: 0, default: 0, reader: 2, locked: 1 };
const killed: string[] = [];
const requests: { query: string; settings: Record<string, string>; user: string }[] = [];

/** URL parameters that are not settings of the engine. */
const notSettings =
  /^(query|query_id|user|password|database|session_id|session_timeout|session_check|default_format|role|quota_key|param_.*|.*_(structure|format|types)|wait_end_of_query|enable_http_compression|http_.*|send_progress_in_http_headers|buffer_size|add_http_cors_header|compress|decompress|cancel_http_readonly_queries_on_client_close|log_comment)$/;
const realSettings = /^(output_format_.*|input_format_.*|date_time_.*_format|format_.*)$/;

function signIn(request: IncomingMessage, url: URL): string | undefined {
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const [user, given] = basic
    ? Buffer.from(basic, 'base64').toString().split(/:(.*)/s)
    : [request.headers['x-clickhouse-user'] ?? url.searchParams.get('user'), request.headers['x-clickhouse-key'] ?? url.searchParams.get('password')];
  return typeof user === 'string' && user in readonly && given === password ? user : undefined;
}

async function body(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const all = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(all) : all;
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const sent = await body(request);
  if (url.pathname === '/ping') return void response.end('Ok.\n');
  if (url.pathname === '/killed') return void response.end(JSON.stringify(killed));
  if (url.pathname === '/requests') return void response.end(JSON.stringify(requests));
  const user = signIn(request, url);
  if (user === undefined) {
    return fail(response, 516, `Code: 516. DB::Exception: ${url.searchParams.get('user') ?? 'user'}: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED) (version ${version})`);
  }
  const params = new Map(url.searchParams);
  const contentType = request.headers['content-type'] ?? '';
  const parts = contentType.startsWith('multipart/form-data') ? parseMultipart(sent, contentType) : [];
  for (const part of parts) if (!part.file) params.set(part.name, part.data.toString());
  // A real server reads the query from the URL and goes on reading it in the body: INSERT in the one, rows in the other.
  const query = Buffer.concat([Buffer.from(params.get('query') ?? ''), Buffer.from(params.has('query') ? '\n' : ''), parts.length > 0 ? Buffer.alloc(0) : sent]);
  const settings: Record<string, string> = {};
  for (const [name, value] of params) if (realSettings.test(name) || !notSettings.test(name)) settings[name] = value;
  const text = query.subarray(0, 10_000).toString().trim();
  requests.push({ query: text, settings, user });
  if (requests.length > 500) requests.shift();
  const kill = /^\s*KILL\s+QUERY\s+WHERE\s+query_id\s*=\s*(?:'([^']*)'|\{(\w+):String\})/i.exec(text);
  if (kill) killed.push(kill[1] ?? params.get(`param_${kill[2]}`) ?? '');
  const queryId = params.get('query_id') ?? crypto.randomUUID();
  const session = new Session(folder!);
  try {
    const started = process.hrtime.bigint();
    const result = await runStatement(session, {
      query,
      database: params.get('database') ?? String(request.headers['x-clickhouse-database'] ?? 'default'),
      settings,
      readonly: readonly[user]!,
      params: [...params].filter(([name]) => name.startsWith('param_')),
      external: parts.filter((part) => part.file).map((part) => ({
        name: part.name,
        data: part.data,
        format: params.get(`${part.name}_format`) ?? 'TabSeparated',
        structure: params.get(`${part.name}_structure`) ?? '',
      })),
      format: params.get('default_format') ?? String(request.headers['x-clickhouse-format'] ?? 'TabSeparated'),
    });
    response.setHeader('X-ClickHouse-Query-Id', queryId);
    response.setHeader('X-ClickHouse-Server-Display-Name', 'aishell-test');
    response.setHeader('X-ClickHouse-Timezone', timezone);
    response.setHeader('X-ClickHouse-Format', result.format);
    response.setHeader('X-ClickHouse-Summary', JSON.stringify({
      read_rows: String(result.readRows), read_bytes: String(result.readBytes), written_rows: '0', written_bytes: '0',
      total_rows_to_read: '0', result_rows: '0', result_bytes: '0', elapsed_ns: String(process.hrtime.bigint() - started),
    }));
    await send(request, response, params, result.bytes);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = Number(/Code: (\d+)/.exec(message)?.[1] ?? 1002);
    fail(response, code, `${message.startsWith('Code:') ? message : `Code: ${code}. DB::Exception: ${message}`} (version ${version})`);
  } finally {
    session.close();
  }
}

async function send(request: IncomingMessage, response: ServerResponse, params: Map<string, string>, bytes: Buffer): Promise<void> {
  if (params.get('enable_http_compression') === '1' && /\bgzip\b/.test(String(request.headers['accept-encoding']))) {
    response.setHeader('Content-Encoding', 'gzip');
    return void response.end(gzipSync(bytes));
  }
  const piece = 1 << 20;
  for (let at = 0; at < bytes.length && !response.destroyed; at += piece) {
    if (!response.write(bytes.subarray(at, at + piece))) {
      await new Promise<void>((resolve) => {
        response.once('drain', resolve);
        response.once('close', resolve);
      });
    }
  }
  response.end();
}

function fail(response: ServerResponse, code: number, message: string): void {
  const status = code === 516 ? 403 : code === 60 || code === 81 ? 404 : code === 497 || code === 164 ? 403 : code === 62 || code === 47 ? 400 : 500;
  response.statusCode = status;
  response.setHeader('X-ClickHouse-Exception-Code', String(code));
  response.end(`${message}\n`);
}

const listener = (request: IncomingMessage, response: ServerResponse) => {
  answer(request, response).catch((error: unknown) => {
    console.error(error);
    response.destroy();
  });
};
const listening = [createServer(listener).listen(Number(port), '127.0.0.1')];
if (tlsPort !== undefined && cert !== undefined && key !== undefined) {
  listening.push(createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }, listener).listen(Number(tlsPort), '127.0.0.1'));
}
for (const server of listening) server.keepAliveTimeout = 60_000;
process.on('SIGTERM', () => {
  for (const server of listening) {
    server.close();
    server.closeAllConnections();
  }
  engine.close();
  process.exit(0);
});
engine.query(`SELECT ${sqlText('ready')}`, 'TSV');
