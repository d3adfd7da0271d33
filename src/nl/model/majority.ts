/** Several replies to one question: the reading that most of them share. */

import type { TranslationContext } from '../contract.js';
import type { Reply } from './reply.js';

export type Outcome = { readonly admitted: Reply; readonly problem?: never } | { readonly admitted?: never; readonly problem: string };

export interface Majority {
  readonly chosen: Outcome;
  readonly votes: number;
}

/** Statements agree where they differ in spelling alone; refusals agree with each other. Of equal groups the first wins. */
export async function majority(outcomes: readonly Outcome[], { form }: TranslationContext): Promise<Majority> {
  const groups = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const key = await keyOf(outcome, form);
    groups.set(key, [...(groups.get(key) ?? []), outcome]);
  }
  // What the gate declined has no vote while anything else was said.
  const voting = [...groups].filter(([key]) => key !== declined);
  const [best] = (voting.length > 0 ? voting : [...groups]).map(([, group]) => group).sort((a, b) => b.length - a.length);
  return { chosen: best![0]!, votes: best!.length };
}

const declined = 'declined';

async function keyOf(outcome: Outcome, form: TranslationContext['form']): Promise<string> {
  if (outcome.admitted === undefined) return declined;
  if (outcome.admitted.kind === 'cannot') return 'cannot';
  const { sql } = outcome.admitted;
  return `statement ${form === undefined ? sql : await form(sql)}`;
}
