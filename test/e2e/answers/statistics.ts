/** Pearson's correlation, from its definition. */
export function pearson(xs: readonly number[], ys: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(xs), mean(ys)];
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (const [i, x] of xs.entries()) {
    xy += (x - mx) * (ys[i]! - my);
    xx += (x - mx) ** 2;
    yy += (ys[i]! - my) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}
