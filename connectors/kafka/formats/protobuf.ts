/**
 * Protobuf's wire format (protobuf.dev, "Encoding") straight to JSON text: integers exact, enums by name, fields under
 * the names of their file. Fields that the schema does not know are passed over.
 */

import { Budget } from './budget.js';
import { Undecodable, type Decoder } from './contract.js';
import { isDerived, type DerivedText } from './derived.js';
import { Planner, protobufFields, type FieldPlan, type MessagePlan, type Values } from './protobuf-plan.js';
import type { ProtobufSchema } from './protobuf-schema.js';
import { wellKnownText } from './protobuf-well-known.js';
import { doubleText, floatText } from './text.js';

/** @param message its name with the package, or without where that is clear; default: the first of the file */
export function protobufDecoder(name: string, schema: ProtobufSchema, message?: string): Decoder {
  const wanted = message ?? schema.messages[0]?.name;
  if (wanted === undefined) throw new Undecodable('the schema defines no message');
  const planner = new Planner(schema.root);
  let plan: MessagePlan;
  try {
    plan = planner.plan(schema.root.lookupType(wanted));
  } catch (error) {
    throw error instanceof Undecodable ? error : new Undecodable(`message ${wanted} can't be read: ${(error as Error).message.slice(0, 200)}`);
  }
  const derived: DerivedText = { schema: schema.text, hasUuids: false, hasTimes: /Timestamp|Duration/.test(schema.text), hasBytes: /\b(bytes|Any|BytesValue)\b/.test(schema.text) };
  return {
    name: `${name} ${plan.name}`,
    fields: protobufFields(plan),
    decode: (bytes, start, end) => new Wire(bytes, planner).message(plan, start, end, true),
    derives: (text) => isDerived(text, derived),
  };
}

const varint = 0;
const fixed64 = 1;
const delimited = 2;
const startGroup = 3;
const endGroup = 4;
const fixed32 = 5;

/** Bytes being read; what is packed into them has the same budget. */
class Wire {
  #at = 0;
  #end = 0;

  constructor(
    private readonly bytes: Buffer,
    private readonly planner: Planner,
    private readonly budget = new Budget(),
  ) {}

  /** @param isWhole nothing of it known makes it another message's bytes */
  message(plan: MessagePlan, start: number, end: number, isWhole = false): string {
    const [at, before] = [this.#at, this.#end];
    [this.#at, this.#end] = [start, end];
    const text = this.budget.inside(() => this.#fields(plan, isWhole));
    [this.#at, this.#end] = [at, before];
    return text;
  }

  #fields(plan: MessagePlan, isWhole: boolean): string {
    const values = this.#read(plan, isWhole);
    const special = wellKnownText(plan, values, (name, bytes) => this.#any(name, bytes));
    if (special !== undefined) return this.budget.value(special);
    let text = '{';
    for (const { name, slot, isRepeated, keyKind, absent } of plan.fields) {
      const value = values[slot];
      const shown = value === undefined ? absent : typeof value === 'string' ? value : keyKind !== undefined ? `{${[...(value as Map<string, string>)].map(([key, item]) => `${key}:${item}`).join(',')}}` : isRepeated ? `[${(value as string[]).join(',')}]` : absent;
      text += `${text.length > 1 ? ',' : ''}${JSON.stringify(name)}:${shown}`;
    }
    return this.budget.value(`${text}}`);
  }

  #read(plan: MessagePlan, isWhole: boolean): Values {
    const values: Values = [];
    /** Parts of one message that is written in several, by slot: they are to be merged. */
    const parts = new Map<FieldPlan, Buffer[]>();
    let [known, unknown] = [0, 0];
    while (this.#at < this.#end) {
      const tag = this.#unsigned();
      const [number, wire] = [Math.floor(tag / 8), tag % 8];
      const field = plan.byNumber.get(number);
      if (number === 0) throw new Undecodable('a field has the number 0');
      if (field === undefined || !this.#fits(field, wire)) {
        unknown++;
        this.#skip(wire, number, 0);
        continue;
      }
      known++;
      if (field.oneof !== undefined) {
        for (const other of plan.fields) {
          if (other.oneof !== field.oneof || other === field) continue;
          values[other.slot] = undefined;
          parts.delete(other);
        }
      }
      this.#field(field, wire, number, values, parts);
    }
    if (isWhole && known === 0 && unknown > 0) throw new Undecodable(`none of its fields is in ${plan.name}`);
    for (const [field, bytes] of parts) values[field.slot] = this.#inner(field.message!, bytes);
    return values;
  }

  #field(field: FieldPlan, wire: number, number: number, values: Values, parts: Map<FieldPlan, Buffer[]>): void {
    const { slot } = field;
    if (field.keyKind !== undefined) {
      const entries = (values[slot] ??= new Map()) as Map<string, string>;
      const [key, value] = this.#entry(field);
      entries.set(key, value);
      return;
    }
    if (field.message !== undefined) {
      const bytes = wire === startGroup ? this.#group(number) : this.#slice();
      if (!field.isRepeated) parts.set(field, [...(parts.get(field) ?? []), bytes]);
      else ((values[slot] ??= []) as string[]).push(this.#inner(field.message, [bytes]));
      return;
    }
    if (!field.isRepeated) {
      values[slot] = this.budget.value(this.#scalar(field));
      return;
    }
    const list = (values[slot] ??= []) as string[];
    if (wire === delimited && wireOf(field.kind) !== delimited) {
      const length = this.#unsigned();
      const until = this.#take(length) + length;
      this.#at = until - length;
      while (this.#at < until) list.push(this.budget.value(this.#scalar(field)));
      if (this.#at !== until) throw new Undecodable('a packed list ends within a value');
    } else list.push(this.budget.value(this.#scalar(field)));
  }

  #inner(plan: MessagePlan, parts: readonly Buffer[]): string {
    const [only] = parts;
    if (parts.length === 1) {
      const start = only!.byteOffset - this.bytes.byteOffset;
      return this.message(plan, start, start + only!.length);
    }
    return this.#apart(plan, Buffer.concat(parts));
  }

  /** Bytes that are no part of these. */
  #apart(plan: MessagePlan, bytes: Buffer): string {
    return new Wire(bytes, this.planner, this.budget).message(plan, 0, bytes.length);
  }

  #any(name: string, bytes: Buffer): string | undefined {
    const plan = this.planner.named(name);
    return plan && this.#apart(plan, bytes);
  }

  /** A map's entry is a message of its own: 1 is the key, 2 the value. */
  #entry(field: FieldPlan): [string, string] {
    const length = this.#unsigned();
    const end = this.#take(length) + length;
    this.#at = end - length;
    const before = this.#end;
    this.#end = end;
    const keyField = { ...field, kind: field.keyKind!, message: undefined, symbols: undefined };
    let key = field.keyKind === 'string' ? '""' : field.keyKind === 'bool' ? '"false"' : '"0"';
    let value: string | undefined;
    while (this.#at < end) {
      const tag = this.#unsigned();
      const [number, wire] = [Math.floor(tag / 8), tag % 8];
      if (number === 1 && wire === wireOf(keyField.kind)) {
        const text = this.#scalar(keyField);
        key = text.startsWith('"') ? text : `"${text}"`;
      } else if (number === 2 && wire === wireOf(field.kind)) {
        value = field.message === undefined ? this.#scalar(field) : this.#inner(field.message, [this.#slice()]);
      } else this.#skip(wire, number, 0);
    }
    this.#end = before;
    return [key, this.budget.value(value ?? zeroOf(field))];
  }

  #fits(field: FieldPlan, wire: number): boolean {
    const own = field.keyKind === undefined ? wireOf(field.kind) : delimited;
    return wire === own || (field.isRepeated && wire === delimited) || (field.message !== undefined && (wire === startGroup || wire === delimited) && field.keyKind === undefined);
  }

  #scalar({ kind, symbols }: FieldPlan): string {
    switch (kind) {
      case 'double':
        return doubleText(this.bytes.readDoubleLE(this.#take(8)));
      case 'float':
        return floatText(this.bytes.readFloatLE(this.#take(4)));
      case 'fixed32':
        return String(this.bytes.readUInt32LE(this.#take(4)));
      case 'sfixed32':
        return String(this.bytes.readInt32LE(this.#take(4)));
      case 'fixed64':
        return String(this.bytes.readBigUInt64LE(this.#take(8)));
      case 'sfixed64':
        return String(this.bytes.readBigInt64LE(this.#take(8)));
      case 'bool':
        return this.#varint() === 0n ? 'false' : 'true';
      case 'string':
        return JSON.stringify(this.#slice().toString('utf8'));
      case 'bytes':
        return `"${this.#slice().toString('base64')}"`;
      case 'int32':
        return String(BigInt.asIntN(32, this.#varint()));
      case 'uint32':
        return String(BigInt.asUintN(32, this.#varint()));
      case 'int64':
        return String(BigInt.asIntN(64, this.#varint()));
      case 'sint32':
      case 'sint64': {
        const value = this.#varint();
        return String((value >> 1n) ^ -(value & 1n));
      }
      case 'enum': {
        const value = Number(BigInt.asIntN(32, this.#varint()));
        // Enums are open: a number that has no name yet is shown as it is.
        return JSON.stringify(symbols?.[value] ?? String(value));
      }
      default:
        return String(this.#varint());
    }
  }

  #slice(): Buffer {
    const length = this.#unsigned();
    const start = this.#take(length);
    return this.bytes.subarray(start, start + length);
  }

  /** The bytes between a group's tags. */
  #group(number: number): Buffer {
    const start = this.#at;
    const end = this.#skip(startGroup, number, 0);
    return this.bytes.subarray(start, end);
  }

  /** @returns where it ended; of a group, where its end tag begins */
  #skip(wire: number, number: number, depth: number): number {
    if (depth > 100) throw new Undecodable('groups are nested deeper than 100');
    if (wire === varint) this.#varint();
    else if (wire === fixed64) this.#take(8);
    else if (wire === fixed32) this.#take(4);
    else if (wire === delimited) this.#take(this.#unsigned());
    else if (wire === startGroup) {
      for (;;) {
        const before = this.#at;
        const tag = this.#unsigned();
        if (tag % 8 === endGroup) {
          if (Math.floor(tag / 8) !== number) throw new Undecodable('a group ends as another');
          return before;
        }
        this.#skip(tag % 8, Math.floor(tag / 8), depth + 1);
      }
    } else throw new Undecodable(`wire type ${wire}`);
    return this.#at;
  }

  #take(length: number): number {
    if (length < 0 || length > this.#end - this.#at) throw new Undecodable('it ends too early');
    const start = this.#at;
    this.#at += length;
    return start;
  }

  /** A tag or a length. */
  #unsigned(): number {
    const value = this.#varint();
    if (value > 0xffff_ffffn) throw new Undecodable('a length is too large');
    return Number(value);
  }

  #varint(): bigint {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.bytes[this.#take(1)]!;
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt(low);
    }
    let value = BigInt(low);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.#take(1)]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new Undecodable('a number has more than 64 bits');
  }
}

function wireOf(kind: string): number {
  switch (kind) {
    case 'double':
    case 'fixed64':
    case 'sfixed64':
      return fixed64;
    case 'float':
    case 'fixed32':
    case 'sfixed32':
      return fixed32;
    case 'string':
    case 'bytes':
    case 'message':
      return delimited;
    case 'group':
      return startGroup;
    default:
      return varint;
  }
}

function zeroOf({ kind, message, symbols }: FieldPlan): string {
  if (message !== undefined) return '{}';
  if (kind === 'enum') return JSON.stringify(symbols?.[0] ?? '0');
  return kind === 'string' || kind === 'bytes' ? '""' : kind === 'bool' ? 'false' : '0';
}
