/** aishell as a process that goes on by itself: its lines as they come, and its end. */

import { spawn, type ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

export interface LiveCli {
  readonly child: ChildProcess;
  /** Whole lines of stdout. */
  readonly lines: string[];
  stderr(): string;
  /** Waits until it is true of the lines; asked whenever something comes, on stderr too. */
  until(what: (lines: readonly string[]) => boolean): Promise<void>;
  exit(): Promise<number | null>;
}

const longestMs = 60_000;

export function liveCli(args: readonly string[], env: Readonly<Record<string, string>> = {}): LiveCli {
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'test/support/real-cli.ts'), ...args], { cwd: root, env: { ...process.env, ...env } });
  const lines: string[] = [];
  let [rest, told] = ['', ''];
  let changed = () => {};
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const all = (rest + chunk).split('\n');
    rest = all.pop()!;
    lines.push(...all);
    changed();
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    told += chunk;
    changed();
  });
  const ended = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
  return {
    child,
    lines,
    stderr: () => told,
    until: (what) =>
      new Promise((done, fail) => {
        const timer = setTimeout(() => fail(new Error(`it did not come; so far:\n${lines.slice(-5).join('\n')}\n${told}`)), longestMs);
        changed = () => {
          if (!what(lines)) return;
          clearTimeout(timer);
          done();
        };
        changed();
      }),
    exit: () => ended,
  };
}
