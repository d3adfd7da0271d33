/** Answers about questions themselves: how they fared, what a model is told of them, which are kept. */

/** What `--show-prompt` shows: all that would be sent to the model, to the letter. */
export interface PromptAnswer {
  readonly kind: 'prompt';
  readonly question: string;
  readonly model: string;
  /** '' for the address that the protocol's inventor has. */
  readonly baseUrl: string;
  /** Whether values of rows may be among it. */
  readonly values: boolean;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

/** A question and its statement, kept in the configuration. */
export interface TaughtAnswer {
  readonly kind: 'taught';
  readonly path: string;
  readonly question: string;
  readonly sql: string;
  /** false: it was there already, and nothing was written. */
  readonly added: boolean;
}

/** How the questions of a file fared against their gold SQL. */
export interface EvalAnswer {
  readonly kind: 'eval';
  readonly file: string;
  /** By what the gold statement asks for, the most frequent first; `all` is the last. */
  readonly kinds: readonly { readonly kind: string; readonly questions: number; readonly right: number; readonly wrong: number; readonly refused: number }[];
  /** Of the questions that have gold SQL; null where there are none. */
  readonly answeredPercent: number | null;
  /** Of the answers, those to questions that had to be refused among them. */
  readonly rightPercent: number | null;
  /** Questions whose gold statement gives no rows, or doesn't run. */
  readonly unproven: number;
  readonly cases: readonly EvalCase[];
  readonly complete: boolean;
  readonly elapsedMs: number;
}

export interface EvalCase {
  readonly question: string;
  readonly database: string | null;
  readonly kind: string;
  readonly gold: string | null;
  readonly verdict: 'right' | 'wrong' | 'refused' | 'unproven';
  readonly sql: string | null;
  readonly why: string | null;
}
