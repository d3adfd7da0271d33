/**
 * Start-up, side by side in one run: medians of `node -e 0`, `aishell --version`, `--help`, and of a warm statement and a
 * warm question on the embedded example estate (built, generated and asked once before). Beside the time that passed
 * stands the CPU time, which a busy machine changes less. Owed: --version at most 1.5x, a question at most 0.5 s.
 *
 *   npm run build && npx tsx scripts/bench/startup.ts [--runs 21]
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const runs = Number(process.argv[process.argv.indexOf('--runs') + 1] || 21) || 21;
const bin = path('bin/aishell.js');
const config = ['--config', path('examples/microservices/aishell.yaml')];
const question = 'Show complete order details with user and product info across services';

const cases: Readonly<Record<string, readonly string[]>> = {
  'node -e 0': ['-e', '0'],
  'aishell --version': [bin, '--version'],
  'aishell --help': [bin, '--help'],
  'a statement (sql)': [bin, ...config, 'sql', 'SELECT status, count(*) FROM orders.orders GROUP BY ALL'],
  'a question (query)': [bin, ...config, 'query', question],
};

interface Taken {
  readonly ms: number;
  readonly cpuMs: number;
}

// A catalogue of its own, so that the first run of a case makes it and all that count find it.
const cache = mkdtempSync(join(tmpdir(), 'aishell-startup-'));

function once(args: readonly string[]): Taken {
  const from = process.hrtime.bigint();
  const { status, stderr, output } = spawnSync(process.execPath, ['--import', new URL('cpu-time.mjs', import.meta.url).href, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, XDG_CACHE_HOME: cache },
  });
  const ms = Number(process.hrtime.bigint() - from) / 1e6;
  if (status !== 0) throw new Error(`${args.join(' ')} exited with ${status}: ${stderr}`);
  return { ms, cpuMs: Number(output[3]) };
}

const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

try {
  const names = Object.keys(cases);
  for (const name of names) once(cases[name]!);
  // In turns, so that whatever else the machine does falls on all alike.
  const taken = new Map(names.map((name) => [name, [] as Taken[]]));
  for (let i = 0; i < runs; i += 1) for (const name of names) taken.get(name)!.push(once(cases[name]!));

  const medians = new Map([...taken].map(([name, all]) => [name, { ms: median(all.map(({ ms }) => ms)), cpuMs: median(all.map(({ cpuMs }) => cpuMs)) }]));
  const base = medians.get('node -e 0')!;
  const cell = (value: number, of: number): string => `${value.toFixed(0).padStart(6)} ms ${(value / of).toFixed(2).padStart(6)}x`;
  console.log(`${runs} runs each, in turns; Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'})`);
  console.log(`${''.padEnd(20)} ${'time'.padStart(17)}   ${'CPU'.padStart(17)}`);
  for (const [name, { ms, cpuMs }] of medians) console.log(`${name.padEnd(20)} ${cell(ms, base.ms)}   ${cell(cpuMs, base.cpuMs)}`);
} finally {
  rmSync(cache, { recursive: true, force: true });
}
