/** The dot commands of the prompt, one entry each. Anything else is a question, or SQL. */

import type { Answer } from '../answer/contract.js';
import { AishellError } from '../errors.js';
import { suggest } from '../config/nearest.js';
import { formats } from '../render/index.js';
import type { Format } from '../render/index.js';
import type { AskOptions, Session } from '../session/contract.js';

/** What a command may do to the prompt it was given at. */
export interface Prompt {
  session: Session;
  readonly ask: AskOptions;
  format: Format;
  verbose: boolean;
  /** Opens the configuration anew and introspects every store. */
  reopen(): Promise<Session>;
}

export type Outcome = { readonly answer: Answer } | { readonly text: string } | { readonly quit: true } | { readonly sql: string };

export interface DotCommand {
  readonly name: string;
  readonly arguments: string;
  readonly summary: string;
  run(prompt: Prompt, rest: string): Promise<Outcome>;
}

const words = (rest: string): string[] => rest.split(/\s+/).filter((word) => word !== '');

export const dotCommands: readonly DotCommand[] = [
  {
    name: 'help',
    arguments: '',
    summary: 'this list',
    run: () => Promise.resolve({ text: help() }),
  },
  {
    name: 'sql',
    arguments: '[statement]',
    summary: 'SQL over several lines; ends with ; or an empty line',
    run: (_, rest) => Promise.resolve({ sql: rest }),
  },
  {
    name: 'schema',
    arguments: '[service or service.table]',
    summary: 'services, tables, columns and links',
    run: async ({ session, ask }, scope) => ({ answer: await session.schema({ ...ask, ...(scope !== '' && { scope }) }) }),
  },
  {
    name: 'explain',
    arguments: 'question or SQL',
    summary: 'what each store would be asked',
    run: async ({ session, ask }, text) => ({ answer: await session.explain(needed(text, 'a question or SQL'), ask) }),
  },
  {
    name: 'diff',
    arguments: '[left] [right]',
    summary: 'compare what services say of the same things',
    run: async ({ session, ask }, rest) => ({ answer: await session.diff(words(rest)[0], words(rest)[1], ask) }),
  },
  {
    name: 'trace',
    arguments: '[id]',
    summary: 'follow one event through every store',
    run: async ({ session, ask }, rest) => ({ answer: await session.trace(words(rest)[0], ask) }),
  },
  {
    name: 'doctor',
    arguments: '',
    summary: 'check every service',
    run: async ({ session, ask }) => ({ answer: await session.doctor(ask) }),
  },
  {
    name: 'refresh',
    arguments: '',
    summary: 'read the configuration and introspect every store again',
    async run(prompt) {
      prompt.session = await prompt.reopen();
      const { services } = await prompt.session.catalog(prompt.ask.signal);
      const tables = services.reduce((sum, service) => sum + service.tables.length, 0);
      return { text: `${services.length} services, ${tables} tables` };
    },
  },
  {
    name: 'format',
    arguments: '[table|json|ndjson|csv|markdown]',
    summary: 'how answers are shown',
    run(prompt, rest) {
      if (rest !== '') {
        if (!(formats as readonly string[]).includes(rest)) throw new AishellError('usage', `there is no format ${rest}`, `The formats are ${formats.join(', ')}.`);
        prompt.format = rest as Format;
      }
      return Promise.resolve({ text: `format: ${prompt.format}` });
    },
  },
  {
    name: 'verbose',
    arguments: '',
    summary: 'more or less about where rows came from',
    run(prompt) {
      prompt.verbose = !prompt.verbose;
      return Promise.resolve({ text: `verbose: ${prompt.verbose ? 'on' : 'off'}` });
    },
  },
  {
    name: 'quit',
    arguments: '',
    summary: 'leave; so does Ctrl-D',
    run: () => Promise.resolve({ quit: true }),
  },
];

const aliases: Readonly<Record<string, string>> = { exit: 'quit', q: 'quit', h: 'help', '?': 'help' };

export function findCommand(name: string): DotCommand {
  const found = dotCommands.find((command) => command.name === (aliases[name] ?? name));
  if (found !== undefined) return found;
  const near = suggest(name, dotCommands.map((command) => command.name));
  throw new AishellError('usage', `there is no command .${name}`, `${near.charAt(0).toUpperCase()}${near.slice(1)} See .help.`);
}

function needed(text: string, what: string): string {
  if (text !== '') return text;
  throw new AishellError('usage', `${what} is needed`, 'Write it behind the command.');
}

function help(): string {
  const calls = dotCommands.map(({ name, arguments: rest }) => `.${name}${rest === '' ? '' : ` ${rest}`}`);
  const width = Math.max(...calls.map((call) => call.length));
  return [
    'Ask a question in English, or type a SELECT over service.table.',
    '',
    ...dotCommands.map(({ summary }, i) => `  ${calls[i]!.padEnd(width)}  ${summary}`),
    '',
    'Up and Down recall what was asked before. Ctrl-C stops what is running, Ctrl-D leaves.',
  ].join('\n');
}
