/** Changes that nobody declares: what documents, hashes and messages hold before, and what they hold after. */

export interface DocumentCase {
  readonly before: readonly Readonly<Record<string, unknown>>[];
  readonly after: readonly Readonly<Record<string, unknown>>[];
  readonly expected: readonly string[];
}

const many = (make: (n: number) => Record<string, unknown>): Record<string, unknown>[] => Array.from({ length: 40 }, (_, n) => make(n));
const plain = many((n) => ({ code: `c${n}`, qty: n, note: 'x' }));

export const documentCases: readonly DocumentCase[] = [
  { before: plain, after: plain, expected: [] },
  { before: plain, after: many((n) => ({ code: `c${n}`, qty: n, note: 'x', extra: true })), expected: ['column added extra: readers safe, writers safe'] },
  { before: plain, after: many((n) => ({ code: `c${n}`, qty: n })), expected: ['column removed note: readers breaking, writers safe'] },
  { before: many((n) => ({ code: `c${n}`, ...(n % 2 === 0 && { note: 'x' }) })), after: many((n) => ({ code: `c${n}` })), expected: ['column removed note: readers risky, writers safe'] },
  { before: plain, after: many((n) => ({ code: `c${n}`, qty: n, ...(n % 2 === 0 && { note: 'x' }) })), expected: ['presence note: readers risky, writers safe'] },
  { before: many((n) => ({ code: `c${n}`, ...(n % 2 === 0 && { note: 'x' }) })), after: many((n) => ({ code: `c${n}`, note: 'x' })), expected: ['presence note: readers safe, writers safe'] },
  { before: plain, after: many((n) => ({ code: `c${n}`, qty: `${n} pieces`, note: 'x' })), expected: ['type qty: readers breaking, writers risky'] },
  { before: plain, after: many((n) => ({ code: `c${n}`, qty: n % 2 === 0 ? n : [n], note: 'x' })), expected: ['type qty: readers risky, writers risky'] },
  { before: plain, after: many((n) => ({ code: `c${n}`, qty: n + 0.5, note: 'x' })), expected: ['type qty: readers breaking, writers risky'] },
  { before: many((n) => ({ size: { w: n, h: n } })), after: many((n) => ({ size: { w: n, h: `${n} cm` } })), expected: ['type size.h: readers breaking, writers risky'] },
  { before: many((n) => ({ tags: [`${n}`] })), after: many((n) => ({ tags: [n] })), expected: ['type tags: readers risky, writers breaking'] },
  { before: plain, after: many((n) => ({ code: `c${n}`, amount_qty: n, note: 'x' })), expected: ['column renamed amount_qty: readers breaking, writers risky'] },
];
