/**
 * Queries with names, kept for one configuration beside its history. `$name` and `$1` in them are parameters: in SQL a
 * value becomes a literal, so that no value can end the statement it stands in; in a question it stands as it is.
 */

import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { quoteText } from '../algebra/index.js';
import { redact } from '../config/secret.js';
import { AishellError } from '../errors.js';
import { looksLikeSql } from '../session/looks-like-sql.js';
import { tokens } from './sql-tokens.js';

export class SavedQueries {
  constructor(private readonly file: string) {}

  /** Read each time: another prompt may have saved one meanwhile. */
  async all(): Promise<ReadonlyMap<string, string>> {
    const text = await readFile(this.file, 'utf8').catch(() => '{}');
    try {
      return entriesOf(text);
    } catch {
      throw new AishellError('usage', `the saved queries can’t be read: ${this.file} is no JSON`, 'Mend or remove it.');
    }
  }

  /** As they are now, for Tab, which waits for nothing; none where they can't be read. */
  known(): ReadonlyMap<string, string> {
    try {
      return entriesOf(readFileSync(this.file, 'utf8'));
    } catch {
      return new Map();
    }
  }

  async save(name: string, text: string): Promise<void> {
    await this.#write(new Map([...(await this.all()), [name, redact(text)]]));
  }

  async remove(name: string): Promise<boolean> {
    const all = new Map(await this.all());
    const had = all.delete(name);
    if (had) await this.#write(all);
    return had;
  }

  async #write(all: ReadonlyMap<string, string>): Promise<void> {
    const temporary = `${this.file}.${process.pid}`;
    try {
      await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
      await writeFile(temporary, `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`, { mode: 0o600 });
      await rename(temporary, this.file);
    } catch (error) {
      throw new AishellError('usage', `the query can’t be saved to ${this.file} (${(error as NodeJS.ErrnoException).code})`, 'Check that its folder may be written to.', { cause: error });
    }
  }
}

const entriesOf = (text: string): Map<string, string> =>
  new Map(Object.entries(JSON.parse(text) as Record<string, unknown>).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));

/** The parameters of a query, in the order in which they come. */
export function parameters(text: string): string[] {
  return [...new Set(places(text).map(({ name }) => name))];
}

/** Values by name, or by place as `$1`, in place of the parameters. Every parameter needs one. */
export function filledIn(text: string, values: ReadonlyMap<string, string>): string {
  const sql = looksLikeSql(text);
  let result = '';
  let from = 0;
  for (const { name, at, length } of places(text)) {
    const value = values.get(name);
    if (value === undefined) throw new AishellError('usage', `the parameter $${name} has no value`, `It takes ${parameters(text).map((each) => `${each}=...`).join(' ')}.`);
    result += text.slice(from, at) + (sql ? literal(value) : value);
    from = at + length;
  }
  return result + text.slice(from);
}

/** Outside of strings and comments: there a dollar is only that. */
function places(text: string): { readonly name: string; readonly at: number; readonly length: number }[] {
  if (!looksLikeSql(text)) return [...text.matchAll(/\$([\p{L}_]\w*|\d+)/gu)].map((match) => ({ name: match[1]!, at: match.index, length: match[0].length }));
  const all = tokens(text);
  return all.flatMap(({ text: part, from }, i) => {
    const next = all[i + 1];
    const isParameter = part === '$' && next !== undefined && (next.kind === 'word' || /^\d+$/.test(next.text));
    return isParameter ? [{ name: next.text, at: from, length: 1 + next.text.length }] : [];
  });
}

const literal = (value: string): string => (/^-?\d+(\.\d+)?$/.test(value) ? value : quoteText(value));
