/**
 * Finds the wanted top-level members of a JSON object in its bytes, and proves that the whole is JSON, without building
 * anything. A value is a span of the buffer and its kind; most go from there into a column as they are.
 */

export const enum Kind {
  missing,
  /** Without escapes: its text is the bytes between the quotes. */
  plainText,
  escapedText,
  number,
  true,
  false,
  null,
  object,
  array,
}

/** In words, by kind. */
export const kindNames = ['missing', 'text', 'text', 'a number', 'true', 'false', 'null', 'an object', 'an array'] as const;

export type Outcome = 'object' | 'other' | 'invalid';

const quoteMark = 0x22;
const backslash = 0x5c;
/** Deeper nesting than any sane message; a bound so that hostile input can't exhaust the stack. */
const maxDepth = 500;

class Invalid extends Error {}
const invalid = new Invalid();

export class JsonSpans {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly kinds: Uint8Array;
  readonly #names: readonly Buffer[];
  readonly #positions: ReadonlyMap<string, number>;
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;
  #kind: Kind = Kind.missing;

  constructor(wanted: readonly string[]) {
    this.#names = wanted.map((name) => Buffer.from(name));
    this.#positions = new Map(wanted.map((name, position) => [name, position]));
    this.starts = new Int32Array(wanted.length);
    this.ends = new Int32Array(wanted.length);
    this.kinds = new Uint8Array(wanted.length);
  }

  /** The buffer must hold UTF-8 between start and end. */
  scan(buffer: Buffer, start: number, end: number): Outcome {
    this.kinds.fill(Kind.missing);
    this.#buffer = buffer;
    this.#at = start;
    this.#end = end;
    try {
      this.#space();
      if (buffer[this.#at] !== 0x7b || this.#at >= end) {
        this.#value(0);
        this.#atEnd();
        return 'other';
      }
      this.#members();
      this.#atEnd();
      return 'object';
    } catch (error) {
      if (!(error instanceof Invalid)) throw error;
      this.kinds.fill(Kind.missing);
      return 'invalid';
    }
  }

  #members(): void {
    const buffer = this.#buffer;
    this.#at++;
    this.#space();
    if (this.#peek() === 0x7d) {
      this.#at++;
      return;
    }
    for (;;) {
      if (this.#peek() !== quoteMark) throw invalid;
      const nameStart = this.#at + 1;
      const isPlain = this.#string();
      const position = isPlain ? this.#find(nameStart, this.#at - 1) : this.#positions.get(JSON.parse(buffer.toString('utf8', nameStart - 1, this.#at)) as string);
      this.#space();
      if (this.#peek() !== 0x3a) throw invalid;
      this.#at++;
      this.#space();
      const start = this.#at;
      this.#value(1);
      if (position !== undefined) {
        // Of two members with one name the later counts, as everywhere in JavaScript.
        this.starts[position] = start;
        this.ends[position] = this.#at;
        this.kinds[position] = this.#kind;
      }
      this.#space();
      const next = this.#peek();
      this.#at++;
      if (next === 0x7d) return;
      if (next !== 0x2c) throw invalid;
      this.#space();
    }
  }

  #find(start: number, end: number): number | undefined {
    const length = end - start;
    for (let i = 0; i < this.#names.length; i++) {
      const name = this.#names[i]!;
      if (name.length === length && this.#isName(name, start)) return i;
    }
    return undefined;
  }

  /** By hand: names are short, and a call into C++ for each costs more. */
  #isName(name: Buffer, start: number): boolean {
    for (let i = 0; i < name.length; i++) if (name[i] !== this.#buffer[start + i]) return false;
    return true;
  }

  #value(depth: number): void {
    if (depth > maxDepth) throw invalid;
    const c = this.#peek();
    if (c === quoteMark) this.#kind = this.#string() ? Kind.plainText : Kind.escapedText;
    else if (c === 0x7b) this.#nested(0x7d, depth, Kind.object);
    else if (c === 0x5b) this.#nested(0x5d, depth, Kind.array);
    else if (c === 0x74) this.#word('true', Kind.true);
    else if (c === 0x66) this.#word('false', Kind.false);
    else if (c === 0x6e) this.#word('null', Kind.null);
    else this.#number();
  }

  #nested(close: number, depth: number, kind: Kind): void {
    this.#at++;
    this.#space();
    if (this.#peek() === close) this.#at++;
    else {
      for (;;) {
        if (kind === Kind.object) {
          if (this.#peek() !== quoteMark) throw invalid;
          this.#string();
          this.#space();
          if (this.#peek() !== 0x3a) throw invalid;
          this.#at++;
          this.#space();
        }
        this.#value(depth + 1);
        this.#space();
        const next = this.#peek();
        this.#at++;
        if (next === close) break;
        if (next !== 0x2c) throw invalid;
        this.#space();
      }
    }
    this.#kind = kind;
  }

  /** Past the closing quote. True when there was no escape. */
  #string(): boolean {
    const buffer = this.#buffer;
    let isPlain = true;
    for (let i = this.#at + 1; i < this.#end; i++) {
      const c = buffer[i]!;
      if (c === quoteMark) {
        this.#at = i + 1;
        return isPlain;
      }
      if (c < 0x20) throw invalid;
      if (c === backslash) {
        isPlain = false;
        i = this.#escape(i + 1);
      }
    }
    throw invalid;
  }

  /** The index of the escape's last byte. */
  #escape(at: number): number {
    const c = this.#buffer[at]!;
    if (at >= this.#end) throw invalid;
    if (c === 0x75) {
      if (at + 4 >= this.#end) throw invalid;
      for (let i = at + 1; i <= at + 4; i++) {
        const hex = this.#buffer[i]! | 0x20;
        if (!(isDigit(hex) || (hex >= 0x61 && hex <= 0x66))) throw invalid;
      }
      return at + 4;
    }
    // " \ / b f n r t
    if (c !== 0x22 && c !== 0x5c && c !== 0x2f && c !== 0x62 && c !== 0x66 && c !== 0x6e && c !== 0x72 && c !== 0x74) throw invalid;
    return at;
  }

  #number(): void {
    if (this.#peek() === 0x2d) this.#at++;
    if (this.#peek() === 0x30) this.#at++;
    else this.#digits();
    if (this.#peek() === 0x2e) {
      this.#at++;
      this.#digits();
    }
    if ((this.#peek() | 0x20) === 0x65) {
      this.#at++;
      const sign = this.#peek();
      if (sign === 0x2b || sign === 0x2d) this.#at++;
      this.#digits();
    }
    this.#kind = Kind.number;
  }

  #digits(): void {
    if (!isDigit(this.#peek())) throw invalid;
    while (isDigit(this.#peek())) this.#at++;
  }

  #word(word: string, kind: Kind): void {
    const end = this.#at + word.length;
    if (end > this.#end || this.#buffer.toString('latin1', this.#at, end) !== word) throw invalid;
    this.#at = end;
    this.#kind = kind;
  }

  #space(): void {
    for (let c = this.#peek(); c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09; c = this.#peek()) this.#at++;
  }

  /** 0 past the end: no JSON has a NUL byte outside of its texts. */
  #peek(): number {
    return this.#at < this.#end ? this.#buffer[this.#at]! : 0;
  }

  #atEnd(): void {
    this.#space();
    if (this.#at !== this.#end) throw invalid;
  }
}

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39;
}
