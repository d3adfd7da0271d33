/**
 * Documents as a relation has them: a collection as it is, or what stages of a pipeline make of it. What a stage makes
 * has fields of known types, so it stands as a collection with a strict validator would, and all that reads a collection
 * (filters, sorts, limits, groups) reads it too.
 */

import type { ColumnId, Expr, Scan, Type } from '../contract.js';
import type { FilterDocument } from './filter.js';
import type { Guard } from './guard.js';
import type { CollectionNative, FieldNative } from './native.js';
import type { Target } from './target.js';

export type Stage = Readonly<Record<string, unknown>>;

export interface Stream {
  /** What is read. */
  readonly native: CollectionNative;
  /** None: its documents as they are. */
  readonly stages: readonly Stage[];
  /** The documents that come out. */
  readonly scan: Scan;
  /** They have the field `strange`. */
  readonly guarded: boolean;
  /** Must find nothing: values that the stages would pass over. */
  readonly checks?: readonly Check[];
  /** One row even of nothing: what is in its columns then. */
  readonly ofNothing?: readonly (0 | null)[];
}

export interface Check {
  readonly collection: string;
  readonly filter: FilterDocument;
}

/** What a stage makes something of: what it passes on is matched exactly, and what it looks at can be named. */
export interface StageInput {
  readonly stream: Stream;
  /** The stream's stages, and what its filters leave of it. */
  readonly stages: readonly Stage[];
  /** Of all that filters look at; the stage adds what it looks at itself. */
  readonly guard: Guard;
  /** The field that an expression over the relation is. */
  target(expr: Expr): Target | undefined;
}

/** One field of the documents that a stage makes. */
export interface Made {
  readonly id: ColumnId;
  readonly type: Type;
  readonly bson: FieldNative['bson'];
  readonly nullable: boolean;
}

/** Fields are named c0, c1, ... in the order of the relation's columns. */
export function made(native: CollectionNative, stages: readonly Stage[], columns: readonly Made[], guarded: boolean): Stream {
  const fields = columns.map(({ bson }, i): FieldNative => ({ name: `c${i}`, bson, proven: true }));
  const table = { service: '', name: native.collection, kind: 'view' as const, columns: [], native: { ...native, fields } };
  const scan: Scan = {
    kind: 'scan',
    table,
    columns: columns.map(({ id, type, nullable }, i) => ({ id, column: { name: `c${i}`, type, nullable, nativeType: '' } })),
  };
  return { native, stages, scan, guarded };
}

/** Keys for a column of the collection, as a filter. */
export interface KeyFilter {
  readonly column: ColumnId;
  readonly type: Type;
  readonly filter: FilterDocument;
}
