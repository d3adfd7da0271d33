/** What spans and lines say of themselves, whatever format they come in. */

import type { SpanRecord } from '../contract.js';

export type Scalar = string | number | boolean;
export type Attributes = Readonly<Record<string, Scalar>>;
export type Json = null | Scalar | readonly Json[] | { readonly [name: string]: Json };

/** A span can carry megabytes; these are for a person to read. */
const mostAttributes = 100;
const longestText = 2_000;

export function isObject(value: unknown): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objects(value: unknown): Readonly<Record<string, Json>>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function bounded(entries: readonly (readonly [string, unknown])[]): Attributes {
  return Object.fromEntries(
    entries.slice(0, mostAttributes).flatMap(([name, value]): [string, Scalar][] => {
      if (typeof value === 'number' || typeof value === 'boolean') return [[name, value]];
      if (value === null || value === undefined) return [];
      return [[name, short(typeof value === 'string' ? value : JSON.stringify(value))]];
    }),
  );
}

export function short(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const kinds = ['internal', 'server', 'client', 'producer', 'consumer'] as const;

/** `server`, `SERVER`, `SPAN_KIND_SERVER`, or OTLP's number, which begins with internal = 1. */
export function kindOf(value: unknown): SpanRecord['kind'] {
  if (typeof value === 'number') return kinds[value - 1];
  const name = String(value ?? '').toLowerCase().replace('span_kind_', '');
  return kinds.find((kind) => kind === name);
}

/** 16 digits; Jaeger and Datadog may leave out leading zeros. */
export function spanId(value: unknown): string | undefined {
  const id = typeof value === 'string' ? value.toLowerCase() : '';
  if (!/^[0-9a-f]{1,16}$/.test(id) || /^0+$/.test(id)) return undefined;
  return id.padStart(16, '0');
}
