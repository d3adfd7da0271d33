/** A batch whose messages are decoded when first looked at; a message that can't be keeps its bytes and says why. */

import type { RecordBatch, RecordCursor } from '../../log/contract.js';
import { isText } from '../../log/text.js';
import { Undecodable, type Decoder } from './contract.js';
import type { Framed } from './registered.js';
import type { Side } from './settings.js';

/** How one side of the messages is decoded. */
export interface SideView {
  readonly side: Side;
  /** undefined: the bytes are to be taken as they are. Throws Undecodable. */
  of(bytes: Buffer, start: number, end: number): Framed | undefined;
}

export interface TopicView {
  readonly key: SideView | undefined;
  readonly value: SideView | undefined;
  failed(place: string, why: string): void;
  derives(decoder: Decoder, texts: readonly string[]): boolean;
}

export class DecodedBatch implements RecordBatch {
  readonly isDecoded = true;
  #records: Buffer | undefined;

  constructor(
    private readonly batch: RecordBatch,
    private readonly topic: TopicView,
    private readonly partition: number,
  ) {}

  get baseOffset(): number {
    return this.batch.baseOffset;
  }

  get lastOffset(): number {
    return this.batch.lastOffset;
  }

  get count(): number {
    return this.batch.count;
  }

  records(): Buffer {
    return (this.#records ??= this.batch.records());
  }

  cursor(records: Buffer): DecodedCursor {
    return new DecodedCursor(this.batch.cursor(records), this.topic, this.partition);
  }

  /** Its messages as they are. */
  plain(): RecordCursor {
    return this.batch.cursor(this.records());
  }
}

/** Where something lies in a buffer. */
interface Part {
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
}

class DecodedCursor implements RecordCursor {
  #buffer: Buffer | undefined;
  #bounds = { keyStart: 0, keyEnd: 0, valueStart: 0, valueEnd: 0 };
  #why: string | undefined;

  constructor(
    private readonly inner: RecordCursor,
    private readonly topic: TopicView,
    private readonly partition: number,
  ) {}

  get offset(): number {
    return this.inner.offset;
  }

  get timestamp(): number {
    return this.inner.timestamp;
  }

  get recordStart(): number {
    return this.inner.recordStart;
  }

  get recordEnd(): number {
    return this.inner.recordEnd;
  }

  get hasKey(): boolean {
    return this.inner.hasKey;
  }

  get hasValue(): boolean {
    return this.inner.hasValue;
  }

  get buffer(): Buffer {
    return this.#decoded();
  }

  get keyStart(): number {
    this.#decoded();
    return this.#bounds.keyStart;
  }

  get keyEnd(): number {
    this.#decoded();
    return this.#bounds.keyEnd;
  }

  get valueStart(): number {
    this.#decoded();
    return this.#bounds.valueStart;
  }

  get valueEnd(): number {
    this.#decoded();
    return this.#bounds.valueEnd;
  }

  get undecoded(): string | undefined {
    this.#decoded();
    return this.#why;
  }

  next(): boolean {
    this.#buffer = undefined;
    return this.inner.next();
  }

  json(part: '_headers' | '_properties'): string {
    return this.inner.json(part);
  }

  derives(texts: readonly string[]): boolean {
    const { inner, topic } = this;
    const of = (side: SideView | undefined, start: number, end: number) => {
      if (side === undefined) return false;
      try {
        const framed = side.of(inner.buffer, start, end);
        return framed !== undefined && topic.derives(framed.decoder, texts);
      } catch {
        // A value that can't be decoded is shown by its bytes, a key in a form of its own.
        return side.side === 'key';
      }
    };
    return (inner.hasKey && of(topic.key, inner.keyStart, inner.keyEnd)) || (inner.hasValue && of(topic.value, inner.valueStart, inner.valueEnd));
  }

  #decoded(): Buffer {
    if (this.#buffer !== undefined) return this.#buffer;
    const { inner, topic } = this;
    this.#why = undefined;
    const key: Part = { buffer: inner.buffer, start: inner.keyStart, end: inner.keyEnd };
    const value: Part = { buffer: inner.buffer, start: inner.valueStart, end: inner.valueEnd };
    const shownKey = inner.hasKey && topic.key !== undefined ? (this.#text(topic.key, key, keyText) ?? escaped(key)) : key;
    const shownValue = inner.hasValue && topic.value !== undefined ? (this.#text(topic.value, value, (text) => text) ?? value) : value;
    if (shownKey === key && shownValue === value) {
      this.#bounds = { keyStart: key.start, keyEnd: key.end, valueStart: value.start, valueEnd: value.end };
      return (this.#buffer = inner.buffer);
    }
    const size = (part: Part) => Math.max(0, part.end - part.start);
    const middle = size(shownKey);
    const buffer = Buffer.allocUnsafe(middle + size(shownValue));
    shownKey.buffer.copy(buffer, 0, shownKey.start, Math.max(shownKey.start, shownKey.end));
    shownValue.buffer.copy(buffer, middle, shownValue.start, Math.max(shownValue.start, shownValue.end));
    this.#bounds = { keyStart: 0, keyEnd: inner.hasKey ? middle : -1, valueStart: middle, valueEnd: inner.hasValue ? buffer.length : middle - 1 };
    return (this.#buffer = buffer);
  }

  /** The part itself where it is text already; undefined where it can't be decoded. */
  #text(side: SideView, part: Part, shape: (text: string) => string): Part | undefined {
    try {
      const framed = side.of(part.buffer, part.start, part.end);
      if (framed === undefined) {
        if (isText(part.buffer, part.start, part.end)) return part;
        throw new Undecodable('it does not begin with a schema id and is no text');
      }
      const buffer = Buffer.from(shape(framed.decoder.decode(part.buffer, framed.at, part.end)));
      return { buffer, start: 0, end: buffer.length };
    } catch (error) {
      if (!(error instanceof Undecodable) && !(error instanceof RangeError)) throw error;
      this.#why ??= `${side.side}: ${error instanceof Undecodable ? error.message : 'it ends too early'}`;
      this.topic.failed(`partition ${this.partition}, offset ${this.inner.offset}`, this.#why);
      return undefined;
    }
  }
}

/** A key that is one text or number is shown as that; a record as its JSON. */
function keyText(json: string): string {
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}

/** Bytes as text in which different bytes stay different, and ASCII is found: others as \xNN. */
function escaped({ buffer, start, end }: Part): Part {
  const text = Buffer.from(buffer.toString('latin1', start, end).replace(/[^\x20-\x7e]|\\/g, (char) => (char === '\\' ? '\\\\' : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)));
  return { buffer: text, start: 0, end: text.length };
}
