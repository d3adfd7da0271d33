/** The commands as commander sees them. */

import { Command as Program, CommanderError, Option } from 'commander';
import { AishellError } from '../errors.js';
import { nearest } from '../config/nearest.js';
import type { Command } from './commands.js';
import type { RawOptions } from './options.js';
import type { Terminal } from './surroundings.js';

export interface Handlers {
  readonly command: (command: Command, words: readonly string[], options: RawOptions) => Promise<void>;
  /** No command at all. */
  readonly shell: (options: RawOptions) => Promise<void>;
}

const commas = (text: string, before: readonly string[] = []): string[] => [...before, ...text.split(',').map((name) => name.trim()).filter((name) => name !== '')];

const common: readonly Option[] = [
  new Option('-c, --config <file>', 'aishell.yaml; default: looked for from here upwards, then in the XDG config folder'),
  new Option('-f, --format <format>', 'table, json, ndjson, csv, markdown, html (a report with charts) or svg (a chart), of comparisons also sarif or junit, of traces tree or timeline, of graphs mermaid or dot; default: by the ending of --output, else table'),
  new Option('-o, --output <file>', 'write the answer to a file, whole or not at all'),
  new Option('--meta <file>', 'write what surrounds the rows (SQL, fragments, completeness) to a JSON file'),
  new Option('-s, --service <names>', 'only these services, separated by commas').argParser(commas),
  new Option('-l, --limit <rows>', 'rows in the answer; 0 for all; default: limits.resultRows, 1,000'),
  new Option('-t, --timeout <time>', 'stop after so long: 30s, 5m; default: limits.timeout, 5m'),
  new Option('--allow-partial', 'give what can be given when a service is missing, and name it; exit code 4'),
  new Option('--refresh', 'introspect the stores again instead of using the cached catalogue'),
  new Option('--progress <how>', 'what is happening, on stderr: auto draws it at a terminal, json writes lines for programs').choices(['auto', 'json', 'off']),
  new Option('--no-color', 'no colours; NO_COLOR does the same'),
  new Option('-v, --verbose', 'more: SQL, native queries, how completeness was proven, what is logged'),
];

const completionSummary = 'what bash, zsh or fish complete';

const exitHelp = `
Exit codes: 0 complete, 1 a bug, 2 wrong usage, configuration or SQL, 3 question not understood, 4 partial answer,
5 a store or the model failed, 6 refused or out of budget, 10 found what --fail-on or --min-right asks for, 130 cancelled.
Without a command and at a terminal, aishell opens its prompt.`;

export function buildProgram(commands: readonly Command[], version: string, stdout: Terminal, handlers: Handlers): Program {
  const program = new Program('aishell')
    .description('Ask in English; get one verified answer from many services’ stores.')
    .version(version, '-V, --version')
    .argument('[words...]')
    .usage('[options] [command]')
    .helpCommand('help [command]', 'help for a command')
    .addHelpText('after', exitHelp)
    .action(async (words: string[], options: RawOptions) => {
      if (words.length > 0) throw unknownCommand(words, commands);
      await handlers.shell(options);
    });
  for (const option of common) program.addOption(option);

  const made = new Map<string, Program>();
  for (const command of commands) {
    const path = command.name.split(' ');
    const parent = made.get(path.slice(0, -1).join(' ')) ?? program;
    const sub = parent.command(`${path.at(-1)} ${command.arguments}`.trim()).summary(command.summary).description(command.summary);
    for (const { flags, description, choices, many } of command.extra ?? []) {
      const option = new Option(flags, description);
      if (choices !== undefined) option.choices([...choices]);
      if (many === true) option.argParser(commas);
      sub.addOption(option);
    }
    sub.addHelpText('after', `\nExamples:\n${command.examples.map((example) => `  ${example}`).join('\n')}`);
    sub.action(async () => {
      const words = sub.args;
      if (!command.arguments.includes('...') && words.length > command.arguments.split(' ').filter((part) => part !== '').length) {
        throw new AishellError('usage', `${command.name} takes no argument ${words.at(-1)}`, `See aishell ${command.name} --help.`);
      }
      await handlers.command(command, words, sub.optsWithGlobals<RawOptions>());
    });
    made.set(command.name, sub);
  }
  // It needs no configuration and no session, so it is none of the commands.
  const completion = program
    .command('completion [shell]')
    .summary(completionSummary)
    .description(completionSummary)
    .addHelpText('after', '\nExamples:\n  source <(aishell completion bash)\n  aishell completion fish > ~/.config/fish/completions/aishell.fish')
    .action(async (shell: string | undefined) => {
      const { completionScript } = await import('./completion.js');
      const options = [...common, ...commands.flatMap(({ extra = [] }) => extra.map(({ flags, description, choices }) => (choices === undefined ? new Option(flags, description) : new Option(flags, description).choices([...choices]))))];
      stdout.write(completionScript(shell, { commands: [...commands, { name: 'completion', summary: completionSummary }], options }));
    });
  for (const each of [program, completion, ...made.values()]) {
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

function unknownCommand(words: readonly string[], commands: readonly Command[]): AishellError {
  const names = [...commands.map(({ name }) => name), 'completion'].filter((name) => !name.includes(' '));
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
export function usageError(error: CommanderError, words: readonly string[], commands: readonly Command[]): AishellError | undefined {
  if (error.exitCode === 0) return undefined;
  const [message = '', hint] = error.message.replace(/^error: /, '').split('\n');
  // The first word may as well be the value of an option.
  const command = words.find((word) => commands.some(({ name }) => name === word));
  return new AishellError('usage', message, `${hint === undefined ? '' : `${hint.replace(/^\(|\)$/g, '')} `}See aishell ${command === undefined ? '' : `${command} `}--help.`);
}

export { CommanderError };
