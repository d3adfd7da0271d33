import { describe, expect, it } from 'vitest';
import type { ConfirmedExample } from '../../../src/config/contract.js';
import { exampleTranslator } from '../../../src/nl/vocabulary/examples.js';
import { clinics, contextFor } from './estates.js';

const examples: ConfirmedExample[] = [
  { question: 'How many dogs do we have?', sql: "SELECT count(*) FROM animals.pets WHERE species = 'dog'" },
  { question: 'owners in Graz', sql: "SELECT name FROM people.owners WHERE city = 'Graz'" },
  { question: 'the 5 heaviest pets', sql: 'SELECT name FROM animals.pets ORDER BY weight DESC LIMIT 5' },
  { question: 'visits since 2025-01-31 that cost more than 20', sql: "SELECT id FROM clinic.visits WHERE starts_at >= DATE '2025-01-31' AND fee > 20" },
  { question: 'between 3 and 3', sql: 'SELECT id FROM clinic.visits WHERE fee BETWEEN 3 AND 3' },
  { question: 'visits of owner Smith', sql: "SELECT 1 FROM people.owners WHERE name = 'Smith'" },
  { question: 'table 7 and 8', sql: 'SELECT id FROM clinic.visits WHERE id = 7 -- not 8\n' },
];

async function ask(question: string, gate: (sql: string) => Promise<string | undefined> = async () => undefined) {
  const context = { ...contextFor(clinics, gate), vocabulary: { glossary: [], synonyms: [], hidden: [], examples } };
  const translation = await exampleTranslator().translate(question, context);
  return translation.kind === 'statement' ? translation.statement.sql : translation.kind === 'refusal' ? `refused: ${translation.reason}` : translation.kind;
}

describe('a confirmed example', () => {
  it.each(['How many dogs do we have?', ' how many  DOGS do we have', 'Please, how many dogs do we have?!', 'how many dogs do we have, please'])('is the same question: %s', async (question) => {
    expect(await ask(question)).toBe(examples[0]!.sql);
  });

  it.each([
    ['owners in Linz', "SELECT name FROM people.owners WHERE city = 'Linz'"],
    ['OWNERS IN wien?', "SELECT name FROM people.owners WHERE city = 'Wien'"],
    ['the 12 heaviest pets', 'SELECT name FROM animals.pets ORDER BY weight DESC LIMIT 12'],
    ['visits since 2024-02-29 that cost more than 7', "SELECT id FROM clinic.visits WHERE starts_at >= DATE '2024-02-29' AND fee > 7"],
    ['table 9 and 8', 'SELECT id FROM clinic.visits WHERE id = 9 -- not 8\n'],
  ])('takes another value of the same kind: %s', async (question, sql) => {
    expect(await ask(question)).toBe(sql);
  });

  it.each([
    ['a value that nobody has seen', 'owners in Atlantis'],
    ['two values', 'owners in Graz or Linz'],
    ['more words', 'owners in Graz who left'],
    ['a date that does not exist', 'visits since 2025-02-30 that cost more than 20'],
    ['a fraction where a whole number stood', 'the 2.5 heaviest pets'],
    ['a value that stands there twice', 'between 3 and 4'],
    ['a column whose values nobody knows', 'visits of owner Jones'],
    ['SQL in a value', "owners in Graz'; DROP TABLE people.owners; --"],
    ['another question', 'how many cats do we have'],
  ])('is left alone by %s', async (_, question) => {
    expect(await ask(question)).toBe('refused: ');
  });

  it('says so when it does not pass the gate any more', async () => {
    expect(await ask('owners in Graz', async () => 'There is no column city.')).toMatch(/does not fit the services any more: There is no column city/);
  });
});
