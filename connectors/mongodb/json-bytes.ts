/** A growing buffer of JSON text, reused from value to value: nested values are written as bytes, not as objects. */

const quote = 0x22;
const backslash = 0x5c;

export class JsonBytes {
  buffer = Buffer.allocUnsafe(4096);
  length = 0;

  /** Plain text that needs no escape: punctuation, digits, words. */
  ascii(text: string): void {
    this.#room(text.length);
    this.length += this.buffer.write(text, this.length, 'latin1');
  }

  quotedAscii(text: string): void {
    this.ascii(`"${text}"`);
  }

  raw(bytes: Buffer): void {
    this.#room(bytes.length);
    this.length += bytes.copy(this.buffer, this.length);
  }

  /** UTF-8 bytes of a store's string as a JSON string. */
  string(source: Buffer, start: number, end: number): void {
    let escaped = 0;
    for (let at = start; at < end; at++) if (mustEscape(source[at]!)) escaped++;
    // The longest escape is \u001f: five bytes more than the one it stands for.
    this.#room(end - start + escaped * 5 + 2);
    const out = this.buffer;
    let length = this.length;
    out[length++] = quote;
    if (escaped === 0) length += source.copy(out, length, start, end);
    else {
      for (let at = start; at < end; at++) {
        const byte = source[at]!;
        if (!mustEscape(byte)) out[length++] = byte;
        else if (byte >= 0x20) {
          out[length++] = backslash;
          out[length++] = byte;
        } else length += out.write(`\\u00${byte.toString(16).padStart(2, '0')}`, length, 'latin1');
      }
    }
    out[length++] = quote;
    this.length = length;
  }

  #room(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}

function mustEscape(byte: number): boolean {
  return byte < 0x20 || byte === quote || byte === backslash;
}
