/**
 * A first aishell.yaml from names and addresses: which kind each is, its settings with a word on every one that was not
 * given, and no password: those stand in variables.
 */

import { stringify } from 'yaml';
import { connectors } from '../../connectors/index.js';
import type { Connector, JsonSchema } from '../../connectors/contract.js';
import { AishellError } from '../errors.js';
import { fileSchema, anyService, reservedNames } from './file-schema.js';
import { isSchema } from './json-schema.js';

export interface NewService {
  readonly name: string;
  /** A URL, or a path. */
  readonly address: string;
}

export interface NewConfig {
  readonly text: string;
  /** Variables that the file needs, and what each is to hold. */
  readonly variables: readonly { readonly name: string; readonly holds: string }[];
}

/** `name=address`, as it is given on the command line. */
export function parseService(text: string): NewService {
  const match = /^([A-Za-z_][A-Za-z0-9_-]*)=(.+)$/s.exec(text.trim());
  if (match === null) throw new AishellError('usage', `${JSON.stringify(shorn(text))} is no service`, 'Write name=address, such as shop=postgres://reader@db.internal/shop or events=./data.');
  const [, name = '', address = ''] = match;
  if (reservedNames.includes(name.toLowerCase())) throw new AishellError('usage', `no service may be called ${name}`, `${reservedNames.join(', ')} belong to the SQL engine.`);
  return { name, address };
}

/** A message must not repeat a password that was mistyped into the wrong place. */
const shorn = (text: string): string => text.replace(/:\/\/.*@/s, '://***@');

export async function newConfig(services: readonly NewService[], timezone: string | undefined): Promise<NewConfig> {
  const twice = services.find(({ name }, i) => services.some((other, j) => j < i && other.name.toLowerCase() === name.toLowerCase()));
  if (twice !== undefined) throw new AishellError('usage', `two services are called ${twice.name}`, 'Names ignore case; give each its own.');
  const kinds = await Promise.all(Object.values(connectors).map((load) => load()));
  const made = services.map((service) => serviceText(service, kinds));
  return {
    text: [
      '# What aishell asks: one entry a service. Its tables are name.table in questions and in SQL.',
      '# Check it with `aishell config check`, try it with `aishell doctor`.',
      '',
      `# ${described('timezone')}`,
      timezone === undefined ? '# timezone: UTC' : `timezone: ${stringify(timezone).trim()}`,
      '',
      'services:',
      ...made.flatMap(({ lines }) => lines.map((line) => (line === '' ? '' : `  ${line}`))),
      '',
      ...restText(),
      '',
    ].join('\n'),
    variables: made.flatMap(({ variables }) => variables),
  };
}

interface ServiceText {
  readonly lines: readonly string[];
  readonly variables: NewConfig['variables'];
}

function serviceText({ name, address }: NewService, kinds: readonly Connector[]): ServiceText {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address)?.[1]?.toLowerCase() ?? 'file';
  const connector = kinds.find(({ addresses }) => addresses?.schemes.includes(scheme) === true);
  if (connector?.addresses === undefined) {
    const known = kinds.flatMap(({ addresses }) => addresses?.schemes ?? []).filter((each) => each !== 'file');
    throw new AishellError('usage', `${scheme}:// is no address that aishell knows`, `It knows ${known.map((each) => `${each}://`).join(', ')}, and paths of files and folders.`);
  }
  const { setting } = connector.addresses;
  const properties = isSchema(connector.configSchema['properties']) ? connector.configSchema['properties'] : {};
  const { shown, variable, password } = withoutPassword(address.replace(/^file:\/\//i, ''), name, Object.hasOwn(properties, 'password'));
  const given = new Set([setting, ...(password ? ['password'] : [])]);
  const others = Object.entries(properties).filter(([key, schema]) => !given.has(key) && isSchema(schema) && isSimple(schema));
  return {
    lines: [
      `${name}:  # ${connector.title}`,
      `  kind: ${connector.kind}`,
      `  ${setting}: ${scalar(shown)}`,
      ...(password ? [`  password: \${${variable}}`] : []),
      '  # tags: { team: mine, region: here }',
      ...others.flatMap(([key, schema]) => commented(key, schema as JsonSchema).map((line) => `  ${line}`)),
    ],
    variables: variable === undefined ? [] : [{ name: variable, holds: password ? `the password of ${name}` : `the password in the address of ${name}, URL-encoded` }],
  };
}

/** The password of an address as a variable: a setting of its own where the kind has one, else in its place. */
function withoutPassword(address: string, name: string, hasSetting: boolean): { readonly shown: string; readonly variable?: string; readonly password?: true } {
  const match = /^([a-z][a-z0-9+.-]*:\/\/[^/@:]*):([^@]*)@(.*)$/is.exec(address);
  // A literal ${ of an address means itself; one that names a variable is meant so.
  if (match === null || match[2]!.startsWith('${')) return { shown: address };
  const variable = `${name.toUpperCase().replaceAll('-', '_')}_PASSWORD`;
  return hasSetting ? { shown: `${match[1]}@${match[3]}`, variable, password: true } : { shown: `${match[1]}:\${${variable}}@${match[3]}`, variable };
}

const scalar = (text: string): string => stringify(text, { lineWidth: 0 }).trim();

/** Settings of one value; what is nested has its example in the documentation. */
const isSimple = (schema: JsonSchema): boolean => schema['type'] !== 'object' && schema['anyOf'] === undefined && schema['$ref'] === undefined;

function commented(key: string, schema: JsonSchema): string[] {
  const text = String(schema['description'] ?? '');
  const choices = Array.isArray(schema['enum']) ? `One of ${schema['enum'].join(', ')}. ` : '';
  return [`# ${key}:${`  ${choices}${text}`.trimEnd()}`];
}

function properties(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return (isSchema(schema['properties']) ? schema['properties'] : {}) as Readonly<Record<string, JsonSchema>>;
}

const described = (name: string): string => String(properties(fileSchema(anyService))[name]!['description']);

/** The rest of the file as comments, from the schema that it is validated by. */
function restText(): string[] {
  const file = properties(fileSchema(anyService));
  const limits = Object.entries(properties(file['limits']!)).map(([name, schema]) => `#   ${name}: ${String((schema['examples'] as unknown[])[0])}  # ${String(schema['description'])}`);
  const block = (name: string, ...lines: string[]): string[] => ['', `# ${String(file[name]!['description'])}`, `# ${name}:`, ...lines.map((line) => `#   ${line}`)];
  return [
    '# limits:',
    ...limits,
    ...block('links', '- { from: service.table.column, to: other.table.id }'),
    ...block('glossary', 'revenue: sum(service.table.amount)'),
    ...block('synonyms', 'service.table: [clients, buyers]'),
    ...block('hidden', '- service.table.column'),
    ...block('model', 'name: the-model', 'baseUrl: https://models.internal/v1', 'apiKey: ${MODEL_KEY}'),
  ];
}
