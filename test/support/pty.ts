/** A program in a real pseudo-terminal: keys in, screen out. Nothing is asserted about time; waiting has an end. */

import { spawn } from '@lydell/node-pty';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const tsx = fileURLToPath(new URL('../../node_modules/tsx/dist/cli.mjs', import.meta.url));

export interface Terminal {
  /** Everything that was sent to the terminal so far. */
  readonly output: string;
  type(keys: string): void;
  /** Waits until the output since the last match holds the text, and moves behind it. */
  until(text: string | RegExp): Promise<string>;
  exited: Promise<number>;
  resize(columns: number, rows: number): void;
  readonly pid: number;
  kill(): void;
  /** Closes the terminal, as closing its window does. */
  hangUp(): void;
}

export interface TerminalOptions {
  /** What is run; default: Node. */
  readonly program?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
  readonly cwd?: string;
  /** Hears everything that is sent to the terminal. */
  readonly onOutput?: (data: string) => void;
}

const patienceMs = 30_000;

export function openTerminal(args: readonly string[], { program = process.execPath, env = {}, columns = 100, rows = 40, cwd = root, onOutput }: TerminalOptions = {}): Terminal {
  // ink draws nothing where it sees a build server; this is a person's terminal.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(CI|CI_.*|CONTINUOUS_INTEGRATION|NO_COLOR|FORCE_COLOR|XDG_.*|VITEST.*|NODE_ENV)$/.test(name));
  const child = spawn(program, [...args], {
    name: env['TERM'] ?? 'xterm-256color',
    cols: columns,
    rows,
    cwd,
    env: { ...Object.fromEntries(inherited), TERM: 'xterm-256color', ...env } as Record<string, string>,
  });
  let output = '';
  let seen = 0;
  let ended = false;
  const waiting = new Set<() => void>();
  child.onData((data) => {
    output += data;
    onOutput?.(data);
    for (const check of [...waiting]) check();
  });
  const exited = new Promise<number>((resolve) => {
    child.onExit(({ exitCode, signal }) => {
      ended = true;
      resolve(signal ? 128 + signal : exitCode);
      for (const check of [...waiting]) check();
    });
  });
  return {
    get output() {
      return output;
    },
    pid: child.pid,
    exited,
    type: (keys) => child.write(keys),
    resize: (c, r) => child.resize(c, r),
    hangUp: () => (child as unknown as { destroy(): void }).destroy(),
    kill: () => {
      if (!ended) child.kill('SIGKILL');
    },
    until: (text) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(check);
          reject(new Error(`waited for ${String(text)} in vain; the output since the last match: ${JSON.stringify(plain(output).slice(seen))}`));
        }, patienceMs);
        const check = (): void => {
          const all = plain(output);
          const match = typeof text === 'string' ? all.indexOf(text, seen) : all.slice(seen).search(text);
          if (match === -1 && !ended) return;
          clearTimeout(timer);
          waiting.delete(check);
          if (match === -1) return reject(new Error(`it ended without ${String(text)}: ${JSON.stringify(all.slice(seen))}`));
          const start = typeof text === 'string' ? match : seen + match;
          const length = typeof text === 'string' ? text.length : text.exec(all.slice(seen))![0].length;
          const passed = all.slice(seen, start + length);
          seen = start + length;
          resolve(passed);
        };
        waiting.add(check);
        check();
      }),
  };
}

/** Without escape sequences. */
export function plain(text: string): string {
   
  return text.replace(/\u001b(\[[0-9;?]*[ -/]*[@-~]|\][^\u0007]*(\u0007|\u001b\\)|[@-Z\\-_])/g, '');
}
