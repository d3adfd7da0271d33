/** Rows that no event tells of, where nearly all others of their table have one of certain types about when they came to be. */

import { tableName } from '../../algebra/index.js';
import type { Column, Table } from '../../algebra/index.js';
import type { TraceVerdict } from '../../answer/contract.js';
import { accessTo } from '../access.js';
import { rowsAsked } from '../asked.js';
import { keyOf } from '../domains.js';
import type { Domain } from '../domains.js';
import type { Placed } from '../graph.js';
import { inParallel } from '../in-parallel.js';
import type { Row } from '../payload.js';
import { between, rowsOf } from '../statements.js';
import { timeOf } from '../timeline.js';
import type { Event } from './events.js';
import { likelihood } from './likelihood.js';
import type { Peer } from './likelihood.js';
import { names, nearestKeys } from './no-row.js';
import { asked, canRead, mayHaveLost, rowsByKeys, spanText } from './scene.js';
import type { Scene } from './scene.js';

/** An event as near as this is the row's own, and spares the look at others. */
const nearMs = 50;
/** Rows on either side by a number that counts up. */
const neighbours = 200;
/** Types that tell of fewer rows than these together don't count. */
const told = 0.97;

export async function missingEvents(scene: Scene): Promise<TraceVerdict[]> {
  const rows = scene.placed.filter(({ node }) => node.table.kind !== 'topic' && node.role === 'part');
  return (await inParallel(rows, (placed) => judge(placed, scene))).flat();
}

async function judge(placed: Placed, scene: Scene): Promise<TraceVerdict[]> {
  const { node: { table, row }, step } = placed;
  const key = keyOf(table);
  const domain = key === undefined ? undefined : scene.domains.domainOf(table, key)?.domain;
  const time = timeOf(table, row);
  if (key === undefined || domain?.table !== table || time === null) return [];
  const at = Date.parse(time);
  const value = String(row[key.name]);
  const own = scene.own.map(({ event }) => event).filter((event) => names(event, domain, value));
  if (own.some((event) => !event.isChange && Math.abs(event.at - at) <= nearMs)) return [];
  const named = scene.others.namedBy(domain);
  if (named.size < 10) return [];
  const alike = (await population(table, key, row, at, own.length > 0 ? domain : undefined, named, scene))?.filter((other) => String(other[key.name]) !== value);
  if (alike === undefined) return [];
  // Rows from before what the logs still hold have lost their events to retention.
  const logs = new Set([...named.values()].flat().map(({ log }) => log));
  const knownFrom = Math.max(...[...logs].map((log) => scene.others.knownFrom(log) ?? Infinity));
  if (at < knownFrom) return [];
  const dated = alike.flatMap((other) => {
    const moment = Date.parse(timeOf(table, other) ?? '');
    return moment >= knownFrom ? [{ at: moment, events: named.get(String(other[key.name])) ?? [] }] : [];
  });
  const types = tellingTypes(dated);
  if (types.size === 0 || own.some((event) => types.has(kindOf(event)))) return [];
  const peers = dated.map((other): Peer => {
    const telling = nearest(other.events.filter((event) => types.has(kindOf(event))), other.at);
    return { at: other.at, has: telling !== undefined, ...(telling !== undefined && { delayMs: telling.at - other.at }) };
  });
  const likely = likelihood(peers, at, scene.others.now);
  if (likely.kind !== 'owed' && likely.kind !== 'thin' && likely.kind !== 'behind') return [];
  const { have, of } = likely;
  const tellers = [...named.values()].flat().filter((event) => types.has(kindOf(event)));
  const removed = mayHaveLost(tellers, scene);
  const called = [...types].map((type) => type.split(' ').at(-1)!).join(' or ');
  const name = `${tableName(table)} ${Object.values(step.locator).map(String).join('/')}`;
  const because = `${have} of ${of} other rows of ${tableName(table)} have one`;
  const evidence = { have, of, withinMs: likely.kind === 'owed' ? likely.withinMs : null };
  if (removed !== undefined) return [{ kind: 'cannot tell', what: `whether ${name} never had ${called}: ${removed}`, steps: [step.n], basis: 'learned', because, evidence }];
  if (likely.kind === 'thin') return [{ kind: 'cannot tell', what: `whether ${called} is lacking for ${name}: ${likely.why}`, steps: [step.n], basis: 'learned', because, evidence }];
  if (likely.kind === 'behind') return [{ kind: 'lagging', what: `no ${called} of ${name} is on the log yet, nor of those after it`, steps: [step.n], basis: 'learned', because, evidence }];
  const within = likely.withinMs === null ? '' : `, the slowest within ${spanText(likely.withinMs)}`;
  return [{ kind: 'no event', what: `${name} has no ${called} on the logs`, steps: [step.n], basis: 'learned', because: `${because}${within}`, evidence }];
}

const kindOf = ({ log, type }: Event): string => `${tableName(log)} ${type}`;

/**
 * Rows to compare with. Where messages name this one, those that messages name; else rows that are found by something
 * other than their events: through what they belong to, or by numbers that count up.
 */
async function population(table: Table, key: Column, row: Row, at: number, domain: Domain | undefined, named: ReadonlyMap<string, readonly Event[]>, scene: Scene): Promise<readonly Row[] | undefined> {
  if (domain !== undefined) return rowsByKeys(table, key, nearestKeys(named, at), scene);
  for (const column of table.columns) {
    const parent = scene.domains.domainOf(table, column)?.domain;
    if (parent === undefined || parent.table === table || row[column.name] === null || !canRead(table, column, scene)) continue;
    const keys = nearestKeys(scene.others.namedBy(parent), at);
    if (keys.length < 30) continue;
    return rowsByKeys(table, column, keys, scene, [key]);
  }
  return byNumber(table, key, row, scene);
}

export async function byNumber(table: Table, key: Column, row: Row, scene: Scene): Promise<readonly Row[] | undefined> {
  const value = row[key.name];
  if (key.type.kind !== 'int' || accessTo(table, key, scene.domains.local) === 'scan' || value === null || value === undefined) return undefined;
  const middle = BigInt(String(value));
  const read = { table, columns: table.columns, where: between(key, middle - BigInt(neighbours), middle + BigInt(neighbours)), limit: 2 * neighbours + 1 };
  const answer = await asked(() => rowsAsked(read, scene.context), scene);
  return answer === undefined ? undefined : rowsOf(answer);
}

function nearest(events: readonly Event[], at: number): Event | undefined {
  return events.reduce<Event | undefined>((best, event) => (best === undefined || Math.abs(event.at - at) < Math.abs(best.at - at) ? event : best), undefined);
}

/** The fewest types that tell of nearly all rows that any event tells of. */
function tellingTypes(rows: readonly { readonly at: number; readonly events: readonly Event[] }[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  let all = 0;
  for (const { at, events } of rows) {
    const telling = nearest(events, at);
    if (telling === undefined) continue;
    all++;
    counts.set(kindOf(telling), (counts.get(kindOf(telling)) ?? 0) + 1);
  }
  const types = new Set<string>();
  let covered = 0;
  for (const [type, count] of [...counts].sort((a, b) => b[1] - a[1])) {
    if (covered >= told * all) break;
    types.add(type);
    covered += count;
  }
  return types;
}
