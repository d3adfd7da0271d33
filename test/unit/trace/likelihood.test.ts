import { describe, expect, it } from 'vitest';
import { likelihood } from '../../../src/trace/verdicts/likelihood.js';
import type { Peer } from '../../../src/trace/verdicts/likelihood.js';

const second = 1_000;
const peers = (count: number, has: (n: number) => boolean = () => true): Peer[] =>
  Array.from({ length: count }, (_, n) => ({ at: n * second, has: has(n), ...(has(n) && { delayMs: 200 }) }));
const late = 1_000 * second;

describe('what others have is owed', () => {
  it('when nearly all of enough others have it, before and after', () => {
    expect(likelihood(peers(100), 50.5 * second, late)).toEqual({ kind: 'owed', have: 100, of: 100, withinMs: 200 });
    expect(likelihood(peers(100, (n) => n !== 90), 50.5 * second, late)).toMatchObject({ kind: 'owed', have: 99, of: 100 });
  });

  it('not when some others lack it too', () => {
    expect(likelihood(peers(100, (n) => n % 20 !== 0), 50.5 * second, late).kind).toBe('not owed');
  });

  it('not while it may still come', () => {
    expect(likelihood(peers(100), 50.5 * second, 50.8 * second).kind).toBe('not owed');
  });

  it('not by a few others, nor at the ends of what is known', () => {
    expect(likelihood(peers(12), 6.5 * second, late)).toMatchObject({ kind: 'thin', why: 'only 12 others are there to compare with' });
    expect(likelihood(peers(100), 99.5 * second, late)).toMatchObject({ kind: 'thin', why: expect.stringContaining('may still come') as string });
    expect(likelihood(peers(100), -1, late)).toMatchObject({ kind: 'thin', why: expect.stringContaining('removed') as string });
    expect(likelihood(peers(3), 1.5 * second, late).kind).toBe('not owed');
  });

  it('not where none of those after have it: whoever makes it is behind', () => {
    expect(likelihood(peers(100, (n) => n < 60), 60.5 * second, late)).toMatchObject({ kind: 'behind', have: 60 });
  });
});
