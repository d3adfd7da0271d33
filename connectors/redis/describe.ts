/** The patterns among a bounded number of keys as tables. */

import { isUtf8 } from 'node:buffer';
import { types, type Column, type Description, type Table, type Type } from '../contract.js';
import type { ReadOnlyClient, Reply } from './client.js';
import { findPatterns } from './discover.js';
import { isWhole, Samples } from './infer.js';
import { tableNames } from './names.js';
import type { KeysNative, RedisType, Role } from './native.js';
import { Pattern } from './pattern.js';
import { sampleKeys, type Sampled } from './sample.js';
import type { Settings } from './settings.js';

const redisTypes: readonly string[] = ['hash', 'string', 'list', 'set', 'zset', 'stream'];
const scanTimeMs = 15_000;
const maxTables = 500;

interface Group {
  /** The table's name, where the configuration gives it. */
  readonly declared: string | undefined;
  readonly type: RedisType;
  readonly pattern: Pattern;
  readonly keys: readonly string[];
}

export async function describeTables(client: ReadOnlyClient, signal: AbortSignal): Promise<Pick<Description, 'tables' | 'warnings'>> {
  const { settings } = client;
  const warnings: string[] = [];
  const { keys, share } = await scanKeys(client, warnings, signal);
  const groups = groupKeys(keys, settings, warnings);
  if (groups.length > maxTables) {
    warnings.push(`${settings.service}: ${groups.length} patterns of keys; the ${maxTables} with most keys are shown. Declare \`patterns\` for the others`);
    groups.sort((a, b) => Number(b.declared !== undefined) - Number(a.declared !== undefined) || b.keys.length - a.keys.length).splice(maxTables);
  }
  const names = tableNames(groups);
  const tables: Table[] = [];
  for (const [i, group] of groups.entries()) {
    const spread = everyNth(group.keys, settings.sample);
    const sampled = await sampleKeys(client, group.type, spread, settings.sample, signal);
    if (sampled.unnamed) warnings.push(`${settings.service}: ${names[i]} has fields whose names are no text; they are left out`);
    tables.push(toTable(names[i]!, group, groups, sampled, share, settings));
  }
  return { tables: tables.sort((a, b) => (a.name < b.name ? -1 : 1)), warnings };
}

async function scanKeys(client: ReadOnlyClient, warnings: string[], signal: AbortSignal): Promise<{ keys: Map<RedisType, string[]>; share: number }> {
  const { service, scan } = client.settings;
  const seen = new Set<string>();
  const keys = new Map<RedisType, string[]>();
  const size = Number(await client.one(['DBSIZE'], signal).catch(() => NaN));
  const deadline = performance.now() + scanTimeMs;
  let cursor: Reply = '0' as unknown as Buffer;
  let binary = 0;
  do {
    const reply = (await client.one(['SCAN', cursor as Buffer, 'COUNT', 1000], signal)) as readonly [Buffer, readonly Buffer[]];
    cursor = reply[0];
    const fresh = reply[1].flatMap((bytes) => {
      if (!isUtf8(bytes)) return binary++, [];
      const key = bytes.toString();
      return seen.has(key) ? [] : (seen.add(key), [key]);
    });
    const found = await client.all(fresh.map((key) => ['TYPE', key]), signal);
    fresh.forEach((key, i) => {
      const type = String(found[i]);
      if (!redisTypes.includes(type)) return;
      const list = keys.get(type as RedisType);
      if (list === undefined) keys.set(type as RedisType, [key]);
      else list.push(key);
    });
  } while (String(cursor) !== '0' && seen.size < scan && performance.now() < deadline);
  if (binary > 0) warnings.push(`${service}: ${binary} keys are no text and are left out`);
  const complete = String(cursor) === '0';
  if (!complete) warnings.push(`${service}: ${seen.size} of ${Number.isNaN(size) ? 'more' : size} keys were looked at; raise \`scan\` or declare \`patterns\` if a table is missing`);
  return { keys, share: complete || Number.isNaN(size) ? 1 : Math.max(1, size / Math.max(1, seen.size)) };
}

function groupKeys(keys: ReadonlyMap<RedisType, readonly string[]>, settings: Settings, warnings: string[]): Group[] {
  const groups: Group[] = [];
  const left = new Map<RedisType, readonly string[]>(keys);
  for (const [name, pattern] of settings.patterns) {
    const matching = [...left].map(([type, all]) => ({ type, keys: all.filter((key) => pattern.match(key) !== undefined) })).filter(({ keys: found }) => found.length > 0);
    matching.sort((a, b) => b.keys.length - a.keys.length);
    const [most, ...others] = matching;
    if (most === undefined) {
      warnings.push(`${settings.service}: no key matches the pattern of ${name}, ${pattern.text}: it is taken for one of hashes`);
      groups.push({ declared: name, type: 'hash', pattern, keys: [] });
      continue;
    }
    if (others.length > 0) warnings.push(`${settings.service}: ${name} holds the keys ${pattern.text} that are of type ${most.type}; there are others of type ${others.map(({ type }) => type).join(', ')}`);
    groups.push({ declared: name, type: most.type, pattern, keys: most.keys });
    const taken = new Set(most.keys);
    left.set(most.type, left.get(most.type)!.filter((key) => !taken.has(key)));
  }
  for (const [type, rest] of left) {
    for (const { shape, keys: found } of findPatterns(rest, settings.separator)) {
      groups.push({ declared: undefined, type, pattern: patternOf(shape, settings.separator), keys: found });
    }
  }
  return groups;
}

/** Parts are named by the word before them: `cart:5:item:7` has cart_id and item_id; with one part at the end it is id. */
function patternOf(shape: readonly (string | null)[], separator: string): Pattern {
  const words: string[] = [''];
  const parts: string[] = [];
  const alone = shape.filter((part) => part === null).length === 1 && shape.at(-1) === null && shape.length <= 2;
  shape.forEach((part, i) => {
    words[words.length - 1] += i === 0 ? '' : separator;
    if (part !== null) {
      words[words.length - 1] += part;
      return;
    }
    const before = shape[i - 1]?.replace(/[^\p{L}\p{N}]+/gu, '_').replace(/^_|_$/g, '');
    const name = alone ? 'id' : before ? `${before}_id` : 'key';
    parts.push(parts.includes(name) ? `${name}_${parts.length + 1}` : name);
    words.push('');
  });
  return new Pattern({ words, parts }, separator);
}

function toTable(name: string, group: Group, groups: readonly Group[], sampled: Sampled, share: number, settings: Settings): Table {
  const { type, pattern, keys } = group;
  const fieldRows = type === 'hash' && fieldsAreData(sampled);
  const declared = settings.types.get(name);
  const columns: Column[] = [];
  const roles: KeysNative['roles'][number][] = [];
  const add = (wanted: string, columnType: Type, role: Role, more: Partial<Column> = {}) => {
    const taken = new Set(columns.map((column) => column.name.toLowerCase()));
    const column = free(wanted === '' ? 'unnamed' : wanted, taken);
    // What isn't text in Redis has the type that it has.
    const textual = role.from === 'part' || role.from === 'field' || role.from === 'value' || role.from === 'fieldName';
    columns.push({ name: column, type: (textual ? declared?.get(column) : undefined) ?? columnType, nullable: false, nativeType: `${type} ${role.from}`, ...more });
    roles.push({ column, role });
    return column;
  };
  const ofFields = type === 'stream' || (type === 'hash' && !fieldRows);
  // Fields that the configuration gives a type are columns, whether the sample held them or not.
  const named = [...(declared?.keys() ?? [])].filter((column) => !pattern.data.parts.includes(column) && !column.startsWith('_'));
  const fieldNames = ofFields ? [...new Set([...sampled.fields.keys(), ...named])] : [];
  const clashes = new Set(fieldNames.map((field) => field.toLowerCase()));
  const key = pattern.data.parts.map((part, i) => {
    const own = clashes.has(part.toLowerCase()) ? `_${part}` : part;
    return add(own, partType(keys, pattern, i), { from: 'part', part: i }, pattern.data.parts.length === 1 ? { indexed: true } : {});
  });
  if (type === 'stream') {
    key.push(add('_id', types.text, { from: 'id' }, { indexed: true }));
    add('_timestamp', types.timestamptz, { from: 'timestamp' }, { indexed: true });
  } else if (type === 'list') key.push(add('index', types.int64, { from: 'index' }));
  else if (fieldRows) key.push(add('field', types.text, { from: 'fieldName' }));
  if (type === 'zset') {
    key.push(add('member', sampled.values.type, { from: 'value' }));
    add('score', types.float64, { from: 'score' });
  } else if (type !== 'stream' && (type !== 'hash' || fieldRows)) {
    const value = add('value', sampled.values.type, { from: 'value' });
    if (type === 'set') key.push(value);
  }
  for (const [field, samples] of fieldNames.map((field) => [field, sampled.fields.get(field) ?? new Samples()] as const)) {
    add(field, samples.type, { from: 'field', field }, { nullable: true, presence: Math.min(1, samples.count / Math.max(1, sampled.rows)) });
  }
  if (sampled.expires && type !== 'stream') add('_ttl', types.int64, { from: 'ttl' }, { nullable: true, comment: 'seconds the key has left; NULL: it does not expire' });
  const perKey = type === 'hash' || type === 'string' ? (fieldRows ? sampled.elements / Math.max(1, sampled.keys) : 1) : sampled.elements / Math.max(1, sampled.keys);
  const shared = groups.filter((other) => other.type !== type && overlap(other, group)).map((other) => ({ type: other.type, pattern: other.pattern.data }));
  const native: KeysNative = {
    type,
    pattern: pattern.data,
    separator: settings.separator,
    except: groups.filter((other) => other !== group && other.type === type && saysMore(other, group)).map((other) => other.pattern.data),
    ...(shared.length > 0 && { shared }),
    ...(fieldRows && { fieldRows }),
    roles,
  };
  return {
    service: settings.service,
    name,
    kind: type === 'stream' ? 'topic' : 'keys',
    columns,
    ...(key.length > 0 && { primaryKey: key }),
    rows: { count: Math.round(keys.length * share * perKey), exact: false },
    comment: `${type} ${pattern.text}`,
    sampled: sampled.keys,
    native: { ...native },
  };
}

/** Many different fields of which each hash has few. */
function fieldsAreData({ fields, keys, elements, large }: Sampled): boolean {
  return large || (fields.size > 64 && (keys <= 1 || elements / keys < fields.size * 0.2));
}

function partType(keys: readonly string[], pattern: Pattern, part: number): Type {
  return keys.length > 0 && keys.every((key) => isWhole(pattern.match(key)![part]!)) ? types.int64 : types.text;
}

/** Does the other table own keys that this pattern would match as well? */
function saysMore(other: Group, group: Group): boolean {
  const first = other.declared !== undefined || other.pattern.data.parts.length < group.pattern.data.parts.length;
  return first && group.declared === undefined && other.keys.slice(0, 50).some((key) => group.pattern.match(key) !== undefined);
}

/** May a key belong to either, but for its type? */
function overlap(a: Group, b: Group): boolean {
  return a.keys.slice(0, 5).some((key) => b.pattern.match(key) !== undefined) || b.keys.slice(0, 5).some((key) => a.pattern.match(key) !== undefined);
}

function everyNth(keys: readonly string[], count: number): string[] {
  const step = Math.max(1, keys.length / count);
  return Array.from({ length: Math.min(count, keys.length) }, (_, i) => keys[Math.floor(i * step)]!);
}

function free(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name.toLowerCase()) ? free(`${name}_`, taken) : name;
}
