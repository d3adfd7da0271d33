/** What a person declared under `flows:` and what came of it. A declared time is a promise, so the clock judges here. */

import { tableName } from '../../algebra/index.js';
import type { Column, Table } from '../../algebra/index.js';
import type { TraceVerdict } from '../../answer/contract.js';
import type { FlowSaga, FlowWrite } from '../../config/contract.js';
import type { Domains } from '../domains.js';
import { inParallel } from '../in-parallel.js';
import { membersOf, withMembers } from '../payload.js';
import type { Row } from '../payload.js';
import { nameOf } from './events.js';
import type { Event } from './events.js';
import { behindText, canRead, groupsAt, mayHaveLost, rowsByKeys, spanText } from './scene.js';
import type { Lacking, Own, Scene } from './scene.js';

/** Whether a person named the type. */
export const isOne = (type: string, types: readonly string[]) => types.some((other) => other.toLowerCase() === type.toLowerCase());

/** Events whose rows a declared flow promises; what is learned of them is of no interest then. */
export function isDeclared(event: Event, table: Table, writes: readonly FlowWrite[]): boolean {
  return writes.some((flow) => isMeant(flow, event) && isCalled(table, flow.table));
}

function isMeant({ topic, events }: FlowWrite, event: Event): boolean {
  return isCalled(event.log, topic) && (events.length === 0 || isOne(event.type, events));
}

function isCalled(table: Table, name: string): boolean {
  return tableName(table).toLowerCase() === name.toLowerCase();
}

export async function declaredRows(scene: Scene): Promise<TraceVerdict[]> {
  const work = (scene.context.flows?.writes ?? []).flatMap((flow) => scene.own.filter(({ event }) => isMeant(flow, event)).map((own) => ({ flow, own })));
  return (await inParallel(work, ({ flow, own }) => written(flow, own, scene))).flat();
}

async function written(flow: FlowWrite, { event, placed }: Own, scene: Scene): Promise<TraceVerdict[]> {
  const age = scene.now - event.at;
  const table = scene.domains.tables.find((candidate) => isCalled(candidate, flow.table));
  if (table === undefined || (flow.keptMs !== undefined && age > flow.keptMs)) return [];
  const verdict = (kind: TraceVerdict['kind'], what: string, because: string): TraceVerdict[] => [{ kind, what, steps: [placed.step.n], basis: 'declared', because }];
  const lacking = `${nameOf(event)} has no row in ${flow.table}`;
  const declared = `flows.writes: ${flow.topic} -> ${flow.table}`;
  const keys = keysOf(flow, event, placed.node.row, table, scene.domains);
  if (keys === undefined) return verdict('cannot tell', `whether ${lacking}: nothing in it says which row is meant`, `${declared}; name the fields under \`on\``);
  const matches = (row: Row) => keys.every(({ column, value }) => String(row[column.name]) === value);
  if (scene.placed.some(({ node }) => node.table === table && matches(node.row))) return [];
  const first = keys.find(({ column }) => canRead(table, column, scene));
  if (first === undefined) return verdict('cannot tell', `whether ${lacking}: only a scan could tell, or it can't be read now`, `${declared}; --deep scans it`);
  const rows = await rowsByKeys(table, first.column, [first.value], scene, keys.map(({ column }) => column));
  if (rows === undefined) return verdict('cannot tell', `whether ${lacking}: it could not be asked`, declared);
  if (rows.some(matches)) return [];
  const within = `${declared} within ${spanText(flow.withinMs)}`;
  if (flow.group === undefined) return age <= flow.withinMs ? [] : verdict('no row', lacking, `${within}, and it is ${spanText(age)} old`);
  const state = await groupsAt(event, [flow.group], scene);
  if (state === undefined) return verdict('cannot tell', `whether ${lacking} by mistake: the offsets of ${flow.group} can't be read here, so it may only be behind`, declared);
  if (state.behind.length > 0) return verdict('lagging', `${lacking} yet: ${behindText(state.behind, event)}`, `${declared} by the group ${flow.group}`);
  if (state.past.length === 0) return verdict('cannot tell', `whether ${lacking} by mistake: ${flow.group} has committed nothing for partition ${event.partition}`, declared);
  return age <= flow.withinMs ? [] : verdict('no row', lacking, `${within} by the group ${flow.group}, whose committed offset is past it`);
}

interface Key {
  readonly column: Column;
  readonly value: string;
}

/** By the declared fields, else by what the message is about, as the catalogue links it. */
function keysOf({ on }: FlowWrite, event: Event, row: Row, table: Table, domains: Domains): readonly Key[] | undefined {
  if (on === undefined) {
    const linked = event.references.filter(({ isSubject }) => isSubject).concat(event.references).flatMap(({ domain, value }): Key[] => (domain.table === table ? [{ column: domain.column, value }] : []));
    const [key] = linked.length > 0 ? linked : held(event, table, domains);
    return key === undefined ? undefined : [key];
  }
  const members = membersOf(withMembers(row));
  const keys = Object.entries(on).map(([field, name]) => {
    const member = members.find(({ path, name: own }) => path === field || own === field);
    const column = table.columns.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    return member === undefined || column === undefined ? undefined : { column, value: member.value };
  });
  return keys.every((key) => key !== undefined) ? keys : undefined;
}

/** A column of the table that is linked to what the message is about. */
function held(event: Event, table: Table, domains: Domains): Key[] {
  return event.references.flatMap(({ domain, value }) => domains.holders(domain).filter((holder) => holder.table === table).map(({ column }) => ({ column, value })));
}

export function declaredSagas(scene: Scene): Lacking[] {
  const verdicts = (scene.context.flows?.sagas ?? []).flatMap((saga) => scene.own.filter(({ event }) => isOne(event.type, saga.starts)).flatMap((start) => judged(saga, start, scene)));
  return verdicts.map((verdict) => {
    const removed = mayHaveLost(scene.others.events.filter(({ type }) => isOne(type, verdict.owed)), scene);
    return removed === undefined ? verdict : { ...verdict, kind: 'cannot tell', what: `whether it is so that ${verdict.what}: ${removed}` };
  });
}

function judged(saga: FlowSaga, start: Own, scene: Scene): Lacking[] {
  const { conversation } = start.event;
  const all = scene.own.filter(({ event }) => (conversation === undefined || event.conversation === conversation)).sort((a, b) => a.event.at - b.event.at);
  const first = (types: readonly string[]) => all.find(({ event }) => isOne(event.type, types));
  const because = `flows.sagas: ${saga.name}`;
  const failed = first(saga.fails);
  if (failed !== undefined) {
    if (scene.now - failed.event.at <= saga.withinMs) return [];
    return saga.steps.flatMap(({ events, compensations }): Lacking[] => {
      const done = first(events);
      if (done === undefined || compensations.length === 0 || first(compensations) !== undefined) return [];
      return [{ owed: compensations, kind: 'not compensated', what: `${nameOf(done.event)} was not undone by ${compensations.join(' or ')} after ${nameOf(failed.event)}`, steps: [done.placed.step.n, failed.placed.step.n], basis: 'declared', because: `${because} within ${spanText(saga.withinMs)}` }];
    });
  }
  let last = start;
  for (const step of saga.steps) {
    const done = first(step.events);
    if (done !== undefined) {
      last = done;
      continue;
    }
    const age = scene.now - last.event.at;
    if (age <= step.withinMs) return [];
    return [{ owed: step.events, kind: 'not finished', what: `${step.events.join(' or ')} is lacking after ${nameOf(last.event)}, ${spanText(age)} ago`, steps: [last.placed.step.n], basis: 'declared', because: `${because} within ${spanText(step.withinMs)}` }];
  }
  return [];
}
