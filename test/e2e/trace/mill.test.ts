/**
 * An estate that nothing was written for: ULIDs, snowflakes, keys of several columns, headers of several libraries, an outbox,
 * dead letters, two groups, a stream of RabbitMQ and one of Redis. Every fault is found, all steps, and none where none is.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TraceAnswer } from '../../../src/answer/contract.js';
import type { TraceOptions } from '../../../src/trace/contract.js';
import { grindCount, grindOf, messageOf, openMill, sampleOf, talkOf } from '../../support/mill.js';
import type { Mill } from '../../support/mill.js';
import { streamPort } from '../../support/rabbitmq.js';
import { listening, servers } from '../../support/servers.js';
import { Asker } from '../answers/ask.js';
import { stepsOf } from './truth.js';
import { accusations } from './verdicts.js';

const isUp = (await Promise.all([servers.postgres, servers.mysql, servers.redis, servers.kafka.split(',')[0]!, `127.0.0.1:${streamPort}`].map(listening))).every(Boolean);

describe.skipIf(!isUp && process.env['CI'] !== 'true')('an estate of strange ids', { timeout: 180_000 }, () => {
  let dir: string;
  let mill: Mill;
  let asker: Asker;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-mill-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    mill = await openMill(`mill_${process.pid}`);
    await writeFile(join(dir, 'aishell.yaml'), mill.services + mill.flows);
    asker = await Asker.open(join(dir, 'aishell.yaml'));
  }, 120_000);
  afterAll(async () => {
    await asker?.close();
    await mill?.remove();
    await rm(dir, { recursive: true, force: true });
  });

  const trace = (id: string, options: TraceOptions = {}) => asker.session.trace(id, { signal: AbortSignal.timeout(60_000), deep: true, ...options });
  const told = (n: number, { verdicts, warnings, missing }: TraceAnswer) => `grind ${n}: ${JSON.stringify({ verdicts, warnings, missing }, null, 1)}`;

  it('every fault is found, with all steps and no foreign ones', async () => {
    for (const [n, [kind, names]] of mill.faults) {
      const answer = await trace(talkOf(n));
      expect(stepsOf(answer, 'part'), told(n, answer)).toEqual([...mill.truth(n)].sort());
      expect(accusations(answer), told(n, answer)).toEqual([kind]);
      expect(answer.verdicts.filter((verdict) => verdict.kind === kind && verdict.what.includes(names)), told(n, answer)).toHaveLength(1);
    }
  });

  it('whatever id one begins with, the flow is the same, and nothing is said of what is whole', async () => {
    for (const n of [7, 21, 30, 44, 99]) {
      const ways: [string, TraceOptions][] = [[grindOf(n), {}], [talkOf(n), {}], [messageOf(n, 1), {}], [messageOf(n, 2), { as: 'event_id' }], [sampleOf(n), { as: 'sample_no' }], [messageOf(n, 6), {}]];
      for (const [id, options] of ways.slice(0, n === 7 ? ways.length : 2)) {
        const answer = await trace(id, options);
        expect(stepsOf(answer, 'part'), `${id} ${told(n, answer)}`).toEqual([...mill.truth(n)].sort());
        expect(accusations(answer), told(n, answer)).toEqual([]);
      }
    }
  });

  it('accuses nobody where two groups read a topic, one of them behind, and nobody said which of them writes', async () => {
    await writeFile(join(dir, 'plain.yaml'), mill.services);
    const plain = await Asker.open(join(dir, 'plain.yaml'));
    const { verdicts } = await plain.session.trace(talkOf(106), { signal: AbortSignal.timeout(60_000) });
    await plain.close();
    expect(verdicts.map(({ kind, what }) => `${kind} ${what}`)).toEqual([expect.stringMatching(/^cannot tell .*-lab is at offset \d+, this is \d+; .*-watch is past it/) as string]);
  });

  it('names the queue that can’t be searched, and joins no group', async () => {
    const { coverage } = await trace(grindOf(3));
    expect(coverage.find(({ table }) => table.endsWith('orders'))?.notSearched).toContain('not searchable');
    expect(grindCount).toBeGreaterThan(100);
  });
});
