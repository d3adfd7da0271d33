/** One line of input to what it prints. */

import { errorText } from '../render/errors.js';
import { safeLines, safeText } from '../render/safe.js';
import { style } from '../render/style.js';
import { cut, displayWidth, wrap } from '../render/width.js';
import { duration } from '../render/amounts.js';
import { looksLikeSql } from '../session/looks-like-sql.js';
import { AishellError } from '../errors.js';
import { save } from './commands/answers.js';
import { findCommand } from './commands/index.js';
import type { Outcome, Prompt } from './commands/index.js';
import { ending, habit } from './habits.js';
import type { Page } from './pager/index.js';
import { show, showBlocks } from './results.js';
import type { Look, Showing } from './results.js';
import { statements } from './sql-tokens.js';
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
    return { print: errorText(error, { style: style(look.color), verbose: prompt.verbose, width: look.width }) };
  }
}

async function shown(input: string, mode: Mode, prompt: Prompt, look: Look, paged = true): Promise<Result> {
  const since = performance.now();
  const timed = (print: string): string => (prompt.timing ? `${print}Time: ${duration(performance.now() - since)}\n` : print);
  const { text, expanded, save: file, watch: repeat } = ending(input);
  const outcome: Outcome = mode === 'any' || repeat !== undefined ? await command(repeat === undefined ? text : `.watch ${repeat} ${text}`, prompt) : { input: text };
  const showing: Showing = { ...look, ...prompt, expanded: prompt.expanded || expanded, pager: prompt.pager && paged, print: (chunk) => prompt.print(chunk) };
  if ('text' in outcome) return { print: `${safeLines(outcome.text).flatMap((line) => (displayWidth(line) > look.width ? wrap(line, look.width) : [line])).join('\n')}\n` };
  if ('blocks' in outcome) {
    const { text: print, page } = await showBlocks(outcome.blocks, outcome.stays === true ? { ...showing, pager: false } : showing);
    return { print, ...(page && { page }) };
  }
  if ('live' in outcome) return { print: timed(await outcome.live({ color: look.color, ascii: look.ascii, width: look.width })) };
  if ('answer' in outcome) {
    const { text: print, page, answer } = await show(() => Promise.resolve(outcome.answer), showing);
    prompt.last = { input: text, answer, whole: true };
    return { print: timed(print), ...(page && { page }) };
  }
  if ('inputs' in outcome) return inOrder(outcome.inputs, prompt, look);
  if (!('input' in outcome)) return outcome;
  if (outcome.everyMs !== undefined) return watch(outcome.input, outcome.everyMs, outcome.times ?? Infinity, prompt, { ...showing, pager: false });
  const several = mode === 'sql' || looksLikeSql(outcome.input) ? statements(outcome.input) : [];
  if (several.length > 1) return inOrder(several, prompt, look);
  const { text: print, page } = await asked(outcome.input, mode, prompt, file === undefined ? showing : { ...showing, pager: false });
  const saved = file === undefined ? '' : `${await save(prompt, file, false)}\n`;
  return { print: timed(`${print}${saved}`), ...(page && { page }) };
}

/** As if each had been typed; the first that fails ends it. Of the last one alone a long result is paged. */
async function inOrder(inputs: readonly string[], prompt: Prompt, look: Look): Promise<Result> {
  if (inputs.length === 0) return { print: 'Nothing to run is in it.\n' };
  for (const [i, input] of inputs.entries()) {
    const last = i === inputs.length - 1;
    const line = input.replace(/\s+/g, ' ');
    prompt.print(`${style(look.color).dim(safeText(cut(`${i + 1} of ${inputs.length}: ${line}`, look.width)))}\n`);
    if (/^\s*(?:\.read|\\ir?|source)\b/i.test(input)) throw new AishellError('usage', 'a file that is read reads no other', 'Name the other one at the prompt.');
    try {
      const result = await shown(input, 'any', prompt, look, last);
      if (last || 'quit' in result) return result;
      if ('print' in result) prompt.print(`${result.print}\n`);
    } catch (error) {
      if (!last) prompt.print(`${style(look.color).dim(`${i} of ${inputs.length} were run; the others were not.`)}\n`);
      throw error;
    }
  }
  return { print: '' };
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

/** Again and again, until it is cancelled or fails, or so many times. */
async function watch(input: string, everyMs: number, times: number, prompt: Prompt, showing: Showing): Promise<Result> {
  const { signal } = prompt.ask;
  let again = input;
  for (let n = 1; ; n += 1) {
    const { text } = await asked(again, 'any', prompt, showing);
    // What went on from the answer before is what it came to, from now on.
    again = prompt.last?.input ?? again;
    const told = wrap(`${new Date().toISOString()}, every ${duration(everyMs)}; Ctrl-C ends it`, showing.width).map((line) => `${style(showing.color).dim(line)}\n`);
    prompt.print(`${told.join('')}${text}\n`);
    if (n >= times) return { print: '' };
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
