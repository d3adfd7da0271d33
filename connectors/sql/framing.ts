/**
 * Splits a stream of bytes into length-prefixed messages without copying those that lie whole in one chunk. A message
 * that spans chunks is gathered once, so a value of many megabytes costs one copy.
 */

export interface MessageFormat {
  /** Bytes that must be there before the length can be read. */
  readonly headerBytes: number;
  /** Bytes of the whole message, header included; at least headerBytes. */
  messageBytes(buffer: Buffer, start: number): number;
}

/** Sees each message as buffer[start, end), header included. Returns false to stop: `rest` then holds what follows. */
export type OnMessage = (buffer: Buffer, start: number, end: number) => boolean;

export class Framing {
  #parts: Buffer[] = [];
  #held = 0;
  /** Size of the message that #parts begins, once its header is complete. */
  #wanted = 0;

  constructor(
    private readonly format: MessageFormat,
    private readonly onMessage: OnMessage,
  ) {}

  /** Returns the unread rest of the chunk when onMessage stopped, else undefined. */
  push(chunk: Buffer): Buffer | undefined {
    let start = 0;
    if (this.#held > 0) {
      start = this.#gather(chunk);
      if (start < 0) return undefined;
      const message = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
      this.#parts = [];
      this.#held = 0;
      this.#wanted = 0;
      if (!this.onMessage(message, 0, message.length)) return chunk.subarray(start);
    }
    const { headerBytes } = this.format;
    while (start + headerBytes <= chunk.length) {
      const end = start + this.format.messageBytes(chunk, start);
      if (end > chunk.length) break;
      const more = this.onMessage(chunk, start, end);
      start = end;
      if (!more) return chunk.subarray(start);
    }
    if (start < chunk.length) {
      const rest = chunk.subarray(start);
      this.#parts.push(rest);
      this.#held = rest.length;
      if (rest.length >= headerBytes) this.#wanted = this.format.messageBytes(rest, 0);
    }
    return undefined;
  }

  /** Adds what the held message lacks; returns how much of the chunk that took, or -1 when it is not yet whole. */
  #gather(chunk: Buffer): number {
    let used = 0;
    if (this.#wanted === 0) {
      used = Math.min(this.format.headerBytes - this.#held, chunk.length);
      this.#parts.push(chunk.subarray(0, used));
      this.#held += used;
      if (this.#held < this.format.headerBytes) return -1;
      const header = Buffer.concat(this.#parts);
      this.#parts = [header];
      this.#wanted = this.format.messageBytes(header, 0);
    }
    const more = Math.min(this.#wanted - this.#held, chunk.length - used);
    if (more > 0) {
      this.#parts.push(chunk.subarray(used, used + more));
      this.#held += more;
      used += more;
    }
    return this.#held < this.#wanted ? -1 : used;
  }
}
