/** Memory for answers, in turns: the one that is worked on is not the one that arrives. */

import { expect, it } from 'vitest';
import { inTurns } from '../../../connectors/kafka/wire/turns.js';

it('is used again for the second answer after, and larger where it must be', () => {
  const memory = inTurns();
  const [first, second, third] = [memory(1_000), memory(2_000), memory(3_000)];
  expect([first.length, second.length, third.length]).toEqual([1_000, 2_000, 3_000]);
  expect(second.buffer).not.toBe(first.buffer);
  expect(third.buffer).toBe(first.buffer);
  const [fourth, fifth] = [memory(5 * 2 ** 20), memory(100)];
  expect(fourth.length).toBe(5 * 2 ** 20);
  expect(fifth.buffer).toBe(first.buffer);
});

it('is not kept for a single large batch', () => {
  const memory = inTurns();
  const [first, huge, next, after] = [memory(10), memory(40 * 2 ** 20), memory(10), memory(10)];
  expect(huge.buffer).not.toBe(next.buffer);
  expect(next.buffer).not.toBe(first.buffer);
  expect(after.buffer).toBe(first.buffer);
});
