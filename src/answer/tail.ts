/** Events as they come: `aishell tail`. */

import type { Cell, MissingSource } from './cell.js';

export interface TailEvent {
  readonly service: string;
  readonly topic: string;
  /** As the log has it; null where it has none. */
  readonly time: string | null;
  /** Parts of the message, or the fields of a stream's entry. */
  readonly row: Readonly<Record<string, Cell>>;
}

/** What is left to say when it ends. The events were handed over as they came. */
export interface TailAnswer {
  readonly kind: 'tail';
  /** `service.topic` */
  readonly topics: readonly string[];
  readonly events: number;
  readonly notes: readonly string[];
  readonly complete: boolean;
  readonly missing: readonly MissingSource[];
  readonly warnings: readonly string[];
  readonly elapsedMs: number;
}
