import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generateSelect } from '../../support/sql-generator.js';
import { FakeStores, generatorTables } from './fake-stores.js';

const numRuns = Number(process.env['EQUIVALENCE_RUNS'] ?? 250);
const seed = Number(process.env['EQUIVALENCE_SEED'] ?? 20_261_121);

test('a plan printed as SQL gives what the statement gives', { timeout: 3_600_000 }, async () => {
  const stores = await FakeStores.open(5);
  let printed = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(10_000), { maxLength: 120, size: 'max' }), async (choices) => {
      const { sql, ordered } = generateSelect(choices, generatorTables);
      const result = await stores.reprint(sql, ordered).catch((error: unknown) => {
        throw new Error(`${sql}\n${String(error)}`);
      });
      if (result === undefined) return;
      printed++;
      expect(result.actual, `${sql}\n${result.printed}`).toEqual(result.expected);
    }),
    { numRuns, seed, endOnFailure: true },
  );
  // Grouping sets and a few other operators are not printed.
  expect(printed).toBeGreaterThan(numRuns * 0.9);
});
