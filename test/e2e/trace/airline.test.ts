/** An airline that nothing was written for: every fault is found, all steps, and none where none is, whatever id one begins with. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TraceAnswer } from '../../../src/answer/contract.js';
import type { TraceOptions } from '../../../src/trace/contract.js';
import { bookingOf, chargeOf, eventOf, openAirline, retried, slowMs, talkOf } from '../../support/airline.js';
import type { Airline } from '../../support/airline.js';
import { listening, servers } from '../../support/servers.js';
import { Asker } from '../answers/ask.js';
import { accusations } from './verdicts.js';

const isUp = (await Promise.all([servers.postgres, servers.mysql, servers.mongodb, servers.clickhouse, servers.registry, servers.kafka.split(',')[0]!].map(listening))).every(Boolean);

describe.skipIf(!isUp && process.env['CI'] !== 'true')('an airline', { timeout: 180_000 }, () => {
  let dir: string;
  let airline: Airline;
  let asker: Asker;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-airline-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    airline = await openAirline(`airline_${process.pid}`);
    await writeFile(join(dir, 'aishell.yaml'), airline.services + airline.flows);
    asker = await Asker.open(join(dir, 'aishell.yaml'));
  }, 120_000);
  afterAll(async () => {
    await asker?.close();
    await airline?.remove();
    await rm(dir, { recursive: true, force: true });
  });

  const trace = (id: string, options: TraceOptions = {}) => asker.session.trace(id, { signal: AbortSignal.timeout(60_000), ...options });
  const told = (n: number, { verdicts, warnings, missing }: TraceAnswer) => `booking ${n}: ${JSON.stringify({ verdicts, warnings, missing }, null, 1)}`;
  const steps = (answer: TraceAnswer, role: 'part' | 'mentioned') =>
    answer.steps.filter((step) => step.role === role).map(({ service, table, locator }) => `${service}.${table} ${table === 'fact_miles' ? String(locator['booking_id']) : Object.values(locator).map(String).join('/')}`).sort();

  it('every fault is found, with all steps and no foreign ones', async () => {
    for (const [n, [kind, names]] of airline.faults) {
      const answer = await trace(talkOf(n));
      expect(steps(answer, 'part'), told(n, answer)).toEqual([...airline.truth(n)].sort());
      expect(accusations(answer), told(n, answer)).toEqual([kind]);
      expect(answer.verdicts.filter((verdict) => verdict.kind === kind && verdict.what.includes(names)), told(n, answer)).toHaveLength(1);
    }
  });

  it('whatever id one begins with, the flow is the same, and nothing is said of what is whole', async () => {
    const ways = (n: number): [string, TraceOptions][] => [[talkOf(n), {}], [String(bookingOf(n)), { as: 'booking' }], [eventOf(n, 'requested'), {}], [eventOf(n, 'paid'), {}], [chargeOf(n), {}]];
    for (const [n, way] of [[8, 0], [9, 1], [11, 2], [11, 4], [30, 3], [retried, 1]] as const) {
      const [id, options] = ways(n)[way]!;
      const answer = await trace(id, options);
      expect(steps(answer, 'part'), `${id} ${told(n, answer)}`).toEqual([...airline.truth(n)].sort());
      expect(steps(answer, 'mentioned'), `${id} ${told(n, answer)}`).toEqual(airline.mentioned(n));
      expect(accusations(answer), told(n, answer)).toEqual([]);
    }
  });

  it('says why each step is there, how sure that is, and whose clock is slow', async () => {
    const { steps: all, skew } = await trace(talkOf(8));
    const boarding = all.find(({ table }) => table === 'boarding')!;
    expect(boarding.edges.map(({ because, certainty }) => `${because} ${certainty}`)).toEqual([`bus.boarding._key = ${bookingOf(8)} matched`]);
    expect(all.find(({ what }) => what.includes('SeatHeld'))!.edges.find(({ because }) => because.startsWith('metadata.correlationId'))!.certainty).toBe('declared');
    // What only led to another is no cause of it.
    expect(new Set(skew.map(({ behind }) => behind))).toEqual(new Set(['/payments']));
    const most = Math.max(...skew.filter(({ behind }) => behind === '/payments').map(({ atLeastMs }) => atLeastMs));
    expect(most).toBeGreaterThan(slowMs - 10_000);
    expect(most).toBeLessThanOrEqual(slowMs);
  });
});
