/**
 * What is wrong with what was found. structure.ts and failure.ts judge by the steps alone. What should be there and
 * isn't is judged by what a person declared (declared.ts), and where nobody did, by what others of the same kind have:
 * others.ts reads the events around the trace's own, likelihood.ts says when that is enough to speak, and no-row.ts,
 * no-event.ts, lost-cause.ts, next-steps.ts and outbox.ts each compare one thing. What too little speaks for is "cannot tell".
 */

import type { TraceVerdict } from '../../answer/contract.js';
import type { TraceContext } from '../contract.js';
import type { Domains } from '../domains.js';
import { isMessage } from '../graph.js';
import type { Placed } from '../graph.js';
import type { Removed } from '../removed.js';
import { declaredRows, isDeclared } from './declared.js';
import { distinctEvents, eventOf } from './events.js';
import { firstFailure } from './failure.js';
import { lostCauses } from './lost-cause.js';
import { missingEvents } from './no-event.js';
import { missingRows } from './no-row.js';
import { readOthers } from './others.js';
import { unpublished } from './outbox.js';
import { lackingSteps } from './sagas.js';
import { merged } from './scene.js';
import type { Own, Scene } from './scene.js';
import { structuralVerdicts } from './structure.js';

export interface Judged {
  readonly placed: readonly Placed[];
  readonly domains: Domains;
  readonly context: TraceContext;
  readonly isDeep: boolean;
  readonly unread: ReadonlySet<string>;
  readonly removed: Removed;
  /** All logs were searched whole: only then is what was not found not there. */
  readonly isWhole: boolean;
  /** ISO instant: the logs were not searched before it. */
  readonly since: string | undefined;
}

export function verdictsOnSteps(placed: readonly Placed[]): TraceVerdict[] {
  return [...structuralVerdicts(placed), ...firstFailure(placed)];
}

/** What is lacking. Costs a look at the logs, and a look-up for each table that lacks a row. */
export async function verdictsOnAbsence({ placed, domains, context, isDeep, unread, removed, isWhole, since }: Judged): Promise<TraceVerdict[]> {
  const now = Date.now();
  const mine = placed.flatMap((one): Own[] => {
    const event = isMessage(one.node) && one.node.role === 'part' ? eventOf(one.node.table, one.node.row, domains) : undefined;
    return event === undefined ? [] : [{ event, placed: one }];
  });
  const events = new Set(distinctEvents(mine.map(({ event }) => event)));
  const own = mine.filter(({ event }) => events.has(event));
  if (placed.length === 0) return [];
  const others = await readOthers(own.map(({ event }) => event), domains, context, since === undefined ? 0 : Date.parse(since));
  const scene: Scene = { placed, own, others, domains, context, isDeep, unread, removed, now };
  const [rows, declared, lost, boxed] = [
    await missingRows({ ...scene, own: own.filter(({ event }) => !domains.tables.some((table) => isDeclared(event, table, context.flows?.writes ?? []))) }),
    await declaredRows(scene),
    isWhole ? await missingEvents(scene) : [],
    isWhole ? await unpublished(scene) : [],
  ];
  // A step whose event waits in an outbox was made.
  const sagas = isWhole ? lackingSteps(scene, boxed.length === 0) : [];
  // Who knows what tells of a row says more than who only knows that something is lacking.
  const causes = isWhole && ![...lost, ...sagas].some(({ kind }) => kind === 'no event') ? lostCauses(scene) : [];
  return withoutMade(merged([...declared, ...rows, ...lost, ...causes, ...boxed, ...sagas]));
}

/** What came of a step says that it was made: then its event is what is lacking, and not the step. */
function withoutMade(verdicts: readonly TraceVerdict[]): TraceVerdict[] {
  const lacking = new Set(verdicts.filter(({ kind }) => kind === 'no event').flatMap(({ steps }) => steps));
  return verdicts.filter(({ kind, steps }) => kind !== 'not finished' || !steps.some((step) => lacking.has(step)));
}
