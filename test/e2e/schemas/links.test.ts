/** Links against the truth, on the example estate and on two that share no name with it. */

import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeEstate } from '../../../examples/microservices/generator/estate.js';
import { writeEmbedded } from '../../../examples/microservices/generator/write/embedded.js';
import type { LinksAnswer } from '../../../src/answer/contract.js';
import { loadConfig } from '../../../src/config/index.js';
import { openSession } from '../../../src/session/index.js';
import { clinicLinks, writeClinic } from '../../support/clinic/estate.js';
import { makeSecondEstate } from '../../support/second-estate/estate.js';
import { writeFiles } from '../../support/second-estate/write.js';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aishell-links-'));
  process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function linksOf(path: string, decisions: Parameters<Awaited<ReturnType<typeof openSession>>['links']>[0]['decisions'] = []): Promise<LinksAnswer> {
  const session = await openSession({ config: await loadConfig({ path, cwd: '/', env: process.env }) });
  try {
    return await session.links({ signal: AbortSignal.timeout(120_000), decisions });
  } finally {
    await session.close();
  }
}

function judged(answer: LinksAnswer, truth: readonly string[]): { precision: number; recall: number; wrong: string[]; lacking: string[] } {
  const found = answer.links.filter(({ status }) => status !== 'refuted' && status !== 'rejected').map(({ from, to }) => `${from} -> ${to}`);
  const wrong = found.filter((link) => !truth.includes(link));
  const lacking = truth.filter((link) => !found.includes(link));
  return { precision: 1 - wrong.length / found.length, recall: 1 - lacking.length / truth.length, wrong, lacking };
}

function holdsUp(answer: LinksAnswer, truth: readonly string[]): void {
  const { precision, recall, wrong, lacking } = judged(answer, truth);
  expect(precision, `wrong: ${wrong.join(', ')}`).toBeGreaterThanOrEqual(0.95);
  expect(recall, `lacking: ${lacking.join(', ')}`).toBeGreaterThanOrEqual(0.9);
}

/** user -> users.id and so on, as the generator fills them. */
const shopTruth = Object.entries({
  'users.users.id': 'users.addresses.user_id users.auth_events.user_id users.profiles.user_id orders.orders.customer_id payments.payments.userId analytics.order_facts.user_id analytics.page_views.user_id notifications.notification.userId notifications.notification_count.id bus.notifications.userId bus.orders.customerId bus.payments.userId bus.users.userId',
  'products.categories.id': 'products.categories.parent_id products.products.category_id',
  'products.products.id': 'products.inventory.product_id products.stock_reservations.product_id orders.order_items.product_id analytics.page_views.product_id',
  'orders.orders.id': 'orders.order_items.order_id orders.shipments.order_id orders.status_history.order_id orders.outbox.aggregate_id products.stock_reservations.order_id payments.payments.orderId payments.refunds.orderId analytics.order_facts.order_id notifications.notification.orderId bus.inventory.orderId bus.orders.orderId bus.payments.orderId',
  'payments.payments._id': 'payments.history.paymentId payments.refunds.paymentId bus.payments.paymentId',
  'notifications.notification.id': 'notifications.notification_stream.notificationId bus.notifications.notificationId',
}).flatMap(([to, from]) => from.split(' ').map((column) => `${column} -> ${to}`));

const shippingTruth = Object.entries({
  'fleet.vessels.vessel_no': 'fleet.crew.vessel_no freight.bookings.vessel_no',
  'clients.shippers.shipper_no': 'freight.bookings.shipper_no',
  'harbours.ports.port_code': 'harbours.berths.port_code freight.bookings.port_code',
  'freight.bookings.booking_no': 'freight.containers.booking_no customs.declarations.bookingNo wire.booking_messages.bookingNo wire.customs_messages.bookingNo wire.dispatch_messages.bookingNo',
}).flatMap(([to, from]) => from.split(' ').map((column) => `${column} -> ${to}`));

describe('links with their values', () => {
  it('are right on the example estate', async () => {
    const folder = join(dir, 'shop');
    await mkdir(folder);
    await writeEmbedded(makeEstate({ seed: 5, scale: 0.15, now: new Date('2026-02-03T00:00:00Z') }), join(folder, 'data'));
    await copyFile(fileURLToPath(new URL('../../../examples/microservices/aishell.yaml', import.meta.url)), join(folder, 'aishell.yaml'));
    const answer = await linksOf(join(folder, 'aishell.yaml'));
    holdsUp(answer, shopTruth);
    // A link that only its values show, and one with keys that are gone.
    expect(answer.links.find(({ from }) => from === 'orders.outbox.aggregate_id')).toMatchObject({ status: 'proposed', to: 'orders.orders.id' });
    expect(answer.links.find(({ from }) => from === 'orders.order_items.product_id')!.values!.found).toBeGreaterThan(10);
  });

  it('are right on a shipping line', async () => {
    holdsUp(await linksOf(await writeFiles(makeSecondEstate(), join(dir, 'shipping'))), shippingTruth);
  });

  it('are right on a clinic whose references are named after roles', async () => {
    const answer = await linksOf(await writeClinic(join(dir, 'clinic'), true));
    holdsUp(answer, clinicLinks);
    const signed = answer.links.find(({ from }) => from === 'results.readings.signed_by');
    expect(signed).toMatchObject({ status: 'proposed', to: 'staff.clinicians.badge' });
  });

  it('keeps a decision in the configuration, and everything else in that file', async () => {
    const path = await writeClinic(join(dir, 'decided'), true);
    const before = await readFile(path, 'utf8');
    const proposal = { from: 'results.readings.signed_by', to: 'staff.clinicians.badge' };
    const confirmed = await linksOf(path, [{ ...proposal, decision: 'confirmed' }]);
    expect(confirmed.links.find(({ from }) => from === proposal.from)).toMatchObject({ status: 'confirmed', values: { keys: 90, found: 90 } });
    expect(await readFile(path, 'utf8')).toBe(`${before}links:\n  - { from: results.readings.signed_by, to: staff.clinicians.badge }\n`);
    const rejected = await linksOf(path, [{ ...proposal, decision: 'rejected' }]);
    expect(rejected.links.filter(({ from }) => from === proposal.from).map(({ status }) => status)).toEqual(['rejected']);
    expect(rejected.written).toMatchObject({ path, decisions: [{ decision: 'rejected' }] });
    // Read again, it still holds.
    expect((await linksOf(path)).links.find(({ from }) => from === proposal.from)!.status).toBe('rejected');
    await expect(linksOf(path, [{ from: 'results.readings.sigend_by', to: proposal.to, decision: 'confirmed' }])).rejects.toThrow(/no column 'results.readings.sigend_by'/);
  });
});
