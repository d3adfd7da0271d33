/**
 * When what others have is owed. Of a kind of events nearly all must have it, and there must be enough of them; those
 * just before must have it (else what they had may have been removed since), and those just after (else whoever makes
 * it may not have come so far). Anything less accuses nobody.
 */

export interface Peer {
  /** Milliseconds. */
  readonly at: number;
  readonly has: boolean;
  /** How long it took. */
  readonly delayMs?: number;
}

export type Likelihood =
  | { readonly kind: 'owed'; readonly have: number; readonly of: number; readonly withinMs: number | null }
  /** Those before have it, those after don't. */
  | { readonly kind: 'behind'; readonly have: number; readonly of: number }
  | { readonly kind: 'thin'; readonly have: number; readonly of: number; readonly why: string }
  | { readonly kind: 'not owed' };

const leastShare = 0.97;
const leastPeers = 30;
/** With fewer, not even a doubt is worth a line. */
const leastForDoubt = 10;
const neighbours = 10;
const leastNeighbours = 3;

/** @param now the last time that is known of: what is younger than twice the slowest may still come */
export function likelihood(peers: readonly Peer[], at: number, now: number): Likelihood {
  const delays = peers.flatMap(({ has, delayMs }) => (has && delayMs !== undefined ? [delayMs] : []));
  const withinMs = delays.length === 0 ? null : Math.max(0, ...delays);
  const settled = withinMs === null ? peers : peers.filter((peer) => peer.has || peer.at <= now - 2 * withinMs);
  const sorted = [...settled].sort((a, b) => a.at - b.at);
  const before = sorted.filter((peer) => peer.at <= at).slice(-neighbours);
  const after = sorted.filter((peer) => peer.at > at).slice(0, neighbours);
  // What nobody has any more from some moment on is not lacking but late.
  const come = sorted.slice(0, sorted.findLastIndex(({ has }) => has) + 1);
  const late = sorted.slice(come.length);
  const have = come.filter(({ has }) => has).length;
  const of = come.length;
  const share = (some: readonly Peer[]) => some.filter(({ has }) => has).length / Math.max(1, some.length);
  if (before.length >= leastForDoubt && share(before) >= 0.9 && after.length >= leastNeighbours && share(after) === 0) return { kind: 'behind', have, of };
  if (of < leastForDoubt || have / of < leastShare) return { kind: 'not owed' };
  if (late.length >= leastNeighbours && at >= late[0]!.at) return { kind: 'behind', have, of };
  if (withinMs !== null && at > now - 2 * withinMs) return { kind: 'not owed' };
  if (of < leastPeers) return { kind: 'thin', have, of, why: `only ${of} others are there to compare with` };
  if (before.length < leastNeighbours || share(before) < 0.9) return { kind: 'thin', have, of, why: 'too few that are older have it: it may have been removed since' };
  if (after.length < leastNeighbours || share(after) < 0.9) return { kind: 'thin', have, of, why: 'too few that are younger have it: it may still come' };
  return { kind: 'owed', have, of, withinMs };
}
