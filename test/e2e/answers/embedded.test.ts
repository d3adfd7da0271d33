/** The five questions on the embedded estate, through the real command line, against the generator's own truth. */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeEstate } from '../../../examples/microservices/generator/estate.js';
import { writeEmbedded } from '../../../examples/microservices/generator/write/embedded.js';
import type { Answer } from '../../../src/answer/contract.js';
import { cli } from './ask.js';
import { expectCorrelation, expectDetails, expectDifferences, expectReport, expectTrace, questions } from './expectations.js';
import { truthOf } from './truth.js';
import type { Truth } from './truth.js';

const options = { seed: 7, scale: 0.5, now: new Date('2026-02-03T00:00:00Z') };

let dir: string;
let config: string;
let truth: Truth;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aishell-embedded-'));
  process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
  config = join(dir, 'aishell.yaml');
  await writeFile(config, await readFile(new URL('../../../examples/microservices/aishell.yaml', import.meta.url)));
  const estate = makeEstate(options);
  await writeEmbedded(estate, join(dir, 'data'));
  truth = truthOf(estate);
});

afterAll(() => rm(dir, { recursive: true, force: true }));

async function answer<T extends Answer>(question: string): Promise<T> {
  const { code, stdout, stderr } = await cli('--config', config, 'query', question, '--format', 'json', '--limit', '0');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as T;
}

describe('the five questions on files', () => {
  it(questions.details, async () => expectDetails(await answer(questions.details), truth));
  it(questions.correlation, async () => expectCorrelation(await answer(questions.correlation), truth));
  it(questions.differences, async () => expectDifferences(await answer(questions.differences)));
  it(questions.trace, async () => expectTrace(await answer(questions.trace), truth));
  it(questions.report, async () => expectReport(await answer(questions.report), truth));
});
