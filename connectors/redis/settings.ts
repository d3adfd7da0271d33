/** Where and as whom to connect, and what the configuration says of the keys. */

import type { RedisOptions } from 'ioredis';
import { AishellError, rememberSecret, type ServiceConfig } from '../contract.js';
import { declaredTypes, type DeclaredTypes } from '../sql/declared-types.js';
import { integer, text } from '../sql/options.js';
import { nodeTls } from '../sql/tls.js';
import { Pattern } from './pattern.js';

export interface Settings {
  readonly service: string;
  readonly options: RedisOptions;
  /** host:port/db, for messages. */
  readonly address: string;
  readonly user: string;
  readonly separator: string;
  /** By table. */
  readonly patterns: ReadonlyMap<string, Pattern>;
  readonly scan: number;
  readonly sample: number;
  readonly types: DeclaredTypes;
  readonly connectTimeoutMs: number;
}

export async function settings(service: ServiceConfig, connectTimeoutMs: number): Promise<Settings> {
  const url = parseUrl(service);
  const part = (value: string | undefined) => (value ? decodeURIComponent(value) : undefined);
  const host = text(service, 'host') ?? part(url?.hostname.replace(/^\[(.*)\]$/, '$1')) ?? 'localhost';
  const port = integer(service, 'port') ?? (Number(url?.port || 0) || 6379);
  const user = text(service, 'user') ?? part(url?.username);
  const password = text(service, 'password') ?? part(url?.password);
  const db = integer(service, 'db') ?? Number(url?.pathname.slice(1) || 0);
  if (password !== undefined) rememberSecret(password);
  const secure = service.tls ?? (url?.protocol === 'rediss:' ? { enabled: true, verify: true } : undefined);
  const separator = text(service, 'separator') ?? ':';
  return {
    service: service.name,
    options: {
      host,
      port,
      db,
      ...(user !== undefined && { username: user }),
      ...(password !== undefined && { password }),
      ...(secure?.enabled === true && { tls: await nodeTls(secure, service.name) }),
    },
    address: `${host}:${port}/${db}`,
    user: user ?? 'default',
    separator,
    patterns: patterns(service, separator),
    scan: integer(service, 'scan') ?? 50_000,
    sample: integer(service, 'sample') ?? 200,
    types: declaredTypes(service),
    connectTimeoutMs,
  };
}

function parseUrl(service: ServiceConfig): URL | undefined {
  const given = text(service, 'url');
  if (given === undefined) return undefined;
  try {
    const url = new URL(given);
    if ((url.protocol === 'redis:' || url.protocol === 'rediss:') && /^(\/\d*)?$/.test(url.pathname)) return url;
  } catch {
    // The message below must not repeat the URL: it may hold a password.
  }
  throw new AishellError('config', `${service.name}: url is not a redis:// URL`, 'Write redis://user:password@host:6379/0, with special characters percent-encoded.', {
    service: service.name,
  });
}

function patterns(service: ServiceConfig, separator: string): Settings['patterns'] {
  const given = Object.entries((service.options['patterns'] ?? {}) as Readonly<Record<string, string>>);
  return new Map(
    given.map(([table, written]) => {
      const pattern = Pattern.parse(written, separator);
      const names = pattern.data.parts.map((part) => part.toLowerCase());
      if (names.includes('') || new Set(names).size !== names.length || /\}\{/.test(written) || /[{}]/.test(written.replace(/\{[^{}]*\}/g, ''))) {
        throw new AishellError('config', `${service.name}: the pattern of ${table} is not clear: ${written}`, 'Give every part in braces a name of its own, with something between two parts: `cart:{user_id}:{day}`.', {
          service: service.name,
        });
      }
      return [table, pattern] as const;
    }),
  );
}
