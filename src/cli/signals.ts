/**
 * Ctrl-C and its kin. The first one aborts what is running, so that it can say what it found; a second one ends the
 * process at once. npx and some shells deliver one key press twice, so the second must be apart from the first.
 */

import { AishellError, exitCodes } from '../errors.js';

const apartMs = 100;

export interface Interruption {
  readonly signal: AbortSignal;
  /** Aborts from within, for a terminal that has gone. */
  abort(reason: AishellError): void;
  /** From now on Ctrl-C calls this instead: a prompt goes on after it. */
  handOver(onInterrupt: () => void): void;
  /** Stops listening. Always call it. */
  release(): void;
}

export function interruption(kill: (code: number) => void = (code) => process.exit(code)): Interruption {
  const controller = new AbortController();
  let first: number | undefined;
  let handler: (() => void) | undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    if (name === 'SIGINT' && handler !== undefined) return handler();
    const now = performance.now();
    if (first === undefined) {
      first = now;
      controller.abort(new AishellError('cancelled', 'cancelled', 'Nothing was changed anywhere. Run it again when you like.'));
    } else if (now - first >= apartMs) {
      kill(exitCodes.cancelled);
    }
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    handOver: (onInterrupt) => {
      handler = onInterrupt;
    },
    release: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
