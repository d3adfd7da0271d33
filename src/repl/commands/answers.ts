/** Commands about the answer that came last, and about queries that are kept. */

import { parseDuration } from '../../config/units.js';
import { suggest } from '../../config/nearest.js';
import { chartKinds } from '../../answer/contract.js';
import type { ChartRequest } from '../../answer/contract.js';
import { AishellError } from '../../errors.js';
import type { Block } from '../../render/blocks.js';
import { viewOf } from '../../render/views/index.js';
import { mostPoints, neededChart } from '../../render/views/chart.js';
import { count } from '../../render/amounts.js';
import { createWriter, renderAnswer } from '../../render/index.js';
import type { Format } from '../../render/index.js';
import { filledIn, parameters } from '../saved.js';
import { needed, words } from './contract.js';
import type { DotCommand, Last, Prompt } from './contract.js';

const byExtension: Readonly<Record<string, Format>> = { csv: 'csv', json: 'json', ndjson: 'ndjson', jsonl: 'ndjson', md: 'markdown', html: 'html', svg: 'svg', txt: 'table', parquet: 'parquet', xlsx: 'xlsx' };
/** Terminals take no more than about this through OSC 52, in base64. */
const mostCopied = 74_000;
const leastWatchMs = 100;

export const answers: readonly DotCommand[] = [
  {
    name: 'last',
    arguments: '',
    summary: 'the last answer again; as .format and .x now say',
    examples: ['.last'],
    run: (prompt) => {
      const { answer, whole, input } = lastOf(prompt);
      return Promise.resolve(whole ? { answer } : { input });
    },
  },
  {
    name: 'again',
    arguments: '',
    summary: 'what was answered last, asked again',
    examples: ['.again'],
    run: (prompt) => {
      const { input } = lastOf(prompt);
      return Promise.resolve(/^[.\\]/.test(input) ? { inputs: [input] } : { input });
    },
  },
  {
    name: 'save',
    completes: 'file',
    arguments: '[-f] file.csv|json|ndjson|parquet|xlsx|md|html|svg|txt',
    summary: 'the whole last answer to a file; -f replaces one that is there',
    examples: ['.save rows.csv', '.save -f report.html', '.save rows.parquet'],
    async run(prompt, rest) {
      const force = /^-f\s+/.test(rest);
      const path = needed(rest.replace(/^-f\s+/, ''), 'a file name');
      return { text: await save(prompt, path, force) };
    },
  },
  {
    name: 'chart',
    arguments: '[bar|line|heat|scatter|spark]',
    summary: 'the last answer drawn; without a kind, as its shape suggests',
    examples: ['.chart', '.chart bar', '.chart line'],
    completes: 'words',
    words: chartKinds,
    run: async (prompt, rest) => ({ blocks: await chart(prompt, rest) }),
  },
  {
    name: 'copy',
    arguments: '[csv|json|ndjson|markdown]',
    summary: 'the last answer to the clipboard, also over ssh (OSC 52)',
    examples: ['.copy', '.copy markdown'],
    completes: 'words',
    words: ['csv', 'json', 'ndjson', 'markdown'],
    async run(prompt, rest) {
      const format = rest === '' ? 'csv' : rest;
      if (!['csv', 'json', 'ndjson', 'markdown'].includes(format)) throw new AishellError('usage', `there is no format ${format} to copy`, 'csv, json, ndjson and markdown can be copied.');
      const { answer, whole } = lastOf(prompt);
      const bytes = whole ? Buffer.from(await renderAnswer(answer, { format: format as Format })) : undefined;
      if (bytes === undefined || bytes.length > mostCopied) throw new AishellError('usage', `the answer is longer than terminals take, ${count(mostCopied)} bytes`, 'Use .save, or ask for less.');
      prompt.print(`\u001b]52;c;${bytes.toString('base64')}\u0007`);
      return { text: `copied ${count(bytes.length)} bytes of ${format}, if the terminal allows it (OSC 52)` };
    },
  },
  {
    name: 'watch',
    arguments: '[2s] [c=times] [question or SQL]',
    summary: 'again and again until Ctrl-C, or so many times; without a text, what was answered last',
    examples: ['.watch 5s', '.watch 2s c=10 SELECT count(*) FROM service.table'],
    completes: 'text',
    run(prompt, rest) {
      // psql's own form is taken too: \watch i=5 c=3, with seconds where no unit is said.
      const [time = '', amount] = /^(?:i=)?(\d[\d.]*[a-z]*)(?=\s|$)\s*/.exec(rest) ?? [];
      const given = amount === undefined ? undefined : parseDuration(amount);
      const behind = given === undefined ? rest : rest.slice(time.length);
      const [often = '', times] = /^c=(\d+)(?=\s|$)\s*/.exec(behind) ?? [];
      const text = behind.slice(often.length).trim();
      const everyMs = given ?? 2000;
      if (everyMs < leastWatchMs) throw new AishellError('usage', `${time.trim()} is too often`, 'Stores are asked each time; 100ms is the least.');
      const watched = text === '' ? lastOf(prompt).input : text;
      if (/^[.\\]/.test(watched)) throw new AishellError('usage', `${words(watched)[0]!} can’t be watched`, 'Watch a question or a statement.');
      return Promise.resolve({ input: watched, everyMs, ...(times !== undefined && { times: Number(times) }) });
    },
  },
  {
    name: 'name',
    arguments: '[name] [question or SQL]',
    summary: 'keeps a query, or what was asked last; $a or $1 in it are parameters. Alone: those there are',
    examples: ['.name big SELECT * FROM service.table WHERE amount > $least', '.name big', '.name'],
    async run(prompt, rest) {
      const [name] = words(rest);
      if (name === undefined) return { text: await listed(prompt) };
      if (!/^[\p{L}\p{N}_-]+$/u.test(name)) throw new AishellError('usage', `a query can’t be called ${name}`, 'Use letters, digits, - and _.');
      const text = rest.slice(name.length).trim() || lastOf(prompt).input;
      if (/^[.\\]/.test(text)) throw new AishellError('usage', 'a command can’t be kept', 'Keep a question or a statement.');
      await prompt.saved.save(name, text);
      const takes = parameters(text);
      return { text: `kept; .run ${[name, ...takes.map((each) => `${each}=...`)].join(' ')}` };
    },
  },
  {
    name: 'run',
    completes: 'saved',
    arguments: 'name [value | a=value ...]',
    summary: 'runs a kept query; a value with blanks goes into quotes',
    examples: ['.run big least=100', '.run big 100'],
    async run(prompt, rest) {
      const [name, ...given] = quotedWords(needed(rest, 'the name of a query'));
      const text = await kept(prompt, name!);
      return { input: filledIn(text, valuesOf(given, parameters(text))) };
    },
  },
  {
    name: 'forget',
    completes: 'saved',
    arguments: 'name',
    summary: 'removes a kept query',
    examples: ['.forget big'],
    async run(prompt, name) {
      await kept(prompt, needed(name, 'the name of a query'));
      await prompt.saved.remove(name);
      return { text: `${name} is gone` };
    },
  },
];

function lastOf({ last }: Prompt): Last {
  if (last === undefined) throw new AishellError('usage', 'nothing was answered yet', 'Ask something first.');
  return last;
}

/** @throws AishellError for an answer that can't be drawn so, with what is needed */
async function chart(prompt: Prompt, rest: string): Promise<Block[]> {
  const kind = rest === '' ? 'auto' : rest.toLowerCase();
  if (kind !== 'auto' && !(chartKinds as readonly string[]).includes(kind)) throw new AishellError('usage', `there is no ${kind} chart`, `The kinds are ${chartKinds.join(', ')}; ${suggest(kind, chartKinds)}`);
  const request = kind as ChartRequest;
  const last = lastOf(prompt);
  const { answer, whole } = last;
  if (answer.kind === 'report') return viewOf({ ...answer, chart: request }, prompt.verbose);
  if (answer.kind !== 'query') throw new AishellError('usage', 'the last answer has no rows to draw', 'Ask for numbers, and times or names that they belong to.');
  // Too many rows to be kept: as many as a drawing can show are asked for again.
  const drawable = whole ? answer : await prompt.session.sql(answer.sql, { ...prompt.ask, limit: mostPoints });
  const made = neededChart(drawable, request);
  prompt.last = { ...last, chart: request };
  return [{ kind: 'chart', chart: made }];
}

/** All rows of the answer: where the screen had only the first, the statement runs again without a limit. */
export async function save(prompt: Prompt, path: string, force: boolean): Promise<string> {
  const { answer, whole, input, chart: drawn } = lastOf(prompt);
  const extension = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  const format = byExtension[extension];
  if (format === undefined) throw new AishellError('usage', `${path} doesn’t say a format`, `End it in one of ${Object.keys(byExtension).map((each) => `.${each}`).join(', ')}.`);
  const { stat } = await import('node:fs/promises');
  if (!force && (await stat(path).catch(() => undefined)) !== undefined) throw new AishellError('usage', `${path} is there already`, `To replace it: .save -f ${path}`);
  const file = await prompt.openFile(path);
  try {
    const writer = createWriter({ format, screen: false, bytes: (chunk) => file.write(chunk), ...(drawn !== undefined && { chart: drawn }) }, (chunk) => file.write(chunk));
    // Parquet's types are the engine's: what is kept here for the screen has lost them.
    const again = answer.kind === 'query' && (!whole || answer.truncated || format === 'parquet');
    const written = again ? await prompt.session.sql(answer.sql, { ...prompt.ask, limit: 0, rows: writer }) : answer;
    await writer.finish(written);
    await file.commit();
    const rows = written.kind === 'query' ? `${count(written.rowCount)} ${written.rowCount === 1 ? 'row' : 'rows'}` : `the answer to ${input}`;
    const lacking = 'complete' in written && !written.complete ? '; INCOMPLETE, as it was answered' : '';
    return `wrote ${rows} to ${path}${again ? `; it was asked again, since the screen had not all${format === 'parquet' ? ' of its types' : ''}` : ''}${lacking}`;
  } finally {
    await file.discard();
  }
}

async function kept({ saved }: Prompt, name: string): Promise<string> {
  const all = await saved.all();
  const text = all.get(name);
  if (text !== undefined) return text;
  throw new AishellError('usage', `there is no query ${name}`, all.size === 0 ? 'Keep one with .name NAME.' : `${suggest(name, [...all.keys()])} See .name.`);
}

async function listed({ saved }: Prompt): Promise<string> {
  const all = [...(await saved.all())].sort(([a], [b]) => (a < b ? -1 : 1));
  if (all.length === 0) return 'No query is kept. .name NAME keeps what was asked last.';
  const width = Math.max(...all.map(([name]) => name.length));
  return all.map(([name, text]) => `${name.padEnd(width)}  ${text.replace(/\s+/g, ' ')}`).join('\n');
}

/** Words, of which some are in quotes. */
function quotedWords(text: string): string[] {
  return [...text.matchAll(/((?:[^\s"']|"[^"]*"|'[^']*')+)/g)].map(([word]) => word.replace(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ''));
}

/** `a=1` by name; others by their place. */
function valuesOf(given: readonly string[], names: readonly string[]): Map<string, string> {
  const values = new Map<string, string>();
  const places = names.filter((name) => !given.some((word) => word.startsWith(`${name}=`)));
  for (const word of given) {
    const name = names.find((each) => word.startsWith(`${each}=`)) ?? places.shift();
    if (name === undefined) throw new AishellError('usage', `there is no parameter for ${word}`, names.length === 0 ? 'The query takes none.' : `It takes ${names.join(', ')}.`);
    values.set(name, word.startsWith(`${name}=`) ? word.slice(name.length + 1) : word);
  }
  return values;
}
