/**
 * Compiles connectors/log/kernel/kernel.as, what a search through a log spends its time on, and writes bytes.ts beside
 * it: a kilobyte of WebAssembly that changes rarely, so the compiler is fetched for this and is no dependency. A test
 * holds bytes.ts to the source that it was made of; `--check` compiles again and compares.
 *
 *   npx tsx scripts/kernel.ts [--check]
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const compiler = 'assemblyscript@0.28.20';
const folder = join(import.meta.dirname, '../connectors/log/kernel');
const source = readFileSync(join(folder, 'kernel.as'));
const target = join(folder, 'bytes.ts');

const draft = mkdtempSync(join(tmpdir(), 'aishell-kernel-'));
try {
  writeFileSync(join(draft, 'kernel.ts'), source);
  const options = ['kernel.ts', '--outFile', 'kernel.wasm', '-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd,bulk-memory,threads', '--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'];
  execFileSync('npx', ['--yes', '--package', compiler, 'asc', ...options], { cwd: draft, stdio: 'inherit' });
  const bytes = readFileSync(join(draft, 'kernel.wasm')).toString('base64');
  const lines = bytes.match(/.{1,110}/g)!.map((line) => `  '${line}',`).join('\n');
  const text = `/** kernel.as as WebAssembly; made by scripts/kernel.ts with ${compiler}. */\n\n/** SHA-256 of the source. */\nexport const madeOf = '${createHash('sha256').update(source).digest('hex')}';\n\n/** In base64. */\nexport const bytes = [\n${lines}\n].join('');\n`;
  if (!process.argv.includes('--check')) writeFileSync(target, text);
  else if (readFileSync(target, 'utf8') !== text) throw new Error(`${target} is not what ${compiler} makes of kernel.as`);
} finally {
  rmSync(draft, { recursive: true, force: true });
}
