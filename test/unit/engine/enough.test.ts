/** A LIMIT that is met while rows still come: reading stops, wherever the rows that were found are rows of the answer. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { types } from '../../../src/algebra/index.js';
import type { Plan } from '../../../src/plan/contract.js';
import { Bench, FakeService, plan, v } from './support.js';
import type { Row } from './support.js';

let bench: Bench;
const columns = { k: types.int64 };
const rows = (count: number) => Array.from({ length: count }, (_, k): Row => [v.number(k)]);

beforeAll(async () => {
  bench = await Bench.open();
});

afterAll(async () => {
  await bench.close();
});

/** Gives its rows and then nothing, neither more nor an end, until it is told to stop. */
function endless(name: string, count: number): FakeService & { stopped: boolean } {
  const fake = Object.assign(new FakeService(name, { t: { columns, rows: rows(count) } }), { stopped: false });
  fake.reader = async (_query, sink, signal, plain) => {
    const stats = await plain();
    return new Promise((_, reject) => {
      const stop = () => {
        fake.stopped = true;
        reject(new Error('stopped'));
      };
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop);
      void stats;
      void sink;
    });
  };
  return fake;
}

const growing = (sql: string, services: readonly FakeService[], limit?: number): Plan => ({ ...plan(sql, services.map((service, i) => service.fragment(`f${i + 1}`, 't'))), growing: { united: / UNION /.test(sql), ...(limit !== undefined && { limit }) } });

describe('enough rows', () => {
  it('stop a read that has no end', async () => {
    const one = endless('one', 30_000);
    const { rows: found, execution } = await bench.rows(growing('SELECT k FROM one.t WHERE k % 1000 = 7 LIMIT 5', [one], 5), [one]);
    expect(found.map(String)).toEqual(['7', '1007', '2007', '3007', '4007']);
    expect(one.stopped).toBe(true);
    expect(execution.fragments[0]!.proof).toBe('stopped: the rows that had come were enough');
    expect(execution.fragments[0]!.rows).toBeGreaterThan(0);
    expect(one.closedSnapshots).toBe(1);
  });

  it('stop it as well where the answer is cut without a LIMIT', async () => {
    const one = endless('one', 30_000);
    const { rows: found } = await bench.rows(growing('SELECT k FROM one.t', [one]), [one], { rows: 11 });
    expect(found).toHaveLength(11);
    expect(one.stopped).toBe(true);
  });

  it('stop a part of a union that has not given any row yet', async () => {
    const [one, two] = [endless('one', 30_000), endless('two', 0)];
    const { rows: found } = await bench.rows(growing('SELECT k FROM one.t UNION ALL SELECT k FROM two.t LIMIT 5', [one, two], 5), [one, two]);
    expect([found.length, one.stopped, two.stopped]).toEqual([5, true, true]);
  });

  it('stop every part of a join, and leave one unasked that waits for keys', async () => {
    const [one, two] = [endless('one', 30_000), endless('two', 30_000)];
    const { rows: found } = await bench.rows(growing('SELECT one.t.k FROM one.t JOIN two.t USING (k) WHERE k > 20 LIMIT 3', [one, two], 3), [one, two]);
    expect(found).toHaveLength(3);
    expect([one.stopped, two.stopped]).toEqual([true, true]);
  });

  it('are looked for to the end where there are none', async () => {
    const one = new FakeService('one', { t: { columns, rows: rows(50_000) } });
    const { rows: found, execution } = await bench.rows(growing('SELECT k FROM one.t WHERE k >= 49998 LIMIT 5', [one], 5), [one]);
    expect(found.map(String)).toEqual(['49998', '49999']);
    expect([execution.fragments[0]!.rows, execution.fragments[0]!.proof]).toEqual([50_000, 'end after 50000']);
  });

  it('are not looked for where later rows could change what was found', async () => {
    const one = new FakeService('one', { t: { columns, rows: rows(50_000) } });
    const { execution } = await bench.rows(plan('SELECT k FROM one.t ORDER BY k DESC LIMIT 5', [one.fragment('f1', 't')]), [one]);
    expect(execution.fragments[0]!.rows).toBe(50_000);
  });
});
