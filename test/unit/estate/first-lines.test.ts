import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const preload = new URL('../../../examples/microservices/scripts/first-lines.mjs', import.meta.url).href;

function shown(lines: number): { readonly lines: string[]; readonly status: number | null } {
  const script = `for (let i = 1; i <= ${lines}; i += 1) process.stdout.write('é ' + i + '\\n'); process.exit(3);`;
  const { stdout, status } = spawnSync(process.execPath, ['--import', preload, '-e', script], { encoding: 'utf8' });
  return { lines: stdout.trimEnd().split('\n'), status };
}

test('a demonstration shows the first and the last lines of a long answer, how many stand between, and its exit code', () => {
  expect(shown(46)).toEqual({ lines: Array.from({ length: 46 }, (_, i) => `é ${i + 1}`), status: 3 });
  const { lines, status } = shown(100);
  expect(lines).toHaveLength(47);
  expect(lines.slice(38, 42)).toEqual(['é 39', 'é 40', '        ... 54 more lines', 'é 95']);
  expect(lines.at(-1)).toBe('é 100');
  expect(status).toBe(3);
});
