/**
 * The example estate on real servers, with faults of every kind planted: for random ids of every kind a trace equals
 * the truth, every fault is found, and none is reported where there is none. TRACE_IDS asks for more.
 */

import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeEstate } from '../../../examples/microservices/generator/estate.js';
import { withFaults } from '../../support/faults.js';
import { withAdmin } from '../../support/kafka.js';
import { Asker } from '../answers/ask.js';
import { estateServersUp, ServerEstate } from '../support/server-estate.js';
import { FlowBook } from './truth.js';
import { exampleFlows, expectPlanted, expectTruth } from './verdicts.js';

const ids = Number(process.env['TRACE_IDS'] ?? 12);

describe.skipIf(!estateServersUp && process.env['CI'] !== 'true')('the truth on real servers', { timeout: 300_000 + ids * 10_000 }, () => {
  const faulty = withFaults(makeEstate({ seed: 23, scale: 1, now: new Date('2026-02-03T00:00:00Z') }), ids > 100 ? 4 : 1);
  const group = `stock_${process.pid}`;
  let dir: string;
  let asker: Asker;
  let servers: ServerEstate;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-truth-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    servers = await ServerEstate.create(faulty.estate, 'truth', join(dir, 'aishell.yaml'));
    await appendFile(join(dir, 'aishell.yaml'), exampleFlows);
    // The group has come to the first of those whose rows are not there yet.
    const behind = new Set(faulty.behind.map(String));
    const reserved = faulty.estate.bus.filter(({ topic, key, fields }) => topic === 'inventory' && fields?.['eventType'] === 'StockReserved' && behind.has(key));
    const partitions = [0, 1].map((partition) => ({ partition, offset: String(Math.min(...reserved.filter((record) => record.partition === partition).map(({ offset }) => offset))) }));
    await withAdmin((admin) => admin.setOffsets({ groupId: group, topic: servers.topic('inventory'), partitions }));
    asker = await Asker.open(join(dir, 'aishell.yaml'));
  }, 240_000);
  afterAll(async () => {
    await asker?.close();
    await withAdmin((admin) => admin.deleteGroups([group])).catch(() => {});
    await servers?.remove();
    await rm(dir, { recursive: true, force: true });
  });

  it('every planted fault is found, and no other', () => expectPlanted(asker, faulty, new FlowBook(faulty.estate, false)));
  it('random ids give their flows, and nothing is reported where nothing is wrong', () => expectTruth(asker, faulty, ids, true));
  it('tells by the group that it is only behind', async () => {
    const { correlationId } = faulty.planted.find(({ kind }) => kind === 'lagging')!;
    const { verdicts } = await asker.session.trace(correlationId, { signal: AbortSignal.timeout(60_000) });
    expect(verdicts.find(({ kind }) => kind === 'lagging')?.what).toContain(`${group} is at offset`);
  });
});
