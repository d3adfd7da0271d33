/** Messages into the columns of a sink. */

import { AishellError, typeName, type ColumnWriter, type Sink } from '../contract.js';
import type { Part, Place } from './columns.js';
import { checkOf, micros } from './evaluate.js';
import { put } from './json/put.js';
import type { ReadRange, RecordBatch } from './contract.js';
import type { LogQuery } from './dialect.js';
import { Message } from './message.js';
import { needlesOf, needleTexts, NeedleSearch, type Needles } from './needles.js';
import type { Test } from './tests.js';
import { isText } from './text.js';

type Put = (message: Message, writer: ColumnWriter) => void;

export class RowWriter {
  rows = 0;
  readonly message: Message;
  private readonly topic: string;
  /** Values shown with U+FFFD in place of bytes that are no text. */
  readonly notText = { count: 0, first: '' };
  readonly #puts: readonly Put[];
  readonly #check: (message: Message) => boolean;
  /** Bytes that a message must hold to pass; undefined: any may. */
  readonly needles: Needles | undefined;
  readonly #search: NeedleSearch | undefined;
  readonly #texts: readonly string[];
  readonly #limit: number;
  readonly #isCounting: boolean;

  constructor(
    query: LogQuery,
    private readonly sink: Sink,
    private readonly service: string,
  ) {
    const { topic, typedHeaders } = query.topic;
    this.topic = topic;
    this.message = new Message(fieldsOf(query), service, topic);
    this.message.cutsInstants = query.topic.formats !== undefined;
    this.#puts = query.columns.map((place) => this.#putter(place));
    const tests: Test = { kind: 'and', tests: query.tests };
    this.#check = checkOf(tests, this.message);
    this.needles = needlesOf(tests, typedHeaders !== true);
    this.#search = this.needles && new NeedleSearch(this.needles);
    this.#texts = this.needles ? needleTexts(this.needles) : [];
    this.#limit = query.limit ?? Infinity;
    this.#isCounting = query.columns.length === 0 && query.tests.length === 0 && query.limit === undefined;
  }

  /** True once the limit is reached. */
  batch(batch: RecordBatch, range: ReadRange): boolean {
    const { partition, from, to } = range;
    if (this.rows >= this.#limit) return true;
    if (this.#isCounting && batch.baseOffset >= from && batch.lastOffset < to) return this.#count(batch.count);
    const records = batch.records();
    if (this.#search && !this.#search.enter(records) && batch.isDecoded !== true) return false;
    const cursor = batch.cursor(records);
    const { message, sink } = this;
    while (cursor.next()) {
      if (cursor.offset < from || cursor.offset >= to) continue;
      if (this.#search && !this.#search.within(cursor.recordStart, cursor.recordEnd) && cursor.derives?.(this.#texts) !== true) continue;
      message.at(partition, cursor);
      if (!this.#check(message)) continue;
      for (let i = 0; i < this.#puts.length; i++) this.#puts[i]!(message, sink.columns[i]!);
      sink.endRow();
      if (++this.rows >= this.#limit) {
        range.taken = cursor.offset + 1;
        return true;
      }
    }
    return false;
  }

  /** What the reader of the answer should know. */
  warnings(): string[] {
    const { message, notText, topic } = this;
    const warnings: string[] = [];
    if (message.notJson.count > 0) warnings.push(`${topic}: ${message.notJson.count} of the messages looked into are no JSON object, so their fields are NULL; the first is at ${message.notJson.first} (see _value)`);
    if (notText.count > 0) warnings.push(`${topic}: ${notText.count} values are no UTF-8 text and are shown with U+FFFD; the first is at ${notText.first}`);
    return warnings;
  }

  /** Nothing of the messages is wanted but how many there are. */
  #count(messages: number): boolean {
    for (let i = 0; i < messages; i++) this.sink.endRow();
    this.rows += messages;
    return false;
  }

  #putter(place: Place): Put {
    if ('part' in place) return this.#partPutter(place.part);
    const { field } = place;
    const position = this.message.position(field);
    return (message, writer) => {
      const kind = message.member(position);
      const { starts, ends } = message.spans;
      if (!put(writer, message.cursor.buffer, starts[position]!, ends[position]!, kind, message.cutsInstants)) throw message.mismatch(field, typeName(writer.type));
    };
  }

  #partPutter(part: Part): Put {
    switch (part) {
      case '_partition':
        return (message, writer) => writer.number(message.partition);
      case '_offset':
        return (message, writer) => writer.number(message.cursor.offset);
      case '_timestamp':
        return (message, writer) => {
          const value = micros(message.cursor.timestamp);
          if (typeof value === 'bigint') writer.bigint(value);
          else writer.number(value);
        };
      case '_key':
        return ({ cursor: c }, writer) => (c.hasKey ? this.#bytes(writer, c.buffer, c.keyStart, c.keyEnd, '_key') : writer.null());
      case '_value':
        return ({ cursor: c }, writer) => (c.hasValue ? this.#bytes(writer, c.buffer, c.valueStart, c.valueEnd, '_value') : writer.null());
      case '_undecoded':
        return ({ cursor }, writer) => (cursor.undecoded === undefined ? writer.null() : writer.text(cursor.undecoded));
      case '_headers':
      case '_properties':
        return ({ cursor }, writer) => writer.text(cursor.json(part));
    }
  }

  #bytes(writer: ColumnWriter, buffer: Buffer, start: number, end: number, part: '_key' | '_value'): void {
    if (writer.type.kind === 'blob' || isText(buffer, start, end)) return writer.utf8(buffer, start, end);
    // Two keys that differ must never become equal; a message that nobody can mend must not stop every query.
    if (part === '_key') {
      throw new AishellError('source.value', `${this.service}: the key at ${this.message.place()} is no UTF-8 text`, 'Set the type of _key under `types:` of the service to blob.', { service: this.service });
    }
    if (this.message.cursor.undecoded === undefined && this.notText.count++ === 0) this.notText.first = this.message.place();
    writer.text(buffer.toString('utf8', start, end));
  }
}

function fieldsOf(query: LogQuery): string[] {
  const fields = new Set<string>();
  const add = (place: Place) => {
    if ('field' in place) fields.add(place.field);
  };
  const walk = (test: Test) => ('tests' in test ? test.tests.forEach(walk) : add(test.place));
  query.columns.forEach(add);
  query.tests.forEach(walk);
  return [...fields];
}
