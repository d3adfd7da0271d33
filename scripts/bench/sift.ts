/**
 * Where a search through a log spends its time on the messages of scripts/bench/trace.ts: processor time of each part
 * over 300,000 of them (lz4, batches of 2,000), best of 20 rounds, beside what else was tried.
 *
 *   npx tsx scripts/bench/sift.ts
 */

import { randomUUID } from 'node:crypto';
import { crc32c } from '@node-rs/crc32';
import { compressFrameSync, decompressFrameSync } from 'lz4-napi';
import { Kernel } from '../../connectors/log/kernel/kernel.js';
import { unlz4 } from '../../connectors/log/lz4.js';

const [batches, each] = [150, 2_000];
const wanted = Buffer.from('0197f0aa-5c2e-4d11-8f0a-6b1d2c3e4f50');
const needles = [wanted, Buffer.from('\\u'), Buffer.from('\\/')];

const frames = Array.from({ length: batches }, (_, batch) => compressFrameSync(Buffer.from(Array.from({ length: each }, (_, i) => message(batch * each + i)).join('\0'))));
const kernel = new Kernel();
const records = frames.map((frame) => Buffer.from(unlz4(frame, kernel)));
const bytes = records.reduce((sum, { length }) => sum + length, 0);
kernel.expect(needles);

const parts: [string, () => void][] = [
  ['checksum (crc32c of the frames)', () => frames.forEach((frame) => crc32c(frame))],
  ['decode: WebAssembly, memory used again', () => frames.forEach((frame) => unlz4(frame, kernel))],
  ['decode: lz4-napi, a frame at once', () => frames.forEach((frame) => decompressFrameSync(frame))],
  ['decode and look for id, \\u and \\/: WebAssembly', () => frames.forEach((frame) => kernel.holds(unlz4(frame, kernel)))],
  ['look for id, \\u and \\/: Buffer.indexOf', () => records.forEach((record) => needles.forEach((needle) => record.indexOf(needle)))],
];
const best = parts.map(() => Infinity);
for (let round = 0; round < 20; round++) {
  for (const [i, [, part]] of parts.entries()) {
    const before = process.cpuUsage();
    part();
    const { user, system } = process.cpuUsage(before);
    best[i] = Math.min(best[i]!, (user + system) / 1000);
  }
}
console.log(`${(bytes / 2 ** 20).toFixed(0)} MiB of messages, ${(frames.reduce((sum, { length }) => sum + length, 0) / 2 ** 20).toFixed(0)} MiB packed\n`);
console.log('| | ms | GB/s | s for 10 million |\n|---|---|---|---|');
for (const [i, [name]] of parts.entries()) console.log(`| ${name} | ${best[i]!.toFixed(0)} | ${(bytes / best[i]! / 1e6).toFixed(1)} | ${((best[i]! * 1e7) / (batches * each) / 1000).toFixed(2)} |`);

function message(n: number): string {
  const fields = { eventId: randomUUID(), type: n % 3 === 0 ? 'order.created' : 'order.paid', orderId: 100_000 + n, customerId: (n * 7919) % 50_000, amount: (n % 9_999) / 100, at: new Date(1_750_000_000_000 + n * 10).toISOString(), note: '' };
  return JSON.stringify({ ...fields, note: 'a remark of ordinary length on this event, as people write it, and more'.slice(0, Math.max(0, 200 - JSON.stringify(fields).length)) });
}
