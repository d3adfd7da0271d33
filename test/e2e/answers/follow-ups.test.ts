/**
 * Going on from an answer over six estates: after each step the rows are those of gold SQL that plain DuckDB runs over
 * the same rows, or the step is refused (undefined) and the answer before it stays the one to go on from.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AishellError } from '../../../src/errors.js';
import { clinic } from '../../support/estates/clinic.js';
import { openEstate } from '../../support/estates/estate.js';
import type { OpenEstate, ServiceSpec } from '../../support/estates/estate.js';
import { hotel } from '../../support/estates/hotel.js';
import { payroll } from '../../support/estates/payroll.js';
import { port } from '../../support/estates/port.js';
import { rental } from '../../support/estates/rental.js';
import { openShop } from '../../support/estates/shop.js';

type Step = readonly [said: string, gold: string | undefined];
const month = (column: string): string => `date_trunc('month', ${column})`;
const failed = 'FROM billing.payments WHERE status = \'failed\'';
const long = 'FROM frontdesk.stays s WHERE CAST(left_on AS DATE) - CAST(arrived_on AS DATE) > 5';
const days = 'FROM bookings.rental r JOIN bookings.customer c ON c.id = r.customer_ref WHERE epoch(returned_at) - epoch(picked_up_at) > 5 * 86400';
const remote = 'FROM staff.employees e JOIN staff.departments d ON d.code = e.department_code';

const estates: readonly (readonly [string, readonly ServiceSpec[] | undefined, readonly (readonly Step[])[]])[] = [
  ['hotel', hotel, [
    [
      ['how many payments are there', 'SELECT count(*) FROM billing.payments'],
      ['only failed ones', `SELECT count(*) ${failed}`],
      ['by month', `SELECT ${month('"paidAt"')}, count(*) ${failed} GROUP BY 1`],
      ['top 1', `SELECT ${month('"paidAt"')}, count(*) ${failed} GROUP BY 1 QUALIFY row_number() OVER (ORDER BY count(*) DESC) = 1`],
    ],
    [
      ['payments by method as a percentage', 'SELECT method, 100.0 * count(*) / (SELECT count(*) FROM billing.payments) FROM billing.payments GROUP BY 1'],
      ['without cash', "SELECT method, 100.0 * count(*) / (SELECT count(*) FROM billing.payments WHERE method <> 'cash') FROM billing.payments WHERE method <> 'cash' GROUP BY 1"],
    ],
    [
      ['stays longer than 5 nights', `SELECT stay_id ${long}`],
      ['only cancelled ones', `SELECT stay_id ${long} AND status = 'cancelled'`],
      ['only purple ones', undefined],
      ['by floor', `SELECT floor, count(*) ${long.replace(' WHERE', ' JOIN frontdesk.rooms r ON r.room_no = s.room_no WHERE')} AND status = 'cancelled' GROUP BY 1`],
    ],
    [
      ['guests from Norway', "SELECT first_name, last_name FROM frontdesk.guests WHERE country = 'Norway'"],
      ['and Peru?', "SELECT first_name, last_name FROM frontdesk.guests WHERE country = 'Peru'"],
      ['only vip', "SELECT first_name, last_name FROM frontdesk.guests WHERE country = 'Peru' AND vip"],
      ['how many?', "SELECT count(*) FROM frontdesk.guests WHERE country = 'Peru' AND vip"],
    ],
  ]],
  ['rental', rental, [
    [
      ['how many payments are there', 'SELECT count(*) FROM payments.payment'],
      ['only failed ones', 'SELECT count(*) FROM payments.payment WHERE NOT succeeded'],
      ['by method', 'SELECT method, count(*) FROM payments.payment WHERE NOT succeeded GROUP BY 1'],
      ['and in Berlin?', undefined],
      ['as percentages', 'SELECT method, 100.0 * count(*) / (SELECT count(*) FROM payments.payment WHERE NOT succeeded) FROM payments.payment WHERE NOT succeeded GROUP BY 1'],
    ],
    [
      ['rentals longer than 5 days', `SELECT rental_no ${days}`],
      ['only closed', `SELECT rental_no ${days} AND state = 'closed'`],
      ['by tier', `SELECT tier, count(*) ${days} AND state = 'closed' GROUP BY 1`],
    ],
  ]],
  ['clinic', clinic, [
    [
      ['claims by status', 'SELECT status, count(*) FROM insurance.claims GROUP BY 1'],
      ['only rejected', "SELECT status, count(*) FROM insurance.claims WHERE status = 'rejected' GROUP BY 1"],
      ['by insurer', "SELECT i.name, count(*) FROM insurance.claims c JOIN insurance.insurers i ON i.id = c.insurer_id WHERE status = 'rejected' GROUP BY i.id, i.name"],
    ],
  ]],
  ['payroll', payroll, [
    [
      ['how many employees are there', 'SELECT count(*) FROM staff.employees'],
      ['by department', `SELECT d.name, count(*) ${remote} GROUP BY d.code, d.name`],
      ['only remote ones', `SELECT d.name, count(*) ${remote} WHERE remote GROUP BY d.code, d.name`],
      ['sort by count descending', `SELECT d.name, count(*) ${remote} WHERE remote GROUP BY d.code, d.name`],
      ['and in Finance?', `SELECT d.name, count(*) ${remote} WHERE remote AND d.name = 'Finance' GROUP BY d.code, d.name`],
    ],
  ]],
  ['port', port, [
    [
      ['tonnes per commodity', 'SELECT commodity, sum(tonnes) FROM cargo.consignments GROUP BY 1'],
      ['only hazardous ones', 'SELECT commodity, sum(tonnes) FROM cargo.consignments WHERE hazardous GROUP BY 1'],
      ['by quay', 'SELECT quay, sum(tonnes) FROM cargo.consignments JOIN harbour.port_calls USING (call_no) JOIN harbour.berths USING (berth_code) WHERE hazardous GROUP BY 1'],
    ],
    [
      ['how many inspections are there', 'SELECT count(*) FROM safety.inspections'],
      ['only failed ones', 'SELECT count(*) FROM safety.inspections WHERE NOT passed'],
      ['by inspector', 'SELECT inspector, count(*) FROM safety.inspections WHERE NOT passed GROUP BY 1'],
      ['and unsuccessful', undefined],
    ],
  ]],
  ['the example', undefined, [
    [
      ['products by category', 'SELECT c.name, count(*) FROM products.products p JOIN products.categories c ON c.id = p.category_id GROUP BY c.id, c.name'],
      ['only purple ones', undefined],
      ['how many orders are there', 'SELECT count(*) FROM orders.orders'],
      ['only cancelled ones', "SELECT count(*) FROM orders.orders WHERE status = 'cancelled'"],
    ],
  ]],
];

describe.each(estates)('%s', (_name, services, chains) => {
  let folder: string;
  let estate: OpenEstate;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aishell-go-on-'));
    process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
    estate = services === undefined ? await openShop(folder) : await openEstate(services, folder);
  });
  afterAll(async () => {
    await estate.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(chains.map((steps) => [steps.map(([said]) => said).join(' > '), steps] as const))('%s', async (_said, steps) => {
    let previous: { readonly sql: string; readonly question: string } | undefined;
    for (const [question, gold] of steps) {
      const answer = await estate.session.ask(question, { signal: AbortSignal.timeout(60_000), limit: 0, ...(previous && { previous }) }).catch((error: unknown) => {
        if (error instanceof AishellError) return error;
        throw error;
      });
      if (gold === undefined) expect(answer, question).toMatchObject({ code: 'question.not_understood' });
      else {
        if (answer instanceof AishellError || answer.kind !== 'query') throw new Error(`${question}: ${JSON.stringify(answer)}`);
        const wanted = await estate.truth(gold);
        expect(cells(answer.rows as unknown[][]), `${question}: ${answer.sql}`).toEqual(cells(wanted));
        expect(wanted.length, question).toBeGreaterThan(0);
        previous = { sql: answer.sql, question };
      }
    }
  });
});

function cells(rows: readonly (readonly unknown[])[]): string[] {
  const cell = (value: unknown): string => {
    if (value instanceof Date) return value.toISOString().slice(0, 10);
    const text = String(value);
    if (/^\d{4}-\d\d-\d\d/.test(text)) return text.slice(0, 10);
    return Number.isFinite(Number(text)) ? String(Number(Number(text).toPrecision(9))) : text;
  };
  return rows.map((row) => row.map(cell).join(' | ')).sort();
}
