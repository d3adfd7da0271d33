/** A file of what could have been typed: statements up to their semicolons, and questions and commands a line each. */

import { readFile, stat } from 'node:fs/promises';
import { AishellError } from '../../errors.js';
import { looksLikeSql } from '../../session/looks-like-sql.js';
import { statements, tokens } from '../sql-tokens.js';
import { needed } from './contract.js';
import type { DotCommand } from './contract.js';

const mostBytes = 1_000_000;

export const script: DotCommand = {
  name: 'read',
  arguments: 'file',
  summary: 'runs the statements, questions and commands of a file, one after another, until one fails',
  examples: ['.read monday.sql'],
  completes: 'file',
  async run(_, path) {
    return { inputs: inputsOf(await textOf(needed(path, 'a file name'))) };
  },
};

async function textOf(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > mostBytes) throw new AishellError('usage', `${path} is longer than 1 MB`, 'Run it with aishell sql < FILE, or split it.');
    return (await readFile(path, 'utf8')).replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  } catch (error) {
    if (error instanceof AishellError) throw error;
    throw new AishellError('usage', `${path} can’t be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`, 'Name a file of statements or questions; a relative path is looked for in the working directory.', { cause: error });
  }
}

/** Comments and empty lines between inputs are nothing. */
export function inputsOf(text: string): string[] {
  const inputs: string[] = [];
  let rest = text;
  while ((rest = withoutComments(rest)) !== '') {
    const line = /^[^\n]*/.exec(rest)![0];
    const length = looksLikeSql(rest) ? statementLength(rest) : line.length;
    inputs.push(...(looksLikeSql(rest) ? statements(rest.slice(0, length)) : [line.trim()]));
    rest = rest.slice(length);
  }
  return inputs;
}

/** Up to its semicolon, or all. */
function statementLength(text: string): number {
  let depth = 0;
  for (const { kind, text: part, from } of tokens(text)) {
    if (kind === 'open') depth += 1;
    if (kind === 'close') depth -= 1;
    if (part === ';' && depth <= 0) return from + 1;
  }
  return text.length;
}

const withoutComments = (text: string): string => text.replace(/^(?:\s+|--[^\n]*|\/\*[^]*?\*\/)+/, '');
