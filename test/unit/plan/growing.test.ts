/** Whether the answer over some rows is a part of the answer over all, and how much of it is wanted. */

import { expect, test } from 'vitest';
import { makePlan } from '../../../src/plan/index.js';
import { checkStatement } from '../../../src/sql/index.js';
import { fakeCatalog, fakeDialect, scansOnly } from './fake-stores.js';

async function growing(sql: string) {
  const statement = await checkStatement(sql, fakeCatalog, { instant: '2026-01-01T00:00:00Z', timezone: 'UTC' });
  return (await makePlan(statement, fakeCatalog, () => fakeDialect(scansOnly))).growing;
}

test.each<[string, { limit?: number }]>([
  ["SELECT id FROM north.beta WHERE regexp_matches(label, 'x') LIMIT 5", { limit: 5 }],
  ['SELECT * FROM north.beta LIMIT 3 OFFSET 2', { limit: 3 }],
  ['SELECT upper(label) FROM north.beta', {}],
  ['SELECT DISTINCT label FROM north.beta LIMIT 2', { limit: 2 }],
  ['SELECT a.id FROM north.alpha a JOIN north.beta b ON b.alpha_id = a.id LIMIT 4', { limit: 4 }],
  ['SELECT id FROM north.alpha WHERE id IN (SELECT alpha_id FROM north.beta) LIMIT 4', { limit: 4 }],
  ['SELECT id FROM north.alpha UNION ALL SELECT id FROM north.beta LIMIT 4', { limit: 4 }],
])('%s grows', async (sql, expected) => {
  expect(await growing(sql)).toEqual({ united: / UNION /.test(sql), ...expected });
});

test.each([
  'SELECT id FROM north.beta ORDER BY label LIMIT 5',
  'SELECT count(*) FROM north.beta LIMIT 5',
  'SELECT label, count(*) FROM north.beta GROUP BY 1 LIMIT 5',
  'SELECT a.id FROM north.alpha a LEFT JOIN north.beta b ON b.alpha_id = a.id LIMIT 4',
  'SELECT id FROM north.alpha WHERE id NOT IN (SELECT alpha_id FROM north.beta) LIMIT 4',
  'SELECT id FROM north.alpha WHERE NOT EXISTS (FROM north.beta b WHERE b.alpha_id = alpha.id) LIMIT 4',
  'SELECT id FROM north.alpha EXCEPT SELECT id FROM north.beta LIMIT 4',
  'SELECT id, row_number() OVER () FROM north.beta LIMIT 4',
  'SELECT id FROM north.alpha WHERE id > (SELECT max(alpha_id) FROM north.beta) LIMIT 4',
  'SELECT id FROM (SELECT id FROM north.beta ORDER BY label LIMIT 9) WHERE id > 3 LIMIT 4',
  'SELECT id FROM (SELECT id FROM north.beta LIMIT 9) WHERE id > 3 LIMIT 4',
  'SELECT id FROM north.beta WHERE random() < 0.5 LIMIT 2',
  'SELECT id FROM north.beta LIMIT 50%',
  'SELECT id FROM (SELECT * FROM north.beta USING SAMPLE 5) WHERE id = 3 LIMIT 1',
])('%s does not', async (sql) => {
  expect(await growing(sql)).toBeUndefined();
});
