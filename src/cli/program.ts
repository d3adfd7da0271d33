/** The commands as commander sees them. */

import { Command as Program, CommanderError } from 'commander';
import { AishellError } from '../errors.js';
import { nearest } from '../config/nearest.js';
import type { Command } from './commands.js';
import type { LocalCommand } from './local-commands.js';
import type { RawOptions } from './options.js';
import type { Terminal } from './surroundings.js';
import { allCommands, commonOptions, exitHelp, ownOption } from './table.js';
import type { AnyCommand } from './table.js';

export interface Handlers {
  readonly command: (command: Command, words: readonly string[], options: RawOptions) => Promise<void>;
  readonly local: (command: LocalCommand, words: readonly string[], options: RawOptions) => Promise<void>;
  /** No command at all. */
  readonly shell: (options: RawOptions) => Promise<void>;
}

export function buildProgram(version: string, stdout: Terminal, handlers: Handlers): Program {
  const program = new Program('aishell')
    .description('Ask in English; get one verified answer from many services’ stores.')
    .version(version, '-V, --version')
    .argument('[words...]')
    .usage('[options] [command]')
    .helpCommand('help [command]', 'help for a command')
    .addHelpText('after', `\n${exitHelp}`)
    .action(async (words: string[], options: RawOptions) => {
      if (words.length > 0) throw unknownCommand(words);
      await handlers.shell(options);
    });
  for (const option of commonOptions) program.addOption(option);

  const handle = (command: AnyCommand, words: readonly string[], options: RawOptions): Promise<void> =>
    'run' in command ? handlers.local(command, words, options) : handlers.command(command, words, options);
  const made = new Map<string, Program>();
  for (const command of allCommands) {
    const path = command.name.split(' ');
    const parent = made.get(path.slice(0, -1).join(' ')) ?? program;
    const sub = parent.command(`${path.at(-1)} ${command.arguments}`.trim()).summary(command.summary).description(command.summary);
    for (const option of command.extra ?? []) sub.addOption(ownOption(option));
    sub.addHelpText('after', `\nExamples:\n${command.examples.map((example) => `  ${example}`).join('\n')}`);
    sub.action(async () => {
      const words = sub.args;
      if (!command.arguments.includes('...') && words.length > command.arguments.split(' ').filter((part) => part !== '').length) {
        throw new AishellError('usage', `${command.name} takes no argument ${words.at(-1)}`, `See aishell ${command.name} --help.`);
      }
      await handle(command, words, sub.optsWithGlobals<RawOptions>());
    });
    made.set(command.name, sub);
  }
  for (const each of [program, ...made.values()]) {
    each.exitOverride().configureHelp({ showGlobalOptions: true }).configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: () => undefined,
      outputError: () => undefined,
      getOutHelpWidth: () => stdout.columns ?? 100,
    });
    each.allowExcessArguments();
  }
  program.configureHelp({ visibleArguments: () => [] });
  return program;
}

function unknownCommand(words: readonly string[]): AishellError {
  const names = allCommands.map(({ name }) => name).filter((name) => !name.includes(' '));
  const [first = ''] = words;
  const said = words.join(' ');
  const [near] = nearest(first, names);
  // Several words that begin like no command are a question that lacks its command.
  const remedy =
    near !== undefined ? `Did you mean aishell ${near}?`
    : /\s/.test(said) ? `To ask it: aishell query ${JSON.stringify(said)}.`
    : `The commands are ${names.join(', ')}.`;
  return new AishellError('usage', `there is no command ${first}`, `${remedy} See aishell --help.`);
}

/** What commander objects to, in our words; undefined for help and version, which are no errors. */
export function usageError(error: CommanderError, words: readonly string[]): AishellError | undefined {
  if (error.exitCode === 0) return undefined;
  const [message = '', hint] = error.message.replace(/^error: /, '').split('\n');
  // The first word may as well be the value of an option.
  const command = words.find((word) => allCommands.some(({ name }) => name === word));
  return new AishellError('usage', message, `${hint === undefined ? '' : `${hint.replace(/^\(|\)$/g, '')} `}See aishell ${command === undefined ? '' : `${command} `}--help.`);
}

export { CommanderError };
