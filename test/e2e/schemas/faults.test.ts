/** Stores and tables that go away: what was not compared is named, and the exit code says so. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChangesAnswer, CheckAnswer, DiffAnswer } from '../../../src/answer/contract.js';
import { loadConfig } from '../../../src/config/index.js';
import { openSession } from '../../../src/session/index.js';
import { FaultProxy } from '../../support/proxy.js';
import { servers } from '../../support/servers.js';
import { runHere } from '../support/in-process.js';
import { Stores, storesUp } from '../support/stores.js';

describe.skipIf(!storesUp && process.env['CI'] !== 'true')('comparing while something goes away', () => {
  let dir: string;
  let stores: Stores;
  let proxy: FaultProxy;
  const run = (...args: string[]) => runHere([...args, '--config', join(dir, 'aishell.yaml')], dir);
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-faults-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    process.env['XDG_STATE_HOME'] = join(dir, 'state');
    stores = await Stores.open('schema_faults');
    const { hostname, port } = new URL(servers.mysql);
    proxy = await FaultProxy.to(hostname, Number(port));
    await stores.postgres(`CREATE TABLE vineyards (vineyard_no int PRIMARY KEY, title text NOT NULL, hectares numeric(8,2));
      INSERT INTO vineyards SELECT i, 'v' || i, i * 1.5 FROM generate_series(1, 60) i;
      CREATE TABLE casks (cask_no int PRIMARY KEY, vineyard_no int NOT NULL); INSERT INTO casks SELECT i, i FROM generate_series(1, 60) i`);
    await stores.mysql('CREATE TABLE bottlings (bottling_no int PRIMARY KEY, vineyard_no bigint NOT NULL, hectares double)');
    await stores.mysql(`INSERT INTO bottlings VALUES ${Array.from({ length: 60 }, (_, i) => `(${i + 1}, ${i + 1}, ${(i + 1) * 1.5})`).join(', ')}`);
    await stores.mongodb.collection<object>('tastings').insertMany(Array.from({ length: 60 }, (_, i) => ({ _id: i, vineyardNo: i + 1, points: 80 + (i % 20) })) as never);
    await writeFile(join(dir, 'aishell.yaml'), `services:\n  estate: ${stores.service('postgres')}\n  cellar: ${stores.service('mysql', { port: proxy.port })}\n  guide: ${stores.service('mongodb')}\n`);
  }, 60_000);
  afterAll(async () => {
    await proxy.close();
    await stores.close();
    await rm(dir, { recursive: true, force: true });
  });

  const json = async <T>(...args: string[]): Promise<{ code: number | null; answer: T; error: { message: string; remedy: string; service: string | null } }> => {
    const { code, stdout, stderr } = await run(...args, '--format', 'json');
    return { code, answer: (stdout === '' ? undefined : JSON.parse(stdout)) as T, error: (stdout === '' ? JSON.parse(stderr) : undefined) as never };
  };

  it('is an error that names the service; with leave to be partial exit code 4, and the rest is compared', async () => {
    const whole = await json<DiffAnswer>('schema', 'diff');
    expect(whole).toMatchObject({ code: 0, answer: { complete: true } });
    expect(whole.answer.pairs.map(({ left }) => left).sort()).toEqual(['cellar.bottlings', 'guide.tastings']);
    expect((await run('schema', 'snapshot')).code).toBe(0);
    const snapshots = join(dir, 'schemas');
    const commands = [['schema', 'diff'], ['check'], ['schema', 'links'], ['schema', 'diff', '--against', snapshots]];
    proxy.cutAfter(0);
    // Its schema may still be known, or not even that.
    for (const known of [true, false]) {
      for (const command of commands) {
        if (!known) await rm(join(dir, 'cache'), { recursive: true, force: true });
        const refused = await json(...command);
        expect(refused, command.join(' ')).toMatchObject({ code: 5, error: { service: 'cellar', remedy: expect.stringContaining('--allow-partial') as string } });
        const partial = await json<CheckAnswer>(...command, '--allow-partial');
        expect(partial, command.join(' ')).toMatchObject({ code: 4, answer: { complete: false, missing: [{ service: 'cellar' }] } });
        expect(JSON.stringify({ ...partial.answer, missing: [], warnings: [] })).not.toContain('cellar');
      }
      const asked = await json('schema', 'diff', 'cellar', '--allow-partial');
      expect(asked).toMatchObject({ code: 5, error: { service: 'cellar', message: expect.stringMatching(/^'cellar' can't be compared: /) as string } });
    }
    const { answer } = await json<DiffAnswer>('schema', 'diff', '--allow-partial');
    expect(answer.pairs.map(({ left }) => left)).toEqual(['guide.tastings']);
    const checked = await json<CheckAnswer>('check', '--allow-partial');
    expect(checked.answer.checks.map(({ where }) => where)).toContain('guide.tastings.vineyardNo');
    // People and build servers read it too.
    expect((await run('schema', 'diff', '--allow-partial')).stdout).toMatch(/cellar/);
    expect((await run('check', '--allow-partial', '--format', 'junit')).stdout).toMatch(/<error message="cellar: /);
    expect((await run('schema', 'diff', '--against', snapshots, '--allow-partial', '--format', 'markdown')).stdout).toMatch(/cellar/);
    proxy.heal();
  }, 120_000);

  it('goes on with the tables that are left where one vanishes after the schemas were read', async () => {
    const session = await openSession({ config: await loadConfig({ path: join(dir, 'aishell.yaml'), cwd: '/', env: process.env }), refresh: true });
    const options = () => ({ signal: AbortSignal.timeout(60_000) });
    try {
      expect((await session.diff(undefined, undefined, options())).pairs).toHaveLength(2);
      await stores.mysql('DROP TABLE bottlings');
      const without = await session.diff(undefined, undefined, options());
      expect(without).toMatchObject({ complete: true, missing: [], pairs: [{ left: 'guide.tastings' }] });
      await stores.mongodb.collection('tastings').drop();
      expect((await session.check(options())).checks.filter(({ where }) => where.startsWith('guide'))).toEqual([]);
      await stores.postgres('DROP TABLE casks');
      const { links } = await session.links(options());
      expect(links).toEqual([]);
      const changes: ChangesAnswer = await session.changes(join(dir, 'schemas'), undefined, options());
      expect(changes.changes.map(({ change, service, table }) => `${change} ${service}.${table}`).sort()).toEqual(['table removed cellar.bottlings', 'table removed estate.casks', 'table removed guide.tastings']);
      // One that is asked for by its name is not passed over.
      await expect(session.diff('estate.casks', undefined, options())).rejects.toThrow(/no service or table 'estate.casks'/);
    } finally {
      await session.close();
    }
  }, 120_000);
});
