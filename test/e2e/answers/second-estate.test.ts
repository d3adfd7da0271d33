/** The five forms of question on an estate that aishell was not written with, in its own words and paraphrased. */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeEstate } from '../../../examples/microservices/generator/estate.js';
import { writeEmbedded } from '../../../examples/microservices/generator/write/embedded.js';
import { makeSecondEstate } from '../../support/second-estate/estate.js';
import * as questions from '../../support/second-estate/questions.js';
import { secondTruth } from '../../support/second-estate/truth.js';
import { writeFiles, writeOnServers } from '../../support/second-estate/write.js';
import { listening, servers } from '../../support/servers.js';
import { Asker, columnLike, records } from './ask.js';

const estate = makeSecondEstate();
const truth = secondTruth(estate);

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aishell-second-'));
  process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('on files', () => {
  let asker: Asker;
  beforeAll(async () => {
    asker = await Asker.open(await writeFiles(estate, join(dir, 'files')));
  });
  afterAll(() => asker.close());

  it('shares no service, table or column with the example', async () => {
    const example = join(dir, 'example');
    await writeEmbedded(makeEstate({ seed: 1, scale: 0.02, now: new Date('2026-02-03T00:00:00Z') }), join(example, 'data'));
    const config = fileURLToPath(new URL('../../../examples/microservices/aishell.yaml', import.meta.url));
    await writeFile(join(example, 'aishell.yaml'), await readFile(config));
    const other = await Asker.open(join(example, 'aishell.yaml'));
    const names = async (from: Asker) => {
      const { services } = await from.session.catalog(AbortSignal.timeout(60_000));
      // A log's own columns are the connector's, not the estate's.
      return new Set(services.flatMap(({ name, tables }) => [name, ...tables.flatMap((table) => [table.name, ...table.columns.map((column) => column.name).filter((column) => !column.startsWith('_'))])]).map((name) => name.toLowerCase()));
    };
    const [own, others] = [await names(asker), await names(other)];
    await other.close();
    expect([...own].filter((name) => others.has(name))).toEqual([]);
  });

  expectEverything(() => asker);
});

const isUp = (await Promise.all([servers.postgres, servers.mysql].map(listening))).every(Boolean);
describe.skipIf(!isUp && process.env['CI'] !== 'true')('with three of its services in PostgreSQL and MySQL', () => {
  let asker: Asker;
  beforeAll(async () => {
    asker = await Asker.open(await writeOnServers(estate, join(dir, 'servers'), 'second_estate'));
  });
  afterAll(() => asker.close());

  expectEverything(() => asker);
});

function expectEverything(asker: () => Asker): void {
  it.each(questions.details)('%s', async (question) => {
    const answer = await asker().ask('query', question);
    expect(answer.rowCount).toBe(truth.bookings.count);
    const [number, charge, company, vessel] = [columnLike(answer, 'booking_no'), columnLike(answer, 'freight_charge'), columnLike(answer, 'company'), columnLike(answer, 'vessel_title')];
    const rows = records(answer);
    for (const row of rows) {
      const expected = truth.bookings.byNumber.get(String(row[number]))!;
      expect([row[company], row[vessel], Number(row[charge])], String(row[number])).toEqual([expected.company, expected.vessel, expected.charge]);
    }
    expect(rows.filter((row) => row[company] !== null).length).toBe(truth.bookings.withShipper);
    expect(rows.reduce((sum, row) => sum + Math.round(Number(row[charge]) * 100), 0) / 100).toBe(truth.bookings.charges);
  });

  it.each(questions.correlation)('%s', async (question) => {
    const answer = await asker().ask('query', question);
    const { correlation } = truth;
    const rows = records(answer);
    expect(rows.length).toBe(correlation.buckets);
    const [hour, count] = [columnLike(answer, 'hour'), columnLike(answer, 'declaration')];
    for (const row of rows) {
      const at = Date.parse(String(row[hour]).replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
      expect(Number(row[count]), String(row[hour])).toBe(correlation.rejectionsByHour.get(at) ?? 0);
    }
    expect(rows.reduce((sum, row) => sum + Number(row[count]), 0)).toBe(correlation.rejections);
    expect(correlation.withFaults).toBeGreaterThan(0.6);
    expect(Number(rows[0]![columnLike(answer, 'correlation')])).toBeCloseTo(correlation.withFaults, 9);
  });

  it.each(questions.differences)('%s', async (question) => {
    const answer = await asker().ask('diff', question);
    const types = answer.pairs.flatMap((pair) => pair.differences).filter((difference) => difference.aspect === 'type');
    expect(types.map(({ left, right }) => [left, right].sort().join(' '))).toContain('customs.declarations.bookingNo freight.bookings.booking_no');
    expect(types.some(({ left, right }) => [left, right].includes('freight.bookings.shipper_no'))).toBe(false);
  });

  it.each(questions.trace)('%s', async (question) => {
    const answer = await asker().ask('trace', question);
    expect([answer.id, answer.complete]).toEqual([estate.lastConversation, true]);
    const own = estate.messages.filter((message) => message._headers['conversation-id'] === estate.lastConversation);
    const found = answer.steps.filter((step) => step.service === 'wire').map((step) => String(step.row['messageId']));
    expect(new Set(found)).toEqual(new Set(own.map((message) => message.messageId)));
    expect(answer.steps.some((step) => step.table === 'bookings' && String(step.row['booking_no']) === String(own[0]!.bookingNo))).toBe(true);
  });

  it.each(questions.report)('%s', async (question) => {
    const answer = await asker().ask('report', question);
    expect(answer.sections.length).toBeGreaterThan(3);
    const totals = answer.sections.find((section) => /total/i.test(section.title))!;
    const [service, table, count] = [columnLike(totals, 'service'), columnLike(totals, 'table'), columnLike(totals, 'count')];
    const listed = records(totals);
    expect(new Set(listed.map((row) => row[service]))).toEqual(new Set(Object.keys(truth.rows).map((path) => path.split('.')[0])));
    for (const row of listed) expect(Number(row[count])).toBe(truth.rows[`${String(row[service])}.${String(row[table])}`]);
    const states = answer.sections.find((section) => /bookings by booking.state/i.test(section.title))!;
    expect(states.rows.reduce((sum, row) => sum + Number(row[1]), 0)).toBe(truth.bookings.count);
  });
}
