/**
 * Spans of one command, as OpenTelemetry has them: a root, and what was done for it. They hold names, amounts and codes;
 * nothing of them leaves the process by itself (otlp.ts sends them).
 */

import { randomBytes } from 'node:crypto';
import { AishellError } from '../errors.js';
import type { ErrorCode } from '../errors.js';

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** client: a request to another system. */
export type SpanKind = 'internal' | 'client';

/** The spans of one command, as many as are kept. */
export interface SpanTrace {
  /** 32 hex digits. */
  readonly id: string;
  readonly spans: Span[];
  /** Spans that were not kept, since there were too many. */
  leftOut: number;
}

/** A trace over a wide estate makes a few hundred; beyond this a picture of it says no more, and memory is bounded. */
const mostSpans = 2_000;

export class Span {
  /** 16 hex digits. */
  readonly id = randomBytes(8).toString('hex');
  /** Milliseconds since 1970, with fractions. */
  readonly start = now();
  readonly #attributes: Record<string, string | number | boolean> = {};
  #end: number | undefined;
  #error: ErrorCode | undefined;

  private constructor(
    private readonly trace: SpanTrace,
    readonly parent: Span | undefined,
    readonly name: string,
    readonly kind: SpanKind,
  ) {
    if (trace.spans.length < mostSpans) trace.spans.push(this);
    else trace.leftOut++;
  }

  /** Of a trace of its own. */
  static root(name: string): { readonly span: Span; readonly trace: SpanTrace } {
    const trace: SpanTrace = { id: randomBytes(16).toString('hex'), spans: [], leftOut: 0 };
    return { span: new Span(trace, undefined, name, 'internal'), trace };
  }

  child(name: string, kind: SpanKind = 'internal'): Span {
    return new Span(this.trace, this, name, kind);
  }

  set(attributes: SpanAttributes): void {
    Object.assign(this.#attributes, attributes);
  }

  /** Ends it, once: what comes later changes nothing. */
  end(): void {
    this.#end ??= now();
  }

  /** Ends it as failed. Of an error its code alone is kept: a message may hold a value. */
  fail(code: ErrorCode): void {
    if (this.#end !== undefined) return;
    this.#error = code;
    this.end();
  }

  get attributes(): SpanAttributes {
    return this.#error === undefined ? this.#attributes : { ...this.#attributes, 'error.type': this.#error };
  }

  /** Milliseconds since 1970; undefined: it has not ended. */
  get ended(): number | undefined {
    return this.#end;
  }

  /** The code of what it failed with. */
  get error(): ErrorCode | undefined {
    return this.#error;
  }
}

/** Runs it within a child of the span; without a span it is just run. */
export async function within<T>(parent: Span | undefined, name: string, work: (span: Span | undefined) => Promise<T>): Promise<T> {
  if (parent === undefined) return work(undefined);
  const span = parent.child(name);
  return recorded(span, () => work(span));
}

/** Runs it, and ends the span with it, as failed where it fails. */
export async function recorded<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    span.end();
    return result;
  } catch (error) {
    span.fail(codeOf(error));
    throw error;
  }
}

export function codeOf(error: unknown): ErrorCode {
  return error instanceof AishellError ? error.code : 'internal';
}

/** One clock for all spans, which no correction of the system's time sets back. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
