/** The keys and values of one topic during one read: schemas are loaded before a batch is looked at, and what fails is counted. */

import { AishellError } from '../../contract.js';
import type { RecordBatch, RecordCursor } from '../../log/contract.js';
import { Undecodable, type Decoder } from './contract.js';
import { DecodedBatch } from './decoded.js';
import { schemaId } from './framing.js';
import type { Framed, RegisteredSchema } from './registered.js';
import type { Side } from './settings.js';

type LoadSchema = (id: number, signal: AbortSignal) => Promise<RegisteredSchema | undefined>;

/** More different ids than any topic has; garbage that begins with a zero has as many as it likes. */
const maxSchemas = 1_000;

export class SideDecoder {
  /** Id -> its schema, or why there is none. */
  readonly schemas = new Map<number, RegisteredSchema | string>();
  /** The first failure to ask the registry. */
  failure: AishellError | undefined;

  /** Either one decoder for all, or a registry's. */
  constructor(
    readonly side: Side,
    private readonly fixed: Decoder | undefined,
    private readonly load: LoadSchema | undefined,
  ) {}

  /** The id that must be loaded before these bytes can be decoded. */
  missing(bytes: Buffer, start: number, end: number): number | undefined {
    if (this.load === undefined) return undefined;
    const id = schemaId(bytes, start, end);
    return id === undefined || this.schemas.has(id) ? undefined : id;
  }

  async learn(id: number, signal: AbortSignal): Promise<void> {
    if (this.failure !== undefined) return void this.schemas.set(id, this.failure.message);
    if (this.schemas.size >= maxSchemas) return void this.schemas.set(id, `more than ${maxSchemas} schema ids on one topic`);
    try {
      this.schemas.set(id, (await this.load!(id, signal)) ?? `schema ${id} is not in the registry`);
    } catch (error) {
      if (signal.aborted) throw error;
      if (error instanceof Undecodable) return void this.schemas.set(id, `schema ${id}: ${error.message}`);
      if (!(error instanceof AishellError)) throw error;
      // A schema that is no good spoils its messages; a registry that can't be asked spoils the answer.
      if (error.code !== 'source.value') this.failure = error;
      this.schemas.set(id, error.message);
    }
  }

  /** undefined: the bytes are to be taken as they are. Throws Undecodable. */
  of(bytes: Buffer, start: number, end: number): Framed | undefined {
    if (this.fixed !== undefined) return { decoder: this.fixed, at: start };
    const id = schemaId(bytes, start, end);
    if (id === undefined) return undefined;
    const schema = this.schemas.get(id);
    if (schema === undefined || typeof schema === 'string') throw new Undecodable(schema ?? `schema ${id} was not loaded`);
    return schema.at(bytes, start, end);
  }

  /** What its messages were decoded by, for columns. */
  met(): { readonly schemas: readonly RegisteredSchema[]; readonly decoders: readonly Decoder[] } {
    const schemas = [...this.schemas.values()].filter((schema) => typeof schema !== 'string');
    return { schemas, decoders: this.fixed !== undefined ? [this.fixed] : schemas.flatMap((schema) => usable(() => schema.met())) };
  }

  /** Those of its schemas. */
  ids(): number[] {
    return [...this.schemas].filter(([, schema]) => typeof schema !== 'string').map(([id]) => id);
  }

  get isFixed(): boolean {
    return this.fixed !== undefined;
  }
}

/** A schema that can't be used tells no fields; its messages say why. */
export function usable(decoders: () => Decoder[]): Decoder[] {
  try {
    return decoders();
  } catch (error) {
    if (error instanceof Undecodable) return [];
    throw error;
  }
}

export class TopicDecoder {
  /** Values that began with a schema id. */
  framedValues = 0;
  readonly undecoded = { count: 0, first: '', why: '' };
  readonly #derives = new Map<Decoder, boolean>();

  constructor(
    private readonly service: string,
    private readonly topic: string,
    readonly key: SideDecoder | undefined,
    readonly value: SideDecoder | undefined,
  ) {}

  /** The batch as the rest of the connector reads it, at once where all schemas are there already. */
  prepare(batch: RecordBatch, partition: number, signal: AbortSignal): DecodedBatch | Promise<DecodedBatch> {
    const decoded = new DecodedBatch(batch, this, partition);
    const missing = this.#missing(decoded.plain());
    if (missing.length === 0) return decoded;
    return Promise.all(missing.map(([side, id]) => side.learn(id, signal))).then(() => decoded);
  }

  #missing(cursor: RecordCursor): [SideDecoder, number][] {
    const { key, value } = this;
    if (key?.isFixed !== false && value?.isFixed !== false) return [];
    const found = new Map<string, [SideDecoder, number]>();
    const add = (side: SideDecoder | undefined, id: number | undefined) => {
      if (side !== undefined && id !== undefined && found.size < 2 * maxSchemas) found.set(`${side.side} ${id}`, [side, id]);
    };
    while (cursor.next()) {
      if (cursor.hasKey) add(key, key?.missing(cursor.buffer, cursor.keyStart, cursor.keyEnd));
      if (cursor.hasValue && schemaId(cursor.buffer, cursor.valueStart, cursor.valueEnd) !== undefined) this.framedValues++;
      if (cursor.hasValue) add(value, value?.missing(cursor.buffer, cursor.valueStart, cursor.valueEnd));
    }
    return [...found.values()];
  }

  failed(place: string, why: string): void {
    if (this.undecoded.count++ === 0) Object.assign(this.undecoded, { first: place, why });
  }

  /** The same texts throughout one read. */
  derives(decoder: Decoder, texts: readonly string[]): boolean {
    let derives = this.#derives.get(decoder);
    if (derives === undefined) this.#derives.set(decoder, (derives = texts.some((text) => decoder.derives(text))));
    return derives;
  }

  warnings(): string[] {
    const { count, first, why } = this.undecoded;
    return count === 0 ? [] : [`${this.topic}: ${count} of the messages looked into can't be decoded (see _undecoded); the first is at ${first}: ${why}`];
  }

  /** Why the answer lacks what messages say: the registry could not be asked. */
  lacking(): AishellError | undefined {
    const failure = this.value?.failure ?? this.key?.failure;
    if (failure === undefined) return undefined;
    return new AishellError('source.failed', `${this.service}: ${this.topic}: messages can't be decoded, since ${failure.message.replace(`${this.service}: `, '')}`, failure.remedy, { service: this.service, cause: failure });
  }
}

