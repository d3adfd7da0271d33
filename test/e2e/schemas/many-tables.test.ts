/** Many tables on the six stores: a SQL store is asked a number of queries that does not grow with them. */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/index.js';
import { openSession } from '../../../src/session/index.js';
import { fillStores } from '../../support/many-tables.js';
import { FaultProxy } from '../../support/proxy.js';
import { listening, servers } from '../../support/servers.js';

const sql = ['postgres', 'mysql', 'clickhouse'] as const;
const stores = [...sql, 'mongodb', 'redis', 'kafka'] as const;
const isUp = (await Promise.all(stores.map((store) => listening(servers[store].split(',')[0]!)))).every(Boolean);

describe.skipIf(!isUp && process.env['CI'] !== 'true')('many tables', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-many-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  /** Takes a snapshot, and compares with it once a column is gone from ten tables. */
  async function asked(count: number): Promise<Record<string, number>> {
    const filled = await fillStores(`many${process.pid}_${count}`, count, dir);
    const proxies = await Promise.all(sql.map((store) => FaultProxy.to(new URL(servers[store]).hostname, Number(new URL(servers[store]).port))));
    try {
      const text = await readFile(filled.config, 'utf8');
      await writeFile(filled.config, sql.reduce((yaml, store, i) => yaml.replaceAll(new URL(servers[store]).host, `127.0.0.1:${proxies[i]!.port}`), text));
      const session = await openSession({ config: await loadConfig({ path: filled.config, cwd: dir, env: process.env }) });
      const options = () => ({ signal: AbortSignal.timeout(60_000) });
      try {
        const folder = join(dir, `schemas${count}`);
        const { files } = await session.snapshot(folder, options());
        const requests = Object.fromEntries(sql.map((store, i) => [store, proxies[i]!.requests]));
        expect(files.reduce((sum, { tables }) => sum + tables, 0)).toBeGreaterThanOrEqual(count);
        if (count > 30) {
          await filled.change();
          const { changes } = await session.changes(folder, undefined, options());
          expect(changes.map(({ service, change, column }) => `${service} ${change} ${column}`)).toEqual(Array.from({ length: 10 }, () => 'pg column removed note'));
        }
        return requests;
      } finally {
        await session.close();
      }
    } finally {
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await filled.remove();
    }
  }

  it('take as many queries as few do', async () => {
    const [few, many] = [await asked(30), await asked(120)];
    for (const store of sql) expect(many[store], `${store}: ${few[store]} requests for a quarter of the tables`).toBeLessThanOrEqual(few[store]! + 3);
  }, 120_000);
});
