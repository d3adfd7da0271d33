import type { QueryAnswer } from '../../answer/contract.js';

/** Runs one statement: gated, pushed down and within the budgets like any other. */
export type Run = (sql: string) => Promise<QueryAnswer>;
