/** Questions about changes that nobody has made, in the words of a shop, and questions that only sound alike. */

import { expect, it } from 'vitest';
import { decimal, types } from '../../../src/algebra/index.js';
import { offlineTranslator } from '../../../src/nl/index.js';
import { catalogOf, column, table } from '../../support/tables.js';

const catalog = catalogOf(
  table('members.people', [column('id'), column('email', types.text), column('name', types.text)], { primaryKey: ['id'] }),
  table('goods.articles', [column('id'), column('price', decimal(10, 2)), column('list_price', decimal(10, 2)), column('name', types.text)], { primaryKey: ['id'] }),
  table('sales.baskets', [column('id'), column('people_id'), column('people_email', types.text)], { primaryKey: ['id'] }),
);

const ask = (question: string) => offlineTranslator().translate(question, { catalog, now: '2026-02-03T00:00:00.000Z', timezone: 'UTC', signal: AbortSignal.timeout(30_000), check: () => Promise.resolve(undefined) });

it.each<readonly [string, object]>([
  ['What would break if articles changed price to text?', { table: 'articles', column: 'price', change: 'type', type: types.text }],
  ['what breaks if the price of articles becomes a double', { column: 'price', change: 'type', type: types.float64 }],
  ['Who is affected when the list price of articles is dropped?', { column: 'list_price', change: 'removed' }],
  ['what would happen if we renamed the email of people', { service: 'members', column: 'email', change: 'renamed' }],
  ['Which services would fail if the name of articles were required?', { table: 'articles', column: 'name', change: 'required' }],
  ["which services keep a copy of the people's e-mail", { service: 'members', table: 'people', column: 'email', change: 'removed' }],
])('%s', async (question, expected) => {
  expect(await ask(question)).toMatchObject({ kind: 'impact', ...expected });
});

it.each([
  // No column, two columns that fit, a change that is no type.
  'what would break if articles changed',
  'what would break if the name changed to text',
  'what would break if articles changed price to something nicer',
  'which people have a name',
])('is no such question, or not clear: %s', async (question) => {
  expect((await ask(question)).kind).not.toBe('impact');
});
