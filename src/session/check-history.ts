/** What earlier checks counted, so that an answer can tell whether it got better or worse: a small file a configuration. */

import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CheckAnswer } from '../answer/contract.js';
import { stateHome } from '../config/xdg.js';
import type { Env } from '../config/xdg.js';

const mostRuns = 100;
/** Of those kept, as many as an answer shows. */
const mostShown = 9;
const formatVersion = 1;

/** Names of columns and counts; no value of a row. */
interface Run {
  readonly at: string;
  readonly found: Readonly<Record<string, number>>;
}

export function historyPath(configPath: string, env: Env = process.env): string {
  const digest = createHash('sha256').update(configPath).digest('hex').slice(0, 16);
  return join(stateHome(env), 'checks', `${digest}.json`);
}

/** The counts of the last runs by check, the oldest first. An absent or damaged file is an empty history. */
export async function countsBefore(path: string): Promise<ReadonlyMap<string, readonly number[]>> {
  const counts = new Map<string, number[]>();
  for (const { found } of (await read(path)).slice(-mostShown)) {
    for (const [key, count] of Object.entries(found)) counts.set(key, [...(counts.get(key) ?? []), count]);
  }
  return counts;
}

export async function remember(path: string, at: Date, checks: CheckAnswer['checks']): Promise<void> {
  const found = Object.fromEntries(checks.flatMap((check) => (check.found === null ? [] : [[checkKey(check), check.found]])));
  const runs = [...(await read(path)), { at: at.toISOString(), found }].slice(-mostRuns);
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await writeFile(draft, JSON.stringify({ format: formatVersion, runs }), { mode: 0o600 });
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

export function checkKey({ check, where, against }: Pick<CheckAnswer['checks'][number], 'check' | 'where' | 'against'>): string {
  return `${check}: ${where} ${against ?? ''}`;
}

async function read(path: string): Promise<Run[]> {
  try {
    const file = JSON.parse(await readFile(path, 'utf8')) as { format: number; runs: Run[] };
    return file.format === formatVersion && Array.isArray(file.runs) ? file.runs : [];
  } catch {
    return [];
  }
}
