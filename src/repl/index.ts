/**
 * The prompt: `aishell` alone, at a terminal.
 *
 *   shell.tsx    the prompt as a component: keys to edits, edits to runs     prompt.tsx, running.tsx  what is drawn
 *   editor.ts    the text being typed, as a value                            keys.ts      what a terminal sends
 *   history.ts   what was asked before, on disk     browse.ts  up and down    commands.ts  .help and its kin, as data
 *   evaluate.ts  one input to what it prints
 *
 * ink draws only the few lines at the bottom. Answers are written above them as plain text, so that the terminal keeps
 * them and nothing in memory grows with what was answered.
 */

import { render } from 'ink';
import { createElement } from 'react';
import { exitCodes } from '../errors.js';
import type { Env } from '../config/xdg.js';
import type { Format } from '../render/index.js';
import { safeText } from '../render/safe.js';
import type { Session } from '../session/contract.js';
import { History, historyFile } from './history.js';
import { Shell } from './shell.js';

/** Makes a terminal say where a paste begins and ends. */
const bracketedPaste = { on: '\u001b[?2004h', off: '\u001b[?2004l' } as const;

export interface ReplOptions {
  readonly version: string;
  readonly env: Env;
  readonly format: Format;
  readonly color: boolean;
  readonly ascii: boolean;
  readonly verbose: boolean;
  readonly allowPartial: boolean;
  readonly limit: number | undefined;
  readonly timeoutMs: number | undefined;
  /** Ends the prompt from outside: SIGTERM, a closed terminal. */
  readonly signal: AbortSignal;
  /** The configuration read anew and every store introspected: `.refresh`. */
  readonly reopen: () => Promise<Session>;
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
  const { format, verbose, color, ascii, allowPartial, limit, timeoutMs, signal } = options;
  const settings = { format, verbose, color, ascii, allowPartial, limit, timeoutMs };
  // Before anything is drawn: what is typed at the first sight of a prompt must not meet a terminal that still edits
  // lines by itself and turns Ctrl-C into a signal. ink restores the mode when it ends.
  process.stdin.setRawMode(true);
  process.stdout.write(bracketedPaste.on);
  const app = render(createElement(Shell, { session, history, reopen, settings, signal }), { exitOnCtrlC: false });
  try {
    await app.waitUntilExit();
    return signal.aborted ? exitCodes.cancelled : exitCodes.ok;
  } finally {
    app.unmount();
    process.stdout.write(bracketedPaste.off);
    process.stdin.setRawMode(false);
    await current.close();
  }
}
