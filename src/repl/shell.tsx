/** The prompt itself: what is typed, what runs, what was asked before. Answers go above it, into the scrollback. */

import { useApp, useStdin, useStdout } from 'ink';
import { useEffect, useReducer, useRef } from 'react';
import type { ReactNode } from 'react';
import { AishellError } from '../errors.js';
import { ProgressBoard } from '../render/progress.js';
import { style } from '../render/style.js';
import type { Session } from '../session/contract.js';
import { looksLikeSql } from '../session/looks-like-sql.js';
import { commandWords } from './commands/index.js';
import type { Prompt as PromptState } from './commands/index.js';
import { evaluate, sqlEnds } from './evaluate.js';
import type { Result } from './evaluate.js';
import { painter } from './highlight.js';
import type { History } from './history.js';
import { KeyReader } from './keys.js';
import type { Action } from './keys.js';
import { emptyLine, lineOf, step, suggestionFrom } from './line.js';
import type { Line } from './line.js';
import type { Page } from './pager/index.js';
import { Prompt, SearchPrompt } from './prompt.js';
import { Running } from './running.js';
import { lacks } from './sql-tokens.js';
import type { ColorDepth } from '../render/index.js';
import { Trail } from './trail.js';
import { KnownWords, stillReading } from './vocabulary.js';

export interface ShellProps {
  readonly history: History;
  readonly settings: { readonly color: boolean; readonly ascii: boolean; readonly depth?: ColorDepth; readonly allowPartial: boolean; readonly timeoutMs: number | undefined };
  readonly state: ShellState;
  /** Ends the prompt from outside. */
  readonly signal: AbortSignal;
}

interface Run {
  readonly controller: AbortController;
  readonly board: ProgressBoard;
}

/** What outlives the drawing: it ends while an editor has the terminal, and begins again. */
export interface ShellState {
  line: Line;
  mode: 'any' | 'sql';
  run: Run | undefined;
  /** Keys that came while something ran. */
  queue: Action[];
  interruptedAt: number;
  /** Ctrl-C that came as a signal; nothing while something else has the terminal. */
  interrupt: () => void;
  readonly words: KnownWords;
  readonly prompt: PromptState;
  /** Why the drawing ended, where it isn't for good. */
  request: Request | undefined;
  /** It ends as soon as nothing is drawn. */
  leaving: boolean;
}

/** What needs the terminal for itself. */
export type Request = { readonly edit: string } | { readonly page: Page };

/** The settings that a prompt begins with. */
const beginning = { expanded: false, timing: false, pager: true, last: undefined, print: () => undefined } as const;

export function shellState(session: Session, prompt: Omit<PromptState, 'session' | 'trail' | keyof typeof beginning>): ShellState {
  return { line: emptyLine, mode: 'any', run: undefined, queue: [], interruptedAt: -Infinity, interrupt: () => undefined, words: new KnownWords(commandWords(prompt.saved)), prompt: { ...beginning, trail: new Trail(), ...prompt, session }, request: undefined, leaving: false };
}

const labels = { any: ['aishell> ', '      -> '], sql: ['sql> ', '  -> '] } as const;
/** Two of Ctrl-C within this leave. */
const twiceMs = 1000;
const mostQueued = 10_000;

const isStatement = (text: string, mode: 'any' | 'sql'): boolean => mode === 'sql' || looksLikeSql(text);

export function Shell({ history, settings, state, signal }: ShellProps): ReactNode {
  const { exit } = useApp();
  const { stdout, write } = useStdout();
  // Keys may come faster than renders, so the truth is in the state and rendering follows it.
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const { prompt, words } = state;
  const width = stdout.columns ?? 80;

  // Tab that came too early is answered when it can be.
  const readWords = (): void => words.read(prompt.session, signal, () => state.run === undefined && state.line.hint === stillReading && act({ type: 'next' }));

  /** What is drawn when it ends stays on the screen: what told of a run goes first. */
  const leave = (request?: Request): void => {
    Object.assign(state, { request, leaving: true });
    redraw();
  };
  useEffect(() => {
    if (state.leaving) exit();
  });

  const start = async (input: string): Promise<void> => {
    const { mode } = state;
    const run: Run = { controller: new AbortController(), board: new ProgressBoard() };
    Object.assign(state, { run, line: lineOf('', state.line), mode: 'any' });
    write(`${transcript(input, mode, settings.color)}\n`);
    redraw();
    // Recalled, it runs as it stands.
    await history.add(mode === 'sql' ? `.sql ${input.trim().replace(/;$/, '')};` : input);
    const ask = {
      signal: AbortSignal.any([run.controller.signal, signal]),
      allowPartial: settings.allowPartial,
      onProgress: run.board.update.bind(run.board),
      ...(prompt.limit !== undefined && { limit: prompt.limit }),
      ...(settings.timeoutMs !== undefined && { timeoutMs: settings.timeoutMs }),
    };
    // The same object is kept, since commands change it: .format, .refresh.
    const result = await evaluate(input, mode, Object.assign(prompt, { ask, print: write }), { ...settings, width: stdout.columns ?? 80, height: stdout.rows ?? 24 });
    state.run = undefined;
    if (run.controller.signal.aborted && state.interruptedAt === Infinity) return leave();
    readWords();
    ended(result, run);
  };

  const ended = (result: Result, { controller, board }: Run): void => {
    if ('quit' in result) return leave();
    if ('edit' in result) return leave({ edit: result.edit });
    if ('print' in result) {
      const stopped = controller.signal.aborted ? board.stopped(settings.ascii).map((line) => `${style(settings.color).dim(line)}\n`) : [];
      if (stopped.length > 0 || result.print !== '') write(`${stopped.join('')}${result.print}\n`);
      if (result.page !== undefined) return leave({ page: result.page });
    } else {
      Object.assign(state, { mode: 'sql', line: lineOf(result.sql === '' ? '' : `${result.sql}\n`, state.line) });
    }
    redraw();
    actOnWaiting();
  };

  /** What was typed meanwhile. */
  const actOnWaiting = (): void => {
    for (const action of state.queue.splice(0)) act(action);
  };

  const submit = (): void => {
    const { line, mode } = state;
    const text = line.editor.text.trim();
    const further = (hint?: string): void => {
      state.line = { ...step(state.line, { type: 'insert', text: '\n' }, around).line, ...(hint !== undefined && { hint }) };
      redraw();
    };
    if (mode === 'sql') {
      if (text === '') state.mode = 'any';
      else if (!sqlEnds(line.editor.text)) {
        state.line = lineOf(line.editor.text, line);
        return further();
      } else return void start(line.editor.text);
      return redraw();
    }
    if (text === '') return redraw();
    // A statement on one line needs no second prompt.
    const direct = /^\.sql\s+([\s\S]*;)$/.exec(text);
    if (direct !== null) {
      state.mode = 'sql';
      return void start(direct[1]!);
    }
    const missing = looksLikeSql(text) ? lacks(line.editor.text) : undefined;
    // An empty line runs it all the same: the parser says better what is wrong.
    if (missing !== undefined && !/\n[ \t]*$/.test(line.editor.text)) return further(`It goes on: ${missing} is missing. An empty line runs it as it is.`);
    return void start(line.editor.text);
  };

  const interrupt = (): void => {
    const now = performance.now();
    const twice = now - state.interruptedAt < twiceMs;
    const { run } = state;
    if (run !== undefined) {
      state.queue = [];
      // The answer is waited for, so that stores are told to stop and connections end well.
      state.interruptedAt = twice && run.controller.signal.aborted ? Infinity : now;
      run.controller.abort(new AishellError('cancelled', 'cancelled', 'The prompt goes on; ask again when you like.'));
    } else if (state.line.editor.text !== '' || state.mode === 'sql') {
      Object.assign(state, { line: lineOf('', state.line), mode: 'any' });
    } else if (twice) {
      return exit();
    } else {
      state.interruptedAt = now;
      state.line = { ...state.line, hint: 'Ctrl-D or .quit leaves.' };
    }
    redraw();
  };

  const around = {
    get history() {
      return history.entries;
    },
    complete: (text: string, cursor: number) => words.complete(text, cursor, isStatement(text, state.mode)),
    suggestion: (text: string) => (settings.color && state.mode === 'any' ? suggestionFrom(history.entries, text) : ''),
  };

  const act = (action: Action): void => {
    if (state.run !== undefined) {
      if (action.type === 'interrupt') return interrupt();
      // Typing ahead of an answer is kept; it must not be read as part of what runs.
      return void (state.queue.length < mostQueued && state.queue.push(action));
    }
    // Whoever types in between has not asked twice.
    if (action.type !== 'interrupt') state.interruptedAt = -Infinity;
    const { line, effect } = step(state.line, action, around);
    state.line = line;
    switch (effect) {
      case 'submit':
        return submit();
      case 'interrupt':
        return interrupt();
      case 'leave':
        return exit();
      case 'editor':
        return leave({ edit: line.editor.text });
      case 'clearScreen':
        // Through ink, which draws the same line again below it: by itself it sees no change.
        write('\u001b[2J\u001b[H');
        break;
      case undefined:
    }
    redraw();
  };

  useKeys(act);
  useEffect(() => {
    readWords();
    state.interrupt = () => act({ type: 'interrupt' });
    const stop = (): void => (state.run === undefined ? exit() : leave());
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    actOnWaiting();
    // Another width draws other lines.
    stdout.on('resize', redraw);
    return () => {
      state.interrupt = () => undefined;
      signal.removeEventListener('abort', stop);
      stdout.off('resize', redraw);
    };
  }, [exit, signal, stdout, words, prompt]);

  const { run, line, mode } = state;
  if (state.leaving) return null;
  if (run !== undefined) return <Running board={run.board} color={settings.color} ascii={settings.ascii} stopping={run.controller.signal.aborted} />;
  const { search } = line;
  if (search !== undefined) return <SearchPrompt wanted={search.wanted} found={search.at === undefined ? undefined : history.entries[search.at]} color={settings.color} width={width} />;
  const [label, more] = labels[mode];
  const { text } = line.editor;
  return <Prompt line={line} label={label} more={more} isSql={isStatement(text, mode)} suggestion={around.suggestion(text)} color={settings.color} width={width} />;
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
  const text = input.replace(/\s+$/, '');
  const paint = painter(text, isStatement(text, mode), color);
  let from = 0;
  return text
    .split('\n')
    .map((line, i) => {
      const painted = paint(from, from + line.length);
      from += line.length + 1;
      return `${color ? '\u001b[36m' : ''}${i === 0 ? label : more}${color ? '\u001b[39m' : ''}${painted}`;
    })
    .join('\n');
}
