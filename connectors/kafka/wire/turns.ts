/**
 * Memory for the answers of a long read, two pieces in turns: new memory for each answer is garbage by the gigabyte, and
 * the system clears every page of it first. An answer is good until the one after the next begins to arrive.
 */

import type { AnswerMemory } from './connection.js';

/** Sizes differ a little from answer to answer. */
const step = 1024 * 1024;
/** Room for more is not kept: such an answer is a single large batch. */
const most = 32 * 1024 * 1024;

export function inTurns(): AnswerMemory {
  const pieces = [Buffer.alloc(0), Buffer.alloc(0)];
  let turn = 0;
  return (bytes) => {
    if (bytes > most) return Buffer.allocUnsafeSlow(bytes);
    turn = 1 - turn;
    if (pieces[turn]!.length < bytes) pieces[turn] = Buffer.allocUnsafeSlow(Math.ceil(bytes / step) * step);
    return pieces[turn]!.subarray(0, bytes);
  };
}
