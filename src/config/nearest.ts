/** The names that somebody probably meant, for error messages. */

/** Edit distance with adjacent transpositions, since those are what fingers do. */
export function distance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1);
      current.push(best);
    }
    before = previous;
    previous = current;
  }
  return previous[b.length]!;
}

/** Up to three candidates near `word`, nearest first; none when nothing is near. */
export function nearest(word: string, candidates: readonly string[]): string[] {
  const wanted = word.toLowerCase().slice(0, 200);
  return candidates
    .map((name) => {
      const lower = name.toLowerCase();
      const contained = wanted.length >= 3 && (lower.includes(wanted) || (lower.length >= 3 && wanted.includes(lower)));
      return { name, score: contained ? 1 : distance(wanted, lower), bound: Math.max(1, Math.floor(wanted.length / 3)) };
    })
    .filter(({ score, bound }) => score <= bound)
    .sort((a, b) => a.score - b.score || a.name.length - b.name.length || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** "did you mean a or b?" or, when nothing is near, the whole list. */
export function suggest(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  if (near.length > 0) return `did you mean ${near.join(' or ')}?`;
  return candidates.length === 0 ? 'there are none' : `there are: ${candidates.join(', ')}`;
}
