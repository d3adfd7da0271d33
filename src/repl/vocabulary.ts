/** What Tab knows, read in the background: the prompt never waits for a store. */

import type { Session } from '../session/contract.js';
import { complete } from './complete/index.js';
import type { CommandWords, Completion, Vocabulary } from './complete/index.js';
import { vocabulary } from './complete/vocabulary.js';

/** Shown when Tab comes too early; the words follow as soon as they are there. */
export const stillReading = 'The catalogue is still being read.';

const nothing: Vocabulary = { services: [], tables: [], keywords: [], functions: [] };

export class KnownWords {
  #words: Vocabulary | undefined;
  #of: Session | undefined;
  #failed = false;

  constructor(private readonly commands: CommandWords) {}

  /** Reads this session's catalogue unless it is the one that was read before, then calls `ready`. A failure shows when Tab is pressed. */
  read(session: Session, signal: AbortSignal, ready: () => void): void {
    if (this.#of === session) return;
    this.#of = session;
    this.#words = undefined;
    this.#failed = false;
    void this.#load(session, signal)
      .catch(() => {
        this.#failed = true;
        this.#of = undefined;
      })
      .then(ready);
  }

  complete(text: string, cursor: number, isSql: boolean): Completion | string {
    const found = complete(text, cursor, isSql, this.#words ?? nothing, this.commands);
    if (this.#words !== undefined || found.words.length > 0) return found;
    return this.#failed ? 'The catalogue can’t be read; .doctor says why.' : stillReading;
  }

  async #load(session: Session, signal: AbortSignal): Promise<void> {
    const [catalog, { functionNames }, { signatures }] = await Promise.all([session.catalog(signal), import('../session/functions.js'), import('./complete/function-signatures.js')]);
    if (this.#of === session) this.#words = vocabulary(catalog, functionNames(), signatures);
  }
}
