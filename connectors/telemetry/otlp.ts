/**
 * Spans and log records in OTLP's JSON encoding (opentelemetry.io/docs/specs/otlp, "JSON Protobuf Encoding"), as the file
 * exporter of a collector writes them: one export request a line. A file that is one request over many lines is read too.
 */

import { readFile } from 'node:fs/promises';
import { AishellError, canonicalTraceId, isSameTrace, type Coverage, type Health, type LogLine, type SpanRecord, type TraceBounds, type TraceFinds, type TraceSettings, type TraceSource, type TraceSourceKind } from '../contract.js';
import { bounded, isObject, kindOf, objects, short, spanId, text } from './attributes.js';
import type { Json } from './attributes.js';
import { filesOf, searchFiles, type FoundFile } from './files.js';
import { hexOf, needlesOf } from './ids.js';

const path = { type: 'string', minLength: 1, description: 'A file, a folder, or a pattern with *: OTLP as JSON, also compressed (.gz).' };

export const otlp: TraceSourceKind = {
  kind: 'otlp',
  title: 'OTLP files',
  configSchema: { anyOf: [path, { type: 'object', additionalProperties: false, required: ['path'], properties: { path } }] },
  open: (settings) => new OtlpFiles(settings),
};

const endings = /\.(json|jsonl|ndjson|otlp)(\.gz)?$/i;
const largestDocument = 64 * 1024 * 1024;

class OtlpFiles implements TraceSource {
  readonly access = 'log';
  readonly place: string;

  constructor(private readonly settings: TraceSettings) {
    const { options } = settings;
    this.place = String(isObject(options) ? options['path'] : options);
  }

  async find(ids: readonly string[], { since, bytes, records }: TraceBounds, signal: AbortSignal): Promise<TraceFinds> {
    const { service } = this.settings;
    const files = await filesOf(this.place, endings, this.settings);
    const [spans, lines, warnings]: [SpanRecord[], LogLine[], string[]] = [[], [], []];
    const isWanted = (id: string) => ids.some((wanted) => isSameTrace(wanted, id));
    const take = (content: string, file: FoundFile, at: number) => {
      try {
        const request = JSON.parse(content) as unknown;
        spans.push(...spansIn(request).filter(({ traceId }) => isWanted(traceId)));
        lines.push(...linesIn(request, file, at).filter(({ traceId }) => isWanted(traceId)));
      } catch {
        warnings.push(`${file.name}: what stands at byte ${at} holds the trace id and is no JSON`);
      }
      return spans.length + lines.length <= records;
    };
    const coverage: Coverage[] = [];
    const rows: FoundFile[] = [];
    for (const file of files) {
      if (!(await isDocument(file))) rows.push(file);
      else if (since !== undefined && file.changedMs < since) coverage.push(whole(file, 0, 'last written before the window'));
      else {
        take(await readFile(file.path, { encoding: 'utf8', signal }), file, 0);
        coverage.push(whole(file, file.size, 'the whole document'));
      }
    }
    // A request holds spans of any time: only when a file was last written says that it has none of the window.
    const search = { service, needles: needlesOf(ids), since, until: undefined, bytes, timeOf: undefined, signal };
    coverage.push(...(await searchFiles(rows, search, (line, file, at) => take(line.toString('utf8'), file, at))));
    return { spans: spans.slice(0, records), lines: lines.slice(0, records), asked: `search ${this.place} for ${ids.join(', ')}`, coverage, isCut: spans.length + lines.length > records, warnings };
  }

  async health(): Promise<Health> {
    const files = await filesOf(this.place, endings, this.settings);
    return { version: 'OTLP JSON', rights: [`${files.length} files`], canWrite: false, advice: files.length === 0 ? [`${this.place} holds no file of OTLP JSON.`] : [] };
  }
}

/** Pretty-printed, or one request without the end of a line: its first line alone is no JSON. */
async function isDocument({ path: file, name, size }: FoundFile): Promise<boolean> {
  if (!/\.(json|otlp)$/i.test(name) || size === 0 || size > largestDocument) return false;
  const content = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AishellError('source.failed', `${name} can't be read`, 'Check its rights.', { cause });
  });
  const first = content.slice(0, content.indexOf('\n') === -1 ? content.length : content.indexOf('\n'));
  try {
    JSON.parse(first);
    return false;
  } catch {
    return true;
  }
}

function whole(file: FoundFile, bytes: number, bound: string): Coverage {
  return { partition: file.name, from: '0', to: String(file.size), messages: bytes > 0 ? 1 : 0, bytes, reachedEnd: true, bound };
}

type Entry = Readonly<Record<string, Json>>;

function spansIn(request: unknown): SpanRecord[] {
  return parts(request, 'resourceSpans', ['scopeSpans', 'instrumentationLibrarySpans'], 'spans').flatMap(({ entry: span, service }): SpanRecord[] => {
    const [traceId, id] = [canonicalTraceId(String(hexOf(span['traceId']))), spanId(hexOf(span['spanId']))];
    if (traceId === undefined || id === undefined) return [];
    const [start, end] = [nanos(span['startTimeUnixNano']), nanos(span['endTimeUnixNano'])];
    const status = isObject(span['status']) ? span['status'] : {};
    const hasFailed = status['code'] === 2 || status['code'] === 'STATUS_CODE_ERROR';
    return [
      {
        traceId,
        spanId: id,
        parentId: spanId(hexOf(span['parentSpanId'])),
        service,
        name: text(span['name']) ?? '',
        kind: kindOf(span['kind']),
        start,
        durationMs: start === undefined || end === undefined ? undefined : end - start,
        error: hasFailed ? (text(status['message']) ?? '') : undefined,
        attributes: attributesOf(span),
        links: objects(span['links']).flatMap((link) => spanId(hexOf(link['spanId'])) ?? []),
      },
    ];
  });
}

function linesIn(request: unknown, file: FoundFile, at: number): LogLine[] {
  return parts(request, 'resourceLogs', ['scopeLogs', 'instrumentationLibraryLogs'], 'logRecords').flatMap(({ entry, service }, i): LogLine[] => {
    const traceId = canonicalTraceId(String(hexOf(entry['traceId'])));
    if (traceId === undefined) return [];
    const time = nanos(entry['timeUnixNano']) ?? nanos(entry['observedTimeUnixNano']);
    const body = valueOf(entry['body']);
    return [{ traceId, spanId: spanId(hexOf(entry['spanId'])), service, time, level: text(entry['severityText']), message: short(typeof body === 'string' ? body : JSON.stringify(body ?? null)), file: file.name, at: at + i, attributes: attributesOf(entry) }];
  });
}

function parts(request: unknown, resources: string, scopes: readonly string[], entries: string): { readonly entry: Entry; readonly service: string | undefined }[] {
  if (!isObject(request)) return [];
  return objects(request[resources]).flatMap((resource) => {
    const about = isObject(resource['resource']) ? attributesOf(resource['resource']) : {};
    const service = text(about['service.name']);
    return scopes.flatMap((scope) => objects(resource[scope])).flatMap((scope) => objects(scope[entries]).map((entry) => ({ entry, service })));
  });
}

function attributesOf(entry: Entry): SpanRecord['attributes'] {
  return bounded(objects(entry['attributes']).map((attribute) => [String(attribute['key']), valueOf(attribute['value'])] as const));
}

/** AnyValue: an object with one member that says its type. 64-bit integers are text. */
function valueOf(value: unknown): unknown {
  if (!isObject(value)) return undefined;
  if ('intValue' in value) return Number.isSafeInteger(Number(value['intValue'])) ? Number(value['intValue']) : String(value['intValue']);
  return value['stringValue'] ?? value['boolValue'] ?? value['doubleValue'] ?? value['arrayValue'] ?? value['kvlistValue'] ?? value['bytesValue'];
}

function nanos(value: unknown): number | undefined {
  const text = String(value ?? '');
  return /^\d{1,19}$/.test(text) && !/^0+$/.test(text) ? Number(BigInt(text) / 1000n) / 1000 : undefined;
}
