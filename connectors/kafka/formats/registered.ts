/** Decoders of registered schemas: one for each id, and for Protobuf one for each message of the file. */

import type { ResolvedSchema } from '../../registry/index.js';
import { avroDecoder } from './avro.js';
import { Undecodable, type Decoder } from './contract.js';
import { frameBytes, messageAt, messageIndexes } from './framing.js';
import { jsonSchemaDecoder } from './json-schema.js';
import { protobufDecoder } from './protobuf.js';
import { parseProtobuf, type ProtobufSchema } from './protobuf-schema.js';

/** What a message of one schema is decoded by, and where its own bytes begin. */
export interface Framed {
  readonly decoder: Decoder;
  readonly at: number;
}

export class RegisteredSchema {
  readonly #byIndexes = new Map<string, Decoder>();

  private constructor(
    readonly id: number,
    private readonly decoder: Decoder | undefined,
    private readonly protobuf: ProtobufSchema | undefined,
  ) {}

  /**
   * @param reader the schema that messages are to be shown by, of the same type
   * @throws Undecodable when the schema itself can't be used
   */
  static async of(id: number, schema: ResolvedSchema, reader?: ResolvedSchema): Promise<RegisteredSchema> {
    const name = `schema ${id}`;
    switch (schema.type) {
      case 'AVRO':
        return new RegisteredSchema(id, avroDecoder(name, schema, reader?.type === 'AVRO' ? reader : undefined), undefined);
      case 'JSON':
        return new RegisteredSchema(id, jsonSchemaDecoder(name, schema.text, schema.dependencies), undefined);
      case 'PROTOBUF':
        return new RegisteredSchema(id, undefined, await parseProtobuf(schema.text, schema.dependencies));
    }
  }

  /** Of a framed message. */
  at(bytes: Buffer, start: number, end: number): Framed {
    const body = start + frameBytes;
    if (this.decoder !== undefined) return { decoder: this.decoder, at: body };
    const { indexes, at } = messageIndexes(bytes, body, end);
    return { decoder: this.#message(indexes), at };
  }

  /** Of whatever stands first in the schema. */
  first(): Decoder {
    return this.decoder ?? this.#message([0]);
  }

  #message(indexes: readonly number[]): Decoder {
    const key = indexes.join('.');
    let decoder = this.#byIndexes.get(key);
    if (decoder === undefined) {
      if (this.#byIndexes.size > 1_000) throw new Undecodable('too many different messages of one schema');
      decoder = protobufDecoder(`schema ${this.id},`, this.protobuf!, messageAt(this.protobuf!.messages, indexes));
      this.#byIndexes.set(key, decoder);
    }
    return decoder;
  }
}
