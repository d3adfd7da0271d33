/** What a question cost, as the server counts it. */

import type { ModelConfig } from '../../config/contract.js';
import type { Usage } from '../contract.js';
import type { Tokens } from './client.js';

const million = 1_000_000;

export class Meter {
  #requests = 0;
  /** undefined once a reply came without its counts: a sum of some would look like all. */
  #tokens: Tokens | undefined = { input: 0, output: 0 };

  constructor(private readonly price: ModelConfig['price']) {}

  add(tokens: Tokens | undefined): void {
    this.#requests += 1;
    const sum = this.#tokens;
    this.#tokens = sum && tokens && { input: sum.input + tokens.input, output: sum.output + tokens.output };
  }

  get usage(): Usage {
    const tokens = this.#tokens;
    const { price } = this;
    return {
      requests: this.#requests,
      inputTokens: tokens?.input ?? null,
      outputTokens: tokens?.output ?? null,
      cost: tokens && price ? { amount: (tokens.input * price.input + tokens.output * price.output) / million, currency: price.currency } : null,
    };
  }
}
