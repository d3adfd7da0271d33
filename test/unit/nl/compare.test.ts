import { describe, expect, it } from 'vitest';
import type { Translation, Translator } from '../../../src/nl/contract.js';
import { translate } from '../../../src/nl/index.js';
import { AishellError } from '../../../src/errors.js';
import { checkStatement, statementForm } from '../../../src/sql/index.js';
import { clinics, contextFor } from './estates.js';

const gate = { instant: '2026-03-18T10:00:00.000Z', timezone: 'UTC' };
const context = { ...contextFor(clinics), form: async (sql: string) => statementForm(await checkStatement(sql, clinics, gate)) };
const statement = (sql: string) => ({ sql, reading: `reads ${sql}`, assumptions: [] });
const says = (name: string, sql: string, confidence: number, always = false): Translator => ({
  name,
  always,
  translate: async () => ({ kind: 'statement', statement: statement(sql), confidence, alternatives: [] }),
});
const declines = (name: string, ...near: string[]): Translator => ({
  name,
  translate: async () => ({ kind: 'refusal', reason: `${name} does not know.`, understood: [], notUnderstood: ['what'], near: near.map(statement) }),
});
const asked = async (...translators: Translator[]) => {
  const { translation, translator } = await translate('what?', context, translators);
  return { ...(translation as Extract<Translation, { kind: 'statement' }>), translator };
};

const count = "SELECT count(*) FROM animals.pets WHERE species = 'dog' AND weight > 3";
const alike = "select COUNT(*) as n from animals.pets as p where p.weight > 3 and p.species = 'dog'";
const other = 'SELECT count(*) FROM people.owners';

describe('a second translator', () => {
  it('is not asked where the first one answers, unless it is to be compared', async () => {
    expect((await asked(says('one', count, 0.8), says('two', other, 0.5))).translator).toBe('one');
    expect((await asked(says('one', count, 0.8), says('two', other, 0.5))).confidence).toBe(0.8);
  });

  it('makes an answer surer by the same reading', async () => {
    const { statement: own, confidence, translator } = await asked(says('one', count, 0.8), says('two', alike, 0.5, true));
    expect([own.sql, translator]).toEqual([count, 'one']);
    expect(confidence).toBeCloseTo(0.9);
    expect(own.assumptions).toEqual(['two reads it alike.']);
  });

  it('is shown where it reads otherwise, and does not replace the first', async () => {
    const { statement: own, confidence, alternatives } = await asked(says('one', count, 0.8), says('two', other, 0.5, true));
    expect(own.sql).toBe(count);
    expect(confidence).toBeLessThan(0.8);
    expect(own.assumptions.join()).toContain(`two reads it otherwise: reads ${other}`);
    expect(alternatives[0]!.sql).toBe(other);
  });

  it('takes nothing from an answer by failing or declining', async () => {
    const fails: Translator = { name: 'two', always: true, translate: () => Promise.reject(new AishellError('model.failed', 'No answer.', '')) };
    expect(await asked(says('one', count, 0.8), fails)).toMatchObject({ confidence: 0.8, statement: { sql: count, assumptions: ['Asked as well, two: No answer.'] } });
    expect(await asked(says('one', count, 0.8), { ...declines('two'), always: true })).toMatchObject({ confidence: 0.8 });
  });

  it('is surer where it repeats what the first would rather have read', async () => {
    const { confidence, alternatives, statement: own } = await asked(declines('one', other, count), says('two', alike, 0.5));
    expect(confidence).toBeCloseTo(0.75);
    expect(alternatives.map(({ sql }) => sql)).toEqual([other]);
    expect(own.assumptions.join()).toMatch(/one translator, unsure by itself, has the same reading/);
  });

  it('shows what the first would rather have read', async () => {
    const { confidence, alternatives, statement: own } = await asked(declines('one', count), says('two', other, 0.5));
    expect([own.sql, confidence]).toEqual([other, 0.5]);
    expect(own.assumptions.join()).toContain(`would rather have read: reads ${count}`);
    expect(alternatives.map(({ sql }) => sql)).toEqual([count]);
  });

  it('adds its reason where neither has a reading', async () => {
    const { translation } = await translate('what?', context, [declines('one', count), declines('two')]);
    expect(translation).toMatchObject({ kind: 'refusal', reason: 'one does not know. two does not know.', near: [{ sql: count }] });
  });
});
