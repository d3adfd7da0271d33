import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { framed } from '../../../src/repl/frames.js';

test('what is written in one turn leaves in one write, and nothing is lost or reordered', async () => {
  const sent: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string, _, done) => (sent.push(chunk), done()),
    writev: (chunks, done) => (sent.push(chunks.map(({ chunk }) => chunk as string).join('')), done()),
  });
  const frames = framed(stream);
  for (const piece of ['a', 'b', 'c']) frames.write(piece);
  await new Promise(setImmediate);
  frames.write('d');
  await new Promise(setImmediate);
  expect(sent).toEqual(['abc', 'd']);
  expect(frames.writableLength).toBe(0);
});
