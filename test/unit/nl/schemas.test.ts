/** Questions about schemas over time and about kept promises, in the words of a shop, and questions that only sound alike. */

import { expect, it } from 'vitest';
import { types } from '../../../src/algebra/index.js';
import { offlineTranslator } from '../../../src/nl/index.js';
import { catalogOf, column, table } from '../../support/tables.js';

const catalog = catalogOf(
  table('members.people', [column('id'), column('email', types.text), column('joined', types.timestamptz)], { primaryKey: ['id'] }),
  table('goods.articles', [column('id'), column('name', types.text)], { primaryKey: ['id'] }),
  table('sales.baskets', [column('id'), column('people_id'), column('placed', types.timestamptz)], { primaryKey: ['id'] }),
);
const ask = (question: string) => offlineTranslator().translate(question, { catalog, now: '2026-02-10T12:00:00.000Z', timezone: 'UTC', signal: AbortSignal.timeout(30_000), check: () => Promise.resolve(undefined) });

it.each<readonly [string, object]>([
  ['where do sales and members disagree about types', { kind: 'diff', left: 'sales', right: 'members' }],
  ['Do the goods and sales services conflict in column names?', { kind: 'diff', left: 'goods', right: 'sales' }],
  ['which columns have drifted between services', { kind: 'diff' }],
  ["what changed since last week's snapshot", { kind: 'changes', before: '2026-02-03T12:00:00.000Z' }],
  ['which columns of goods changed since 3 days ago', { kind: 'changes', before: '2026-02-07T12:00:00.000Z', service: 'goods' }],
  ['what has changed since the last snapshot?', { kind: 'changes' }],
  ['what changed in the schema since release/V1.2?', { kind: 'changes', against: 'release/V1.2' }],
  ['is anything orphaned between sales and members', { kind: 'check', services: ['sales', 'members'], only: 'references' }],
  ['Do any sales point to members that do not exist?', { kind: 'check', services: ['sales', 'members'], only: 'references' }],
  ['how many sales are orphaned', { kind: 'check', services: ['sales'], only: 'references' }],
  ['have the copies drifted', { kind: 'check', services: [], only: 'copies' }],
  ['how far does the bus lag behind', { kind: 'check', services: [], only: 'lag' }],
  ["which services keep a copy of the members' mail", { kind: 'impact', service: 'members', column: 'email' }],
  ['what breaks if people.id becomes a string', { kind: 'impact', service: 'members', column: 'id', change: 'type' }],
  ['what changed in the schema since last release', { kind: 'changes', release: true }],
  ['Which columns of goods have changed since the latest tag?', { kind: 'changes', release: true, service: 'goods' }],
  ['show me schema drift since v2.3', { kind: 'changes', against: 'v2.3' }],
  ['which columns disagree between sales and members', { kind: 'diff', left: 'sales', right: 'members' }],
  ['which events have no row', { kind: 'check', only: 'references' }],
  ['are there rows without their event', { kind: 'check', only: 'references' }],
  ['how fresh is each service', { kind: 'check', only: 'freshness' }],
  ['how old is the newest data', { kind: 'check', only: 'freshness' }],
  ['do the copies agree between sales and members', { kind: 'check', services: ['sales', 'members'], only: 'copies' }],
  ['is it safe to drop email from people', { kind: 'impact', service: 'members', column: 'email', change: 'removed' }],
  ['where do types conflict', { kind: 'diff' }],
  ['Which column types are inconsistent?', { kind: 'diff' }],
  ['draw the services and their links', { kind: 'graph' }],
  ['visualize our data model', { kind: 'graph' }],
  ['show me a diagram of the tables of sales', { kind: 'graph', scope: 'sales' }],
  ['show the links between services', { kind: 'links', services: [] }],
  ['what are the relationships between sales and members?', { kind: 'links', services: ['sales', 'members'] }],
  ['How are the tables related to each other?', { kind: 'links', services: [] }],
  ['take a snapshot', { kind: 'refusal', reason: expect.stringContaining('aishell schema snapshot') as string }],
  ['what is the impact of making people.joined nullable', { kind: 'impact', column: 'joined', change: 'optional' }],
])('%s', async (question, expected) => {
  expect(await ask(question)).toMatchObject(expected);
});

it.each(['which people are new since yesterday', 'baskets placed since last week', 'which articles changed', 'people without baskets', 'how many people joined after 2026-01-01', 'which people have no baskets', 'how old are the latest baskets', 'people who have an email', 'draw baskets per month', 'links between people', 'map of people'])('is no such question: %s', async (question) => {
  expect(['changes', 'check', 'diff', 'graph', 'links']).not.toContain((await ask(question)).kind);
});
