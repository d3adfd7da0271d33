/** The connection: @clickhouse/client, silent, with the session's read-only setting on every query. */

import { Agent } from 'node:https';
import { ClickHouseLogLevel, createClient, type ClickHouseClient, type ClickHouseSettings } from '@clickhouse/client';
import { AishellError, type ServiceConfig } from '../contract.js';
import { abortable } from '../sql/failures.js';
import { StopRequests } from '../sql/stop-requests.js';
import { nodeTls } from '../sql/tls.js';
import { failure } from './failures.js';
import type { Settings } from './options.js';

export interface Connection {
  readonly service: string;
  readonly client: ClickHouseClient;
  readonly settings: Settings;
  /** What a query is sent with: read-only, UTC, and nothing where the user may not change settings. */
  readonly session: ClickHouseSettings;
  readonly version: string;
  /** The user's own mode, before ours: 0 writes, 1 reads and may change no setting, 2 reads. */
  readonly readonly: number;
  readonly stopRequests: StopRequests;
}

const maxConnections = 8;

/** readonly = 2 still lets a query bring settings along, which readonly = 1 would not. */
const readOnlySession: ClickHouseSettings = {
  readonly: '2',
  session_timezone: 'UTC',
  // Closing the connection stops the query on the server.
  cancel_http_readonly_queries_on_client_close: 1,
  output_format_parquet_string_as_string: 1,
  output_format_json_quote_denormals: 1,
  output_format_json_quote_64bit_integers: 0,
};

export async function openConnection(service: ServiceConfig, settings: Settings, timeoutMs: number, signal: AbortSignal): Promise<Connection> {
  const secure = settings.url.startsWith('https:') ? await agent(service) : undefined;
  const client = createClient({
    url: settings.url,
    username: settings.user,
    password: settings.password ?? '',
    database: settings.databases[0],
    application: 'aishell',
    // How long a query may take is the caller's to say, by its signal.
    request_timeout: 24 * 3_600_000,
    max_open_connections: maxConnections,
    use_multipart_params_auto: true,
    log: { level: ClickHouseLogLevel.OFF },
    ...(secure && { http_agent: secure }),
  });
  const timeout = AbortSignal.timeout(timeoutMs);
  const connecting = AbortSignal.any([signal, timeout]);
  try {
    const { version, readonly } = await probe(client, service.name, connecting);
    const session: ClickHouseSettings = settings.final ? { ...readOnlySession, final: 1 } : readOnlySession;
    return { service: service.name, client, settings, session: readonly === 1 ? {} : session, version, readonly, stopRequests: new StopRequests() };
  } catch (error) {
    await client.close();
    if (timeout.aborted && !signal.aborted) {
      throw new AishellError('source.unreachable', `${service.name}: ${settings.address} did not answer within ${timeoutMs} ms`, "Check that the server is up and that the port is ClickHouse's HTTP port (8123, or 8443 with TLS).", { service: service.name });
    }
    throw failure(error, service.name, settings, signal);
  }
}

/** The first query brings no settings: a user with readonly = 1 may send none. */
async function probe(client: ClickHouseClient, service: string, signal: AbortSignal): Promise<{ version: string; readonly: number }> {
  const query = "SELECT version() AS version, toString(getSetting('readonly')) AS readonly";
  const result = await abortable(client.query({ query, format: 'JSONEachRow', abort_signal: signal }), signal, service, (late) => late.close());
  const [row] = await abortable(result.json<{ version: string; readonly: string }>(), signal, service);
  if (!row) throw new AishellError('source.failed', `${service}: the server answered a first query with nothing`, 'Look at the server\'s log.', { service });
  return { version: row.version, readonly: Number(row.readonly) };
}

/** Rows of a small query of our own over system tables. */
export async function rows<Row>(connection: Connection, signal: AbortSignal, query: string, params: Record<string, unknown> = {}): Promise<Row[]> {
  const { client, service, session, settings } = connection;
  try {
    const request = client.query({ query, query_params: params, format: 'JSONEachRow', clickhouse_settings: session, abort_signal: signal });
    const result = await abortable(request, signal, service, (late) => late.close());
    return await abortable(result.json<Row>(), signal, service);
  } catch (error) {
    throw failure(error, service, settings, signal);
  }
}

async function agent(service: ServiceConfig): Promise<Agent> {
  const tls = service.tls ?? { enabled: true, verify: true };
  return new Agent({ keepAlive: true, maxSockets: maxConnections, ...(await nodeTls(tls, service.name)) });
}
