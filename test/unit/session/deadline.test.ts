import { expect, test } from 'vitest';
import { deadline } from '../../../src/session/deadline.js';

test('many statements may share one signal: no warning of a leak, and all are cancelled by it', async () => {
  const warnings: Error[] = [];
  const listen = (warning: Error) => warnings.push(warning);
  process.on('warning', listen);
  const outer = new AbortController();
  const deadlines = Array.from({ length: 30 }, () => deadline(outer.signal, 60_000));
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(warnings).toEqual([]);
  outer.abort();
  expect(deadlines.every(({ signal }) => signal.aborted)).toBe(true);
  for (const { clear } of deadlines) clear();
  process.off('warning', listen);
});
