/**
 * The prompt as a person meets it, in a real pseudo-terminal: from the start of the process to the first prompt with a
 * cached catalogue (owed: at most 0.6 s on two cores), and from a key to the screen with 1,000 tables known (owed: at most
 * 16 ms), with the bytes that each key sends, which is what a slow line pays for. Medians and the 95th percentile.
 *
 *   npm run build && npx tsx scripts/bench/prompt.ts [--runs 11]
 */

import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { openTerminal } from '../../test/support/pty.js';
import type { Terminal } from '../../test/support/pty.js';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '11' } } });
const runs = Number(values.runs);
const bin = fileURLToPath(new URL('../../bin/aishell.js', import.meta.url));
const services = 10;
const tablesEach = 100;

const dir = await mkdtemp(join(tmpdir(), 'aishell-bench-prompt-'));
const env = { HOME: dir, XDG_CACHE_HOME: join(dir, 'cache'), XDG_STATE_HOME: join(dir, 'state') };

const of = (numbers: readonly number[], share: number): number => [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))]!;

async function prompt(): Promise<{ readonly terminal: Terminal; readonly ms: number }> {
  const from = performance.now();
  const terminal = openTerminal([bin], { cwd: dir, env, columns: 120 });
  await terminal.until('aishell> ');
  return { terminal, ms: performance.now() - from };
}

/** From a key to the first bytes that answer it. */
function key(terminal: Terminal, keys: string): Promise<{ readonly ms: number; readonly bytes: number }> {
  return new Promise((resolve) => {
    const before = terminal.output.length;
    const from = performance.now();
    terminal.type(keys);
    const look = (): void => {
      if (terminal.output.length === before) return void setImmediate(look);
      const ms = performance.now() - from;
      // What belongs to the same drawing follows at once; the pause also keeps keys apart, as fingers do.
      setTimeout(() => resolve({ ms, bytes: Buffer.byteLength(terminal.output.slice(before)) }), 60);
    };
    look();
  });
}

try {
  for (let s = 0; s < services; s += 1) {
    await mkdir(join(dir, `service${s}`));
    for (let t = 0; t < tablesEach; t += 1) await writeFile(join(dir, `service${s}`, `table_${s}_${t}.csv`), 'id,name,kind\n1,a,x\n2,b,y\n');
  }
  await writeFile(join(dir, 'aishell.yaml'), `services:\n${Array.from({ length: services }, (_, s) => `  service${s}: { kind: files, path: service${s} }\n`).join('')}`);
  // Reads the catalogue, which is kept.
  const read = spawnSync(process.execPath, [bin, 'schema', '--output', join(dir, 'schema.json')], { cwd: dir, env: { ...process.env, ...env }, encoding: 'utf8' });
  if (read.status !== 0) throw new Error(read.stderr);

  const starts: number[] = [];
  for (let i = 0; i < runs; i += 1) {
    const { terminal, ms } = await prompt();
    starts.push(ms);
    terminal.type('\u0004');
    await terminal.exited;
  }

  const { terminal } = await prompt();
  terminal.type('SELECT * FROM service7.table_7_4\t');
  await terminal.until('table_7_4');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  terminal.type('\u001b\u0015');
  await new Promise((resolve) => setTimeout(resolve, 200));
  const typed: { readonly ms: number; readonly bytes: number }[] = [];
  for (const character of "SELECT name, count(*) FROM service7.table_7_42 WHERE kind = 'x' GROUP BY name ORDER BY 2") typed.push(await key(terminal, character));
  const tabs: { readonly ms: number; readonly bytes: number }[] = [];
  for (let i = 0; i < 10; i += 1) {
    terminal.type('\u0015SELECT * FROM service7.table_7');
    await new Promise((resolve) => setTimeout(resolve, 100));
    tabs.push(await key(terminal, '\t'));
    terminal.type('\u001b');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  terminal.kill();

  const line = (what: string, ms: readonly number[], owed: string): string => `${what.padEnd(34)} ${of(ms, 0.5).toFixed(1).padStart(8)} ms ${of(ms, 0.95).toFixed(1).padStart(8)} ms   ${owed}`;
  console.log(`${runs} starts; Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}); ${services * tablesEach} tables`);
  console.log(`${''.padEnd(34)} ${'median'.padStart(11)} ${'95%'.padStart(11)}`);
  console.log(line('process start to first prompt', starts, 'owed: 600 ms'));
  console.log(line('a key to the screen', typed.map(({ ms }) => ms), 'owed: 16 ms'));
  console.log(line('Tab to its menu', tabs.map(({ ms }) => ms), ''));
  console.log(`bytes a key: median ${of(typed.map(({ bytes }) => bytes), 0.5)}, most ${Math.max(...typed.map(({ bytes }) => bytes))}; a menu: ${of(tabs.map(({ bytes }) => bytes), 0.5)}`);
} finally {
  await rm(dir, { recursive: true, force: true });
}
