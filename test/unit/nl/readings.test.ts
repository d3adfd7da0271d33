/** Turns of phrase, each read over a hand-made estate: the statement comes first among the readings, whatever its confidence. */

import { describe, expect, it } from 'vitest';
import { schemaOf } from '../../../src/nl/offline/link/catalog.js';
import { readings } from '../../../src/nl/offline/question.js';
import { clinics, contextFor, freight, ledgers } from './estates.js';

async function first(estate: typeof clinics, question: string): Promise<string> {
  const { candidates, reason } = await readings(question, schemaOf(estate), contextFor(estate));
  return candidates[0]?.sql ?? reason;
}

describe('readings', () => {
  it.each([
    ['a number after a table is its key', clinics, 'What is the fee of visit 1004?', 'SELECT fee FROM clinic.visits WHERE id = 1004'],
    ['"aged 30" is an age', clinics, 'Show the last names of vets aged 30 or older.', 'SELECT last_name FROM clinic.vets WHERE age >= 30'],
    ['"at least 32 years old" is an age', clinics, 'Show the last names of vets that are at least 32 years old', 'SELECT last_name FROM clinic.vets WHERE age >= 32'],
    ['thousands and millions with a point', clinics, 'Show the last names of vets with a salary over 2.5k', 'SELECT last_name FROM clinic.vets WHERE salary > 2500'],
    ['brackets only set apart', clinics, 'What is the average salary (in USD) of vets?', 'SELECT avg(salary) FROM clinic.vets'],
    ['a sentence may begin with a capital', clinics, 'Sort all the vets by age. Report the last names.', 'SELECT last_name FROM clinic.vets ORDER BY age'],
    ['"as well as the corresponding" goes on with what is shown', clinics, 'What are the names of pets, and the corresponding weight?', 'SELECT name, weight FROM animals.pets'],
    ['misspelt names', clinics, 'What is the average salery of vets?', 'SELECT avg(salary) FROM clinic.vets'],
    ['how often a row occurs is counted in the rows that refer to it', clinics, 'Which vet visited most often? List the last name.', 'SELECT vets.last_name FROM clinic.vets JOIN clinic.visits ON vets.id = visits.vet_id GROUP BY vets.id, vets.last_name QUALIFY rank() OVER (ORDER BY count(*) DESC) = 1'],
    ['a substring without an article', clinics, 'Show the email of owners whose name has substring "eo"', "SELECT email FROM people.owners WHERE name ILIKE '%eo%'"],
    ['the letter a', clinics, 'Which owners have a name containing the letter a?', "SELECT name FROM people.owners WHERE name ILIKE '%a%'"],
    ['a table without a key is called by its first column', freight, 'How many engine readings are there?', 'SELECT count(*) FROM sensors.engine_readings'],
    ['two values of one column are either', clinics, 'owners from Graz and Linz', "SELECT name FROM people.owners WHERE (city = 'Graz' OR city = 'Linz')"],
    ['"top N by"', clinics, 'top 3 pets by weight', 'SELECT name FROM animals.pets ORDER BY weight DESC LIMIT 3'],
    ['"top N by number of"', clinics, 'Show the top 3 owners by number of pets', 'SELECT owners.name FROM people.owners JOIN animals.pets ON owners.id = pets.owner_id GROUP BY owners.id, owners.name ORDER BY count(*) DESC LIMIT 3'],
    ['a total of many rows, where a total is said', clinics, 'top 3 vets by total fee', 'SELECT vets.first_name, vets.last_name FROM clinic.vets JOIN clinic.visits ON vets.id = visits.vet_id GROUP BY vets.id, vets.first_name, vets.last_name ORDER BY sum(visits.fee) DESC LIMIT 3'],
    ['rows per month are their number', clinics, 'visits per month', "SELECT date_trunc('month', starts_at), count(*) FROM clinic.visits GROUP BY date_trunc('month', starts_at) ORDER BY date_trunc('month', starts_at)"],
    ['the opposite of a flag', clinics, 'unchipped pets', 'SELECT name FROM animals.pets WHERE chipped = false'],
    ['the same with non-', clinics, 'How many non-chipped pets are there?', 'SELECT count(*) FROM animals.pets WHERE chipped = false'],
    ['neither the one nor the other', clinics, 'vets who have no visits and no salary', 'SELECT first_name, last_name FROM clinic.vets WHERE id NOT IN (SELECT vet_id FROM clinic.visits WHERE vet_id IS NOT NULL) AND salary IS NULL'],
    ['a month alone is the one that was last', clinics, 'How many visits were there in October?', "SELECT count(*) FROM clinic.visits WHERE starts_at >= TIMESTAMPTZ '2025-10-01 00:00:00' AND starts_at < TIMESTAMPTZ '2025-11-01 00:00:00'"],
    ['since a month is until now', clinics, 'How many visits were there since February?', "SELECT count(*) FROM clinic.visits WHERE starts_at >= TIMESTAMPTZ '2026-02-01 00:00:00' AND starts_at < TIMESTAMPTZ '2026-03-19 00:00:00'"],
    ['a first and a last name said together', clinics, 'What is the salary of the vet "Anna Moser"?', "SELECT salary FROM clinic.vets WHERE first_name = 'Anna' AND last_name = 'Moser'"],
    ['what was done to the rows that others are of', clinics, 'number of pets of owners joined after 2020', 'SELECT count(*) FROM animals.pets JOIN people.owners ON pets.owner_id = owners.id WHERE year(owners.joined_on) > 2020'],
    ['a column without its table\'s prefix', ledgers, 'total quantity of contracts per state', 'SELECT ct_contractstate, sum(ct_quantity) FROM books.contracts GROUP BY ct_contractstate'],
  ] as const)('%s', async (_what, estate, question, expected) => {
    expect(await first(estate, question)).toBe(expected);
  });

  it('counts groups, where rows with a number of others are counted', async () => {
    expect(await first(clinics, 'How many owners have more than 3 pets?')).toBe(
      'SELECT count(*) FROM (SELECT owners.id FROM people.owners JOIN animals.pets ON owners.id = pets.owner_id GROUP BY owners.id HAVING count(*) > 3) AS groups',
    );
  });

  it('measures each row once, however often a join meets it', async () => {
    expect(await first(clinics, 'What is the average weight of pets with a visit fee over 100?')).toBe(
      'SELECT avg(weight) FROM animals.pets WHERE id IN (SELECT pets.id FROM animals.pets JOIN clinic.visits ON CAST(pets.id AS VARCHAR) = visits.pet_id WHERE visits.fee > 100)',
    );
  });

  it('measures over the rows that have the most', async () => {
    expect(await first(freight, 'What is the average distance of deliveries of the truck with the highest mileage?')).toContain('trucks.mileage = (SELECT max(mileage) FROM fleet.trucks)');
  });
});
