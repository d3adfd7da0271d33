/**
 * Messages of Kafka Connect's JsonConverter with schemas.enable: each is {"schema": ..., "payload": ...} and is shown as its
 * payload, byte by byte. Whether a topic is written so, its sample tells; a message that is not is shown as it is.
 * https://kafka.apache.org/documentation/#connect (JsonConverter demands exactly these two members)
 */

import { types, type StructField, type Type } from '../../contract.js';
import type { RecordCursor } from '../../log/contract.js';
import { JsonSpans, Kind } from '../../log/json/spans.js';
import { LogSample, type KnownField } from '../../log/sample.js';
import { isText } from '../../log/text.js';
import { Undecodable, type Decoder } from './contract.js';

type Json = Readonly<Record<string, unknown>>;

const typeNames: ReadonlySet<unknown> = new Set(['boolean', 'int8', 'int16', 'int32', 'int64', 'float', 'double', 'bytes', 'string', 'array', 'map', 'struct']);
const maxNesting = 6;
const maxMembers = 2_000;
/** They come again with every message. */
const mostSchemas = 100;
/** What writers of JSON put in another way, in a key that is one text. */
const escapable = /["\\/<>&'=\u0000-\u001f]|[^\x20-\x7e]/;

/** Takes envelopes apart. */
export class ConnectEnvelopes {
  readonly #spans = new JsonSpans(['schema', 'payload']);
  readonly #schemas = new Map<string, Json | undefined>();

  /** Where the payload lies; undefined: it is no envelope. */
  payload(bytes: Buffer, start: number, end: number): { readonly start: number; readonly end: number; readonly schema: Json } | undefined {
    if (bytes[start] !== 0x7b || !isText(bytes, start, end) || this.#spans.scan(bytes, start, end) !== 'object') return undefined;
    const { starts, ends, kinds } = this.#spans;
    if (kinds[0] !== Kind.object || kinds[1] === Kind.missing) return undefined;
    const [from, to] = [starts[1]!, ends[1]!];
    const [first, second] = starts[0]! < from ? [0, 1] : [1, 0];
    const around = bytes.toString('latin1', start, starts[first]) + bytes.toString('latin1', ends[first], starts[second]) + bytes.toString('latin1', ends[second], end);
    const bare = around.replace(/\s/g, '');
    if (bare !== '{"schema":,"payload":}' && bare !== '{"payload":,"schema":}') return undefined;
    const schema = this.#schema(bytes.toString('utf8', starts[0], ends[0]));
    return schema && { start: from, end: to, schema };
  }

  #schema(text: string): Json | undefined {
    if (this.#schemas.has(text)) return this.#schemas.get(text);
    const schema = JSON.parse(text) as Json;
    const isSchema = typeNames.has(schema['type']) && (schema['type'] !== 'struct' || Array.isArray(schema['fields']));
    if (this.#schemas.size >= mostSchemas) this.#schemas.clear();
    this.#schemas.set(text, isSchema ? schema : undefined);
    return isSchema ? schema : undefined;
  }
}

export function connectDecoder(side: 'key' | 'value'): Decoder {
  const envelopes = new ConnectEnvelopes();
  return {
    name: 'JSON of Kafka Connect',
    fields: [],
    decode(bytes, start, end) {
      const found = envelopes.payload(bytes, start, end);
      if (found !== undefined) return bytes.toString('utf8', found.start, found.end);
      if (!isText(bytes, start, end)) throw new Undecodable('it is no text');
      return bytes.toString('utf8', start, end);
    },
    // The payload stands in the bytes as it is shown, but for a key that is one text.
    derives: (text) => side === 'key' && escapable.test(text),
  };
}

/** What the sampled messages of one topic are, should all of them be envelopes. */
export class ConnectSample {
  readonly unwrapped = new LogSample();
  readonly fields = new Map<string, KnownField>();
  readonly #envelopes = new ConnectEnvelopes();
  readonly #seen = { key: 0, value: 0 };
  readonly #isOther = { key: false, value: false };

  add(cursor: RecordCursor): void {
    const { buffer, hasKey, keyStart, keyEnd, hasValue } = cursor;
    if (hasKey && !this.#isOther.key) this.#count('key', this.#envelopes.payload(buffer, keyStart, keyEnd) !== undefined);
    if (this.#isOther.value) return;
    const found = hasValue ? this.#envelopes.payload(buffer, cursor.valueStart, cursor.valueEnd) : undefined;
    if (hasValue) this.#count('value', found !== undefined);
    if (hasValue && found === undefined) return;
    if (found !== undefined) this.#learn(found.schema);
    this.unwrapped.add({ buffer, hasKey, keyStart, keyEnd, hasValue, valueStart: found?.start ?? 0, valueEnd: found?.end ?? 0 });
  }

  isWrapped(side: 'key' | 'value'): boolean {
    return this.#seen[side] > 0 && !this.#isOther[side];
  }

  #count(side: 'key' | 'value', isEnvelope: boolean): void {
    if (isEnvelope) this.#seen[side]++;
    else this.#isOther[side] = true;
  }

  /** The latest schema's word on a field counts. */
  #learn(schema: Json): void {
    const count = { members: 0 };
    for (const field of fieldsOf(schema)) {
      const name = String(field['field']);
      // A converter writes decimals as base64 or as numbers: what is seen tells which.
      if (field['name'] === decimalName) continue;
      this.fields.set(name, { name, type: typeOf(field, 1, count), nativeType: nativeType(field), ...(typeof field['doc'] === 'string' && { comment: field['doc'] }) });
    }
  }
}

function fieldsOf(schema: Json): readonly Json[] {
  const fields = schema['type'] === 'struct' ? schema['fields'] : [];
  return Array.isArray(fields) ? (fields as unknown[]).filter((field): field is Json => typeof field === 'object' && field !== null && typeof (field as Json)['field'] === 'string') : [];
}

/** With the logical type, which says what a number counts or what a text encodes. */
function nativeType(field: Json): string {
  return `Connect ${String(field['type'])}${typeof field['name'] === 'string' ? ` ${field['name']}` : ''}`;
}

/** Logical types whose values are texts that JSON columns know; those that count from 1970 stay the numbers that they are. */
const logical: Readonly<Record<string, Type>> = { 'io.debezium.time.ZonedTimestamp': types.timestamptz, 'io.debezium.data.Uuid': types.uuid };

const decimalName = 'org.apache.kafka.connect.data.Decimal';

function typeOf(schema: Json, depth: number, count: { members: number }): Type {
  switch (schema['type']) {
    case 'boolean':
      return types.boolean;
    case 'int8':
    case 'int16':
    case 'int32':
      return types.int32;
    case 'int64':
      return types.int64;
    case 'float':
    case 'double':
      return types.float64;
    case 'string':
      return logical[String(schema['name'])] ?? types.text;
    case 'bytes':
      return schema['name'] === decimalName ? types.json : types.text;
    case 'array': {
      const items = schema['items'];
      const element = typeof items === 'object' && items !== null && depth < maxNesting ? typeOf(items as Json, depth + 1, count) : types.json;
      return element.kind === 'json' ? types.json : { kind: 'list', element };
    }
    case 'struct': {
      const fields = fieldsOf(schema);
      count.members += fields.length;
      const isPlain = fields.length > 0 && depth < maxNesting && count.members <= maxMembers && new Set(fields.map(({ field }) => String(field).toLowerCase())).size === fields.length;
      return isPlain ? { kind: 'struct', fields: fields.map((field): StructField => ({ name: String(field['field']), type: typeOf(field, depth + 1, count) })) } : types.json;
    }
    default:
      return types.json;
  }
}
