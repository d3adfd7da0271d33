/** Every kind of answer as a page, in a real browser. */

import { expect, test } from 'vitest';
import type { Block } from '../../src/render/blocks.js';
import { htmlOf } from '../../src/render/html/blocks.js';
import { pageEnd, pageStart } from '../../src/render/html/page.js';
import { renderAnswer } from '../../src/render/index.js';
import { svgDrawing, svgElement } from '../../src/render/svg.js';
import { withChromium } from '../support/chromium.js';
import { all, query } from '../unit/render/answers.js';

const chromium = withChromium();

/** What would act if any of it were taken for more than text. */
const hostile = [
  '</script><script>alert(1)</script>', '<!--', '--><img src=x onerror=alert(1)>', '"><svg onload=alert(1)>', "' onmouseover='alert(1)", '\u2028alert(1)\u2029', 'javascript:alert(1)',
  '</td></tr></table><h1>gone</h1>', '&lt;b&gt;', '<a href="javascript:alert(1)">x</a>', '</title><script>alert(1)</script>', '<![CDATA[x]]>', '<link rel=stylesheet href=https://127.0.0.1:1/x>', '\u0000', '<base href=//127.0.0.1>',
];

test.skipIf(chromium.absent).each(all.map((answer) => [answer.kind, answer] as const))('%s is a page that asks for nothing', async (_, answer) => {
  const { page, done } = await chromium.open(await renderAnswer(answer, { format: 'html', verbose: true }));
  expect((await page.title()).length).toBeGreaterThan(3);
  expect((await page.locator('body').innerText()).length).toBeGreaterThan(10);
  await done();
});

test.skipIf(chromium.absent)('hostile values, names and questions stay text', async () => {
  const answer = {
    ...query, question: hostile.join(' '), reading: hostile.join(' '), assumptions: hostile, warnings: hostile, sql: hostile.join('\n'),
    columns: [...hostile.map((name) => ({ name, type: 'VARCHAR' })), { name: 'id', type: 'BIGINT' }],
    rows: [[...hostile, '1'], [...hostile.map((value) => ({ [value]: [value] })), '2']],
    fragments: [{ ...query.fragments[0]!, native: hostile.join('\n'), params: hostile }],
  };
  const { page, done } = await chromium.open(await renderAnswer(answer, { format: 'html', verbose: true }));
  const cells = await page.locator('tbody tr').first().locator('td').allTextContents();
  // Control and separator characters are shown as what they are, by name.
  expect(cells.slice(0, hostile.length)).toEqual(hostile.map((value) => value.replaceAll('\u2028', '<U+2028>').replaceAll('\u2029', '<U+2029>').replaceAll('\u0000', '\u2400')));
  expect(await page.locator('img, a, iframe, object, base').count()).toBe(0);
  expect(await page.locator('body').innerText()).toContain('</title><script>alert(1)</script>');
  await done();
});

test.skipIf(chromium.absent)('a drawing of our own is drawn, follows light and dark, and its labels stay text', async () => {
  const blocks: Block[] = [
    { kind: 'heading', level: 1, text: 'A drawing' },
    { kind: 'svg', draw: () => svgDrawing(200, 100, hostile[0]!, [svgElement('rect', { x: 1, y: 1, width: 50, height: 20 }), svgElement('text', { x: 5, y: 60 }, [{ text: hostile.join('') }])]) },
  ];
  let html = pageStart({ title: hostile.join(' ') });
  for await (const part of htmlOf(blocks)) html += part;
  html += pageEnd({ title: '' });
  const colour = async (colorScheme: 'light' | 'dark') => {
    const { page, done } = await chromium.open(html, { colorScheme });
    expect(await page.locator('svg text').textContent()).toContain('<a href="javascript:alert(1)">x</a>');
    expect(await page.locator('svg rect').boundingBox()).toMatchObject({ width: 50, height: 20 });
    const seen = await page.evaluate("getComputedStyle(document.querySelector('svg rect')).fill");
    await done();
    return seen;
  };
  expect(await colour('light')).not.toBe(await colour('dark'));
});

test('what could act is no drawing', () => {
  expect(() => svgElement('script', {})).toThrow('script');
  expect(() => svgElement('a', {})).toThrow('element');
  expect(() => svgElement('rect', { onload: 'x' })).toThrow('onload');
  expect(() => svgElement('rect', { 'xlink:href': 'x' })).toThrow('href');
  expect(() => svgElement('rect', { 'x y': 'x' })).toThrow('attribute');
});
