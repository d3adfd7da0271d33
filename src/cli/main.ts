/**
 * The command line.
 *
 *   main.ts      the way in: answers --version by itself, since everything else is imported only when it is needed
 *   run.ts       from arguments to an exit code         commands.ts  the commands, as data
 *   program.ts   commands as commander sees them        options.ts   what the common options mean
 *   answer.ts    one command: session, answer, output   output.ts    stdout, or a file that is whole or absent
 *   input.ts     questions and SQL from stdin           signals.ts   Ctrl-C and its kin
 *
 * stdout carries the answer and nothing else.
 */

import { readFileSync } from 'node:fs';

export function version(): string {
  // From dist/, and from the sources.
  for (const path of ['../package.json', '../../package.json']) {
    try {
      return (JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { version: string }).version;
    } catch {
      continue;
    }
  }
  return 'unknown';
}

export async function main(args: readonly string[]): Promise<void> {
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
    process.stdout.write(`${version()}\n`);
    return;
  }
  // Newer Nodes keep what they compiled, which halves the start of everything below.
  const { enableCompileCache } = (await import('node:module')) as { enableCompileCache?: () => unknown };
  enableCompileCache?.();
  const { run } = await import('./run.js');
  const code = await run(args, version());
  // Whatever a driver may have left behind, the work is done and said.
  process.exit(code);
}
