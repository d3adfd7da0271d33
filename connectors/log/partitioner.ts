/** Key to partition, as Java's default partitioner (murmur2) and librdkafka's (crc32) do it. */

import { crc32 } from 'node:zlib';

export function partitionOf(key: Buffer, partitions: number, partitioner: 'murmur2' | 'crc32'): number {
  return partitioner === 'murmur2' ? (murmur2(key) & 0x7fffffff) % partitions : crc32(key) % partitions;
}

export function murmur2(data: Buffer): number {
  const m = 0x5bd1e995;
  const r = 24;
  let h = 0x9747b28c ^ data.length;
  const whole = data.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    let k = Math.imul(data.readInt32LE(i), m);
    k ^= k >>> r;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  const rest = data.length & 3;
  if (rest === 3) h ^= data[whole + 2]! << 16;
  if (rest >= 2) h ^= data[whole + 1]! << 8;
  if (rest >= 1) {
    h ^= data[whole]!;
    h = Math.imul(h, m);
  }
  h ^= h >>> 13;
  h = Math.imul(h, m);
  return h ^ (h >>> 15);
}
