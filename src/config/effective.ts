/** What a configuration comes to, value by value, and where each comes from. Secrets are hidden. */

import { readFile } from 'node:fs/promises';
import type { ConfigValue } from '../../connectors/contract.js';
import { connectors } from '../../connectors/index.js';
import type { Config } from './contract.js';
import { ConfigDocument } from './document.js';
import type { Path } from './document.js';
import { loadConfig } from './index.js';
import type { LoadOptions } from './index.js';
import { isSchema } from './json-schema.js';
import { redact, Secret } from './secret.js';
import { secretReference } from './secrets.js';
import { substitute } from './variables.js';

export interface EffectiveSetting {
  /** `services.crm.url` */
  readonly setting: string;
  readonly value: string;
  /** `line 12`, `line 3, variable CRM_URL`, `default`. */
  readonly from: string;
}

export interface Effective {
  readonly path: string;
  /** How the file was found. */
  readonly found: string;
  readonly settings: readonly EffectiveSetting[];
}

export async function effectiveConfig(options: LoadOptions): Promise<Effective> {
  const config = await loadConfig(options);
  const document = new ConfigDocument(config.path, await readFile(config.path, 'utf8'));
  const { value } = substitute(document, options.env);
  const wanted = new Set(config.services.map(({ name }) => name));
  const written = leaves(document.value, []).filter(({ path }) => path[0] !== 'services' || wanted.has(String(path[1])));
  const settings = written.map(({ path, value: raw }) => ({ setting: path.join('.'), value: shown(path, at(value, path), config), from: origin(path, raw, document) }));
  const found = options.path !== undefined ? '--config' : (options.env['AISHELL_CONFIG'] ?? '') !== '' ? 'the variable AISHELL_CONFIG' : 'looked for from the working directory upwards';
  return { path: config.path, found, settings: [...settings, ...(await defaults(config, new Set(settings.map(({ setting }) => setting))))] };
}

/** Values with their places; a reference to a secret is one value, a list of plain values too. */
function leaves(value: unknown, path: Path): { readonly path: Path; readonly value: unknown }[] {
  if (typeof value !== 'object' || value === null || secretReference(value) !== undefined) return [{ path, value }];
  if (Array.isArray(value)) return value.every((item) => typeof item !== 'object') ? [{ path, value }] : value.flatMap((item, i) => leaves(item, [...path, i]));
  return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]));
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, step) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[String(step)] : undefined), value);
}

function shown(path: Path, value: unknown, config: Config): string {
  if ((path[0] === 'model' && path[1] === 'apiKey') || (path[0] === 'telemetry' && path[1] === 'headers')) return '***';
  if (path[0] !== 'services') return plain(value);
  const service = config.services.find(({ name }) => name === path[1]);
  const read = at(service?.options, path.slice(2)) as ConfigValue | undefined;
  return read instanceof Secret ? hidden(read) : plain(read ?? value);
}

/** Of an address, everything but what could be a secret; of anything else, nothing. */
function hidden(secret: Secret): string {
  const match = /^([a-z][a-z0-9+.-]*:\/\/)(?:([^/@:]*)(:[^@]*)?@)?([^?#]*)([?#].*)?$/is.exec(secret.reveal());
  if (match === null) return '***';
  const [, scheme, user, password, rest, query] = match;
  return `${scheme}${user === undefined ? '' : `${user}${password === undefined ? '' : ':***'}@`}${rest}${query === undefined ? '' : '?***'}`;
}

function plain(value: unknown): string {
  return redact(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
}

function origin(path: Path, raw: unknown, document: ConfigDocument): string {
  const line = `line ${document.problem(path, '', '').line}`;
  const reference = secretReference(raw);
  if (reference !== undefined) return `${line}, ${'file' in reference ? `file ${reference.file}` : `command ${reference.command[0]!}`}`;
  const names = [...new Set([...JSON.stringify(raw ?? null).matchAll(/(?<!\$)\$\{([A-Za-z_][A-Za-z0-9_]*)/g)].map(([, name]) => name!))];
  return names.length === 0 ? line : `${line}, ${names.length === 1 ? 'variable' : 'variables'} ${names.join(', ')}`;
}

/** What an address may say by itself: no default of theirs is surely in effect. */
const inAddress = new Set(['host', 'port', 'user', 'password', 'database', 'db', 'brokers', 'sslmode']);

async function defaults(config: Config, written: ReadonlySet<string>): Promise<EffectiveSetting[]> {
  const { limits, model, telemetry } = config;
  const all: [string, unknown][] = [
    ['timezone', config.timezone],
    ['limits.resultRows', limits.resultRows], ['limits.movedRows', limits.movedRows], ['limits.movedBytes', limits.movedBytes],
    ['limits.timeout', `${limits.timeoutMs / 1000}s`], ['limits.memory', limits.memoryBytes], ['limits.connectTimeout', `${limits.connectTimeoutMs / 1000}s`],
    ...(model === undefined ? [] : ([
      ['model.send_values', model.sendValues], ['model.timeout', `${model.timeoutMs / 1000}s`], ['model.retries', model.retries],
      ['model.samples', model.samples], ['model.schemaTokens', model.schemaTokens], ['model.ask', model.ask],
    ] as [string, unknown][])),
    ...(telemetry === undefined ? [] : ([['telemetry.service', telemetry.service], ['telemetry.queries', telemetry.queries]] as [string, unknown][])),
  ];
  for (const { name, kind } of config.services) {
    const { configSchema, addresses } = await connectors[kind]!();
    const hasAddress = addresses !== undefined && written.has(`services.${name}.${addresses.setting}`);
    for (const [key, schema] of Object.entries(isSchema(configSchema['properties']) ? configSchema['properties'] : {})) {
      const stated = isSchema(schema) ? statedDefault(schema) : undefined;
      const isWritten = [...written].some((setting) => setting === `services.${name}.${key}` || setting.startsWith(`services.${name}.${key}.`));
      if (stated !== undefined && !isWritten && !(hasAddress && inAddress.has(key))) all.push([`services.${name}.${key}`, stated]);
    }
  }
  return all.filter(([setting]) => !written.has(setting)).map(([setting, value]) => ({ setting, value: plain(value), from: 'default' }));
}

/** `default` of the schema; else what its description says of it, such as "PGHOST, else localhost". */
function statedDefault(schema: Readonly<Record<string, unknown>>): unknown {
  if (schema['default'] !== undefined) return schema['default'];
  const said = /\bDefault:? ((?:[^.]|\.(?!\s|$))+)\.?/.exec(String(schema['description'] ?? ''))?.[1];
  return said === undefined ? undefined : `(${said.replaceAll('`', '')})`;
}
