/** The benchmarks of joins over real stores, small: what they count and compare holds; the times are nobody's business here. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { listening, servers } from '../support/servers.js';

const up = (await Promise.all([servers.postgres, servers.mysql, servers.mongodb, servers.clickhouse].map(listening))).every(Boolean);
const bench = async (name: string, ...args: string[]) => (await promisify(execFile)(process.execPath, ['--import', 'tsx', `scripts/bench/${name}.ts`, ...args])).stdout;

describe.skipIf(!up && process.env['CI'] !== 'true')('benchmarks', { timeout: 120_000 }, () => {
  test.concurrent('selective: the rows that a person would have asked for, and no others', async () => {
    const [, moved, of] = /\| aishell \|.*\| (\d+) \| ([\d.]+) \| \d+ \|/.exec(await bench('selective', '--rows', '20000', '--runs', '1'))!;
    expect([Number(moved), Number(of)]).toEqual([1_000, 1]);
  });

  test.concurrent('bigjoin: every row finds its partner, within the memory', async () => {
    expect(await bench('bigjoin', '--rows', '20000')).toMatch(/20,000 joined\n.*\npeak \d+ MiB \(limit 1024 MiB\)/);
  });
});
