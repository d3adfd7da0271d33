/** Doctor: asks every service who we are there, how fast it answers, and whether the role could write. */

import type { DoctorAnswer } from '../answer/contract.js';
import type { Config } from '../config/contract.js';
import { redact } from '../config/secret.js';
import type { Health, Host, ServiceConfig } from '../../connectors/contract.js';
import { AishellError } from '../errors.js';
import type { TelemetryPlace } from '../trace/contract.js';
import type { CatalogService } from '../catalog/contract.js';
import { examineFlows } from './doctor-flows.js';
import type { Sources } from './sources.js';
import { telemetryPlaces } from './telemetry.js';

type ServiceHealth = DoctorAnswer['services'][number];

/** @param seen the catalogue's services, of which those named are read anew */
export async function examine(
  config: Config,
  services: readonly ServiceConfig[],
  sources: Sources,
  host: Host,
  seen: (stale: readonly string[]) => Promise<readonly CatalogService[]>,
  signal: AbortSignal,
): Promise<DoctorAnswer> {
  const stores = services.map((service) => examineService(service, sources, signal));
  // Spans and log lines of each service stand after its store.
  const telemetry = await Promise.all(services.map((service) => telemetryPlaces([service], host)));
  const results = (await Promise.all(services.map(async (service, i) => [await stores[i]!, ...(await Promise.all(telemetry[i]!.map((place) => examineTelemetry(service, place, signal))))]))).flat();
  const flows = await examineFlows(config.flows, sources, seen, signal);
  return { kind: 'doctor', config: config.path, services: results, flows, ok: results.every((result) => result.reachable) };
}

function examineService(service: ServiceConfig, sources: Sources, signal: AbortSignal): Promise<ServiceHealth> {
  return examined(service, { name: service.name, store: service.kind }, async () => (await sources.get(service.name, signal)).health(signal), signal);
}

function examineTelemetry(service: ServiceConfig, { kind, source }: TelemetryPlace, signal: AbortSignal): Promise<ServiceHealth> {
  return examined(service, { name: service.name, store: kind }, () => source.health(signal), signal);
}

async function examined(service: ServiceConfig, what: { readonly name: string; readonly store: string }, ask: () => Promise<Health>, signal: AbortSignal): Promise<ServiceHealth> {
  const started = performance.now();
  const elapsed = () => Math.round(performance.now() - started);
  const about = { ...what, tags: service.tags };
  try {
    const health = await ask();
    return {
      ...about,
      reachable: true,
      ms: elapsed(),
      version: health.version,
      user: health.user ?? null,
      rights: health.rights,
      canWrite: health.canWrite ?? null,
      error: null,
      advice: adviceFor(service, health),
      notes: health.notes ?? [],
    };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof AishellError)) throw error;
    return {
      ...about,
      reachable: false,
      ms: elapsed(),
      version: null,
      user: null,
      rights: [],
      canWrite: null,
      error: redact(error.message),
      advice: [redact(error.remedy)],
      notes: [],
    };
  }
}

function adviceFor(service: ServiceConfig, health: Health): string[] {
  const unverified = service.tls?.enabled === true && !service.tls.verify;
  return [
    ...health.advice,
    ...(unverified ? ['TLS certificates are not verified (tls.verify: false): anyone on the way can read along.'] : []),
  ];
}
