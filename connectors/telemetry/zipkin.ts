/** Zipkin: GET /api/v2/trace/{id} (zipkin.io/zipkin-api). One span may come in two halves, of its client and its server. */

import { canonicalTraceId, type Health, type SpanRecord, type TraceBounds, type TraceFinds, type TraceSource, type TraceSourceKind } from '../contract.js';
import { bounded, isObject, kindOf, objects, spanId, text } from './attributes.js';
import { httpSchema, TracingServer } from './http.js';

export const zipkin: TraceSourceKind = {
  kind: 'zipkin',
  title: 'Zipkin',
  configSchema: httpSchema,
  open: (settings, host) => new Zipkin(new TracingServer(settings, host)),
};

class Zipkin implements TraceSource {
  readonly access = 'index';
  readonly place: string;

  constructor(private readonly server: TracingServer) {
    this.place = server.place;
  }

  find(ids: readonly string[], { records }: TraceBounds, signal: AbortSignal): Promise<TraceFinds> {
    // Zipkin compares ids as they were reported: those of 64 bits have 16 digits.
    const paths = ids.map((id) => `/api/v2/trace/${id.startsWith('0'.repeat(16)) ? id.slice(16) : id}`);
    return this.server.spans(paths, spansOf, records, signal);
  }

  async health(signal: AbortSignal): Promise<Health> {
    const { body } = await this.server.get('/api/v2/services', signal);
    const services = Array.isArray(body) ? body.length : 0;
    return { version: 'API v2', rights: [`spans of ${services} services`], canWrite: false, advice: services === 0 ? ['Zipkin answers, and knows of no service yet.'] : [] };
  }
}

function spansOf(body: unknown): SpanRecord[] {
  return objects(body).flatMap((span): SpanRecord[] => {
    const [traceId, id] = [canonicalTraceId(String(span['traceId'] ?? '').padStart(16, '0')), spanId(span['id'])];
    if (traceId === undefined || id === undefined) return [];
    const tags = isObject(span['tags']) ? span['tags'] : {};
    const endpoint = span['localEndpoint'];
    // The server's half of a shared span has its client's id, and is called by it.
    const isShared = span['shared'] === true;
    return [
      {
        traceId,
        spanId: isShared ? `${id}.server` : id,
        parentId: isShared ? id : spanId(span['parentId']),
        service: isObject(endpoint) ? text(endpoint['serviceName']) : undefined,
        name: text(span['name']) ?? '',
        kind: kindOf(span['kind']),
        start: typeof span['timestamp'] === 'number' ? span['timestamp'] / 1000 : undefined,
        durationMs: typeof span['duration'] === 'number' ? span['duration'] / 1000 : undefined,
        error: 'error' in tags ? (text(tags['error']) ?? '') : undefined,
        attributes: bounded(Object.entries(tags)),
        links: [],
      },
    ];
  });
}
