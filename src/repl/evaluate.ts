/** One line of input to what it prints. */

import type { Answer } from '../answer/contract.js';
import { errorText } from '../render/errors.js';
import { renderAnswer } from '../render/index.js';
import { safeLines } from '../render/safe.js';
import { style } from '../render/style.js';
import { looksLikeSql } from '../session/looks-like-sql.js';
import { findCommand } from './commands/index.js';
import type { Outcome, Prompt } from './commands/index.js';

export interface Look {
  readonly color: boolean;
  readonly ascii: boolean;
  readonly width: number;
}

export type Result = { readonly print: string } | Exclude<Outcome, { readonly answer: Answer } | { readonly text: string }>;

/** Never rejects: an error is something to print, and the prompt goes on. */
export async function evaluate(input: string, mode: 'any' | 'sql', prompt: Prompt, look: Look): Promise<Result> {
  try {
    const outcome = await outcomeOf(input, mode, prompt);
    if ('answer' in outcome) return { print: await shown(outcome.answer, prompt, look) };
    return 'text' in outcome ? { print: `${safeLines(outcome.text).join('\n')}\n` } : outcome;
  } catch (error) {
    return { print: errorText(error, { style: style(look.color), verbose: prompt.verbose }) };
  }
}

async function outcomeOf(input: string, mode: 'any' | 'sql', prompt: Prompt): Promise<Outcome> {
  const { session, ask } = prompt;
  const text = input.trim();
  if (mode === 'sql') return { answer: await session.sql(withoutEnd(text), ask) };
  const command = /^\.([a-z?]+)(?:\s+([\s\S]*))?$/i.exec(text);
  if (command !== null) return findCommand(command[1]!.toLowerCase()).run(prompt, (command[2] ?? '').trim());
  return { answer: looksLikeSql(text) ? await session.sql(withoutEnd(text), ask) : await session.ask(text, ask) };
}

const withoutEnd = (sql: string): string => sql.replace(/;\s*$/, '');

function shown(answer: Answer, { format, verbose }: Prompt, { color, ascii, width }: Look): Promise<string> {
  return renderAnswer(answer, { format, verbose, color, ascii, width, screen: true });
}

/** Is SQL typed over several lines at its end? A semicolon at a line's end, or an empty line. */
export function sqlEnds(text: string): boolean {
  return /;\s*$/.test(text) || /\n[ \t]*$/.test(text);
}
