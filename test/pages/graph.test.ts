/** `schema graph` as a page: a real drawing, in a real browser. */

import { expect, test } from 'vitest';
import type { GraphAnswer } from '../../src/answer/contract.js';
import { graphLayers } from '../../src/render/graph-layers.js';
import { renderAnswer } from '../../src/render/index.js';
import { withChromium } from '../support/chromium.js';

const chromium = withChromium();

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const link = (from: string, column: string, to: string, evidence = 'inferred') => ({ from, to, column, key: 'id', evidence });
const graph: GraphAnswer = {
  kind: 'graph', missing: [],
  services: [
    { name: 'owners', store: 'postgres', tables: [{ name: 'people', kind: 'table' }, { name: 'folk', kind: 'view' }] },
    { name: 'clinic', store: 'mysql', tables: [{ name: 'visits', kind: 'table' }, { name: 'pets', kind: 'table' }] },
    { name: 'bus', store: 'kafka', tables: [{ name: '"><script>alert(1)</script>', kind: 'topic' }] },
    { name: 'alone', store: 'files', tables: Array.from({ length: 30 }, (_, i) => ({ name: `t${i}`, kind: 'table' })) },
  ],
  links: [link('clinic.pets', 'owner_id', 'owners.people'), link('clinic.visits', 'pet_id', 'clinic.pets', 'declared'), link('bus."><script>alert(1)</script>', 'petId', 'clinic.pets'), link('owners.people', 'favourite_pet', 'clinic.pets')],
};

test('services stand left of what they refer to, each once, also where references go in a circle', () => {
  const layers = graphLayers(graph);
  const column = (name: string) => layers.findIndex((names) => names.includes(name));
  expect(layers.flat().sort()).toEqual(['alone', 'bus', 'clinic', 'owners']);
  expect(column('bus')).toBeLessThan(column('clinic'));
  expect(column('clinic')).not.toBe(column('owners'));
  expect(graphLayers({ services: [], links: [] })).toEqual([]);
});

test.skipIf(chromium.absent)('boxes, lines and arrows are drawn, and none lies over another', async () => {
  const { page, done } = await chromium.open(await renderAnswer(graph, { format: 'html' }));
  const drawing = page.locator('svg[role=img]');
  expect(await drawing.getAttribute('aria-label')).toBe('4 services, 35 tables and topics, 4 links');
  const labels = await drawing.locator('text').allTextContents();
  for (const label of ['owners (postgres)', 'people', '◇ folk', 'owner_id', '≋ "><script>alert(1)</script>', 'and 18 more without links']) expect(labels).toContain(label);
  expect(await drawing.locator('path').count()).toBe(4);
  expect(await drawing.locator('path[stroke-dasharray]').count()).toBe(3);
  expect(await drawing.locator('g > title').allTextContents()).toContain('clinic.pets.owner_id refers to owners.people.id (inferred)');
  // Boxes apart from each other, and every word inside of its box.
  const boxes = await page.evaluate<Box[]>(`[...document.querySelectorAll('svg[role=img] g > rect:first-of-type')].map((rect) => rect.getBoundingClientRect().toJSON())`);
  expect(boxes).toHaveLength(4);
  for (const [i, a] of boxes.entries()) for (const b of boxes.slice(i + 1)) expect(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top).toBe(true);
  const outside = await page.evaluate<string[]>(`[...document.querySelectorAll('svg[role=img] g:has(> rect)')].flatMap((group) => {
    const box = group.querySelector('rect').getBoundingClientRect();
    return [...group.querySelectorAll('text')].filter((text) => text.getBoundingClientRect().right > box.right + 1 || text.getBoundingClientRect().bottom > box.bottom + 1).map((text) => text.textContent);
  })`);
  expect(outside).toEqual([]);
  await done();
});
