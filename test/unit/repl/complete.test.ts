import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Catalog } from '../../../src/catalog/contract.js';
import { types } from '../../../src/algebra/index.js';
import type { Table } from '../../../src/algebra/index.js';
import { commandWords, dotCommands } from '../../../src/repl/commands/index.js';
import { signatures } from '../../../scripts/function-signatures.js';
import { complete } from '../../../src/repl/complete/index.js';
import { sqlName, vocabulary } from '../../../src/repl/complete/vocabulary.js';

const column = (name: string, sampleValues?: readonly string[]) => ({ name, type: types.text, nullable: true, nativeType: 'text', ...(sampleValues && { sampleValues }) });
const table = (service: string, name: string, columns: Table['columns'], schema?: string): Table => ({ service, name, kind: 'table', columns, ...(schema !== undefined && { schema }) });
const service = (name: string, tables: readonly Table[]) => ({ name, kind: 'postgres', tags: {}, facts: { version: '1' }, tables, warnings: [], readAt: '' });
const catalog: Catalog = {
  services: [
    service('crm', [
      table('crm', 'people', [column('id'), column('state', ['alive', "can't say"]), column('order')]),
      table('crm', 'Odd name', [column('x')]),
      table('crm', 'log', [column('line')], 'audit'),
    ]),
    service('shop', [table('shop', 'sales', [column('id'), column('person_id'), column('state', ['open', 'paid'])])]),
  ],
  links: [],
};
const saved = { known: () => new Map([['big_ones', 'SELECT 1'], ['small', 'SELECT 2']]) };
const commands = commandWords(saved);
const known = vocabulary(catalog, ['count', 'coalesce', 'lower']);

/** The texts that would be put in, at the | in the text. */
function offered(marked: string, isSql = true): string[] {
  const cursor = marked.indexOf('|');
  return complete(marked.replace('|', ''), cursor, isSql, known, commands).words.map(({ insert, text }) => insert ?? text);
}

test('services and tables behind FROM and JOIN', () => {
  expect(offered('SELECT * FROM |').slice(0, 5)).toEqual(['crm', 'shop', 'crm.people', 'crm."Odd name"', 'crm.audit.log']);
  expect(offered('SELECT * FROM crm.people p JOIN sa|')).toEqual(['shop.sales']);
  expect(offered('SELECT * FROM crm.people, sh|')[0]).toBe('shop');
});

test('what stands below a name and a dot', () => {
  expect(offered('SELECT * FROM crm.|')).toEqual(['people', '"Odd name"', 'audit', 'audit.log']);
  expect(offered('SELECT * FROM crm.audit.|')).toEqual(['log']);
  expect(offered('SELECT p.| FROM crm.people p')).toEqual(['id', 'state', '"order"']);
  expect(offered('SELECT p.s| FROM crm.people AS p')).toEqual(['state']);
  expect(offered('SELECT people.| FROM crm.people')).toEqual(['id', 'state', '"order"']);
  expect(offered('SELECT crm.people.| FROM crm.people')).toEqual(['id', 'state', '"order"']);
  expect(offered('SELECT l.| FROM crm.audit.log l')).toEqual(['line']);
});

test('columns of the tables in the statement come first, then keywords and functions', () => {
  expect(offered('SELECT per| FROM shop.sales')).toEqual(['person_id']);
  expect(offered('SELECT co| FROM shop.sales')).toEqual(['coalesce(', 'count(']);
  expect(offered('SELECT id FROM shop.sales whe|').sort()).toEqual(['WHEN', 'WHERE']);
  expect(offered('SELECT "or| FROM crm.people')).toContain('"order"');
});

test('values of the column before a quote, with their quotes doubled', () => {
  expect(offered("SELECT * FROM crm.people WHERE state = '|")).toEqual(["'alive'", "'can''t say'"]);
  expect(offered("SELECT * FROM crm.people p WHERE p.state IN ('alive', 'c|")).toEqual(["'can''t say'"]);
  expect(offered("SELECT * FROM crm.people WHERE id = '|")).toEqual([]);
});

test('nothing inside a comment', () => expect(offered('SELECT 1 -- st|')).toEqual([]));

test('a question: names, columns and values, without quotes', () => {
  expect(offered('how many peo|', false)).toEqual(['people']);
  expect(offered('all pai|', false)).toEqual(['paid']);
  expect(offered('show crm.peo|', false)).toEqual(['crm.people']);
  expect(offered('sales by person|', false)).toEqual(['person_id']);
});

test('behind the name of a column in a question, its values come first', () => {
  expect(offered('sales with state |', false).slice(0, 4)).toEqual(['alive', "can't say", 'open', 'paid']);
  expect(offered('sales where state is p|', false)[0]).toBe('paid');
});

test('kept queries, files and commands behind the commands that take them', async () => {
  expect(offered('.run b|', false)).toEqual(['big_ones']);
  expect(offered('.help sa|', false)).toEqual(['save']);
  const dir = await mkdtemp(join(tmpdir(), 'aishell-complete-'));
  await writeFile(join(dir, 'monday.sql'), '');
  await mkdir(join(dir, 'more'));
  expect(offered(`.read ${dir}/mo|`, false)).toEqual([`${dir}/monday.sql`, `${dir}/more/`]);
  expect(offered(`.save ${dir}/nowhere/x|`, false)).toEqual([]);
  await rm(dir, { recursive: true });
});

test('functions say what they take, as the engine that is installed has them', async () => {
  expect(await signatures()).toBe(await readFile(fileURLToPath(new URL('../../../src/repl/complete/function-signatures.ts', import.meta.url)), 'utf8'));
  const { words } = complete('SELECT date_tr', 14, true, vocabulary({ services: [], links: [] }, ['date_trunc'], '\n  date_trunc(part, timestamp);\n'), commands);
  expect(words).toEqual([{ text: 'date_trunc', insert: 'date_trunc(', kind: 'function', about: '(part, timestamp)' }]);
});

test('every command has examples of itself', () => {
  for (const { name, examples } of dotCommands) {
    expect(examples.length, name).toBeGreaterThan(0);
    for (const example of examples) expect(example).toMatch(new RegExp(`^\\.${name}(\\s|$)`));
  }
});

test('commands and their arguments', () => {
  expect(offered('.ex|', false)).toContain('.explain');
  expect(offered('.format nd|', false)).toEqual(['ndjson']);
  expect(offered('.schema crm.pe|', false)).toEqual(['crm.people']);
  expect(offered('.explain SELECT st| FROM shop.sales', false)).toEqual(['state']);
  expect(offered('.explain all pai|', false)).toEqual(['paid']);
  expect(offered('.quit x|', false)).toEqual([]);
});

test('names are quoted where they must be', () => {
  expect(['abc', 'order', 'a b', 'Mixed', '1a', 'a"b'].map(sqlName)).toEqual(['abc', '"order"', '"a b"', 'Mixed', '"1a"', '"a""b"']);
});

test('a thousand tables, twenty columns each: no key waits for long', () => {
  const many = vocabulary({ services: [service('big', Array.from({ length: 1000 }, (_, i) => table('big', `table_${i}`, Array.from({ length: 20 }, (__, j) => column(`column_${i}_${j}`)))))], links: [] }, []);
  const before = process.cpuUsage();
  for (let i = 0; i < 20; i += 1) complete('SELECT 999_19', 13, true, many, commands);
  // The bound is 16 ms a key on an idle machine; far more than that would be another order of growth.
  expect(process.cpuUsage(before).user / 20_000).toBeLessThan(160);
});
