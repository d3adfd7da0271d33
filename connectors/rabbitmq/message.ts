/**
 * Walks the messages of one chunk. A message is sections, each behind the code that says which: properties, application
 * properties (the headers), annotations of the server, the body. What doesn't read as AMQP 1.0 is a body and nothing else.
 */

import type { JsonPart, RecordCursor } from '../log/contract.js';
import { listAt, NotAmqp, pairsAt, spanAt, type Json } from './amqp.js';

const section = { annotations: 0x72, properties: 0x73, headers: 0x74, data: 0x75, value: 0x77 } as const;

/** Of the properties section, in their order (OASIS AMQP 1.0, 3.2.4). */
const propertyNames = [
  'message_id', 'user_id', 'to', 'subject', 'reply_to', 'correlation_id', 'content_type', 'content_encoding', 'absolute_expiry_time', 'creation_time', 'group_id', 'group_sequence', 'reply_to_group_id',
] as const;
/** What RabbitMQ keeps of a message that was published by AMQP 0.9.1, and what that calls it. */
const annotationNames: Readonly<Record<string, string>> = { 'x-exchange': 'exchange', 'x-basic-type': 'type', 'x-basic-app-id': 'app_id', 'x-basic-priority': 'priority', 'x-basic-expiration': 'expiration' };

export class MessageCursor implements RecordCursor {
  offset: number;
  recordStart = 0;
  recordEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  buffer: Buffer;
  #seen = 0;
  #annotations = 0;
  #properties = 0;
  #headers = 0;
  #key: Buffer | null | undefined;

  constructor(
    private readonly records: Buffer,
    private readonly count: number,
    baseOffset: number,
    readonly timestamp: number,
  ) {
    this.buffer = records;
    this.offset = baseOffset - 1;
  }

  next(): boolean {
    if (this.#seen === this.count) return false;
    this.#seen++;
    this.offset++;
    const at = this.recordEnd;
    if (at + 4 > this.records.length) throw new RangeError('a message is missing from its chunk');
    this.buffer = this.records;
    this.recordStart = at + 4;
    this.recordEnd = this.recordStart + this.records.readUInt32BE(at);
    if (this.recordEnd > this.records.length) throw new RangeError('a message is longer than its chunk');
    this.#annotations = this.#properties = this.#headers = 0;
    this.#key = undefined;
    try {
      this.#sections();
    } catch (error) {
      if (!(error instanceof NotAmqp)) throw error;
      [this.valueStart, this.valueEnd] = [this.recordStart, this.recordEnd];
      this.#annotations = this.#properties = this.#headers = 0;
    }
    return true;
  }

  get hasValue(): boolean {
    return this.valueEnd >= this.valueStart;
  }

  get hasKey(): boolean {
    return this.#routingKey() !== null;
  }

  /** The routing key lies among the server's annotations; it is found when it is asked for. */
  get keyStart(): number {
    return this.#span()[0];
  }

  get keyEnd(): number {
    return this.#span()[1];
  }

  json(part: JsonPart): string {
    return JSON.stringify(part === '_headers' ? this.#headersOf() : this.#propertiesOf());
  }

  #sections(): void {
    const { records: b, recordEnd } = this;
    [this.valueStart, this.valueEnd] = [0, -1];
    const bodies: Buffer[] = [];
    for (let at = this.recordStart; at < recordEnd; ) {
      if (b[at] !== 0x00) throw new NotAmqp();
      const described = spanAt(b, at + 1);
      const isSmall = described.code === 0x53 || described.code === 0x80;
      const code = isSmall ? b[described.end - 1]! : 0;
      if (code < 0x70 || code > 0x78) throw new NotAmqp();
      const valueAt = described.end;
      const span = spanAt(b, valueAt);
      if (span.end > recordEnd) throw new NotAmqp();
      if (code === section.annotations) this.#annotations = valueAt;
      else if (code === section.properties) this.#properties = valueAt;
      else if (code === section.headers) this.#headers = valueAt;
      else if (code === section.data || code === section.value) {
        const isNull = code === section.value && span.code === 0x40;
        if (!isNull) {
          // Bytes and text as they are; another kind of value with its encoding, since nothing else would be exact.
          const isPlain = span.code >= 0xa0 && span.code < 0xc0;
          [this.valueStart, this.valueEnd] = [isPlain ? span.start : valueAt, span.end];
          bodies.push(b.subarray(this.valueStart, this.valueEnd));
        }
      }
      at = span.end;
    }
    if (bodies.length > 1) {
      this.buffer = Buffer.concat(bodies);
      [this.valueStart, this.valueEnd] = [0, this.buffer.length];
    }
  }

  #headersOf(): Json {
    return Object.fromEntries(this.#pairs(this.#headers).filter(([name]) => !Object.hasOwn(annotationNames, name)));
  }

  #propertiesOf(): Json {
    const found: Record<string, Json> = {};
    if (this.#properties !== 0) {
      const { start, count } = spanAt(this.records, this.#properties);
      listAt(this.records, start, count).forEach((value, i) => {
        const name = propertyNames[i];
        if (value !== null && name !== undefined) found[name] = value;
      });
    }
    for (const [name, value] of [...this.#pairs(this.#annotations), ...this.#pairs(this.#headers)]) {
      const known = Object.hasOwn(annotationNames, name) ? annotationNames[name] : undefined;
      if (known !== undefined && value !== null && value !== '') found[known] = value;
    }
    return found;
  }

  #pairs(at: number): [string, Json][] {
    if (at === 0) return [];
    const { code, start, count } = spanAt(this.records, at);
    return code === 0xc1 || code === 0xd1 ? pairsAt(this.records, start, count) : [];
  }

  #routingKey(): Buffer | null {
    if (this.#key === undefined) {
      const key = this.#pairs(this.#annotations).find(([name]) => name === 'x-routing-key')?.[1];
      this.#key = typeof key === 'string' ? Buffer.from(key) : null;
    }
    return this.#key;
  }

  /** The key as bounds in `buffer`: where it lies in the message. */
  #span(): [number, number] {
    const key = this.#routingKey();
    if (key === null) return [0, -1];
    const start = this.records.indexOf(key, this.#annotations);
    if (this.buffer === this.records) return [start, start + key.length];
    // The body was put together elsewhere: the key goes behind it.
    this.buffer = Buffer.concat([this.buffer.subarray(0, this.valueEnd), key]);
    return [this.valueEnd, this.valueEnd + key.length];
  }
}
