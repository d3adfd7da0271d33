import type { ChangeCase } from './cases.js';

const base = 'CREATE TABLE {t} (id bigint PRIMARY KEY, state varchar(9), price decimal(10,2) NOT NULL, was decimal(10,2), paper json)';
const alter = (change: string, ...expected: string[]): ChangeCase => ({ before: [base], change: [`ALTER TABLE {t} ${change}`], expected });

/** Of checks alone: what else changes is MySQL's, whose server here is from before 8.0.16 and drops them. */
export const mariadbCases: readonly ChangeCase[] = [
  alter('ADD CHECK (price > 0)', 'check: readers safe, writers breaking'),
  alter('ADD CONSTRAINT c CHECK (price < was OR state IS NULL)', 'check: readers safe, writers breaking'),
  alter(`ADD CHECK (state IN ('new', 'it''s'))`, 'labels state: readers safe, writers breaking'),
  alter(`ADD CHECK (state <> 'it''s (')`, 'check: readers safe, writers breaking'),
  alter('MODIFY price decimal(10,2) NOT NULL CHECK (price >= 1)', 'check: readers safe, writers breaking'),
  { before: [base, 'ALTER TABLE {t} ADD CONSTRAINT c CHECK (price > 0)'], change: ['ALTER TABLE {t} DROP CONSTRAINT c'], expected: ['check: readers risky, writers safe'] },
  { before: [base, 'ALTER TABLE {t} ADD CONSTRAINT c CHECK (price > 0)'], change: ['ALTER TABLE {t} MODIFY price decimal(12,2) NOT NULL'], expected: ['type price: readers risky, writers safe'] },
  // JSON is text with a check of its own.
  alter('ADD more json', 'column added more: readers safe, writers safe'),
];
