/** The dot commands of the prompt, one entry each. Anything else is a question, or SQL. */

import { suggest } from '../../config/nearest.js';
import { AishellError } from '../../errors.js';
import { code, fact, text } from '../../render/blocks.js';
import type { Block } from '../../render/blocks.js';
import type { CommandWords, Word } from '../complete/index.js';
import { filesAt } from '../complete/files.js';
import { habit } from '../habits.js';
import type { SavedQueries } from '../saved.js';
import { answers } from './answers.js';
import { asking } from './asking.js';
import { listings } from './catalog.js';
import type { DotCommand } from './contract.js';
import { script } from './script.js';
import { settings } from './settings.js';

export type { Outcome, Prompt } from './contract.js';

const help: DotCommand = {
  name: 'help',
  arguments: '[command]',
  summary: 'this list, or what one command takes, with examples',
  examples: ['.help', '.help save', '.help \\dt'],
  completes: 'command',
  run: (_, name) => Promise.resolve({ blocks: name === '' ? overview() : about(name), stays: true }),
};

const groups: readonly (readonly [string, readonly DotCommand[]])[] = [
  ['What there is', listings],
  ['Asking', [...asking, script]],
  ['The last answer, and queries that are kept', answers],
  ['The prompt', [...settings, help]],
];

export const dotCommands: readonly DotCommand[] = groups.flatMap(([, commands]) => commands);

const aliases: Readonly<Record<string, string>> = { exit: 'quit', q: 'quit', h: 'help', '?': 'help', e: 'edit' };

const named = (name: string): DotCommand | undefined => dotCommands.find((command) => command.name === (aliases[name] ?? name));

export function findCommand(name: string): DotCommand {
  const found = named(name);
  if (found !== undefined) return found;
  const near = suggest(name, dotCommands.map((command) => command.name));
  throw new AishellError('usage', `there is no command .${name}`, `${near.charAt(0).toUpperCase()}${near.slice(1)} See .help.`);
}

/** What Tab knows of the commands. */
export function commandWords(saved: Pick<SavedQueries, 'known'>): CommandWords {
  const commands = dotCommands.map(({ name, summary }): Word => ({ text: `.${name}`, kind: 'command', about: summary }));
  return {
    commands,
    argument(name, typed) {
      const command = named(name.slice(1).toLowerCase());
      if (command === undefined) return undefined;
      switch (command.completes) {
        case 'saved':
          return { kind: 'words', words: [...saved.known()].map(([text, about]): Word => ({ text, kind: 'saved', about: about.replace(/\s+/g, ' ') })) };
        case 'file':
          return { kind: 'words', words: filesAt(typed) };
        case 'command':
          return { kind: 'words', words: commands.map((word) => ({ ...word, text: word.text.slice(1) })) };
        default:
          return { kind: command.completes ?? 'none', words: (command.words ?? []).map((text): Word => ({ text, kind: 'setting', about: '' })) };
      }
    },
  };
}

function overview(): Block[] {
  return [
    text('Ask a question in English, or type a SELECT over service.table. A statement runs once its brackets and quotes are closed; several run one after another.'),
    text('What goes on from an answer edits its statement: only failed ones, by country, and last month?, top 5, as percentages, undo.'),
    ...groups.flatMap(([title, commands]): Block[] => [{ kind: 'heading', level: 2, text: title }, ...commands.map(({ name, summary }) => fact(`.${name}`.padEnd(widest), summary))]),
    { kind: 'heading', level: 2, text: 'Habits and keys' },
    text('.help save says what one command takes, with examples. What hands know from other shells works too: \\d, \\dt, \\l, \\x, \\timing, \\e, \\i, \\watch, \\g, \\G, \\q, show tables, describe, explain, exit.'),
    text('Tab completes names, values and commands. Up, Down and Ctrl-R recall what was asked before; Right takes what stands there in grey.'),
    text('Alt-Enter begins a new line. Ctrl-C stops what is running, twice leaves; so does Ctrl-D.'),
  ];
}

const widest = Math.max(...dotCommands.map(({ name }) => name.length)) + 1;

/** Of a habit of another shell, what it comes to. */
function about(asked: string): Block[] {
  const meant = habit(asked);
  if (meant !== undefined && 'say' in meant) return [text(meant.say)];
  const name = (meant?.input ?? asked).replace(/^\./, '').split(/\s/)[0]!.toLowerCase();
  const { name: found, arguments: takes, summary, examples } = findCommand(name);
  return [text(`.${found}${takes === '' ? '' : ` ${takes}`}`), text(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`), code(examples.join('\n'), 'console')];
}
