import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Translation } from '../../../src/nl/contract.js';
import { offlineTranslator, translate } from '../../../src/nl/index.js';
import { binder } from './duck.js';
import { clinics, contextFor, ferries, freight } from './estates.js';

type Estate = 'clinics' | 'freight';
const binders = new Map<Estate, Awaited<ReturnType<typeof binder>>>();

beforeAll(async () => {
  binders.set('clinics', await binder(clinics));
  binders.set('freight', await binder(freight));
});
afterAll(() => binders.forEach((b) => b.close()));

function ask(estate: Estate, question: string): Promise<Translation> {
  return offlineTranslator().translate(question, contextFor(estate === 'clinics' ? clinics : freight, binders.get(estate)!.check));
}

async function sql(estate: Estate, question: string): Promise<string> {
  const translation = await ask(estate, question);
  return translation.kind === 'statement' ? translation.statement.sql : `${translation.kind}: ${JSON.stringify(translation)}`;
}

describe('questions over one or two tables', () => {
  const cases: readonly [Estate, string, string][] = [
    ['clinics', 'How many pets are there?', 'SELECT count(*) FROM animals.pets'],
    ['clinics', 'How many dogs are there?', "SELECT count(*) FROM animals.pets WHERE species = 'dog'"],
    ['clinics', 'Show the names of pets heavier than 20', 'SELECT name FROM animals.pets WHERE weight > 20'],
    ['clinics', 'What is the average fee of visits?', 'SELECT avg(fee) FROM clinic.visits'],
    ['clinics', 'List the names of owners from Graz or Linz', "SELECT name FROM people.owners WHERE (city = 'Graz' OR city = 'Linz')"],
    ['clinics', 'How many different species are there?', 'SELECT count(DISTINCT species) FROM animals.pets'],
    ['clinics', 'names of owners whose name starts with "A"', "SELECT name FROM people.owners WHERE name ILIKE 'A%'"],
    ['clinics', 'top 3 heaviest pets', 'SELECT name FROM animals.pets ORDER BY weight DESC LIMIT 3'],
    [
      'clinics',
      'How many visits does each vet have?',
      'SELECT vets.first_name, vets.last_name, count(*) FROM clinic.visits JOIN clinic.vets ON visits.vet_id = vets.id GROUP BY vets.id, vets.first_name, vets.last_name',
    ],
    [
      'clinics',
      'Show the last name of vets with more than 3 visits',
      'SELECT vets.last_name FROM clinic.vets JOIN clinic.visits ON vets.id = visits.vet_id GROUP BY vets.id, vets.last_name HAVING count(*) > 3',
    ],
    ['clinics', 'total fee by month', "SELECT date_trunc('month', starts_at), sum(fee) FROM clinic.visits GROUP BY date_trunc('month', starts_at) ORDER BY date_trunc('month', starts_at)"],
    ['clinics', 'What is the total fee of visits in 2025?', 'SELECT sum(fee) FROM clinic.visits WHERE year(starts_at) = 2025'],
    ['freight', 'What percentage of deliveries were late?', "SELECT ((100 * count(*) FILTER (WHERE outcome = 'late')) / count(*)) AS percent FROM dispatch.deliveries"],
    ['freight', 'share of late deliveries per destination', "SELECT destination, ((100 * count(*) FILTER (WHERE outcome = 'late')) / count(*)) AS percent FROM dispatch.deliveries GROUP BY destination"],
    ['freight', 'share of deliveries by destination', 'SELECT destination, 100.0 * count(*) / sum(count(*)) OVER () AS percent FROM dispatch.deliveries GROUP BY destination'],
    ['freight', 'Are there any lost deliveries?', "SELECT count(*) > 0 AS answer, count(*) AS how_many FROM dispatch.deliveries WHERE outcome = 'lost'"],
    ['clinics', 'error rate per service', 'SELECT service, avg(error_rate) FROM ops.service_health GROUP BY service'],
    ['clinics', 'visits over 100', 'SELECT id FROM clinic.visits WHERE fee > 100'],
    ['clinics', 'latest 3 visits', 'SELECT id FROM clinic.visits ORDER BY starts_at DESC LIMIT 3'],
    ['clinics', 'owners with an "e" in their name', "SELECT name FROM people.owners WHERE name ILIKE '%e%'"],
    ['clinics', 'vets who are 40 years old', 'SELECT first_name, last_name FROM clinic.vets WHERE age = 40'],
    ['freight', 'How many deliveries were late?', "SELECT count(*) FROM dispatch.deliveries WHERE outcome = 'late'"],
    ['freight', 'number of deliveries per destination', 'SELECT destination, count(*) FROM dispatch.deliveries GROUP BY destination'],
  ];
  it.each(cases)('%s: %s', async (estate, question, expected) => {
    expect(await sql(estate, question)).toBe(expected);
  });

  it('reads a denied relation as rows for which there is none', async () => {
    expect(await sql('clinics', 'What are the names of owners who have no pets?')).toBe(
      'SELECT name FROM people.owners WHERE id NOT IN (SELECT owner_id FROM animals.pets WHERE owner_id IS NOT NULL)',
    );
  });

  it('joins ids of different types as text', async () => {
    expect(await sql('clinics', 'Show the names of pets with a visit fee over 100')).toContain('CAST(pets.id AS VARCHAR) = visits.pet_id');
  });

  it('takes every spelling of a state', async () => {
    expect(await sql('clinics', 'How many cancelled visits are there?')).toContain("state IN ('CANCELLED', 'Cancelled')");
  });

  it('reads relative dates in the zone, and says so', async () => {
    const translation = await ask('clinics', 'How many visits were there last week?');
    if (translation.kind !== 'statement') throw new Error(JSON.stringify(translation));
    expect(translation.statement.sql).toContain("starts_at >= TIMESTAMPTZ '2026-03-09 00:00:00' AND starts_at < TIMESTAMPTZ '2026-03-16 00:00:00'");
    expect(translation.statement.assumptions.join()).toContain('Europe/Vienna');
  });
});

describe('complete details across services', () => {
  const questions: readonly [Estate, string, readonly string[]][] = [
    ['clinics', 'Show complete visit details with pet and vet info across services', ['clinic.visits', 'animals.pets', 'clinic.vets']],
    ['clinics', 'Give me full visit details including owner and pet information', ['clinic.visits', 'animals.pets', 'people.owners']],
    ['clinics', 'Show all prescriptions together with their visit and pet data across all services', ['clinic.prescriptions', 'clinic.visits', 'animals.pets']],
    ['clinics', 'Complete pet records with owner details from all services', ['animals.pets', 'people.owners']],
    ['freight', 'Show complete delivery details with truck and driver info across services', ['dispatch.deliveries', 'fleet.trucks', 'fleet.drivers']],
  ];
  it.each(questions)('%s: %s', async (estate, question, tables) => {
    const text = await sql(estate, question);
    expect(text).toMatch(new RegExp(`^SELECT .* FROM ${tables[0]} LEFT JOIN `));
    for (const table of tables) expect(text).toContain(table);
    const names = [...text.matchAll(/ AS (\w+)[,\s]/g)].map((m) => m[1]).filter((n) => n !== 'VARCHAR');
    expect(new Set(names).size).toBe(names.length);
    expect(text).not.toContain('queue.');
  });
});

describe('correlations', () => {
  const questions: readonly [Estate, string, RegExp][] = [
    ['clinics', 'Find visit cancellations and correlate with animals service health', /service = 'animals'/],
    ['clinics', 'Correlate cancelled visits with the health of the people service', /service = 'people'/],
    ['clinics', 'Is there a correlation between visit cancellations and clinic service error rate per day?', /date_trunc\('day'/],
    ['clinics', 'How do cancelled visits correlate with clinic service health?', /service = 'clinic'/],
    ['clinics', 'Does clinic service error rate affect cancelled visits?', /avg\(error_rate\)/],
    ['freight', 'Find late deliveries and correlate with oil temperature', /outcome = 'late'.*avg\(oil_temperature\)/],
    ['freight', 'correlate lost deliveries with tyre pressure per day', /date_trunc\('day'.*outcome = 'lost'.*avg\(tyre_pressure\)/],
  ];
  it.each(questions)('%s: %s', async (estate, question, expected) => {
    const text = await sql(estate, question);
    expect(text).toMatch(/corr\(.*\) OVER \(\) AS correlation/);
    expect(text).toContain('FULL JOIN');
    expect(text).toMatch(expected);
  });

  it('refuses what has no series, and names it', async () => {
    const translation = await ask('freight', 'correlate late deliveries with the phase of the moon');
    expect(translation).toMatchObject({ kind: 'refusal', notUnderstood: ['phase of the moon'] });
  });
});

describe('other commands', () => {
  const id = '7f1c2c1e-94b5-4c6c-8a3e-0f4d7e9d1a11';
  const cases: readonly [string, object][] = [
    ['Compare schema differences between services', { kind: 'diff' }],
    ['How do the schemas of people and animals differ?', { kind: 'diff', left: 'people', right: 'animals' }],
    ['Which services disagree about column types?', { kind: 'diff' }],
    ['Diff the table structures of clinic and animals', { kind: 'diff', left: 'clinic', right: 'animals' }],
    ['Are there schema mismatches across our services?', { kind: 'diff' }],
    ['Track an event across all microservices', { kind: 'trace' }],
    [`Trace event ${id} through every service`, { kind: 'trace', id }],
    ['What happened to visit 4711?', { kind: 'trace', id: '4711', as: 'visit' }],
    ['what happened with pet #12', { kind: 'trace', id: '12', as: 'pet' }],
    ['Why did visit V-77 fail?', { kind: 'trace', id: 'V-77', as: 'visit', why: true }],
    ['What was the reason that visit 77 was cancelled?', { kind: 'trace', id: '77', as: 'visit', why: true }],
    ['why was prescription no. 5 rejected', { kind: 'trace', id: '5', as: 'prescription', why: true }],
    [`track event ${id} across all microservices`, { kind: 'trace', id }],
    ['Follow message evt-42 through the systems', { kind: 'trace', id: 'evt-42' }],
    ['Show the journey of visit 99 across services', { kind: 'trace', id: '99' }],
    ['Is everything up?', { kind: 'doctor' }],
    ['Can you reach all services?', { kind: 'doctor' }],
    ['Which services are down?', { kind: 'doctor' }],
    ['check connections', { kind: 'doctor' }],
    ['What tables are there?', { kind: 'schema' }],
    ['show me the schema of the clinic service', { kind: 'schema', scope: 'clinic' }],
    ['which columns does the visits table have?', { kind: 'schema', scope: 'clinic.visits' }],
    ['Describe the pets table', { kind: 'schema', scope: 'animals.pets' }],
    ['describe clinic', { kind: 'schema', scope: 'clinic' }],
    ['show me the schema of accounting', { kind: 'refusal' }],
    ['which tables does accounting have', { kind: 'refusal' }],
    ['what differs between clinic and animals', { kind: 'diff', left: 'clinic', right: 'animals' }],
    ['can my role write anywhere', { kind: 'doctor' }],
    ['do we have write access?', { kind: 'doctor' }],
    ['health of the services', { kind: 'doctor' }],
    ['how fast are the stores?', { kind: 'doctor' }],
    ['check the data', { kind: 'check' }],
    ['report on visits', { kind: 'refusal', notUnderstood: ['visits'] }],
    ['summary of the pets', { kind: 'refusal' }],
    ['give me an overview', { kind: 'report' }],
  ];
  it.each(cases)('%s', async (question, expected) => {
    expect(await ask('clinics', question)).toMatchObject(expected);
  });

  it('a number that counts things is no id', async () => {
    expect(await ask('clinics', 'why did 12 visits fail last week')).not.toMatchObject({ kind: 'trace' });
  });

  it('a trace without an id names none', async () => {
    expect(await ask('clinics', 'Track an event across all microservices')).not.toHaveProperty('id');
  });
});

describe('reports', () => {
  it('breaks down by what rows are called, also by a key that people use, and along links within a service', async () => {
    const bound = await binder(ferries);
    const translation = await offlineTranslator().translate('Generate cross-service analytics report', contextFor(ferries, bound.check));
    bound.close();
    if (translation.kind !== 'report') throw new Error(JSON.stringify(translation));
    const section = (title: string) => translation.sections.find((s) => s.title === title)?.sql;
    expect(section('Top routes by tickets')).toMatch(/sum\(tickets\.fare\).*JOIN fleet\.routes ON tickets\.route_no = routes\.route_no GROUP BY routes\.route_no/);
    expect(section('Top travellers by tickets')).toMatch(/travellers\.full_name.*JOIN desk\.travellers/);
  });

  it.each(['Generate cross-service analytics report', 'Give me an overview of all services', 'Summarize everything across our systems', 'Create a monthly report across all services', 'Produce a company-wide summary'])(
    '%s',
    async (question) => {
      const translation = await ask('clinics', question);
      if (translation.kind !== 'report') throw new Error(JSON.stringify(translation));
      const titles = translation.sections.map((s) => s.title).join('; ');
      expect(titles).toContain('Totals per service');
      expect(titles).toMatch(/Visits by (week|month)/);
      expect(titles).toContain('Top pets by visits');
      expect(titles).toContain('Visits by state');
      for (const section of translation.sections) expect(await binders.get('clinics')!.check(section.sql)).toBeUndefined();
    },
  );
});

describe('refusals', () => {
  const cases: readonly [string, RegExp][] = [
    ['', /empty/],
    ['   \n ', /empty/],
    ['x'.repeat(1_000_000), /1,000,000 characters/],
    ['how many pets\u0007 are there', /control characters/],
    ['Wie viele Tiere gibt es?', /English/],
    ['¿Cuántos animales hay en la clínica?', /English/],
    ['有多少只宠物？', /English/],
    ['????', /no words/],
    ['How many spaceships are there?', /no reading/i],
    ['what is the meaning of life', /no reading/i],
    ['Show the horsepower of pets', /no reading/i],
    ['delete all pets', /no reading/i],
    ['drop table owners; --', /no reading/i],
    ['visits on 2026-02-30', /2026-02-30 is no date/],
  ];
  it.each(cases.map(([q, r]) => [q.slice(0, 60), q, r] as const))('%s', async (_, question, reason) => {
    const translation = await ask('clinics', question);
    expect(translation).toMatchObject({ kind: 'refusal', reason: expect.stringMatching(reason) as string });
  });

  it('lists the words that have no reading, and near readings', async () => {
    const translation = await ask('clinics', 'Show the horsepower of pets');
    expect(translation).toMatchObject({ kind: 'refusal', notUnderstood: ['horsepower'], understood: ['pets'] });
    if (translation.kind === 'refusal') expect(translation.near.length).toBeGreaterThan(0);
  });

  it('never gives a statement that the gate refuses', async () => {
    const context = contextFor(clinics, async () => 'no such table');
    const translation = await offlineTranslator().translate('How many pets are there?', context);
    expect(translation).toMatchObject({ kind: 'refusal', near: [] });
  });
});

describe('policy', () => {
  it('is deterministic', async () => {
    const questions = ['How many pets are there?', 'Find visit cancellations and correlate with animals service health', 'Generate cross-service analytics report'];
    for (const question of questions) expect(await ask('clinics', question)).toEqual(await ask('clinics', question));
  });

  it('asks the next translator only where the first abstains', async () => {
    const asked: string[] = [];
    const second = { name: 'second', translate: async (q: string): Promise<Translation> => (asked.push(q), { kind: 'doctor', reading: 'x', confidence: 1 }) };
    const context = contextFor(clinics);
    expect((await translate('How many pets are there?', context, [offlineTranslator(), second])).translator).toBe('offline');
    expect((await translate('How many spaceships are there?', context, [offlineTranslator(), second])).translator).toBe('second');
    expect(asked).toEqual(['How many spaceships are there?']);
  });
});

describe('answers that would be silently wrong', () => {
  it.each([
    ['what share of visits was lost', 'share'],
    ['failed visits', 'failed'],
    ['fee per vet', 'per'],
    ['top 5 owners by pet total', 'total'],
    ['pets by value', 'value'],
    ['owners by pet value', 'value'],
  ])('%s: names %s as not understood', async (question, word) => {
    const translation = await ask('clinics', question);
    expect(translation).toMatchObject({ kind: 'refusal', notUnderstood: [word] });
  });

  it('groups by what stands after "by"', async () => {
    expect(await sql('clinics', 'average fee by species')).toContain('GROUP BY pets.species');
  });

  it('refuses an average over rows that a join repeats', async () => {
    expect(await ask('clinics', 'What is the average weight of pets for each vet?')).toMatchObject({ kind: 'refusal' });
  });

  it('prefers rows to messages about them', async () => {
    expect(await sql('freight', 'How many deliveries are there?')).toBe('SELECT count(*) FROM dispatch.deliveries');
  });
});
