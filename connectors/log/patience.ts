/** How the reader of a log outlives a server that goes away for a while, and what whoever follows it is told. */

import { AishellError } from '../contract.js';
import { pause } from './pause.js';

const waitsMs = [100, 200, 500, 1_000, 2_000];

export class Patience {
  #failures = 0;
  #notes: string[] = [];

  /** @param passing codes of errors that a server makes which is coming back */
  constructor(
    private readonly service: string,
    private readonly passing: readonly string[],
  ) {}

  note(line: string): void {
    this.#notes.push(line);
  }

  /** What was noted since this was last asked. */
  takeNotes(): readonly string[] {
    const notes = this.#notes;
    this.#notes = [];
    return notes;
  }

  /** What the work comes to, or undefined after a wait where the server is only away; each time in a row waits longer. */
  async attempt<T>(work: () => Promise<T>, signal: AbortSignal, forget: () => void = () => undefined): Promise<T | undefined> {
    try {
      const result = await work();
      if (this.#failures > 0) this.note(`${this.service}: connected again; goes on where it was`);
      this.#failures = 0;
      return result;
    } catch (error) {
      if (signal.aborted || !(error instanceof AishellError) || !this.passing.includes(error.code)) throw error;
      if (this.#failures === 0) this.note(`${error.message}; waiting for it to come back`);
      forget();
      await pause(waitsMs[Math.min(this.#failures++, waitsMs.length - 1)]!, signal);
      return undefined;
    }
  }
}
