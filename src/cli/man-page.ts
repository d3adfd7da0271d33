/** The manual page, in man(7)'s macros, made of the same table as --help and completions: scripts/man-page.ts writes it. */

import { dotCommands } from '../repl/commands/index.js';
import type { ExtraOption } from './commands.js';
import { allCommands, commonOptions, exitHelp } from './table.js';

export function manPage(version: string): string {
  return [
    `.TH AISHELL 1 "" "aishell ${version}" "User Commands"`,
    '.SH NAME',
    'aishell \\- ask in English; get one verified answer from many services\\(aq stores',
    '.SH SYNOPSIS',
    '.B aishell',
    '[\\fIoptions\\fR] [\\fIcommand\\fR [\\fIarguments\\fR]]',
    '.SH DESCRIPTION',
    escaped('Makes one SELECT of a question, asks every store natively for its part, joins what comes back, and shows its proof: which store was asked what, how many rows moved, what is missing. It only reads.'),
    '.PP',
    escaped('Without a command and at a terminal, it opens its prompt.'),
    '.SH COMMANDS',
    ...allCommands.flatMap(({ name, arguments: rest, summary, extra = [], examples }) => [
      '.TP',
      `.B ${escaped(name)}${rest === '' ? '' : ` \\fI${escaped(rest)}\\fB`}`,
      `${sentence(summary)}`,
      ...(extra.length === 0 ? [] : ['.RS', ...extra.flatMap(option), '.RE']),
      '.RS',
      '.PP',
      ...examples.flatMap((example, i) => [...(i === 0 ? [] : ['.br']), `\\f(CR${escaped(example)}\\fR`]),
      '.RE',
    ]),
    '.SH OPTIONS',
    escaped('Every command takes these; those that do not concern it do nothing.'),
    ...commonOptions.flatMap(({ flags, description, argChoices }) => option({ flags, description, ...(argChoices !== undefined && { choices: argChoices }) })),
    '.SH AT THE PROMPT',
    escaped('A question, a SELECT over service.table, or one of these. Other shells\u2019 habits (\\d, \\dt, \\x, \\q, show tables, exit) are understood.'),
    ...dotCommands.flatMap(({ name, arguments: rest, summary }) => ['.TP', `.B ${escaped(`.${name}`)}${rest === '' ? '' : ` \\fI${escaped(rest)}\\fB`}`, sentence(summary)]),
    '.SH EXIT STATUS',
    escaped(exitHelp.replace(/\n[^\n]*$/, '').replace(/^Exit codes: /, '').replaceAll('\n', ' ')),
    '.SH FILES',
    ...[
      ['aishell.yaml', 'The services: in the working directory or above it, or in $XDG_CONFIG_HOME/aishell. aishell config init writes one.'],
      ['$XDG_CACHE_HOME/aishell', 'What was learnt of the services.'],
      ['$XDG_STATE_HOME/aishell', 'What was asked at the prompt, and named queries.'],
    ].flatMap(([file, text]) => ['.TP', `.I ${escaped(file!)}`, escaped(text!)]),
    '.SH ENVIRONMENT',
    ...[
      ['AISHELL_CONFIG', 'The configuration, where --config does not say.'],
      ['NO_COLOR', 'No colours, if it is set to anything.'],
      ['ACCESSIBLE', 'For screen readers: nothing is drawn twice, no lines are drawn.'],
      ['VISUAL, EDITOR', 'What .edit opens.'],
      ['PAGER', 'What long results go to at the prompt, if it is set; else a pager of its own.'],
    ].flatMap(([variable, text]) => ['.TP', `.B ${escaped(variable!)}`, escaped(text!)]),
    '',
  ].join('\n');
}

function option({ flags, description, choices }: ExtraOption): string[] {
  return ['.TP', `.B ${escaped(flags)}`, sentence(choices === undefined ? description : `${description}; one of ${choices.join(', ')}`)];
}

function sentence(text: string): string {
  return escaped(`${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`);
}

/** Text as roff shows it: a hyphen that can be copied, no line that begins like a request. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('’', '\\(cq')
    .replace(/^(?=[.'])/gm, '\\&');
}
