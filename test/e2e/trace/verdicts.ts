/** Traces over an estate with planted faults: each is found, and nothing is reported where there is none. */

import { expect } from 'vitest';
import type { Estate } from '../../../examples/microservices/generator/estate.js';
import { Random } from '../../../examples/microservices/generator/random.js';
import type { TraceAnswer } from '../../../src/answer/contract.js';
import { naturally } from '../../support/faults.js';
import type { Planted } from '../../support/faults.js';
import type { Asker } from '../answers/ask.js';
import { FlowBook, stepsOf } from './truth.js';

const trace = (asker: Asker, id: string) => asker.session.trace(id, { signal: AbortSignal.timeout(120_000) });

/** What accuses somebody: that something failed is told by the services themselves, and a doubt is no verdict. */
export function accusations({ verdicts }: TraceAnswer): string[] {
  return [...new Set(verdicts.map(({ kind }) => kind).filter((kind) => kind !== 'failed' && kind !== 'cannot tell'))].sort();
}

export async function expectPlanted(asker: Asker, estate: Estate, planted: readonly Planted[]): Promise<void> {
  const book = new FlowBook(estate);
  for (const { kind, correlationId, names } of planted) {
    const answer = await trace(asker, correlationId);
    const told = `${kind} ${names}: ${JSON.stringify(answer.verdicts, null, 1)}`;
    expect(answer.verdicts.filter((verdict) => verdict.kind === kind && verdict.what.includes(names)), told).toHaveLength(1);
    expect(accusations(answer), told).toEqual([kind]);
    expect(stepsOf(answer, 'part'), correlationId).toEqual([...book.conversation(correlationId).truth.parts].sort());
  }
}

/** @param count random conversations */
export async function expectSound(asker: Asker, estate: Estate, planted: readonly Planted[], count: number): Promise<void> {
  const book = new FlowBook(estate);
  const random = new Random(estate.options.seed, 'sound');
  const flawed = new Set([...naturally(estate), ...planted.map(({ orderId }) => orderId)]);
  const sagas = new Map(estate.sagas.map((saga) => [saga.orderId, saga]));
  const conversations = book.conversations();
  for (let n = 0; n < count; n++) {
    const id = random.pick(conversations);
    const { order, truth } = book.conversation(id);
    const answer = await trace(asker, id);
    const told = `${id}: ${JSON.stringify(answer.verdicts, null, 1)}`;
    expect(stepsOf(answer, 'part'), id).toEqual([...truth.parts].sort());
    if (order === undefined || !flawed.has(order)) expect(accusations(answer), told).toEqual([]);
    const saga = order === undefined ? undefined : sagas.get(order);
    const failure = answer.verdicts.find(({ kind }) => kind === 'failed');
    if (saga?.paid === false && saga.cancelledAt !== undefined) expect(failure?.what, told).toContain(saga.attempts.at(-1)!.error);
  }
}
