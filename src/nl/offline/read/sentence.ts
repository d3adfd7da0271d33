/** A question, sentence by sentence, to a sketch of what it asks. */

import type { Chunk } from './chunks.js';
import { Cursor } from './cursor.js';
import { readFilters } from './filters.js';
import { takeGroup } from './group.js';
import { takeOrder } from './order.js';
import { readSelect } from './select.js';
import type { Sketch } from './sketch.js';
import { takeStates } from './states.js';
import { emptySketch } from './sketch.js';

export function readQuestion(chunks: readonly Chunk[]): Sketch {
  const sketch = emptySketch();
  for (const sentence of sentences(chunks)) {
    const shown = sketch.selects.splice(0);
    readSentence(sentence, sketch);
    // "Which buildings ...? Give me their names.": the last word on what to show is the last sentence's.
    if (sketch.selects.length === 0) {
      sketch.selects.push(...shown);
      continue;
    }
    // "... List the name and the count.": the count that was asked for before.
    const counted = shown.find((t) => t.aggregate === 'count');
    for (const [i, target] of sketch.selects.entries()) {
      if (target.aggregate === 'count' && target.mention === undefined && counted !== undefined) sketch.selects[i] = counted;
    }
    for (const target of shown) if (target.mention !== undefined && target !== counted) target.mention.role = 'relation';
  }
  return sketch;
}

function sentences(chunks: readonly Chunk[]): Chunk[][] {
  const result: Chunk[][] = [[]];
  for (const chunk of chunks) {
    if (chunk.op?.op === 'period' && chunk.text !== ':') result.push([]);
    else result.at(-1)!.push(chunk);
  }
  return result.filter((s) => s.length > 0);
}

function readSentence(sentence: readonly Chunk[], sketch: Sketch): void {
  const rest = takeStates(takeGroup(takeOrder(sentence, sketch), sketch), sketch);
  const cursor = new Cursor(rest, sketch);
  for (let more = true; more && !cursor.done; ) {
    readSelect(cursor);
    const before = cursor.at;
    more = readFilters(cursor) && cursor.at >= before;
  }
}
