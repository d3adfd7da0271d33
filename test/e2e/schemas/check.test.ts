/** Checks of values against counts made from the estate's own truth, and against what they said the last time. */

import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeEstate } from '../../../examples/microservices/generator/estate.js';
import type { FilledTable } from '../../../examples/microservices/generator/schema.js';
import { writeEmbedded } from '../../../examples/microservices/generator/write/embedded.js';
import type { CheckAnswer } from '../../../src/answer/contract.js';
import { runHere } from '../support/in-process.js';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aishell-check-'));
  process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
  await copyFile(fileURLToPath(new URL('../../../examples/microservices/aishell.yaml', import.meta.url)), join(dir, 'aishell.yaml'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function check(...args: string[]): Promise<{ code: number | null; answer: CheckAnswer }> {
  return asked('check', ...args);
}

async function asked(...args: string[]): Promise<{ code: number | null; answer: CheckAnswer }> {
  process.env['XDG_STATE_HOME'] = join(dir, 'state');
  const { code, stdout, stderr } = await runHere([...args, '--config', join(dir, 'aishell.yaml'), '--format', 'json'], dir);
  return { code, answer: JSON.parse(stdout || stderr) as CheckAnswer };
}

it('counts what the estate lacks, and whether it was more the last time', async () => {
  const estate = makeEstate({ seed: 5, scale: 0.1, now: new Date('2026-02-03T00:00:00Z') });
  await mkdir(join(dir, 'data'), { recursive: true });
  await writeEmbedded(estate, join(dir, 'data'));
  const { code, answer } = await check();
  expect(code, JSON.stringify(answer)).toBe(0);
  const rows = (tables: readonly FilledTable[], name: string) => tables.find(({ spec }) => spec.name === name)!.rows;
  const ids = (tables: readonly FilledTable[], name: string) => new Set(rows(tables, name).map((row) => String(row['id'])));
  const [users, products, orders] = [ids(estate.users, 'users'), ids(estate.products, 'products'), ids(estate.orders, 'orders')];
  const found = (kind: string, where: string) => answer.checks.find((one) => one.check === kind && one.where === where);
  const lost = (values: readonly unknown[], known: ReadonlySet<string>) => values.filter((value) => value !== undefined && value !== null && !known.has(String(value))).length;
  const customers = rows(estate.orders, 'orders').map((row) => row['customer_id']);
  const references = 'references that lead nowhere';
  expect(found(references, 'orders.orders.customer_id')).toMatchObject({ found: lost(customers, users), looked: customers.length, against: 'users.users.id' });
  expect(found(references, 'orders.order_items.product_id')).toMatchObject({ found: lost(rows(estate.orders, 'order_items').map((row) => row['product_id']), products) });
  // Ids as text beside ids as numbers.
  expect(found(references, 'payments.payments.orderId')).toMatchObject({ found: lost(estate.payments.payments.map(({ orderId }) => orderId), orders) });
  expect(found(references, 'payments.payments.orderId')!.found).toBeGreaterThan(0);
  const messages = estate.bus.filter(({ topic, fields }) => topic === 'orders' && fields !== undefined).map(({ fields }) => (fields as Record<string, unknown>)['orderId']);
  expect(found('events without a row', 'bus.orders.orderId')).toMatchObject({ found: lost(messages, orders), looked: messages.length });
  const mails = new Map(rows(estate.users, 'users').map((row) => [row['id'], row['email']]));
  const drifted = rows(estate.orders, 'orders').filter((row) => mails.has(row['customer_id']) && mails.get(row['customer_id']) !== row['customer_email']).length;
  expect(found('copies that differ', 'orders.orders.customer_email')).toMatchObject({ found: drifted, against: 'users.users.email', ok: drifted === 0 });
  expect(answer.checks.filter(({ check: kind }) => kind === 'newest row').map(({ where }) => where.split('.')[0]).sort()).toEqual(['analytics', 'bus', 'notifications', 'orders', 'payments', 'products', 'users']);
  expect(answer.checks.every(({ before }) => before === null)).toBe(true);

  // The same in English, of two services alone, and of those no bus lag.
  const between = await asked('query', 'Is anything orphaned between orders and users?');
  expect(between.answer.checks).toMatchObject([{ check: references, where: 'orders.orders.customer_id', found: lost(customers, users) }]);

  // The same again is no worse; fewer products are.
  const again = await check('--fail-on', 'worse');
  expect([again.code, again.answer]).toMatchObject([0, {}]);
  expect(again.answer.checks.find(({ where }) => where === 'orders.orders.customer_id')).toMatchObject({ before: lost(customers, users) });
  const late = await check('--fail-on', 'any', '--max-lag', '1ms');
  expect(late.code).toBe(10);
  expect(late.answer.checks.find(({ where }) => where === 'orders.orders.customer_id')!.trend).toEqual(Array.from({ length: 4 }, () => lost(customers, users)));
  const lag = (one: CheckAnswer) => one.checks.find(({ check: kind, where }) => kind === 'bus lag' && where === 'bus.orders._timestamp');
  expect(lag(again.answer)).toMatchObject({ against: 'orders.orders.created_at', found: null, ok: true });
  expect(lag(late.answer)).toMatchObject({ ok: false, what: expect.stringMatching(/^half of the messages come within .* of their row, the slowest after/) as unknown });
  const fewer = estate.users.map((table) => (table.spec.name === 'users' ? { ...table, rows: table.rows.slice(0, -20) } : { ...table, rows: table.rows.filter((row) => Number(row['user_id']) <= users.size - 20) }));
  await writeEmbedded({ ...estate, users: fewer }, join(dir, 'data'));
  const worse = await check('--fail-on', 'worse', '--refresh', '--service', 'users,orders');
  expect(worse.code).toBe(10);
  expect(worse.answer.summary).toContainEqual({ what: 'worse than the last time', count: 1 });
  const aged = await check('--max-age', '1h', '--service', 'users,orders');
  expect(aged.answer.checks.filter(({ check: kind, ok }) => kind === 'newest row' && !ok)).toHaveLength(2);
}, 240_000);
