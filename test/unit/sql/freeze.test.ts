import { describe, expect, test } from 'vitest';
import { check, complaint } from './fixture.js';

const zoned = "CAST('2026-03-07 23:30:00.123456-05' AS TIMESTAMP WITH TIME ZONE)";

describe('the clock stands still, in the time zone of the configuration', () => {
  test.each([
    ['SELECT id FROM lab.samples WHERE now() > x.y', undefined],
    ['SELECT now() - INTERVAL 1 DAY AS t', `SELECT ${zoned} - INTERVAL 1 DAY AS t`],
    ['SELECT current_timestamp < NOW ( /* why */ ) AS t', `SELECT ${zoned} < ${zoned} AS t`],
    ['SELECT main.now() IS NULL AS t', `SELECT ${zoned} IS NULL AS t`],
    ['SELECT transaction_timestamp() = get_current_timestamp() AS t', `SELECT ${zoned} = ${zoned} AS t`],
    ["SELECT 'é', today() + 1 AS d", "SELECT 'é', CAST('2026-03-07' AS DATE) + 1 AS d"],
    ['SELECT current_date + 1 AS d', "SELECT CAST('2026-03-07' AS DATE) + 1 AS d"],
    ['SELECT localtimestamp IS NULL AS t', "SELECT CAST('2026-03-07 23:30:00.123456' AS TIMESTAMP) IS NULL AS t"],
    ['SELECT current_localtime() IS NULL AS t', "SELECT CAST('23:30:00.123456' AS TIME) IS NULL AS t"],
    ['SELECT current_time IS NULL AS t', "SELECT CAST('23:30:00.123456-05' AS TIME WITH TIME ZONE) IS NULL AS t"],
    ['SELECT age(seen) AS a FROM clinic.patients', "SELECT age(CAST('2026-03-07' AS DATE), seen) AS a FROM clinic.patients"],
    ['SELECT age(seen, seen) AS a FROM clinic.patients', 'SELECT age(seen, seen) AS a FROM clinic.patients'],
  ])('%s', async (sql, expected) => {
    if (expected === undefined) await complaint(sql);
    else expect((await check(sql)).sql).toBe(expected);
  });

  test('a column keeps the name that the call would have given it', async () => {
    expect((await check('SELECT now(), current_date FROM lab.samples')).sql).toBe(
      `SELECT ${zoned} AS "now()", CAST('2026-03-07' AS DATE) AS "current_date" FROM lab.samples`,
    );
  });

  test('what looks like a clock and is a column, a name or a text stays', async () => {
    for (const sql of [
      'SELECT localtime FROM lab.samples',
      `SELECT "current_date" FROM (SELECT id AS "current_date" FROM lab.samples)`,
      "SELECT 'now()' AS a, id AS now FROM lab.samples -- now()".replace(' -- now()', ''),
    ]) {
      expect((await check(sql)).sql).toBe(sql);
    }
  });

  test('a window used twice is frozen once', async () => {
    const { sql } = await check('SELECT rank() OVER w AS a, count(*) OVER w AS b FROM clinic.patients WINDOW w AS (ORDER BY seen > now())');
    expect(sql.split(zoned).length - 1).toBe(1);
  });

  test('a method call that means the clock is refused with the way to write it', async () => {
    expect(await complaint('SELECT seen.age() FROM clinic.patients')).toMatchObject({ code: 'sql.refused', remedy: expect.stringContaining('age(a, b)') as string });
  });
});
