/**
 * Asks the stores how many rows a fragment may have (EXPLAIN), where the catalogue can only guess and the guess decides
 * whether keys travel. All at once, and for no longer than a moment: without an answer the guess stands.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { inputs } from '../algebra/index.js';
import type { Rel } from '../algebra/index.js';
import type { Fragment, Plan } from '../plan/contract.js';
import { anyOf } from './abort.js';
import type { RunOptions } from './contract.js';
import { unknownRows } from './key-costs.js';
import { schedule } from './scheduler.js';
import type { Estimates } from './scheduler.js';

/** For all of them together, connecting included. */
const longestMs = 250;

export async function storeEstimates(plan: Plan, options: Pick<RunOptions, 'source' | 'dialect'>, signal: AbortSignal): Promise<Estimates> {
  const doubtful = plan.fragments.filter((fragment) => isGuess(fragment.rel) && decides(fragment, plan, options));
  if (doubtful.length === 0) return new Map();
  const over = new AbortController();
  const asking = anyOf(signal, over.signal);
  const found = new Map<string, number>();
  const all = Promise.all(doubtful.map((fragment) => ask(fragment, options, asking).then((rows) => rows !== undefined && found.set(fragment.id, rows), () => undefined)));
  await Promise.race([all, sleep(longestMs, undefined, { signal: asking }).catch(() => undefined)]);
  over.abort();
  // Answers that come later change nothing any more.
  return new Map(found);
}

async function ask(fragment: Fragment, { source, dialect }: Pick<RunOptions, 'source' | 'dialect'>, signal: AbortSignal): Promise<number | undefined> {
  const live = await source(fragment.service, signal);
  const rows = await live.estimate?.(dialect(fragment.service).compile(fragment.rel), signal);
  if (rows === undefined || !Number.isFinite(rows)) return undefined;
  const limit = fragment.rel.kind === 'sortLimit' ? (fragment.rel.limit ?? Infinity) : Infinity;
  // As many as the table has: the store knows nothing of what the filters leave.
  const whole = fragment.table.rows?.count;
  return whole !== undefined && rows >= whole && fragment.others === undefined ? undefined : Math.min(Math.max(1, rows), limit);
}

/** Its estimate is a rule of thumb's: a filter or a join over what was counted, or nothing was counted. What a grouping leaves no store tells better. */
function isGuess(rel: Rel): boolean {
  if (rel.kind === 'aggregate' || rel.kind === 'setOperation' || rel.kind === 'opaque') return false;
  if (rel.kind === 'filter' || rel.kind === 'join') return inputs(rel).every((input) => input.kind === 'scan' || isGuess(input));
  if (rel.kind === 'scan') return rel.table.rows === undefined;
  return inputs(rel).some(isGuess);
}

/** A guess may be wrong by this factor. */
const doubt = 1_000;

/** Would the keys travel otherwise, were the guess as wrong as that? */
function decides(fragment: Fragment, plan: Plan, { dialect }: Pick<RunOptions, 'dialect'>): boolean {
  if (!plan.shipments.some(({ from, to }) => from === fragment.id || to === fragment.id)) return false;
  const { estimate, table } = fragment;
  const all = Math.max(estimate ?? 0, table.rows?.count ?? unknownRows);
  const [few, guess, many] = [estimate === undefined ? 1 : Math.max(1, estimate / doubt), estimate, estimate === undefined ? all : Math.min(all, estimate * doubt)].map((rows) => ways(plan, new Map(rows === undefined ? [] : [[fragment.id, rows]]), dialect));
  return few !== guess || many !== guess;
}

function ways(plan: Plan, estimates: Estimates, dialect: RunOptions['dialect']): string {
  const { waits } = schedule(plan, (service) => dialect(service).maxKeys, estimates);
  return [...waits].map(([to, { shipment, patience }]) => `${to} ${patience === undefined ? shipment.from : ''}`).sort().join(',');
}
