/** Runs what is shipped as a process of its own, in a folder of its own, and never waits for it without end. */

import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
// Beside dist/, since a few packages are not in the bundle.
const bundle = `dist.e2e-${process.pid}`;
const program = join(root, bundle, 'aishell.mjs');

/** Call it first in a test file: its tests run the bundle of the sources as they are now. */
export function withProgram(): void {
  beforeAll(async () => {
    await promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/build.ts', bundle], { cwd: root });
    await writeFile(program, "import { main } from './main.js';\nawait main(process.argv.slice(2));\n");
  }, 180_000);
  afterAll(() => rm(join(root, bundle), { recursive: true, force: true }));
}

/** Far beyond what any run of these tests takes: who is still there then hangs. */
const hangsMs = 90_000;

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Default: nothing, closed at once. */
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Closes the reading end of stdout after the first bytes, as `| head -1` does. */
  readonly leaveEarly?: boolean;
  /** Ctrl-C is pressed when this resolves. */
  readonly interrupted?: Promise<unknown>;
}

export class Workplace {
  readonly env: Readonly<Record<string, string>>;

  private constructor(readonly dir: string) {
    this.env = { HOME: dir, XDG_CACHE_HOME: join(dir, 'cache'), XDG_STATE_HOME: join(dir, 'state'), XDG_CONFIG_HOME: join(dir, 'config') };
  }

  static async create(): Promise<Workplace> {
    return new Workplace(await mkdtemp(join(tmpdir(), 'aishell-bad-')));
  }

  /** What node runs, for a terminal. */
  command(args: readonly string[]): string[] {
    return [program, ...args];
  }

  async configure(yaml: string, name = 'aishell.yaml'): Promise<void> {
    await writeFile(join(this.dir, name), yaml);
  }

  run(args: readonly string[], { stdin = '', env = {}, leaveEarly = false, interrupted }: RunOptions = {}): Promise<Ran> {
    const child = spawn(process.execPath, this.command(args), { cwd: this.dir, env: { ...process.env, ...this.env, ...env }, stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
      if (leaveEarly) child.stdout.destroy();
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    void interrupted?.then(() => child.kill('SIGINT'));
    // A program that has read enough closes its end.
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`aishell ${args.join(' ').slice(0, 200)} hangs; stdout: ${stdout.slice(0, 500)}; stderr: ${stderr.slice(0, 500)}`));
      }, hangsMs);
      child.on('close', (code) => {
        clearTimeout(timer);
        resolve({ code, stdout, stderr });
      });
    });
  }

  remove(): Promise<void> {
    return rm(this.dir, { recursive: true, force: true });
  }
}

export interface ToldError {
  readonly kind: 'error';
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly service: string | null;
}

/** The error that `--format json` tells on stderr. */
export function toldError(stderr: string): ToldError {
  return JSON.parse(stderr) as ToldError;
}
