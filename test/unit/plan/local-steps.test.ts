/** Whatever is left to the engine names why, in every generated statement. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inputs } from '../../../src/algebra/index.js';
import type { Rel } from '../../../src/algebra/index.js';
import { localSteps } from '../../../src/plan/local-steps.js';
import { makePlan } from '../../../src/plan/index.js';
import type { Plan } from '../../../src/plan/index.js';
import { checkStatement } from '../../../src/sql/index.js';
import { generateSelect } from '../../support/sql-generator.js';
import { fakeCatalog, fakeDialect, generatorTables, moody, permissive, scansOnly } from './fake-stores.js';
import type { Temper } from './fake-stores.js';

/** What a step of each kind says of itself. */
const words: Partial<Record<Rel['kind'], RegExp>> = {
  join: /join|EXISTS/,
  dependentJoin: /correlated subquery/,
  aggregate: /DISTINCT |\(.*\)|GROUP BY/,
  sortLimit: /ORDER BY|LIMIT|OFFSET/,
  setOperation: /UNION|EXCEPT|INTERSECT/,
  window: /OVER \(/,
};

async function stepsOf(sql: string, temper: Temper) {
  const plan: Plan = await makePlan(await checkStatement(sql, fakeCatalog, { instant: '2026-01-01T00:00:00Z', timezone: 'UTC' }), fakeCatalog, () => fakeDialect(temper));
  const { rel, leaves, cut } = plan.residual.steps!;
  return { rel, steps: localSteps(rel, leaves, () => fakeDialect(temper), cut) };
}

function kindsOf(rel: Rel, into = new Set<Rel['kind']>()): Set<Rel['kind']> {
  into.add(rel.kind);
  for (const input of inputs(rel)) kindsOf(input, into);
  return into;
}

test('no step of a generated statement lacks its reason', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(10_000), { maxLength: 120, size: 'max' }), fc.nat(1_000), async (choices, mood) => {
      const { sql } = generateSelect(choices, generatorTables);
      const { rel, steps } = await stepsOf(sql, mood % 3 === 0 ? permissive : mood % 3 === 1 ? scansOnly : moody(mood));
      for (const { what, reason } of steps) {
        expect(what.length, sql).toBeGreaterThan(0);
        expect(reason, `${sql}: ${what}`).toMatch(/\S+ \S+/);
      }
      for (const kind of kindsOf(rel)) if (words[kind] !== undefined) expect(steps.map(({ what }) => what), `${kind} in ${sql}`).toContainEqual(expect.stringMatching(words[kind]));
    }),
    { numRuns: 200, seed: 20_261_121, endOnFailure: true },
  );
});

test.each<[string, string, string, Temper?]>([
  ['SELECT count(*) FROM north.alpha a JOIN south.gamma g ON a.id = g.id', 'inner join ON', 'its sides are of different stores: north, south'],
  ['SELECT label, count(*) FROM north.alpha GROUP BY 1', 'GROUP BY north.alpha.label', 'it is in no mood for this', scansOnly],
  ['SELECT label, avg(amount) FROM north.alpha GROUP BY 1', 'sum(north.alpha.amount) / count(north.alpha.amount)', 'stores divide with precisions of their own'],
  // Of what a store computed, and of the keys of a subquery, it is told what they are.
  ['SELECT a.label, sum(g.id) FROM north.alpha a JOIN south.gamma g ON a.id = g.id GROUP BY 1', 'sum(sum(south.gamma.id)) GROUP BY f1.label', 'it stands on what is joined here of north, south'],
  ['SELECT b.id, (SELECT count(*) FROM south.gamma g WHERE g.id = b.alpha_id) FROM north.beta b', 'correlated subquery ON f1.alpha_id IS NOT DISTINCT FROM f1.alpha_id', 'the subquery is evaluated once for every combination of the outer values, which are of other stores (north, south)'],
  ["SELECT label FROM north.alpha WHERE label LIKE '%x%'", "contains(north.alpha.label, 'x')", 'north cannot filter by it', { ...permissive, filter: () => 'no' }],
  ['SELECT label FROM north.alpha WHERE random() < 0.5', 'random()', 'its value changes from row to row'],
  ['SELECT label FROM north.alpha WHERE amount > 2', 'north.alpha.amount > 2', 'north may return more rows than match, so that it is applied again', { ...permissive, filter: () => 'superset' }],
  ['SELECT label, row_number() OVER (PARTITION BY label ORDER BY id) FROM north.alpha', 'row_number() OVER (PARTITION BY', ' '],
  ['SELECT label FROM north.alpha UNION SELECT day::VARCHAR FROM south.gamma', 'UNION', 'its sides are of different stores: north, south'],
  ['SELECT label FROM north.alpha ORDER BY label', 'ORDER BY north.alpha.label', 'a sort without a limit spares the store nothing'],
])('%s', async (sql, what, reason, temper = permissive) => {
  const { steps } = await stepsOf(sql, temper);
  expect(steps).toContainEqual({ what: expect.stringContaining(what) as string, reason: expect.stringContaining(reason) as string });
});
