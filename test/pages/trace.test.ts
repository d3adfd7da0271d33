/** A trace as a page, in a real browser: lanes, reasons on hover and focus, light and dark, on paper, hostile text. */

import { expect, test } from 'vitest';
import type { TraceAnswer, TraceStep } from '../../src/answer/contract.js';
import { renderAnswer } from '../../src/render/index.js';
import { withChromium } from '../support/chromium.js';

const chromium = withChromium();
const hostile = '</title></svg><script>alert(1)</script><img src=x onerror=alert(1)>';

function step(n: number, service: string, at: string | null, edges: TraceStep['edges'] = [], rest: Partial<TraceStep> = {}): TraceStep {
  return { n, parent: edges[0]?.from ?? null, at, service, store: 'kafka', table: 'parcels', what: `event ${n}`, locator: { _offset: String(n) }, row: {}, because: edges.map(({ because }) => because), edges, role: 'part', depth: n, ...rest };
}

const steps = [
  step(1, 'gateway', '2026-03-01T10:00:00.000Z', [{ from: null, because: 'trace_id = 7', certainty: 'declared' }], { row: { milliseconds: 250 }, what: 'span POST' }),
  step(2, 'depot', '2026-03-01T10:00:00.100Z', [{ from: 1, because: 'header causationId = e-1', certainty: 'declared' }]),
  step(3, hostile, '2026-03-09T10:00:00.000Z', [{ from: 2, because: hostile, certainty: 'matched' }], { what: hostile }),
  step(4, 'depot', null, [{ from: 2, because: 'payload.parcel = depot.parcels.id', certainty: 'linked' }], { role: 'mentioned' }),
];
const answer: TraceAnswer = {
  kind: 'trace', id: hostile, as: [], chosen: null, found: true, window: null, steps,
  verdicts: [{ kind: 'dead letter', what: 'a message ended badly', steps: [3], basis: 'structure', because: 'it says so' }],
  skew: [], coverage: [{ service: 'bus', table: 'parcels', asked: 'read', access: 'log', rows: 2, coverage: [{ partition: 'parcels/0', from: '0', to: '9', messages: 9, bytes: 900, reachedEnd: true, bound: 'to its end' }], notSearched: null }],
  scans: [], missing: [], warnings: [], complete: true, stopped: null, elapsedMs: 12,
};

test.skipIf(chromium.absent)('a trace is lanes along time, with the reason of each line on hover and focus and as text', async () => {
  const { page, done } = await chromium.open(await renderAnswer(answer, { format: 'html' }));
  expect(await page.locator('svg .lane').count()).toBe(3);
  expect(await page.locator('svg .step').count()).toBe(4);
  expect(await page.locator('svg .edge').count()).toBe(3);
  const x = async (n: number) => (await page.locator('svg .step rect').nth(n).boundingBox())!;
  const boxes = await Promise.all([0, 1, 2, 3].map(x));
  // Marks stand lane by lane: gateway 1, depot 2 and 4, then the third lane.
  const [one, two, four, three] = [boxes[0]!, boxes[1]!, boxes[2]!, boxes[3]!];
  expect(one.x < two.x && two.x < three.x && one.width > two.width).toBe(true);
  expect(one.y < two.y && two.y < three.y && Math.abs(two.y - four.y) < 1).toBe(true);
  const reason = page.locator('svg .edge').first().locator('.why');
  const visibility = () => page.evaluate("getComputedStyle(document.querySelector('svg .edge .why')).visibility");
  expect(await visibility()).toBe('hidden');
  await page.locator('svg .edge').first().focus();
  expect(await visibility()).toBe('visible');
  expect(await reason.textContent()).toBe('1 → 2: header causationId = e-1 (declared)');
  const text = await page.locator('body').innerText();
  for (const part of ['1 → 2: header causationId = e-1 (declared)', `2 → 3: ${hostile} (matched)`, 'the id → 1: trace_id = 7 (declared)', 'dead letter', 'parcels/0: offsets 0 to 9', 'Where was looked']) expect(text).toContain(part);
  // A page has one script of our own; `done` holds that no other ran.
  expect([await page.locator('img').count(), (await page.locator('script').allTextContents()).join().includes('alert')]).toEqual([0, false]);
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('svg .step').first().isVisible()).toBe(true);
  await done();
});

test.skipIf(chromium.absent)('it follows light and dark', async () => {
  const colour = async (colorScheme: 'light' | 'dark') => {
    const { page, done } = await chromium.open(await renderAnswer(answer, { format: 'html' }), { colorScheme });
    const seen = await page.evaluate("getComputedStyle(document.querySelector('svg .step rect')).fill");
    await done();
    return seen;
  };
  expect(await colour('light')).not.toBe(await colour('dark'));
});
