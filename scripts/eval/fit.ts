/** Fits the trees of the confidence: gradient boosting with second derivatives on the log-loss (Chen and Guestrin, "XGBoost", 2016). */

import type { Forest, Tree } from '../../src/nl/offline/trees.js';

export interface Case {
  readonly right: boolean;
  readonly facts: Readonly<Record<string, number>>;
}

const rounds = 300;
const depth = 4;
const rate = 0.05;
/** A leaf has this many cases at least, and a fact that fewer have is no question's subject. */
const leastCases = 20;
const leastSeen = 30;
/** Share of the facts that a tree may ask about. */
const sampled = 0.5;
const shrink = 4;
const leastGain = 0.5;
const bins = 16;

/** Facts that this data has too little of, or uses otherwise than other questions do. */
const unfitted = new Set(['period', 'missing']);

export function fitForest(cases: readonly Case[]): Omit<Forest, 'threshold'> {
  const names = factNames(cases);
  const columns = names.map((name) => Float64Array.from(cases, (c) => c.facts[name] ?? 0));
  const bounds = columns.map(boundsOf);
  const binned = columns.map((values, j) => Uint8Array.from(values, (v) => bounds[j]!.filter((b) => v >= b).length));
  const rights = cases.filter((c) => c.right).length;
  const bias = Math.log(rights / (cases.length - rights));
  const logits = new Float64Array(cases.length).fill(bias);
  const random = generator(3);
  const trees: Tree[] = [];
  for (let round = 0; round < rounds; round++) {
    const gradients = new Float64Array(cases.length);
    const curvatures = new Float64Array(cases.length);
    for (const [i, c] of cases.entries()) {
      const p = 1 / (1 + Math.exp(-logits[i]!));
      gradients[i] = p - (c.right ? 1 : 0);
      curvatures[i] = p * (1 - p);
    }
    const asked = names.map((_, j) => j).filter(() => random() < sampled);
    const grow = (rows: readonly number[], left: number): Tree => {
      let [g, h] = [0, 0];
      for (const i of rows) [g, h] = [g + gradients[i]!, h + curvatures[i]!];
      const leaf = (): Tree => {
        const value = Number(((-g / (h + shrink)) * rate).toFixed(4));
        for (const i of rows) logits[i]! += value;
        return value;
      };
      const split = left === 0 ? undefined : bestSplit(rows, g, h, asked, binned, bounds, gradients, curvatures);
      if (split === undefined) return leaf();
      const [below, above]: [number[], number[]] = [[], []];
      for (const i of rows) (binned[split.fact]![i]! <= split.bin ? below : above).push(i);
      return [names[split.fact]!, bounds[split.fact]![split.bin]!, grow(below, left - 1), grow(above, left - 1)];
    };
    trees.push(grow(cases.map((_, i) => i), depth));
  }
  return { bias: Number(bias.toFixed(4)), trees };
}

function bestSplit(rows: readonly number[], g: number, h: number, asked: readonly number[], binned: readonly Uint8Array[], bounds: readonly (readonly number[])[], gradients: Float64Array, curvatures: Float64Array): { fact: number; bin: number } | undefined {
  if (rows.length < 2 * leastCases) return undefined;
  let best: { fact: number; bin: number; gain: number } | undefined;
  for (const fact of asked) {
    const count = bounds[fact]!.length + 1;
    if (count < 2) continue;
    const sums = Array.from({ length: count }, () => [0, 0, 0] as [number, number, number]);
    for (const i of rows) {
      const sum = sums[binned[fact]![i]!]!;
      sum[0] += gradients[i]!;
      sum[1] += curvatures[i]!;
      sum[2]++;
    }
    let [gl, hl, cl] = [0, 0, 0];
    for (let bin = 0; bin < count - 1; bin++) {
      [gl, hl, cl] = [gl + sums[bin]![0], hl + sums[bin]![1], cl + sums[bin]![2]];
      if (cl < leastCases || rows.length - cl < leastCases) continue;
      const gain = gl ** 2 / (hl + shrink) + (g - gl) ** 2 / (h - hl + shrink) - g ** 2 / (h + shrink);
      if (gain > (best?.gain ?? leastGain)) best = { fact, bin, gain };
    }
  }
  return best;
}

function factNames(cases: readonly Case[]): string[] {
  const seen = new Map<string, number>();
  for (const { facts } of cases) for (const [name, value] of Object.entries(facts)) if (value !== 0) seen.set(name, (seen.get(name) ?? 0) + 1);
  return [...seen].filter(([name, count]) => count >= leastSeen && !unfitted.has(name)).map(([name]) => name).sort();
}

/** Between the values where there are few, else at quantiles. */
function boundsOf(values: Float64Array): number[] {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  if (distinct.length <= bins) return distinct.slice(1).map((v, i) => (v + distinct[i]!) / 2);
  const sorted = [...values].sort((a, b) => a - b);
  return [...new Set(Array.from({ length: bins - 1 }, (_, i) => Number(sorted[Math.floor(((i + 1) * sorted.length) / bins)]!.toFixed(4))))];
}

function generator(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}
