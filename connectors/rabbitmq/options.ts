/** Reads a service's fields: nodes, sign-in, virtual host, what to show and how to type it. */

import { AishellError, rememberSecret, type ServiceConfig, type TlsOptions, type Type } from '../contract.js';
import { fieldTypes, glob } from '../log/settings.js';
import { integer, list, text } from '../sql/options.js';
import type { Address } from './wire/connection.js';

export interface Settings {
  readonly service: string;
  /** Of the stream plugin, in the order in which they are tried. */
  readonly nodes: readonly [Address, ...Address[]];
  /** Of AMQP itself, which is spoken for a mirror alone. */
  readonly amqpPort: number;
  /** Advertised host:port of the stream plugin -> where it is reached. */
  readonly addresses: ReadonlyMap<string, Address>;
  /** http(s)://host:port/ of the management plugin. */
  readonly management: string;
  readonly user: string;
  readonly password: string;
  readonly vhost: string;
  readonly tls: TlsOptions | undefined;
  /** Streams named without a *, for a user who may not look at the management plugin. */
  readonly named: readonly string[];
  isShown(stream: string): boolean;
  /** Does a queue's name begin as configured? */
  isOwn(queue: string): boolean;
  nameOf(stream: string): string;
  readonly sample: number;
  readonly types: ReadonlyMap<string, ReadonlyMap<string, Type>>;
}

export function settings(service: ServiceConfig): Settings {
  const url = parseUrl(service);
  const part = (value: string | undefined) => (value ? decodeURIComponent(value) : undefined);
  const hosts = list(service, 'hosts') ?? [part(url?.hostname.replace(/^\[(.*)\]$/, '$1')) || 'localhost'];
  const tls: TlsOptions | undefined = service.tls ?? (url?.protocol === 'amqps:' ? { enabled: true, verify: true } : undefined);
  const isSecure = tls?.enabled === true;
  const port = integer(service, 'stream_port') ?? (isSecure ? 5551 : 5552);
  const nodes = hosts.map((host) => address(host, port, service.name));
  const [{ host }] = nodes as [Address];
  const password = text(service, 'password') ?? part(url?.password) ?? 'guest';
  if (password !== 'guest') rememberSecret(password);
  const prefix = text(service, 'prefix') ?? '';
  const nameOf = (stream: string) => stream.slice(prefix.length);
  const streams = list(service, 'streams');
  const patterns = streams?.map(glob);
  const path = url === undefined || url.pathname === '' || url.pathname === '/' ? undefined : decodeURIComponent(url.pathname.slice(1));
  return {
    service: service.name,
    nodes: nodes as [Address, ...Address[]],
    addresses: new Map(Object.entries((service.options['addresses'] ?? {}) as Readonly<Record<string, string>>).map(([advertised, reached]) => [advertised, address(String(reached), port, service.name)])),
    amqpPort: Number(url?.port) || (isSecure ? 5671 : 5672),
    management: managementUrl(service, host, isSecure),
    user: text(service, 'user') ?? part(url?.username) ?? 'guest',
    password,
    vhost: text(service, 'vhost') ?? path ?? '/',
    tls,
    named: (streams ?? []).filter((name) => !name.includes('*')).map((name) => prefix + name),
    isOwn: (queue) => queue.startsWith(prefix),
    isShown: (stream) => stream.startsWith(prefix) && stream !== prefix && (patterns?.some((pattern) => pattern.test(nameOf(stream))) ?? true),
    nameOf,
    sample: integer(service, 'sample') ?? 200,
    types: fieldTypes(service.options['types']),
  };
}

function parseUrl(service: ServiceConfig): URL | undefined {
  const given = text(service, 'url');
  if (given === undefined) return undefined;
  try {
    const url = new URL(given);
    if (url.protocol === 'amqp:' || url.protocol === 'amqps:') return url;
  } catch {
    // The message below must not repeat the URL: it may hold a password.
  }
  throw new AishellError('config', `${service.name}: url is not an amqp:// URL`, 'Write amqp://user:password@host:5672/vhost, with special characters percent-encoded; amqps:// for TLS.', { service: service.name });
}

function managementUrl(service: ServiceConfig, host: string, isSecure: boolean): string {
  const given = text(service, 'management');
  if (given === undefined) return `${isSecure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${isSecure ? 15671 : 15672}/`;
  try {
    const url = new URL(given);
    if (/^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return url.href.replace(/\/*$/, '/');
  } catch {
    // Told below.
  }
  throw new AishellError('config', `${service.name}: management is not an http:// or https:// URL without a password`, 'Write http://host:15672; user and password are those of the service.', { service: service.name });
}

function address(node: string, port: number, service: string): Address {
  const parts = /^(?:\[([^\]]+)\]|([^:/\s]+))(?::(\d{1,5}))?$/.exec(node);
  if (!parts) throw new AishellError('config', `${service}: "${node}" is not a host or host:port`, 'Write host or host:port of the stream plugin, as in rabbit-1:5552.', { service });
  return { host: parts[1] ?? parts[2]!, port: Number(parts[3] ?? port) };
}
