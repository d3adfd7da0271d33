/** Stopping: one signal reaches everything, and nobody waits for a store that does not listen to it. */

import { setMaxListeners } from 'node:events';
import { AishellError } from '../errors.js';

/** Aborts with the first of them. Every read of a statement listens to it: their number is the plan's, not a leak. */
export function anyOf(...signals: readonly AbortSignal[]): AbortSignal {
  const signal = AbortSignal.any([...signals]);
  setMaxListeners(0, signal);
  return signal;
}

/** Why the work was stopped, in the caller's words where there are some. */
export function abortError(signal: AbortSignal): AishellError {
  const reason: unknown = signal.reason;
  if (reason instanceof AishellError) return reason;
  if (reason instanceof DOMException && reason.name === 'TimeoutError') {
    return new AishellError('budget.time', 'The statement took longer than it may.', 'Narrow it, or allow more time with --timeout or `limits.timeout`.');
  }
  return cancelled();
}

const cancelled = () => new AishellError('cancelled', 'The statement was cancelled.', 'Run it again when you are ready.');

/** The reason of what ends because its statement has. Made once: an exception of each statement's own costs more than a plan. */
export const over: AishellError = cancelled();

/** The promise, or a rejection as soon as the signal aborts; the promise itself is then left to end by itself. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  promise.catch(() => undefined);
  if (signal.aborted) throw abortError(signal);
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(abortError(signal));
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** How long a store that was told to stop is given to do it in order. */
const graceMs = 2_000;

/** Waits for work that was told to stop, but not for ever. */
export async function settle(work: Iterable<Promise<unknown>>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, graceMs);
  });
  await Promise.race([Promise.allSettled(work), late]);
  clearTimeout(timer);
}
