/** A sum of small decision trees over named facts, each nudging the log-odds (Friedman, "Greedy function approximation", 2001). */

/** A leaf's log-odds, or a question about a fact: its name, a bound, and what follows below it and from it on. */
export type Tree = number | readonly [name: string, bound: number, below: Tree, above: Tree];

export interface Forest {
  /** The least probability at which the wanted share was right, by cross-validation. */
  readonly threshold: number;
  readonly bias: number;
  readonly trees: readonly Tree[];
}

/** 0 to 1. A fact that isn't there is 0. */
export function probability({ bias, trees }: Pick<Forest, 'bias' | 'trees'>, facts: Readonly<Record<string, number>>): number {
  let logit = bias;
  for (const tree of trees) {
    let at = tree;
    while (typeof at !== 'number') at = (facts[at[0]] ?? 0) < at[1] ? at[2] : at[3];
    logit += at;
  }
  return 1 / (1 + Math.exp(-logit));
}
