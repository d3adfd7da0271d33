/** One line of input to what it prints. */

import { errorText } from '../render/errors.js';
import { safeLines } from '../render/safe.js';
import { style } from '../render/style.js';
import { displayWidth, wrap } from '../render/width.js';
import { duration } from '../render/amounts.js';
import { looksLikeSql } from '../session/looks-like-sql.js';
import { findCommand } from './commands/index.js';
import type { Outcome, Prompt } from './commands/index.js';
import { habit, withoutG } from './habits.js';
import type { Page } from './pager/index.js';
import { show, showBlocks } from './results.js';
import type { Look, Showing } from './results.js';
import { isUndo } from './trail.js';

export type { Look } from './results.js';

export type Result =
  | { readonly print: string; readonly page?: Page }
  | { readonly quit: true }
  | { readonly sql: string }
  | { readonly edit: string };

type Mode = 'any' | 'sql';

/** Never rejects: an error is something to print, and the prompt goes on. */
export async function evaluate(input: string, mode: Mode, prompt: Prompt, look: Look): Promise<Result> {
  try {
    return await shown(input, mode, prompt, look);
  } catch (error) {
    return { print: errorText(error, { style: style(look.color), verbose: prompt.verbose }) };
  }
}

async function shown(input: string, mode: Mode, prompt: Prompt, look: Look): Promise<Result> {
  const since = performance.now();
  const timed = (print: string): string => (prompt.timing ? `${print}Time: ${duration(performance.now() - since)}\n` : print);
  const { text, expanded } = mode === 'sql' ? { text: input, expanded: false } : withoutG(input);
  const outcome: Outcome = mode === 'sql' ? { input: text } : await command(text, prompt);
  const showing: Showing = { ...look, ...prompt, expanded: prompt.expanded || expanded, print: (chunk) => prompt.print(chunk) };
  if ('text' in outcome) return { print: `${safeLines(outcome.text).flatMap((line) => (displayWidth(line) > look.width ? wrap(line, look.width) : [line])).join('\n')}\n` };
  if ('blocks' in outcome) {
    const { text: print, page } = await showBlocks(outcome.blocks, showing);
    return { print, ...(page && { page }) };
  }
  if ('answer' in outcome) {
    const { text: print, page, answer } = await show(() => Promise.resolve(outcome.answer), showing);
    prompt.last = { input: text, answer, whole: true };
    return { print: timed(print), ...(page && { page }) };
  }
  if (!('input' in outcome)) return outcome;
  if (outcome.everyMs !== undefined) return watch(outcome.input, outcome.everyMs, prompt, { ...showing, pager: false });
  const { text: print, page } = await asked(outcome.input, mode, prompt, showing);
  return { print: timed(print), ...(page && { page }) };
}

/** What a command, or a habit of another shell, comes to; a question or a statement is its own. */
async function command(input: string, prompt: Prompt): Promise<Outcome> {
  const meant = habit(input);
  if (meant !== undefined && 'say' in meant) return { text: meant.say };
  const text = (meant?.input ?? input).trim();
  const match = /^\.([a-z?]+)(?:\s+([\s\S]*))?$/i.exec(text);
  return match === null ? { input: text } : findCommand(match[1]!.toLowerCase()).run(prompt, (match[2] ?? '').trim());
}

async function asked(input: string, mode: Mode, prompt: Prompt, showing: Showing): Promise<{ text: string; page?: Page }> {
  const { session, ask, trail } = prompt;
  const text = input.trim();
  const sql = mode === 'sql' || looksLikeSql(text);
  if (!sql && isUndo(text) && trail.last !== undefined) return undone(prompt, showing);
  // A number alone picks a reading of the question before it.
  const reading = !sql && prompt.question !== undefined && /^\d{1,2}$/.test(text) ? Number(text) : undefined;
  if (!sql && reading === undefined) prompt.question = { text, previous: trail.last };
  const { text: question, previous } = prompt.question ?? { text, previous: undefined };
  const result = await show(
    (rows) =>
      sql
        ? session.sql(text.replace(/;\s*$/, ''), { ...ask, rows })
        : session.ask(question, { ...ask, rows, ...(previous !== undefined && { previous: { sql: previous.sql, question: previous.question } }), ...(reading !== undefined && { reading }) }),
    showing,
  );
  const { answer } = result;
  // What was picked, and what goes on from an answer, is kept as what it is: the words mean nothing later.
  const later = answer.kind === 'query' && (reading !== undefined || answer.translator?.name === 'follow-up');
  prompt.last = { input: later ? answer.sql : text, answer, whole: result.whole };
  trail.add(reading === undefined ? text : question, answer);
  return result;
}

/** The statement before the last one, run again. */
async function undone(prompt: Prompt, showing: Showing): Promise<{ text: string; page?: Page }> {
  const { sql, said } = prompt.trail.back();
  prompt.question = undefined;
  const result = await show(async (rows) => ({ ...(await prompt.session.sql(sql, { ...prompt.ask, rows })), ...said }), showing);
  prompt.last = { input: sql, answer: result.answer, whole: result.whole };
  return result;
}

/** Again and again, until it is cancelled or fails. */
async function watch(input: string, everyMs: number, prompt: Prompt, showing: Showing): Promise<Result> {
  const { signal } = prompt.ask;
  let again = input;
  for (;;) {
    const { text } = await asked(again, 'any', prompt, showing);
    // What went on from the answer before is what it came to, from now on.
    again = prompt.last?.input ?? again;
    prompt.print(`${style(showing.color).dim(`${new Date().toISOString()}, every ${duration(everyMs)}; Ctrl-C ends it`)}\n${text}\n`);
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, everyMs);
      signal.addEventListener('abort', done, { once: true });
    });
    // Ending it is how it ends: no error.
    if (signal.aborted) return { print: '' };
  }
}

/** Is SQL typed over several lines at its end? A semicolon at a line's end, or an empty line. */
export function sqlEnds(text: string): boolean {
  return /;\s*$/.test(text) || /\n[ \t]*$/.test(text);
}
