/** A thread that sifts: bytes arrive in shared memory, positions of hits go back. */

import { parentPort, workerData } from 'node:worker_threads';
import type { KernelMemory } from '../../log/kernel/kernel.js';
import { Sieve } from './sift.js';

export interface SiftJob {
  /** Where in the shared memory the bytes begin. */
  readonly from: number;
  readonly length: number;
  readonly starts: readonly number[];
}

const { memory, needles } = workerData as { memory: KernelMemory; needles: readonly Uint8Array[] };
const sieve = new Sieve(needles.map((needle) => Buffer.from(needle)), memory);

parentPort!.on('message', ({ from, length, starts }: SiftJob) => parentPort!.postMessage(sieve.sift(sieve.input.subarray(from, from + length), starts)));
