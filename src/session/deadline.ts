/** One signal from the caller's cancellation and a time budget, with a reason that says which it was. */

import { setMaxListeners } from 'node:events';
import { AishellError } from '../errors.js';

export interface Deadline {
  readonly signal: AbortSignal;
  /** Stops the clock. Always call it. */
  clear(): void;
}

export function deadline(outer: AbortSignal, timeoutMs: number): Deadline {
  const controller = new AbortController();
  // Every read of a statement listens, and every statement that shares the caller's signal: no leak.
  setMaxListeners(0, controller.signal, outer);
  const cancel = () => {
    controller.abort(
      outer.reason instanceof AishellError ? outer.reason : new AishellError('cancelled', 'Cancelled.', 'Nothing was changed.'),
    );
  };
  const timer = setTimeout(() => {
    controller.abort(
      new AishellError(
        'budget.time',
        `Stopped after ${timeoutMs / 1000} s, the time limit of one statement.`,
        'Narrow the question, or raise it with --timeout or limits.timeout.',
      ),
    );
  }, timeoutMs);
  if (outer.aborted) cancel();
  else outer.addEventListener('abort', cancel, { once: true });
  return {
    signal: controller.signal,
    clear: () => {
      clearTimeout(timer);
      outer.removeEventListener('abort', cancel);
    },
  };
}

/** Aborts some time after the other one, for the same reason. */
export function following(first: AbortSignal, ms: number): AbortSignal {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const begin = () => void setTimeout(() => controller.abort(first.reason), ms).unref();
  if (first.aborted) begin();
  else first.addEventListener('abort', begin, { once: true });
  return controller.signal;
}
