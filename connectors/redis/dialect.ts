/** What Redis is asked: single keys where their names are fixed, part of a stream where its ids are bounded, else a SCAN. */

import {
  isReason,
  type Dialect,
  type Expr,
  type KeyBatch,
  type NativeQuery,
  type OutputColumn,
  type Reason,
  type Rel,
  type Scan,
  type SortLimit,
} from '../contract.js';
import { keysOf, roleOf, type KeysNative, type Role } from './native.js';
import { Pattern } from './pattern.js';
import { maxMillis, partTexts, restrict, roleIn, type Restriction } from './restriction.js';
import { plainRead, throughProject, type Judges, type PlainRead } from '../sql/plain-read.js';
import type { ReadPayload } from './payload.js';
import { showCommands } from './show.js';

const maxKeys = 10_000;

export const dialect: Dialect = {
  language: 'redis',
  maxKeys,
  filter: (conjunct, scan) => {
    const restriction = restrict(conjunct, scan);
    return isReason(restriction) ? restriction : 'exact';
  },
  accepts: (rel) => {
    const read = plainRead(rel, judges);
    return isReason(read) ? read : true;
  },
  acceptsKeys: (column, keyType, scan) => {
    const found = scan.columns.find(({ id }) => id === column)?.column;
    if (found === undefined || roleOf(scan.table, found).from !== 'part') return { reason: 'Redis finds keys by their names, not by values' };
    if (keysOf(scan.table).pattern.parts.length !== 1) return { reason: 'the key has other parts, which these keys do not fix' };
    if (found.type.kind !== keyType.kind || partTexts([], found.type) === undefined) return { reason: `keys of type ${keyType.kind} are not written in one way in a key` };
    return true;
  },
  compile,
};

const judges: Judges = {
  store: 'Redis',
  filter: (conjunct, scan) => {
    const restriction = restrict(conjunct, scan);
    return isReason(restriction) ? restriction : undefined;
  },
  project: () => undefined,
  limit: sortable,
};

/** One stream is in the order of its time; keys are in none. */
function sortable({ keys }: SortLimit, { scan, project, conjuncts }: PlainRead): Reason | undefined {
  if (keys.length === 0) return undefined;
  const [key, ...others] = keys;
  const native = keysOf(scan.table);
  const expr = throughProject(key!.expr, project);
  const ordered = native.type === 'stream' && native.pattern.parts.length === 0 && roleIn(expr, scan)?.from === 'timestamp';
  if (!ordered || others.length > 0) return { reason: 'Redis has keys in no order' };
  return restrictionsOf(conjuncts, scan).some(({ of }) => of === 'ids') ? { reason: 'entries that are named one by one are in no order' } : undefined;
}

/** Of conjuncts that were admitted. */
function restrictionsOf(conjuncts: readonly Expr[], scan: Scan): Restriction[] {
  return conjuncts.map((conjunct) => restrict(conjunct, scan) as Restriction);
}

function compile(rel: Rel, keys?: KeyBatch): NativeQuery {
  const read = plainRead(rel, judges);
  if (isReason(read)) throw new Error(`not accepted: ${read.reason}`);
  const { scan, sortLimit } = read;
  const own = restrictionsOf(read.conjuncts, scan);
  const restrictions = keys === undefined ? own : [...own, shipped(keys, scan)];
  const columns = outputs(read);
  const native = keysOf(scan.table);
  const parts = native.pattern.parts.map((_, part) => common(restrictions.flatMap((r) => (r.of === 'part' && r.part === part ? [r.values] : []))));
  const times = restrictions.filter((r) => r.of === 'time');
  const payload: ReadPayload = {
    table: scan.table.name,
    native,
    keys: fixedKeys(native, parts),
    parts,
    ids: idsWithin(common(restrictions.flatMap((r) => (r.of === 'ids' ? [r.values] : []))), times),
    from: times.length === 0 ? '-' : edge(times.map(({ from }) => from).reduce(larger), 0n, '-'),
    to: times.length === 0 ? '+' : edge(times.map(({ to }) => to).reduce(smaller), maxMillis, '+'),
    newestFirst: sortLimit?.keys[0]?.descending === true,
    skip: sortLimit?.offset ?? 0,
    limit: sortLimit?.limit,
    columns: columns.map(({ source }) => source),
  };
  return { text: showCommands(payload), params: [], columns: columns.map(({ output }) => output), payload };
}

function shipped(keys: KeyBatch, scan: Scan): Restriction {
  const column = scan.columns.find(({ id }) => id === keys.column)!.column;
  const role = roleOf(scan.table, column) as Extract<Role, { from: 'part' }>;
  return { of: 'part', part: role.part, values: partTexts(keys.values, column.type)! };
}

function outputs({ scan, project }: PlainRead): { readonly output: OutputColumn; readonly source: ReadPayload['columns'][number] }[] {
  const all = scan.columns.map(({ id, column }) => ({
    output: { id, name: column.name, type: column.type },
    source: { name: column.name, type: column.type, role: roleOf(scan.table, column) },
  }));
  if (project === undefined) return all;
  return project.columns.map(({ id, expr }) => {
    const source = all.find(({ output }) => expr.kind === 'column' && output.id === expr.id)!;
    return { ...source, output: { ...source.output, id } };
  });
}

/** Texts that are in all of the lists; undefined where there is no list. */
function common(lists: readonly (readonly string[])[]): readonly string[] | undefined {
  const [first, ...others] = lists;
  return first?.filter((text) => others.every((list) => list.includes(text)));
}

function idsWithin(ids: readonly string[] | undefined, times: readonly { readonly from: bigint; readonly to: bigint }[]): readonly string[] | undefined {
  return ids?.filter((id) => {
    const millis = BigInt(id.split('-')[0]!);
    return times.every(({ from, to }) => millis >= from && millis <= to);
  });
}

/** The keys by name, where every part is known and they are not too many; those that are this table's own. */
function fixedKeys(native: KeysNative, parts: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  const count = parts.reduce((product, texts) => product * (texts?.length ?? Infinity), 1);
  if (parts.some((texts) => texts?.length === 0)) return [];
  if (count > maxKeys) return undefined;
  const pattern = new Pattern(native.pattern, native.separator);
  const others = native.except.map((other) => new Pattern(other, native.separator));
  const combined = parts.reduce<string[][]>((all, texts) => all.flatMap((chosen) => texts!.map((text) => [...chosen, text])), [[]]);
  return combined
    .map((chosen) => ({ chosen, key: pattern.key(chosen) }))
    .filter(({ chosen, key }) => pattern.match(key)?.every((part, i) => part === chosen[i]) === true && others.every((other) => other.match(key) === undefined))
    .map(({ key }) => key);
}

const edge = (millis: bigint, last: bigint, sign: string) => (millis === last ? sign : String(millis));
const larger = (a: bigint, b: bigint) => (a > b ? a : b);
const smaller = (a: bigint, b: bigint) => (a < b ? a : b);
