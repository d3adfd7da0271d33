/** Where the services' spans and log lines lie: one place for each that the configuration names, whoever names it again. */

import type { Host, ServiceConfig } from '../../connectors/contract.js';
import { traceSources } from '../../connectors/index.js';
import type { TelemetryPlace } from '../trace/contract.js';

export async function telemetryPlaces(services: readonly ServiceConfig[], host: Host): Promise<TelemetryPlace[]> {
  const all = await Promise.all(
    services.flatMap(({ telemetry = [] }) => telemetry).map(async (settings): Promise<TelemetryPlace> => {
      const kind = await traceSources[settings.kind]!();
      return { service: settings.service, kind: settings.kind, source: kind.open(settings, host) };
    }),
  );
  // Of log files, each service has its own view: its own field names.
  const seen = new Set<string>();
  return all.filter(({ kind, source, service }) => {
    const key = kind === 'logs' ? `${service} ${source.place}` : `${kind} ${source.place}`;
    return !seen.has(key) && seen.add(key);
  });
}
