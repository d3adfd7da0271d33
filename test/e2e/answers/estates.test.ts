/**
 * Questions as people type them over three estates of several services: every answer's rows are those of gold SQL run
 * over the same rows by plain DuckDB, and what isn't read is refused. docs/translator.md has the figures.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clinicQuestions } from '../../support/estates/clinic-questions.js';
import { clinic } from '../../support/estates/clinic.js';
import { openEstate } from '../../support/estates/estate.js';
import type { OpenEstate } from '../../support/estates/estate.js';
import { measure } from '../../support/estates/measure.js';
import { payrollQuestions } from '../../support/estates/payroll-questions.js';
import { payroll } from '../../support/estates/payroll.js';
import { rentalQuestions } from '../../support/estates/rental-questions.js';
import { rental } from '../../support/estates/rental.js';

const estates = [
  ['clinic', clinic, clinicQuestions],
  ['rental', rental, rentalQuestions],
  ['payroll', payroll, payrollQuestions],
] as const;

describe.each(estates)('%s', (_, services, questions) => {
  let folder: string;
  let estate: OpenEstate;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aishell-estate-'));
    process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
    estate = await openEstate(services, folder);
  });
  afterAll(async () => {
    await estate.close();
    await rm(folder, { recursive: true, force: true });
  });

  const known = questions.filter((q) => !q.unseen);
  it('gives the right rows or says no', async () => {
    const verdicts = await measure(estate, known);
    const wrong = verdicts.filter((v) => v.verdict === 'wrong').map((v) => `${v.question}: ${v.note}`);
    expect(wrong).toEqual([]);
    const answerable = known.filter((q) => q.gold.length > 0);
    expect(verdicts.filter((v) => v.verdict === 'right').length / answerable.length).toBeGreaterThan(0.6);
  });

  it('refuses with the words that it could not read, or with what may have been meant', async () => {
    const verdicts = await measure(estate, known);
    for (const { translation, question } of verdicts) {
      if (translation.kind !== 'refusal') continue;
      expect(translation.notUnderstood.length + translation.near.length + (translation.reason.startsWith('No reading: ') ? 1 : 0), question).toBeGreaterThan(0);
    }
  });
});
