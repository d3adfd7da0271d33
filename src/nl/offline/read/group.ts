/** Takes "for each X", "per X", "by month" out of a sentence that counts or measures something. */

import type { Chunk } from './chunks.js';
import { Cursor } from './cursor.js';
import type { Sketch } from './sketch.js';
import { isMention, namesColumn, namesTable } from './sketch.js';
import { isParticiple } from './verbs.js';

export function takeGroup(chunks: readonly Chunk[], sketch: Sketch): readonly Chunk[] {
  const measures = chunks.some((c) => c.op?.op === 'count' || c.op?.op === 'aggregate' || c.op?.op === 'superlative' || (c.op?.op === 'relative' && c.word === 'how many'));
  let rest = [...chunks];
  const unit = rest.findIndex((c) => c.op?.op === 'everyUnit');
  if (unit >= 0 && measures) {
    const op = rest[unit]!.op!;
    if (op.op === 'everyUnit') sketch.unit = op.unit;
    rest.splice(unit, 1);
  }
  for (let i = 0; i < rest.length; i++) {
    const cursor = new Cursor(rest, sketch);
    cursor.at = i;
    const each = cursor.isOp(0, 'each');
    const by = cursor.preposition(0, 'by') && !cursor.isOp(1, 'all') && i > 1 && isMention(rest[i - 1]) && rest[i - 1]!.loose === false && !isParticiple(rest[i - 1]!.text);
    if (!each && !by) continue;
    if (!measures) {
      // "the name of each student": a way to say all of them.
      if (each && /^(of|for|from|in) /i.test(rest[i]!.text)) sketch.ofEach = true;
      if (each) rest[i] = { ...rest[i]!, op: /^(for|of|in|from|at|on|to|per|by|with)/i.test(rest[i]!.text) ? { op: 'preposition', word: 'of' } : { op: 'all' } };
      continue;
    }
    const end = readGroups(cursor, i === 0 || rest[i - 1]?.op?.op === 'lead');
    if (end === undefined) {
      if (each) rest[i] = { ...rest[i]!, op: { op: 'all' } };
      continue;
    }
    rest = [...rest.slice(0, i), ...rest.slice(end)];
    i--;
  }
  return rest;
}

/** Reads the mentions after "each"; the index after them, or undefined where there is none. */
function readGroups(cursor: Cursor, leading: boolean): number | undefined {
  cursor.next();
  while (['the', 'a', 'of', 'their', 'its'].includes(cursor.peek()?.word ?? '') || cursor.isOp(0, 'distinct', 'all')) cursor.next();
  const chunk = cursor.peek();
  if (!isMention(chunk)) return undefined;
  cursor.next();
  // "each student's name", "each department name"
  if (cursor.op('possessive') !== undefined && isMention(cursor.peek(1))) {
    const anchor = cursor.mention(chunk, 'anchor');
    cursor.next();
    cursor.sketch.groups.push(cursor.mention(cursor.next(), 'group', anchor));
  } else if (namesTable(chunk) && isMention(cursor.peek()) && !isParticiple(cursor.peek()!.text)) {
    // "per user country", "per product category": the last noun is what is meant, and nobody's name.
    const anchor = cursor.mention(chunk, 'anchor');
    cursor.sketch.groups.push(cursor.mention(cursor.next(), 'group', anchor));
  } else {
    cursor.sketch.groups.push(cursor.mention(chunk, 'group'));
  }
  const next = cursor.peek(1);
  const after = cursor.peek(2);
  const ends = after === undefined || after.op?.op === 'comma' || after.op?.op === 'period';
  if (cursor.isOp(0, 'and') && isMention(next) && namesColumn(next) && namesColumn(chunk) && (ends || !leading)) {
    cursor.next();
    cursor.sketch.groups.push(cursor.mention(cursor.next(), 'group'));
  }
  return cursor.at;
}
