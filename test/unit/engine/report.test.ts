import { expect, it } from 'vitest';
import { fragmentReport } from '../../../src/engine/report.js';
import { types } from '../../../src/algebra/index.js';
import { FakeService } from './support.js';

const fragment = new FakeService('a', { t: { columns: { x: types.int64 }, rows: [] } }).fragment('f1', 't');

const report = (params: readonly unknown[], stats: { bytes: number; proof: string }[] = [], text = 'q') =>
  fragmentReport({
    fragment,
    queries: [{ text, params, columns: [] }],
    stats: stats.map((s) => ({ rows: 1, ...s, coverage: [{ partition: '0', from: '0', to: '1', messages: 1, bytes: 1, reachedEnd: true, bound: 'end' }] })),
    rows: 2,
    bytes: 5,
    ms: 1.6,
    waitMs: 0,
    consistency: 'none',
    readAt: '2024-01-01T00:00:00.000Z',
  });

it('shows any parameter as JSON', () => {
  const params = [1n, Uint8Array.from([255, 0]), Buffer.from([1]), Number.NaN, new Date(0), undefined, { a: [2n ** 64n], d: { toJSON: () => 'x' } }, null, true, 'text'];
  const { params: shown } = report(params);
  expect(JSON.parse(JSON.stringify(shown))).toEqual(shown);
  expect(shown).toEqual(['1', '/wA=', 'AQ==', 'NaN', '1970-01-01T00:00:00.000Z', null, { a: ['18446744073709551616'], d: 'x' }, null, true, 'text']);
});

it('shortens long lists and long texts', () => {
  const [list, text] = report([Array.from({ length: 1000 }, (_, i) => i), 'x'.repeat(5000)]).params as [unknown[], string];
  expect(list.length).toBe(51);
  expect(list[50]).toBe('... (950 more)');
  expect(text.length).toBeLessThan(1100);
  expect(text).toMatch(/\(5000 characters\)$/);
});

it('tells equal items of a list by their number', () => {
  const text = `SELECT a, a WHERE k IN (${Array.from({ length: 100 }, () => 'CAST(? AS SIGNED)').join(', ')}) AND b IN (?, ?)`;
  expect(report([], [], text).native).toBe('SELECT a, a WHERE k IN (CAST(? AS SIGNED), CAST(? AS SIGNED), /* 97 more */, CAST(? AS SIGNED)) AND b IN (?, ?)');
});

it('adds up what the batches of keys say', () => {
  expect(report([], [{ bytes: 10, proof: 'end' }, { bytes: 20, proof: 'end' }])).toMatchObject({ bytes: 30, proof: 'end', ms: 2, coverage: [{}, {}] });
  expect(report([])).toMatchObject({ bytes: 5, params: [] });
  expect(report([])).not.toHaveProperty('coverage');
});
