/** Reads a service's fields: addresses, sign-in, what to show and how to type it. */

import { AishellError, rememberSecret, Secret, type ConfigValue, type ServiceConfig, type Type } from '../contract.js';
import { integer, list, text } from '../sql/options.js';
import { formatRules, type FormatRule } from './formats/settings.js';
import type { TopicTable } from '../log/columns.js';
import { fieldTypes, glob } from '../log/settings.js';
import type { Address } from './wire/connection.js';
import type { Mechanism, Sasl } from './wire/sasl.js';

export interface Settings {
  readonly bootstrap: readonly [Address, ...Address[]];
  /** Advertised host:port -> where it is reached. */
  readonly addresses: ReadonlyMap<string, Address>;
  readonly sasl: Sasl | undefined;
  isShown(topic: string): boolean;
  /** The topic's name without the configured prefix: what its table, and its entry in `types`, is called. */
  nameOf(topic: string): string;
  /** Topics that `topics` names without a pattern, with the prefix. */
  readonly named: readonly string[];
  readonly sample: number;
  /** topic -> field -> type */
  readonly types: ReadonlyMap<string, ReadonlyMap<string, Type>>;
  readonly timestampSlack: number | undefined;
  readonly partitioner: TopicTable['partitioner'];
  readonly formats: readonly FormatRule[];
}

type Options = { readonly [key: string]: ConfigValue };

export function settings(service: ServiceConfig): Settings {
  const url = parseUrl(service);
  const configured = list(service, 'brokers') ?? text(service, 'brokers')?.split(',') ?? url?.brokers ?? ['localhost:9092'];
  const bootstrap = configured.map((broker) => parseAddress(broker.trim(), service.name));
  const wanted = list(service, 'topics');
  const topics = wanted?.map(glob);
  const prefix = text(service, 'prefix') ?? '';
  const nameOf = (topic: string) => topic.slice(prefix.length);
  return {
    bootstrap: bootstrap as [Address, ...Address[]],
    addresses: new Map(Object.entries((service.options['addresses'] ?? {}) as Options).map(([advertised, reached]) => [advertised, parseAddress(String(reached), service.name)])),
    sasl: parseSasl(service, url),
    isShown: (topic) => topic.startsWith(prefix) && topic !== prefix && (topics ? topics.some((pattern) => pattern.test(nameOf(topic))) : !topic.startsWith('__')),
    nameOf,
    named: (wanted ?? []).filter((name) => !name.includes('*')).map((name) => prefix + name),
    sample: integer(service, 'sample') ?? 200,
    types: fieldTypes(service.options['types']),
    timestampSlack: milliseconds(text(service, 'timestamp_slack')),
    partitioner: text(service, 'partitioner') as TopicTable['partitioner'],
    formats: formatRules(service),
  };
}

interface KafkaUrl {
  readonly brokers: readonly string[];
  readonly user: string | undefined;
  readonly password: string | undefined;
}

/** Several hosts are no URL to URL(), so it is taken apart here. */
function parseUrl(service: ServiceConfig): KafkaUrl | undefined {
  const url = text(service, 'url');
  if (url === undefined) return undefined;
  const parts = /^kafka:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^/?@]+)\/?$/i.exec(url);
  // The message must not repeat the URL: it may hold a password.
  if (!parts) throw new AishellError('config', `${service.name}: url is not a kafka:// URL`, 'Write kafka://user:password@host:9092,host:9092, with special characters percent-encoded.', { service: service.name });
  const part = (value: string | undefined) => (value ? decodeURIComponent(value) : undefined);
  return { user: part(parts[1]), password: part(parts[2]), brokers: parts[3]!.split(',') };
}

function parseAddress(broker: string, service: string): Address {
  const parts = /^(?:\[([^\]]+)\]|([^:/\s]+))(?::(\d{1,5}))?$/.exec(broker);
  if (!parts) throw new AishellError('config', `${service}: "${broker}" is not a broker's host:port`, 'Write host:port, as in localhost:9092.', { service });
  return { host: parts[1] ?? parts[2]!, port: Number(parts[3] ?? 9092) };
}

function parseSasl(service: ServiceConfig, url: KafkaUrl | undefined): Sasl | undefined {
  const given = service.options['sasl'] as Options | undefined;
  if (!given && url?.user === undefined) return undefined;
  const mechanism = (plain(given?.['mechanism'])?.toUpperCase() ?? 'PLAIN') as Mechanism;
  const secret = mechanism === 'OAUTHBEARER' ? plain(given?.['token']) : (plain(given?.['password']) ?? url?.password);
  const username = plain(given?.['username']) ?? url?.user ?? '';
  if (secret === undefined || (username === '' && mechanism !== 'OAUTHBEARER')) {
    const what = mechanism === 'OAUTHBEARER' ? 'sasl.token' : 'sasl.username and sasl.password';
    throw new AishellError('config', `${service.name}: SASL ${mechanism} needs ${what}`, `Set ${what}.`, { service: service.name });
  }
  rememberSecret(secret);
  return { mechanism, username, secret };
}

function plain(value: ConfigValue | undefined): string | undefined {
  if (value instanceof Secret) return value.reveal();
  return typeof value === 'string' ? value : undefined;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function milliseconds(value: string | undefined): number | undefined {
  const parts = /^(\d+)(ms|s|m|h|d)$/.exec(value ?? '');
  return parts ? Number(parts[1]) * units[parts[2]!]! : undefined;
}
