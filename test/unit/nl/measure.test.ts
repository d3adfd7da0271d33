/** Terms that a glossary defines by SQL, asked for in English. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { offlineTranslator, withGlossary } from '../../../src/nl/index.js';
import { statementSyntax } from '../../../src/sql/index.js';
import { binder } from './duck.js';
import { clinics, contextFor } from './estates.js';

const glossary = [
  { term: 'turnover', means: "sum(visits.fee) where visits.state <> 'Cancelled'" },
  { term: 'fee per visit', means: 'sum(clinic.visits.fee) / count(*) from clinic.visits' },
  { term: 'regular', means: 'an owner who comes often' },
  { term: 'lost income', means: 'sum(visits.refund)' },
];
let bound: Awaited<ReturnType<typeof binder>>;
beforeAll(async () => {
  bound = await binder(clinics);
});
afterAll(() => bound.close());

async function ask(question: string): Promise<string> {
  const context = { ...contextFor(clinics, bound.check), vocabulary: { glossary, synonyms: [], hidden: [], examples: [] }, syntax: (sql: string) => statementSyntax(sql, 'UTC') };
  const translation = await withGlossary(offlineTranslator()).translate(question, context);
  if (translation.kind === 'statement') expect(translation.statement.assumptions[0]).toMatch(/by the glossary$/);
  return translation.kind === 'statement' ? translation.statement.sql : translation.kind === 'refusal' ? translation.reason : translation.kind;
}

const kept = "WHERE state <> 'Cancelled'";
const joined = "FROM clinic.visits LEFT JOIN clinic.vets ON vets.id = visits.vet_id WHERE visits.state <> 'Cancelled' GROUP BY vets.id, vets.first_name, vets.last_name";
it.each([
  ['What is the turnover?', `SELECT sum(fee) FROM clinic.visits ${kept}`],
  ['turnover per month', `SELECT date_trunc('month', starts_at), sum(fee) FROM clinic.visits ${kept} GROUP BY date_trunc('month', starts_at) ORDER BY date_trunc('month', starts_at)`],
  ['show the turnover by vet', `SELECT vets.first_name, vets.last_name, sum(visits.fee) ${joined}`],
  ['top 3 vets by turnover', `SELECT vets.first_name, vets.last_name, sum(visits.fee) ${joined} ORDER BY sum(visits.fee) DESC LIMIT 3`],
  ['What was the turnover last month by state?', `SELECT state, sum(fee) FROM clinic.visits ${kept} AND starts_at >= TIMESTAMPTZ '2026-02-01 00:00:00' AND starts_at < TIMESTAMPTZ '2026-03-01 00:00:00' GROUP BY state`],
  ['fee per visit by state', 'SELECT state, (sum(fee) / count(*)) FROM clinic.visits GROUP BY state'],
])('%s', async (question, expected) => {
  expect(await ask(question)).toBe(expected);
});

it.each([
  ['Which regular owners are there?', /an owner who comes often/],
  ['Why did the turnover fall?', /The rest of the question is not read beside turnover/],
  ['turnover by purple', /"purple"/],
  ['lost income per month', /does not fit the services/],
])('%s: refused with the reason', async (question, reason) => {
  expect(await ask(question)).toMatch(reason);
});
