/**
 * Sends spans to a collector by OTLP over HTTP, encoded as JSON: https://opentelemetry.io/docs/specs/otlp/#otlphttp.
 * One request a command, when the command is done. A collector that is slow, down or says no costs a bounded wait and a
 * line for -v, and changes nothing else.
 */

import { exchange } from '../../connectors/http/exchange.js';
import type { TelemetryConfig } from '../config/contract.js';
import { redact } from '../config/secret.js';
import { recorded, Span } from './span.js';
import type { SpanAttributes, SpanTrace } from './span.js';

/** From when a command is done until its spans are given up. */
const longestMs = 1_000;
/** A collector answers with a few bytes. */
const maxReplyBytes = 64 * 1024;

const spanKinds = { internal: 1, client: 3 } as const;
const statusError = 2;

export class SpanExporter {
  readonly #url: URL;
  readonly #sending = new Set<Promise<void>>();

  constructor(
    private readonly config: TelemetryConfig,
    private readonly log: (line: string) => void,
  ) {
    // The setting is the collector's address; the path of the signal comes after it.
    const base = config.otlp.replace(/\/+$/, '');
    this.#url = new URL(base.endsWith('/v1/traces') ? base : `${base}/v1/traces`);
  }

  /** Runs a command within a root span. Nobody waits for its sending but close(). */
  async root<T>(name: string, work: (span: Span) => Promise<T>): Promise<T> {
    const { span, trace } = Span.root(name);
    span.set({ 'aishell.command': name });
    try {
      return await recorded(span, () => work(span));
    } finally {
      const sending: Promise<void> = this.#send(trace).finally(() => this.#sending.delete(sending));
      this.#sending.add(sending);
    }
  }

  /** Waits for what is on its way: about a second at most. */
  async close(): Promise<void> {
    await Promise.all(this.#sending);
  }

  async #send(trace: SpanTrace): Promise<void> {
    const failed = (why: string) => this.log(`telemetry: the spans were not taken by ${this.#url.origin}: ${why}`);
    const timeout = AbortSignal.timeout(longestMs);
    try {
      const headers = Object.fromEntries(Object.entries(this.config.headers).map(([header, value]) => [header, value.reveal()]));
      const body = JSON.stringify(exportRequest(trace, this.config.service));
      const { status } = await exchange(
        {
          url: this.#url,
          body,
          headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
          maxBytes: maxReplyBytes,
          tooLong: () => new Error('its answer is too long'),
        },
        timeout,
      );
      if (status < 200 || status > 299) failed(`status ${status}`);
    } catch (error) {
      failed(timeout.aborted ? `no answer within ${longestMs / 1000} s` : ((error as NodeJS.ErrnoException).code ?? (error as Error).message));
    }
  }
}

/** ExportTraceServiceRequest in OTLP's JSON: ids in hex, 64-bit integers as text. What has not ended was given up. */
function exportRequest({ id, spans, leftOut }: SpanTrace, service: string): object {
  return {
    resourceSpans: [
      {
        resource: { attributes: keyValues({ 'service.name': service, 'telemetry.sdk.language': 'nodejs' }) },
        scopeSpans: [
          {
            scope: { name: 'aishell' },
            spans: spans.map((span) => ({
              traceId: id,
              spanId: span.id,
              ...(span.parent !== undefined && { parentSpanId: span.parent.id }),
              name: span.name,
              kind: spanKinds[span.kind],
              startTimeUnixNano: nanoseconds(span.start),
              endTimeUnixNano: nanoseconds(span.ended ?? spans[0]!.ended ?? span.start),
              attributes: keyValues({ ...span.attributes, ...(span.parent === undefined && leftOut > 0 && { 'aishell.spans_left_out': leftOut }) }),
              ...(span.error !== undefined && { status: { code: statusError, message: span.error } }),
            })),
          },
        ],
      },
    ],
  };
}

function keyValues(attributes: SpanAttributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: redact(value) } : typeof value === 'boolean' ? { boolValue: value } : Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value },
  }));
}

/** Exact to the microsecond, which is what the clock gives. */
function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms * 1_000)) * 1_000n);
}
