/** Is an answer right? The same rows as the gold statement; rows that the gold's order leaves equal may come in any order. */

import { sameRows, withTiesBroken } from '../../src/eval/compare.js';
import type { Value } from '../../src/eval/compare.js';
import type { Estate } from './estate.js';

export interface Judgement {
  readonly right: boolean;
  readonly error?: string;
}

/** Judges statements against one gold statement, whose rows are read once. */
export class Judge {
  private rows: Value[][] | undefined | null = null;

  constructor(
    private readonly estate: Estate,
    private readonly gold: string,
  ) {}

  /** undefined where the gold can't be run. */
  private goldRows(): Value[][] | undefined {
    if (this.rows === null) this.rows = this.estate.gold(this.gold);
    return this.rows;
  }

  get usable(): boolean {
    return this.goldRows() !== undefined;
  }

  async judge(sql: string): Promise<Judgement> {
    const gold = this.goldRows();
    if (gold === undefined) return { right: false, error: 'the gold statement fails' };
    const answer = await this.estate.run(sql);
    if (typeof answer === 'string') return { right: false, error: answer };
    if (sameRows(gold, answer, this.gold)) return { right: true };
    if (gold.length !== answer.length || gold[0]?.length !== answer[0]?.length) return { right: false };
    if (!sameRows(gold, answer, '')) return { right: false };
    return (await this.tied(sql, gold[0]?.length ?? 0)) ? { right: true } : { right: false, error: 'the same rows in another order' };
  }

  /** Do both agree once each breaks its ties by the columns that are shown? */
  private async tied(sql: string, width: number): Promise<boolean> {
    const [ours, theirs] = [withTiesBroken(sql, width), withTiesBroken(this.gold, width)];
    if (ours === undefined || theirs === undefined) return false;
    const gold = this.estate.gold(theirs);
    const answer = await this.estate.run(ours);
    return gold !== undefined && typeof answer !== 'string' && sameRows(gold, answer, this.gold);
  }
}
