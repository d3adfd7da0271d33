import { expect, it } from 'vitest';
import { renderAnswer } from '../../../src/render/index.js';
import * as answers from './answers.js';

it('a graph for Mermaid has numbered nodes, and names that act on nothing', async () => {
  const text = await renderAnswer(answers.graph, { format: 'mermaid' });
  expect(text.split('\n').filter((line) => line.includes('t2'))).toEqual(['    t2[/"u#quot;]"/]', expect.stringMatching(/^ {2}t2 -\.->\|"[^"]*"\| t0$/)]);
  expect(text).not.toMatch(/[\u0000-\u0009\u001b]/);
});

it('a graph for Graphviz escapes quotes', async () => {
  const text = await renderAnswer(answers.graph, { format: 'dot' });
  expect(text).toContain('    t2 [label="u\\"]", shape=parallelogram];');
  expect(text).toContain('  t2 -> t0 [label=');
  expect(text.match(/\{/g)!.length).toBe(text.match(/\}/g)!.length);
});

it('a graph for people shows both ends of a link', async () => {
  const text = await renderAnswer({ ...answers.graph, links: [{ ...answers.graph.links[0]!, from: 'a.t', to: 'a.t', column: 'parent_id' }] }, { format: 'table' });
  expect(text).toContain('└─ t\n');
  expect(text).toContain('parent_id ╌╌▶ a.t.id');
});
