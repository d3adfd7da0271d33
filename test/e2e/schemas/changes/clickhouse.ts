import type { ChangeCase } from './cases.js';
import { exact, float, integer, other, pairsOf } from './types.js';

const base = `CREATE TABLE {t} (id UInt64, code String, name Nullable(String), qty Int32, price Decimal(10, 2), state Enum8('new' = 1, 'done' = 2), at DateTime('UTC'),
  tags Array(String), attributes Map(String, String), size Tuple(width Int32, height Int32), kind LowCardinality(String)) ENGINE = MergeTree ORDER BY id`;
const alter = (change: string, ...expected: string[]): ChangeCase => ({ before: [base], change: [`ALTER TABLE {t} ${change}`], expected });

const holds = {
  'Int8': integer(8),
  'UInt8': integer(8, false),
  'Int16': integer(16),
  'UInt16': integer(16, false),
  'Int32': integer(32),
  'UInt32': integer(32, false),
  'Int64': integer(64),
  'UInt64': integer(64, false),
  'Decimal(9, 2)': exact(9, 2),
  'Decimal(12, 2)': exact(12, 2),
  'Decimal(12, 4)': exact(12, 4),
  'Decimal(18, 0)': exact(18, 0),
  'Float32': float(24),
  'Float64': float(53),
  'String': { kind: 'text' },
  'Date': { kind: 'date' },
  "DateTime('UTC')": { kind: 'instant' },
  'UUID': other('uuid'),
} as const;

const pairs = pairsOf(holds, [
  'Int8 > UInt8 > Int16 > Int64 > Float32 > String',
  'UInt8 > Int8 > Int16 > UInt64 > Decimal(9, 2)',
  'Int16 > Int8 > Int32 > UInt16 > Float32',
  'UInt16 > UInt8 > Int32 > UInt32',
  'Int32 > Int16 > UInt32 > Int64 > Decimal(12, 2) > Decimal(9, 2) > Float32 > Float64 > String',
  'UInt32 > Int32 > Int64 > UInt16 > Float64',
  'Int64 > Int32 > UInt64 > Float64 > Decimal(18, 0) > String',
  'UInt64 > Int64 > UInt32 > String',
  'Decimal(9, 2) > Decimal(12, 2) > Decimal(12, 4) > Int32 > Float64 > String',
  'Decimal(12, 2) > Decimal(9, 2) > Decimal(12, 4) > Float32',
  'Decimal(12, 4) > Decimal(12, 2) > Decimal(9, 2)',
  'Float32 > Float64 > Int32 > Decimal(12, 2) > String',
  'Float64 > Float32 > Int64 > Int16 > Decimal(18, 0)',
  'String > Int32 > Float64 > Date > UUID > Decimal(9, 2)',
  "Date > DateTime('UTC') > String",
  "DateTime('UTC') > Date > String",
  'UUID > String',
]);

const held = (from: string, to: string, ...expected: string[]): ChangeCase => ({ before: [`CREATE TABLE {t} (id Int64, v ${from}) ENGINE = MergeTree ORDER BY id`], change: [`ALTER TABLE {t} MODIFY COLUMN v ${to}`], expected });
const retyped: readonly ChangeCase[] = pairs.map(({ from, to, line }) => held(from, to, line));
/** The same inside what holds them: the values are those of its elements. */
const wrapped: readonly ChangeCase[] = pairs
  .filter(({ from, to }) => /^U?Int(?:8|32)$/.test(from) && /^U?Int/.test(to))
  .flatMap(({ from, to, line }) => [held(`Array(${from})`, `Array(${to})`, line), held(`Map(String, ${from})`, `Map(String, ${to})`, line), held(`Tuple(a ${from}, b String)`, `Tuple(a ${to}, b String)`, line.replace('type v:', 'type v.a:'))]);

const viewed = (select: string, ...expected: string[]): ChangeCase => ({
  before: [base.replace('{t} (', '{t}_of ('), 'CREATE VIEW {t} AS SELECT id, code FROM {t}_of'],
  change: ['DROP TABLE {t}', `CREATE VIEW {t} AS SELECT ${select} FROM {t}_of`],
  expected,
});

const others: readonly ChangeCase[] = [
  // How it is stored changes nothing for anybody.
  held('LowCardinality(String)', 'String', 'native type v: readers safe, writers safe'),
  held('Array(LowCardinality(String))', 'Array(String)', 'native type v: readers safe, writers safe'),
  held(`Enum8('a' = 1)`, `Enum16('a' = 1)`, 'native type v: readers safe, writers safe'),
  held('String', 'String CODEC(ZSTD)'),
  // Absent values: with Nullable, what is left out is absent and no longer the type's own default.
  held('Int32', 'Nullable(Int32)', 'nullability v: readers risky, writers safe', 'default v: readers risky, writers safe'),
  held('Nullable(Int32)', 'Int32 DEFAULT 0', 'nullability v: readers safe, writers breaking', 'default v: readers safe, writers safe'),
  held('Nullable(Int32)', 'Nullable(Int64)', 'type v: readers risky, writers safe'),
  held('LowCardinality(String)', 'LowCardinality(Nullable(String))', 'nullability v: readers risky, writers safe', 'default v: readers risky, writers safe'),
  // Parts of a second; the days that the types reach.
  held(`DateTime64(3, 'UTC')`, `DateTime64(6, 'UTC')`, 'native type v: readers risky, writers safe'),
  held(`DateTime64(6, 'UTC')`, `DateTime64(3, 'UTC')`, 'native type v: readers safe, writers risky'),
  held(`DateTime64(3, 'UTC')`, `DateTime('UTC')`, 'native type v: readers safe, writers breaking'),
  held('Date', 'Date32', 'native type v: readers risky, writers safe'),
  held('Date32', 'Date', 'native type v: readers safe, writers breaking'),
  held(`DateTime('UTC')`, `DateTime('Europe/Berlin')`, 'native type v: readers risky, writers risky'),
  // Labels and lengths.
  held(`Enum8('a' = 1, 'b' = 2)`, `Enum8('a' = 1, 'b' = 2, 'c' = 3)`, 'labels v: readers risky, writers safe'),
  held(`Enum8('a' = 1, 'b' = 2)`, `Enum8('a' = 1)`, 'labels v: readers safe, writers breaking'),
  held(`Enum8('a' = 1, 'b' = 2)`, `Enum8('a' = 1, 'z' = 2)`, 'labels v: readers risky, writers breaking'),
  held(`Enum8('a' = 1, 'b' = 2)`, `String`, 'labels v: readers risky, writers safe'),
  held(`String`, `Enum8('a' = 1, 'b' = 2)`, 'labels v: readers safe, writers breaking'),
  held('FixedString(4)', 'FixedString(8)', 'length v: readers risky, writers safe'),
  held('FixedString(4)', 'String', 'length v: readers risky, writers safe'),
  // Defaults, and what is computed.
  alter('MODIFY COLUMN qty MATERIALIZED 5', 'default qty: readers risky, writers safe', 'generated qty: readers risky, writers breaking'),
  { before: [base, 'ALTER TABLE {t} MODIFY COLUMN qty DEFAULT 5'], change: ['ALTER TABLE {t} MODIFY COLUMN qty REMOVE DEFAULT'], expected: ['default qty: readers risky, writers safe'] },
  // Columns and tables.
  alter('ADD COLUMN extra Array(Int8) FIRST', 'column added extra: readers safe, writers safe'),
  alter('ADD COLUMN extra String ALIAS code', 'column added extra: readers safe, writers safe'),
  alter('DROP COLUMN attributes', 'column removed attributes: readers breaking, writers breaking'),
  alter('RENAME COLUMN price TO unit_price', 'column renamed unit_price: readers breaking, writers breaking'),
  alter('MODIFY COLUMN code String AFTER qty'),
  alter('ADD INDEX by_qty qty TYPE minmax GRANULARITY 1'),
  alter(`MODIFY COMMENT 'what it is'`, 'comment: readers safe, writers safe'),
  { before: ['CREATE TABLE {t} (renamed_a Int8, renamed_b String, renamed_c Date, renamed_d UUID) ENGINE = MergeTree ORDER BY renamed_a'], change: ['RENAME TABLE {t} TO {t}_now'], expected: ['table renamed: readers breaking, writers breaking'] },
  viewed('id, code, qty', 'column added qty: readers safe, writers safe'),
  viewed('id', 'column removed code: readers breaking, writers breaking'),
  viewed('toInt32(id) AS id, code', 'type id: readers breaking, writers breaking'),
];

export const clickhouseCases: readonly ChangeCase[] = [
  ...retyped,
  ...wrapped,
  ...others,
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
  alter('MODIFY COLUMN code Nullable(String)', 'nullability code: readers risky, writers safe', 'default code: readers risky, writers safe'),
  alter('MODIFY COLUMN code LowCardinality(String)', 'native type code: readers safe, writers safe'),
  alter('MODIFY COLUMN code FixedString(8)', 'length code: readers safe, writers breaking'),
  alter('MODIFY COLUMN kind String', 'native type kind: readers safe, writers safe'),
  alter(`MODIFY COLUMN state Enum8('new' = 1, 'done' = 2, 'lost' = 3)`, 'labels state: readers risky, writers safe'),
  alter(`MODIFY COLUMN at DateTime64(3, 'UTC')`, 'native type at: readers risky, writers safe'),
  alter('MODIFY COLUMN tags Array(LowCardinality(String))', 'native type tags: readers safe, writers safe'),
  alter('MODIFY COLUMN qty DEFAULT 5', 'default qty: readers risky, writers safe'),
  alter(`COMMENT COLUMN name 'what it is'`, 'comment name: readers safe, writers safe'),
  { before: [base], change: ['DROP TABLE {t}'], expected: ['table removed: readers breaking, writers breaking'] },
  { before: [], change: ['CREATE TABLE {t} (only_here Int8) ENGINE = MergeTree ORDER BY only_here'], expected: ['table added: readers safe, writers safe'] },
  alter('ADD CONSTRAINT c CHECK price > 0', 'check: readers safe, writers breaking'),
  alter(`ADD CONSTRAINT \`a, c\` CHECK (code IN ('a, (b', 'it\\'s'))`, 'labels code: readers safe, writers breaking'),
  { before: [base, 'ALTER TABLE {t} ADD CONSTRAINT c CHECK (price > 0) AND (qty < 5)'], change: ['ALTER TABLE {t} DROP CONSTRAINT c'], expected: ['check: readers risky, writers safe'] },
  // It tells the optimizer something, and refuses nothing.
  alter('ADD CONSTRAINT c ASSUME price > 0'),
];
