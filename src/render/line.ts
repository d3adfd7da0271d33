/** One line of parts, each in its own colour, for a terminal of some width. */

import { safeText } from './safe.js';
import { cut, displayWidth } from './width.js';

export type Part = readonly [text: string, paint: (text: string) => string];

/** With its line feed. Empty parts are left out; what doesn't fit is cut. Text is made harmless. */
export function fittedLine(parts: readonly Part[], width: number): string {
  let left = width;
  const painted: string[] = [];
  for (const [text, paint] of parts) {
    const safe = safeText(text.replace(/[\r\n\t]+/g, ' '));
    if (safe === '' || left <= 0) continue;
    const fitting = left === Infinity ? safe : cut(safe, left);
    left -= displayWidth(fitting) + 2;
    painted.push(paint(fitting));
  }
  return `${painted.join('  ')}\n`;
}
