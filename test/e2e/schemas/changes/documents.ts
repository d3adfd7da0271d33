/** Changes that nobody declares: what documents, hashes and messages hold before, and what they hold after. */

export interface DocumentCase {
  readonly before: readonly Readonly<Record<string, unknown>>[];
  readonly after: readonly Readonly<Record<string, unknown>>[];
  readonly expected: readonly string[];
}

const many = (make: (n: number) => Record<string, unknown>): Record<string, unknown>[] => Array.from({ length: 40 }, (_, n) => make(n));
const plain = many((n) => ({ code: `c${n}`, qty: n, note: 'x' }));

/** One value a document, before and after, inside a member too. */
const values: Readonly<Record<string, (n: number) => unknown>> = { text: (n) => `v ${n}`, truth: (n) => n % 2 === 0, object: (n) => ({ a: n }), list: (n) => [n] };

/** Of kinds that never stand for one another; text takes what was a truth, and a text is no truth. */
const rekinded: readonly DocumentCase[] = [
  ['truth', 'text', 'readers breaking, writers risky'],
  ['text', 'truth', 'readers risky, writers breaking'],
  ['truth', 'object', 'readers breaking, writers breaking'],
  ['list', 'truth', 'readers breaking, writers breaking'],
  ['truth', 'list', 'readers breaking, writers breaking'],
  ['list', 'text', 'readers breaking, writers breaking'],
].flatMap(([from, to, effect]): DocumentCase[] => [
  { before: many((n) => ({ keep: `k${n}`, v: values[from!]!(n) })), after: many((n) => ({ keep: `k${n}`, v: values[to!]!(n) })), expected: [`type v: ${effect}`] },
  { before: many((n) => ({ in: { keep: `k${n}`, v: values[from!]!(n) } })), after: many((n) => ({ in: { keep: `k${n}`, v: values[to!]!(n) } })), expected: [`type in.v: ${effect}`] },
]);

/** What comes, goes and is there sometimes, in members as in documents. */
const members: readonly DocumentCase[] = [
  { before: many((n) => ({ in: { a: n } })), after: many((n) => ({ in: { a: n, extra: 'x' } })), expected: ['column added in.extra: readers safe, writers safe'] },
  { before: many((n) => ({ in: { a: n, note: 'x' } })), after: many((n) => ({ in: { a: n } })), expected: ['column removed in.note: readers breaking, writers safe'] },
  { before: many((n) => ({ in: { a: n, note: 'x' } })), after: many((n) => ({ in: { a: n, ...(n % 2 === 0 && { note: 'x' }) } })), expected: ['presence in.note: readers risky, writers safe'] },
  { before: many((n) => ({ in: [{ a: n, note: 'x' }] })), after: many((n) => ({ in: [{ a: n }] })), expected: ['column removed in[].note: readers breaking, writers safe'] },
];

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
  ...rekinded,
  ...members,
];
