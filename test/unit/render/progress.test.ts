/** What is said of a running statement. */

import { expect, test } from 'vitest';
import { ProgressBoard } from '../../../src/render/progress.js';
import { progressView } from '../../../src/render/progress-view.js';
import { style } from '../../../src/render/style.js';

const reading = { fragment: 'f1', service: 'crm', table: 'people', state: 'reading', rows: 0, bytes: 0 } as const;

function board() {
  let now = 0;
  const made = new ProgressBoard(() => now);
  return { made, at: (ms: number) => (now = ms), lines: () => made.lines(style(false)) };
}

test('rows, bytes, rate, and how long it may still take where the store counted its table', () => {
  const { made, at, lines } = board();
  made.update({ ...reading, expected: 10_000 });
  expect(lines()).toEqual(['… crm.people asked; no row yet']);
  at(1000);
  made.update({ ...reading, rows: 2000, bytes: 50_000, expected: 10_000 });
  expect(lines()).toEqual(['… crm.people 2,000 of about 10,000 (20%) rows, 50.0 kB, 2,000 rows/s, 50.0 kB/s, about 4 s left']);
  at(2000);
  made.update({ ...reading, state: 'done', rows: 4000, bytes: 100_000 });
  expect(lines()).toEqual(['✓ crm.people 4,000 rows, 100 kB']);
});

test('a table that outgrew its count has no end in sight; silence is said', () => {
  const { made, at, lines } = board();
  made.update({ ...reading, expected: 100 });
  at(1000);
  made.update({ ...reading, rows: 200, bytes: 10, expected: 100 });
  expect(lines()).toEqual(['… crm.people 200 rows, 10 B, 200 rows/s, 10 B/s']);
  at(9000);
  expect(lines()[0]).toContain('nothing for 8 s');
});

test('the search of a log tells messages, partitions and bytes', () => {
  const { made, lines, at } = board();
  const scan = { messages: 1_200_000, expected: 4_000_000, partitions: 6, done: 3 };
  made.update(reading);
  at(3_000);
  made.update({ ...reading, rows: 2, bytes: 210_000_000, scan });
  expect(lines()).toEqual([expect.stringMatching(/^… crm\.people 3\/6 partitions, 1,200,000 of about 4,000,000 messages, 210 MB, 2 rows, 70\.0 MB\/s, about 7 s left$/)]);
  expect(JSON.parse(made.json('f1'))).toMatchObject({ messages: 1_200_000, expectedMessages: 4_000_000, partitions: 6, partitionsDone: 3 });
});

test('what waits says for whom, and a cancellation names what it ended', () => {
  const { made, lines } = board();
  made.update({ ...reading, fragment: 'f2', service: 'web', table: 'visits', state: 'waiting', waitsFor: 'crm' });
  made.update({ ...reading, rows: 7, bytes: 70 });
  made.update({ ...reading, fragment: 'f3', service: 'old', state: 'done', rows: 1, bytes: 1 });
  expect(lines()[0]).toBe('· web.visits waits for keys of crm');
  expect(made.stopped()).toEqual(['✗ web.visits before it was asked', '✗ crm.people its query was cancelled after 7 rows, 70 B']);
  expect(made.stopped(true)[0]).toMatch(/^x web/);
});

test('for programs: one line of JSON a change of state, and no more than ten a second between', () => {
  const written: string[] = [];
  const view = progressView({ write: (text) => written.push(text) }, { mode: 'json', plain: false, ascii: false });
  for (let rows = 0; rows < 1000; rows += 1) view.update({ ...reading, rows, bytes: rows });
  view.cancelled();
  const lines = written.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.length).toBeLessThan(20);
  expect(lines[0]).toEqual({ type: 'progress', elapsedMs: expect.any(Number), fragment: 'f1', service: 'crm', table: 'people', state: 'reading', rows: 0, bytes: 0, rowsPerSecond: null, bytesPerSecond: null, expectedRows: null, waitsFor: null, messages: null, expectedMessages: null, partitions: null, partitionsDone: null });
  expect(lines.at(-1)).toEqual({ type: 'cancelled', fragment: 'f1', service: 'crm', rows: 999, bytes: 999 });
});

test.each(['auto', 'off'] as const)('nothing of it in a pipe (%s)', (mode) => {
  const written: string[] = [];
  const view = progressView({ write: (text) => written.push(text) }, { mode, plain: false, ascii: false });
  view.update(reading);
  view.cancelled();
  view.stop();
  expect(written).toEqual([]);
});
