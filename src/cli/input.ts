/** A question or a statement from the arguments, or from stdin when there are none or there is a `-`. */

import type { Readable } from 'node:stream';
import { AishellError } from '../errors.js';
import type { Command } from './commands.js';

/** Longer than anything a person asks, shorter than what makes a translator slow. */
const mostCharacters = { question: 10_000, SQL: 10_000_000, 'question or SQL': 10_000_000 } as const;

export interface Stdin extends Readable {
  readonly isTTY?: boolean;
}

export async function readInput(command: Command, words: readonly string[], stdin: Stdin, signal: AbortSignal): Promise<readonly string[]> {
  const { input } = command;
  if (input === undefined) return words;
  const given = words.join(' ').trim();
  // An argument that is empty is an empty question, and no reason to wait for stdin.
  const text = words.length === 0 || given === '-' ? await fromStdin(command, stdin, signal, given === '-') : given;
  if (text.length > mostCharacters[input]) throw tooLong(input);
  if (text.trim() === '') throw empty(command);
  return [text];
}

async function fromStdin(command: Command, stdin: Stdin, signal: AbortSignal, asked: boolean): Promise<string> {
  // Nobody has asked to type it here: waiting would look like hanging.
  if (stdin.isTTY === true && !asked) throw empty(command);
  const most = mostCharacters[command.input!];
  const decoder = new TextDecoder();
  let text = '';
  const stop = (): void => void stdin.destroy(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of stdin) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      if (text.length > most) throw tooLong(command.input!);
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return (text + decoder.decode()).replace(/^\ufeff/, '');
}

function empty({ name, input, examples }: Command): AishellError {
  return new AishellError(input === 'question' ? 'question.empty' : 'usage', `no ${input} was given`, `Give it as an argument or on stdin: ${examples[0] ?? `aishell ${name}`}`);
}

function tooLong(input: NonNullable<Command['input']>): AishellError {
  return new AishellError('usage', `the ${input} is longer than ${mostCharacters[input].toLocaleString('en')} characters`, 'Shorten it.');
}
