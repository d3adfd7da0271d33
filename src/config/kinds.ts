/** The schema of the whole file with every kind that there is: it loads all connectors, so only editors' tools ask. */

import { connectors, traceSources } from '../../connectors/index.js';
import type { JsonSchema } from '../../connectors/contract.js';
import { wholeSchema } from './file-schema.js';

export async function wholeConfigSchema(): Promise<JsonSchema> {
  const loaded = await Promise.all(Object.entries(connectors).map(async ([kind, load]) => [kind, (await load()).configSchema] as const));
  const telemetry = await Promise.all(Object.entries(traceSources).map(async ([kind, load]) => [kind, (await load()).configSchema] as const));
  return wholeSchema(Object.fromEntries(loaded), Object.fromEntries(telemetry));
}
