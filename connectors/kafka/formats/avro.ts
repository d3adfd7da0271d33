/**
 * Avro's binary encoding straight to JSON text. A message is read with the schema it was written with and shown by the
 * reader's, where that says more: names by the reader's aliases, and its defaults for what the writer did not know
 * (Avro, "Schema Resolution"). What only the writer knows is shown too, and where the two do not fit the writer's word
 * counts: this is for looking at messages, not for processing them.
 */

import { avroFields } from './avro-types.js';
import { parseAvro, type Field, type Logical, type Node, type RecordNode } from './avro-schema.js';
import { Budget } from './budget.js';
import { Undecodable, type Decoder } from './contract.js';
import { isDerived, type DerivedText } from './derived.js';
import { clockText, dayText, decimalText, doubleText, floatText, instantText, unscaled, uuidText } from './text.js';

export interface AvroSource {
  readonly text: string;
  readonly dependencies?: readonly { readonly text: string }[];
}

export function avroDecoder(name: string, writer: AvroSource, reader?: AvroSource): Decoder {
  const root = parseAvro(writer.text, writer.dependencies);
  const readerRoot = reader && parseAvro(reader.text, reader.dependencies);
  const read = new Compiler().read(root, readerRoot);
  const schema = [writer, ...(writer.dependencies ?? []), ...(reader === undefined ? [] : [reader, ...(reader.dependencies ?? [])])].map(({ text }) => JSON.stringify(JSON.parse(text))).join('\n');
  const derived: DerivedText = { schema, hasUuids: /"uuid"/i.test(schema), hasTimes: /date|time/i.test(schema), hasBytes: /"(bytes|fixed)"/.test(schema) };
  return {
    name,
    fields: avroFields(root),
    decode(bytes, start, end) {
      const input = new Input(bytes, start, end);
      const text = read(input);
      if (input.at !== end) throw new Undecodable(`${end - input.at} bytes are left over`);
      return text;
    },
    derives: (text) => isDerived(text, derived),
  };
}

type Read = (input: Input) => string;

class Input {
  readonly budget = new Budget();

  constructor(
    readonly bytes: Buffer,
    public at: number,
    readonly end: number,
  ) {}

  /** Bounds of the next `length` bytes. */
  take(length: number): number {
    if (length < 0 || length > this.end - this.at) throw new Undecodable('it ends too early');
    const start = this.at;
    this.at += length;
    return start;
  }

  byte(): number {
    return this.bytes[this.take(1)]!;
  }

  /** Zigzag varint of up to 64 bits. */
  long(): number | bigint {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
    }
    let wide = BigInt(value);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      wide |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        wide = BigInt.asUintN(64, wide);
        return (wide >> 1n) ^ -(wide & 1n);
      }
    }
    throw new Undecodable('a number has more than 64 bits');
  }

  /** A count or length. */
  size(): number {
    return Number(this.long());
  }

  text(): string {
    const length = this.size();
    const start = this.take(length);
    return this.bytes.toString('utf8', start, start + length);
  }

  raw(length: number): Buffer {
    const start = this.take(length);
    return this.bytes.subarray(start, start + length);
  }
}

class Compiler {
  /** Records by writer and reader, so that those that hold themselves end. */
  readonly #records = new Map<RecordNode, Map<RecordNode | undefined, { read?: Read }>>();

  read(writer: Node, reader: Node | undefined): Read {
    if (writer.kind === 'union') {
      const branches = writer.branches.map((branch) => this.read(branch, reader));
      return (input) => {
        const branch = branches[input.size()];
        if (branch === undefined) throw new Undecodable('a union has no such branch');
        return branch(input);
      };
    }
    const shown = matching(writer, reader);
    switch (writer.kind) {
      case 'null':
        return () => 'null';
      case 'boolean':
        return (input) => (input.byte() === 0 ? 'false' : 'true');
      case 'int':
      case 'long':
        return longReader(writer.logical ?? ('logical' in (shown ?? {}) ? (shown as { readonly logical?: Logical }).logical : undefined));
      case 'float':
        return (input) => floatText(input.bytes.readFloatLE(input.take(4)));
      case 'double':
        return (input) => doubleText(input.bytes.readDoubleLE(input.take(8)));
      case 'string': {
        const asBytes = shown?.kind === 'bytes';
        const isUuid = writer.logical?.name === 'uuid';
        return (input) => {
          const text = input.text();
          return asBytes ? JSON.stringify(Buffer.from(text).toString('base64')) : JSON.stringify(isUuid ? text.toLowerCase() : text);
        };
      }
      case 'bytes': {
        const show = shown?.kind === 'string' ? (bytes: Buffer) => JSON.stringify(bytes.toString('utf8')) : bytesText(writer.logical);
        return (input) => show(input.raw(input.size()));
      }
      case 'fixed': {
        const show = fixedText(writer.size, writer.logical);
        return (input) => show(input.raw(writer.size));
      }
      case 'enum': {
        const symbols = writer.symbols.map((symbol) => JSON.stringify(symbol));
        return (input) => {
          const symbol = symbols[input.size()];
          if (symbol === undefined) throw new Undecodable(`enum ${writer.name} has no such symbol`);
          return symbol;
        };
      }
      case 'array': {
        const item = this.read(writer.items, shown?.kind === 'array' ? shown.items : undefined);
        return (input) => input.budget.inside(() => `[${blocks(input, item).join(',')}]`);
      }
      case 'map': {
        const value = this.read(writer.values, shown?.kind === 'map' ? shown.values : undefined);
        return (input) =>
          input.budget.inside(() => {
            const entries = new Map<string, string>();
            blocks(input, () => {
              const key = input.text();
              entries.set(key, value(input));
              return key;
            });
            return `{${[...entries].map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`;
          });
      }
      case 'record':
        return this.#record(writer, shown?.kind === 'record' ? shown : undefined);
    }
  }

  #record(writer: RecordNode, reader: RecordNode | undefined): Read {
    const byReader = this.#records.get(writer) ?? new Map<RecordNode | undefined, { read?: Read }>();
    this.#records.set(writer, byReader);
    const known = byReader.get(reader);
    if (known !== undefined) return known.read ?? ((input) => known.read!(input));
    const slot: { read?: Read } = {};
    byReader.set(reader, slot);
    const target = (field: Field) => reader?.fields.find(({ name }) => name === field.name) ?? reader?.fields.find(({ aliases }) => aliases.includes(field.name));
    const members = writer.fields.map((field) => {
      const shown = target(field);
      return { name: JSON.stringify(shown?.name ?? field.name), read: this.read(field.type, shown?.type) };
    });
    const told = new Set(writer.fields.map((field) => target(field)?.name));
    const added = (reader?.fields ?? []).filter(({ name, hasDefault }) => hasDefault && !told.has(name));
    const defaults = added.map((field) => `${JSON.stringify(field.name)}:${defaultText(field.type, field.default, 0)}`).join(',');
    slot.read = (input) =>
      input.budget.inside(() => {
        let text = '{';
        for (const member of members) text += `${text.length > 1 ? ',' : ''}${member.name}:${member.read(input)}`;
        return `${text}${text.length > 1 && defaults !== '' ? ',' : ''}${defaults}}`;
      });
    return slot.read;
  }
}

/** The branch or type of the reader that a writer's type is shown by. */
function matching(writer: Node, reader: Node | undefined): Node | undefined {
  const candidates = reader?.kind === 'union' ? reader.branches : reader === undefined ? [] : [reader];
  const short = (name: string) => name.slice(name.lastIndexOf('.') + 1);
  return (
    candidates.find((node) => node.kind === writer.kind && (!('name' in node) || !('name' in writer) || node.name === writer.name || node.aliases.includes(writer.name) || short(node.name) === short(writer.name))) ??
    candidates.find((node) => (writer.kind === 'string' && node.kind === 'bytes') || (writer.kind === 'bytes' && node.kind === 'string'))
  );
}

/** Arrays and maps come in blocks; a negative count is followed by the block's length in bytes. */
function blocks(input: Input, item: Read): string[] {
  const items: string[] = [];
  for (;;) {
    let count = input.size();
    if (count === 0) return items;
    if (count < 0) {
      count = -count;
      input.long();
    }
    for (let i = 0; i < count; i++) items.push(input.budget.value(item(input)));
  }
}

function longReader(logical: Logical | undefined): Read {
  switch (logical?.name) {
    case 'date':
      return (input) => dayText(input.size());
    case 'time-millis':
      return (input) => clockText(BigInt(input.long()), 1_000n);
    case 'time-micros':
      return (input) => clockText(BigInt(input.long()), 1_000_000n);
    case 'time-nanos':
      return (input) => clockText(BigInt(input.long()), 1_000_000_000n);
    case 'timestamp-millis':
      return (input) => instantText(BigInt(input.long()), 1_000n, 'Z');
    case 'timestamp-micros':
      return (input) => instantText(BigInt(input.long()), 1_000_000n, 'Z');
    case 'timestamp-nanos':
      return (input) => instantText(BigInt(input.long()), 1_000_000_000n, 'Z');
    case 'local-timestamp-millis':
      return (input) => instantText(BigInt(input.long()), 1_000n, '');
    case 'local-timestamp-micros':
      return (input) => instantText(BigInt(input.long()), 1_000_000n, '');
    case 'local-timestamp-nanos':
      return (input) => instantText(BigInt(input.long()), 1_000_000_000n, '');
    default:
      return (input) => String(input.long());
  }
}

function bytesText(logical: Logical | undefined): (bytes: Buffer) => string {
  if (logical?.name !== 'decimal') return (bytes) => `"${bytes.toString('base64')}"`;
  return (bytes) => {
    // More digits than any decimal has, and what takes quadratic time to print.
    if (bytes.length > 4_096) throw new Undecodable(`a decimal has ${bytes.length} bytes`);
    return decimalText(unscaled(bytes), logical.scale);
  };
}

function fixedText(size: number, logical: Logical | undefined): (bytes: Buffer) => string {
  if (logical?.name === 'uuid' && size === 16) return uuidText;
  if (logical?.name === 'duration' && size === 12) {
    return (bytes) => `"P${bytes.readUInt32LE(0)}M${bytes.readUInt32LE(4)}DT${(bytes.readUInt32LE(8) / 1000).toFixed(3)}S"`;
  }
  return bytesText(logical);
}

/** A default as the schema's JSON has it (bytes as characters of their code), in the form that messages have. */
function defaultText(node: Node, value: unknown, depth: number): string {
  if (depth > 50) throw new Undecodable('a default is nested too deeply');
  const next = (inner: Node, item: unknown) => defaultText(inner, item, depth + 1);
  switch (node.kind) {
    case 'union': {
      // Of the first branch; since Avro 1.12 of any.
      const branch = node.branches.find(({ kind }) => (value === null ? kind === 'null' : kind !== 'null'));
      return branch === undefined ? 'null' : next(branch, value);
    }
    case 'int':
    case 'long':
      return typeof value === 'number' ? longReader(node.logical)(new Input(zigzag(BigInt(Math.trunc(value))), 0, 10)) : 'null';
    case 'bytes':
      return bytesText(node.logical)(Buffer.from(String(value), 'latin1'));
    case 'fixed': {
      const bytes = Buffer.alloc(node.size);
      bytes.write(String(value), 'latin1');
      return fixedText(node.size, node.logical)(bytes);
    }
    case 'array':
      return `[${(Array.isArray(value) ? value : []).map((item) => next(node.items, item)).join(',')}]`;
    case 'map':
      return `{${Object.entries((value ?? {}) as object).map(([key, item]) => `${JSON.stringify(key)}:${next(node.values, item)}`).join(',')}}`;
    case 'record': {
      const given = (value ?? {}) as Readonly<Record<string, unknown>>;
      return `{${node.fields.map((field) => `${JSON.stringify(field.name)}:${next(field.type, Object.hasOwn(given, field.name) ? given[field.name] : field.default)}`).join(',')}}`;
    }
    default:
      return JSON.stringify(value ?? null);
  }
}

function zigzag(value: bigint): Buffer {
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  const bytes: number[] = [];
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.concat([Buffer.from(bytes), Buffer.alloc(10 - bytes.length)]);
}
