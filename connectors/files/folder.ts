/** What lies in the folder: files grouped into tables, databases, and what is left out and why. */

import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { AishellError } from '../contract.js';
import { matchesGlob } from './glob.js';
import { unreadable } from './settings.js';
import type { Settings } from './settings.js';

export type Format = 'parquet' | 'csv' | 'json' | 'duckdb' | 'sqlite';

/** Files that are one table, or one database with many. */
export interface FileGroup {
  readonly name: string;
  readonly format: Format;
  /** Relative to the folder, sorted. */
  readonly files: readonly string[];
  readonly bytes: number;
}

export interface Folder {
  readonly groups: readonly FileGroup[];
  readonly warnings: readonly string[];
}

const maxFiles = 10_000;

const extensions: Readonly<Record<string, Format | 'database'>> = {
  parquet: 'parquet', pq: 'parquet',
  csv: 'csv', tsv: 'csv',
  json: 'json', ndjson: 'json', jsonl: 'json',
  duckdb: 'duckdb', ddb: 'duckdb',
  sqlite: 'sqlite', sqlite3: 'sqlite', db: 'database',
};

interface Found {
  readonly path: string;
  readonly format: Format;
  readonly bytes: number;
}

export async function listFolder(settings: Settings): Promise<Folder> {
  const warnings: string[] = [];
  const found: Found[] = [];
  await walk(settings, settings.onlyFile === undefined ? '' : settings.onlyFile, found, warnings);
  found.sort((a, b) => (a.path < b.path ? -1 : 1));

  const groups: FileGroup[] = [];
  const taken = new Set<string>();
  for (const [name, { files }] of settings.tables) {
    if (files === undefined) continue;
    const matching = found.filter((file) => matchesGlob(file.path.split(sep).join('/'), files));
    if (matching.length === 0) warnings.push(`tables.${name}: no file matches ${files}`);
    else groups.push(oneTable(settings.service, name, matching));
    for (const file of matching) taken.add(file.path);
  }
  groups.push(...byPlace(settings.service, found.filter((file) => !taken.has(file.path))));
  return { groups: distinct(groups), warnings };
}

async function walk(settings: Settings, path: string, found: Found[], warnings: string[]): Promise<void> {
  const { root, service } = settings;
  const absolute = join(root, path);
  const real = await realpath(absolute).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(service, absolute, cause);
  });
  if (real !== root && !real.startsWith(root + sep)) {
    const message = `${path} is a link out of the folder`;
    if (path === settings.onlyFile) {
      throw new AishellError('source.denied', `${service}: ${message}.`, 'Name the file that it points to.', { service });
    }
    warnings.push(`${message} and is left out`);
    return;
  }
  const info = await stat(real);
  if (info.isDirectory()) {
    const names = await readdir(real).catch((cause: NodeJS.ErrnoException) => {
      throw unreadable(service, absolute, cause);
    });
    for (const name of names.sort()) {
      // A link to a folder above would lead round in circles.
      if (!name.startsWith('.') && !real.startsWith(`${join(absolute, name)}${sep}`)) await walk(settings, path === '' ? name : join(path, name), found, warnings);
    }
    return;
  }
  const format = info.isFile() ? await formatOf(real, path) : undefined;
  if (format === undefined) {
    if (path === settings.onlyFile) {
      throw new AishellError('config', `${service}: ${path} is no file of a known format.`, 'Known are .parquet, .csv, .tsv, .json, .ndjson, .jsonl, .duckdb, .sqlite and .db.', { service });
    }
    return;
  }
  found.push({ path, format, bytes: info.size });
  if (found.length > maxFiles) {
    throw new AishellError('source.failed', `${service}: more than ${maxFiles} data files.`, `Point services.${service}.path at a smaller folder, or join small files.`, { service });
  }
}

async function formatOf(real: string, path: string): Promise<Format | undefined> {
  const parts = basename(path).toLowerCase().split('.');
  const last = parts.at(-1)!;
  const isCompressed = last === 'gz' || last === 'zst';
  const format = parts.length > 1 ? extensions[isCompressed ? parts.at(-2)! : last] : undefined;
  if (isCompressed && format !== 'csv' && format !== 'json') return undefined;
  return format === 'database' ? databaseFormat(real) : format;
}

/** `.db` is either; the first bytes tell. */
async function databaseFormat(real: string): Promise<Format | undefined> {
  const file = await open(real);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
    const start = buffer.subarray(0, bytesRead).toString('latin1');
    if (start.startsWith('SQLite format 3')) return 'sqlite';
    return start.slice(8, 12) === 'DUCK' ? 'duckdb' : undefined;
  } finally {
    await file.close();
  }
}

/** A file in the folder itself is a table; a folder in it whose files have one format is a table of many files. */
function byPlace(service: string, found: readonly Found[]): FileGroup[] {
  const groups: FileGroup[] = [];
  const folders = new Map<string, Found[]>();
  for (const file of found) {
    const [first, ...rest] = file.path.split(sep);
    if (rest.length === 0 || file.format === 'duckdb' || file.format === 'sqlite') groups.push(oneTable(service, stem(file.path), [file]));
    else folders.set(first!, [...(folders.get(first!) ?? []), file]);
  }
  for (const [name, files] of folders) {
    if (new Set(files.map((file) => file.format)).size === 1) groups.push(oneTable(service, name, files));
    else for (const file of files) groups.push(oneTable(service, `${name}_${stem(file.path)}`, [file]));
  }
  return groups;
}

function oneTable(service: string, name: string, files: readonly Found[]): FileGroup {
  const [first] = files;
  const other = files.find((file) => file.format !== first!.format);
  if (other !== undefined) {
    throw new AishellError('config', `${service}: table ${name} mixes ${first!.format} (${first!.path}) and ${other.format} (${other.path}).`, `Narrow the glob under services.${service}.tables.${name}.`, { service });
  }
  return { name, format: first!.format, files: files.map((file) => file.path), bytes: files.reduce((sum, file) => sum + file.bytes, 0) };
}

/** sales.2024.csv.gz -> sales.2024 */
function stem(path: string): string {
  return basename(path).replace(/\.(gz|zst)$/i, '').replace(/\.[^.]+$/, '');
}

function extension(path: string): string {
  return basename(path).replace(/\.(gz|zst)$/i, '').split('.').at(-1)!.toLowerCase();
}

/** Two files of one name but different formats are two tables. */
function distinct(groups: readonly FileGroup[]): FileGroup[] {
  const names = groups.map((group) => group.name);
  return groups.map((group, index) => {
    const isTaken = names.indexOf(group.name) !== index && group.format !== 'duckdb' && group.format !== 'sqlite';
    return isTaken ? { ...group, name: `${group.name}_${extension(group.files[0]!)}` } : group;
  });
}

/** The real paths of a table's files, which must still lie in the folder. */
export async function realFiles(settings: Settings, files: readonly string[]): Promise<string[]> {
  return Promise.all(
    files.map(async (file) => {
      const path = join(settings.root, file);
      const real = await realpath(path).catch(async (cause: NodeJS.ErrnoException) => {
        // Of the folder as a whole that says nothing, as long as it is there.
        const isThere = cause.code === 'ENOENT' && (await realpath(settings.root).then(() => true, () => false));
        if (isThere) throw new AishellError('source.schema_changed', `${settings.service}: ${file} is no longer there.`, 'Run the command again with --refresh, or put the file back.', { service: settings.service, cause });
        throw unreadable(settings.service, path, cause);
      });
      if (relative(settings.root, real).startsWith('..')) {
        throw new AishellError('source.denied', `${settings.service}: ${file} is a link out of the folder.`, 'Put the file itself into the folder.', { service: settings.service });
      }
      return real;
    }),
  );
}
