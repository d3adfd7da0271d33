import { expect, test } from 'vitest';
import { ending, habit } from '../../../src/repl/habits.js';
import { filledIn, parameters } from '../../../src/repl/saved.js';

const fill = (text: string, values: Record<string, string>): string => filledIn(text, new Map(Object.entries(values)));

test('parameters in SQL are literals, and none inside strings, casts or comments', () => {
  const text = "SELECT '$a', x::INT, $$ $b $$ FROM t WHERE y = $c AND z < $1 -- $d";
  expect(parameters(text)).toEqual(['c', '1']);
  expect(fill(text, { c: "o'clock", 1: '-4.5' })).toBe("SELECT '$a', x::INT, $$ $b $$ FROM t WHERE y = 'o''clock' AND z < -4.5 -- $d");
  expect(fill('SELECT $a', { a: '1; DROP TABLE x' })).toBe("SELECT '1; DROP TABLE x'");
});

test('in a question they stand as they are', () => {
  expect(fill('sales of $who since $when', { who: 'Ann', when: 'May' })).toBe('sales of Ann since May');
});

test('a value that is lacking is an error that names it', () => expect(() => fill('SELECT $a, $b', { a: '1' })).toThrow('$b'));

test.each([
  ['\\d', { input: '.tables' }], ['\\d a.b', { input: '.schema a.b' }], ['\\dt+', { input: '.tables' }], ['\\dt crm', { input: '.tables crm' }],
  ['SHOW TABLES;', { input: '.tables' }], ['show tables in crm', { input: '.tables crm' }], ['exit;', { input: '.quit' }], ['quit()', { input: '.quit' }],
  ['\\x', { input: '.x' }], ['\\x on', { input: '.x on' }], ['\\watch 5', { input: '.watch 5' }], ['.mode csv', { input: '.format csv' }],
])('%s means %j', (typed, meant) => expect(habit(typed)).toEqual(meant));

test.each(['show all orders', 'SELECT 1', 'how many tables', '.schema', 'use of vans per city', 'describe the failures of last week', 'helpful people', 'update of prices'])('%s is none', (typed) =>
  expect(habit(typed)).toBeUndefined());

test.each([
  ['EXPLAIN SELECT 1', { input: '.explain SELECT 1' }], ['explain analyze select 1;', { input: '.explain --analyze select 1' }], ['\\i a.sql', { input: '.read a.sql' }], ['source a.sql', { input: '.read a.sql' }],
  ['\\n big 5', { input: '.run big 5' }], ['\\ns big SELECT 1', { input: '.name big SELECT 1' }], ['\\nd big', { input: '.forget big' }], ['\\s', { input: '.history' }], ['\\watch i=1 c=2', { input: '.watch i=1 c=2' }],
  ['\\g rows.csv', { input: '.save rows.csv' }], ['\\g', { input: '.again' }], ['.', { input: '.again' }], ['DESCRIBE TABLE a.b', { input: '.schema a.b' }], ['\\dt ord*', { input: '.tables ord*' }],
])('%s means %j too', (typed, meant) => expect(habit(typed)).toEqual(meant));

test.each(['db.orders.find({ a: 1 })', 'db', 'KEYS user:*', 'show users', 'tee out.txt', '\\gset', '\\if true', '\\crosstabview', '\\errverbose', '\\gx', '\\o', 'it'])('%s is told what to type instead', (typed) => expect(habit(typed)).toHaveProperty('say'));

test('\\G and \\gx expand, \\g only ends, \\g FILE saves, \\watch repeats', () => {
  expect(ending('SELECT 1; \\g rows.csv')).toEqual({ text: 'SELECT 1', expanded: false, save: 'rows.csv' });
  expect(ending('SELECT 1 \\watch 2 c=3')).toEqual({ text: 'SELECT 1', expanded: false, watch: '2 c=3' });
  expect(ending('SELECT 1 FORMAT Vertical')).toEqual({ text: 'SELECT 1', expanded: true });
  expect(ending('SELECT 1\\G')).toEqual({ text: 'SELECT 1', expanded: true });
  expect(ending('SELECT 1 \\gx')).toEqual({ text: 'SELECT 1', expanded: true });
  expect(ending('SELECT 1 \\g')).toEqual({ text: 'SELECT 1', expanded: false });
  expect(ending("SELECT '\\Ga'")).toEqual({ text: "SELECT '\\Ga'", expanded: false });
});
