/** Key patterns: `session:{id}` is what the keys have in common, and one name in braces for each part that varies. */

/** Plain JSON: the words around the parts, one more than there are parts, and the parts' names. */
export interface PatternParts {
  readonly words: readonly string[];
  readonly parts: readonly string[];
}

export class Pattern {
  readonly #expression: RegExp;

  constructor(
    readonly data: PatternParts,
    separator: string,
  ) {
    // A part has no separator in it.
    const part = `((?:(?!${escape(separator)})[^])+)`;
    this.#expression = new RegExp(`^${data.words.map(escape).join(part)}$`);
  }

  /** As a person writes it. */
  static parse(text: string, separator: string): Pattern {
    const split = text.split(/\{([^{}]*)\}/);
    return new Pattern({ words: split.filter((_, i) => i % 2 === 0), parts: split.filter((_, i) => i % 2 === 1) }, separator);
  }

  get text(): string {
    return this.data.words.map((word, i) => word + (i < this.data.parts.length ? `{${this.data.parts[i]}}` : '')).join('');
  }

  /** The texts of the parts, or undefined for another pattern's key. */
  match(key: string): readonly string[] | undefined {
    return this.#expression.exec(key)?.slice(1);
  }

  /** The key with these parts. */
  key(parts: readonly string[]): string {
    return this.data.words.map((word, i) => word + (parts[i] ?? '')).join('');
  }

  /** For SCAN's MATCH; parts that are known are written out. */
  glob(known: readonly (string | undefined)[] = []): string {
    const part = (i: number) => (i >= this.data.parts.length ? '' : known[i] === undefined ? '*' : globEscape(known[i]));
    return this.data.words.map((word, i) => globEscape(word) + part(i)).join('');
  }
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function globEscape(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&');
}
