/** The same awkward values in every store that can hold them, and what `--format json` must say of each. */

import { DuckDBInstance } from '@duckdb/node-api';
import { Decimal128, Long } from 'mongodb';
import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { createTopic, produce } from '../../support/kafka.js';
import type { Stores } from './stores.js';

const most = '9'.repeat(38);
const names = (count: number) => Array.from({ length: count }, (_, i) => `c${i}`);

/** Columns of the widest table that the store can have, up to 2,000. */
export const widths = { fi: 2000, pg: 1600, my: 1017, mo: 2000, ch: 2000, ka: 2000 } as const;

/** service -> rows of its table `hard` in the order of id. */
export const hardRows: Readonly<Record<'fi' | 'pg' | 'my' | 'mo' | 'ch', readonly (readonly unknown[])[]>> = {
  fi: [
    [1, 'NaN', '9223372036854775808', most, '0001-01-01', '0001-01-01 00:00:00', 'a🦄b'],
    [2, 'Infinity', '18446744073709551615', `-${most}`, '9999-12-31', '9999-12-31 23:59:59.999999', 'a\0b'],
    [3, '-Infinity', '0', '0', 'infinity', 'infinity', ''],
  ],
  pg: [
    [1, 'NaN', '9223372036854775808', most, '0001-01-01', '0001-01-01 00:00:00', 'a🦄b'],
    [2, 'Infinity', '18446744073709551615', `-${most}`, '9999-12-31', '9999-12-31 23:59:59.999999', 'no NUL here'],
    [3, '-Infinity', '0', '0', 'infinity', 'infinity', ''],
  ],
  my: [
    [1, '9223372036854775808', most, '0001-01-01', '0001-01-01 00:00:00', 'a🦄b'],
    [2, '18446744073709551615', `-${most}`, '9999-12-31', '9999-12-31 23:59:59.999999', 'a\0b'],
  ],
  mo: [
    ['1', 'NaN', '9223372036854775808', '9'.repeat(34), '0001-01-01 00:00:00+00', 'a🦄b'],
    ['2', 'Infinity', '18446744073709551615', `-${'9'.repeat(34)}`, '9999-12-31 23:59:59.999+00', 'a\0b'],
    ['3', '-Infinity', '0', '0', '1970-01-01 00:00:00+00', ''],
  ],
  // Its dates end at 2299.
  ch: [
    [1, 'NaN', '9223372036854775808', most, '1900-01-01', 'a🦄b'],
    [2, 'Infinity', '18446744073709551615', `-${most}`, '2299-12-31', 'a\0b'],
    [3, '-Infinity', '0', '0', '2000-01-01', ''],
  ],
};

/** Conditions that pick one row of `hard` each: [condition, id, services that have the column]. */
export const picks: readonly (readonly [string, number, readonly (keyof typeof hardRows)[]])[] = [
  [`big = 9223372036854775808`, 1, ['fi', 'pg', 'my', 'mo', 'ch']],
  [`big > 9223372036854775808`, 2, ['fi', 'pg', 'my', 'mo', 'ch']],
  [`num < -${'9'.repeat(33)}`, 2, ['fi', 'pg', 'my', 'mo', 'ch']],
  [`isnan(dbl)`, 1, ['fi', 'pg', 'mo', 'ch']],
  [`dbl = 'NaN'::DOUBLE`, 1, ['fi', 'pg', 'mo', 'ch']],
  // NaN is the greatest of all.
  [`dbl < '-1e308'::DOUBLE`, 3, ['fi', 'pg', 'mo', 'ch']],
  [`d = DATE '0001-01-01'`, 1, ['fi', 'pg', 'my']],
  [`d >= DATE '9999-12-31' AND id = 2`, 2, ['fi', 'pg', 'my']],
  [`t = 'a🦄b'`, 1, ['fi', 'pg', 'my', 'mo', 'ch']],
  [`t = 'a' || chr(0) || 'b'`, 2, ['fi', 'my', 'mo', 'ch']],
];

/** Every store: `hard`, `nothing` (empty) and `wide`; MongoDB also `mixed`, Kafka's topics carry the prefix. */
export async function seedHardValues(stores: Stores, folder: string): Promise<void> {
  await Promise.all([files(folder), postgres(stores), mysql(stores), clickhouse(stores), mongodb(stores), kafka(stores)]);
}

async function files(folder: string): Promise<void> {
  await mkdir(folder);
  const instance = await DuckDBInstance.create(join(folder, 'data.duckdb'));
  const connection = await instance.connect();
  await connection.run(`CREATE TABLE hard AS SELECT * FROM (VALUES
    (1, 'NaN'::DOUBLE, 9223372036854775808::UBIGINT, ${most}::DECIMAL(38, 0), DATE '0001-01-01', TIMESTAMP '0001-01-01', 'a🦄b'),
    (2, 'inf', 18446744073709551615::UBIGINT, -${most}::DECIMAL(38, 0), DATE '9999-12-31', TIMESTAMP '9999-12-31 23:59:59.999999', 'a' || chr(0) || 'b'),
    (3, '-inf', 0, 0, DATE 'infinity', TIMESTAMP 'infinity', '')) AS v(id, dbl, big, num, d, ts, t)`);
  await connection.run('CREATE TABLE nothing (id INTEGER, t VARCHAR)');
  await connection.run(`CREATE TABLE wide AS SELECT ${names(widths.fi).map((name, i) => `${i} AS ${name}`).join(', ')}`);
  connection.closeSync();
  instance.closeSync();
}

async function postgres(stores: Stores): Promise<void> {
  await stores.postgres(`CREATE TABLE hard (id int PRIMARY KEY, dbl double precision, big numeric(20, 0), num numeric(38, 0), d date, ts timestamp, t text);
    INSERT INTO hard VALUES
      (1, 'NaN', 9223372036854775808, ${most}, '0001-01-01', '0001-01-01 00:00:00', 'a🦄b'),
      (2, 'Infinity', 18446744073709551615, -${most}, '9999-12-31', '9999-12-31 23:59:59.999999', 'no NUL here'),
      (3, '-Infinity', 0, 0, 'infinity', 'infinity', '');
    CREATE TABLE unbounded (id int, n numeric);
    INSERT INTO unbounded VALUES (1, 'NaN');
    CREATE TABLE nothing (id int, t text);
    CREATE TABLE wide (${names(widths.pg).map((name, i) => `${name} int DEFAULT ${i}`).join(', ')});
    INSERT INTO wide (c0) VALUES (0)`);
}

async function mysql(stores: Stores): Promise<void> {
  await stores.mysql('CREATE TABLE hard (id int PRIMARY KEY, big bigint unsigned, num decimal(38, 0), d date, ts datetime(6), t text)');
  await stores.mysql(`INSERT INTO hard VALUES
    (1, 9223372036854775808, ${most}, '0001-01-01', '0001-01-01 00:00:00', 'a🦄b'),
    (2, 18446744073709551615, -${most}, '9999-12-31', '9999-12-31 23:59:59.999999', 'a\\0b')`);
  await stores.mysql('CREATE TABLE nothing (id int, t text)');
  await stores.mysql(`CREATE TABLE wide (${names(widths.my).map((name, i) => `${name} int DEFAULT ${i}`).join(', ')})`);
  await stores.mysql('INSERT INTO wide (c0) VALUES (0)');
}

async function clickhouse(stores: Stores): Promise<void> {
  await stores.clickhouse('CREATE TABLE $db.hard (id Int32, dbl Float64, big UInt64, num Decimal(38, 0), d Date32, t String) ENGINE = MergeTree ORDER BY id');
  await stores.clickhouse(`INSERT INTO $db.hard VALUES
    (1, nan, 9223372036854775808, ${most}, '1900-01-01', 'a🦄b'),
    (2, inf, 18446744073709551615, -${most}, '2299-12-31', 'a\\0b'),
    (3, -inf, 0, 0, '2000-01-01', '')`);
  await stores.clickhouse('CREATE TABLE $db.nothing (id Int32, t String) ENGINE = MergeTree ORDER BY id');
  await stores.clickhouse(`CREATE TABLE $db.wide (${names(widths.ch).map((name, i) => `${name} Int32 DEFAULT ${i}`).join(', ')}) ENGINE = MergeTree ORDER BY c0`);
  await stores.clickhouse('INSERT INTO $db.wide (c0) VALUES (0)');
}

async function mongodb({ mongodb: db }: Stores): Promise<void> {
  const put = (collection: string, documents: readonly Record<string, unknown>[]) => db.collection(collection).insertMany([...documents]);
  const digits = (text: string) => Decimal128.fromString(text);
  await put('hard', [
    { _id: Long.fromNumber(1), dbl: NaN, big: digits('9223372036854775808'), num: digits('9'.repeat(34)), d: new Date('0001-01-01T00:00:00Z'), t: 'a🦄b' },
    { _id: Long.fromNumber(2), dbl: Infinity, big: digits('18446744073709551615'), num: digits(`-${'9'.repeat(34)}`), d: new Date('9999-12-31T23:59:59.999Z'), t: 'a\0b' },
    { _id: Long.fromNumber(3), dbl: -Infinity, big: digits('0'), num: digits('0'), d: new Date(0), t: '' },
  ].map((document) => document as Record<string, unknown>));
  await put('mixed', [1, 'one', true, { a: 1 }, [1, 'x'], null, new Date(0)].map((v, i) => ({ _id: Long.fromNumber(i), v })));
  await db.createCollection('nothing');
  await put('wide', [Object.fromEntries([['_id', 1], ...names(widths.mo).map((name, i) => [name, i])]) as Record<string, unknown>]);
}

/** The messages of the topic `hard`; those at 1, 3, 5 and 6 are no JSON objects, the one at 2 is a deletion. */
export const hardMessages: readonly (string | Buffer | null)[] = [
  `{"id":1,"t":"a🦄b","big":9223372036854775808,"num":${most},"mixed":1}`,
  'this is no JSON',
  null,
  Buffer.from([0xff, 0xfe, 0x00]),
  `{"id":2,"t":"a\\u0000b","big":1,"num":-1,"mixed":"two"}`,
  '{"id": NaN}',
  '{"id":3,"t":',
];

async function kafka(stores: Stores): Promise<void> {
  await createTopic(stores.topic('hard'));
  await produce(stores.topic('hard'), hardMessages.map((value, i) => ({ key: String(i), value })));
  await createTopic(stores.topic('nothing'));
  await createTopic(stores.topic('wide'));
  await produce(stores.topic('wide'), [{ value: JSON.stringify(Object.fromEntries(names(widths.ka).map((name, i) => [name, i]))) }]);
}
