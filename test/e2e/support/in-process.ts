/** The command line without a process of its own. */

import { Readable, Writable } from 'node:stream';
import { run } from '../../../src/cli/run.js';
import { openSession } from '../../../src/session/index.js';
import type { Ran } from './aishell.js';

export async function runHere(args: readonly string[], cwd: string): Promise<Ran> {
  const collect = () => {
    const chunks: string[] = [];
    return { stream: new Writable({ write: (chunk, _, done) => (chunks.push(String(chunk)), done()) }), text: () => chunks.join('') };
  };
  const [out, err] = [collect(), collect()];
  const code = await run([...args], '0', { stdin: Readable.from([]), stdout: out.stream, stderr: err.stream, env: process.env, cwd, openSession });
  return { code, stdout: out.text(), stderr: err.text() };
}
