/** The spans of one statement's reads and of its local join, from the events that its progress is shown by. */

import type { FragmentReport } from '../answer/contract.js';
import type { ProgressEvent } from '../engine/contract.js';
import { codeOf } from '../telemetry/span.js';
import type { Span, SpanAttributes } from '../telemetry/span.js';

export class StatementSpans {
  readonly #reads = new Map<string, Span>();
  #join: Span | undefined;

  /**
   * @param stores what is known of each fragment's store
   * @param queries the text of native queries too
   */
  constructor(
    private readonly parent: Span,
    private readonly stores: ReadonlyMap<string, SpanAttributes>,
    private readonly queries: boolean,
  ) {}

  progress({ fragment, service, table, state, rows, bytes, error }: ProgressEvent): void {
    if (state === 'joining') {
      this.#join ??= this.parent.child('local join');
      return;
    }
    let span = this.#reads.get(fragment);
    if (span === undefined) {
      // What was never asked, for want of keys say, is no read; what failed before it could be read is one.
      if (state !== 'reading' && state !== 'failed') return;
      span = this.parent.child(`read ${service}${table === undefined ? '' : `.${table}`}`, 'client');
      span.set({ 'aishell.service': service, ...this.stores.get(fragment) });
      this.#reads.set(fragment, span);
    }
    if (state === 'failed') return span.fail(error ?? 'internal');
    span.set({ 'aishell.rows': rows, 'aishell.bytes': bytes });
    if (state === 'done') span.end();
  }

  /** @param rows of the result */
  finished(fragments: readonly Pick<FragmentReport, 'id' | 'native'>[], rows: number): void {
    if (this.queries) for (const { id, native } of fragments) this.#reads.get(id)?.set({ 'db.query.text': native });
    this.#join?.set({ 'aishell.rows': rows });
    this.#endAll((span) => span.end());
  }

  /** Whatever still ran was stopped by it. */
  failed(error: unknown): void {
    this.#endAll((span) => span.fail(codeOf(error)));
  }

  #endAll(end: (span: Span) => void): void {
    for (const span of this.#reads.values()) end(span);
    if (this.#join !== undefined) end(this.#join);
  }
}
