/** How the messages of a type are read: its fields by their numbers, as protobufjs resolved them. */

import type protobuf from 'protobufjs';
import { types, type StructField, type Type } from '../../contract.js';
import { Undecodable, type SchemaField } from './contract.js';

export interface MessagePlan {
  /** Without a leading dot. */
  readonly name: string;
  /** Filled once: a message may hold itself. */
  readonly fields: FieldPlan[];
  readonly byNumber: Map<number, FieldPlan>;
}

export interface FieldPlan {
  readonly name: string;
  readonly slot: number;
  /** A scalar's name, enum, message or group. */
  readonly kind: string;
  readonly isRepeated: boolean;
  /** Text of the keys' scalar; the field is then a map. */
  readonly keyKind: string | undefined;
  /** The number of the oneof that it belongs to. */
  readonly oneof: string | undefined;
  /** What it is when it does not stand in the message; null where that can be told apart. */
  readonly absent: string;
  readonly symbols: Readonly<Record<number, string>> | undefined;
  readonly message: MessagePlan | undefined;
  readonly comment: string | null;
}

/** What stood in one message, as JSON text by slot; lists and maps in their parts. */
export type Values = (string | string[] | Map<string, string> | undefined)[];

export class Planner {
  readonly #plans = new Map<string, MessagePlan>();

  constructor(private readonly root: protobuf.Root) {}

  plan(type: protobuf.Type): MessagePlan {
    const known = this.#plans.get(type.fullName);
    if (known !== undefined) return known;
    const plan: MessagePlan = { name: type.fullName.replace(/^\./, ''), fields: [], byNumber: new Map() };
    this.#plans.set(type.fullName, plan);
    for (const field of type.fieldsArray) {
      const planned = this.#field(field.resolve(), plan.fields.length);
      plan.fields.push(planned);
      plan.byNumber.set(field.id, planned);
    }
    return plan;
  }

  /** Of a name as Any carries it. */
  named(name: string): MessagePlan | undefined {
    try {
      return this.plan(this.root.lookupType(name));
    } catch {
      return undefined;
    }
  }

  #field(field: protobuf.Field, slot: number): FieldPlan {
    const { resolvedType: resolved } = field;
    const isEnum = resolved !== null && 'valuesById' in resolved;
    const keyKind = 'keyType' in field ? String(field.keyType) : undefined;
    if (resolved === null && !scalars.has(field.type)) throw new Undecodable(`the schema uses ${field.type}, which it does not define`);
    const isMessage = resolved !== null && !isEnum;
    const kind = isEnum ? 'enum' : isMessage ? (field.delimited || (resolved as { group?: boolean }).group === true ? 'group' : 'message') : field.type;
    return {
      name: field.name,
      slot,
      kind,
      isRepeated: field.repeated,
      keyKind,
      oneof: field.partOf?.name,
      absent: keyKind !== undefined ? '{}' : field.repeated ? '[]' : absentText(field, kind, isEnum ? resolved.valuesById : undefined),
      symbols: isEnum ? resolved.valuesById : undefined,
      message: isMessage ? this.plan(resolved as protobuf.Type) : undefined,
      comment: field.comment,
    };
  }
}

const scalars: ReadonlySet<string> = new Set(['double', 'float', 'int32', 'uint32', 'sint32', 'fixed32', 'sfixed32', 'int64', 'uint64', 'sint64', 'fixed64', 'sfixed64', 'bool', 'string', 'bytes']);

/** The default that the schema states; else null where presence can be told, and the type's zero where it can't. */
function absentText(field: protobuf.Field, kind: string, symbols: Readonly<Record<number, string>> | undefined): string {
  const stated = (field.options as { readonly default?: unknown } | undefined)?.default;
  if (kind === 'message' || kind === 'group') return 'null';
  if (stated === undefined && (field.hasPresence || field.partOf !== null)) return 'null';
  if (kind === 'enum') return JSON.stringify(typeof stated === 'string' ? stated : (symbols?.[Number(stated ?? Object.keys(symbols)[0] ?? 0)] ?? '0'));
  if (kind === 'string') return JSON.stringify(stated ?? '');
  if (kind === 'bytes') return JSON.stringify(Buffer.from(String(stated ?? ''), 'latin1').toString('base64'));
  if (kind === 'bool') return String(stated ?? false);
  return String(stated ?? 0);
}

/* ------------------------------------------------------------------ columns */

const maxNesting = 6;
const maxMembers = 2_000;

export function protobufFields(plan: MessagePlan): SchemaField[] {
  const count = { members: 0 };
  return plan.fields.map((field) => ({
    name: field.name,
    type: typeOf(field, [plan], count),
    nativeType: `Protobuf ${field.keyKind === undefined ? '' : `map of ${field.keyKind} to `}${field.isRepeated ? 'repeated ' : ''}${field.message?.name ?? field.kind}`,
    ...(field.comment !== null && field.comment !== '' && { comment: field.comment }),
    ...(field.symbols !== undefined && !field.isRepeated && field.keyKind === undefined && { enumValues: Object.values(field.symbols) }),
  }));
}

const scalarTypes: Readonly<Record<string, Type>> = {
  double: types.float64, float: types.float32, int32: types.int32, sint32: types.int32, sfixed32: types.int32, uint32: types.uint32, fixed32: types.uint32,
  int64: types.int64, sint64: types.int64, sfixed64: types.int64, uint64: types.uint64, fixed64: types.uint64, bool: types.boolean, string: types.text, enum: types.text,
};

/** Types that have a form of their own in JSON (protobuf.dev, "ProtoJSON Format"). */
const wellKnown: Readonly<Record<string, Type>> = {
  'google.protobuf.Timestamp': types.timestamptz, 'google.protobuf.Duration': types.text, 'google.protobuf.FieldMask': types.text, 'google.protobuf.Empty': types.json,
  'google.protobuf.Any': types.json, 'google.protobuf.Struct': types.json, 'google.protobuf.Value': types.json, 'google.protobuf.ListValue': types.json,
  'google.protobuf.DoubleValue': types.float64, 'google.protobuf.FloatValue': types.float32, 'google.protobuf.Int64Value': types.int64, 'google.protobuf.UInt64Value': types.uint64,
  'google.protobuf.Int32Value': types.int32, 'google.protobuf.UInt32Value': types.uint32, 'google.protobuf.BoolValue': types.boolean, 'google.protobuf.StringValue': types.text,
  'google.protobuf.BytesValue': types.text,
};

function typeOf(field: FieldPlan, inside: readonly MessagePlan[], count: { members: number }): Type {
  if (field.keyKind !== undefined) return types.json;
  const isTop = inside.length === 1 && !field.isRepeated;
  const one = field.message === undefined ? (scalarTypes[field.kind] ?? (isTop ? types.blob : types.text)) : messageType(field.message, inside, count);
  if (!field.isRepeated) return one;
  return one.kind === 'json' ? types.json : { kind: 'list', element: one };
}

function messageType(message: MessagePlan, inside: readonly MessagePlan[], count: { members: number }): Type {
  const known = wellKnown[message.name];
  if (known !== undefined) return known;
  count.members += message.fields.length;
  const isTooMuch = inside.includes(message) || inside.length >= maxNesting || count.members > maxMembers || message.fields.length === 0;
  if (isTooMuch || new Set(message.fields.map(({ name }) => name.toLowerCase())).size < message.fields.length) return types.json;
  return { kind: 'struct', fields: message.fields.map((field): StructField => ({ name: field.name, type: typeOf(field, [...inside, message], count) })) };
}
