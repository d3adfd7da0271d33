/**
 * What was asked before, kept between runs: one file a configuration in the XDG state folder, one JSON string a line,
 * readable by its owner alone, secrets blanked. Entries are appended as they are made, so two prompts may run at once
 * and a crash loses nothing. That a history can't be kept is no reason not to answer.
 */

import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { redact } from '../config/secret.js';
import { stateHome } from '../config/xdg.js';
import type { Env } from '../config/xdg.js';

const most = 1000;
const longest = 20_000;

export function historyFile(configPath: string, env: Env): string {
  const name = createHash('sha256').update(configPath).digest('hex').slice(0, 16);
  return join(stateHome(env), 'history', `${name}.jsonl`);
}

/** Named queries of a configuration, beside its history. */
export function savedFile(configPath: string, env: Env): string {
  return historyFile(configPath, env).replace(/\.jsonl$/, '.queries.json');
}

export class History {
  readonly #entries: string[] = [];

  private constructor(private readonly file: string | undefined) {}

  static async load(file: string): Promise<History> {
    const history = new History(file);
    const text = await readFile(file, 'utf8').catch(() => '');
    const lines = text.split('\n').filter((line) => line !== '');
    for (const line of lines) history.#remember(parsed(line));
    if (lines.length > 2 * most) await history.#rewrite();
    return history;
  }

  /** Oldest first, each text once, where it was last used. */
  get entries(): readonly string[] {
    return this.#entries;
  }

  async add(text: string): Promise<void> {
    const entry = redact(text).trim();
    if (entry === '' || entry.length > longest || entry === this.#entries.at(-1)) return;
    this.#remember(entry);
    if (this.file === undefined) return;
    try {
      await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
      await appendFile(this.file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
    } catch {
      return;
    }
  }

  #remember(entry: string | undefined): void {
    if (entry === undefined || entry === '') return;
    const before = this.#entries.indexOf(entry);
    if (before !== -1) this.#entries.splice(before, 1);
    this.#entries.push(entry);
    if (this.#entries.length > most) this.#entries.shift();
  }

  async #rewrite(): Promise<void> {
    const temporary = `${this.file}.${process.pid}`;
    await writeFile(temporary, this.#entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''), { mode: 0o600 })
      .then(() => rename(temporary, this.file!))
      .catch(() => undefined);
  }
}

function parsed(line: string): string | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
