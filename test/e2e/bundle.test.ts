/** What is shipped is a bundle, where a lazily imported CommonJS package has other names than from its own file. */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bundle = `dist.test-${process.pid}`;
let dir: string;

beforeAll(async () => {
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/build.ts', bundle], { cwd: root });
  dir = await mkdtemp(join(tmpdir(), 'aishell-bundle-'));
  await writeFile(join(dir, 'aishell.yaml'), 'services:\n  a: { kind: files, path: ., hots: x }\n');
}, 120_000);
afterAll(async () => {
  await rm(join(root, bundle), { recursive: true, force: true });
  await rm(dir, { recursive: true, force: true });
});

test('a wrong configuration is told in words', () => {
  const run = `import { main } from ${JSON.stringify(join(root, bundle, 'main.js'))}; await main(['schema']);`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', run], { cwd: dir, encoding: 'utf8', timeout: 60_000 });
  expect(stderr).toMatch(/aishell\.yaml:2:30: .*no setting hots/);
  expect(status).toBe(2);
});
