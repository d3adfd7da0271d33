/**
 * Lines on disk, for a result of any length: written once as they come, read a screenful at a time. In memory is the
 * position of every 256th line and nothing else.
 */

import { mkdtemp, open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const stride = 256;
const flushAt = 1 << 20;

export class Spool {
  /** Byte offset of the line numbers that stride divides. */
  readonly #offsets: number[] = [0];
  #lines = 0;
  #bytes = 0;
  #waiting: string[] = [];
  #waitingLength = 0;
  #block: { readonly index: number; readonly lines: readonly string[] } | undefined;

  private constructor(
    private readonly dir: string,
    private readonly file: FileHandle,
  ) {}

  static async create(): Promise<Spool> {
    const dir = await mkdtemp(join(tmpdir(), 'aishell-rows-'));
    return new Spool(dir, await open(join(dir, 'lines'), 'wx+', 0o600));
  }

  /** How many lines there are. */
  get length(): number {
    return this.#lines;
  }

  /** Where the lines are, all of them: for a pager that isn't ours. */
  async path(): Promise<string> {
    await this.#flush();
    return join(this.dir, 'lines');
  }

  /** Whole lines, each with its line feed. */
  async write(text: string): Promise<void> {
    let from = 0;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
      this.#lines += 1;
      if (this.#lines % stride !== 0) continue;
      this.#bytes += Buffer.byteLength(text.slice(from, at + 1));
      this.#offsets.push(this.#bytes);
      from = at + 1;
    }
    this.#bytes += Buffer.byteLength(text.slice(from));
    this.#waiting.push(text);
    this.#waitingLength += text.length;
    if (this.#waitingLength >= flushAt) await this.#flush();
  }

  /** At most `count` lines, from the line of that index. */
  async read(from: number, count: number): Promise<string[]> {
    const found: string[] = [];
    for (let at = from; at < Math.min(from + count, this.#lines); ) {
      const block = await this.#readBlock(Math.floor(at / stride));
      const part = block.slice(at % stride, (at % stride) + from + count - at);
      found.push(...part);
      at += part.length;
    }
    return found;
  }

  /** The next line that holds the text, whatever the case, at or behind `from` (before it, for -1). */
  async find(wanted: string, from: number, by: 1 | -1, signal: AbortSignal): Promise<number | undefined> {
    const folded = wanted.toLowerCase();
    for (let index = Math.floor(from / stride); index >= 0 && index * stride < this.#lines; index += by) {
      signal.throwIfAborted();
      const lines = await this.#readBlock(index);
      for (let i = by === 1 ? 0 : lines.length - 1; i >= 0 && i < lines.length; i += by) {
        const line = index * stride + i;
        if ((by === 1 ? line >= from : line <= from) && lines[i]!.toLowerCase().includes(folded)) return line;
      }
    }
    return undefined;
  }

  async close(): Promise<void> {
    await this.file.close();
    await rm(this.dir, { recursive: true, force: true });
  }

  async #readBlock(index: number): Promise<readonly string[]> {
    if (this.#block?.index === index && index * stride + this.#block.lines.length === Math.min((index + 1) * stride, this.#lines)) return this.#block.lines;
    await this.#flush();
    const from = this.#offsets[index]!;
    const length = (this.#offsets[index + 1] ?? this.#bytes) - from;
    const buffer = Buffer.alloc(length);
    for (let read = 0; read < length; ) {
      const { bytesRead } = await this.file.read(buffer, read, length - read, from + read);
      if (bytesRead === 0) throw new Error('the file of rows ended early');
      read += bytesRead;
    }
    this.#block = { index, lines: buffer.toString('utf8').replace(/\n$/, '').split('\n') };
    return this.#block.lines;
  }

  async #flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const bytes = Buffer.from(this.#waiting.splice(0).join(''));
    this.#waitingLength = 0;
    for (let written = 0; written < bytes.length; ) written += (await this.file.write(bytes, written)).bytesWritten;
  }
}
