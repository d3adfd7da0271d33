/** Reports: what a page says of an answer, its tables at their largest, and the page on paper. */

import { expect, test } from 'vitest';
import type { Cell, QueryAnswer } from '../../src/answer/contract.js';
import { createWriter, renderAnswer } from '../../src/render/index.js';
import { withChromium } from '../support/chromium.js';
import * as answers from '../unit/render/answers.js';

const chromium = withChromium();

const answer = (columns: readonly (readonly [string, string])[], rows: readonly (readonly Cell[])[]): QueryAnswer => ({ ...answers.query, columns: columns.map(([name, type]) => ({ name, type })), rows, rowCount: rows.length });

/** The page as it is written while rows come. */
async function streamed(columns: readonly (readonly [string, string])[], rows: number, row: (i: number) => readonly Cell[]): Promise<string> {
  const chunks: string[] = [];
  const writer = createWriter({ format: 'html' }, (chunk) => void chunks.push(chunk));
  const { columns: described, ...rest } = answer(columns, []);
  await writer.columns(described);
  for (let at = 0; at < rows; at += 2048) await writer.rows(Array.from({ length: Math.min(2048, rows - at) }, (_, i) => row(at + i)));
  await writer.finish({ ...rest, columns: described, rows: [], rowCount: rows });
  return chunks.join('');
}

test.skipIf(chromium.absent)('a report says question, reading, answer, charts, sources, freshness and plan', async () => {
  const shaped = answer([['name', 'VARCHAR'], ['n', 'BIGINT']], [['a', '1'], ['b', '2']]);
  const { page, done } = await chromium.open(await renderAnswer({ ...shaped, question: 'how many of each?', complete: false, missing: [{ service: 'crm', reason: 'nobody answers', remedy: 'Start it.' }] }, { format: 'html' }));
  const text = await page.locator('body').innerText();
  for (const part of ['how many of each?', 'all people', 'people are rows', 'INCOMPLETE', 'nobody answers', 'Where it came from', '2026-01-01T00:00:00Z', '1.2 kB', 'How it was asked', 'SELECT id, name FROM crm.people', 'SELECT "id"\nFROM "people"', 'repeatable read snapshot', 'CommandComplete', 'p0: 0 to 10']) expect(text).toContain(part);
  expect(await page.title()).toBe('how many of each?');
  expect(await page.locator('figure svg path[fill="#4c8dff"]').count()).toBe(3);
  await done();
});

test.skipIf(chromium.absent)('changes since a snapshot say what breaks, whom it hits, and what to do, whatever names hold', async () => {
  const [change] = answers.changes.changes;
  const hostile = { ...change!, column: '<img src=x onerror=alert(1)>', impact: 'risky' as const };
  const { page, done } = await chromium.open(await renderAnswer({ ...answers.changes, changes: [change!, hostile], missing: [{ service: 'billing', reason: 'nobody answers', remedy: 'Start it.' }], complete: false }, { format: 'html' }));
  const text = await page.locator('body').innerText();
  for (const part of ['people.mail', 'column renamed', 'who uses the old name fails', 'keeps a copy of it', 'expand: add mail', 'billing', 'nobody answers', '<img src=x onerror=alert(1)>']) expect(text).toContain(part);
  expect(await page.locator('td.breaking').first().innerText()).toBe('breaking');
  expect(await page.locator('img').count()).toBe(0);
  await done();
});

test.skipIf(chromium.absent)('sections of a report have a chart each where that suits', async () => {
  const section = { ...answer([['day', 'DATE'], ['n', 'BIGINT']], Array.from({ length: 9 }, (_, i) => [`2026-01-0${i + 1}`, String(i)])), title: 'By day' };
  const { page, done } = await chromium.open(await renderAnswer({ ...answers.report, sections: [...answers.report.sections, section, { ...section, title: 'Again' }] }, { format: 'html' }));
  expect(await page.locator('figure svg').count()).toBe(2);
  expect(await page.locator('h1').allTextContents()).toEqual(['report', 'People', 'Others', 'By day', 'Again', 'Where it came from', 'Plan: People', 'Plan: Others', 'Plan: By day', 'Plan: Again']);
  // Two drawings in one page share no identifier.
  expect(await page.evaluate("new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size === document.querySelectorAll('[id]').length")).toBe(true);
  await done();
});

test.skipIf(chromium.absent)('tables sort numbers exactly, words as words, times as times, NULL last; they search', async () => {
  const rows: Cell[][] = [
    ['9007199254740993', 'item 10', '0.30', '2026-01-01 00:00:00+02'], ['9007199254740992', 'item 9', '0.3', '2026-01-01 00:00:00+00'], ['-5', 'Zoo', '-0.1', null], [null, 'ärger', '1e3', '2025-12-31 23:00:00+00'],
    ['10', '<b>', '7', '2025-06-01 00:00:00+00'], ['9', '', 'NaN', '2027-01-01 00:00:00+00'], ...Array.from({ length: 6 }, (_, i) => [String(100 + i), 'filler', '50', '2026-06-01 00:00:00+00']),
  ];
  const { page, done } = await chromium.open(await renderAnswer(answer([['big', 'HUGEINT'], ['name', 'VARCHAR'], ['share', 'DOUBLE'], ['at', 'TIMESTAMP WITH TIME ZONE']], rows), { format: 'html' }));
  const table = page.locator('table').first();
  const column = async (n: number) => table.locator(`tbody tr td:nth-child(${n})`).allTextContents();
  await table.locator('th button', { hasText: 'big' }).click();
  expect(await column(1)).toEqual(['-5', '9', '10', '100', '101', '102', '103', '104', '105', '9007199254740992', '9007199254740993', 'NULL']);
  await table.locator('th button', { hasText: 'big' }).click();
  expect((await column(1)).slice(0, 2)).toEqual(['9007199254740993', '9007199254740992']);
  expect((await column(1)).at(-1)).toBe('NULL');
  expect(await table.locator('th').first().getAttribute('aria-sort')).toBe('descending');
  await table.locator('th button', { hasText: 'big' }).click();
  expect((await column(1))[0]).toBe('9007199254740993');
  await table.locator('th button', { hasText: 'name' }).click();
  expect((await column(2)).filter((name) => name.startsWith('item'))).toEqual(['item 9', 'item 10']);
  await table.locator('th button', { hasText: 'share' }).click();
  expect([(await column(3))[0], (await column(3)).at(-1)]).toEqual(['-0.1', 'NaN']);
  await table.locator('th button', { hasText: 'at' }).click();
  expect((await column(4)).slice(0, 4)).toEqual(['2025-06-01 00:00:00+00', '2026-01-01 00:00:00+02', '2025-12-31 23:00:00+00', '2026-01-01 00:00:00+00'].sort((a, b) => Date.parse(a.replace(' ', 'T') + ':00') - Date.parse(b.replace(' ', 'T') + ':00')));
  await page.locator('input[type=search]').fill('ITEM 0.3');
  await expect.poll(() => column(2)).toHaveLength(2);
  await page.locator('input[type=search]').fill('<b>');
  await expect.poll(() => column(2)).toEqual(['<b>']);
  await page.locator('input[type=search]').fill('nowhere');
  await expect.poll(() => page.locator('[role=status]').textContent()).toBe('nothing found among 12');
  await done();
});

const wide = [['id', 'BIGINT'], ['name', 'VARCHAR'], ['amount', 'DECIMAL(18,2)'], ['note', 'VARCHAR']] as const;
const row = (i: number): Cell[] => [String(i), `name ${(i * 7919) % 100_000}`, `${(i * 31) % 5000}.25`, i === 77_777 ? '</script><script>alert(1)</script><!--' : `note of row ${i}`];

test.skipIf(chromium.absent)('100,000 rows: a window of them is shown, all are sorted and searched, and paper takes a bounded number', async () => {
  const html = await streamed(wide, 130_000, row);
  expect(html.length).toBeLessThan(15_000_000);
  const { page, done } = await chromium.open(html);
  const table = page.locator('table').first();
  const firstId = () => table.locator('tbody tr td').first().textContent();
  expect(await table.locator('tbody tr').count()).toBe(200);
  expect(await page.locator('body').innerText()).toContain('This page holds the first 100,000 of 130,000 rows');
  expect(await page.locator('[role=status]').first().textContent()).toBe('rows 1 to 200 of 100,000');
  await page.getByRole('button', { name: 'last rows' }).click();
  expect(await firstId()).toBe('99800');
  await table.locator('th button', { hasText: 'amount' }).click();
  expect(await firstId()).toBe('0');
  await page.locator('input[type=search]').first().fill('</script> name');
  await expect.poll(firstId).toBe('77777');
  expect(await table.locator('tbody tr').first().locator('td').last().textContent()).toBe('</script><script>alert(1)</script><!--');
  await page.locator('input[type=search]').first().fill('');
  await expect.poll(() => table.locator('tbody tr').count()).toBe(200);
  await page.evaluate("dispatchEvent(new Event('beforeprint'))");
  expect(await table.locator('tbody tr').count()).toBe(5000);
  expect(await page.locator('.paper').first().textContent()).toBe('Of 100,000 rows, the first 5,000 are printed.');
  await page.evaluate("dispatchEvent(new Event('afterprint'))");
  expect(await table.locator('tbody tr').count()).toBe(200);
  await done();
});

test.skipIf(chromium.absent)('without scripts the first rows are there all the same', async () => {
  const { page, done } = await chromium.open(await streamed(wide, 3000, row), { javaScriptEnabled: false });
  expect(await page.locator('tbody').first().locator('tr').count()).toBe(1000);
  await done();
});

test.skipIf(chromium.absent)('it prints: black on white in the dark too, controls left out, a page that is a PDF', async () => {
  const { page, done } = await chromium.open(await renderAnswer(answer([['name', 'VARCHAR'], ['n', 'BIGINT']], Array.from({ length: 60 }, (_, i) => [`name ${i}`, String(i)])), { format: 'html' }), { colorScheme: 'dark' });
  const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
  expect(await paper()).toBe('rgb(13, 17, 23)');
  await page.emulateMedia({ media: 'print' });
  expect(await paper()).toBe('rgb(255, 255, 255)');
  expect(await page.locator('input[type=search]').first().isVisible()).toBe(false);
  const pdf = await page.pdf({ format: 'A4' });
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  // Sixty rows, a chart and a plan are more than a sheet and less than ten.
  const sheets = pdf.toString('latin1').match(/\/Type ?\/Page\b/g)!.length;
  expect(sheets).toBeGreaterThan(1);
  expect(sheets).toBeLessThan(10);
  await done();
});

test('a value of many megabytes and a result without end leave a page of bounded size', async () => {
  const chunks: number[] = [];
  const writer = createWriter({ format: 'html' }, (chunk) => void chunks.push(chunk.length));
  const { columns, ...rest } = answer([['a', 'VARCHAR']], []);
  await writer.columns(columns);
  await writer.rows([['x'.repeat(10_000_000)]]);
  for (let i = 0; i < 40; i += 1) await writer.rows(Array.from({ length: 2000 }, () => ['y'.repeat(9000)]));
  await writer.finish({ ...rest, columns, rows: [], rowCount: 80_001 });
  expect(chunks.reduce((sum, size) => sum + size, 0)).toBeLessThan(100_000_000);
});
