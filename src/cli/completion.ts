/** What bash, zsh and fish complete, made from the commands and options themselves: `aishell completion bash`. */

import { AishellError } from '../errors.js';
import type { Command } from './commands.js';

export const shells = ['bash', 'zsh', 'fish'] as const;

/** An option as commander knows it. */
export interface CompletedOption {
  readonly long?: string;
  readonly short?: string;
  readonly description: string;
  /** It takes a value. */
  readonly required: boolean;
  readonly argChoices?: readonly string[];
}

export interface Completed {
  readonly commands: readonly Pick<Command, 'name' | 'summary'>[];
  readonly options: readonly CompletedOption[];
}

/** The script, to be sourced or put where the shell looks for it. */
export function completionScript(shell: string | undefined, completed: Completed): string {
  switch (shell) {
    case 'bash':
      return bash(completed);
    case 'zsh':
      return zsh(completed);
    case 'fish':
      return fish(completed);
    default:
      throw new AishellError('usage', shell === undefined ? 'the name of a shell is needed' : `there is no completion for ${shell}`, `One of ${shells.join(', ')}: source <(aishell completion bash)`);
  }
}

const first = ({ commands }: Completed): string[] => [...new Set(commands.map(({ name }) => name.split(' ')[0]!))];

/** Second words by their first. */
function second({ commands }: Completed): [string, string[]][] {
  const below = new Map<string, string[]>();
  for (const { name } of commands) {
    const [one = '', two] = name.split(' ');
    if (two !== undefined) below.set(one, [...(below.get(one) ?? []), two]);
  }
  return [...below, ['completion', [...shells]]];
}

/** What options may be, by their names: two commands may mean different words by one option. */
function choices({ options }: Completed): Map<string, string[]> {
  const words = new Map<string, string[]>();
  for (const { long, short, argChoices } of options) {
    if (argChoices === undefined) continue;
    const names = [long, short].filter(Boolean).join('|');
    words.set(names, [...new Set([...(words.get(names) ?? []), ...argChoices])]);
  }
  return words;
}

function bash(completed: Completed): string {
  const flags = [...new Set(completed.options.flatMap(({ long, short }) => [long, short].filter((each) => each !== undefined)))];
  const values = [...choices(completed)].map(([names, words]) => `    ${names}) COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$cur")); return ;;`);
  const below = second(completed).map(([one, words]) => `    ${one}) [ "$COMP_CWORD" -eq 2 ] && COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$cur")) ;;`);
  return `# aishell completion bash: put it into ~/.local/share/bash-completion/completions/aishell
_aishell() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  case $prev in
${values.join('\n')}
    --config|-c|--output|-o|--meta) COMPREPLY=($(compgen -f -- "$cur")); return ;;
  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W '${flags.join(' ')}' -- "$cur"))
  elif [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${first(completed).join(' ')}' -- "$cur"))
  else case \${COMP_WORDS[1]} in
${below.join('\n')}
  esac; fi
}
complete -o default -F _aishell aishell
`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
/** zsh splits at colons and reads brackets. */
const zshText = (text: string): string => text.replace(/[[\]:]/g, '\\$&');

function zsh(completed: Completed): string {
  const options = completed.options.map(({ long, short, description, required, argChoices }) => {
    const value = !required ? '' : `:value:${argChoices === undefined ? '_files' : `(${argChoices.join(' ')})`}`;
    return [long, short].filter((each) => each !== undefined).map((name) => `    ${quoted(`*${name}[${zshText(description)}]${value}`)}`).join(' \\\n');
  });
  const commands = completed.commands.filter(({ name }) => !name.includes(' ')).map(({ name, summary }) => `    ${quoted(`${zshText(name)}:${zshText(summary)}`)}`);
  const below = second(completed).map(([one, words]) => `    ${one}) _values 'command' ${words.map(quoted).join(' ')} ;;`);
  return `#compdef aishell
# aishell completion zsh: put it into a folder of $fpath as _aishell
_aishell_commands() {
  local -a commands=(
${commands.join('\n')}
  )
  _describe 'command' commands
}
_aishell_below() {
  case $words[2] in
${below.join('\n')}
  esac
}
_aishell() {
  _arguments \\
${options.join(' \\\n')} \\
    '1:command:_aishell_commands' '2:argument:_aishell_below'
}
if [ "$funcstack[1]" = _aishell ]; then _aishell "$@"; else compdef _aishell aishell; fi
`;
}

/** Single quotes, in which fish reads backslashes. */
const fishText = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

function fish(completed: Completed): string {
  const commands = completed.commands.map(({ name, summary }) => {
    const [one, two] = name.split(' ');
    return `complete -c aishell -f -n ${two === undefined ? '__fish_use_subcommand' : fishText(`__fish_seen_subcommand_from ${one}`)} -a ${fishText(two ?? one!)} -d ${fishText(summary)}`;
  });
  const options = completed.options.map(({ long, short, description, required, argChoices }) =>
    ['complete -c aishell', ...(long === undefined ? [] : [`-l ${long.slice(2)}`]), ...(short === undefined ? [] : [`-s ${short.slice(1)}`]), ...(required ? ['-r'] : []), ...(argChoices === undefined ? [] : [`-f -a ${fishText(argChoices.join(' '))}`]), `-d ${fishText(description)}`].join(' '),
  );
  const known = `complete -c aishell -f -n '__fish_seen_subcommand_from completion' -a ${fishText(shells.join(' '))}`;
  return `# aishell completion fish: put it into ~/.config/fish/completions/aishell.fish\n${[...commands, known, ...options].join('\n')}\n`;
}
