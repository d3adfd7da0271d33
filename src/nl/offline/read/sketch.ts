/** What a sentence asks for, in its own words: mentions are not yet bound to tables and columns. */

import type { ColumnMatch, TableMatch } from '../link/match.js';
import type { ValueEntry } from '../link/catalog.js';
import type { Measured } from '../text/units.js';
import type { Dimension } from '../text/words.js';
import type { AggregateName, Comparison, Unit } from '../tree/tree.js';
import type { Chunk } from './chunks.js';
import type { SaidPeriod } from './period.js';

/** A run of words that names a table or a column, with the mention it belongs to ("names of students"). */
export interface Mention {
  readonly chunk: Chunk;
  readonly tables: readonly TableMatch[];
  columns: readonly ColumnMatch[];
  anchor?: Mention;
  /** What kind of column the surroundings ask for. */
  wants?: 'number' | 'time' | 'text' | 'any';
  /** How the mention is used; a table where a column is meant shows its label. */
  role: 'select' | 'filter' | 'relation' | 'group' | 'order' | 'anchor';
}

export interface Target {
  readonly aggregate?: AggregateName;
  readonly distinct?: boolean;
  /** "number of X": where X is a number itself, that number. */
  readonly number?: 'count' | 'total';
  /** Absent: the rows themselves. */
  readonly mention?: Mention;
  readonly dimension?: Dimension;
}

export type Operand =
  | { readonly kind: 'number'; readonly value: number; readonly unit?: Measured }
  | { readonly kind: 'text'; readonly value: string; readonly proper: boolean; readonly entries: readonly ValueEntry[] }
  | { readonly kind: 'date'; readonly text: string }
  | { readonly kind: 'target'; readonly target: Target; readonly conds?: readonly Cond[] };

export type Cond =
  | { readonly kind: 'compare'; readonly left: Target; readonly op: Comparison; readonly right: Operand; readonly negated: boolean }
  /** A value with no column named: the column is found by the value. */
  | { readonly kind: 'value'; readonly right: Operand; readonly anchor: Mention | undefined; readonly preposition: string; readonly negated: boolean }
  | { readonly kind: 'between'; readonly left: Target; readonly low: Operand; readonly high: Operand; readonly negated: boolean }
  | { readonly kind: 'like'; readonly left: Target; readonly how: 'contains' | 'starts' | 'ends'; readonly value: string; readonly negated: boolean }
  | { readonly kind: 'missing'; readonly left: Target; readonly negated: boolean }
  /** Having rows in another table, some number of them, or none. */
  | { readonly kind: 'relation'; readonly mention: Mention; readonly negated: boolean; readonly amount?: { readonly op: Comparison; readonly value: number }; readonly conds: Cond[] }
  /** Only the first ones by something. */
  | { readonly kind: 'extreme'; readonly by: Target; readonly high: boolean; readonly count: number | undefined; readonly negated?: boolean }
  | { readonly kind: 'or'; readonly args: readonly Cond[] }
  /** Each must hold for some row of its own: "both A and B". */
  | { readonly kind: 'both'; readonly args: readonly Cond[] };

export interface Sketch {
  readonly selects: Target[];
  readonly conds: Cond[];
  readonly groups: Mention[];
  unit?: Unit;
  period?: SaidPeriod;
  readonly orders: { readonly by: Target | undefined; readonly desc: boolean }[];
  limit?: number;
  distinct: boolean;
  /** "the grade of each employee": whose it is belongs to it. */
  ofEach?: boolean;
  /** What the sentence is about, where it says so by "of X". */
  subject?: Mention;
  /** "all details", "everything". */
  everything: boolean;
  readonly mentions: Mention[];
  /** Words that nothing here accounts for. */
  readonly unread: Chunk[];
  /** Words that were passed over as verbs or fillers of no consequence, probably. */
  readonly passed: Chunk[];
  /** Every lemma of the question, to tell one link between two tables from another. */
  words: ReadonlySet<string>;
}

export function emptySketch(): Sketch {
  return { selects: [], conds: [], groups: [], orders: [], distinct: false, everything: false, mentions: [], unread: [], passed: [], words: new Set() };
}

export function isMention(chunk: Chunk | undefined): chunk is Chunk & { readonly named: true } {
  return chunk?.named === true;
}

/** The chunk names a table better than any column. */
export function namesTable(chunk: Chunk): boolean {
  return (chunk.tables[0]?.score ?? 0) >= Math.max(0.6, (chunk.columns[0]?.score ?? 0) - 0.06);
}

export function namesColumn(chunk: Chunk): boolean {
  return (chunk.columns[0]?.score ?? 0) > 0 && !namesTable(chunk);
}

export function isConstant(chunk: Chunk | undefined): chunk is Chunk & { readonly constant: true } {
  return chunk?.constant === true;
}

export function operandOf(chunk: Chunk): Operand {
  if (chunk.date !== undefined) return { kind: 'date', text: chunk.date };
  if (chunk.quoted !== undefined) return { kind: 'text', value: chunk.quoted, proper: chunk.proper === true, entries: chunk.values };
  if (chunk.values.length > 0) return { kind: 'text', value: chunk.text, proper: true, entries: chunk.values };
  return { kind: 'number', value: chunk.number!, ...(chunk.unit !== undefined && { unit: chunk.unit }) };
}
