/** Look-ups of which several are made at once, and of which one may fail without the others. */

import { AishellError } from '../errors.js';

/** What a store does not answer (it is down, its topic was deleted) is undefined; who asked goes on with what there is. */
export async function unlessLost<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted || !(error instanceof AishellError)) throw error;
    return undefined;
  }
}

/** Look-ups at once: each is a statement with an engine of its own. */
const mostAtOnce = 4;

/** Does the work for every item, a few at once, and gives the results in the items' order. The first failure is thrown. */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  let failed = false;
  const worker = async () => {
    while (next < items.length && !failed) {
      const index = next++;
      results[index] = await work(items[index]!).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(mostAtOnce, items.length) }, worker));
  return results;
}
