/** The kernel of a search: what another implementation packed comes out, garbled blocks are refused, needles are found wherever they stand. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { compressFrameSync, compressSync } from 'lz4-napi';
import { expect, it } from 'vitest';
import { madeOf } from '../../../connectors/log/kernel/bytes.js';
import { Kernel } from '../../../connectors/log/kernel/kernel.js';
import { unlz4 } from '../../../connectors/log/lz4.js';

/** Texts that repeat themselves at all distances, with stretches that don't. */
const texts = fc
  .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 400 }), fc.uint8Array({ maxLength: 300 })), { maxLength: 30 })
  .map((parts) => Buffer.concat(parts.flatMap(([unit, times, rest]) => [...Array.from({ length: times }, () => unit), rest])));

it('is made of its source', () => {
  const source = readFileSync(new URL('../../../connectors/log/kernel/kernel.as', import.meta.url));
  expect(madeOf, 'npx tsx scripts/kernel.ts').toBe(createHash('sha256').update(source).digest('hex'));
});

it('decodes what another implementation packed', () => {
  const kernel = new Kernel();
  fc.assert(
    fc.property(texts, (text) => {
      const frame = compressFrameSync(text);
      expect(unlz4(frame, kernel).equals(text)).toBe(true);
      expect(unlz4(frame).equals(text)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

it('decodes blocks that refer to those before them', () => {
  const block = (literals: string, offset: number, length: number) => Buffer.concat([Buffer.from([(literals.length << 4) | (length - 4)]), Buffer.from(literals), Buffer.from([offset, 0]), Buffer.from([0x50]), Buffer.from('-end-')]);
  const sized = (bytes: Buffer) => Buffer.concat([Buffer.from([bytes.length, 0, 0, 0]), bytes]);
  // Flags 0x40: version 1, linked; the second block repeats what the first one came to.
  const frame = (flags: number) => Buffer.concat([Buffer.from([0x04, 0x22, 0x4d, 0x18, flags, 0x40, 0]), sized(block('abcde', 5, 7)), sized(block('xy', 19, 8)), Buffer.alloc(4)]);
  expect(unlz4(frame(0x40)).toString()).toBe('abcdeabcdeab-end-xyabcdeabc-end-');
  expect(() => unlz4(frame(0x60)), 'blocks that stand alone').toThrow('garbled');
});

it('takes garbled blocks for what they are, and never writes beyond their place', () => {
  const kernel = new Kernel();
  const guard = Buffer.from('what another block comes to');
  fc.assert(
    fc.property(texts, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 }), fc.nat(70_000), (text, changes, most) => {
      const block = Buffer.from(compressSync(text).subarray(4));
      for (const [at, byte] of changes) block[at % block.length] = byte;
      kernel.append(guard, most + 64);
      try {
        expect(kernel.decode(block, most, 0, false)).toBeLessThanOrEqual(most);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
      expect(kernel.output(most + 64 + guard.length).subarray(most + 64)).toEqual(guard);
    }),
    { numRuns: 500 },
  );
});

it('finds needles where Buffer.indexOf does', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'ab', '\\', 'u'), { maxLength: 300 }), fc.array(fc.array(fc.constantFrom('a', 'b', '\\', 'u'), { minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 4 }), (text, needles) => {
      const kernel = new Kernel();
      const wanted = needles.map((needle) => Buffer.from(needle.join('')));
      expect(kernel.expect(wanted)).toBe(true);
      const length = kernel.append(Buffer.from(text.join('')), 0);
      // What lies behind the end is not looked at.
      kernel.append(Buffer.concat(wanted), length);
      expect(kernel.holds(kernel.output(length))).toBe(wanted.some((needle) => text.join('').includes(needle.toString())));
    }),
    { numRuns: 200 },
  );
});

it('leaves long needles to others', () => {
  const kernel = new Kernel();
  expect(kernel.expect([Buffer.alloc(257, 'x')])).toBe(false);
  expect(kernel.expect([Buffer.alloc(0)])).toBe(false);
});
