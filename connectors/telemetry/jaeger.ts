/**
 * Jaeger, by the HTTP API that its own pages use: GET /api/traces/{id} (www.jaegertracing.io/docs/1.42/apis). `raw` keeps
 * Jaeger from moving spans to hide that clocks disagree.
 */

import { canonicalTraceId, type Health, type SpanRecord, type TraceBounds, type TraceFinds, type TraceSource, type TraceSourceKind } from '../contract.js';
import { bounded, isObject, kindOf, objects, spanId, text } from './attributes.js';
import type { Json } from './attributes.js';
import { httpSchema, TracingServer } from './http.js';

export const jaeger: TraceSourceKind = {
  kind: 'jaeger',
  title: 'Jaeger',
  configSchema: httpSchema,
  open: (settings, host) => new Jaeger(new TracingServer(settings, host)),
};

class Jaeger implements TraceSource {
  readonly access = 'index';
  readonly place: string;

  constructor(private readonly server: TracingServer) {
    this.place = server.place;
  }

  find(ids: readonly string[], { records }: TraceBounds, signal: AbortSignal): Promise<TraceFinds> {
    const paths = ids.map((id) => `/api/traces/${id}?raw=true`);
    return this.server.spans(paths, (body) => (isObject(body) ? objects(body['data']).flatMap(spansOf) : []), records, signal);
  }

  async health(signal: AbortSignal): Promise<Health> {
    const { body } = await this.server.get('/api/services', signal);
    const services = isObject(body) && Array.isArray(body['data']) ? body['data'].length : 0;
    return { version: 'query API', rights: [`spans of ${services} services`], canWrite: false, advice: services === 0 ? ['Jaeger answers, and knows of no service yet.'] : [] };
  }
}

function spansOf(trace: Readonly<Record<string, Json>>): SpanRecord[] {
  const processes = isObject(trace['processes']) ? trace['processes'] : {};
  return objects(trace['spans']).flatMap((span): SpanRecord[] => {
    const [traceId, id] = [canonicalTraceId(String(span['traceID'] ?? '').padStart(16, '0')), spanId(span['spanID'])];
    if (traceId === undefined || id === undefined) return [];
    const process = processes[String(span['processID'])];
    const tags = objects(span['tags']).map((tag) => [String(tag['key']), tag['value']] as const);
    const tag = (name: string) => tags.find(([key]) => key === name)?.[1];
    const references = objects(span['references']);
    const parent = references.find(({ refType }) => refType === 'CHILD_OF') ?? references.find(({ refType }) => refType === 'FOLLOWS_FROM');
    const hasFailed = tag('error') === true || tag('error') === 'true' || tag('otel.status_code') === 'ERROR';
    return [
      {
        traceId,
        spanId: id,
        parentId: spanId(parent?.['spanID'] ?? span['parentSpanID']),
        service: isObject(process) ? text(process['serviceName']) : undefined,
        name: text(span['operationName']) ?? '',
        kind: kindOf(tag('span.kind')),
        start: typeof span['startTime'] === 'number' ? span['startTime'] / 1000 : undefined,
        durationMs: typeof span['duration'] === 'number' ? span['duration'] / 1000 : undefined,
        error: hasFailed ? (text(tag('otel.status_description')) ?? text(tag('error.message')) ?? '') : undefined,
        attributes: bounded(tags),
        links: references.filter((reference) => reference !== parent).flatMap((reference) => spanId(reference['spanID']) ?? []),
      },
    ];
  });
}
