/** Lists of a CHECK in the words of MySQL 8.0.16 and later; MariaDB's are read from a server (test/conformance/mysql-own.test.ts). */

import { expect, it } from 'vitest';
import { knowsChecks } from '../../../connectors/mysql/catalog-queries.js';
import { checkedCondition, checkedList } from '../../../connectors/mysql/check-lists.js';

it.each([
  ["(`state` in (_utf8mb4\\'new\\',_utf8mb4\\'paid\\'))", { column: 'state', values: ['new', 'paid'] }],
  ["(`a``b` in (_latin1\\'x, y\\'))", { column: 'a`b', values: ['x, y'] }],
  ["(`state` in ('new','paid'))", { column: 'state', values: ['new', 'paid'] }],
  ["(`n` in (1,2))", undefined],
  ["((`state` in (_utf8mb4\\'a\\')) or (`n` > 1))", undefined],
  ["(`state` not in (_utf8mb4\\'a\\'))", undefined],
])('%s', (clause, found) => {
  expect(checkedList(clause)).toEqual(found);
});

it('are asked for where the server keeps them', () => {
  expect(['8.0.15', '5.7.44-log', '8.0.16', '8.4.2', '9.1.0'].map((version) => knowsChecks('MySQL', version))).toEqual([false, false, true, true, true]);
});

it.each([
  ['(`price` > 0)', '`price` > 0'],
  ["(`state` <> _utf8mb4\\'it\\\\\'s\\')", "`state` <> 'it\\'s'"],
  ['((`a` < `b`) and (`n` >= 5))', '(`a` < `b`) and (`n` >= 5)'],
  ['(`a` < 1) or (`b` > 2)', '(`a` < 1) or (`b` > 2)'],
])('the condition %s', (clause, condition) => {
  expect(checkedCondition(clause)).toBe(condition);
});
