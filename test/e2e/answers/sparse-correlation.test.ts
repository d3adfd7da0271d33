/** Two kinds of rare events: the hours in which neither happens are part of how they go together. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Asker, columnLike, records } from './ask.js';
import { pearson } from './statistics.js';

const from = Date.UTC(2026, 2, 1);
const hour = 3_600_000;
// Readings every hour, most of them fine; moorings now and then, a few of them refused.
const readings = Array.from({ length: 400 }, (_, i) => ({ reading: i, at: from + i * hour, verdict: (i * i) % 23 === 4 ? 'fault' : 'fine' }));
const moorings = Array.from({ length: 90 }, (_, i) => ({ mooring: i, berthed_at: from + (i * 4 + (i % 3)) * hour, outcome: i % 5 === 1 ? 'refused' : 'granted' }));

let dir: string;
let asker: Asker;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aishell-sparse-'));
  process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
  for (const [service, table, rows] of [['gauges', 'readings', readings], ['harbour', 'moorings', moorings]] as const) {
    await mkdir(join(dir, service));
    const lines = rows.map((row) => JSON.stringify(row, (key, value: unknown) => (key === 'at' || key === 'berthed_at' ? new Date(value as number).toISOString() : value)));
    await writeFile(join(dir, service, `${table}.ndjson`), `${lines.join('\n')}\n`);
  }
  const config = join(dir, 'aishell.yaml');
  await writeFile(config, 'services:\n  gauges: { kind: files, path: gauges }\n  harbour: { kind: files, path: harbour }\n');
  asker = await Asker.open(config);
});
afterAll(async () => {
  await asker.close();
  await rm(dir, { recursive: true, force: true });
});

const faults = readings.filter((r) => r.verdict === 'fault').map((r) => r.at);
const refusals = moorings.filter((m) => m.outcome === 'refused').map((m) => m.berthed_at);
const first = Math.min(...faults, ...refusals);
const hours = Array.from({ length: (Math.max(...faults, ...refusals) - first) / hour + 1 }, (_, i) => first + i * hour);
const perHour = (times: readonly number[]) => hours.map((at) => times.filter((time) => time === at).length);

it.each([
  'Find gauge faults and correlate with mooring refusals',
  'Correlate readings with verdict fault with refused moorings',
  'Is there a correlation between refused moorings and gauge faults?',
])('%s', async (question) => {
  const answer = await asker.ask('query', question);
  const rows = records(answer);
  expect(rows.length).toBe(hours.length);
  const expected = pearson(perHour(faults), perHour(refusals));
  expect(Number(rows[0]![columnLike(answer, 'correlation')])).toBeCloseTo(expected, 9);
  expect(rows.reduce((sum, row) => sum + Number(row[columnLike(answer, 'fault')]), 0)).toBe(faults.length);
});
