/** What every format of messages gives: a decoder from a message's bytes to JSON text, and the columns it leads to. */

import type { KnownField } from '../../log/sample.js';

export interface Decoder {
  /** In words: 'Avro shop.Order (schema 7)'. */
  readonly name: string;
  /** The members of what it decodes; none when that is no record. */
  readonly fields: readonly SchemaField[];
  /** The whole of the bytes as JSON text. Throws Undecodable. */
  decode(bytes: Buffer, start: number, end: number): string;
  /** May the decoded text hold this, though the bytes do not? True for digits, names, and whatever else is encoded. */
  derives(text: string): boolean;
}

export type SchemaField = KnownField;

/** Why the bytes of one message are not what its schema says. */
export class Undecodable extends Error {}

/** Deeper than any sane message, and what JSON text is read to. */
export const maxDepth = 400;
/** Values in one message: lists of nothing take no bytes, so bytes bound nothing. */
export const maxValues = 5_000_000;
/** Characters of one decoded message. */
export const maxCharacters = 128 * 1024 * 1024;
