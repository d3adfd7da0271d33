/**
 * Files of lines, searched as bytes: only lines that hold what is looked for are parsed. Plain files are read from where
 * the window begins (by-time.ts), compressed ones (.gz) from their start; each file ends where it ended when it was
 * opened, since others still write to it.
 */

import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { createGunzip } from 'node:zlib';
import { AishellError, type Coverage } from '../contract.js';
import { codeOf, messageOf } from '../sql/failures.js';
import { stretchOf, type TimeOf } from './by-time.js';

export interface FoundFile {
  readonly path: string;
  /** Relative to the folder of the configuration. */
  readonly name: string;
  readonly size: number;
  readonly changedMs: number;
}

const mostFiles = 10_000;
const longestLine = 64 * 1024 * 1024;
const chunkBytes = 1024 * 1024;

/** A file, a folder with all below it, or a pattern with * and ?, newest first. */
export async function filesOf(path: string, endings: RegExp, place: { readonly service: string; readonly baseDir: string }): Promise<FoundFile[]> {
  const whole = resolve(place.baseDir, path);
  const isPattern = /[*?]/.test(whole);
  const folder = isPattern ? dirname(whole.slice(0, whole.search(/[*?]/) + 1)) : whole;
  try {
    const about = await stat(folder);
    const names = about.isDirectory() ? (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)) : [folder];
    const wanted = names.filter((name) => (isPattern ? asPattern(whole).test(name) : !about.isDirectory() || endings.test(basename(name))));
    if (wanted.length > mostFiles) throw new AishellError('source.failed', `${place.service}: ${path} is ${wanted.length} files`, `Name fewer, ${mostFiles} at most.`, { service: place.service });
    const found = await Promise.all(wanted.map(async (name) => ({ name, about: await stat(name) })));
    return found.map(({ name, about: { size, mtimeMs } }) => ({ path: name, name: relative(place.baseDir, name), size, changedMs: mtimeMs })).sort((a, b) => b.changedMs - a.changedMs || (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (error instanceof AishellError) throw error;
    throw new AishellError('source.failed', `${place.service}: ${path} can't be read (${codeOf(error) || messageOf(error)})`, 'Check the path in the configuration, and its rights.', { service: place.service, cause: error });
  }
}

/** `**` is any folders, `*` and `?` stay within a name. */
function asPattern(path: string): RegExp {
  const source = path.replace(/\*\*\/?|[*?]|[\\^$.|+()[\]{}]/g, (token) => (token.startsWith('**') ? '.*' : token === '*' ? '[^/]*' : token === '?' ? '[^/]' : `\\${token}`));
  return new RegExp(`^${source}$`, 'u');
}

export interface Search {
  readonly service: string;
  /** A line is worth parsing if it holds one of these. */
  readonly needles: readonly Buffer[];
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly bytes: number;
  /** When a line was written; absent: files have no order in time. */
  readonly timeOf: TimeOf | undefined;
  readonly signal: AbortSignal;
}

/** Calls with each line that holds a needle, as long as `take` returns true. When the signal aborts, it ends where it is. */
export async function searchFiles(files: readonly FoundFile[], search: Search, take: (line: Buffer, file: FoundFile, at: number) => boolean): Promise<Coverage[]> {
  const coverage: Coverage[] = [];
  let left = search.bytes;
  for (const file of files) {
    const part = await searchFile(file, { ...search, bytes: left }, take);
    left -= part.bytes;
    coverage.push(part);
  }
  return coverage;
}

async function searchFile(file: FoundFile, search: Search, take: (line: Buffer, file: FoundFile, at: number) => boolean): Promise<Coverage> {
  const isPacked = file.name.endsWith('.gz');
  const covered = (from: number, to: number, lines: number, bytes: number, reachedEnd: boolean, bound: string): Coverage => ({ partition: file.name, from: String(from), to: String(to), messages: lines, bytes, reachedEnd, bound });
  if (search.signal.aborted) return covered(0, 0, 0, 0, false, 'not read: it was told to stop before');
  if (search.since !== undefined && file.changedMs < search.since) return covered(file.size, file.size, 0, 0, true, 'last written before the window');
  const { from, to, bound } = isPacked ? { from: 0, to: file.size, bound: 'from its start to its end; compressed' } : await stretchOf(file, search);
  if (search.bytes <= 0 && to > from) return covered(from, from, 0, 0, false, 'not read: the limit of bytes was reached before');
  const end = isPacked ? to : Math.min(to, from + search.bytes);
  if (end <= from) return covered(from, from, 0, 0, true, bound);
  const lines = new Lines(search, from, (line, at) => take(line, file, at));
  const raw = createReadStream(file.path, { start: from, end: end - 1, highWaterMark: chunkBytes, signal: search.signal });
  let read = 0;
  raw.on('data', (chunk) => void (read += chunk.length));
  const stream = isPacked ? raw.pipe(createGunzip({ chunkSize: chunkBytes })) : raw;
  if (isPacked) raw.on('error', (error) => stream.destroy(error));
  let isOver = false;
  try {
    for await (const chunk of stream) {
      isOver = !lines.add(chunk as Buffer) || (isPacked && read > search.bytes);
      if (isOver) break;
    }
  } catch (error) {
    // What was found until then is worth having.
    if (search.signal.aborted) return covered(from, lines.at, lines.count, isPacked ? read : lines.at - from, false, `${bound}, stopped when it was told to stop`);
    if (error instanceof AishellError) throw error;
    // A compressed file that is still written ends early; what it held until there was searched.
    if (isPacked) return covered(from, lines.at, lines.count, read, false, `it can't be unpacked further: ${messageOf(error)}`);
    throw new AishellError('source.failed', `${search.service}: ${file.name} can't be read (${codeOf(error)})`, 'Check its rights.', { service: search.service, cause: error });
  }
  if (!isOver) lines.end();
  const reachedEnd = !isOver && end === to;
  return covered(from, lines.at, lines.count, isPacked ? read : lines.at - from, reachedEnd, reachedEnd ? bound : `${bound}, stopped by the limit`);
}

/** Cuts chunks into lines where a needle stands. */
class Lines {
  count = 0;
  /** Where what was looked at ends. */
  at: number;
  #rest: Buffer = Buffer.alloc(0);

  constructor(
    private readonly search: Search,
    from: number,
    private readonly take: (line: Buffer, at: number) => boolean,
  ) {
    this.at = from;
  }

  /** False: enough was found. */
  add(chunk: Buffer): boolean {
    const all = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const last = all.lastIndexOf(10);
    if (last === -1 && all.length > longestLine) throw new AishellError('source.value', `${this.search.service}: a line is longer than ${longestLine / 2 ** 20} MiB`, 'Is this a file of lines?', { service: this.search.service });
    this.#rest = all.subarray(last + 1);
    const isWanted = this.#look(all.subarray(0, last + 1));
    this.at += last + 1;
    return isWanted;
  }

  end(): void {
    const rest = this.#rest;
    if (rest.length > 0) this.#look(Buffer.concat([rest, Buffer.from('\n')]));
    this.at += rest.length;
  }

  #look(bytes: Buffer): boolean {
    for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) this.count++;
    const starts = new Set<number>();
    for (const needle of this.search.needles) {
      for (let at = bytes.indexOf(needle); at !== -1; ) {
        starts.add(bytes.lastIndexOf(10, at) + 1);
        const end = bytes.indexOf(10, at);
        at = end === -1 ? -1 : bytes.indexOf(needle, end);
      }
    }
    return [...starts].sort((a, b) => a - b).every((start) => this.take(bytes.subarray(start, bytes.indexOf(10, start)), this.at + start));
  }
}
