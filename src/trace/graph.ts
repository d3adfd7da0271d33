/**
 * The steps in order and as a tree. A message hangs below the one that its causation id names; a copy below the first
 * of its kind; a dead letter below the message it was made of; a row below the message or row that led to it. An effect
 * never stands before its cause, whatever their clocks say: where they disagree, the skew is reported.
 */

import type { ClockSkew, TraceStep } from '../answer/contract.js';
import type { Table } from '../algebra/index.js';
import { words } from '../catalog/names.js';
import type { Node } from './found.js';
import { hangingOf, isTelemetry } from './span-tree.js';
import type { Hanging } from './span-tree.js';
import { headersOf } from './headers.js';
import { idOf, messageIds, originOf } from './message.js';
import { membersOf } from './payload.js';
import { locatorOf, timeOf, whatOf } from './timeline.js';
import { isSpecific } from './unmistakable.js';

export type { Node } from './found.js';

export interface Placed {
  readonly node: Node;
  readonly step: TraceStep;
}

interface Timed {
  readonly node: Node;
  readonly at: string | null;
}

export interface Graph {
  readonly placed: readonly Placed[];
  readonly skew: readonly ClockSkew[];
}

export function graphOf(nodes: readonly Node[]): Graph {
  const timed = nodes.map((node): Timed => ({ node, at: timeOf(node.table, node.row) })).sort((a, b) => byPosition(a, b));
  const hanging = hangingOf(timed.map(({ node }) => node));
  const { parents, causes } = parentsOf(timed, hanging);
  const order = inOrder(timed, causes);
  const numbers = new Map(order.map(({ node }, i) => [node.key, i + 1]));
  const placed = order.map(({ node, at }): Placed => {
    const { table, store, row, role, depth, key } = node;
    const parent = parents.get(key);
    const hung = hanging.get(key);
    const reasons = hung !== undefined && hung.parent === parent ? [...node.reasons, { from: parent.key, because: hung.because, certainty: hung.certainty }] : node.reasons;
    const step: TraceStep = {
      n: numbers.get(key)!,
      parent: parent === undefined ? null : numbers.get(parent.key)!,
      at,
      service: table.service,
      store,
      table: table.name,
      what: whatOf(table, row),
      locator: locatorOf(table, row),
      row,
      because: [...new Set(reasons.map(({ because }) => because))],
      edges: reasons.map(({ from, because, certainty }) => ({ from: from === null ? null : (numbers.get(from) ?? null), because, certainty })),
      role,
      depth,
    };
    return { node, step };
  });
  return { placed, skew: skewOf(timed, causes) };
}

/** By the log's own order within a partition, else by time; then what has no time, and what is only mentioned. */
function byPosition(a: Timed, b: Timed): number {
  if (a.node.role !== b.node.role) return a.node.role === 'part' ? -1 : 1;
  if (a.at !== null && b.at !== null && a.at !== b.at) return a.at < b.at ? -1 : 1;
  if ((a.at === null) !== (b.at === null)) return a.at === null ? 1 : -1;
  const offset = Number(a.node.row['_offset'] ?? 0) - Number(b.node.row['_offset'] ?? 0);
  const sameLog = a.node.table === b.node.table && a.node.row['_partition'] === b.node.row['_partition'];
  if (sameLog && offset !== 0) return offset;
  return a.node.depth - b.node.depth || (a.node.key < b.node.key ? -1 : a.node.key > b.node.key ? 1 : 0);
}

export function isMessage({ table }: Pick<Node, 'table'>): boolean {
  return table.kind === 'topic';
}

/** The message that a dead letter was made of, where it is among the nodes. */
export function originalOf(node: Node, nodes: readonly Node[]): Node | undefined {
  const origin = originOf(node.row);
  if (!isMessage(node) || origin === undefined || origin.topic === node.table.name) return undefined;
  const { topic, partition, offset } = origin;
  const own = nodes.filter((other) => other.table.kind === 'topic' && isCalled(other.table, topic));
  if (partition !== undefined && offset !== undefined) {
    return own.find(({ row }) => String(row['_partition']) === partition && String(row['_offset']) === offset);
  }
  const id = idOf(node.row, 'eventId');
  return own.find(({ row }) => id !== undefined && idOf(row, 'eventId') === id);
}

/** A letter may name its topic as the log does, or as the services do that put a prefix before all names. */
export function isCalled(table: Table, topic: string): boolean {
  return nativeName(table) === topic || table.name === topic;
}

export function nativeName(table: Table): string {
  const topic = table.native?.['topic'];
  return typeof topic === 'string' ? topic : table.name;
}

/** What each hangs below, and of these what made it. */
function parentsOf(timed: readonly Timed[], hanging: ReadonlyMap<string, Hanging>): { readonly parents: ReadonlyMap<string, Node>; readonly causes: ReadonlyMap<string, Node> } {
  const nodes = timed.map(({ node }) => node);
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const place = new Map(nodes.map((node, i) => [node.key, i]));
  /** Nodes whose parent made them; below others they hang because these led there. */
  const causal = new Set<string>();
  const firstOf = new Map<string, Node>();
  // Each log counts its own: a number names several events, and of those the last before the effect is meant.
  const counted = new Map<string, Node[]>();
  for (const node of nodes) {
    const id = isMessage(node) && originOf(node.row) === undefined ? idOf(node.row, 'eventId') : undefined;
    if (id === undefined) continue;
    if (!isSpecific(id)) counted.set(id, [...(counted.get(id) ?? []), node]);
    else if (!firstOf.has(id)) firstOf.set(id, node);
  }
  const firstCopy = (node: Node, id: string) => firstOf.get(id) ?? counted.get(id)?.find((other) => other.table === node.table);
  const named = (node: Node, id: string) => firstOf.get(id) ?? lastBefore(node, (counted.get(id) ?? []).filter((other) => idOf(other.row, 'correlationId') === idOf(node.row, 'correlationId')), place);
  const parents = new Map<string, Node>();
  const adopt = (node: Node, parent: Node | undefined) => {
    // Data may name causes in a circle; a tree can't.
    for (let up = parent; up !== undefined; up = parents.get(up.key)) if (up === node) return;
    if (parent !== undefined) parents.set(node.key, parent);
  };
  for (const node of nodes.filter(isMessage)) {
    const id = idOf(node.row, 'eventId');
    const first = id === undefined ? undefined : firstCopy(node, id);
    // Of several causes, the last one is what it waited for.
    const found = messageIds(node.row).flatMap(({ role, value }) => (role === 'causationId' ? (named(node, value) ?? []) : []));
    const cause = found.sort((a, b) => place.get(a.key)! - place.get(b.key)!).at(-1);
    const original = originalOf(node, nodes);
    if (id === undefined && cause === undefined && original === undefined) continue;
    adopt(node, original ?? (first !== undefined && first !== node ? first : cause));
    if (parents.has(node.key)) causal.add(node.key);
  }
  // Entries of a stream that carry no ids of their own hang as rows do.
  for (const node of nodes.filter((other) => !isTelemetry(other)).filter((other) => !isMessage(other) || (idOf(other.row, 'eventId') ?? idOf(other.row, 'causationId') ?? originOf(other.row)) === undefined)) {
    const id = idOf(node.row, 'eventId');
    const event = id === undefined ? undefined : firstOf.get(id);
    const led = node.reasons.flatMap(({ from }) => (from === null ? [] : (byKey.get(from) ?? []))).filter((other) => other !== node);
    // What was asked for itself came of an event, and not of a row that only mentions it.
    const isAsked = node.reasons.some(({ from }) => from === null);
    adopt(node, event ?? (isAsked ? led.find(isMessage) : led[0]));
  }
  for (const node of nodes) {
    if (!isTelemetry(node) && (!isMessage(node) || parents.has(node.key))) continue;
    adopt(node, hanging.get(node.key)?.parent);
    causal.add(node.key);
  }
  return { parents, causes: new Map([...parents].filter(([key]) => causal.has(key))) };
}

/** The nearest before it; a number of its own log that stands behind it, too, if nothing else has that number. */
function lastBefore(node: Node, candidates: readonly Node[], place: ReadonlyMap<string, number>): Node | undefined {
  const others = candidates.filter((other) => other !== node);
  return others.filter((other) => place.get(other.key)! < place.get(node.key)!).at(-1) ?? others[0];
}

function inOrder(timed: readonly Timed[], causes: ReadonlyMap<string, Node>): Timed[] {
  const byKey = new Map(timed.map((one) => [one.node.key, one]));
  const done = new Set<string>();
  const order: Timed[] = [];
  const place = (one: Timed) => {
    if (done.has(one.node.key)) return;
    done.add(one.node.key);
    // Only causes come first in any case: a row may well be older than the message that led to it.
    const parent = causes.get(one.node.key);
    if (parent !== undefined) place(byKey.get(parent.key)!);
    order.push(one);
  };
  timed.forEach(place);
  return order;
}

const actorNames = new Set(['source', 'ce source', 'service', 'service name', 'producer', 'app', 'application', 'origin service']);

/** The moment of a row may be of something else that it tells of. */
function hasOwnClock(node: Node): boolean {
  return isMessage(node) || node.table.kind === 'spans';
}

/** Whose clock a time is: a span's service; the producer that a message names, else its log. */
function actorOf({ table, row }: Node): string {
  if (table.kind === 'spans') return table.service;
  const all = [...Object.entries(headersOf(row)), ...membersOf(row).map(({ name, value }): [string, string] => [name, value])];
  const named = all.find(([name, value]) => actorNames.has(words(name).join(' ')) && typeof value === 'string');
  return named === undefined ? `producers of ${table.name}` : String(named[1]);
}

function skewOf(timed: readonly Timed[], causes: ReadonlyMap<string, Node>): ClockSkew[] {
  const at = new Map(timed.map((one) => [one.node.key, one.at]));
  const found = new Map<string, ClockSkew>();
  for (const { node, at: effectAt } of timed) {
    const cause = causes.get(node.key);
    const causeAt = cause === undefined ? null : at.get(cause.key);
    if (cause === undefined || !hasOwnClock(node) || (node.table.kind === 'spans' && !hasOwnClock(cause)) || effectAt === null || causeAt === null || causeAt === undefined || effectAt >= causeAt) continue;
    const [ahead, behind] = [actorOf(cause), actorOf(node)];
    if (ahead === behind) continue;
    const ms = Date.parse(causeAt) - Date.parse(effectAt);
    const before = found.get(`${ahead} ${behind}`);
    found.set(`${ahead} ${behind}`, { ahead, behind, atLeastMs: Math.max(ms, before?.atLeastMs ?? 0), pairs: (before?.pairs ?? 0) + 1 });
  }
  return [...found.values()];
}
