/** From arguments to an exit code; every error is told here and nowhere else. */

import { AishellError, exitCodes } from '../errors.js';
import { asAishellError, errorJson, errorText } from '../render/errors.js';
import { style } from '../render/style.js';
import { asciiOnly, colors, plainTerminal, readOptions } from './options.js';
import type { RawOptions } from './options.js';
import { buildProgram, CommanderError, usageError } from './program.js';
import { interruption } from './signals.js';
import type { Interruption } from './signals.js';
import { realSurroundings } from './surroundings.js';
import type { Surroundings } from './surroundings.js';

export async function run(args: readonly string[], version: string, world: Surroundings = realSurroundings()): Promise<number> {
  const stop = interruption();
  let seen: RawOptions = {};
  let code: number = exitCodes.ok;
  const program = buildProgram(version, world.stdout, {
    async command(command, words, raw) {
      seen = raw;
      const { answerCommand } = await import('./answer.js');
      code = await answerCommand(command, words, readOptions(raw, world.env), world, stop);
    },
    async local(command, words, raw) {
      seen = raw;
      code = await command.run(words, raw, world);
    },
    async shell(raw) {
      seen = raw;
      code = await shell(raw, world, stop, version);
    },
  });
  // Nobody may be listening to complaints either.
  world.stderr.on('error', () => undefined);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (thrown) {
    const error = thrown instanceof CommanderError ? usageError(thrown, args) : thrown;
    if (error === undefined) return exitCodes.ok;
    const asJson = (seen.format ?? '').endsWith('json');
    const color = world.stderr.isTTY === true && colors(seen, world.env);
    const width = world.stderr.isTTY === true ? world.stderr.columns : undefined;
    const told = asJson ? errorJson(error) : errorText(error, { style: style(color), verbose: seen.verbose ?? false, ...(width !== undefined && { width }) });
    await new Promise<void>((resolve) => world.stderr.write(told, () => resolve()));
    return asAishellError(error).exitCode;
  } finally {
    stop.release();
  }
}

async function shell(raw: RawOptions, world: Surroundings, stop: Interruption, version: string): Promise<number> {
  const { stdin, stdout, env } = world;
  if (stdin.isTTY !== true || stdout.isTTY !== true) {
    throw new AishellError('usage', 'the prompt needs a terminal', 'Give a command, such as aishell query "..."; see aishell --help.');
  }
  const options = readOptions(raw, env);
  const plain = plainTerminal(env);
  // A terminal that is closed may say so by a signal, by an end, or by an error of whoever writes to it next.
  const gone = (): void => stop.abort(new AishellError('cancelled', 'the terminal has gone', 'Nothing was changed anywhere.'));
  for (const stream of [stdin, stdout]) stream.on('error', gone);
  if (!plain) stdin.on('end', gone);
  const { open } = await import('./answer.js');
  const session = await open(options, world, options.refresh);
  // React's development build is several times slower and checks what only its authors need.
  process.env['NODE_ENV'] ??= 'production';
  const { startRepl } = await import('../repl/index.js');
  const { fileOutput } = await import('./output.js');
  return startRepl(session, {
    ...options,
    version,
    env,
    ascii: asciiOnly(env),
    plain,
    signal: stop.signal,
    onInterrupt: (listener) => stop.handOver(listener),
    reopen: () => open(options, world, true),
    openFile: fileOutput,
  });
}
