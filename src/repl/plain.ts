/**
 * The prompt for a terminal that draws nothing but lines (TERM=dumb) and for screen readers (ACCESSIBLE=1): the terminal
 * itself edits the line, nothing is drawn twice, no pager, no colour. What can be asked is the same.
 */

import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { AishellError } from '../errors.js';
import { progressView } from '../render/progress-view.js';
import { looksLikeSql } from '../session/looks-like-sql.js';
import type { Prompt } from './commands/index.js';
import { evaluate, sqlEnds } from './evaluate.js';
import type { History } from './history.js';
import { lacks } from './sql-tokens.js';

export interface PlainOptions {
  readonly history: History;
  readonly allowPartial: boolean;
  readonly timeoutMs: number | undefined;
  /** Ends the prompt from outside. */
  readonly signal: AbortSignal;
  /** The terminal makes a signal of Ctrl-C here. */
  readonly onInterrupt: (listener: () => void) => void;
}

const labels = { any: 'aishell> ', sql: 'sql> ' } as const;
const more = '-> ';
/** Two of Ctrl-C within this leave. */
const twiceMs = 1000;

/** Until the input ends, or it is left. */
export async function plainPrompt(prompt: Prompt, { history, allowPartial, timeoutMs, signal, onInterrupt }: PlainOptions, stdin: Readable, stdout: Writable & { readonly columns?: number }): Promise<void> {
  const lines = createInterface({ input: stdin, crlfDelay: Infinity, terminal: false });
  const close = (): void => lines.close();
  signal.addEventListener('abort', close, { once: true });
  const print = (text: string): void => void stdout.write(text);
  let mode: 'any' | 'sql' = 'any';
  let text = '';
  let running: AbortController | undefined;
  let interruptedAt = -Infinity;
  let leaving = false;
  onInterrupt(() => {
    const twice = performance.now() - interruptedAt < twiceMs;
    interruptedAt = performance.now();
    if (running !== undefined) {
      leaving = twice && running.signal.aborted;
      return running.abort(new AishellError('cancelled', 'cancelled', 'The prompt goes on; ask again when you like.'));
    }
    // The terminal has thrown away what was typed.
    text = '';
    mode = 'any';
    if (twice) return close();
    print(`\nCtrl-D or .quit leaves.\n${labels[mode]}`);
  });
  const answer = async (input: string): Promise<Awaited<ReturnType<typeof evaluate>>> => {
    running = new AbortController();
    const progress = progressView({ isTTY: true, write: print }, { mode: 'auto', plain: true, ascii: true });
    const ask = {
      signal: AbortSignal.any([running.signal, signal]),
      allowPartial,
      onProgress: progress.update.bind(progress),
      ...(prompt.limit !== undefined && { limit: prompt.limit }),
      ...(timeoutMs !== undefined && { timeoutMs }),
    };
    try {
      return await evaluate(input, mode, Object.assign(prompt, { ask, print, pager: false }), { color: false, ascii: true, spoken: true, width: stdout.columns ?? 80, height: Infinity });
    } finally {
      if (running.signal.aborted) progress.cancelled();
      progress.stop();
      running = undefined;
    }
  };
  try {
    print(labels[mode]);
    for await (const line of lines) {
      interruptedAt = -Infinity;
      text = text === '' ? line : `${text}\n${line}`;
      if (goesOn(text, mode)) {
        print(more);
        continue;
      }
      const input = text;
      text = '';
      if (input.trim() === '') {
        mode = 'any';
      } else {
        await history.add(input);
        const result = await answer(input);
        mode = 'any';
        if ('quit' in result || leaving) return;
        if ('sql' in result) {
          mode = 'sql';
          text = result.sql;
        } else if ('edit' in result) {
          print('An editor needs a terminal that can be drawn on.\n');
        } else {
          print(`${result.print}\n`);
        }
      }
      if (signal.aborted) return;
      print(text === '' ? labels[mode] : more);
    }
    print('\n');
  } catch (error) {
    // Closed from outside while a line was awaited.
    if (!signal.aborted) throw error instanceof Error ? error : new AishellError('internal', String(error), 'Report it.');
  } finally {
    signal.removeEventListener('abort', close);
    lines.close();
  }
}

function goesOn(text: string, mode: 'any' | 'sql'): boolean {
  if (mode === 'sql') return text.trim() !== '' && !sqlEnds(text);
  return looksLikeSql(text) && lacks(text) !== undefined && !/\n[ \t]*$/.test(text);
}
