/** The statements that were answered, one after another: what a follow-up goes on from, and what "undo" goes back to. */

import type { Answer, QueryAnswer, Translated } from '../answer/contract.js';
import { AishellError } from '../errors.js';

export interface Step {
  readonly sql: string;
  /** What was typed. */
  readonly question: string;
  /** What the statement was said to mean; SQL says so itself. */
  readonly said?: Translated;
}

const most = 50;

export class Trail {
  readonly #steps: Step[] = [];

  get last(): Step | undefined {
    return this.#steps.at(-1);
  }

  /** An answer that is no statement's is nothing to go on from: the one before it stays. */
  add(typed: string, answer: Answer): void {
    if (answer.kind !== 'query' || answer.sql === this.last?.sql) return;
    this.#steps.push({ sql: answer.sql, question: typed, ...saidOf(answer) });
    if (this.#steps.length > most) this.#steps.shift();
  }

  /** The statement before the last one, which is the last one from now on. */
  back(): Step {
    const before = this.#steps.at(-2);
    if (before === undefined) throw new AishellError('usage', 'There is no answer to go back to.', 'undo goes back to the statement that was answered before the last one.');
    this.#steps.pop();
    return before;
  }
}

/** Is it the wish to go back? */
export function isUndo(text: string): boolean {
  return /^(undo( (that|it|this|the last (one|step)))?|go back|take (that|it) back)[.!]?$/i.test(text.trim());
}

function saidOf({ question, translator, reading, assumptions, alternatives }: QueryAnswer): { said?: Translated } {
  if (question === undefined || translator === undefined || reading === undefined || assumptions === undefined || alternatives === undefined) return {};
  return { said: { question, translator, reading, assumptions, alternatives: [] } };
}
