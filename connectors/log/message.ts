/** One message at a time: its parts where they lie, and its JSON members found when first asked for. */

import { AishellError } from '../contract.js';
import type { RecordCursor } from './contract.js';
import { JsonSpans, Kind, kindNames } from './json/spans.js';
import { isText } from './text.js';

export class Message {
  partition = 0;
  /** Its schema says what is a time, in nanoseconds maybe. */
  cutsInstants = false;
  cursor!: RecordCursor;
  /** Messages that were looked into and are no JSON object. */
  readonly notJson = { count: 0, first: '' };
  readonly spans: JsonSpans;
  readonly #positions: ReadonlyMap<string, number>;
  #isScanned = false;

  constructor(
    fields: readonly string[],
    private readonly service: string,
    private readonly topic: string,
  ) {
    this.spans = new JsonSpans(fields);
    this.#positions = new Map(fields.map((field, position) => [field, position]));
  }

  at(partition: number, cursor: RecordCursor): void {
    this.partition = partition;
    this.cursor = cursor;
    this.#isScanned = false;
  }

  position(field: string): number {
    return this.#positions.get(field)!;
  }

  /** The kind of the member at a position of `spans`. Missing where the message is no JSON object: that is counted. */
  member(position: number): Kind {
    if (!this.#isScanned) this.#scan();
    return this.spans.kinds[position]! as Kind;
  }

  mismatch(field: string, expected: string): AishellError {
    const found = kindNames[this.member(this.position(field))];
    return new AishellError(
      'source.value',
      `${this.service}: ${this.topic}, ${this.place()}: field "${field}" is not of the type that was observed (${expected}); here it is ${found}`,
      `Give its type under \`types:\` of the service, as in types: {"${this.topic}": {"${field}": json}}.`,
      { service: this.service, data: { topic: this.topic, partition: this.partition, offset: this.cursor.offset } },
    );
  }

  place(): string {
    return `partition ${this.partition}, offset ${this.cursor.offset}`;
  }

  #scan(): void {
    this.#isScanned = true;
    const { buffer, valueStart, valueEnd, hasValue } = this.cursor;
    this.spans.kinds.fill(Kind.missing);
    // A tombstone has no value to be anything.
    if (!hasValue) return;
    if (isText(buffer, valueStart, valueEnd) && this.spans.scan(buffer, valueStart, valueEnd) === 'object') return;
    this.spans.kinds.fill(Kind.missing);
    if (this.cursor.undecoded !== undefined) return;
    if (this.notJson.count++ === 0) this.notJson.first = this.place();
  }
}
