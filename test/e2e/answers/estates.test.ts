/**
 * Questions as people type them over eight estates of several services: every answer's rows are those of gold SQL run
 * over the same rows by plain DuckDB, and what isn't read is refused. docs/translation.md has the figures.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { airportQuestions } from '../../support/estates/airport-questions.js';
import { airport } from '../../support/estates/airport.js';
import { clinicQuestions } from '../../support/estates/clinic-questions.js';
import { clinic } from '../../support/estates/clinic.js';
import { openEstate } from '../../support/estates/estate.js';
import type { OpenEstate } from '../../support/estates/estate.js';
import { measure, translatorOf } from '../../support/estates/measure.js';
import { hotelQuestions } from '../../support/estates/hotel-questions.js';
import { hotel } from '../../support/estates/hotel.js';
import { museumQuestions } from '../../support/estates/museum-questions.js';
import { museum } from '../../support/estates/museum.js';
import { payrollQuestions } from '../../support/estates/payroll-questions.js';
import { payroll } from '../../support/estates/payroll.js';
import { portQuestions } from '../../support/estates/port-questions.js';
import { port } from '../../support/estates/port.js';
import { rentalQuestions } from '../../support/estates/rental-questions.js';
import { rental } from '../../support/estates/rental.js';
import { shopQuestions } from '../../support/estates/shop-questions.js';
import { openShop } from '../../support/estates/shop.js';

const estates = [
  ['clinic', clinic, clinicQuestions],
  ['rental', rental, rentalQuestions],
  ['payroll', payroll, payrollQuestions],
  ['hotel', hotel, hotelQuestions],
  ['port', port, portQuestions],
  ['museum', museum, museumQuestions],
  ['airport', airport, airportQuestions],
  ['the example', undefined, shopQuestions],
] as const;

/** Answered right at least, of all. */
const least: Readonly<Record<string, number>> = { clinic: 61, rental: 67, payroll: 52, hotel: 65, port: 38, museum: 58, airport: 63, 'the example': 74 };

describe.each(estates)('%s', (name, services, questions) => {
  let folder: string;
  let estate: OpenEstate;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aishell-estate-'));
    process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
    estate = services === undefined ? await openShop(folder) : await openEstate(services, folder);
  });
  afterAll(async () => {
    await estate.close();
    await rm(folder, { recursive: true, force: true });
  });

  const known = questions.filter((q) => !q.unseen);
  it('gives the right rows or says no', async () => {
    const verdicts = await measure(estate, questions);
    const wrong = verdicts.filter((v) => v.verdict === 'wrong').map((v) => `${v.question}: ${v.note}`);
    expect(wrong).toEqual([]);
    expect(verdicts.filter((v) => v.verdict === 'right').length).toBeGreaterThanOrEqual(least[name]!);
  });

  it('never gives a question with a denial or a restriction more the answer that it gives without', async () => {
    const translate = await translatorOf(estate);
    const dropped: string[] = [];
    for (const { question } of known) {
      const plain = await translate(question);
      if (plain.kind !== 'statement') continue;
      const words = question.split(' ');
      for (let at = 1; at < words.length; at++) {
        for (const word of ['not', 'never', 'only', 'no']) {
          if (words.includes(word)) continue;
          const changed = [...words.slice(0, at), word, ...words.slice(at)].join(' ');
          const other = await translate(changed);
          if (other.kind === 'statement' && other.statement.sql === plain.statement.sql) dropped.push(changed);
        }
      }
    }
    expect(dropped).toEqual([]);
  });

  it('never measures, counts or parts by something else than what was said', async () => {
    const translate = await translatorOf(estate);
    const leads = /\b(average|total|highest|lowest|maximum|minimum|number of|how many|each|per|by) (?!(?:number|of|the|per|by|a|average|total)\b)([a-z]+)/gi;
    const answered: string[] = [];
    for (const { question } of known) {
      for (const unheard of ['zorbing', 'quibbled']) {
        const changed = question.replace(leads, `$1 ${unheard}`);
        if (changed === question) continue;
        const other = await translate(changed);
        if (other.kind === 'statement') answered.push(`${changed}: ${other.statement.reading}`);
      }
    }
    expect(answered).toEqual([]);
  });

  it('refuses with the words that it could not read, or with what may have been meant', async () => {
    const verdicts = await measure(estate, known);
    for (const { translation, question } of verdicts) {
      if (translation.kind !== 'refusal') continue;
      expect(translation.notUnderstood.length + translation.near.length + (translation.reason.startsWith('No reading: ') ? 1 : 0), question).toBeGreaterThan(0);
    }
  });
});

describe('readings to pick from', () => {
  let folder: string;
  let estate: OpenEstate;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aishell-estate-'));
    process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
    estate = await openEstate(clinic, folder);
  });
  afterAll(async () => {
    await estate.close();
    await rm(folder, { recursive: true, force: true });
  });
  const ask = (question: string, reading?: number) => estate.session.ask(question, { signal: AbortSignal.timeout(60_000), limit: 0, ...(reading !== undefined && { reading }) });
  const halfRead = 'number of patients with and without an insurer';

  it('are numbered, say what they leave out, and run when they are picked', async () => {
    await expect(ask(halfRead)).rejects.toMatchObject({ code: 'question.not_understood', data: { notUnderstood: ['without'], near: [{ assumptions: ['"without" left out'] }] } });
    const picked = await ask(halfRead, 1);
    expect(picked).toMatchObject({ kind: 'query', translator: { confidence: 1 }, assumptions: ['"without" left out'], rowCount: 1 });
  });

  it('are of the statement first, then of its alternatives', async () => {
    const [first, again] = [await ask('physicians in cardiology'), await ask('physicians in cardiology', 1)];
    if (first.kind !== 'query' || again.kind !== 'query') throw new Error('no rows');
    expect(again.sql).toBe(first.sql);
    const second = await ask('physicians in cardiology', 2);
    expect(second).toMatchObject({ sql: first.alternatives![0]!.sql });
  });

  it('that do not exist are refused', async () => {
    await expect(ask(halfRead, 7)).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('one reading') as string });
  });
});
