/**
 * What logs of messages have in common, whoever keeps them: a message has an offset, a time, a key, headers and a value
 * that may be JSON. A connector walks its own batches of messages; what is here finds the fields of the values
 * (json/), reads what a statement asks of each message (dialect.ts, tests.ts), turns that into offsets (ranges.ts) and
 * into bytes that a batch must hold to be decoded at all (needles.ts), and puts what is left into columns (rows.ts).
 */

/** Walks the messages of one batch; its fields are those of the message that next() came to. */
export interface RecordCursor {
  readonly buffer: Buffer;
  readonly offset: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** Bounds of the whole message. */
  readonly recordStart: number;
  readonly recordEnd: number;
  readonly hasKey: boolean;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly hasValue: boolean;
  readonly valueStart: number;
  readonly valueEnd: number;
  next(): boolean;
  /** Why the message could not be decoded and is shown as its bytes; absent where messages are not decoded. */
  readonly undecoded?: string | undefined;
  /** May key or value hold one of these texts, though the message's bytes do not? Absent: they may not. */
  derives?(texts: readonly string[]): boolean;
  /** A part that is shown as a JSON object: headers, properties. */
  json(part: JsonPart): string;
}

export interface RecordBatch {
  readonly baseOffset: number;
  readonly lastOffset: number;
  /** Messages. */
  readonly count: number;
  /** What its messages say need not stand in their bytes. */
  readonly isDecoded?: true;
  /** The messages' bytes, decompressed. */
  records(): Buffer;
  /** @param part says which messages those bytes are, where they are not all of them */
  cursor(records: Buffer, part?: BatchPart): RecordCursor;
}

/** Messages of a batch that follow one another. */
export interface BatchPart {
  /** Offset of the first. */
  readonly first: number;
  readonly count: number;
}

export type JsonPart = '_headers' | '_properties';

/** A range of one partition that is read, and how far that has come. */
export interface ReadRange {
  readonly partition: number;
  /** First offset to read and first one not to. */
  readonly from: number;
  readonly to: number;
  /** First offset that was not taken. */
  taken: number;
}
