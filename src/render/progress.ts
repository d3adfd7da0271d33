/** What a running statement has done so far, in a few words a service. */

import type { Style } from './style.js';
import { count, rows, size } from './amounts.js';
import { safeText } from './safe.js';

/** The engine's ProgressEvent, as far as it is shown. */
export interface Progress {
  readonly fragment: string;
  readonly service: string;
  readonly state: 'waiting' | 'reading' | 'done' | 'failed' | 'joining' | 'answering' | 'answered';
  readonly rows: number;
  readonly bytes: number;
}

const words: Readonly<Partial<Record<Progress['state'], string>>> = { waiting: 'waiting', joining: 'joining here', answering: 'is answering', answered: 'has answered' };

/** The latest event of every fragment, in the order they first appeared. */
export class ProgressBoard {
  readonly #latest = new Map<string, Progress>();

  update(event: Progress): void {
    this.#latest.set(event.fragment, event);
  }

  lines(style: Style): string[] {
    return [...this.#latest.values()].map((event) => {
      const mark = { waiting: '·', reading: '…', done: '✓', failed: '✗', joining: '…', answering: '…', answered: '✓' }[event.state];
      const what = words[event.state] ?? `${rows(event.rows)}, ${size(event.bytes)}`;
      const reply = event.state === 'answering' && event.bytes > 0 ? `, ${count(event.bytes)} characters` : '';
      const line = `${mark} ${safeText(event.service)} ${what}${reply}`;
      return event.state === 'done' || event.state === 'answered' ? style.green(line) : event.state === 'failed' ? style.red(line) : line;
    });
  }
}
