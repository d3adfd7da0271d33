/** Reads a kind's own fields, which its configSchema has already checked. */

import { Secret, type ServiceConfig } from '../contract.js';

export function text(service: ServiceConfig, field: string): string | undefined {
  const value = service.options[field];
  if (value instanceof Secret) return value.reveal();
  return typeof value === 'string' ? value : undefined;
}

export function integer(service: ServiceConfig, field: string): number | undefined {
  const value = service.options[field];
  return typeof value === 'number' ? value : undefined;
}

export function list(service: ServiceConfig, field: string): readonly string[] | undefined {
  const value = service.options[field];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined;
}
