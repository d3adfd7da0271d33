/** docs/configuration.md is true: each of its examples is read as it stands, and no field is missing from it. */

import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { connectors } from '../../../connectors/index.js';
import type { JsonSchema } from '../../../connectors/contract.js';
import { anyService, fileSchema } from '../../../src/config/file-schema.js';
import { loadConfig } from '../../../src/config/index.js';
import { defaultLimits } from '../../../src/config/limits.js';

const page = await readFile(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^## (.*)|^### (.*)|^```yaml\n([\s\S]*?)^```/gm)].reduce<{ title: string; found: [string, string][] }>(
  ({ title, found }, [, two, three, yaml]) => (yaml === undefined ? { title: (two ?? three)!, found } : { title, found: [...found, [title, yaml]] }),
  { title: 'the smallest one', found: [] },
).found;
const variables = { DATABASE_URL: 'postgres://localhost/x', CRM_PASSWORD: 'crm-secret', MONGO_PASSWORD: 'mongo-secret', REDIS_PASSWORD: 'redis-secret', KAFKA_PASSWORD: 'kafka-secret', REGISTRY_PASSWORD: 'registry-secret', REGISTRY_TOKEN: 'registry-token', RABBITMQ_PASSWORD: 'rabbitmq-secret' };

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aishell-docs-'));
  await mkdir(join(dir, 'secrets'));
  await writeFile(join(dir, 'secrets/db-password'), 'file-secret\n');
  await mkdir(join(dir, 'bin'));
  for (const program of ['pass', 'kafka-token']) {
    await writeFile(join(dir, 'bin', program), '#!/bin/sh\necho mongodb://command-secret/tickets\n');
    await chmod(join(dir, 'bin', program), 0o755);
  }
  vi.stubEnv('PATH', `${join(dir, 'bin')}${delimiter}${process.env['PATH']}`);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
});

async function load(yaml: string) {
  await writeFile(join(dir, 'aishell.yaml'), yaml);
  return loadConfig({ cwd: dir, env: { HOME: dir, ...variables } });
}

describe('every example is read', () => {
  test.each(examples)('%s', async (_, yaml) => {
    const { services } = await load(yaml);
    expect(services.length).toBeGreaterThan(0);
  });
});

test('every kind has an example of its own name', async () => {
  for (const kind of Object.keys(connectors)) {
    const [, yaml] = examples.find(([title]) => title === kind)!;
    expect((await load(yaml)).services.map((service) => service.kind)).toContain(kind);
  }
});

test('every field occurs in an example', async () => {
  const yaml = examples.map(([, text]) => text).join('\n');
  const missing = (fields: readonly string[], where: string) => fields.filter((field) => !new RegExp(`(^|[\\s{,])${field}:`, 'm').test(where));
  expect(missing(fieldsOf(fileSchema(anyService)).filter((field) => field !== '$schema'), yaml)).toEqual([]);
  for (const [kind, connector] of Object.entries(connectors)) {
    const own = examples.filter(([title]) => title === kind).map(([, text]) => text).join('\n');
    expect([kind, missing(fieldsOf((await connector()).configSchema), own)]).toEqual([kind, []]);
  }
});

/** Names of all fields that a schema declares, also of those inside. */
function fieldsOf(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(fieldsOf);
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties, ...rest } = schema as JsonSchema;
  return [...Object.keys((properties ?? {}) as object), ...Object.values((properties ?? {}) as object).flatMap(fieldsOf), ...Object.values(rest).flatMap(fieldsOf)];
}

test('the limits that it shows are the defaults', async () => {
  const [, yaml] = examples.find(([title]) => title === 'Limits')!;
  expect((await load(yaml)).limits).toEqual(defaultLimits);
});
