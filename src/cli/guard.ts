/**
 * Nothing hangs: a session whose work doesn't settle, though it was cancelled or its time is up, is left behind. Stores
 * are told to stop by the session itself; this is for the driver that never answers.
 */

import { AishellError } from '../errors.js';
import type { AskOptions, Session } from '../session/contract.js';

/** What a well-behaved store gets to stop in, so that it can say what it knows. */
const graceMs = 3000;

export function guarded(session: Session): Session {
  const guard = <T>(options: AskOptions, work: Promise<T>): Promise<T> => settled(work, options.signal, options.timeoutMs ?? session.config.limits.timeoutMs);
  return {
    config: session.config,
    catalog: (signal) => session.catalog(signal),
    ask: (question, options) => guard(options, session.ask(question, options)),
    sql: (text, options) => guard(options, session.sql(text, options)),
    explain: (text, options) => guard(options, session.explain(text, options)),
    prompt: (question, options) => guard(options, session.prompt(question, options)),
    teach: (question, sql, options) => guard(options, session.teach(question, sql, options)),
    schema: (options) => guard(options, session.schema(options)),
    diff: (left, right, options) => guard(options, session.diff(left, right, options)),
    changes: (against, service, options) => guard(options, session.changes(against, service, options)),
    snapshot: (folder, options) => guard(options, session.snapshot(folder, options)),
    impact: (change, options) => guard(options, session.impact(change, options)),
    check: (options) => guard(options, session.check(options)),
    graph: (scope, options) => guard(options, session.graph(scope, options)),
    links: (options) => guard(options, session.links(options)),
    trace: (id, options) => (options.follow === undefined ? guard(options, session.trace(id, options)) : settled(session.trace(id, options), options.signal, options.timeoutMs ?? Infinity)),
    tail: (topics, options) => settled(session.tail(topics, options), options.signal, options.timeoutMs ?? Infinity),
    doctor: (options) => guard(options, session.doctor(options)),
    close: () => closed(session),
  };
}

async function settled<T>(work: Promise<T>, signal: AbortSignal, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let cancel: (() => void) | undefined;
  const gaveUp = new Promise<never>((_, reject) => {
    const late = new AishellError('budget.time', `no end was reached ${(timeoutMs + graceMs) / 1000} s after the start`, 'A store did not stop when told to. Try `aishell doctor`, or raise --timeout.');
    timer = setTimeout(() => reject(late), Math.min(timeoutMs + graceMs, 2 ** 31 - 1));
    cancel = () => {
      clearTimeout(timer);
      timer = setTimeout(() => reject(signal.reason as Error), graceMs);
    };
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
  });
  try {
    return await Promise.race([work, gaveUp]);
  } finally {
    clearTimeout(timer);
    if (cancel !== undefined) signal.removeEventListener('abort', cancel);
  }
}

/** A store that doesn't answer a goodbye must not keep the answer's reader waiting. */
async function closed(session: Session): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, graceMs);
  });
  await Promise.race([session.close().catch(() => undefined), enough]);
  clearTimeout(timer);
}
