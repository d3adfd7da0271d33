/** What of a log could not be read and was passed over: the rows of all the rest are there. */

import { AishellError } from '../contract.js';

/** Beyond that they are counted. */
export const mostNamed = 5;

export class Losses {
  readonly #all: { readonly failure: AishellError; readonly partition: number }[] = [];

  get count(): number {
    return this.#all.length;
  }

  add(failure: AishellError, partition: number): void {
    this.#all.push({ failure, partition });
  }

  /** Of one partition, in words. */
  of(partition: number): string[] {
    return this.#all.filter((loss) => loss.partition === partition).map(({ failure }) => failure.message);
  }

  /** One error for them all, and for what else is lacking; undefined: nothing is. */
  with(other: AishellError | undefined): AishellError | undefined {
    const [first] = this.#all;
    if (first === undefined) return other;
    const { code, remedy } = first.failure;
    const more = this.count > mostNamed ? [`and ${this.count - mostNamed} more`] : [];
    const said = [...this.#all.slice(0, mostNamed).map(({ failure }) => failure.message), ...more, ...(other === undefined ? [] : [other.message])];
    return new AishellError(code, said.join('; '), remedy, { cause: first.failure });
  }
}
