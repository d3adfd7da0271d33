/** `model:` with its defaults. */

import type { ModelConfig } from './contract.js';
import { Secret } from './secret.js';

interface Written {
  readonly baseUrl?: string;
  readonly name: string;
  readonly apiKey?: string;
  readonly send_values?: boolean;
  readonly retries?: number;
  readonly samples?: number;
  readonly schemaTokens?: number;
  readonly ask?: ModelConfig['ask'];
  readonly price?: { readonly input: number; readonly output: number; readonly currency?: string };
}

/** @param model valid by the file's schema */
export function readModel(model: Readonly<Record<string, unknown>>, timeoutMs: number): ModelConfig {
  const { baseUrl, name, apiKey, send_values: sendValues, retries, samples, schemaTokens, ask, price } = model as unknown as Written;
  return {
    baseUrl,
    name,
    apiKey: apiKey === undefined ? undefined : new Secret(apiKey),
    sendValues: sendValues ?? false,
    timeoutMs,
    retries: retries ?? 2,
    samples: samples ?? 1,
    schemaTokens: schemaTokens ?? 15_000,
    ask: ask ?? 'declined',
    price: price && { ...price, currency: price.currency ?? 'USD' },
  };
}
