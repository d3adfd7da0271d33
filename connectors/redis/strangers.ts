/**
 * Keys that a table's pattern matches and whose type is another than the table's. Where a table of that type shows them,
 * that is as it should be; else nobody would ever see them, so the answer says that they were passed over.
 */

import type { ReadPayload } from './payload.js';
import { Pattern } from './pattern.js';

export class Strangers {
  readonly #found = new Map<string, { count: number; readonly first: string }>();
  readonly #shown: readonly { readonly type: string; readonly pattern: Pattern }[];

  constructor(private readonly payload: ReadPayload) {
    const { shared = [], separator } = payload.native;
    this.#shown = shared.map(({ type, pattern }) => ({ type, pattern: new Pattern(pattern, separator) }));
  }

  /** @param type as TYPE has it: `none` where the key is gone */
  add(key: string, type: string): void {
    if (type === 'none' || type === this.payload.native.type) return;
    if (this.#shown.some((other) => other.type === type && other.pattern.match(key) !== undefined)) return;
    const known = this.#found.get(type);
    if (known === undefined) this.#found.set(type, { count: 1, first: key });
    else known.count++;
  }

  warnings(service: string): string[] {
    const { table, native } = this.payload;
    return [...this.#found].map(
      ([type, { count, first }]) =>
        `${service}: ${table} holds keys of type ${native.type}; ${count === 1 ? `${JSON.stringify(first)} is` : `${count} that its pattern matches, such as ${JSON.stringify(first)}, are`} of type ${type} and passed over`,
    );
  }
}
