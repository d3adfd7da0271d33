/** The prompt as a component, drawn in memory. */

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { render } from 'ink-testing-library';
import { afterEach, expect, test, vi } from 'vitest';
import type { Config } from '../../../src/config/contract.js';
import { History } from '../../../src/repl/history.js';
import { Prompt } from '../../../src/repl/prompt.js';
import { Running } from '../../../src/repl/running.js';
import { emptyLine, lineOf } from '../../../src/repl/line.js';
import { SavedQueries } from '../../../src/repl/saved.js';
import { Shell, shellState } from '../../../src/repl/shell.js';
import { ProgressBoard } from '../../../src/render/progress.js';
import { openFakeSession } from '../../support/fake-session.js';

const config = { path: '/none/aishell.yaml', services: [], limits: { timeoutMs: 1000 } } as unknown as Config;
const settings = { color: false, ascii: false, allowPartial: false, timeoutMs: undefined } as const;

let unmount: (() => void) | undefined;
afterEach(() => unmount?.());

async function shell() {
  const session = await openFakeSession({ config });
  const history = await History.load(join(tmpdir(), 'aishell-none', 'no-such-folder', 'x'));
  const signal = new AbortController().signal;
  const reopen = () => openFakeSession({ config, refresh: true });
  const state = shellState(session, { ask: { signal }, format: 'table', verbose: false, limit: undefined, history: history.entries, saved: new SavedQueries('/none'), reopen, openFile: () => Promise.reject(new Error('no files here')) });
  const app = render(<Shell history={history} state={state} settings={settings} signal={signal} />);
  unmount = app.unmount;
  return { ...app, shows: (text: string) => vi.waitFor(() => expect(app.frames.join('\n')).toContain(text), { timeout: 20_000 }) };
}

test('what is typed shows, is answered, and the prompt comes back', async () => {
  const { stdin, shows, lastFrame } = await shell();
  stdin.write('who');
  await shows('aishell> who');
  stdin.write('\r');
  await shows('you asked: who');
  await vi.waitFor(() => expect(lastFrame()).toMatch(/aishell> ?\s*$/));
});

test('Ctrl-C while something runs cancels that alone', async () => {
  const { stdin, shows } = await shell();
  stdin.write('slow\r');
  await shows('1,234 rows');
  stdin.write('\u0003');
  await shows('error: cancelled');
  stdin.write('again\r');
  await shows('you asked: again');
});

test('.refresh goes on with the new session', async () => {
  const { stdin, shows } = await shell();
  stdin.write('.refresh\r');
  await shows('1 services, 0 tables');
});

test('a long text shows the lines around the cursor', () => {
  const text = Array.from({ length: 50 }, (_, i) => `line ${i}`).join('\n');
  const { lastFrame } = render(<Prompt line={lineOf(text, emptyLine)} label="> " more=". " isSql={false} suggestion="" color={false} width={80} />);
  expect(lastFrame()).toContain('line 49');
  expect(lastFrame()).not.toContain('line 10\n');
  expect(lastFrame()!.split('\n').length).toBeLessThan(15);
});

test('hostile text in the line is harmless', () => {
  const { lastFrame } = render(<Prompt line={lineOf('a\u202eb', emptyLine)} label="> " more=". " isSql suggestion="" color width={80} />);
  expect(lastFrame()).toContain('<U+202E>');
});

test('many fragments are summed up', async () => {
  const board = new ProgressBoard();
  for (let i = 0; i < 30; i += 1) board.update({ fragment: `f${i}`, service: `service${i}`, state: 'reading', rows: i, bytes: i });
  const { lastFrame } = render(<Running board={board} color={false} ascii={false} stopping />);
  await vi.waitFor(() => expect(lastFrame()).toContain('and 20 more'));
  expect(lastFrame()).toContain('stopping');
});
