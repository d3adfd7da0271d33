/** What the verdicts look at: the trace as it was found, and what may be asked beyond it. */

import type { GroupOffset } from '../../../connectors/contract.js';
import { tableName } from '../../algebra/index.js';
import type { Column, Table } from '../../algebra/index.js';
import type { TraceVerdict } from '../../answer/contract.js';
import { accessTo } from '../access.js';
import { rowsAsked } from '../asked.js';
import type { TraceContext } from '../contract.js';
import type { Domains } from '../domains.js';
import { unlessLost } from '../in-parallel.js';
import type { Placed } from '../graph.js';
import type { Row } from '../payload.js';
import { mayHaveHeld } from '../removed.js';
import type { Removed } from '../removed.js';
import { keysAndTimes, rowsOf } from '../statements.js';
import type { Event } from './events.js';
import type { Others } from './others.js';

export interface Own {
  readonly event: Event;
  readonly placed: Placed;
}

export interface Scene {
  readonly placed: readonly Placed[];
  /** The messages among them that can be read, one of each. */
  readonly own: readonly Own[];
  readonly others: Others;
  readonly domains: Domains;
  readonly context: TraceContext;
  /** Look also where only a scan of a large table can tell. */
  readonly isDeep: boolean;
  /** Services and tables that could not be read. */
  readonly unread: ReadonlySet<string>;
  /** Logs that lost messages: nothing is called lacking there. */
  readonly removed: Removed;
  /** Milliseconds. */
  readonly now: number;
}

/** A step that was not made, with the types of events that would tell of it. */
export type Lacking = TraceVerdict & { readonly owed: readonly string[] };

/** Verdicts about the same events are one. */
export function merged(verdicts: readonly TraceVerdict[]): TraceVerdict[] {
  return [...new Map(verdicts.map((verdict) => [`${verdict.kind} ${verdict.what}`, verdict])).values()];
}

export function canRead(table: Table, column: Column, { isDeep, unread, domains }: Scene): boolean {
  if (unread.has(table.service) || unread.has(tableName(table))) return false;
  return isDeep || accessTo(table, column, domains.local) !== 'scan';
}

/** Why an event that is on none of the logs may have been on those of such events; where no such event is known, on any. */
export function mayHaveLost(alike: readonly Event[], { removed }: Pick<Scene, 'removed'>): string | undefined {
  return mayHaveHeld(alike.length > 0 ? alike.map(({ log }) => tableName(log)) : removed.keys(), removed);
}

/** Rows by keys; undefined where they can't be had, or are too many to compare. */
export async function rowsByKeys(table: Table, column: Column, values: readonly string[], scene: Scene, also: readonly Column[] = []): Promise<readonly Row[] | undefined> {
  const most = values.length * 8 + 1;
  const read = keysAndTimes(table, column, values, most, also);
  if (read === undefined || values.length === 0) return undefined;
  const answer = await asked(() => rowsAsked(read, scene.context, most), scene);
  return answer === undefined || answer.rowCount >= most ? undefined : rowsOf(answer);
}

/** What a store does not answer is not learned from. */
export function asked<T>(work: () => Promise<T>, { context }: Pick<Scene, 'context'>): Promise<T | undefined> {
  return unlessLost(work, context.signal);
}

export interface GroupState {
  readonly past: readonly string[];
  readonly behind: readonly GroupOffset[];
}

/** Where the groups that read the event's partition stand; undefined: that can't be told. */
export async function groupsAt(event: Event, groups: readonly string[] | undefined, scene: Scene): Promise<GroupState | undefined> {
  const { context } = scene;
  const offsets = await asked(async () => context.groupOffsets?.(event.log, groups), scene);
  if (offsets === undefined) return undefined;
  const here = offsets.filter(({ partition }) => partition === event.partition);
  return { past: here.filter(({ offset }) => Number(offset) > event.offset).map(({ group }) => group), behind: here.filter(({ offset }) => Number(offset) <= event.offset) };
}

export function behindText(behind: readonly GroupOffset[], event: Event): string {
  return behind.map(({ group, offset }) => `${group} is at offset ${offset}, this is ${event.offset}`).join('; ');
}

export function spanText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const units = [[86_400_000, 'd'], [3_600_000, 'h'], [60_000, 'min'], [1_000, 's']] as const;
  const [size, unit] = units.find(([least]) => ms >= least)!;
  return `${Math.ceil((ms / size) * 10) / 10} ${unit}`;
}
