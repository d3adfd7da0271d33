/**
 * Start-up, side by side in one run: medians of `node -e 0`, `aishell --version`, `--help`, and of a warm question and a
 * warm statement on the embedded example estate (built, generated and asked once before).
 *
 *   npm run build && npx tsx scripts/bench/startup.ts [--runs 21]
 */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const runs = Number(process.argv[process.argv.indexOf('--runs') + 1] || 21) || 21;
const bin = path('bin/aishell.js');
const config = path('examples/microservices/aishell.yaml');

interface Case {
  readonly name: string;
  readonly args: readonly string[];
}

const embedded: readonly Case[] = [
  { name: 'doctor', args: [bin, '--config', config, 'doctor'] },
  { name: 'schema', args: [bin, '--config', config, 'schema', '--format', 'json'] },
  { name: 'a statement (sql)', args: [bin, '--config', config, 'sql', process.env['AISHELL_BENCH_SQL'] ?? 'SELECT 1 AS one'] },
  { name: 'a question (query)', args: [bin, '--config', config, 'query', process.env['AISHELL_BENCH_QUESTION'] ?? 'Show complete order details with user and product info across services'] },
];
const cases: readonly Case[] = [
  { name: 'node -e 0', args: ['-e', '0'] },
  { name: 'aishell --version', args: [bin, '--version'] },
  { name: 'aishell --help', args: [bin, '--help'] },
  ...(existsSync(config) ? embedded : []),
];

function once({ args }: Case): number {
  const from = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, [...args], { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  const ms = Number(process.hrtime.bigint() - from) / 1e6;
  if (status !== 0) throw new Error(`${args.join(' ')} exited with ${status}: ${stderr}`);
  return ms;
}

const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]!;

const usable = cases.filter((each) => {
  try {
    once(each);
    return true;
  } catch (error) {
    console.log(`left out: ${each.name}: ${(error as Error).message.split('\n')[0]}`);
    return false;
  }
});
// In turns, so that whatever else the machine does falls on all alike.
const times = new Map(usable.map(({ name }) => [name, [] as number[]]));
for (let i = 0; i < runs; i += 1) for (const each of usable) times.get(each.name)!.push(once(each));

const base = median(times.get('node -e 0')!);
console.log(`${runs} runs each, in turns; Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'})`);
for (const [name, all] of times) console.log(`${name.padEnd(22)} ${median(all).toFixed(0).padStart(6)} ms  ${(median(all) / base).toFixed(2).padStart(6)}x node -e 0`);
