/** Cross-validation by database: each question is judged by trees fitted without its database. */

import { probability } from '../../src/nl/offline/trees.js';
import type { Example } from './examples.js';
import { fitForest } from './fit.js';

export interface Judged {
  readonly example: Example;
  readonly right: boolean;
  /** 0 where there is no reading, or a word is not accounted for. */
  readonly confidence: number;
}

export function crossValidate(list: readonly Example[], folds: number): Judged[] {
  const dbs = [...new Set(list.map((e) => e.db))].sort();
  const foldOf = new Map(dbs.map((db, i) => [db, i % folds]));
  return Array.from({ length: folds }, (_, k) => {
    const forest = fitForest(list.filter((e) => foldOf.get(e.db) !== k).flatMap((e) => (e.best === undefined ? [] : [e.best])));
    return list
      .filter((e) => foldOf.get(e.db) === k)
      .map((example): Judged => ({
        example,
        right: example.best?.right === true,
        confidence: example.best === undefined || example.missed > 0 ? 0 : probability(forest, example.best.facts),
      }));
  }).flat();
}

/** Shares of 1: of the questions that are answered at a threshold, and of those answers that are right. */
export function shares(judged: readonly Judged[], least: number): { answered: number; right: number } {
  const kept = judged.filter((j) => j.confidence > 0 && j.confidence >= least);
  return { answered: kept.length / Math.max(1, judged.length), right: kept.filter((j) => j.right).length / Math.max(1, kept.length) };
}

/** The least threshold at which a wanted share of the answers is right. */
export function thresholdFor(judged: readonly Judged[], wanted: number): number {
  const sorted = judged.filter((j) => j.confidence > 0).sort((a, b) => b.confidence - a.confidence);
  let right = 0;
  let found = 1;
  for (const [i, j] of sorted.entries()) {
    if (j.right) right++;
    if (i >= 100 && right / (i + 1) >= wanted) found = j.confidence;
  }
  return found;
}
