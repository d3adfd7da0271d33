/** One line on stderr about what is running, at a terminal and once it takes longer than a second. */

import type { Progress } from '../render/progress.js';
import { ProgressBoard } from '../render/progress.js';
import type { Style } from '../render/style.js';
import { cut } from '../render/width.js';

const patienceMs = 1000;
const everyMs = 120;

export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export class ProgressLine {
  readonly #board = new ProgressBoard();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #since = performance.now();
  #shown = false;

  constructor(
    private readonly stream: ProgressStream,
    private readonly plain: Style,
  ) {
    if (stream.isTTY === true) {
      this.#timer = setInterval(() => this.#draw(), everyMs);
      this.#timer.unref();
    }
  }

  update(event: Progress): void {
    this.#board.update(event);
  }

  /** Wipes the line. Call it before anything is printed, and at the end. */
  stop(): void {
    clearInterval(this.#timer);
    if (this.#shown) this.stream.write('\r\u001b[K');
    this.#shown = false;
  }

  #draw(): void {
    const elapsed = performance.now() - this.#since;
    if (elapsed < patienceMs) return;
    const line = `${Math.floor(elapsed / 1000)} s  ${this.#board.lines(this.plain).join('  ')}`;
    this.stream.write(`\r\u001b[K${cut(line, (this.stream.columns ?? 80) - 1)}`);
    this.#shown = true;
  }
}
