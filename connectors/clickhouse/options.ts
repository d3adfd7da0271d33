/** Where and as whom to connect: the service's fields, its URL and the variables that clickhouse-client reads. */

import { AishellError, rememberSecret, type ServiceConfig } from '../contract.js';
import { integer, list, text } from '../sql/options.js';

export interface Settings {
  /** scheme://host:port, without a secret. */
  readonly url: string;
  readonly user: string;
  readonly password: string | undefined;
  /** The default database, then the others. */
  readonly databases: readonly [string, ...string[]];
  readonly final: boolean;
  /** table.column or database.table.column */
  readonly binary: readonly string[];
  /** host:port/database, for messages. */
  readonly address: string;
}

export function settings(service: ServiceConfig, env: NodeJS.ProcessEnv = process.env): Settings {
  const url = parseUrl(service);
  const part = (value: string | undefined) => (value ? decodeURIComponent(value) : undefined);
  const secure = service.tls?.enabled ?? url?.protocol === 'https:';
  const host = text(service, 'host') ?? url?.hostname ?? env['CLICKHOUSE_HOST'] ?? 'localhost';
  const port = integer(service, 'port') ?? (Number(url?.port || 0) || (secure ? 8443 : 8123));
  const password = text(service, 'password') ?? part(url?.password) ?? env['CLICKHOUSE_PASSWORD'];
  if (password !== undefined) rememberSecret(password);
  const database = text(service, 'database') ?? part(url?.pathname.slice(1)) ?? 'default';
  return {
    url: `${secure ? 'https' : 'http'}://${host}:${port}`,
    user: text(service, 'user') ?? part(url?.username) ?? env['CLICKHOUSE_USER'] ?? 'default',
    password,
    databases: [database, ...(list(service, 'databases') ?? []).filter((other) => other !== database)],
    final: service.options['final'] === true,
    binary: list(service, 'binary') ?? [],
    address: `${host}:${port}/${database}`,
  };
}

function parseUrl(service: ServiceConfig): URL | undefined {
  const url = text(service, 'url');
  if (url === undefined) return undefined;
  try {
    // URL keeps no host for schemes that it doesn't know.
    const parsed = new URL(url.replace(/^clickhouse:/i, service.tls?.enabled ? 'https:' : 'http:'));
    if (parsed.protocol === 'http:' || parsed.protocol === 'https:') return parsed;
  } catch {
    // The message below must not repeat the URL: it may hold a password.
  }
  throw new AishellError('config', `${service.name}: url is not a ClickHouse URL`, 'Write http://user:password@host:8123/database, with special characters percent-encoded.', { service: service.name });
}
