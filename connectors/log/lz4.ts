/**
 * LZ4 frames (github.com/lz4/lz4, lz4_Frame_format.md), block by block: what producers of Kafka and RabbitMQ write.
 * Checksums are not looked at; logs have their own.
 */

import { Kernel } from './kernel/kernel.js';

/** More than any sane batch; less than what would take the process down. */
export const maxBatch = 256 * 1024 * 1024;

const magic = 0x184d2204;
const sizeBytes = 4;
/** The memory of larger ones is not kept. */
const keptBytes = 32 * 1024 * 1024;

let own: Kernel | undefined;

/**
 * Throws when the frame is garbled, cut short, or would grow beyond `maxBatch`.
 * @param kernel whose memory to use: what comes back is then good until it decodes again
 */
export function unlz4(frame: Buffer, kernel?: Kernel): Buffer {
  if (kernel !== undefined) return decode(frame, kernel);
  own ??= new Kernel();
  const decoded = Buffer.from(decode(frame, own));
  if (own.outputBytes > keptBytes) own = undefined;
  return decoded;
}

function decode(frame: Buffer, kernel: Kernel): Buffer {
  if (frame.length < 11 || frame.readUInt32LE(0) !== magic) throw new RangeError('no lz4 frame');
  const [flags, descriptor] = [frame[4]!, frame[5]!];
  if ((flags & 0x01) !== 0) throw new RangeError('an lz4 frame with a dictionary');
  const isLinked = (flags & 0x20) === 0;
  const checksumBytes = (flags & 0x10) === 0 ? 0 : 4;
  const largest = 1 << (8 + 2 * ((descriptor >>> 4) & 7));
  let held = 0;
  for (let at = (flags & 0x08) === 0 ? 7 : 15; ; ) {
    const head = frame.readUInt32LE(at);
    const size = head & 0x7fffffff;
    if (size === 0) break;
    const end = at + sizeBytes + size;
    if (end > frame.length) throw new RangeError('a block is cut short');
    const block = frame.subarray(at + sizeBytes, end);
    held = head >>> 31 === 1 ? kernel.append(block, held) : kernel.decode(block, largest, held, isLinked);
    if (held > maxBatch) throw new RangeError('a batch too large');
    at = end + checksumBytes;
  }
  return kernel.output(held);
}
