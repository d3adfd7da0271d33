/**
 * What is happening, on stderr: a few lines that are drawn anew and wiped at the end, at a terminal and once it takes
 * longer than a second; a line now and then where nothing may be drawn twice; lines of JSON for programs; else nothing.
 */

import type { Progress } from './progress.js';
import { isRunning, ProgressBoard } from './progress.js';
import { style } from './style.js';
import { cut, displayWidth } from './width.js';

export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

export interface ProgressView {
  update(event: Progress): void;
  /** Wipes what is drawn. Call it before anything is printed, and at the end. */
  stop(): void;
  /** Says which stores' queries a cancellation ended. */
  cancelled(): void;
}

export interface ProgressOptions {
  /** --progress; auto: drawn at a terminal, else nothing. */
  readonly mode: 'auto' | 'json' | 'off';
  /** Nothing may be drawn twice: a dumb terminal, a screen reader. */
  readonly plain: boolean;
  readonly ascii: boolean;
}

/** At most ten times a second. */
const everyMs = 100;
const patienceMs = 1000;
/** Between two lines where lines stay. */
const calmMs = 10_000;

export function progressView(stream: ProgressStream, { mode, plain, ascii }: ProgressOptions): ProgressView {
  if (mode === 'json') return new ProgressJson(stream);
  if (mode === 'off' || stream.isTTY !== true) return { update: () => undefined, stop: () => undefined, cancelled: () => undefined };
  return new ProgressLines(stream, plain, ascii);
}

class ProgressLines implements ProgressView {
  readonly #board = new ProgressBoard();
  readonly #timer: NodeJS.Timeout;
  readonly #since = performance.now();
  /** Display widths of the lines that stand there; the cursor is behind the last. */
  #drawn: readonly number[] = [];

  constructor(
    private readonly stream: ProgressStream,
    private readonly plain: boolean,
    private readonly ascii: boolean,
  ) {
    this.#timer = setInterval(() => (plain ? this.#say() : this.#draw()), plain ? calmMs : everyMs);
    this.#timer.unref();
  }

  update(event: Progress): void {
    this.#board.update(event);
  }

  stop(): void {
    clearInterval(this.#timer);
    if (this.#drawn.length > 0) this.stream.write(`${this.#back()}\u001b[J`);
    this.#drawn = [];
  }

  cancelled(): void {
    this.stop();
    for (const line of this.#board.stopped(this.ascii)) this.stream.write(`${line}\n`);
  }

  #draw(): void {
    const elapsed = performance.now() - this.#since;
    if (elapsed < patienceMs) return;
    const width = (this.stream.columns ?? 80) - 1;
    const room = Math.max(1, (this.stream.rows ?? 24) - 2);
    const all = this.#board.lines(style(false), this.ascii);
    const lines = [...all.slice(0, room), `${Math.floor(elapsed / 1000)} s${all.length > room ? `, and ${all.length - room} more` : ''}  (Ctrl-C stops it)`].map((line) => cut(line, width));
    this.stream.write(`${this.#back()}${lines.join('\u001b[K\n')}\u001b[J`);
    this.#drawn = lines.map(displayWidth);
  }

  /** To the first of the lines; a terminal that became narrower has broken them. */
  #back(): string {
    const width = this.stream.columns ?? 80;
    const up = this.#drawn.reduce((sum, each) => sum + Math.max(1, Math.ceil(each / width)), 0) - 1;
    return up > 0 ? `\r\u001b[${up}A` : '\r';
  }

  #say(): void {
    const seconds = Math.round((performance.now() - this.#since) / 1000);
    this.stream.write(`${seconds} s: ${this.#board.lines(style(false), this.ascii).join('; ')}\n`);
  }
}

/** A line where a state changes, and at most ten times a second for each that reads. */
class ProgressJson implements ProgressView {
  readonly #board = new ProgressBoard();
  readonly #told = new Map<string, { readonly state: Progress['state']; readonly at: number }>();
  #last = new Map<string, Progress>();
  readonly #late = new Map<string, NodeJS.Timeout>();

  constructor(private readonly stream: ProgressStream) {}

  update(event: Progress): void {
    this.#board.update(event);
    this.#last.set(event.fragment, event);
    const before = this.#told.get(event.fragment);
    const now = performance.now();
    if (before?.state !== event.state || now - before.at >= everyMs) this.#tell(event);
    // What is the last for long is told too.
    else if (!this.#late.has(event.fragment)) this.#late.set(event.fragment, setTimeout(() => this.#tell(this.#last.get(event.fragment)), everyMs).unref());
  }

  stop(): void {
    for (const timer of this.#late.values()) clearTimeout(timer);
    this.#late.clear();
  }

  #tell(event: Progress | undefined): void {
    if (event === undefined) return;
    const { fragment, state } = event;
    clearTimeout(this.#late.get(fragment));
    this.#late.delete(fragment);
    this.#told.set(fragment, { state, at: performance.now() });
    this.stream.write(`${this.#board.json(fragment)}\n`);
  }

  cancelled(): void {
    for (const event of this.#last.values()) {
      if (!isRunning(event)) continue;
      const { fragment, service, rows, bytes } = event;
      this.stream.write(`${JSON.stringify({ type: 'cancelled', fragment, service, rows, bytes })}\n`);
    }
    this.#last = new Map();
  }
}
