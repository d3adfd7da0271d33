/** Is it UTF-8? Plain ASCII, which most of it is, is told without making an object. */

import { isUtf8 } from 'node:buffer';

export function isText(buffer: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    if (buffer[i]! >= 0x80) return isUtf8(buffer.subarray(i, end));
  }
  return true;
}
