/**
 * Every subject of the table "Where the stores mean something else" in docs/pushdown.md, asked of each store whose tables
 * have such columns: as it is planned, with filtered scans alone, and of plain DuckDB over the same rows. Whether a step
 * goes down or stays is the planner's affair: the answer may not tell.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listening, servers } from '../support/servers.js';
import type { ColumnKind } from '../support/sql-generator.js';
import { DifferentialEstate } from './estate.js';

interface Names {
  readonly table: string;
  readonly int: string;
  readonly text: string;
  readonly decimal?: string;
  readonly date?: string;
  readonly timestamp?: string;
  readonly instant?: string;
}

const stores: Readonly<Record<string, Names>> = {
  PostgreSQL: { table: 'pg.crates', int: 'id', text: 'label', decimal: 'weight', date: 'packed', timestamp: 'seen', instant: 'scanned' },
  MySQL: { table: 'my.trucks', int: 'id', text: 'plate', decimal: 'load_limit', date: 'bought', timestamp: 'serviced' },
  ClickHouse: { table: 'ch.pings', int: 'crate', text: 'town', decimal: 'distance', date: 'day', instant: 'heard' },
  MongoDB: { table: 'mo.notes', int: 'crate', text: 'label', instant: 'made' },
  'MongoDB, drifted documents': { table: 'mo.scraps', int: 'crate', text: 'tag' },
};

/** Conditions and values in terms of int, text, decimal, date, timestamp and instant; columns that a store lacks leave it out. */
const subjects: Readonly<Record<string, readonly string[]>> = {
  'integer division': ['int / 2', 'int // 2', 'int % 3', '-7 // int', 'int / 0', 'int % 0', 'int // 2 = -1', 'int % 2 = 1', 'int % 2 = -1'],
  'text: equality and groups': ["text = 'a'", "text <> 'A'", "text IN ('ä', 'a ')", "text NOT IN ('a', 'b')", "NOT (text = 'A')", "text IS DISTINCT FROM 'a'", 'count(DISTINCT text)', 'GROUP text'],
  'text: order': ["text < 'b'", "text >= 'ä'", "NOT (text > 'a ')", "text BETWEEN 'A' AND 'a'", 'min(text)', 'max(text)', 'ORDER text', 'ORDER text DESC'],
  'NULL order': ['ORDER int NULLS FIRST', 'ORDER int DESC NULLS LAST', 'ORDER int DESC', 'ORDER text DESC NULLS FIRST', 'ORDER decimal NULLS FIRST', 'ORDER instant DESC NULLS LAST', 'ORDER date DESC'],
  'date arithmetic': ["date + INTERVAL 1 MONTH", 'date - 1', "date - DATE '2024-01-31'", "date_diff('day', date, DATE '2024-03-01')", "date + INTERVAL 1 MONTH > DATE '2024-03-20'", 'date + 1 = DATE \'2024-03-01\'', "timestamp + INTERVAL 1 DAY", "instant - INTERVAL 1 HOUR > TIMESTAMPTZ '2024-01-01 00:00:00+00'", "date_trunc('week', date)", 'GROUP year(date)', "GROUP date_trunc('month', timestamp)", 'last_day(date)', 'dayofweek(date)'],
  'implicit casts': ["int = '2'", 'int < 2.5', 'int = 2.0', 'decimal = 2', 'decimal > 1.499', 'decimal = 1.500', "decimal = '1.50'", "date = '2024-02-29'", "date < TIMESTAMP '2024-02-29 12:00:00'", "timestamp >= DATE '2024-01-01'", 'int = 9007199254740993', 'int::DOUBLE = 9007199254740992', 'int::VARCHAR = text', "text = 1::VARCHAR", 'int = decimal'],
  overflow: ['sum(int)', 'sum(int * 1000)', 'GROUP sum(int)', 'sum(decimal * 2)', 'int::HUGEINT * 9007199254740993'],
  'regular expressions': ["regexp_matches(text, '^[aä]')", "regexp_matches(text, 'A', 'i')", "regexp_full_match(text, 'a.')", "text SIMILAR TO 'a|b'", "NOT regexp_matches(text, 'b$')"],
  'LIKE escapes': ["text LIKE 'x%b'", "text LIKE 'x\\%b'", "text LIKE 'x|%b' ESCAPE '|'", "text LIKE 'x|_b' ESCAPE '|'", "text NOT LIKE 'x_b'", "text LIKE '_'", "text LIKE '%'", "text ILIKE 'A%'", "text NOT ILIKE 'ä'", "text LIKE 'a '", "starts_with(text, 'x_')", "contains(text, '%')", "text LIKE '%''%'"],
  rounding: ['round(decimal, 1)', 'round(decimal)', 'decimal::INTEGER', 'decimal::DECIMAL(12,1)', '(decimal * 1.005)::DECIMAL(12,2)', 'avg(decimal)', 'decimal::INTEGER = 2', 'floor(decimal)', 'decimal / 3'],
  NaN: ["decimal::DOUBLE / 0", "CASE WHEN decimal = 0 THEN 'NaN'::DOUBLE ELSE decimal::DOUBLE END > 5", 'int::DOUBLE = \'NaN\'::DOUBLE'],
  'time zones': ["instant AT TIME ZONE 'America/New_York'", "date_trunc('day', instant)", 'instant::DATE', 'year(instant)', "instant = TIMESTAMPTZ '2024-01-01 02:00:00+02'", "instant < '2024-01-01 01:00:00+01'", "instant::DATE = DATE '2023-12-31'", 'GROUP instant', "timestamp = TIMESTAMP '2024-02-29 12:00:00.123456'"],
};

const kinds: readonly ColumnKind[] = ['int', 'text', 'decimal', 'date', 'timestamp', 'instant'];

/** The statement that asks for it, or undefined where the store has no such column. */
function statement(what: string, names: Names): string | undefined {
  let lacks = false;
  const own = what.replace(new RegExp(`(?<!['\\w.:])(${kinds.join('|')})(?![\\w('])`, 'g'), (word) => {
    const name = names[word as keyof Names];
    lacks ||= name === undefined;
    return `"${name}"`;
  });
  if (lacks) return undefined;
  const [, word, rest] = /^(GROUP|ORDER) (.*)$/.exec(own) ?? [];
  if (word === 'ORDER') return `SELECT ${/^"\w+"/.exec(rest!)![0]} FROM ${names.table} ORDER BY ${rest} LIMIT 20`;
  if (word === 'GROUP') return rest!.startsWith('sum(') ? `SELECT "${names.text}", ${rest} FROM ${names.table} GROUP BY 1` : `SELECT ${rest}, count(*) FROM ${names.table} GROUP BY 1`;
  if (/^(?:min|max|sum|avg|count)\(/.test(own)) return `SELECT ${own} FROM ${names.table}`;
  const isCondition = /(?:[^|]=|<|>| IN | LIKE | ILIKE | BETWEEN | SIMILAR | DISTINCT |^regexp|^NOT|^starts_with|^contains)/.test(own);
  return isCondition ? `SELECT "${names.int}", "${names.text}" FROM ${names.table} WHERE ${own}` : `SELECT "${names.int}", ${own} FROM ${names.table}`;
}

const up = (await Promise.all([servers.postgres, servers.mysql, servers.mongodb, servers.clickhouse].map(listening))).every(Boolean);

describe.skipIf(!up && process.env['CI'] !== 'true')('what the stores mean otherwise', () => {
  let estate: DifferentialEstate;
  beforeAll(async () => {
    estate = await DifferentialEstate.open(77);
  });
  afterAll(() => estate?.close());

  describe.each(Object.entries(subjects))('%s', (_, asked) => {
    test.each(Object.entries(stores))('%s', async (_store, names) => {
      for (const sql of asked.flatMap((what) => statement(what, names) ?? [])) {
        const result = await estate.run({ sql, ordered: sql.includes(' ORDER BY '), kinds: [] });
        expect(result, `DuckDB has no answer to ${sql}`).toBeDefined();
        expect(result!.federated, sql).toEqual(result!.plain);
        expect(result!.scanned, sql).toEqual(result!.plain);
      }
    });
  });

  test.each(Object.entries(stores))('%s: what once came out wrong', async (_, { table, int, text, decimal = int }) => {
    for (const sql of [
      `SELECT n FROM (SELECT count(${int}) AS n FROM ${table} HAVING count(*) >= 1 ORDER BY 1 LIMIT 5) WHERE n >= n OR n IS DISTINCT FROM 2 OR n = 0`,
      `SELECT a.${int}, a.${text} FROM ${table} a ANTI JOIN ${table} b ON a.${int} IS NOT DISTINCT FROM b.${int} AND a.${int} = b.${int}`,
      `SELECT a.${int}, a.${text} FROM ${table} a ANTI JOIN ${table} b ON a.${int} IS NOT DISTINCT FROM b.${int} AND a.${int} >= b.${int} AND a.${int} <= b.${int}`,
      `SELECT ${text}, ${decimal} FROM ${table} QUALIFY count(${int}) OVER (PARTITION BY ${text} ORDER BY ${decimal}) <= 3`,
      `SELECT a.${text} FROM ${table} a JOIN ${table} b ON a.${int} = b.${int} AND a.${int} < a.${int} QUALIFY count(a.${int}) OVER (PARTITION BY a.${text} ORDER BY b.${decimal} DESC NULLS LAST) <= 3`,
    ]) {
      const result = await estate.run({ sql, ordered: false, kinds: [] });
      expect(result!.federated, sql).toEqual(result!.plain);
    }
  });

  // What does not fit is an error, in the store or here, and never another number.
  test.each(Object.entries(stores))('%s: numbers that do not fit', async (_, { table, int, text }) => {
    for (const sql of [`SELECT ${int} * 9007199254740993 * 9007199254740993 FROM ${table}`, `SELECT ${int}::TINYINT FROM ${table}`, `SELECT ${text}::INTEGER FROM ${table}`, `SELECT count(*) FROM ${table} WHERE ${int} * 9223372036854775807 > 5`, `SELECT ${text}, sum(${int} * 9223372036854775807) FROM ${table} GROUP BY 1`]) {
      await expect(estate.run({ sql, ordered: false, kinds: [] }), sql).resolves.toBeUndefined();
      await expect(estate.answer(sql), sql).rejects.toMatchObject({ code: expect.any(String) as string });
    }
  });
});
