/** All commands and options in one table: --help, completions and the manual are made of it. */

import { Option } from 'commander';
import { exitCodes } from '../errors.js';
import { commands } from './commands.js';
import type { Command, ExtraOption } from './commands.js';
import { localCommands } from './local-commands.js';
import type { LocalCommand } from './local-commands.js';

export type AnyCommand = Command | LocalCommand;

/** Here and not with its kin, since it tells of all of them. */
const completion: LocalCommand = {
  name: 'completion',
  arguments: '[shell]',
  summary: 'what bash, zsh or fish complete',
  examples: ['source <(aishell completion bash)', 'aishell completion fish > ~/.config/fish/completions/aishell.fish'],
  async run([shell], _, { stdout }) {
    const [{ completionScript }, { everyFormat }] = await Promise.all([import('./completion.js'), import('../render/writer.js')]);
    const options = allOptions.map(({ long, short, description, required, argChoices }) => {
      const choices = long === '--format' ? everyFormat : argChoices;
      return { description, required, ...(long !== undefined && { long }), ...(short !== undefined && { short }), ...(choices !== undefined && { argChoices: choices }) };
    });
    stdout.write(completionScript(shell, { commands: allCommands, options }));
    return exitCodes.ok;
  },
};

export const allCommands: readonly AnyCommand[] = [...commands, ...localCommands, completion];

const commas = (text: string, before: readonly string[] = []): string[] => [...before, ...text.split(',').map((name) => name.trim()).filter((name) => name !== '')];

export const commonOptions: readonly Option[] = [
  new Option('-c, --config <file>', 'aishell.yaml; default: looked for from here upwards, then in the XDG config folder'),
  new Option('-f, --format <format>', 'table, json, ndjson, csv, markdown, html (a report with charts) or svg (a chart), to files also parquet or xlsx, of comparisons also sarif or junit, of traces tree or timeline, of graphs mermaid or dot; default: by the ending of --output, else table'),
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

/** An option of one command, as commander takes it. */
export function ownOption({ flags, description, choices, many }: ExtraOption): Option {
  const option = new Option(flags, description);
  if (choices !== undefined) option.choices([...choices]);
  if (many === true) option.argParser(commas);
  return option;
}

export const allOptions: readonly Option[] = [...commonOptions, ...allCommands.flatMap(({ extra = [] }) => extra.map(ownOption))];

export const exitHelp = `Exit codes: 0 complete, 1 a bug, 2 wrong usage, configuration or SQL, 3 question not understood, 4 partial answer,
5 a store or the model failed, 6 refused or out of budget, 10 found what --fail-on or --min-right asks for, 130 cancelled.
Without a command and at a terminal, aishell opens its prompt.`;
