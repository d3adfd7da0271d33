/** What somebody has seen of a trace that grows: a step keeps its number, and what was told is not told again. */

import type { TraceGrowth, TraceStep, TraceVerdict } from '../answer/contract.js';
import type { Graph, Placed } from './graph.js';
import type { Change } from './steps.js';

export class Told {
  readonly #numbers = new Map<string, number>();
  readonly #steps = new Set<string>();
  readonly #verdicts = new Set<string>();

  /** The graph with the numbers that its steps have, or get now, in its order. */
  number({ placed, skew }: Graph): Graph {
    for (const { node } of placed) if (!this.#numbers.has(node.key)) this.#numbers.set(node.key, this.#numbers.size + 1);
    const kept = new Map(placed.map(({ node, step }) => [step.n, this.#numbers.get(node.key)!]));
    const numbered = ({ n, parent, edges, ...step }: TraceStep): TraceStep => ({
      ...step,
      n: kept.get(n)!,
      parent: parent === null ? null : (kept.get(parent) ?? null),
      edges: edges.map((edge) => ({ ...edge, from: edge.from === null ? null : (kept.get(edge.from) ?? null) })),
    });
    return { placed: placed.map(({ node, step }) => ({ node, step: numbered(step) })), skew };
  }

  /** As they are told in an answer. */
  verdicts(verdicts: readonly TraceVerdict[]): readonly TraceVerdict[] {
    for (const verdict of verdicts) this.#verdicts.add(nameOf(verdict));
    return verdicts;
  }

  growth(placed: readonly Placed[], changes: readonly Change[], verdicts: readonly TraceVerdict[]): TraceGrowth[] {
    const byKey = new Map(placed.map(({ node, step }) => [node.key, step]));
    const isKnown = new Set(this.#steps);
    const steps = placed.filter(({ node }) => !isKnown.has(node.key)).map(({ node, step }): TraceGrowth => {
      this.#steps.add(node.key);
      return { type: 'step', step };
    });
    const changed = changes.flatMap(({ key, columns }): TraceGrowth[] => {
      const step = byKey.get(key);
      if (step === undefined || !isKnown.has(key)) return [];
      const { n, service, table, locator } = step;
      return [{ type: 'changed', n, service, table, locator, columns }];
    });
    const judged = verdicts.filter((verdict) => !this.#verdicts.has(nameOf(verdict))).map((verdict): TraceGrowth => {
      this.#verdicts.add(nameOf(verdict));
      return { type: 'verdict', verdict };
    });
    return [...steps, ...changed, ...judged];
  }
}

function nameOf({ kind, what }: TraceVerdict): string {
  return `${kind} ${what}`;
}
