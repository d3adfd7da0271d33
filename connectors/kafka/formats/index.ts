/**
 * Messages that are not JSON, shown as JSON: Avro, Protobuf and JSON Schema, by a registry's schema whose id stands
 * before the message (framing.ts), or by a schema file of the configuration. A batch whose messages are decoded
 * (decoded.ts) looks to the rest of the connector like any other, so fields, filters and traces know nothing of formats.
 *
 * A decoder turns bytes into JSON text at once, within bounds (budget.ts): avro.ts after Avro's specification,
 * protobuf.ts after Protobuf's, with .proto files parsed by protobufjs. What can't be decoded keeps its bytes and says
 * why in `_undecoded`. derived.ts says for which words the bytes need not be looked into.
 */

import { readFile } from 'node:fs/promises';
import { AishellError } from '../../contract.js';
import type { Place } from '../../log/columns.js';
import type { LogQuery } from '../../log/dialect.js';
import type { Test } from '../../log/tests.js';
import type { SchemaRegistry } from '../../registry/index.js';
import { avroDecoder } from './avro.js';
import { connectDecoder } from './connect.js';
import { Undecodable, type Decoder } from './contract.js';
import { protobufDecoder } from './protobuf.js';
import { readProtobufFile } from './protobuf-schema.js';
import { RegisteredSchema } from './registered.js';
import type { FormatRule, Side, SideFormat } from './settings.js';
import { SideDecoder, TopicDecoder } from './topic.js';

/** What the catalogue keeps of a topic's formats: plain JSON. */
export interface TopicFormats {
  readonly key?: SideNative;
  readonly value?: SideNative;
}

export interface SideNative {
  readonly kind: SideFormat['kind'] | 'connect';
  /** Id of the schema that messages are shown by. */
  readonly reader?: number;
}

export class Formats {
  readonly #files = new Map<string, Promise<Decoder>>();
  readonly #schemas = new Map<string, Promise<RegisteredSchema | undefined>>();

  constructor(
    private readonly service: string,
    readonly registry: SchemaRegistry | undefined,
    private readonly rules: readonly FormatRule[],
  ) {}

  /** What the configuration says. */
  configured(topic: string, side: Side): SideFormat | undefined {
    return this.rules.find((rule) => rule.topic.test(topic) && rule[side] !== undefined)?.[side];
  }

  /**
   * A decoder for one read of a topic; undefined: its messages are taken as they are.
   * @param name as the configuration calls it
   * @throws config when a schema file can't be read
   */
  async decoder(topic: string, name: string, formats: TopicFormats | undefined): Promise<TopicDecoder | undefined> {
    if (formats?.key === undefined && formats?.value === undefined) return undefined;
    const [key, value] = await Promise.all([this.#side(name, 'key', formats.key), this.#side(name, 'value', formats.value)]);
    return new TopicDecoder(this.service, topic, key, value);
  }

  /** For one query; undefined also where it asks for nothing that decoding changes. */
  async forQuery(query: LogQuery, name: string): Promise<TopicDecoder | undefined> {
    const { topic, formats } = query.topic;
    return looksInside(query) ? this.decoder(topic, name, formats as TopicFormats | undefined) : undefined;
  }

  /** The schema of an id, shown by another; undefined: the registry has none of that id. */
  async schema(id: number, reader: number | undefined, signal: AbortSignal): Promise<RegisteredSchema | undefined> {
    const key = `${id} ${reader ?? ''}`;
    const known = this.#schemas.get(key);
    if (known !== undefined) return known;
    const loading = this.#load(id, reader, signal);
    this.#schemas.set(key, loading);
    loading.then((schema) => schema ?? this.#schemas.delete(key), (error: unknown) => !(error instanceof Undecodable) && this.#schemas.delete(key));
    return loading;
  }

  async #load(id: number, reader: number | undefined, signal: AbortSignal): Promise<RegisteredSchema | undefined> {
    const [written, shown] = await Promise.all([this.registry!.byId(id, signal), reader === undefined || reader === id ? undefined : this.registry!.byId(reader, signal)]);
    return written && RegisteredSchema.of(id, written, shown);
  }

  async #side(name: string, side: Side, native: SideNative | undefined): Promise<SideDecoder | undefined> {
    if (native === undefined || native.kind === 'json') return undefined;
    if (native.kind === 'connect') return new SideDecoder(side, connectDecoder(side), undefined);
    if (native.kind === 'registry') {
      const { registry } = this;
      return registry && new SideDecoder(side, undefined, (id, signal) => this.schema(id, native.reader, signal));
    }
    const format = this.configured(name, side);
    if (format === undefined || (format.kind !== 'avro' && format.kind !== 'protobuf')) return undefined;
    return new SideDecoder(side, await this.#file(format), undefined);
  }

  #file(format: Extract<SideFormat, { readonly file: string }>): Promise<Decoder> {
    const key = JSON.stringify(format);
    let decoder = this.#files.get(key);
    if (decoder === undefined) {
      decoder = read(format).catch((cause: unknown) => {
        this.#files.delete(key);
        const why = cause instanceof Undecodable ? cause.message : 'it can\'t be read';
        throw new AishellError('config', `${this.service}: ${format.file}: ${why}`, 'Check `formats` of the service, and the file.', { service: this.service, cause });
      });
      this.#files.set(key, decoder);
    }
    return decoder;
  }
}

/** Does the query ask for anything that decoding changes? */
function looksInside({ columns, tests }: LogQuery): boolean {
  const isInside = (place: Place) => 'field' in place || place.part === '_key' || place.part === '_value' || place.part === '_undecoded';
  const asks = (test: Test): boolean => ('tests' in test ? test.tests.some(asks) : isInside(test.place));
  return columns.some(isInside) || tests.some(asks);
}

async function read(format: Extract<SideFormat, { readonly file: string }>): Promise<Decoder> {
  const { file } = format;
  if (format.kind === 'avro') return avroDecoder(file, { text: await readFile(file, 'utf8') });
  return protobufDecoder(file, await readProtobufFile(file), format.message);
}
