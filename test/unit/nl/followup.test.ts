/** What a follow-up makes of the statement before: its text, or why it can't be applied. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followUpTranslator, isSurelyFollowUp } from '../../../src/nl/followup/index.js';
import type { Translation } from '../../../src/nl/contract.js';
import { statementSyntax } from '../../../src/sql/index.js';
import { binder } from './duck.js';
import { clinics, contextFor, freight } from './estates.js';

const estates = { clinics, freight } as const;
type Estate = keyof typeof estates;
const binders = new Map<Estate, Awaited<ReturnType<typeof binder>>>();
beforeAll(async () => {
  for (const estate of ['clinics', 'freight'] as const) binders.set(estate, await binder(estates[estate]));
});
afterAll(() => binders.forEach((b) => b.close()));

function goOn(estate: Estate, before: string, text: string): Promise<Translation> {
  const context = { ...contextFor(estates[estate], binders.get(estate)!.check), previous: { sql: before }, syntax: (sql: string) => statementSyntax(sql, 'UTC') };
  return followUpTranslator().translate(text, context);
}

async function edited(estate: Estate, before: string, text: string): Promise<string> {
  const translation = await goOn(estate, before, text);
  if (translation.kind === 'statement') return translation.statement.sql;
  return translation.kind === 'refusal' ? translation.reason : translation.kind;
}

const visits = 'SELECT id, fee FROM clinic.visits';
const perState = 'SELECT state, count(*) FROM clinic.visits GROUP BY state';
const perMonth = "SELECT date_trunc('month', starts_at), sum(fee) FROM clinic.visits GROUP BY date_trunc('month', starts_at)";
const counted = 'SELECT count(*) FROM clinic.visits';
const owners = 'SELECT name FROM people.owners';
const pets = 'SELECT name FROM animals.pets';
const deliveries = 'SELECT count(*) FROM dispatch.deliveries';
const inMarch = `${counted} WHERE starts_at >= TIMESTAMPTZ '2026-03-09 00:00:00' AND starts_at < TIMESTAMPTZ '2026-03-16 00:00:00'`;
const hers = "WHERE city = 'Graz'";

describe('a follow-up edits the statement before it', () => {
  it.each([
    ['clinics', visits, 'only cancelled ones', `${visits} WHERE state IN ('CANCELLED', 'Cancelled')`],
    ['clinics', owners, 'only from Graz', `${owners} ${hers}`],
    ['clinics', owners, 'Only those in Graz.', `${owners} ${hers}`],
    ['clinics', owners, 'and Linz?', `${owners} WHERE city = 'Linz'`],
    ['clinics', `${owners} ${hers}`, 'what about Linz?', `${owners} WHERE city = 'Linz'`],
    ['clinics', `${owners} ${hers}`, 'only from Linz', `${owners} WHERE city = 'Linz'`],
    ['clinics', owners, 'without Graz', `${owners} WHERE city <> 'Graz'`],
    ['clinics', owners, 'without pets', `${owners} WHERE id NOT IN (SELECT owner_id FROM animals.pets WHERE owner_id IS NOT NULL)`],
    ['clinics', owners, 'with more than 3 pets', `${owners} WHERE id IN (SELECT owners.id FROM people.owners JOIN animals.pets ON owners.id = pets.owner_id GROUP BY owners.id HAVING count(*) > 3)`],
    ['clinics', visits, 'only with a fee over 100', `${visits} WHERE fee > 100`],
    ['clinics', visits, 'fee over 100', `${visits} WHERE fee > 100`],
    ['clinics', pets, 'only chipped ones', `${pets} WHERE chipped = true`],
    ['clinics', pets, 'only dogs', `${pets} WHERE species = 'dog'`],
    ['freight', deliveries, 'only late ones', `${deliveries} WHERE outcome = 'late'`],
    ['clinics', perState, 'only those over 100', `${perState} HAVING count(*) > 100`],
    ['clinics', inMarch, 'and last month?', `${counted} WHERE starts_at >= TIMESTAMPTZ '2026-02-01 00:00:00' AND starts_at < TIMESTAMPTZ '2026-03-01 00:00:00'`],
    ['clinics', counted, 'in October', `${counted} WHERE starts_at >= TIMESTAMPTZ '2025-10-01 00:00:00' AND starts_at < TIMESTAMPTZ '2025-11-01 00:00:00'`],
    ['clinics', counted, 'in 2024', `${counted} WHERE starts_at >= TIMESTAMPTZ '2024-01-01 00:00:00' AND starts_at < TIMESTAMPTZ '2025-01-01 00:00:00'`],
    ['clinics', visits, 'by state', perState],
    ['clinics', perState, 'by vet', 'SELECT vets.first_name, vets.last_name, count(*) FROM clinic.visits LEFT JOIN clinic.vets ON vets.id = visits.vet_id GROUP BY vets.id, vets.first_name, vets.last_name'],
    ['freight', 'SELECT sum(parcel_count) FROM dispatch.deliveries', 'by model', 'SELECT trucks.model, sum(deliveries.parcel_count) FROM dispatch.deliveries LEFT JOIN fleet.trucks ON trucks.id = deliveries.truck_id GROUP BY trucks.model'],
    ['clinics', perState, 'and by vet', 'SELECT visits.state, vets.first_name, vets.last_name, count(*) FROM clinic.visits LEFT JOIN clinic.vets ON vets.id = visits.vet_id GROUP BY visits.state, vets.id, vets.first_name, vets.last_name'],
    ['clinics', perMonth, 'now per week', perMonth.replaceAll('month', 'week')],
    ['clinics', counted, 'per month', "SELECT date_trunc('month', starts_at), count(*) FROM clinic.visits GROUP BY date_trunc('month', starts_at) ORDER BY date_trunc('month', starts_at)"],
    ['clinics', perState, 'as percentages', 'SELECT state, 100.0 * count(*) / sum(count(*)) OVER () AS percent FROM clinic.visits GROUP BY state'],
    ['clinics', perState, 'top 5', `${perState} ORDER BY count(*) DESC LIMIT 5`],
    ['clinics', perState, 'the first three', `${perState} LIMIT 3`],
    ['clinics', visits, 'only the first 3', `${visits} LIMIT 3`],
    ['clinics', visits, 'top 5 by fee', `${visits} ORDER BY fee DESC LIMIT 5`],
    ['clinics', `${visits} LIMIT 3`, 'all of them', visits],
    ['clinics', 'SELECT state, sum(fee) AS total FROM clinic.visits GROUP BY state', 'sort by total', 'SELECT state, sum(fee) AS total FROM clinic.visits GROUP BY state ORDER BY sum(fee)'],
    ['clinics', perState, 'highest first', `${perState} ORDER BY count(*) DESC`],
    ['clinics', `${owners} ORDER BY name`, 'reverse the order', `${owners} ORDER BY name DESC`],
    ['clinics', owners, 'show me the emails', 'SELECT name, email FROM people.owners'],
    ['clinics', owners, 'only the emails', 'SELECT email FROM people.owners'],
    ['clinics', pets, 'show their owner', 'SELECT pets.name, owners.name FROM animals.pets LEFT JOIN people.owners ON owners.id = pets.owner_id'],
    ['clinics', visits, 'hide the fee', 'SELECT id FROM clinic.visits'],
    ['clinics', counted, 'show them', 'SELECT id, pet_id, vet_id, state, fee, starts_at FROM clinic.visits'],
    ['clinics', visits, 'how many?', counted],
    ['clinics', perState, 'how many are there?', `SELECT count(*) FROM (${perState}) AS answer`],
    ['freight', deliveries, 'only late ones, by destination', "SELECT destination, count(*) FROM dispatch.deliveries WHERE outcome = 'late' GROUP BY destination"],
    ['freight', deliveries, 'only late ones by destination', "SELECT destination, count(*) FROM dispatch.deliveries WHERE outcome = 'late' GROUP BY destination"],
    ['freight', 'SELECT row_number() OVER () AS n FROM fleet.trucks', 'only the first 3', 'SELECT * FROM (SELECT row_number() OVER () AS n FROM fleet.trucks) AS answer LIMIT 3'],
  ] as const)('%#. %s: %s -> %s', async (estate, before, text, expected) => {
    expect(await edited(estate, before, text)).toBe(expected);
  });

  it.each([
    ['clinics', owners, 'only purple ones', /"purple" is not understood/],
    ['clinics', owners, 'sort by weight', /"weight" is nothing that each of its rows has one of/],
    ['clinics', owners, 'reverse', /it is in no order/],
    ['clinics', owners, 'as percentages', /has none: say "by" something first/],
    ['clinics', `${visits} LIMIT 3`, 'by state', /it shows only the first rows/],
    ['clinics', perState, 'show the fee', /its rows are groups/],
    ['clinics', owners, 'top 5', /say "top 5 by \.\.\."/],
    ['freight', 'SELECT row_number() OVER () AS n FROM fleet.trucks', 'only red ones', /its rows come from no table/],
    ['freight', 'SELECT 1 UNION ALL SELECT 2', 'by destination', /./],
  ] as const)('or says why it can not: %s, %s, %s', async (estate, before, text, reason) => {
    const translation = await goOn(estate, before, text);
    expect(translation.kind).toBe('refusal');
    expect(translation.kind === 'refusal' ? translation.reason : '').toMatch(reason);
  });

  it('says what it put in place of what, and by which time', async () => {
    const translation = await goOn('clinics', inMarch, 'and last month?');
    expect(translation.kind === 'statement' ? translation.statement.assumptions : []).toEqual([
      '"last month" = 2026-02-01 to 2026-02-28 Europe/Vienna, by visits.starts_at',
      'in place of: starts_at is at least 2026-03-09 00:00:00 and starts_at is less than 2026-03-16 00:00:00',
    ]);
  });

  it('gives the other way round where nobody said which end comes first', async () => {
    const translation = await goOn('clinics', perState, 'sort by count');
    expect(translation.kind === 'statement' ? translation.alternatives.map((a) => a.sql) : []).toEqual([`${perState} ORDER BY count(*) DESC`]);
  });
});

describe('what is a question of its own stays one', () => {
  it.each(['how many visits are there', 'which vets are older than 40?', 'top 5 owners by number of pets', 'show the names of owners', 'sort the owners by name', 'In which city do most owners live?', 'list all pets', 'What about the number of pets per owner?', 'Show complete visit details with pet info across services', 'undoing'])('%s', (text) => {
    expect(isSurelyFollowUp(text)).toBe(false);
  });
  it('and one that follows none is left to the other translators', async () => {
    const context = contextFor(clinics);
    expect(await followUpTranslator().translate('only cancelled ones', context)).toMatchObject({ kind: 'refusal', reason: '' });
  });
});
