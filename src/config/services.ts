/** `services:`: every entry judged by its own connector's schema; only the kinds that are named get loaded. */

import { resolve } from 'node:path';
import { connectors, traceSources } from '../../connectors/index.js';
import type { ConfigValue, Connector, JsonSchema, ServiceConfig, TlsOptions, TraceSettings } from '../../connectors/contract.js';
import type { Problem } from './document.js';
import { reservedNames } from './file-schema.js';
import { suggest } from './nearest.js';
import { rememberSecret, Secret } from './secret.js';
import { shape } from './shape.js';
import type { Shaping } from './shape.js';
import { validate } from './validate.js';
import { pathKey } from './variables.js';

type Entry = Readonly<Record<string, unknown>>;

/** What every kind's settings are judged by: its own schema, closed. */
export function closed(schema: JsonSchema): JsonSchema {
  return { type: 'object', additionalProperties: false, ...schema };
}

export async function readServices(entries: Readonly<Record<string, Entry>>, context: Shaping): Promise<ServiceConfig[]> {
  const names = Object.keys(entries);
  const read = await Promise.all(names.map((name) => readService(name, entries[name]!, names, context)));
  return read.filter((service) => service !== undefined);
}

async function readService(name: string, entry: Entry, names: readonly string[], context: Shaping): Promise<ServiceConfig | undefined> {
  const { document, problems } = context;
  const path = ['services', name];
  if (reservedNames.includes(name.toLowerCase())) {
    problems.push(document.problem(['services'], `no service may be called ${name}`, `Choose another name; ${reservedNames.join(', ')} belong to the SQL engine.`, name));
  }
  const twin = names.find((other) => other !== name && other.toLowerCase() === name.toLowerCase());
  if (twin !== undefined && twin < name) {
    problems.push(document.problem(['services'], `${name} and ${twin} differ in case alone`, 'Rename one of the two: names in SQL ignore case.', name));
  }
  const { kind, tags, tls, traces, logs, ...rest } = entry;
  const load = typeof kind === 'string' && Object.hasOwn(connectors, kind) ? connectors[kind] : undefined;
  if (load === undefined) {
    const kinds = Object.keys(connectors);
    const near = suggest(String(kind), kinds);
    problems.push(
      document.problem([...path, 'kind'], `service ${name} is of an unknown kind: ${String(kind)}`, `${near.startsWith('did') ? `D${near.slice(1)} ` : ''}The kinds are ${kinds.join(', ')}.`),
    );
    return undefined;
  }
  const connector: Connector = await load();
  const schema = closed(connector.configSchema);
  const shaped = await shape(rest, path, schema, context);
  const wrong: Problem[] = await validate(schema, shaped, { document, path, what: `service ${name} (${connector.kind})` });
  problems.push(...wrong);
  const telemetry = await readTelemetry(name, { traces, logs, tls }, context);
  if (wrong.length > 0) return undefined;
  return {
    name,
    kind: connector.kind,
    tags: Object.fromEntries(Object.entries((tags ?? {}) as Record<string, unknown>).map(([key, value]) => [key, String(value)])),
    options: wrap(shaped, path, context.secrets) as Record<string, ConfigValue>,
    tls: tlsOptions(tls, context.baseDir),
    baseDir: context.baseDir,
    ...(telemetry.length > 0 && { telemetry }),
  };
}

/** `traces:` by kind, and `logs:`, each judged by its own kind's schema. */
async function readTelemetry(service: string, { traces, logs, tls }: Entry, context: Shaping): Promise<TraceSettings[]> {
  if (traces === undefined && logs === undefined) return [];
  const { document, problems, baseDir } = context;
  const kinds = Object.keys(traceSources).filter((kind) => kind !== 'logs');
  const given = [
    ...Object.entries((traces ?? {}) as Entry).map(([kind, value]) => ({ kind, value, path: ['services', service, 'traces', kind] })),
    ...(logs === undefined ? [] : [{ kind: 'logs', value: logs, path: ['services', service, 'logs'] }]),
  ];
  const read = given.map(async ({ kind, value, path }): Promise<TraceSettings[]> => {
    if (kind === 'logs' ? path.length > 3 : !kinds.includes(kind)) {
      problems.push(document.problem(path.slice(0, -1), `traces of service ${service} has no setting ${kind}`, `${suggest(kind, kinds).replace(/^./, (c) => c.toUpperCase())}`, kind));
      return [];
    }
    const { configSchema, title } = await traceSources[kind]!();
    const shaped = await shape(value, path, configSchema, context);
    const wrong = await validate(configSchema, shaped, { document, path, what: `${kind === 'logs' ? '' : 'traces.'}${kind} of service ${service} (${title})` });
    problems.push(...wrong);
    return wrong.length > 0 ? [] : [{ kind, service, options: wrap(shaped, path, context.secrets), tls: tlsOptions(tls, baseDir), baseDir }];
  });
  return (await Promise.all(read)).flat();
}

/** Puts secrets into Secret, and remembers the passwords that lie inside URLs, secret or not. */
function wrap(value: unknown, path: readonly (string | number)[], secrets: ReadonlySet<string>): ConfigValue {
  if (typeof value === 'string') {
    rememberUrlPassword(value);
    return secrets.has(pathKey(path)) ? new Secret(value) : value;
  }
  if (Array.isArray(value)) return value.map((item, i) => wrap(item, [...path, i], secrets));
  if (typeof value !== 'object' || value === null) return value as ConfigValue;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, wrap(item, [...path, key], secrets)]));
}

function rememberUrlPassword(text: string): void {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^/@:]*:([^/]*)@/i.exec(text)?.[1];
  if (password === undefined || password === '') return;
  rememberSecret(password);
  try {
    rememberSecret(decodeURIComponent(password));
  } catch {
    // A stray % sign: the text as written is remembered, and the driver will say what it thinks of it.
  }
}

function tlsOptions(value: unknown, baseDir: string): TlsOptions | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'boolean') return { enabled: value, verify: true };
  const { enabled = true, verify = true, servername, ...files } = value as Partial<TlsOptions>;
  const paths = Object.fromEntries(Object.entries(files).map(([key, path]) => [key, resolve(baseDir, path)]));
  return { enabled, verify, ...paths, ...(servername === undefined ? {} : { servername }) };
}
