import { describe, expect, test } from 'vitest';
import { types } from '../../../src/algebra/index.js';
import { checkStatement, statementForm } from '../../../src/sql/index.js';
import { catalogOf, column, table } from '../../support/tables.js';

const catalog = catalogOf(
  table('a.orders', [column('id'), column('person'), column('total', types.float64), column('state', types.text)]),
  table('b.people', [column('id'), column('name', types.text), column('boss')]),
);
const form = async (sql: string) => statementForm(await checkStatement(sql, catalog, { instant: '2026-01-01T00:00:00.000Z', timezone: 'UTC' }));

describe('one form', () => {
  test.each([
    ['SELECT count(*) FROM a.orders', 'select  COUNT(*)  as n\nfrom a.orders as o'],
    ["SELECT id FROM a.orders WHERE state = 'x' AND total > 3", "SELECT o.id FROM a.orders o WHERE o.total > 3 AND o.state = 'x'"],
    ["SELECT id FROM a.orders WHERE state = 'x' AND total > 3", "WITH c AS (SELECT * FROM a.orders WHERE total > 3) SELECT id FROM c WHERE state = 'x'"],
    ['SELECT p.name, sum(o.total) FROM a.orders o JOIN b.people p ON o.person = p.id GROUP BY p.name', 'SELECT y.name AS who, sum(x.total) AS t FROM a.orders x JOIN b.people y ON x.person = y.id GROUP BY 1'],
    ['SELECT name FROM b.people ORDER BY id DESC LIMIT 3', 'SELECT p.name FROM b.people AS p ORDER BY p.id DESC LIMIT 3'],
    ['SELECT name FROM b.people WHERE id IN (SELECT person FROM a.orders)', 'SELECT q.name FROM b.people q WHERE q.id IN (SELECT o.person FROM a.orders o)'],
  ])('%s | %s', async (one, other) => expect(await form(other)).toBe(await form(one)));
});

describe('different forms', () => {
  test.each([
    ['SELECT count(*) FROM a.orders', 'SELECT count(*) FROM b.people'],
    ['SELECT count(*) FROM a.orders', 'SELECT count(id) FROM b.people'],
    ['SELECT id FROM a.orders', 'SELECT person FROM a.orders'],
    ['SELECT id, person FROM a.orders', 'SELECT person, id FROM a.orders'],
    ["SELECT id FROM a.orders WHERE state = 'x'", "SELECT id FROM a.orders WHERE state <> 'x'"],
    ["SELECT id FROM a.orders WHERE state = 'x'", "SELECT id FROM a.orders WHERE state = 'y'"],
    ['SELECT id FROM a.orders WHERE total > 3 OR id > 3', 'SELECT id FROM a.orders WHERE total > 3 AND id > 3'],
    ['SELECT name FROM b.people ORDER BY id', 'SELECT name FROM b.people ORDER BY id DESC'],
    ['SELECT name FROM b.people ORDER BY id LIMIT 3', 'SELECT name FROM b.people ORDER BY id LIMIT 4'],
    ['SELECT p.name FROM b.people p JOIN b.people q ON p.boss = q.id', 'SELECT q.name FROM b.people p JOIN b.people q ON p.boss = q.id'],
    ['SELECT name FROM b.people WHERE id IN (SELECT person FROM a.orders)', 'SELECT name FROM b.people WHERE id NOT IN (SELECT person FROM a.orders)'],
    ['SELECT name, row_number() OVER (ORDER BY id) FROM b.people', 'SELECT name, row_number() OVER (ORDER BY boss) FROM b.people'],
    ['SELECT name FROM b.people UNION SELECT state FROM a.orders', 'SELECT name FROM b.people UNION ALL SELECT state FROM a.orders'],
    ['SELECT sum(total) FROM a.orders GROUP BY state', 'SELECT sum(total) FROM a.orders GROUP BY person'],
    ['SELECT sum(total), sum(id) FROM a.orders', 'SELECT sum(id), sum(total) FROM a.orders'],
    ['SELECT sum(total) FROM a.orders', 'SELECT sum(DISTINCT total) FROM a.orders'],
  ])('%s | %s', async (one, other) => expect(await form(other)).not.toBe(await form(one)));
});
