/** Where and as whom to connect: the service's fields, its URL, and the [client] group of my.cnf. */

import { readFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { AishellError, rememberSecret, type ServiceConfig } from '../contract.js';
import { integer, list, text } from '../sql/options.js';
import { nodeTls } from '../sql/tls.js';
import type { Reading } from './facts.js';

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly socket: string | undefined;
  readonly user: string;
  readonly password: string | undefined;
  readonly databases: readonly string[] | undefined;
  readonly ssl: ConnectionOptions | undefined;
  /** The name that the certificate must have. */
  readonly servername: string;
  readonly verifyName: boolean;
  readonly reading: Reading;
  /** host:port, for messages. */
  readonly address: string;
}

export async function settings(service: ServiceConfig): Promise<Settings> {
  const url = parseUrl(service);
  const file = await clientGroup(service);
  const { host, port, socket, user } = placeWith(service, file);
  const password = text(service, 'password') ?? part(url?.password) ?? file['password'];
  if (password !== undefined) rememberSecret(password);
  const database = text(service, 'database') ?? part(url?.pathname.slice(1));
  return {
    host,
    port,
    socket,
    user,
    password,
    databases: database === undefined ? list(service, 'databases') : [database],
    ssl: service.tls?.enabled ? await nodeTls(service.tls, service.name) : undefined,
    servername: service.tls?.servername ?? host,
    verifyName: service.tls?.verify ?? true,
    reading: {
      zeroDates: (text(service, 'zeroDates') as Reading['zeroDates'] | undefined) ?? 'error',
      time: (text(service, 'time') as Reading['time'] | undefined) ?? 'time',
    },
    address: socket ?? `${host}:${port}`,
  };
}

type Place = Pick<Settings, 'host' | 'port' | 'socket' | 'user'>;

/** As MySQL's own programs find it: the fields, the URL, the option file, then their defaults. */
export async function place(service: ServiceConfig): Promise<Place> {
  return placeWith(service, await clientGroup(service));
}

function placeWith(service: ServiceConfig, file: Readonly<Record<string, string>>): Place {
  const url = parseUrl(service);
  const host = text(service, 'host') ?? part(url?.hostname.replace(/^\[(.*)\]$/, '$1')) ?? file['host'] ?? 'localhost';
  const port = integer(service, 'port') ?? (Number(url?.port || file['port'] || 0) || 3306);
  const explicitHost = text(service, 'host') !== undefined || url !== undefined;
  const socket = text(service, 'socket') ?? (explicitHost ? undefined : file['socket']);
  return { host, port, socket, user: text(service, 'user') ?? part(url?.username) ?? file['user'] ?? userInfo().username };
}

function part(value: string | undefined): string | undefined {
  return value ? decodeURIComponent(value) : undefined;
}

function parseUrl(service: ServiceConfig): URL | undefined {
  const url = text(service, 'url');
  if (url === undefined) return undefined;
  try {
    const parsed = new URL(url);
    if (parsed.protocol === 'mysql:' || parsed.protocol === 'mariadb:') return parsed;
  } catch {
    // The message below must not repeat the URL: it may hold a password.
  }
  throw new AishellError('config', `${service.name}: url is not a mysql:// URL`, 'Write mysql://user:password@host:3306/database, with special characters percent-encoded.', { service: service.name });
}

async function clientGroup(service: ServiceConfig): Promise<Readonly<Record<string, string>>> {
  const named = text(service, 'defaultsFile');
  const path = named === undefined ? join(homedir(), '.my.cnf') : isAbsolute(named) ? named : join(service.baseDir, named);
  try {
    return clientOptions(await readFile(path, 'utf8'));
  } catch (cause) {
    if (named === undefined) return {};
    throw new AishellError('config', `${service.name}: defaultsFile can't be read: ${path}`, 'Check the path and its permissions.', { service: service.name, cause });
  }
}

/** The options of [client] in an option file, as MySQL's own programs read it: quotes, comments, - and _ alike. */
export function clientOptions(file: string): Record<string, string> {
  const options: Record<string, string> = {};
  let group = '';
  for (const raw of file.split(/\r?\n/)) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';') || line.startsWith('!')) continue;
    const header = /^\[(.*)\]$/.exec(line);
    if (header) {
      group = header[1]!.trim().toLowerCase();
      continue;
    }
    const option = /^([\w-]+)\s*(?:=\s*(.*))?$/.exec(line);
    if (group !== 'client' || !option) continue;
    const value = option[2] ?? '';
    const quoted = /^(["'])(.*?)\1\s*(?:#.*)?$/.exec(value);
    options[option[1]!.replaceAll('_', '-').toLowerCase()] = quoted ? quoted[2]! : value.replace(/\s+#.*$/, '').trim();
  }
  return options;
}
