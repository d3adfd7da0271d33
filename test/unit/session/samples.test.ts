/** What is learnt of text columns from their rows, and by how many reads. */

import { expect, it } from 'vitest';
import { sampleTables } from '../../../src/session/samples.js';
import { types } from '../../../src/algebra/index.js';
import { catalogOf, column, table } from '../../support/tables.js';
import type { Source } from '../../../connectors/contract.js';

const text = (name: string) => column(name, types.text);
const day = (i: number) => new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10);
const rows = Array.from({ length: 400 }, (_, i) => [`c${i % 3}`, day(i), i === 7 ? 'soon' : day(i), `${i}`]);
const [service] = catalogOf(table('club.children', [text('class'), text('born_on'), text('due_date'), text('badge')], { rows: { count: 400, exact: true } })).services;

async function sampled(source: Partial<Source>): Promise<{ columns: unknown; statements: string[] }> {
  const statements: string[] = [];
  const run = (sql: string) => {
    statements.push(sql);
    const asked = ['class', 'born_on', 'due_date', 'badge'].flatMap((name, i) => (sql.includes(`"${name}"`) ? [i] : []));
    return Promise.resolve(rows.map((row) => asked.map((i) => row[i]!)));
  };
  const [found] = await sampleTables(service!, { source: source as Source, run, log: () => undefined }, AbortSignal.timeout(10_000));
  return { columns: found!.columns.map(({ name, sampleValues, holds }) => [name, sampleValues ?? null, holds ?? null]), statements };
}

it('values and dates come from one read', async () => {
  const { columns, statements } = await sampled({});
  expect(columns).toEqual([['class', ['c0', 'c1', 'c2'], null], ['born_on', null, 'date'], ['due_date', null, null], ['badge', null, null]]);
  expect(statements).toHaveLength(1);
});

it('of a store that knows its values only those columns are read that are called like dates', async () => {
  const { columns, statements } = await sampled({ values: () => Promise.resolve(new Map([['class', ['c0', 'c1']]])) });
  expect(columns).toEqual([['class', ['c0', 'c1'], null], ['born_on', null, 'date'], ['due_date', null, null], ['badge', null, null]]);
  expect(statements).toHaveLength(1);
  expect(statements[0]).toMatch(/^SELECT "born_on" AS v0, "due_date" AS v1 FROM /);
});
