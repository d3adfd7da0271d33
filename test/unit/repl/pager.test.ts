import { afterAll, beforeAll, expect, test } from 'vitest';
import { Spool } from '../../../src/repl/pager/spool.js';
import { press } from '../../../src/repl/pager/view.js';
import type { Extent, View } from '../../../src/repl/pager/view.js';

const never = new AbortController().signal;
let spool: Spool;
const many = 10_000;
beforeAll(async () => {
  spool = await Spool.create();
  for (let i = 0; i < many; i += 100) await spool.write(Array.from({ length: 100 }, (_, j) => `line ${i + j} ${(i + j) % 1000 === 7 ? 'Größe' : 'ö'}\n`).join(''));
});
afterAll(() => spool.close());

test('any lines are read, from the beginning, across blocks, to the end', async () => {
  expect(spool.length).toBe(many);
  expect(await spool.read(0, 2)).toEqual(['line 0 ö', 'line 1 ö']);
  const across = await spool.read(250, 300);
  expect(across).toHaveLength(300);
  expect([across[0], across.at(-1)]).toEqual(['line 250 ö', 'line 549 ö']);
  expect(await spool.read(many - 1, 10)).toEqual([`line ${many - 1} ö`]);
  expect(await spool.read(many, 10)).toEqual([]);
});

test('what is looked for is found, forwards and backwards, whatever its case', async () => {
  expect(await spool.find('größe', 0, 1, never)).toBe(7);
  expect(await spool.find('größe', 8, 1, never)).toBe(1007);
  expect(await spool.find('GRÖSSE', 0, 1, never)).toBeUndefined();
  expect(await spool.find('größe', 5000, -1, never)).toBe(4007);
  expect(await spool.find('größe', 6, -1, never)).toBeUndefined();
});

test('lines written later are read, in a block that was read before too', async () => {
  const growing = await Spool.create();
  await growing.write('one\n');
  expect(await growing.read(0, 5)).toEqual(['one']);
  await growing.write('two\nthree\n');
  expect(await growing.read(0, 5)).toEqual(['one', 'two', 'three']);
  await growing.close();
});

test('keys move within what there is', () => {
  const extent: Extent = { lines: 102, header: 2, height: 10, width: 80 };
  const after = (keys: readonly string[], from: View = { top: 0, left: 0 }): View => keys.reduce((view, key) => press(view, key, extent).view, from);
  expect(after([' ', 'j']).top).toBe(11);
  expect(after(['G']).top).toBe(90);
  expect(after(['G', 'b', 'k']).top).toBe(79);
  expect(after(['k']).top).toBe(0);
  expect(after(['\u001b[C', '\u001b[C', '\u001b[D']).left).toBe(40);
  expect(after(['\u001b[D']).left).toBe(0);
  expect(after(['\u001b[99~']).top).toBe(0);
  expect(press({ top: 0, left: 0 }, 'q', extent).effect).toEqual({ quit: true });
  expect(after(['/', 'a', 'b', '\u007f', 'c']).typing).toBe('ac');
  expect(press(after(['/', 'a']), '\r', extent)).toMatchObject({ view: { wanted: 'a' }, effect: { find: 'a', from: 2, by: 1 } });
  expect(press({ top: 5, left: 0, wanted: 'a' }, 'N', extent).effect).toEqual({ find: 'a', from: 6, by: -1 });
  expect(after(['/', 'q', '\u001b']).typing).toBeUndefined();
});
