/** Where and as whom to connect: the service's fields, its URL, and what people already have (PG* variables, .pgpass). */

import { readFile, stat } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { AishellError, rememberSecret, type ServiceConfig } from '../contract.js';
import { integer, list, text } from '../sql/options.js';
import { nodeTls } from '../sql/tls.js';
import type { NumericMode } from './types.js';

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password: string | undefined;
  readonly ssl: ConnectionOptions | undefined;
  /** Without TLS when the server has none. */
  readonly mayFallBack: boolean;
  readonly schemas: readonly string[] | undefined;
  readonly numeric: NumericMode;
  /** host:port/database, for messages. */
  readonly address: string;
}

export async function settings(service: ServiceConfig, env: NodeJS.ProcessEnv = process.env): Promise<Settings> {
  const url = parseUrl(service);
  const { host, port, user, database } = place(service, env);
  const password = text(service, 'password') ?? part(url?.password) ?? env['PGPASSWORD'] ?? (await fromPassFile({ host, port, database, user }, env));
  if (password !== undefined) rememberSecret(password);
  const mode = text(service, 'sslmode') ?? url?.searchParams.get('sslmode') ?? env['PGSSLMODE'] ?? (isLocal(host) ? 'disable' : 'prefer');
  const rootCertificate = url?.searchParams.get('sslrootcert') ?? env['PGSSLROOTCERT'];
  const schema = text(service, 'schema');
  return {
    host,
    port,
    user,
    database,
    password,
    ...(await tls(service, mode, rootCertificate)),
    schemas: schema === undefined ? list(service, 'schemas') : [schema],
    numeric: (text(service, 'numeric') as NumericMode | undefined) ?? 'decimal',
    address: `${host}:${port}/${database}`,
  };
}

/** As libpq finds it: the fields, the URL, the variables, then its defaults. */
export function place(service: ServiceConfig, env: NodeJS.ProcessEnv = process.env): Pick<Settings, 'host' | 'port' | 'user' | 'database'> {
  const url = parseUrl(service);
  const host = text(service, 'host') ?? url?.searchParams.get('host') ?? part(url?.hostname.replace(/^\[(.*)\]$/, '$1')) ?? env['PGHOST'] ?? 'localhost';
  const port = integer(service, 'port') ?? (Number(url?.port || env['PGPORT'] || 0) || 5432);
  const user = text(service, 'user') ?? part(url?.username) ?? env['PGUSER'] ?? userInfo().username;
  const database = text(service, 'database') ?? part(url?.pathname.slice(1)) ?? env['PGDATABASE'] ?? user;
  return { host, port, user, database };
}

function part(value: string | undefined): string | undefined {
  return value ? decodeURIComponent(value) : undefined;
}

function parseUrl(service: ServiceConfig): URL | undefined {
  const url = text(service, 'url');
  if (url === undefined) return undefined;
  try {
    const parsed = new URL(url);
    if (parsed.protocol === 'postgres:' || parsed.protocol === 'postgresql:') return parsed;
  } catch {
    // The message below must not repeat the URL: it may hold a password.
  }
  throw new AishellError('config', `${service.name}: url is not a postgres:// URL`, 'Write postgres://user:password@host:5432/database, with special characters percent-encoded.', { service: service.name });
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.') || host.startsWith('/');
}

async function tls(service: ServiceConfig, mode: string, rootCertificate: string | undefined): Promise<Pick<Settings, 'ssl' | 'mayFallBack'>> {
  if (service.tls) {
    return { ssl: service.tls.enabled ? await nodeTls(service.tls, service.name) : undefined, mayFallBack: false };
  }
  if (mode === 'disable') return { ssl: undefined, mayFallBack: false };
  const verify = mode === 'verify-ca' || mode === 'verify-full';
  const options = await nodeTls({ enabled: true, verify, ...(rootCertificate && { ca: rootCertificate }) }, service.name);
  // verify-ca trusts the authority whatever name the certificate has.
  const ssl = mode === 'verify-ca' ? { ...options, checkServerIdentity: () => undefined } : options;
  return { ssl, mayFallBack: mode === 'allow' || mode === 'prefer' };
}

interface PassKey {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

async function fromPassFile(key: PassKey, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const path = env['PGPASSFILE'] ?? join(homedir(), '.pgpass');
  try {
    // libpq ignores a file that others may read; so do we.
    if (((await stat(path)).mode & 0o077) !== 0) return undefined;
    return passwordIn(await readFile(path, 'utf8'), key);
  } catch {
    return undefined;
  }
}

/** The first line of .pgpass (host:port:database:user:password, `*` for any, `\` escapes) that fits. */
export function passwordIn(file: string, { host, port, database, user }: PassKey): string | undefined {
  const wanted = [host.startsWith('/') ? 'localhost' : host, String(port), database, user];
  for (const line of file.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = (line.match(/(?:\\.|[^:\\])*(?::|$)/g) ?? []).map((field) => field.replace(/:$/, '').replace(/\\(.)/g, '$1'));
    if (fields.length >= 5 && wanted.every((value, i) => fields[i] === '*' || fields[i] === value)) return fields[4];
  }
  return undefined;
}
