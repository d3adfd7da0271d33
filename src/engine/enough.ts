/**
 * Tells, while fragments are still being read, that the rows which are staged already make all that is wanted of the
 * answer. The residual is asked while rows come, and rests for ten times as long as it took: the asking takes a small part
 * of the time, however many rows there are. Only for plans whose answer grows with what is staged (Plan.growing).
 */

import { bareStatement } from '../duckdb/statement.js';
import type { Fragment, Plan } from '../plan/contract.js';
import type { Staging } from './staging.js';

/** Between two questions at least, in milliseconds. */
const leastRest = 50;

/** Where every row of a fragment is staged, or those that came. */
interface Part {
  rows: number;
  flush: () => void;
  ended: boolean;
}

export class Enough {
  readonly #parts: ReadonlyMap<string, Part>;
  /** Asked for in vain with so many. */
  #asked = 0;
  #asking: Promise<void> | undefined;
  #rest: NodeJS.Timeout | undefined;
  #closed = false;
  /** Of the rows that were taken back. */
  #generation = 0;
  #reached = false;

  private constructor(
    private readonly plan: Plan,
    private readonly staging: Staging,
    private readonly wanted: number,
    private readonly united: boolean,
    private readonly stop: () => void,
  ) {
    this.#parts = new Map(plan.fragments.map(({ id }) => [id, { rows: 0, flush: () => undefined, ended: false }]));
  }

  /**
   * @param rows of the result that will be read at most
   * @param stop called once
   * @returns undefined where every row has to be read
   */
  static of(plan: Plan, staging: Staging, rows: number | undefined, stop: () => void): Enough | undefined {
    if (plan.growing === undefined) return undefined;
    const wanted = Math.min(plan.growing.limit ?? Infinity, rows ?? Infinity);
    return wanted === Infinity || wanted === 0 ? undefined : new Enough(plan, staging, wanted, plan.growing.united, stop);
  }

  /** All that is wanted can be had from what is staged. */
  get reached(): boolean {
    return this.#reached;
  }

  /** A fragment has so many rows here by now. @param flush makes them readable */
  saw({ id }: Fragment, rows: number, flush: () => void): void {
    Object.assign(this.#parts.get(id)!, { rows, flush });
    this.#ask();
  }

  /** A fragment is staged whole. */
  ended({ id }: Fragment): void {
    Object.assign(this.#parts.get(id)!, { flush: () => undefined, ended: true });
    this.#ask();
  }

  /** A fragment's rows are taken back, to be read again in another way. */
  forget({ id }: Fragment): void {
    this.#generation++;
    this.#asked = 0;
    Object.assign(this.#parts.get(id)!, { rows: 0, flush: () => undefined, ended: false });
  }

  /** Nothing is asked after this. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#rest);
    await this.#asking;
  }

  #ask(): void {
    const parts = [...this.#parts.values()];
    const rows = parts.reduce((sum, part) => sum + part.rows, 0);
    const isBusy = this.#closed || this.#reached || this.#asking !== undefined || this.#rest !== undefined;
    if (isBusy || rows <= this.#asked || parts.every(({ ended }) => ended)) return;
    // A join without rows of one of its sides has none.
    if (!this.united && parts.some((part) => !part.ended && part.rows === 0)) return;
    this.#asked = rows;
    for (const part of parts) part.flush();
    const [generation, began] = [this.#generation, performance.now()];
    this.#asking = this.#count()
      // Whatever is wrong with the statement or its rows will be said when it is run.
      .catch(() => 0)
      .then((found) => {
        this.#asking = undefined;
        if (this.#closed) return;
        if (found >= this.wanted && generation === this.#generation) {
          this.#reached = true;
          this.stop();
          return;
        }
        this.#rest = setTimeout(() => {
          this.#rest = undefined;
          this.#ask();
        }, Math.max(leastRest, 10 * (performance.now() - began)));
      });
  }

  async #count(): Promise<number> {
    const connection = await this.staging.connect();
    try {
      const [[count]] = (await connection.rows(`SELECT count(*) FROM (SELECT 1 FROM (\n${bareStatement(this.plan.residual.sql)}\n) AS found LIMIT ${this.wanted})`)) as [[bigint]];
      return Number(count);
    } finally {
      await connection.close();
    }
  }
}
