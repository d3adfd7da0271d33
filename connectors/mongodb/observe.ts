/** What a sample of raw documents was seen to hold: for every field its types, how often, and what decimals need. */

import { aliasOf, isUuid, tag, visitElements } from './bson.js';
import { digits, readDecimal } from './decimal128.js';
import type { Observation } from './native.js';

/** Deeper than this, a document is just JSON. */
const maxDepth = 12;
/** A document with more fields than this among the samples has keys that are data. */
const maxFields = 500;
/** A collection with more fields than this is shown with as many. */
export const maxColumns = 10_000;

export class Observed {
  /** Values other than null. */
  count = 0;
  readonly bson = new Map<Observation, number>();
  /** Of the documents among the values; undefined when there are too many different ones. */
  fields: Map<string, Observed> | undefined = new Map();
  element: Observed | undefined;
  /** Digits that the decimals need before and after the point. */
  whole = 0;
  scale = 0;
  /** Some decimal was NaN or infinite. */
  unbounded = false;
  /** Some long had no double that equals it. */
  inexact = false;

  value(buffer: Buffer, type: number, at: number, depth: number): void {
    if (type === tag.null) return;
    this.count++;
    this.add(type === tag.binData && isUuid(buffer, at) ? 'uuid' : (aliasOf(type) as Observation));
    if (type === tag.object) this.#document(buffer, at, depth);
    else if (type === tag.array) this.#array(buffer, at, depth);
    else if (type === tag.decimal) this.#decimal(buffer, at);
    else if (type === tag.long) {
      const value = buffer.readBigInt64LE(at);
      if (BigInt(Number(value)) !== value) this.inexact = true;
    }
  }

  add(type: Observation, count = 1): void {
    this.bson.set(type, (this.bson.get(type) ?? 0) + count);
  }

  /** A whole document of the collection; false when it had more fields than a table has columns. */
  row(document: Buffer): boolean {
    let all = true;
    visitElements(document, 0, (type, start, end, value) => {
      const name = document.toString('utf8', start, end);
      if (this.fields!.has(name) || this.fields!.size < maxColumns) this.field(name, maxColumns)!.value(document, type, value, 1);
      else all = false;
    });
    return all;
  }

  #document(buffer: Buffer, at: number, depth: number): void {
    if (depth >= maxDepth) this.fields = undefined;
    if (this.fields === undefined) return;
    visitElements(buffer, at, (type, start, end, value) => {
      this.field(buffer.toString('utf8', start, end))?.value(buffer, type, value, depth + 1);
    });
  }

  field(name: string, limit = maxFields): Observed | undefined {
    let field = this.fields?.get(name);
    if (field === undefined && this.fields !== undefined) {
      if (this.fields.size >= limit) {
        this.fields = undefined;
        return undefined;
      }
      field = new Observed();
      this.fields.set(name, field);
    }
    return field;
  }

  #array(buffer: Buffer, at: number, depth: number): void {
    const element = (this.element ??= new Observed());
    if (depth >= maxDepth) element.fields = undefined;
    visitElements(buffer, at, (type, _start, _end, value) => element.value(buffer, type, value, depth + 1));
  }

  #decimal(buffer: Buffer, at: number): void {
    const needs = digits(readDecimal(buffer, at));
    if (needs === undefined) this.unbounded = true;
    else {
      this.whole = Math.max(this.whole, needs.whole);
      this.scale = Math.max(this.scale, needs.scale);
    }
  }
}
