import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { generateSelect } from '../../support/sql-generator.js';
import { FakeStores, generatorTables, moody, permissive } from './fake-stores.js';

/** More for a longer campaign: EQUIVALENCE_RUNS=20000. The seed is fixed unless EQUIVALENCE_SEED sets it. */
const numRuns = Number(process.env['EQUIVALENCE_RUNS'] ?? 250);
const seed = Number(process.env['EQUIVALENCE_SEED'] ?? 20_261_121);
const stores: FakeStores[] = [];

beforeAll(async () => {
  for (const data of [1, 2, 3, 4]) stores.push(await FakeStores.open(data));
});

test.each([
  ['stores that do all they are asked', false],
  ['stores that refuse some of it and return too much of some', true],
])('fragments and residual give what the statement gives: %s', { timeout: 3_600_000 }, async (_, isMoody) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(10_000), { maxLength: 120, size: 'max' }), fc.nat(3), fc.nat(1_000), async (choices, data, mood) => {
      const { sql, ordered } = generateSelect(choices, generatorTables);
      const comparison = await stores[data]!.compare(sql, ordered, isMoody ? moody(mood) : permissive, mood);
      fc.pre(comparison !== undefined);
      const { expected, actual, plan } = comparison;
      expect(actual, `${sql}\n${JSON.stringify(plan.fragments.map((f) => [f.table.name, f.pushed]))}\n${plan.shipments.map((s) => s.because).join('\n')}`).toEqual(expected);
    }),
    { numRuns, seed, endOnFailure: true },
  );
});
