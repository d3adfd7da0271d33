/** What a running statement has done so far, in a few words a service. */

import type { Style } from './style.js';
import { rows, size } from './amounts.js';
import { safeText } from './safe.js';

/** The engine's ProgressEvent, as far as it is shown. */
export interface Progress {
  readonly fragment: string;
  readonly service: string;
  readonly state: 'waiting' | 'reading' | 'done' | 'failed' | 'joining';
  readonly rows: number;
  readonly bytes: number;
}

/** The latest event of every fragment, in the order they first appeared. */
export class ProgressBoard {
  readonly #latest = new Map<string, Progress>();

  update(event: Progress): void {
    this.#latest.set(event.fragment, event);
  }

  lines(style: Style): string[] {
    return [...this.#latest.values()].map((event) => {
      const mark = { waiting: '·', reading: '…', done: '✓', failed: '✗', joining: '…' }[event.state];
      const what = event.state === 'waiting' ? 'waiting' : event.state === 'joining' ? 'joining here' : `${rows(event.rows)}, ${size(event.bytes)}`;
      const line = `${mark} ${safeText(event.service)} ${what}`;
      return event.state === 'done' ? style.green(line) : event.state === 'failed' ? style.red(line) : line;
    });
  }
}
