/**
 * Questions as people type them, with gold SQL written by hand. Several golds: any of them is right. None: there is no
 * answer in the estate, and only a refusal is right. Every third of a list is left out where many variants of each are
 * asked, to save time.
 */

export interface Asked {
  readonly question: string;
  readonly gold: readonly string[];
  readonly unseen: boolean;
}

export function list(...pairs: readonly (readonly [question: string, ...gold: string[]])[]): Asked[] {
  return pairs.map(([question, ...gold], i) => ({ question, gold, unseen: i % 3 === 2 }));
}

/** The rows that are highest (or lowest) by `by`, ties included. */
export function most(columns: string, from: string, group: string, by = 'count(*)', low = false): string {
  return `SELECT ${columns} FROM (SELECT ${columns}, rank() OVER (ORDER BY ${by} ${low ? 'ASC' : 'DESC'}) AS place FROM ${from} GROUP BY ${group}) WHERE place = 1`;
}
