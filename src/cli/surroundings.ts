/** What a run touches of the outside, so that a test can put something else in its place. */

import type { Writable } from 'node:stream';
import type { Env } from '../config/xdg.js';
import type { OpenSession } from '../session/contract.js';
import type { Stdin } from './input.js';

export interface Terminal extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Surroundings {
  readonly cwd: string;
  readonly env: Env;
  readonly stdin: Stdin;
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly openSession: OpenSession;
}

export function realSurroundings(): Surroundings {
  const { env, stdin, stdout, stderr } = process;
  return {
    cwd: process.cwd(),
    env,
    stdin,
    stdout,
    stderr,
    // The session brings the engine and the planner: nothing of it is loaded for --help or a wrong option.
    openSession: async (options) => (await import('../session/index.js')).openSession(options),
  };
}
