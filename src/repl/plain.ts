/**
 * The prompt for a terminal that draws nothing but lines (TERM=dumb) and for screen readers (ACCESSIBLE=1): the terminal
 * itself edits the line, nothing is drawn twice, no pager, no colour. What can be asked is the same.
 */

import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { AishellError } from '../errors.js';
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
}

const labels = { any: 'aishell> ', sql: 'sql> ' } as const;
const more = '-> ';

/** Until the input ends, or it is left. */
export async function plainPrompt(prompt: Prompt, { history, allowPartial, timeoutMs, signal }: PlainOptions, stdin: Readable, stdout: Writable & { readonly columns?: number }): Promise<void> {
  const lines = createInterface({ input: stdin, crlfDelay: Infinity, terminal: false });
  const close = (): void => lines.close();
  signal.addEventListener('abort', close, { once: true });
  const print = (text: string): void => void stdout.write(text);
  let mode: 'any' | 'sql' = 'any';
  let text = '';
  try {
    print(labels[mode]);
    for await (const line of lines) {
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
        const ask = { signal, allowPartial, ...(prompt.limit !== undefined && { limit: prompt.limit }), ...(timeoutMs !== undefined && { timeoutMs }) };
        const result = await evaluate(input, mode, Object.assign(prompt, { ask, print, pager: false }), { color: false, ascii: true, width: stdout.columns ?? 80, height: Infinity });
        mode = 'any';
        if ('quit' in result) return;
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
