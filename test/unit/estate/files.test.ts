/** What lies beside the generator agrees with it: two configurations, the compose file, the package. */

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../../src/config/index.js';
import { defaultServers } from '../../support/servers.js';

const example = fileURLToPath(new URL('../../../examples/microservices/', import.meta.url));
const load = (name: string) => loadConfig({ path: `${example}${name}`, cwd: example, env: {} });

interface Compose {
  readonly services: Readonly<Record<string, { readonly image: string; readonly ports: readonly string[]; readonly healthcheck: { readonly test: readonly string[] }; readonly volumes?: readonly string[] }>>;
}

describe('the two configurations', () => {
  it('have the same services with the same tags, and tell nothing of links', async () => {
    const [embedded, real] = await Promise.all([load('aishell.yaml'), load('aishell.servers.yaml')]);
    const outline = (config: typeof embedded) => config.services.map(({ name, tags }) => ({ name, tags }));
    expect(outline(real)).toEqual(outline(embedded));
    expect(new Set(embedded.services.map(({ kind }) => kind))).toEqual(new Set(['files']));
    expect(new Set(real.services.map(({ kind }) => kind))).toEqual(new Set(['postgres', 'mysql', 'mongodb', 'clickhouse', 'redis', 'kafka']));
    expect([...embedded.links, ...real.links]).toEqual([]);
    for (const { tags } of embedded.services) expect(Object.keys(tags).sort()).toEqual(['cloud', 'region']);
  });
});

describe('the compose file', () => {
  it('starts every store at the address that the configuration and the tests expect', async () => {
    const { services } = parse(await readFile(`${example}compose.yaml`, 'utf8')) as Compose;
    expect(Object.keys(services).sort()).toEqual(['clickhouse', 'kafka', 'mongodb', 'mysql', 'postgres', 'redis']);
    for (const [name, { image, ports, healthcheck, volumes }] of Object.entries(services)) {
      const address = defaultServers[name as keyof typeof defaultServers];
      const expected = new URL(address.includes('://') ? address : `tcp://${address}`).port;
      expect(image, name).toMatch(/:\d+\.\d+/);
      expect(ports.map((port) => port.split(':').slice(0, 2).join(':')), name).toEqual([`127.0.0.1:${expected}`]);
      expect(healthcheck.test.length, name).toBeGreaterThan(1);
      for (const volume of volumes ?? []) await readFile(`${example}${volume.split(':')[0]!}`);
    }
  });
});

describe('the package', () => {
  it('ships the example, and builds it', async () => {
    const root = new URL('../../../package.json', import.meta.url);
    const manifest = JSON.parse(await readFile(root, 'utf8')) as { files: string[]; scripts: Record<string, string> };
    expect(manifest.files).toContain('examples/microservices');
    expect(manifest.scripts['build']).toContain('examples/microservices/generator/main.ts embedded --if-absent');
  });
});
