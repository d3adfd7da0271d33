/** Another estate, whose messages and tables are called otherwise: every fault found, none where there is none, why answered. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TraceAnswer } from '../../../src/answer/contract.js';
import { behindFrom, numberOf, parcelCount, parcels, writeParcels } from '../../support/parcels.js';
import { Asker } from '../answers/ask.js';
import { stepsOf } from './truth.js';
import { accusations } from './verdicts.js';

const estate = parcels();
let dir: string;
let asker: Asker;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aishell-parcels-'));
  process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
  asker = await Asker.open(await writeParcels(estate, dir));
}, 60_000);
afterAll(async () => {
  await asker?.close();
  await rm(dir, { recursive: true, force: true });
});

const trace = (id: string, as?: string) => asker.session.trace(id, { signal: AbortSignal.timeout(60_000), ...(as !== undefined && { as }) });
const told = (n: number, answer: TraceAnswer) => `parcel ${n}: ${JSON.stringify(answer.verdicts, null, 1)}`;

describe('an estate of other names', { timeout: 240_000 }, () => {
  it('every fault is found, with all steps and no foreign ones', async () => {
    for (const [n, [kind, names]] of [...estate.faults].filter(([n]) => n <= behindFrom)) {
      const answer = await trace(estate.conversation(n));
      expect(answer.verdicts.filter((verdict) => verdict.kind === kind && verdict.what.includes(names)), told(n, answer)).toHaveLength(1);
      expect(accusations(answer), told(n, answer)).toEqual([kind]);
      expect(stepsOf(answer, 'part'), told(n, answer)).toEqual([...estate.truth(n)].sort());
    }
  });

  it('nothing is reported of those that are whole', async () => {
    for (let n = 7; n < parcelCount; n += 17) {
      if (estate.faults.has(n)) continue;
      const answer = await trace(String(numberOf(n)), 'parcel');
      expect(accusations(answer), told(n, answer)).toEqual([]);
      expect(stepsOf(answer, 'part'), told(n, answer)).toEqual([...estate.truth(n)].sort());
    }
  });

  it('a question is answered with the reason', async () => {
    const n = 11;
    const answer = await asker.ask('trace', `Why did parcel ${numberOf(n)} fail?`);
    expect(answer.as).toEqual(['depot.parcels.parcel_no']);
    expect(answer.why).toContain(`nobody at door ${n}`);
    const whole = await asker.ask('trace', `what happened to parcel ${numberOf(12)}`);
    expect([whole.why, whole.found]).toEqual([undefined, true]);
  });
});
