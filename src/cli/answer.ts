/** One command from start to end: configuration, session, answer, output, exit code. */

import type { Answer } from '../answer/contract.js';
import { AishellError, exitCodes } from '../errors.js';
import type { Config } from '../config/contract.js';
import { redact } from '../config/secret.js';
import { loadConfig } from '../config/index.js';
import { createWriter } from '../render/index.js';
import type { AnswerWriter } from '../render/index.js';
import { count } from '../render/amounts.js';
import { eventLine } from '../render/events.js';
import { growthEnd, growthLine } from '../render/growth.js';
import type { GrowthLook } from '../render/growth.js';
import { progressView } from '../render/progress-view.js';
import { plainJson } from '../render/json.js';
import { redacted } from '../render/redacted.js';
import { safeText } from '../render/safe.js';
import { chartFormats, drawingFormats, fileFormats, findingFormats } from '../render/writer.js';
import type { EventSink, GrowthSink, Session } from '../session/contract.js';
import { exitCode } from './commands.js';
import type { Command } from './commands.js';
import { guarded } from './guard.js';
import { readInput } from './input.js';
import { asciiOnly, plainTerminal } from './options.js';
import type { Options } from './options.js';
import { fileOutput, ReaderGone, streamOutput } from './output.js';
import type { Output } from './output.js';
import type { Interruption } from './signals.js';
import type { Surroundings } from './surroundings.js';

export async function answerCommand(command: Command, words: readonly string[], options: Options, world: Surroundings, stop: Interruption): Promise<number> {
  if (findingFormats.includes(options.format) && command.findings !== true) {
    throw new AishellError('usage', `${command.name} has no findings for ${options.format}`, 'The format is for aishell schema diff and aishell check.');
  }
  if (drawingFormats.includes(options.format) && command.drawing !== true) {
    throw new AishellError('usage', `${command.name} can't be drawn as ${options.format}`, 'The format is for aishell schema graph.');
  }
  if ((chartFormats.includes(options.format) || options.chart !== undefined) && command.rows !== true) {
    throw new AishellError('usage', `${command.name} gives no rows that could be drawn as a chart`, 'Charts are for aishell query and aishell sql.');
  }
  const live = command.live?.(options);
  if (live !== undefined) checkLive(command, options, live);
  if (fileFormats.includes(options.format) && options.output === undefined) {
    throw new AishellError('usage', `${options.format} is no text`, `Name a file: --output rows.${options.format}.`);
  }
  const input = await readInput(command, words, world.stdin, stop.signal);
  const output = options.output === undefined ? streamOutput(world.stdout) : await fileOutput(options.output);
  const progress = progressView(world.stderr, { mode: options.progress, plain: plainTerminal(world.env), ascii: asciiOnly(world.env) });
  let meta: Output | undefined;
  let session: Session | undefined;
  const writer = writerFor(options, world, async (chunk) => {
    progress.stop();
    await output.write(chunk);
  });
  try {
    if (options.meta !== undefined) meta = await fileOutput(options.meta);
    session = await open(options, world, options.refresh, await command.config?.(input, options));
    stop.signal.throwIfAborted();
    const answer = await command.answer(session, input, {
      signal: stop.signal,
      allowPartial: options.allowPartial,
      onProgress: (event) => progress.update(event),
      rows: writer,
      ...(live !== undefined && { events: eventsTo(options, world, output), growth: growthTo(options, world, output, writer, () => progress.stop()) }),
      ...(options.limit !== undefined && { limit: options.limit }),
      ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
    }, options);
    progress.stop();
    if (answer.kind === 'trace' && answer.followed !== undefined) await output.write(growthEnd(answer, growthLook(options, world)));
    else await writer.finish(answer);
    await meta?.write(`${plainJson(redacted(envelope(answer)), 2)}\n`);
    await output.commit();
    await meta?.commit();
    notes(answer, options, world);
    return exitCode(command, answer, options);
  } catch (error) {
    if (error instanceof ReaderGone) return exitCodes.ok;
    if (stop.signal.aborted) progress.cancelled();
    progress.stop();
    // What came before Ctrl-C is worth showing, marked as what it is; a file would keep it and lose the mark.
    if (stop.signal.aborted && options.output === undefined) await writer.abandon('cancelled');
    throw error;
  } finally {
    progress.stop();
    await output.discard();
    await meta?.discard();
    await session?.close();
  }
}

/** Configuration and session of one run. */
export async function open(options: Options, world: Surroundings, refresh: boolean, given?: Config): Promise<Session> {
  const { services } = options;
  const config =
    given ??
    (await loadConfig({
      cwd: world.cwd,
      env: world.env,
      ...(options.config !== undefined && { path: options.config }),
      ...(services !== undefined && { services }),
    }));
  const session = await world.openSession({
    config,
    refresh,
    ...(services !== undefined && { services }),
    ...(options.verbose && { log: (line: string) => void world.stderr.write(`${safeText(line)}\n`) }),
  });
  return guarded(session);
}

function writerFor(options: Options, { stdout, env }: Surroundings, write: (chunk: string | Uint8Array) => Promise<void>): AnswerWriter {
  const screen = options.output === undefined && stdout.isTTY === true;
  return createWriter(
    {
      format: options.format,
      verbose: options.verbose,
      color: screen && options.color,
      ascii: asciiOnly(env),
      screen,
      depth: options.depth,
      spoken: options.spoken,
      ...(options.chart !== undefined && { chart: options.chart }),
      bytes: write,
      ...(screen && { width: stdout.columns ?? 80 }),
    },
    write,
  );
}

/** What comes as it goes can't be a file that appears whole or not at all, nor a document with an end. */
function checkLive({ name }: Command, { format, output }: Options, formats: readonly string[]): void {
  if (output !== undefined) throw new AishellError('usage', `${name} has no end at which a file could appear`, 'Send it where you like: > file, or | tee file.');
  if (!formats.includes(format)) throw new AishellError('usage', `${name} prints lines as they come, and ${format} is a document`, `Use --format ${formats.map((one) => (one === 'table' ? 'text' : one)).join(', ')}.`);
}

function growthLook({ format, color }: Options, { stdout, env }: Surroundings): GrowthLook {
  const isScreen = stdout.isTTY === true;
  return { format: format.endsWith('json') ? 'ndjson' : 'text', color: isScreen && color, ascii: asciiOnly(env), ...(isScreen && { width: stdout.columns ?? 80 }) };
}

/** A trace as it is first, and a line for all that comes. */
function growthTo(options: Options, world: Surroundings, output: Output, writer: AnswerWriter, clear: () => void): GrowthSink {
  return {
    async grown(growth) {
      clear();
      const look = growthLook(options, world);
      for (const one of growth) {
        if (one.type === 'trace' && look.format === 'text') await writer.finish(one.trace);
        else await output.write(growthLine(one, look));
      }
      if (growth[0]?.type === 'trace') world.stderr.write('note: following; Ctrl-C ends it\n');
    },
    note: (text) => void world.stderr.write(`note: ${safeText(redact(text))}\n`),
  };
}

function eventsTo(options: Options, { stdout, stderr }: Surroundings, output: Output): EventSink {
  const isScreen = stdout.isTTY === true;
  return {
    async events(batch) {
      const look = { format: options.format === 'ndjson' ? 'ndjson' : 'text', color: isScreen && options.color, ...(isScreen && { width: stdout.columns ?? 80 }) } as const;
      await output.write(batch.map((event) => eventLine(event, look)).join(''));
    },
    note: (text) => void stderr.write(`note: ${safeText(redact(text))}\n`),
  };
}

/** What surrounds the rows. */
function envelope(answer: Answer): object {
  if (answer.kind === 'query') return { ...answer, rows: undefined };
  return answer.kind === 'report' ? { ...answer, sections: answer.sections.map((section) => ({ ...section, rows: undefined })) } : answer;
}

/** csv and ndjson hold rows alone: that some are lacking is said beside them. */
function notes(answer: Answer, options: Options, { stderr }: Surroundings): void {
  if (!['csv', 'ndjson', ...fileFormats].includes(options.format)) return;
  const queries = answer.kind === 'query' ? [answer] : answer.kind === 'report' ? answer.sections : [];
  for (const { truncated, rowCount } of queries) {
    if (truncated) stderr.write(`note: these are the first ${count(rowCount)} rows, there are more; --limit 0 gives all\n`);
  }
  const missing = 'missing' in answer ? answer.missing : [];
  for (const { service, reason } of redacted(missing)) stderr.write(`note: the answer is incomplete, ${service} is missing: ${reason}\n`);
  for (const warning of 'warnings' in answer ? redacted(answer.warnings) : []) stderr.write(`note: ${warning}\n`);
}
