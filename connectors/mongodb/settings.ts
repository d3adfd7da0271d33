/** Where and as whom to connect, from the service's fields and its URL. */

import type { MongoClientOptions } from 'mongodb';
import { AishellError, rememberSecret, type ServiceConfig } from '../contract.js';
import { declaredTypes, type DeclaredTypes } from '../sql/declared-types.js';
import { integer, text } from '../sql/options.js';
import { nodeTls } from '../sql/tls.js';

export interface Settings {
  readonly service: string;
  readonly url: string;
  readonly options: MongoClientOptions;
  readonly database: string;
  /** host:port/database, for messages. */
  readonly address: string;
  readonly user: string;
  readonly sample: number;
  readonly types: DeclaredTypes;
  readonly connectTimeoutMs: number;
}

export async function settings(service: ServiceConfig, connectTimeoutMs: number): Promise<Settings> {
  const { url, hosts, inPath, userInUrl } = address(service);
  const database = text(service, 'database') ?? inPath;
  if (database === undefined) {
    throw new AishellError('config', `${service.name}: which database is not said`, 'Set `database`, or put it at the end of the url: mongodb://host:27017/database.', {
      service: service.name,
    });
  }
  const user = text(service, 'user');
  const password = text(service, 'password');
  if (password !== undefined) rememberSecret(password);
  const authSource = text(service, 'authSource');
  const replicaSet = text(service, 'replicaSet');
  return {
    service: service.name,
    url,
    options: {
      appName: 'aishell',
      serverSelectionTimeoutMS: connectTimeoutMs,
      connectTimeoutMS: connectTimeoutMs,
      maxPoolSize: 10,
      // A retry would wait as long again for a server that is gone; what was cut is reported at once.
      retryReads: false,
      ...(user !== undefined && { auth: { username: user, password: password ?? '' } }),
      ...(authSource !== undefined ? { authSource } : user !== undefined && inPath === undefined && { authSource: 'admin' }),
      ...(replicaSet !== undefined && { replicaSet }),
      ...(service.tls && (service.tls.enabled ? { tls: true, ...(await nodeTls(service.tls, service.name)) } : { tls: false })),
    } as MongoClientOptions,
    database,
    address: `${hosts}/${database}`,
    user: user ?? userInUrl ?? '',
    sample: integer(service, 'sample') ?? 1000,
    types: declaredTypes(service),
    connectTimeoutMs,
  };
}

interface Address {
  readonly url: string;
  readonly hosts: string;
  readonly inPath: string | undefined;
  readonly userInUrl: string | undefined;
}

function address(service: ServiceConfig): Address {
  const given = text(service, 'url');
  const host = text(service, 'host');
  if (given === undefined || host !== undefined) {
    const port = integer(service, 'port') ?? 27017;
    const hosts = (host ?? 'localhost')
      .split(',')
      .map((name) => name.trim())
      .map((name) => (/^\[.*\]:\d+$|^[^:[\]]*:\d+$/.test(name) ? name : `${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${port}`))
      .join(',');
    return { url: `mongodb://${hosts}/`, hosts, inPath: undefined, userInUrl: undefined };
  }
  const parts = /^mongodb(?:\+srv)?:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^/?]+)(?:\/([^?]*))?(?:\?.*)?$/s.exec(given);
  if (parts === null) {
    // The message must not repeat the URL: it may hold a password.
    throw new AishellError('config', `${service.name}: url is not a mongodb:// URL`, 'Write mongodb://user:password@host:27017/database, with special characters percent-encoded.', {
      service: service.name,
    });
  }
  const [, user, password, hosts, path] = parts;
  if (password) rememberSecret(decoded(password));
  return { url: given, hosts: hosts!, inPath: path ? decoded(path) : undefined, userInUrl: user === undefined ? undefined : decoded(user) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
