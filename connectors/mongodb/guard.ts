/**
 * The guard of a pipeline: an expression that is true of a document with a value of another type than was sampled, where
 * the pipeline looks. What is computed of such a value means something else than in SQL (types have an order and an
 * equality of their own here, and a sum passes over text), so each group counts as strange that has one in it. Strange
 * groups pass every filter and come before any limit, and the reader refuses them: the statement is then asked again
 * without anything computed here, and the scan says what it makes of the value.
 */

import { Binary, Decimal128 } from 'bson';
import { tag, visitElements } from './bson.js';
import type { Observation } from './native.js';
import type { Target } from './target.js';

/** The field that is 1 in documents that the guard found. */
export const strange = 'strange';

export type Expression = unknown;

export class Guard {
  readonly #tests = new Map<string, Expression>();

  /** The target's value is looked at. */
  add({ path, type, field, around }: Target): void {
    for (const outer of around) this.#type(outer, ['object']);
    if (field.proven === true) return;
    const own = ownTypes(type.kind, field.bson);
    if (own === undefined) return;
    this.#type(path, own);
    const other = { $or: [{ $lt: [`$${path}`, uuids.first] }, { $gt: [`$${path}`, uuids.last] }] };
    if (type.kind === 'uuid') this.#tests.set(`${path} uuid`, { $and: [{ $eq: [{ $type: `$${path}` }, 'binData'] }, other] });
  }

  /**
   * Values whose sum might not be exact in the 34 digits of a Decimal128: with more digits after the point than the
   * column has, or so large that 10^12 of them have more before it.
   */
  addSummed({ path }: Target, scale: number): void {
    const value = `$${path}`;
    const most = Decimal128.fromString(`1E${22 - scale}`);
    const least = Decimal128.fromString(`-1E${22 - scale}`);
    const finer = { $ne: [value, { $trunc: [value, scale] }] };
    // NaN is the least of numbers.
    this.#tests.set(`${path} sum`, { $and: [{ $isNumber: value }, { $or: [{ $lte: [value, least] }, { $gte: [value, most] }, { $cond: [{ $isNumber: value }, finer, false] }] }] });
  }

  /** Documents made by an earlier stage that had a guard. */
  addEarlier(): void {
    this.#tests.set('', { $eq: [`$${strange}`, 1] });
  }

  /** undefined where nothing can be strange. */
  get expression(): Expression | undefined {
    const tests = [...this.#tests.values()];
    if (tests.length === 0) return undefined;
    return { $cond: [tests.length === 1 ? tests[0] : { $or: tests }, 1, 0] };
  }

  #type(path: string, types: readonly string[]): void {
    this.#tests.set(`${path} ${types.join()}`, { $not: [{ $in: [{ $type: `$${path}` }, [...types, 'null', 'missing']] }] });
  }
}

const uuids = { first: new Binary(Buffer.alloc(16, 0x00), Binary.SUBTYPE_UUID), last: new Binary(Buffer.alloc(16, 0xff), Binary.SUBTYPE_UUID) };

/** The types that are computed with; undefined where the type makes no difference. */
function ownTypes(kind: Target['type']['kind'], bson: readonly Observation[]): readonly string[] | undefined {
  switch (kind) {
    case 'int':
      return ['int', 'long'];
    case 'float':
      return ['int', 'long', 'double'];
    case 'decimal':
      return ['int', 'long', 'decimal'];
    case 'boolean':
      return ['bool'];
    case 'timestamp':
      return ['date'];
    case 'uuid':
      return ['binData'];
    case 'text':
      return bson.includes('any') ? undefined : bson;
    default:
      return undefined;
  }
}

/** Of a document that a guarded pipeline made. */
export function isStrange(document: Buffer): boolean {
  let found = true;
  visitElements(document, 0, (type, start, end, value) => {
    if (end - start !== strange.length || document.toString('latin1', start, end) !== strange) return false;
    found = type === tag.int ? document.readInt32LE(value) !== 0 : type === tag.long ? document.readBigInt64LE(value) !== 0n : type !== tag.double || document.readDoubleLE(value) !== 0;
    return true;
  });
  return found;
}
