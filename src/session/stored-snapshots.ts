/** Where snapshots lie: a folder beside the configuration, a file, or a commit of the repository that holds them. */

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { readSnapshot, writeSnapshot } from '../diff/over-time/file.js';
import type { SchemaSnapshot } from '../diff/over-time/snapshot.js';
import { AishellError } from '../errors.js';

/** Beside the configuration. */
export const snapshotFolder = 'schemas';
const mostBytes = 64 * 2 ** 20;
const gitMs = 30_000;

export interface StoredSnapshots {
  /** In words: a path, or a commit and a path. */
  readonly where: string;
  readonly snapshots: readonly SchemaSnapshot[];
}

/** Writes each service's file where it says something else than before. */
export async function storeSnapshots(folder: string, snapshots: readonly SchemaSnapshot[]): Promise<{ readonly service: string; readonly path: string; readonly state: 'new' | 'changed' | 'unchanged' }[]> {
  try {
    await mkdir(folder, { recursive: true });
    const states: { service: string; path: string; state: 'new' | 'changed' | 'unchanged' }[] = [];
    for (const snapshot of snapshots) {
      const path = join(folder, `${snapshot.service}.yaml`);
      const text = writeSnapshot(snapshot);
      const before = await readFile(path, 'utf8').catch(() => undefined);
      if (before !== text) await replace(path, text);
      states.push({ service: snapshot.service, path, state: before === undefined ? 'new' : before === text ? 'unchanged' : 'changed' });
    }
    return states;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    throw new AishellError('usage', `snapshots can't be written to ${folder} (${code})`, 'Check its rights, or name another folder: aishell schema snapshot FOLDER', { cause: error });
  }
}

async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, text);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * @param against a snapshot, a folder of them, or a commit of git (with `commit:folder` for another folder)
 * @param cwd where relative paths start
 * @param baseDir of the configuration
 */
export async function loadSnapshots(against: string, cwd: string, baseDir: string, signal: AbortSignal): Promise<StoredSnapshots> {
  const path = resolve(cwd, against);
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return fromFolder(path, against);
  if (found?.isFile()) return { where: against, snapshots: [await readSnapshot(await readFile(path, 'utf8'), path)] };
  return fromCommit(against, baseDir, signal);
}

/** The newest commit before an ISO instant that changed the snapshots beside the configuration. */
export async function commitBefore(instant: string, baseDir: string, signal: AbortSignal): Promise<string> {
  const { stdout } = await promisify(execFile)('git', ['-C', baseDir, 'log', '--max-count=1', '--format=%H', `--before=${instant}`, 'HEAD', '--', `./${snapshotFolder}`], { signal, timeout: gitMs }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new AishellError('usage', `${baseDir} is in no repository of git, so nobody knows what the snapshots were on ${instant.slice(0, 10)}`, 'Compare with a folder of snapshots: aishell schema diff --against FOLDER', { cause: error });
  });
  const id = stdout.trim();
  if (id !== '') return id;
  throw new AishellError('usage', `there were no snapshots in ${snapshotFolder}/ on ${instant.slice(0, 10)}`, `Name a later day, a commit or a folder: aishell schema diff --against main`);
}

/** The newest tag of the commits that led here. */
export async function lastRelease(baseDir: string, signal: AbortSignal): Promise<string> {
  const { stdout } = await promisify(execFile)('git', ['-C', baseDir, 'describe', '--tags', '--abbrev=0', 'HEAD'], { signal, timeout: gitMs }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new AishellError('usage', `git knows no tag at ${baseDir}, so nobody knows which was the last release`, 'Name a commit or a folder: aishell schema diff --against main', { cause: error });
  });
  return stdout.trim();
}

/** Versions before the last that are looked at. */
const mostVersions = 50;

/**
 * Every version of the snapshots up to `against`, the newest first: the commits that changed their folder, or, of a folder
 * that holds folders of snapshots, those in the order of their names (2 before 10).
 *
 * @returns whether older ones were left out
 */
export async function loadHistory(against: string, cwd: string, baseDir: string, signal: AbortSignal): Promise<{ readonly versions: readonly StoredSnapshots[]; readonly isCut: boolean }> {
  const path = resolve(cwd, against);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) throw new AishellError('usage', `${against} is one snapshot and has no earlier versions`, 'Name a commit, or a folder that holds a folder of snapshots for each version.');
  if (found?.isDirectory()) {
    const entries = await readdir(path, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name).sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
    if (folders.length === 0) throw new AishellError('usage', `${against} holds one version of the snapshots`, 'Name a commit, whose history holds the earlier ones, or a folder that holds a folder of snapshots for each version.');
    const versions = await Promise.all(folders.slice(0, mostVersions).map((name) => fromFolder(join(path, name), join(against, name))));
    return { versions, isCut: folders.length > mostVersions };
  }
  // Says what is wrong with it, where something is.
  const newest = await fromCommit(against, baseDir, signal);
  const [commit = '', folder = snapshotFolder] = against.split(':');
  const { stdout } = await promisify(execFile)('git', ['-C', baseDir, 'log', '--format=%H', `--max-count=${mostVersions + 1}`, '--end-of-options', commit, '--', `./${folder}`], { signal, timeout: gitMs, maxBuffer: mostBytes });
  const commits = stdout.split('\n').filter((line) => line !== '');
  const earlier: StoredSnapshots[] = [];
  for (const id of commits.slice(1, mostVersions)) {
    try {
      earlier.push(await fromCommit(`${id.slice(0, 12)}:${folder}`, baseDir, signal));
    } catch (error) {
      // A commit that took the snapshots away is no version of them.
      if (!(error instanceof AishellError) || error.code !== 'usage') throw error;
    }
  }
  return { versions: [newest, ...earlier], isCut: commits.length > mostVersions };
}

async function fromFolder(path: string, against: string): Promise<StoredSnapshots> {
  const names = (await readdir(path)).filter(isYaml).sort();
  if (names.length === 0) throw new AishellError('usage', `there are no snapshots in ${against}`, 'Take some: aishell schema snapshot');
  const snapshots = await Promise.all(names.map(async (name) => readSnapshot(await readFile(join(path, name), 'utf8'), join(path, name))));
  return { where: against, snapshots };
}

async function fromCommit(against: string, baseDir: string, signal: AbortSignal): Promise<StoredSnapshots> {
  const colon = against.indexOf(':');
  const commit = colon === -1 ? against : against.slice(0, colon);
  const folder = colon === -1 ? snapshotFolder : against.slice(colon + 1);
  const neither = (cause: unknown) =>
    new AishellError('usage', `${against} is no file, no folder and no commit with snapshots`, `Name a snapshot, its folder, or a commit that holds ${folder}/ beside the configuration. Snapshots are taken by: aishell schema snapshot`, { cause });
  // What begins with a dash would be an option of git's.
  if (commit === '' || commit.startsWith('-') || folder.startsWith('/')) throw neither(undefined);
  const git = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)('git', ['-C', baseDir, ...args], { signal, timeout: gitMs, maxBuffer: mostBytes, env: { ...process.env, GIT_OPTIONAL_LOCKS: '0' } });
    return stdout;
  };
  try {
    const id = (await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}^{commit}`)).trim();
    const isFile = isYaml(folder);
    const listed = isFile ? [folder] : (await git('ls-tree', '--name-only', '-z', id, `./${folder}/`)).split('\0').filter(isYaml);
    if (listed.length === 0) throw neither(undefined);
    const inFolder = (name: string) => (isFile ? folder : join(folder, basename(name)));
    const snapshots = await Promise.all(listed.map(async (name) => readSnapshot(await git('show', `${id}:./${inFolder(name)}`), `${commit}:${inFolder(name)}`)));
    return { where: `${folder} at ${commit} (${id.slice(0, 10)})`, snapshots };
  } catch (error) {
    if (error instanceof AishellError) throw error;
    signal.throwIfAborted();
    throw neither(error);
  }
}

function isYaml(name: string): boolean {
  return extname(name) === '.yaml' || extname(name) === '.yml';
}

export function defaultFolder(configPath: string): string {
  return join(dirname(configPath), snapshotFolder);
}
