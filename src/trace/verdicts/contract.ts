/** What a verdict is judged by. */

import type { QueryAnswer, TraceVerdict } from '../../answer/contract.js';
import type { Domains } from '../domains.js';
import type { Placed } from '../graph.js';

export interface Case {
  readonly placed: readonly Placed[];
  readonly domains: Domains;
  readonly run: (sql: string, limit?: number) => Promise<QueryAnswer>;
  readonly signal: AbortSignal;
}

export type Verdict = TraceVerdict;
