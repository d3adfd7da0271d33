/**
 * The prompt: `aishell` alone, at a terminal.
 *
 *   shell.tsx    keys to runs, runs to output       prompt.tsx, menu.tsx, running.tsx  what is drawn
 *   line.ts      everything about the line being typed, as a value; editor.ts its text, browse.ts up and down
 *   keys.ts      what a terminal sends              evaluate.ts  one input to what it prints
 *   complete/    what Tab offers                    commands/    .help and its kin, as data
 *   sql-tokens.ts, highlight.ts                     brackets, quotes and colours of SQL
 *   history.ts   what was asked before, on disk     external-editor.ts  .edit
 *   modes.ts     what a terminal is asked to do beyond showing text     frames.ts   one write a frame
 *   results.ts   what fits is printed, what doesn't goes to pager/        saved.ts   queries with names
 *   habits.ts    what hands know from other shells  plain.ts      the prompt without drawing
 *
 * ink draws only the few lines at the bottom. Answers are written above them as plain text, so that the terminal keeps
 * them and nothing in memory grows with what was answered.
 */

import { render } from 'ink';
import { createElement } from 'react';
import type { ReactElement } from 'react';
import { exitCodes } from '../errors.js';
import type { Env } from '../config/xdg.js';
import type { ColorDepth, Format } from '../render/index.js';
import { errorText } from '../render/errors.js';
import { safeText } from '../render/safe.js';
import { style } from '../render/style.js';
import type { Session } from '../session/contract.js';
import { looksLikeSql } from '../session/looks-like-sql.js';
import type { OutputFile } from './commands/contract.js';
import { History, historyFile, savedFile } from './history.js';
import type { Page } from './pager/index.js';
import { SavedQueries } from './saved.js';
import { editExternally } from './external-editor.js';
import { framed } from './frames.js';
import { lineOf } from './line.js';
import { terminalModes } from './modes.js';
import { Shell, shellState } from './shell.js';
import type { ShellState } from './shell.js';

export interface ReplOptions {
  readonly version: string;
  readonly env: Env;
  readonly format: Format;
  readonly color: boolean;
  readonly ascii: boolean;
  readonly depth: ColorDepth;
  /** Lines alone: nothing is drawn twice, for a terminal that can't and for screen readers. */
  readonly plain: boolean;
  readonly verbose: boolean;
  readonly allowPartial: boolean;
  readonly limit: number | undefined;
  readonly timeoutMs: number | undefined;
  /** Ends the prompt from outside: SIGTERM, a closed terminal. */
  readonly signal: AbortSignal;
  /** From then on, Ctrl-C that comes as a signal calls the listener and ends nothing by itself. */
  readonly onInterrupt: (listener: () => void) => void;
  /** The configuration read anew and every store introspected: `.refresh`. */
  readonly reopen: () => Promise<Session>;
  /** A file for `.save`, which appears whole or not at all. */
  readonly openFile: (path: string) => Promise<OutputFile>;
}

/** Runs until it is left; resolves to the exit code. Closes the session. */
export async function startRepl(session: Session, options: ReplOptions): Promise<number> {
  let current = session;
  const reopen = async (): Promise<Session> => {
    const next = await options.reopen();
    const before = current;
    current = next;
    await before.close();
    return next;
  };
  const { config } = session;
  const history = await History.load(historyFile(config.path, options.env));
  const services = config.services.map(({ name }) => name).join(', ');
  process.stdout.write(`aishell ${options.version}: ${safeText(services)}\nAsk a question, type SQL, or .help\n\n`);
  const { format, verbose, color, ascii, depth, allowPartial, limit, timeoutMs, signal } = options;
  const state = shellState(session, { ask: { signal }, format, verbose, limit, history: history.entries, saved: new SavedQueries(savedFile(config.path, options.env)), reopen, openFile: options.openFile });
  const settings = { color, ascii, depth, allowPartial, timeoutMs };
  // In raw mode it is a key like any other; a signal it is in plain mode, in an editor, and from another terminal.
  options.onInterrupt(() => state.interrupt());
  try {
    if (options.plain) {
      const { plainPrompt } = await import('./plain.js');
      await plainPrompt(state.prompt, { history, allowPartial, timeoutMs, signal, onInterrupt: options.onInterrupt }, process.stdin, process.stdout);
      return signal.aborted ? exitCodes.cancelled : exitCodes.ok;
    }
    for (;;) {
      await draw(createElement(Shell, { history, settings, state, signal }));
      const { request } = state;
      Object.assign(state, { request: undefined, leaving: false });
      if (request === undefined || signal.aborted) return signal.aborted ? exitCodes.cancelled : exitCodes.ok;
      if ('edit' in request) await edit(request.edit, state, options);
      else await page(request.page, options);
    }
  } finally {
    await current.close();
  }
}

/** Until it is left, or the terminal is needed for something else. */
async function draw(shell: ReactElement): Promise<void> {
  // Before anything is drawn: what is typed at the first sight of a prompt must not meet a terminal that still edits
  // lines by itself and turns Ctrl-C into a signal. ink restores the mode when it ends.
  process.stdin.setRawMode(true);
  terminalModes.on('bracketedPaste');
  const app = render(shell, { stdout: framed(process.stdout), exitOnCtrlC: false });
  try {
    await app.waitUntilExit();
  } finally {
    app.unmount();
    terminalModes.off('bracketedPaste');
    process.stdin.setRawMode(false);
  }
}

async function page(shown: Page, { color, signal, env, verbose }: ReplOptions): Promise<void> {
  try {
    const pager = (env['AISHELL_PAGER'] ?? env['PAGER'] ?? '').trim();
    if (pager === '') {
      const { showPage } = await import('./pager/index.js');
      await showPage(shown, process, color, signal);
    } else {
      const { pageExternally } = await import('./pager/external.js');
      await pageExternally(pager, await shown.spool.path(), env, signal);
    }
  } catch (error) {
    process.stdout.write(`${errorText(error, { style: style(color), verbose })}\n`);
  } finally {
    await shown.spool.close();
  }
}

/** What comes back stands in the line; nothing runs before Enter. */
async function edit(text: string, state: ShellState, { env, color, verbose, signal }: ReplOptions): Promise<void> {
  try {
    state.line = lineOf(await editExternally(text, looksLikeSql(text) ? '.sql' : '.txt', env, signal), state.line);
  } catch (error) {
    state.line = lineOf(text, state.line);
    if (signal.aborted) return;
    process.stdout.write(`${errorText(error, { style: style(color), verbose })}\n`);
  }
}
