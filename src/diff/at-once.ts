/** Statements of a comparison run a few at a time: each stages its rows in an engine of its own. */

const mostAtOnce = 4;

/** The results in the items' order; the first failure is thrown once the others have ended. */
export async function atOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += mostAtOnce) {
    const settled = await Promise.allSettled(items.slice(start, start + mostAtOnce).map(work));
    for (const one of settled) {
      if (one.status === 'rejected') throw one.reason;
      results.push(one.value);
    }
  }
  return results;
}
