/**
 * Generated SELECTs over tables split among PostgreSQL, MySQL, MongoDB and ClickHouse, against plain DuckDB on the same
 * rows: no difference is tolerated, neither as it is planned nor with filtered scans alone. One part has fixed seeds; another has a fresh one and a bounded time. The seed of
 * each part is printed, and a failing statement is shrunk.
 *
 *   DIFFERENTIAL_RUNS=20000 DIFFERENTIAL_SEED=7 npx vitest run test/differential
 */

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AishellError } from '../../src/errors.js';
import { listening, servers } from '../support/servers.js';
import { generateSelect } from '../support/sql-generator.js';
import { DifferentialEstate } from './estate.js';

const fixedRuns = Number(process.env['DIFFERENTIAL_RUNS'] ?? 2_000);
const fixedSeed = Number(process.env['DIFFERENTIAL_SEED'] ?? 20_261_121);
const freshSeed = Date.now() % 2 ** 31;
const freshMs = Number(process.env['DIFFERENTIAL_FRESH_MS'] ?? 30_000);
const shards = 4;

const up = (await Promise.all([servers.postgres, servers.mysql, servers.mongodb, servers.clickhouse].map(listening))).every(Boolean);

describe.skipIf(!up && process.env['CI'] !== 'true')('federated SELECTs against plain DuckDB', () => {
  let estate: DifferentialEstate;
  beforeAll(async () => {
    estate = await DifferentialEstate.open(fixedSeed);
  });
  afterAll(() => estate?.close());

  const campaign = async (seed: number, numRuns: number, interruptAfterTimeLimit?: number) => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(10_000), { maxLength: 120, size: 'max' }), async (choices) => {
        const statement = generateSelect(choices, estate.tables);
        const { sql } = statement;
        const result = await estate.run(statement).catch((error: unknown) => {
          const { message, remedy } = error as AishellError;
          throw new Error(`${sql}\n${message}\n${remedy ?? ''}`, { cause: error });
        });
        // Some correlated subqueries over outer joins are more than DuckDB can plan: another statement takes their place.
        fc.pre(result !== undefined);
        expect(result!.federated, sql).toEqual(result!.plain);
        expect(result!.scanned, `with filtered scans alone: ${sql}`).toEqual(result!.plain);
        compared++;
      }),
      { seed, numRuns, ...((process.env['DIFFERENTIAL_FAST'] === '1' || process.env['CI'] === 'true') && { endOnFailure: true }), ...(interruptAfterTimeLimit !== undefined && { interruptAfterTimeLimit }) },
    );
    return compared;
  };

  test.concurrent.each(Array.from({ length: shards }, (_, shard) => fixedSeed + shard))('seed %i', { timeout: 3_600_000 }, async (seed) => {
    expect(await campaign(seed, Math.ceil(fixedRuns / shards))).toBe(Math.ceil(fixedRuns / shards));
  });

  test(`a fresh seed: ${freshSeed}`, { timeout: 3_600_000 }, async () => {
    expect(await campaign(freshSeed, 100_000, freshMs)).toBeGreaterThan(0);
  });
});
