/**
 * Requests to stop a query in a store. The one who cancelled doesn't wait for them, but the connection that they travel
 * on must not be closed under them, or the query would go on running with nobody to read it.
 */

const longestMs = 2_000;

export class StopRequests {
  readonly #pending = new Set<Promise<unknown>>();

  send(request: Promise<unknown>): void {
    const settled: Promise<unknown> = request.catch(() => {}).finally(() => this.#pending.delete(settled));
    this.#pending.add(settled);
  }

  /** Ends when all were answered, or when that takes too long. */
  async answered(): Promise<void> {
    if (this.#pending.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, longestMs)));
    await Promise.race([Promise.all(this.#pending), late]);
    clearTimeout(timer);
  }
}
