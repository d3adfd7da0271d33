import type { ChangeCase } from './cases.js';

const base = `CREATE TABLE {t} (id UInt64, code String, name Nullable(String), qty Int32, price Decimal(10, 2), state Enum8('new' = 1, 'done' = 2), at DateTime('UTC'),
  tags Array(String), attributes Map(String, String), size Tuple(width Int32, height Int32), kind LowCardinality(String)) ENGINE = MergeTree ORDER BY id`;
const alter = (change: string, ...expected: string[]): ChangeCase => ({ before: [base], change: [`ALTER TABLE {t} ${change}`], expected });

export const clickhouseCases: readonly ChangeCase[] = [
  alter('ADD COLUMN extra Nullable(String)', 'column added extra: readers safe, writers safe'),
  // What is left out gets its type's default: nothing breaks.
  alter('ADD COLUMN extra Int32', 'column added extra: readers safe, writers safe'),
  alter('ADD COLUMN extra Int32 MATERIALIZED qty * 2', 'column added extra: readers safe, writers safe'),
  alter('ADD COLUMN extra Nested(a Int32, b String)', 'column added extra.a: readers safe, writers safe', 'column added extra.b: readers safe, writers safe'),
  alter('DROP COLUMN name', 'column removed name: readers breaking, writers breaking'),
  alter('RENAME COLUMN name TO full_name', 'column renamed full_name: readers breaking, writers breaking'),
  alter('MODIFY COLUMN qty Int64', 'type qty: readers risky, writers safe'),
  alter('MODIFY COLUMN qty Int16', 'type qty: readers safe, writers breaking'),
  alter('MODIFY COLUMN qty UInt32', 'type qty: readers breaking, writers breaking'),
  alter('MODIFY COLUMN price Float64', 'type price: readers risky, writers risky'),
  alter('MODIFY COLUMN price Decimal(12, 2)', 'type price: readers risky, writers safe'),
  alter('MODIFY COLUMN code Nullable(String)', 'native type code: readers risky, writers risky', 'nullability code: readers risky, writers safe', 'default code: readers risky, writers safe'),
  alter('MODIFY COLUMN code LowCardinality(String)', 'native type code: readers risky, writers risky'),
  alter('MODIFY COLUMN code FixedString(8)', 'length code: readers safe, writers breaking'),
  alter('MODIFY COLUMN kind String', 'native type kind: readers risky, writers risky'),
  alter(`MODIFY COLUMN state Enum8('new' = 1, 'done' = 2, 'lost' = 3)`, 'labels state: readers risky, writers safe'),
  alter(`MODIFY COLUMN at DateTime64(3, 'UTC')`, 'native type at: readers risky, writers risky'),
  alter('MODIFY COLUMN tags Array(LowCardinality(String))', 'native type tags: readers risky, writers risky'),
  alter('MODIFY COLUMN qty DEFAULT 5', 'default qty: readers risky, writers safe'),
  alter(`COMMENT COLUMN name 'what it is'`, 'comment name: readers safe, writers safe'),
  { before: [base], change: ['DROP TABLE {t}'], expected: ['table removed: readers breaking, writers breaking'] },
  { before: [], change: ['CREATE TABLE {t} (only_here Int8) ENGINE = MergeTree ORDER BY only_here'], expected: ['table added: readers safe, writers safe'] },
];
