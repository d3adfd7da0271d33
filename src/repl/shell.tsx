/** The prompt itself: what is typed, what runs, what was asked before. Answers go above it, into the scrollback. */

import { useApp, useStdin, useStdout } from 'ink';
import { useEffect, useReducer, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { AishellError } from '../errors.js';
import { ProgressBoard } from '../render/progress.js';
import type { Session } from '../session/contract.js';
import { browse } from './browse.js';
import type { Browsing } from './browse.js';
import type { Prompt as PromptState } from './commands.js';
import { edit, emptyEditor, vertical, withText } from './editor.js';
import type { Editor } from './editor.js';
import { evaluate, sqlEnds } from './evaluate.js';
import type { History } from './history.js';
import { KeyReader } from './keys.js';
import type { Action } from './keys.js';
import { Prompt } from './prompt.js';
import { Running } from './running.js';

export interface ShellProps {
  readonly session: Session;
  readonly history: History;
  readonly reopen: () => Promise<Session>;
  readonly settings: Pick<PromptState, 'format' | 'verbose'> & { readonly color: boolean; readonly ascii: boolean; readonly allowPartial: boolean; readonly limit: number | undefined; readonly timeoutMs: number | undefined };
  /** Ends the prompt from outside. */
  readonly signal: AbortSignal;
}

interface Run {
  readonly controller: AbortController;
  readonly board: ProgressBoard;
}

const labels = { any: ['aishell> ', '      -> '], sql: ['sql> ', '  -> '] } as const;

export function Shell({ session, history, reopen, settings, signal }: ShellProps): ReactNode {
  const { exit } = useApp();
  const { stdout, write } = useStdout();
  // Keys may come faster than renders, so the truth is in a ref and rendering follows it.
  const state = useRef<{ editor: Editor; mode: 'any' | 'sql'; browsing: Browsing | undefined; run: Run | undefined; hint: string | undefined; queue: Action[] }>({
    editor: emptyEditor, mode: 'any', browsing: undefined, run: undefined, hint: undefined, queue: [],
  }).current;
  const [prompt] = useState<PromptState>(() => ({ session, ask: { signal }, format: settings.format, verbose: settings.verbose, reopen }));
  const [, redraw] = useReducer((n: number) => n + 1, 0);

  const start = async (input: string): Promise<void> => {
    const { mode } = state;
    const run: Run = { controller: new AbortController(), board: new ProgressBoard() };
    Object.assign(state, { run, editor: { ...emptyEditor, killed: state.editor.killed }, browsing: undefined, mode: 'any' });
    write(`${transcript(input, mode, settings.color)}\n`);
    redraw();
    // Recalled, it runs as it stands.
    await history.add(mode === 'sql' ? `.sql ${input.trim().replace(/;$/, '')};` : input);
    const ask = {
      signal: AbortSignal.any([run.controller.signal, signal]),
      allowPartial: settings.allowPartial,
      onProgress: run.board.update.bind(run.board),
      ...(settings.limit !== undefined && { limit: settings.limit }),
      ...(settings.timeoutMs !== undefined && { timeoutMs: settings.timeoutMs }),
    };
    // The same object is kept, since commands change it: .format, .refresh.
    const result = await evaluate(input, mode, Object.assign(prompt, { ask }), { ...settings, width: stdout.columns ?? 80 });
    state.run = undefined;
    if ('quit' in result) return exit();
    if ('print' in result) write(`${result.print}\n`);
    else Object.assign(state, { mode: 'sql', editor: withText(state.editor, result.sql === '' ? '' : `${result.sql}\n`) });
    // What was typed meanwhile.
    const waiting = state.queue.splice(0);
    redraw();
    for (const action of waiting) act(action);
  };

  const submit = (): void => {
    const { editor, mode } = state;
    const text = editor.text.trim();
    if (mode === 'sql') {
      if (text === '') state.mode = 'any';
      else if (!sqlEnds(editor.text)) state.editor = edit(withText(editor, editor.text), { type: 'insert', text: '\n' });
      else return void start(editor.text);
    } else if (text !== '') {
      // A statement on one line needs no second prompt.
      const direct = /^\.sql\s+([\s\S]*;)$/.exec(text);
      if (direct === null) return void start(editor.text);
      state.mode = 'sql';
      return void start(direct[1]!);
    }
    redraw();
  };

  const interrupt = (): void => {
    if (state.run !== undefined) {
      state.queue = [];
      state.run.controller.abort(new AishellError('cancelled', 'cancelled', 'The prompt goes on; ask again when you like.'));
    } else if (state.editor.text !== '' || state.mode === 'sql') {
      Object.assign(state, { editor: { ...emptyEditor, killed: state.editor.killed }, mode: 'any', browsing: undefined });
    } else {
      state.hint = 'Ctrl-D or .quit leaves.';
    }
    redraw();
  };

  const recall = (by: -1 | 1): void => {
    const moved = state.browsing === undefined ? vertical(state.editor, by) : undefined;
    if (moved !== undefined) {
      state.editor = moved;
      return;
    }
    const found = browse(history.entries, state.browsing, state.editor.text, by);
    if (found === undefined) return;
    state.browsing = found.browsing;
    state.editor = withText(state.editor, found.text);
  };

  const act = (action: Action): void => {
    if (action.type === 'interrupt') return interrupt();
    // Typing ahead of an answer is kept; it must not be read as part of what runs.
    if (state.run !== undefined) return void (state.queue.length < 10_000 && state.queue.push(action));
    state.hint = undefined;
    switch (action.type) {
      case 'submit':
        return submit();
      case 'up':
      case 'down':
        recall(action.type === 'up' ? -1 : 1);
        break;
      case 'eof':
        if (state.editor.text === '') return exit();
        state.editor = edit(state.editor, { type: 'delete' });
        break;
      case 'clearScreen':
        stdout.write('\u001b[2J\u001b[H');
        break;
      default:
        state.editor = edit(state.editor, action);
        if (action.type === 'insert' || action.type === 'backspace') state.browsing = undefined;
    }
    redraw();
  };

  useKeys(act);
  useEffect(() => {
    const stop = (): void => exit();
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    return () => signal.removeEventListener('abort', stop);
  }, [exit, signal]);

  const { run, editor, mode, hint } = state;
  if (run !== undefined) return <Running board={run.board} color={settings.color} stopping={run.controller.signal.aborted} />;
  const [label, more] = labels[mode];
  return <Prompt editor={editor} label={label} more={more} hint={hint} color={settings.color} />;
}

/** ink's useInput can't tell Delete from Backspace, nor an Enter inside a paste from one that was typed. */
function useKeys(act: (action: Action) => void): void {
  const { setRawMode, internal_eventEmitter: events } = useStdin();
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const keys = new KeyReader();
    const read = (chunk: string): void => {
      for (const action of keys.read(chunk)) latest.current(action);
    };
    setRawMode(true);
    events.on('input', read);
    return () => {
      events.off('input', read);
      setRawMode(false);
    };
  }, [events, setRawMode]);
}

/** What was asked, as it stays on screen above its answer. */
function transcript(input: string, mode: 'any' | 'sql', color: boolean): string {
  const [label, more] = labels[mode];
  const lines = input.replace(/\s+$/, '').split('\n');
  return lines.map((line, i) => `${color ? '\u001b[36m' : ''}${i === 0 ? label : more}${color ? '\u001b[39m' : ''}${line}`).join('\n');
}
