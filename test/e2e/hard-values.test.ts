/** Values at the edges of what types hold, tables at the edges of what stores hold, and messages that are none. */

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { QueryAnswer, SchemaAnswer } from '../../src/answer/contract.js';
import { toldError, withProgram, Workplace } from './support/aishell.js';
import { hardRows, picks, seedHardValues, widths } from './support/hard-values.js';
import { Stores, storesUp } from './support/stores.js';

withProgram();

type Service = keyof typeof widths;
const services = Object.keys(widths) as Service[];
const tabular = Object.keys(hardRows) as (keyof typeof hardRows)[];

describe.skipIf(!storesUp && process.env['CI'] !== 'true')('over every store', () => {
  let place: Workplace;
  let stores: Stores;
  beforeAll(async () => {
    place = await Workplace.create();
    stores = await Stores.open('hard_values');
    await seedHardValues(stores, join(place.dir, 'files'));
    const kinds = { pg: 'postgres', my: 'mysql', mo: 'mongodb', ch: 'clickhouse', ka: 'kafka' } as const;
    await place.configure(['services:', '  fi: { kind: files, path: files }', ...Object.entries(kinds).map(([name, kind]) => `  ${name}: ${stores.service(kind)}`), ''].join('\n'));
  }, 240_000);
  afterAll(async () => {
    await stores?.close();
    await place?.remove();
  });

  const table = (service: Service, name: string) => `${service}.${service === 'ka' ? stores.topic(name) : name}`;

  async function answer(sql: string): Promise<QueryAnswer> {
    const { code, stdout, stderr } = await place.run(['sql', sql, '--limit', '0', '--format', 'json']);
    expect([code, stderr], sql).toEqual([0, '']);
    return JSON.parse(stdout) as QueryAnswer;
  }

  test('the schema of all of them, with thousands of columns', async () => {
    const { code, stdout } = await place.run(['schema', '--format', 'json']);
    expect(code).toBe(0);
    const schema = JSON.parse(stdout) as SchemaAnswer;
    const columns = (service: Service) => schema.services.find(({ name }) => name === service)!.tables.find(({ name }) => `${service}.${name}` === table(service, 'wide'))!.columns;
    for (const service of services) expect(columns(service).filter(({ name }) => /^c\d+$/.test(name)), service).toHaveLength(widths[service]);
  });

  test.each(tabular)('NaN, infinities, 2^63, 38 digits, the years 1 and 9999, emoji and NUL come through: %s', async (service) => {
    const { rows, complete } = await answer(`SELECT * FROM ${service}.hard ORDER BY 1`);
    expect(rows).toEqual(hardRows[service]);
    expect(complete).toBe(true);
  });

  test.each(tabular)('and can be asked for: %s', async (service) => {
    const id = service === 'mo' ? '_id' : 'id';
    const asked = picks.filter(([, , holders]) => holders.includes(service));
    const branches = asked.map(([condition], i) => `SELECT ${i} AS n, ${id} AS id FROM ${service}.hard WHERE ${condition.replace(/\bid\b/, id)}`);
    const { rows } = await answer(`${branches.join(' UNION ALL ')} ORDER BY n`);
    expect(rows.map(([n, found]) => [n, Number(found)])).toEqual(asked.map(([, wanted], i) => [i, wanted]));
  });

  test('the same values meet across stores', async () => {
    const { rows } = await answer(`SELECT count(*) FROM pg.hard p JOIN my.hard m ON p.big = m.big AND p.num = m.num AND p.d = m.d
      JOIN ch.hard c ON c.big = m.big AND c.num = m.num JOIN mo.hard o ON o.big = m.big JOIN fi.hard f ON f.big = o.big AND f.ts = m.ts`);
    expect(rows).toEqual([['2']]);
  });

  test.each(services)('an empty table: %s', async (service) => {
    const { rows, rowCount, complete } = await answer(`SELECT * FROM ${table(service, 'nothing')}`);
    expect([rows, rowCount, complete]).toEqual([[], 0, true]);
    expect((await answer(`SELECT count(*) AS n FROM ${table(service, 'nothing')}`)).rows).toEqual([['0']]);
  });

  test.each(services)('a table of thousands of columns: %s', async (service) => {
    const { columns, rows } = await answer(`SELECT * FROM ${table(service, 'wide')} WHERE c1000 = 1000`);
    const first = columns.findIndex(({ name }) => name === 'c0');
    expect(columns.slice(first)).toHaveLength(widths[service]);
    expect(rows.map((row) => row.slice(first).map(Number))).toEqual([Array.from({ length: widths[service] }, (_, i) => i)]);
  });

  test('a value that its type can’t hold is an error that names the column, never a NULL', async () => {
    const { code, stdout, stderr } = await place.run(['sql', 'SELECT * FROM pg.unbounded', '--format', 'json']);
    expect([code, stdout]).toEqual([5, '']);
    expect(toldError(stderr)).toMatchObject({ code: 'source.value', service: 'pg' });
    expect(toldError(stderr).message).toMatch(/\bn\b.*NaN/);
  });

  test('documents whose types conflict keep every value as it is', async () => {
    const { columns, rows } = await answer('SELECT _id, v FROM mo.mixed ORDER BY _id');
    expect(columns[1]!.type).toBe('JSON');
    expect(rows.map(([, v]) => v)).toEqual([1, 'one', true, { a: 1 }, [1, 'x'], null, '1970-01-01T00:00:00Z']);
  });

  test('messages that are no JSON are counted, kept, and NULL in their fields', async () => {
    const { rows, warnings } = await answer(`SELECT _offset, id, t, big, num, mixed, _value IS NULL FROM ${table('ka', 'hard')} ORDER BY _offset`);
    expect(rows).toEqual([
      ['0', '1', 'a🦄b', '9223372036854775808', '9'.repeat(38), 1, false],
      ['1', null, null, null, null, null, false],
      ['2', null, null, null, null, null, true],
      ['3', null, null, null, null, null, false],
      ['4', '2', 'a\0b', '1', '-1', 'two', false],
      ['5', null, null, null, null, null, false],
      ['6', null, null, null, null, null, false],
    ]);
    expect(warnings.join('\n')).toMatch(/4 of the messages .*no JSON.* offset 1/);
  });
});
