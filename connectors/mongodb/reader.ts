/** Raw documents into the sink: one pass over each document's bytes, no object per document. */

import { AishellError, typeName, type ColumnWriter, type Sink, type Type } from '../contract.js';
import { aliasOf, nameEnd, tag, valueEnd } from './bson.js';
import { decoderOf, type Decode } from './decode.js';

export interface ReadColumn {
  /** Its own name in the documents. */
  readonly field: string;
  readonly type: Type;
  /** A text column that takes values of every type. */
  readonly anything: boolean;
}

interface Target {
  readonly column: ReadColumn;
  readonly name: Buffer;
  readonly decode: Decode;
  readonly writer: ColumnWriter;
}

export class DocumentReader {
  rows = 0;
  bytes = 0;
  readonly #targets: readonly Target[];
  readonly #places: ReadonlyMap<string, number>;
  /** The row that each column was last written in. */
  readonly #written: Float64Array;
  /** For each column, the one that followed it in the last document: fields mostly keep their order. */
  readonly #next: Int32Array;
  readonly #sink: Sink;
  readonly #service: string;
  readonly #collection: string;

  constructor(columns: readonly ReadColumn[], sink: Sink, service: string, collection: string) {
    this.#targets = columns.map((column, index) => ({
      column,
      name: Buffer.from(column.field),
      decode: decoderOf(column.type, column.anything),
      writer: sink.columns[index]!,
    }));
    this.#places = new Map(columns.map(({ field }, index) => [field, index]));
    this.#written = new Float64Array(columns.length);
    this.#next = new Int32Array(columns.length + 1);
    this.#sink = sink;
    this.#service = service;
    this.#collection = collection;
  }

  read(document: Buffer): void {
    const row = ++this.rows;
    this.bytes += document.length;
    const targets = this.#targets;
    let missing = targets.length;
    let previous = targets.length;
    let at = 4;
    const last = valueEnd(document, tag.object, 0) - 1;
    while (missing > 0 && at < last) {
      const type = document[at]!;
      const start = at + 1;
      const place = this.#place(document, start, previous);
      // A miss leaves the guess as it was: the field between is one that nobody asked for.
      const end = place < 0 ? nameEnd(document, start) : start + targets[place]!.name.length;
      if (place >= 0) {
        this.#next[previous] = place;
        previous = place;
        // Of two fields with one name, MongoDB itself reads the first.
        if (this.#written[place] !== row) {
          this.#written[place] = row;
          missing--;
          const { decode, writer } = targets[place]!;
          if (type === tag.null) writer.null();
          else if (!decode(document, type, end + 1, writer)) throw this.#mismatch(targets[place]!, type);
        }
      }
      at = valueEnd(document, type, end + 1);
    }
    if (missing > 0) {
      for (let place = 0; place < targets.length; place++) if (this.#written[place] !== row) targets[place]!.writer.null();
    }
    this.#sink.endRow();
  }

  /** A row that no document is. */
  made(values: readonly (0 | null)[]): void {
    this.rows++;
    for (const [place, value] of values.entries()) {
      const { writer } = this.#targets[place]!;
      if (value === null) writer.null();
      else writer.number(value);
    }
    this.#sink.endRow();
  }

  /** The column of the name at `start`, or -1. */
  #place(document: Buffer, start: number, previous: number): number {
    const guess = this.#next[previous]!;
    const targets = this.#targets;
    if (same(document, start, targets[guess]!.name)) return guess;
    if (targets.length <= 8) {
      for (let place = 0; place < targets.length; place++) if (same(document, start, targets[place]!.name)) return place;
      return -1;
    }
    return this.#places.get(document.toString('utf8', start, nameEnd(document, start))) ?? -1;
  }

  #mismatch({ column }: Target, type: number): AishellError {
    const { field } = column;
    const expected = typeName(column.type);
    return new AishellError(
      'source.value',
      `${this.#service}: the field ${shown(field)} of a document in ${shown(this.#collection)} holds a value of type ${aliasOf(type)} that does not fit ${expected.length > 80 ? `${expected.slice(0, 80)}...` : expected}`,
      `Sample again with --refresh (and a larger \`sample\`), or set \`types: {${JSON.stringify(this.#collection)}: {${JSON.stringify(field)}: json}}\` for this service.`,
      { service: this.#service, data: { collection: this.#collection, field, found: aliasOf(type), expected } },
    );
  }
}

function same(document: Buffer, start: number, name: Buffer): boolean {
  if (document[start + name.length] !== 0) return false;
  for (let i = 0; i < name.length; i++) if (document[start + i] !== name[i]) return false;
  return true;
}

/** Names are the store's text: quoted where they are more than a word. */
function shown(name: string): string {
  return /^\w+$/.test(name) ? name : JSON.stringify(name);
}
