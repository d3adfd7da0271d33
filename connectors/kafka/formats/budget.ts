/** Bounds on one message: how deep, how many values, how long. Hostile bytes can ask for more than they have. */

import { maxCharacters, maxDepth, maxValues, Undecodable } from './contract.js';

export class Budget {
  #depth = 0;
  #values = 0;
  #characters = 0;

  /** Around whatever holds others. */
  inside(work: () => string): string {
    if (++this.#depth > maxDepth) throw new Undecodable(`it is nested deeper than ${maxDepth}`);
    const text = work();
    this.#depth--;
    return text;
  }

  value(text: string): string {
    this.#characters += text.length;
    if (++this.#values > maxValues) throw new Undecodable(`it has more than ${maxValues} values`);
    if (this.#characters > maxCharacters) throw new Undecodable(`it is longer than ${maxCharacters} characters`);
    return text;
  }
}
