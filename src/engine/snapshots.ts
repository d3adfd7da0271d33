/** One snapshot a service, opened when the first fragment needs it and shared by all. */

import { redact } from '../../connectors/contract.js';
import type { Snapshot } from '../../connectors/contract.js';
import type { Fragment } from '../plan/contract.js';
import { AishellError } from '../errors.js';
import { abortable, settle } from './abort.js';
import type { RunOptions } from './contract.js';

export class Snapshots {
  readonly #opened = new Map<string, Promise<Snapshot>>();
  readonly #former: Promise<Snapshot>[] = [];

  /** @param fragments all that will be read */
  constructor(
    private readonly source: RunOptions['source'],
    private readonly fragments: readonly Fragment[],
  ) {}

  of(service: string, signal: AbortSignal): Promise<Snapshot> {
    let snapshot = this.#opened.get(service);
    if (snapshot === undefined) {
      snapshot = this.#open(service, signal);
      this.#opened.set(service, snapshot);
    }
    return abortable(snapshot, signal);
  }

  /** Another one in place of the service's: its reads were stopped, which some stores end a transaction for. */
  renew(service: string): void {
    const former = this.#opened.get(service);
    this.#opened.delete(service);
    if (former !== undefined) this.#former.push(former);
  }

  /** Closes even those that open only after everything was stopped. */
  async close(): Promise<void> {
    // What a store says to a goodbye changes nothing: all rows were proven by then.
    const closing = [...this.#opened.values(), ...this.#former].map((opened) => opened.then((snapshot) => snapshot.close()));
    await settle(closing);
  }

  async #open(service: string, signal: AbortSignal): Promise<Snapshot> {
    const source = await this.source(service, signal);
    const read = this.fragments.filter((fragment) => fragment.service === service);
    return source.open(signal, [...new Set(read.flatMap(({ table, others = [] }) => [table, ...others]))]);
  }
}

/** Anything that a connector throws, as an error that names the service. */
export function sourceError(error: unknown, service: string): AishellError {
  if (error instanceof AishellError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new AishellError(
    'source.failed',
    `Service '${service}' failed: ${redact(text)}`,
    'Run `aishell doctor` to see what it says, then try again.',
    { service, cause: error },
  );
}
