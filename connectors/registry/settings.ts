/** `registry:` of a service: where its schemas are registered, and who asks. */

import { resolve } from 'node:path';
import { AishellError, rememberSecret, Secret, type ConfigValue, type JsonSchema, type ServiceConfig, type TlsOptions } from '../contract.js';

export interface RegistrySettings {
  readonly service: string;
  /** Without a slash at the end; the next is asked when one can't be reached. */
  readonly urls: readonly [string, ...string[]];
  /** Value of the Authorization header. */
  readonly authorization: string | undefined;
  readonly user: string | undefined;
  readonly tls: TlsOptions | undefined;
}

/** The field's JSON Schema, for a connector's configSchema. */
export const registrySchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  description: 'Schema registry with Confluent\'s API (Confluent, Apicurio under /apis/ccompat/v7, Karapace, Redpanda): messages that begin with its five bytes are decoded by it.',
  properties: {
    url: {
      description: 'http:// or https:// address, or several of one registry.',
      anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
    },
    username: { type: 'string', description: 'With password: basic authentication.' },
    password: { type: 'string', 'x-secret': true },
    token: { type: 'string', 'x-secret': true, description: 'Bearer token, instead of a password.' },
    tls: {
      type: 'object',
      additionalProperties: false,
      properties: {
        ca: { type: 'string', description: 'PEM file of the authority.' },
        cert: { type: 'string', description: 'PEM file of the client\'s certificate.' },
        key: { type: 'string', description: 'PEM file of the client\'s key.' },
        servername: { type: 'string' },
        verify: { type: 'boolean', description: 'Default true.' },
      },
    },
  },
};

/** undefined: the service names no registry. */
export function registrySettings(service: ServiceConfig): RegistrySettings | undefined {
  const given = service.options['registry'] as { readonly [name: string]: ConfigValue } | undefined;
  if (given === undefined) return undefined;
  const urls = (Array.isArray(given['url']) ? (given['url'] as readonly string[]) : String(given['url']).split(',')).map((url) => parseUrl(url.trim(), service.name));
  const inUrl = urls.find(({ username }) => username !== '');
  const user = plain(given['username']) ?? (inUrl && decodeURIComponent(inUrl.username));
  const password = plain(given['password']) ?? (inUrl && decodeURIComponent(inUrl.password));
  const token = plain(given['token']);
  if (token !== undefined && user !== undefined) {
    throw new AishellError('config', `${service.name}: registry has both a token and a user name`, 'Keep one of registry.token and registry.username.', { service: service.name });
  }
  const authorization = token !== undefined ? `Bearer ${token}` : user === undefined ? undefined : `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}`;
  for (const secret of [password, token, authorization?.split(' ')[1]]) if (secret !== undefined && secret !== '') rememberSecret(secret);
  return { service: service.name, urls: urls.map(bare) as [string, ...string[]], authorization, user, tls: tlsOptions(given['tls'], service.baseDir) };
}

function parseUrl(text: string, service: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  // The message must not repeat it: it may hold a password.
  throw new AishellError('config', `${service}: registry.url is no http:// or https:// URL`, 'Write it as http://host:8081.', { service });
}

function bare(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
}

function tlsOptions(value: ConfigValue | undefined, baseDir: string): TlsOptions | undefined {
  if (value === undefined || value === null || typeof value !== 'object') return undefined;
  const { verify = true, servername, ...files } = value as { readonly verify?: boolean; readonly servername?: string; readonly [file: string]: unknown };
  const paths = Object.fromEntries(Object.entries(files).map(([name, path]) => [name, resolve(baseDir, String(path))]));
  return { enabled: true, verify, ...paths, ...(servername !== undefined && { servername }) };
}

function plain(value: ConfigValue | undefined): string | undefined {
  if (value instanceof Secret) return value.reveal();
  return typeof value === 'string' ? value : undefined;
}
