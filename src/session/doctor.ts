/** Doctor: asks every service who we are there, how fast it answers, and whether the role could write. */

import type { DoctorAnswer } from '../answer/contract.js';
import type { Config } from '../config/contract.js';
import { redact } from '../config/secret.js';
import type { Health, ServiceConfig } from '../../connectors/contract.js';
import { AishellError } from '../errors.js';
import type { Sources } from './sources.js';

type ServiceHealth = DoctorAnswer['services'][number];

export async function examine(
  config: Config,
  services: readonly ServiceConfig[],
  sources: Sources,
  signal: AbortSignal,
): Promise<DoctorAnswer> {
  const results = await Promise.all(services.map((service) => examineService(service, sources, signal)));
  return { kind: 'doctor', config: config.path, services: results, ok: results.every((result) => result.reachable) };
}

async function examineService(service: ServiceConfig, sources: Sources, signal: AbortSignal): Promise<ServiceHealth> {
  const started = performance.now();
  const elapsed = () => Math.round(performance.now() - started);
  const about = { name: service.name, store: service.kind, tags: service.tags };
  try {
    const source = await sources.get(service.name, signal);
    const health = await source.health(signal);
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
