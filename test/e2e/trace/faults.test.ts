/**
 * Faults of every kind, planted in the example estate as files: found, and none where there is none. TRACE_IDS asks for
 * more.
 */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { makeEstate } from '../../../examples/microservices/generator/estate.js';
import { writeEmbedded } from '../../../examples/microservices/generator/write/embedded.js';
import { withFaults } from '../../support/faults.js';
import { Asker } from '../answers/ask.js';
import { exampleFlows, expectPlanted, expectTruth } from './verdicts.js';

const ids = Number(process.env['TRACE_IDS'] ?? 12);
const faulty = withFaults(makeEstate({ seed: 11, scale: 1, now: new Date('2026-02-03T00:00:00Z') }), ids > 100 ? 4 : 1);
const { estate } = faulty;

let dir: string;
let asker: Asker;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aishell-faults-'));
  process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
  await writeEmbedded(estate, join(dir, 'data'));
  const example = fileURLToPath(new URL('../../../examples/microservices/aishell.yaml', import.meta.url));
  await writeFile(join(dir, 'aishell.yaml'), `${await readFile(example, 'utf8')}${exampleFlows}`);
  asker = await Asker.open(join(dir, 'aishell.yaml'));
}, 120_000);
afterAll(async () => {
  await asker?.close();
  await rm(dir, { recursive: true, force: true });
});

describe('verdicts over files', { timeout: 120_000 + ids * 10_000 }, () => {
  it('every planted fault is found, and no other', () => expectPlanted(asker, faulty));
  it('nothing is reported where nothing is wrong', () => expectTruth(asker, faulty, ids));
});
