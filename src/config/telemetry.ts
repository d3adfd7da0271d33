/** `telemetry:` with its defaults. */

import type { TelemetryConfig } from './contract.js';
import { Secret } from './secret.js';

export interface WrittenTelemetry {
  readonly otlp: string;
  readonly service?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly queries?: boolean;
}

/** @param telemetry valid by the file's schema */
export function readTelemetry({ otlp, service = 'aishell', headers = {}, queries = false }: WrittenTelemetry): TelemetryConfig {
  return { otlp, service, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, new Secret(value)])), queries };
}
