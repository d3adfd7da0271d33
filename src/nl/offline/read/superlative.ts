/** "the oldest", "3 most expensive", "highest salary": superlatives in what is to be shown. */

import type { AggregateName } from '../tree/tree.js';
import type { Cursor } from './cursor.js';
import { addSelect } from './showing.js';
import type { State } from './showing.js';
import { isMention, namesTable } from './sketch.js';
import type { Target } from './sketch.js';
import { isParticiple } from './verbs.js';

export function readDimension(cursor: Cursor, state: State): boolean {
  const chunk = cursor.peek()!;
  const superlative = /st$|^most |^least |^last$|^first$/.test(chunk.text.toLowerCase());
  if (!superlative) return false;
  cursor.next();
  // "the latest 3 payments"
  const count = cursor.peek();
  if (count?.number !== undefined && count.op === undefined && cursor.sketch.limit === undefined && Number.isInteger(count.number) && count.number > 0 && count.number < 1000 && isMention(cursor.peek(1))) cursor.sketch.limit = cursor.next().number!;
  cursor.sketch.conds.push({ kind: 'extreme', by: { dimension: chunk.dimension! }, high: chunk.dimension!.high, count: cursor.sketch.limit });
  state.pending = state.pending.filter((p) => p !== 'max' && p !== 'min');
  return true;
}

/** "highest salary" is a maximum; "largest department" and "most expensive product" choose rows. */
export function readSuperlative(cursor: Cursor, state: State): void {
  const { sketch } = cursor;
  const chunk = cursor.peek()!;
  const { high } = cursor.op('superlative')!;
  const next = cursor.peek(1);
  if (next?.dimension !== undefined) {
    const dimension = next.dimension;
    cursor.at += 2;
    // "the most recent start date": of that column.
    const column = cursor.peek();
    if (isMention(column) && !namesTable(column) && dimension.concepts.includes('date')) {
      state.more = true;
      sketch.conds.push({ kind: 'extreme', by: { mention: addSelect(cursor, state) }, high: high === dimension.high, count: sketch.limit });
      return;
    }
    sketch.conds.push({ kind: 'extreme', by: { dimension }, high: high === dimension.high, count: sketch.limit });
    return;
  }
  if (chunk.dimension !== undefined && isMention(next) && namesTable(next)) {
    cursor.next();
    sketch.conds.push({ kind: 'extreme', by: { dimension: chunk.dimension }, high, count: sketch.limit });
    return;
  }
  // "most rented vehicle": of the rows that tell of it, not of a number that is called alike.
  if (isMention(next) && isParticiple(next.text) && isMention(cursor.peek(2)) && namesTable(cursor.peek(2)!)) {
    const tables = next.tables.filter((t) => t.score >= 0.6);
    if (tables.length === 0) {
      cursor.at += 2;
      sketch.unread.push(next);
      return;
    }
    cursor.at += 2;
    addSelect(cursor, state);
    const told = cursor.mention({ ...next, columns: [] }, 'relation');
    sketch.conds.push({ kind: 'extreme', by: { aggregate: 'count', mention: told }, high, count: sketch.limit });
    return;
  }
  // "lowest and highest price"
  let i = 1;
  const names: AggregateName[] = [high ? 'max' : 'min'];
  while (cursor.isOp(i, 'and', 'comma') && (cursor.isOp(i + 1, 'superlative') || cursor.isOp(i + 1, 'aggregate'))) {
    const superlative = cursor.op('superlative', i + 1);
    names.push(superlative !== undefined ? (superlative.high ? 'max' : 'min') : cursor.op('aggregate', i + 1)!.name);
    i += 2;
  }
  const target: Target | undefined = isMention(cursor.peek(i)) ? {} : undefined;
  if (target !== undefined && sketch.limit !== undefined && names.length === 1) {
    // "top 3 highest rates": the rates themselves, highest first.
    cursor.at += i;
    const mention = addSelect(cursor, state);
    mention.wants = 'number';
    sketch.conds.push({ kind: 'extreme', by: { mention }, high, count: sketch.limit });
    return;
  }
  if (target !== undefined && sketch.limit === undefined) {
    state.pending.push(...names);
    state.more = true;
    cursor.at += i;
    return;
  }
  cursor.next();
  sketch.unread.push(chunk);
}
