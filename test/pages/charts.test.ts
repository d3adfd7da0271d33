/** Charts as SVG, in a real browser. */

import { expect, test } from 'vitest';
import type { Cell, QueryAnswer } from '../../src/answer/contract.js';
import { renderAnswer } from '../../src/render/index.js';
import { withChromium } from '../support/chromium.js';
import { query } from '../unit/render/answers.js';

const chromium = withChromium();

const answer = (columns: readonly (readonly [string, string])[], rows: readonly (readonly Cell[])[]): QueryAnswer => ({ ...query, columns: columns.map(([name, type]) => ({ name, type })), rows, rowCount: rows.length });
const days = Array.from({ length: 30 }, (_, i) => `2026-01-${String(i + 1).padStart(2, '0')}`);
const evil = ['</text><script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '<!--', 'javascript:alert(1)', '\u2028]]>', '{b}|{a|x}'];

/** The bars have their legend beside them, a heat map its scale of two. */
const drawings: readonly (readonly [string, QueryAnswer, { readonly shapes: string; readonly count: number; readonly labels: readonly string[] }])[] = [
  ['bar', answer([['name', 'VARCHAR'], ['n', 'BIGINT'], ['loss', 'INTEGER']], [['first', '12', -3], ['second', '7', 5], ['third', null, -9]]), { shapes: 'path[fill="#4c8dff"], path[fill="#e8912d"]', count: 7, labels: ['first', 'second', 'third', 'loss', '12', '-9'] }],
  ['line', answer([['day', 'DATE'], ['visits', 'BIGINT']], days.map((day, i) => [day, i === 9 ? null : String(i * i)])), { shapes: 'path[stroke="#4c8dff"][fill="none"]', count: 1, labels: ['visits', '01-12', '800'] }],
  ['heat', answer([['city', 'VARCHAR'], ['day', 'VARCHAR'], ['n', 'BIGINT']], [...'abc'].flatMap((city, i) => [...'wxyz'].map((day, j) => [city, day, String(i * j)]))), { shapes: 'path[fill^="rgb"]', count: 14, labels: ['a', 'w', 'z', 'n by city and day'] }],
  ['scatter', answer([['price', 'DOUBLE'], ['size', 'DOUBLE']], days.map((_, i) => [i, (i * i) % 17])), { shapes: 'path[fill="#4c8dff"]', count: 31, labels: ['size', 'price'] }],
];

test.skipIf(chromium.absent).each(drawings)('%s as a file of its own', async (kind, given, { shapes, count, labels }) => {
  const svg = await renderAnswer(given, { format: 'svg', chart: kind as 'bar' });
  const { page, done } = await chromium.open(svg, {}, 'svg');
  expect(await page.evaluate('document.documentElement.nodeName')).toBe('svg');
  expect(await page.locator(shapes).count()).toBe(count);
  const texts = await page.locator('text').allTextContents();
  for (const label of labels) expect(texts).toContain(label);
  await done();
});

test.skipIf(chromium.absent)('hostile names and labels stay text', async () => {
  const svg = await renderAnswer(answer([['name', 'VARCHAR'], [evil[0]!, 'BIGINT'], ['<b>&amp;', 'BIGINT']], evil.map((name, i) => [name, String(i + 1), '2'])), { format: 'svg', chart: 'bar' });
  const { page, done } = await chromium.open(svg, {}, 'svg');
  const texts = await page.locator('text').allTextContents();
  // Long names are cut with an ellipsis.
  for (const name of evil) expect(texts.some((text) => text === name.replace('\u2028', '<U+2028>') || (text.endsWith('...') && name.startsWith(text.slice(0, -3))))).toBe(true);
  expect(texts).toContain('<b>&amp;');
  expect(await page.locator('script, img, a, style, foreignObject, image, use').count()).toBe(0);
  await done();
});
