/** Steps of a saga that were not made: those that a person declared, and of what others teach the rest. */

import type { TraceVerdict } from '../../answer/contract.js';
import { declaredSagas, isOne } from './declared.js';
import { missingSteps } from './next-steps.js';
import type { Lacking, Scene } from './scene.js';

/** @param isLearned also what nobody declared */
export function lackingSteps(scene: Scene, isLearned: boolean): TraceVerdict[] {
  const declared = declaredSagas(scene);
  const learned = isLearned ? missingSteps(scene).filter((step) => !declared.some((one) => isSame(one, step))) : [];
  return [...declared, ...learned].map(({ owed: _, ...verdict }) => verdict);
}

/** What a person declared need not be learned as well, in other words. */
function isSame(declared: Lacking, learned: Lacking): boolean {
  if (learned.kind === 'cannot tell') return learned.steps.every((n) => declared.steps.includes(n));
  return declared.kind === learned.kind && learned.steps.some((n) => declared.steps.includes(n)) && learned.owed.some((type) => isOne(type, declared.owed));
}
