/** Decoders of registered schemas: one for each id, and for Protobuf one for each message of the file. */

import type { ResolvedSchema } from '../../registry/index.js';
import { avroDecoder } from './avro.js';
import { Undecodable, type Decoder } from './contract.js';
import { frameBytes, messageAt, messageIndexes } from './framing.js';
import { jsonSchemaDecoder } from './json-schema.js';
import { protobufDecoder } from './protobuf.js';
import { parseProtobuf, type MessageName, type ProtobufSchema } from './protobuf-schema.js';

/** What a message of one schema is decoded by, and where its own bytes begin. */
export interface Framed {
  readonly decoder: Decoder;
  readonly at: number;
}

export class RegisteredSchema {
  readonly #byIndexes = new Map<string, { readonly message: string; readonly decoder: Decoder }>();

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

  /** Of the messages that were met; of the file's first where none was. */
  met(): Decoder[] {
    if (this.decoder !== undefined) return [this.decoder];
    return this.#byIndexes.size > 0 ? [...this.#byIndexes.values()].map(({ decoder }) => decoder) : [this.#message([0])];
  }

  /** This schema's word on what others were met with: the messages of the same names, as far as it has them. */
  inPlaceOf(others: readonly RegisteredSchema[]): Decoder[] {
    const names = new Set(others.flatMap((other) => [...other.#byIndexes.values()].map(({ message }) => message)));
    if (this.protobuf === undefined || names.size === 0) return this.met();
    return [...names].filter((name) => hasMessage(this.protobuf!.messages, name)).map((name) => protobufDecoder(`schema ${this.id},`, this.protobuf!, name));
  }

  #message(indexes: readonly number[]): Decoder {
    const key = indexes.join('.');
    const known = this.#byIndexes.get(key);
    if (known !== undefined) return known.decoder;
    if (this.#byIndexes.size > 1_000) throw new Undecodable('too many different messages of one schema');
    const message = messageAt(this.protobuf!.messages, indexes);
    const decoder = protobufDecoder(`schema ${this.id},`, this.protobuf!, message);
    this.#byIndexes.set(key, { message, decoder });
    return decoder;
  }
}

function hasMessage(messages: readonly MessageName[], name: string): boolean {
  return messages.some((message) => message.name === name || hasMessage(message.nested, name));
}
