/** Takes "sorted by ...", "in descending order of ..." out of a sentence. */

import type { Chunk } from './chunks.js';
import { Cursor } from './cursor.js';
import type { Sketch, Target } from './sketch.js';
import { isMention } from './sketch.js';

export function takeOrder(written: readonly Chunk[], sketch: Sketch): readonly Chunk[] {
  const chunks = leading(written);
  const at = chunks.findIndex((c, i) => (c.op?.op === 'sort' && (i > 0 || /(by|in|to)$/.test(c.text.toLowerCase()))) || c.op?.op === 'direction');
  if (at < 0) return chunks[0]?.op?.op === 'sort' ? chunks.slice(1) : chunks;
  const cursor = new Cursor(chunks, sketch);
  cursor.at = at;
  const found: { by: Target | undefined; desc: boolean | undefined }[] = [];
  let direction: boolean | undefined;
  let alphabetical = false;
  while (!cursor.done) {
    const op = cursor.op('direction');
    if (op !== undefined) {
      cursor.next();
      alphabetical ||= op.alphabetical === true;
      const last = found.at(-1);
      if (last !== undefined && last.desc === undefined) last.desc = op.desc;
      else direction = op.desc;
    } else if (cursor.isOp(0, 'sort')) cursor.next();
    else if (found.length > 0 && cursor.isOp(0, 'relative', 'period')) break;
    else if (found.length > 0 && cursor.isOp(0, 'comma', 'and') && !cursor.isOp(1, 'direction') && readTarget(cursor, 1) === undefined) break;
    else if (cursor.isOp(0, 'comma', 'and', 'be')) cursor.next();
    else {
      const target = readTarget(cursor, 0);
      if (target === undefined) break;
      cursor.at += target.length;
      found.push({ by: target.target, desc: direction });
      direction = undefined;
    }
  }
  // A sentence that begins with the order goes on after it: "In ascending order of age, list the names".
  if (found.length === 0) sketch.orders.push({ by: undefined, desc: direction ?? false });
  const shared = found.findLast((f) => f.desc !== undefined)?.desc;
  for (const [i, f] of found.entries()) sketch.orders.push({ by: f.by, desc: f.desc ?? (i < found.length - 1 ? (alphabetical ? (shared ?? false) : false) : false) });
  let start = at;
  while (start > 0 && ['comma', 'and', 'be', 'relative'].includes(chunks[start - 1]!.op?.op ?? '')) start--;
  if (start > 0 && chunks[start - 1]!.op?.op === 'lead' && start > 1) start--;
  if (start > 0 && ['result', 'list', 'it'].includes(chunks[start - 1]!.word) && start > 1 && chunks[start - 2]!.op?.op === 'and') start -= 2;
  return [...chunks.slice(0, start), ...chunks.slice(cursor.at)];
}

/** "Sort the vets by age": the order is said where "by" stands. */
function leading(chunks: readonly Chunk[]): readonly Chunk[] {
  const by = chunks.findIndex((c) => c.op?.op === 'preposition' && (c.op.word === 'by' || c.op.word === 'according to'));
  if (by < 0 || !/^(sort|order|rank|arrange)$/i.test(chunks[0]?.text ?? '')) return chunks;
  return [...chunks.slice(1, by), { ...chunks[by]!, op: { op: 'sort' } }, ...chunks.slice(by + 1)];
}

/** A column, an aggregate of one, or a count of a table: what rows can be ordered by. */
export function readTarget(cursor: Cursor, ahead: number): { target: Target; length: number } | undefined {
  let i = ahead;
  const skipLight = () => {
    while (cursor.peek(i) !== undefined && (cursor.preposition(i, 'of', 'by', 'in', 'with', 'to', 'for', 'according to') || ['the', 'a', 'an', 'their', 'its', 'his', 'her', 'value', 'each', 'these', 'those'].includes(cursor.peek(i)!.word) || cursor.isOp(i, 'all', 'each'))) i++;
  };
  skipLight();
  let aggregate = cursor.op('aggregate', i)?.name;
  let isCount = false;
  if (aggregate !== undefined) i++;
  else if (cursor.op('count', i) !== undefined && !isMention(cursor.peek(i))) {
    isCount = true;
    aggregate = 'count';
    i++;
  }
  skipLight();
  const distinct = cursor.isOp(i, 'distinct');
  if (distinct) i++;
  const chunk = cursor.peek(i);
  if (!isMention(chunk) || chunk.number !== undefined) {
    if (chunk?.dimension !== undefined && aggregate === undefined) return { target: { dimension: chunk.dimension }, length: i + 1 - ahead };
    return isCount ? { target: { aggregate: 'count' }, length: i - ahead } : undefined;
  }
  i++;
  let end = i;
  let anchorChunk: Chunk | undefined;
  // "price of the product", "number of papers for each author"
  if ((cursor.preposition(i, 'of', 'in', 'for', 'from') || cursor.op('possessive', i) !== undefined) && isMention(skipArticle(cursor, i + 1).chunk)) {
    const after = skipArticle(cursor, i + 1);
    anchorChunk = after.chunk;
    end = after.end;
  }
  if (cursor.op('possessive', i) !== undefined && anchorChunk !== undefined) {
    const anchor = cursor.mention(chunk, 'anchor');
    const mention = cursor.mention(anchorChunk, 'order', anchor);
    return { target: { mention, ...(aggregate === undefined ? {} : { aggregate }) }, length: end - ahead };
  }
  const anchor = anchorChunk === undefined ? undefined : cursor.mention(anchorChunk, 'anchor');
  const mention = cursor.mention(chunk, 'order', anchor);
  return { target: { mention, ...(aggregate === undefined ? {} : { aggregate }), ...(distinct ? { distinct } : {}) }, length: end - ahead };
}

function skipArticle(cursor: Cursor, from: number): { chunk: Chunk | undefined; end: number } {
  let i = from;
  while (cursor.peek(i) !== undefined && (['the', 'a', 'an', 'their', 'its'].includes(cursor.peek(i)!.word) || cursor.isOp(i, 'each', 'all'))) i++;
  return { chunk: cursor.peek(i), end: i + 1 };
}
