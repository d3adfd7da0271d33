/**
 * One bounded pool of connections per server and role, shared by all services that live there. Each service adds room
 * for two connections: one for a statement's snapshot and one for introspection or an estimate beside it, so that a
 * statement over all services of a server never waits for itself.
 */

import { abortable } from './failures.js';

export interface ConnectionDriver<C> {
  /** Settles within the connect timeout; an abort gives the attempt up, its socket included. */
  open(signal: AbortSignal): Promise<C>;
  isUsable(connection: C): boolean;
  /** Says goodbye if it can, and never hangs. */
  close(connection: C): void;
  /** At once, and without a word. */
  destroy(connection: C): void;
  /** Asks the server, on another connection, to stop what this one runs. */
  cancel(connection: C): void;
}

const perService = 2;
/** A connection that idled longer may have been forgotten by a firewall on the way; a new one costs little. */
const maxIdleMs = 30_000;

export class SharedPool<C> {
  #services = 0;
  #out = 0;
  readonly #idle: { readonly connection: C; readonly since: number }[] = [];
  readonly #waiting: (() => void)[] = [];

  constructor(
    private readonly driver: ConnectionDriver<C>,
    private readonly forget: () => void,
  ) {}

  join(): this {
    this.#services++;
    return this;
  }

  leave(): void {
    if (--this.#services > 0) return;
    this.forget();
    for (const { connection } of this.#idle.splice(0)) this.driver.close(connection);
  }

  async acquire(signal: AbortSignal, service: string): Promise<C> {
    while (this.#out >= Math.max(this.#services, 1) * perService) {
      const turn = new Promise<void>((resolve) => this.#waiting.push(resolve));
      await abortable(turn, signal, service, () => this.#waiting.shift()?.());
    }
    this.#out++;
    try {
      return this.#reuse() ?? (await this.#open(signal, service));
    } catch (error) {
      this.#done();
      throw error;
    }
  }

  release(connection: C, isBroken: boolean): void {
    const keep = !isBroken && this.#services > 0 && this.driver.isUsable(connection);
    if (keep) this.#idle.push({ connection, since: performance.now() });
    else this.driver.close(connection);
    this.#done();
  }

  cancel(connection: C): void {
    this.driver.cancel(connection);
  }

  destroy(connection: C): void {
    this.driver.destroy(connection);
  }

  #reuse(): C | undefined {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (performance.now() - idle.since < maxIdleMs && this.driver.isUsable(idle.connection)) return idle.connection;
      this.driver.close(idle.connection);
    }
    return undefined;
  }

  #open(signal: AbortSignal, service: string): Promise<C> {
    const attempt = new AbortController();
    const giveUp = () => attempt.abort();
    signal.addEventListener('abort', giveUp, { once: true });
    const opened = this.driver.open(attempt.signal).finally(() => signal.removeEventListener('abort', giveUp));
    return abortable(opened, signal, service, (late) => this.driver.close(late));
  }

  #done(): void {
    this.#out--;
    this.#waiting.shift()?.();
  }
}

/** The pools of one kind of store, by server and role. */
export class PoolRegistry<C> {
  readonly #pools = new Map<string, SharedPool<C>>();

  /** The pool for these settings, joined: call leave() when the service closes. */
  join(key: string, driver: () => ConnectionDriver<C>): SharedPool<C> {
    let pool = this.#pools.get(key);
    if (!pool) {
      const created = new SharedPool<C>(driver(), () => {
        if (this.#pools.get(key) === created) this.#pools.delete(key);
      });
      pool = created;
      this.#pools.set(key, pool);
    }
    return pool.join();
  }
}
