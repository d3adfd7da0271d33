/**
 * What a log line says, by the names that loggers use: OpenTelemetry, ECS (trace.id), Datadog (dd.trace_id), B3, pino,
 * zap, logback, serilog.
 */

import { isObject, spanId, text } from './attributes.js';
import type { Json } from './attributes.js';
import { millis } from './times.js';

/** Names or paths of a person's own. */
export interface FieldNames {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly time?: string;
  readonly message?: string;
}

export type Fields = Readonly<Record<string, Json>>;

const deepest = 3;

/** The line's scalars by their path: `trace.id`. Numbers beyond 2^53 stay exact, as text. undefined: no JSON object. */
export function fieldsOf(line: string): Fields | undefined {
  let parsed: unknown;
  try {
    // Datadog's ids are such numbers.
    parsed = JSON.parse(line.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) => (token.startsWith('"') ? token : `"${token}"`)));
  } catch {
    return undefined;
  }
  if (!isObject(parsed)) return undefined;
  const fields: Record<string, Json> = {};
  const walk = (object: Readonly<Record<string, Json>>, prefix: string, depth: number) => {
    for (const [name, value] of Object.entries(object)) {
      if (isObject(value) && depth < deepest) walk(value, `${prefix}${name}.`, depth + 1);
      else fields[prefix + name] = value;
    }
  };
  walk(parsed, '', 0);
  return fields;
}

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

function first(fields: Fields, own: string | undefined, names: RegExp): Json | undefined {
  if (own !== undefined) return fields[own];
  return Object.entries(fields).find(([name, value]) => names.test(plain(name)) && value !== null)?.[1];
}

/** Numbers that pino and bunyan write. */
const levels: Readonly<Record<string, string>> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };

export function lineFrom(fields: Fields, names: FieldNames) {
  const ids = names.traceId === undefined ? Object.entries(fields).filter(([name]) => /traceid$|traceparent$|^b3$/.test(plain(name))).map(([, value]) => value) : [fields[names.traceId] ?? null];
  const span = first(fields, names.spanId, /(^|dd|otel|b3|context|mdc|trace)spanid$/);
  const level = first(fields, undefined, /^(level|severity|severitytext|loglevel|lvl|levelname)$/);
  return {
    ids: ids.filter((id) => typeof id === 'string' || typeof id === 'number').map(String),
    spanId: spanId(typeof span === 'string' && /^\d{17,20}$/.test(span) && BigInt(span) < 1n << 64n ? BigInt(span).toString(16) : span),
    service: text(first(fields, undefined, /^(service|servicename|ddservice|app|application)$/)),
    time: millis(first(fields, names.time, /^(timestamp|time|ts|datetime|date|asctime|eventtime|t)$/)),
    level: level === undefined || level === null ? undefined : (levels[String(level)] ?? String(level)).toLowerCase(),
    message: String(first(fields, names.message, /^(message|msg|event|body|log|text)$/) ?? ''),
  };
}
