/** What Confluent's serializers put before a message: a zero byte, the schema's id, and for Protobuf which message it is. */

import { Undecodable } from './contract.js';
import type { MessageName } from './protobuf-schema.js';

export const frameBytes = 5;

/** The schema's id; undefined: the bytes do not begin so. */
export function schemaId(bytes: Buffer, start: number, end: number): number | undefined {
  return end - start >= frameBytes && bytes[start] === 0 ? bytes.readUInt32BE(start + 1) : undefined;
}

/** Protobuf's message indexes: how many, then each, as zigzag varints; a single 0 stands for the file's first message. */
export function messageIndexes(bytes: Buffer, start: number, end: number): { readonly indexes: readonly number[]; readonly at: number } {
  let at = start;
  const next = () => {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = at < end ? bytes[at++]! : 0x80;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
    }
    throw new Undecodable('its message indexes are cut short');
  };
  const count = next();
  if (count < 0 || count > 100) throw new Undecodable(`it has ${count} message indexes`);
  return { indexes: count === 0 ? [0] : Array.from({ length: count }, next), at };
}

export function messageAt(messages: readonly MessageName[], indexes: readonly number[]): string {
  let found: MessageName | undefined;
  let inside = messages;
  for (const index of indexes) {
    found = inside[index];
    if (found === undefined) throw new Undecodable(`the schema has no message ${indexes.join('.')}`);
    inside = found.nested;
  }
  return found!.name;
}
