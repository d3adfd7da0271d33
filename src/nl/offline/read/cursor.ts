/** A place in a sentence's chunks, with the small questions that readers ask of what comes next. */

import type { Chunk } from './chunks.js';
import type { Op } from './phrases.js';
import type { Mention, Sketch } from './sketch.js';

type OpName = Op['op'];

export class Cursor {
  at = 0;
  constructor(
    readonly chunks: readonly Chunk[],
    readonly sketch: Sketch,
  ) {}

  get done(): boolean {
    return this.at >= this.chunks.length;
  }
  peek(ahead = 0): Chunk | undefined {
    return this.chunks[this.at + ahead];
  }
  next(): Chunk {
    return this.chunks[this.at++]!;
  }
  /** The operator at a distance, if the chunk is that operator. */
  op<N extends OpName>(name: N, ahead = 0): Extract<Op, { op: N }> | undefined {
    const op = this.peek(ahead)?.op;
    return op?.op === name ? (op as Extract<Op, { op: N }>) : undefined;
  }
  isOp(ahead: number, ...names: OpName[]): boolean {
    const op = this.peek(ahead)?.op;
    return op !== undefined && names.includes(op.op);
  }
  preposition(ahead: number, ...words: string[]): boolean {
    const op = this.op('preposition', ahead);
    return op !== undefined && (words.length === 0 || words.includes(op.word));
  }
  skip(...names: OpName[]): void {
    while (!this.done && this.isOp(0, ...names)) this.at++;
  }

  mention(chunk: Chunk, role: Mention['role'], anchor?: Mention): Mention {
    const mention: Mention = {
      chunk,
      tables: chunk.tables,
      columns: chunk.columns,
      role,
      ...(anchor === undefined ? {} : { anchor }),
    };
    this.sketch.mentions.push(mention);
    return mention;
  }
}
