/** Commands that ask no store: about the configuration file, and about the program itself. */

import { mkdir, open } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { NewService } from '../config/init.js';
import type { Problem } from '../config/document.js';
import { AishellError, exitCodes } from '../errors.js';
import { safeText } from '../render/safe.js';
import type { CommandDescription } from './commands.js';
import type { RawOptions } from './options.js';
import type { Surroundings } from './surroundings.js';

export interface LocalCommand extends CommandDescription {
  /** Writes to stdout by itself; resolves to the exit code. */
  run(words: readonly string[], options: RawOptions, world: Surroundings): Promise<number>;
}

export const localCommands: readonly LocalCommand[] = [
  {
    name: 'config',
    arguments: '',
    summary: 'write, check or show aishell.yaml: config init, config check, config show',
    examples: ['aishell config init shop=postgres://reader@db.internal/shop', 'aishell config check'],
    run: () => Promise.reject(new AishellError('usage', 'what is to be done with the configuration was not said', 'One of: aishell config init, aishell config check, aishell config show.')),
  },
  {
    name: 'config init',
    arguments: '[name=address...]',
    summary: 'write an aishell.yaml with comments, from addresses or by asking; never over one that is there',
    extra: [{ flags: '--timezone <name>', description: 'IANA name of the time zone that relative dates are read in' }],
    examples: ['aishell config init', 'aishell config init shop=postgres://reader@db.internal/shop events=kafka://localhost:9092 files=./data', 'aishell config init --config team/aishell.yaml shop=mysql://reader@db/shop'],
    run: init,
  },
  {
    name: 'config check',
    arguments: '',
    summary: 'say what is wrong with aishell.yaml, with file and line; connects to nothing',
    examples: ['aishell config check', 'aishell config check --config other.yaml --format json'],
    run: check,
  },
  {
    name: 'config show',
    arguments: '',
    summary: 'every setting as it is in effect and where it comes from; secrets hidden',
    examples: ['aishell config show', 'aishell config show --service shop --format json'],
    run: show,
  },
];

async function init(words: readonly string[], { config, timezone }: RawOptions, { cwd, stdin, stdout, stderr }: Surroundings): Promise<number> {
  const { newConfig, parseService } = await import('../config/init.js');
  const path = resolve(cwd, config ?? 'aishell.yaml');
  checkTimezone(timezone);
  const target = /\.ya?ml$/i.test(path) ? path : join(path, 'aishell.yaml');
  const asked = words.length === 0 ? await ask(stdin, stderr, target, parseService) : words.map(parseService);
  const { text, variables } = await newConfig(asked.map((service) => placed(service, cwd, dirname(target))), timezone);
  await mkdir(dirname(target), { recursive: true });
  try {
    const file = await open(target, 'wx');
    await file.writeFile(text);
    await file.close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new AishellError('usage', `${target} is there already`, 'It is never overwritten: edit it, move it away, or name another with --config.');
    throw new AishellError('usage', `${target} can’t be written (${(error as NodeJS.ErrnoException).code ?? 'error'})`, 'Check that its folder may be written to.', { cause: error });
  }
  const steps = variables.map(({ name, holds }) => `  export ${name}=...   # ${holds}, which is not written into files`);
  const option = config === undefined ? '' : ` --config ${config}`;
  stdout.write(`wrote ${safeText(target)}\nnext:\n${[...steps, `  aishell config check${option}`, `  aishell doctor${option}`].join('\n')}\n`);
  return exitCodes.ok;
}

/** A path is relative to where it was typed; in the file it is relative to the file. */
function placed({ name, address }: NewService, cwd: string, folder: string): NewService {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(address) || isAbsolute(address) || resolve(cwd) === resolve(folder)) return { name, address };
  return { name, address: relative(folder, resolve(cwd, address)) };
}

function checkTimezone(zone: string | undefined): void {
  if (zone === undefined) return;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    throw new AishellError('usage', `there is no time zone ${zone}`, 'Write an IANA name: UTC, Europe/Berlin, America/New_York.');
  }
}

/** Questions go to stderr, as all that isn't the answer. */
async function ask(stdin: Surroundings['stdin'], stderr: Surroundings['stderr'], target: string, parse: (text: string) => NewService): Promise<NewService[]> {
  if (stdin.isTTY !== true) throw new AishellError('usage', 'no service was given', 'Give each as name=address: aishell config init shop=postgres://reader@db.internal/shop.');
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: stdin, output: stderr, terminal: true });
  const services: NewService[] = [];
  stderr.write(`This writes ${safeText(target)}. A service is a name and an address: postgres://reader@db.internal/shop, or a folder of files.\n`);
  try {
    for (;;) {
      const name = (await lines.question(services.length === 0 ? 'name of a service: ' : 'name of the next one (Enter ends): ')).trim();
      if (name === '' && services.length > 0) return services;
      if (name === '') continue;
      try {
        services.push(parse(`${name}=${(await lines.question(`address of ${name}: `)).trim()}`));
      } catch (error) {
        if (!(error instanceof AishellError)) throw error;
        stderr.write(`${safeText(error.message)}. ${safeText(error.remedy)}\n`);
      }
    }
  } catch (error) {
    // Ctrl-C and Ctrl-D.
    if (error instanceof Error && error.name === 'AbortError') throw new AishellError('cancelled', 'cancelled', 'Nothing was written.');
    throw error;
  } finally {
    lines.close();
  }
}

async function check(_: readonly string[], options: RawOptions, world: Surroundings): Promise<number> {
  const { loadConfig } = await import('../config/index.js');
  const json = options.format === 'json';
  const { stdout } = world;
  try {
    const { path, services } = await loadConfig(loadOptions(options, world));
    const kinds = services.map(({ name, kind }) => `${name} (${kind})`).join(', ');
    stdout.write(json ? `${JSON.stringify({ kind: 'config-check', path, ok: true, problems: [] }, null, 2)}\n` : `${safeText(path)}: nothing is wrong with it; ${services.length} ${services.length === 1 ? 'service' : 'services'}: ${safeText(kinds)}\n`);
    return exitCodes.ok;
  } catch (error) {
    const problems = error instanceof AishellError ? ((error.data as { problems?: readonly Problem[] } | undefined)?.problems ?? []) : [];
    if (problems.length === 0) throw error;
    if (json) stdout.write(`${JSON.stringify({ kind: 'config-check', path: problems[0]!.file, ok: false, problems }, null, 2)}\n`);
    else for (const { file, line, column, message, fix } of problems) stdout.write(`${safeText(file)}:${line}:${column}: ${safeText(message)}\n  what to do: ${safeText(fix)}\n`);
    return exitCodes.usage;
  }
}

async function show(_: readonly string[], options: RawOptions, world: Surroundings): Promise<number> {
  const { effectiveConfig } = await import('../config/effective.js');
  const { path, found, settings } = await effectiveConfig(loadOptions(options, world));
  const { stdout } = world;
  if (options.format === 'json') {
    stdout.write(`${JSON.stringify({ kind: 'config', path, found, settings }, null, 2)}\n`);
    return exitCodes.ok;
  }
  const lines = settings.map(({ setting, value, from }) => [safeText(`${setting}: ${value}`), from] as const);
  const width = Math.min(60, Math.max(...lines.map(([text]) => text.length)));
  stdout.write(`# ${safeText(path)} (${found})\n${lines.map(([text, from]) => `${text.padEnd(width)}  # ${from}\n`).join('')}`);
  return exitCodes.ok;
}

function loadOptions({ config, service }: RawOptions, { cwd, env }: Surroundings) {
  return { cwd, env, ...(config !== undefined && { path: config }), ...(service !== undefined && service.length > 0 && { services: service }) };
}
