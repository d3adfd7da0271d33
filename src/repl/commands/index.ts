/** The dot commands of the prompt, one entry each. Anything else is a question, or SQL. */

import { suggest } from '../../config/nearest.js';
import { AishellError } from '../../errors.js';
import type { CommandWords, Word } from '../complete/index.js';
import { answers } from './answers.js';
import { asking } from './asking.js';
import { listings } from './catalog.js';
import type { DotCommand } from './contract.js';
import { settings } from './settings.js';

export type { Outcome, Prompt } from './contract.js';

const help: DotCommand = {
  name: 'help',
  arguments: '',
  summary: 'this list',
  run: () => Promise.resolve({ text: helpText() }),
};

export const dotCommands: readonly DotCommand[] = [help, ...listings, ...asking, ...answers, ...settings];

const aliases: Readonly<Record<string, string>> = { exit: 'quit', q: 'quit', h: 'help', '?': 'help', e: 'edit' };

const named = (name: string): DotCommand | undefined => dotCommands.find((command) => command.name === (aliases[name] ?? name));

export function findCommand(name: string): DotCommand {
  const found = named(name);
  if (found !== undefined) return found;
  const near = suggest(name, dotCommands.map((command) => command.name));
  throw new AishellError('usage', `there is no command .${name}`, `${near.charAt(0).toUpperCase()}${near.slice(1)} See .help.`);
}

/** What Tab knows of the commands. */
export const commandWords: CommandWords = {
  commands: dotCommands.map(({ name, summary }): Word => ({ text: `.${name}`, kind: 'command', about: summary })),
  argument(typed) {
    const command = named(typed.slice(1).toLowerCase());
    return command && { kind: command.completes ?? 'none', words: (command.words ?? []).map((text): Word => ({ text, kind: 'setting', about: '' })) };
  },
};

const widestCall = 32;

function helpText(): string {
  const calls = dotCommands.map(({ name, arguments: rest }) => `.${name}${rest === '' ? '' : ` ${rest}`}`);
  // The longest few stand alone, so that the others are near what they do.
  const width = Math.max(...calls.map((call) => call.length).filter((length) => length <= widestCall));
  return [
    'Ask a question in English, or type a SELECT over service.table. A statement runs once its brackets and quotes are closed.',
    'What goes on from an answer edits its statement: only failed ones, by country, and last month?, top 5, as percentages, undo.',
    '',
    ...dotCommands.flatMap(({ summary }, i) => (calls[i]!.length > width ? [`  ${calls[i]}`, `  ${' '.repeat(width)}  ${summary}`] : [`  ${calls[i]!.padEnd(width)}  ${summary}`])),
    '',
    'What hands know from other shells works too: \\d, \\dt, \\l, \\x, \\timing, \\e, \\watch, \\g, \\G, \\q, show tables, describe, exit.',
    'Tab completes names, values and commands. Up, Down and Ctrl-R recall what was asked before; Right takes what stands there in grey.',
    'Alt-Enter begins a new line. Ctrl-C stops what is running, twice leaves; so does Ctrl-D.',
  ].join('\n');
}
