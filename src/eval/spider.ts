/** Spider's databases: one SQLite file each, read as a service of its own; the gold statements are SQLite's. */

import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '../config/contract.js';
import { defaultLimits } from '../config/limits.js';
import { AishellError } from '../errors.js';
import type { Rows } from './compare.js';
import type { Question } from './file.js';

/** A configuration of the databases that the questions name. @param folder absolute or from the working directory; default: `database` beside the file */
export function spiderConfig(path: string, questions: readonly Question[], folder: string | undefined): Config {
  const root = folder === undefined ? join(dirname(path), 'database') : resolve(folder);
  const names = [...new Set(questions.flatMap(({ database }) => database ?? []))].sort();
  return {
    path: resolve(path),
    services: names.map((name) => ({ name, kind: 'files', tags: {}, options: { path: fileOf(root, name) }, tls: undefined, baseDir: root })),
    timezone: 'UTC',
    limits: defaultLimits,
    links: [],
    vocabulary: { glossary: [], synonyms: [], hidden: [], examples: [] },
    flows: { writes: [], outboxes: [], sagas: [] },
    model: undefined,
  };
}

/** Both ways in which the data is passed on. */
function fileOf(root: string, name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)) throw new AishellError('usage', `the db_id ${name} can’t be the name of a service`, 'Use letters, digits, _ and -.');
  const found = [join(root, name, `${name}.sqlite`), join(root, `${name}.sqlite`)].find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new AishellError('usage', `${join(root, `${name}.sqlite`)} is not there`, 'Name the folder of the databases with --database.');
}

export interface SqliteGold {
  /** undefined where SQLite refuses the statement. */
  rows(sql: string): Rows | undefined;
  close(): void;
}

export async function openGold(file: string): Promise<SqliteGold> {
  const { default: sqlite } = await import('node-sqlite3-wasm');
  const database = new sqlite.Database(file, { readOnly: true });
  return {
    rows(sql) {
      // The data writes strings in double quotes, which this SQLite takes for names only.
      const text = sql.replace(/;\s*$/, '').replace(/"([^"]*)"/g, (_, s: string) => `'${s.replaceAll("'", "''")}'`);
      try {
        // As a subquery, so that SQLite makes equal column names distinct, and nothing but a query is run.
        return database.all(`SELECT * FROM (${text})`).map((row) => Object.values(row));
      } catch {
        return undefined;
      }
    },
    close: () => database.close(),
  };
}
