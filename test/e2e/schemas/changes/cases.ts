/** One change of one table: what makes the table, what changes it, and what is to be said of that. */

export interface ChangeCase {
  /** `{t}` stands for the table, which no other case touches. */
  readonly before: readonly string[];
  readonly change: readonly string[];
  /** `what column: readers impact, writers impact`, in any order. */
  readonly expected: readonly string[];
}
