/** Asks the real session, and the real command line, about one configuration. */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Answer, Cell, DiffAnswer, QueryAnswer, ReportAnswer, TraceAnswer } from '../../../src/answer/contract.js';
import { loadConfig } from '../../../src/config/index.js';
import { openSession } from '../../../src/session/index.js';
import type { Session } from '../../../src/session/contract.js';

interface Kinds {
  readonly query: QueryAnswer;
  readonly report: ReportAnswer;
  readonly diff: DiffAnswer;
  readonly trace: TraceAnswer;
}

export class Asker {
  private constructor(readonly session: Session) {}

  static async open(config: string): Promise<Asker> {
    const loaded = await loadConfig({ path: config, cwd: '/', env: process.env });
    return new Asker(await openSession({ config: loaded, refresh: true }));
  }

  /** All rows. */
  async ask<K extends keyof Kinds>(kind: K, question: string): Promise<Kinds[K]> {
    const answer: Answer = await this.session.ask(question, { signal: AbortSignal.timeout(120_000), limit: 0 });
    expect(answer.kind, question).toBe(kind);
    return answer as unknown as Kinds[K];
  }

  async sql(statement: string): Promise<QueryAnswer> {
    return this.session.sql(statement, { signal: AbortSignal.timeout(120_000), limit: 0 });
  }

  close(): Promise<void> {
    return this.session.close();
  }
}

/** Rows as objects. */
export function records(answer: Pick<QueryAnswer, 'columns' | 'rows'>): Record<string, Cell>[] {
  return answer.rows.map((row) => Object.fromEntries(answer.columns.map((column, index) => [column.name, row[index] ?? null])));
}

/** The one column whose name has all these words, in whatever style it is written. */
export function columnLike(answer: Pick<QueryAnswer, 'columns'>, ...words: string[]): string {
  const found = answer.columns.map((column) => column.name).filter((name) => words.every((word) => name.toLowerCase().includes(word)));
  expect(found.length, `a column like ${words.join(' ')} among ${answer.columns.map((column) => column.name).join(', ')}`).toBeGreaterThan(0);
  return found[0]!;
}

const entry = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const loader = new URL('../../../node_modules/tsx/dist/esm/index.mjs', import.meta.url).href;

/** The command line as a process of its own. */
export async function cli(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const script = `import { main } from ${JSON.stringify(entry)}; await main(process.argv.slice(1));`;
  const child = spawn(process.execPath, ['--import', loader, '--input-type=module', '--eval', script, '--', ...args], { env: { ...process.env, NO_COLOR: '1' } });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  child.stdin.end();
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}
