/**
 * Words that are conditions by themselves: a column that says yes or no ("refilled prescriptions"), and a time that is
 * only there once something happened ("retired vehicles"). Takes those that stand before their table out of a sentence.
 */

import type { ColumnMatch } from '../link/match.js';
import { isFlag, isNumeric, isTime } from '../build/roles.js';
import type { Chunk } from './chunks.js';
import type { Cursor } from './cursor.js';
import type { Cond, Sketch } from './sketch.js';
import { isMention, namesTable } from './sketch.js';
import { isParticiple } from './verbs.js';

/** The columns by which a word is a condition of its own. */
export function statesOf(chunk: Chunk): readonly ColumnMatch[] {
  return chunk.values.length > 0 ? [] : stateColumns(chunk);
}

/** Where the word may also be a value: "sent" of a state, or of a time of sending. */
export function stateColumns(chunk: Chunk): readonly ColumnMatch[] {
  if (chunk.op !== undefined) return [];
  const exact = chunk.columns.filter((c) => c.score >= 0.9);
  const flags = exact.filter((c) => isFlag(c.column));
  if (flags.length > 0) return flags;
  return isParticiple(chunk.text) ? exact.filter((c) => isTime(c.column.type)) : [];
}

/** The same word with those columns alone. */
export function asState(chunk: Chunk): Chunk {
  return { ...chunk, tables: [], columns: statesOf(chunk) };
}

/** How far on stands the table that a state or a value before it describes; undefined where there is none. */
export function described(chunks: readonly Chunk[], at: number): number | undefined {
  const states = statesOf(chunks[at]!);
  for (let i = at + 1; i < Math.min(chunks.length, at + 4); i++) {
    const chunk = chunks[i]!;
    if (isMention(chunk) && namesTable(chunk) && chunk.tables.some((t) => states.some((s) => s.column.table === t.table))) return i;
    const adjective = chunk.op === undefined && (statesOf(chunk).length > 0 || chunk.values.length > 0 || chunk.quoted !== undefined);
    if (!adjective) return undefined;
  }
  return undefined;
}

const measures = new Set(['by', 'per', 'with', 'whether', 'if']);

export function takeStates(chunks: readonly Chunk[], sketch: Sketch): readonly Chunk[] {
  const rest: Chunk[] = [];
  for (let at = 0; at < chunks.length; at++) {
    const chunk = chunks[at]!;
    const before = rest.at(-1);
    // What is denied further on is read with its denial.
    const denied = rest.some((c) => ['without', 'not', 'neither', 'except'].includes(c.op?.op ?? ''));
    const adjacent = before?.op?.op === 'not';
    const table = statesOf(chunk).length === 0 ? undefined : described(chunks, at);
    const grouped = before?.op?.op === 'each' || (before?.op?.op === 'preposition' && measures.has(before.op.word));
    if (isUnsaid(chunk, before, chunks[at + 1])) sketch.unread.push(chunk);
    if (table === undefined || grouped || (denied && !adjacent)) {
      rest.push(chunk);
      continue;
    }
    if (adjacent) rest.pop();
    const anchor = { chunk: chunks[table]!, tables: chunks[table]!.tables, columns: chunks[table]!.columns, role: 'anchor' as const };
    const state = asState(chunk);
    const mention = { chunk: state, tables: [], columns: state.columns, role: 'relation' as const, anchor };
    sketch.mentions.push(anchor, mention);
    const cond: Cond = { kind: 'relation', mention, negated: adjacent, conds: [] };
    sketch.conds.push(cond);
  }
  return rest;
}

/** "Vip guests": which of them are meant is told by a number, and which number is not said. */
function isUnsaid(chunk: Chunk, before: Chunk | undefined, next: Chunk | undefined): boolean {
  const leads = before === undefined || before.op?.op === 'lead' || before.op?.op === 'all' || before.op?.op === 'count' || (before.op?.op === 'relative' && before.word === 'which');
  if (!leads || chunk.op !== undefined || !isMention(next) || !namesTable(next) || !next.text.endsWith('s')) return false;
  return isOnlyNumber(chunk.columns.filter((c) => next.tables.some((t) => t.score >= 0.9 && t.table === c.column.table)));
}

/** "Who are not vip": a number is there all the same. */
export function isDeniedNumber(chunks: readonly Chunk[], chunk: Chunk): boolean {
  const at = chunks.indexOf(chunk);
  return chunks[at - 1]?.op?.op === 'not' && chunks[at - 2]?.op?.op === 'be' && isOnlyNumber(chunk.columns);
}

/** What the word names is a number, which is no condition without another one. */
function isOnlyNumber(columns: readonly ColumnMatch[]): boolean {
  const exact = columns.filter((c) => c.score >= 0.9);
  return exact.length > 0 && exact.every((c) => isNumeric(c.column.type) && !isFlag(c.column));
}

/** "Members with an email", "who have a phone": that there is one; the cursor stands behind the column. */
export function isHad(cursor: Cursor, chunk: Chunk): boolean {
  if (namesTable(chunk) || chunk.values.length > 0 || chunk.loose || stateColumns(chunk).length > 0 || !(cursor.done || cursor.isOp(0, 'and', 'or', 'comma', 'period'))) return false;
  const article = /^(an?|any|some)$/i.test(cursor.peek(-2)?.text ?? '');
  return article && (cursor.preposition(-3, 'with') || cursor.isOp(-3, 'have'));
}
