/** What services disagree about is found, with its severity; where they are of one mind nothing is reported. */

import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeEstate } from '../../../examples/microservices/generator/estate.js';
import { writeEmbedded } from '../../../examples/microservices/generator/write/embedded.js';
import type { DiffAnswer, Difference } from '../../../src/answer/contract.js';
import { loadConfig } from '../../../src/config/index.js';
import { openSession } from '../../../src/session/index.js';
import { planted, writeClinic } from '../../support/clinic/estate.js';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aishell-conflicts-'));
  process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function diffOf(path: string, options: { values?: boolean; allowPartial?: boolean } = {}): Promise<DiffAnswer> {
  const session = await openSession({ config: await loadConfig({ path, cwd: '/', env: process.env }) });
  try {
    return await session.diff(undefined, undefined, { signal: AbortSignal.timeout(120_000), ...options });
  } finally {
    await session.close();
  }
}

const all = (answer: DiffAnswer): Difference[] => answer.pairs.flatMap(({ differences }) => [...differences]);
const alarms = (answer: DiffAnswer): Difference[] => all(answer).filter(({ severity }) => severity !== 'note');

describe('comparing services that agree', () => {
  it('raises no alarm', async () => {
    const answer = await diffOf(await writeClinic(join(dir, 'agreeing'), true));
    expect(answer.pairs.length).toBeGreaterThan(4);
    expect(alarms(answer)).toEqual([]);
  });
});

describe('comparing services that do not', () => {
  it('finds every conflict that was planted in a clinic', async () => {
    const answer = await diffOf(await writeClinic(join(dir, 'quarrel'), false));
    const found = alarms(answer);
    // Another name for the same is told with how often it is the same.
    expect(all(answer)).toContainEqual(expect.objectContaining({ left: 'ledger.invoices.total', aspect: 'name', what: 'the same values, called total here and charge there: in 400 of 400 sampled rows' }));
    for (const [left, right, aspect] of planted) expect(found, `${left} and ${right}`).toContainEqual(expect.objectContaining({ left, right, aspect }));
    const key = found.find(({ aspect }) => aspect === 'key');
    expect(key).toMatchObject({ severity: 'breaking', what: expect.stringMatching(/^14 of 14 sampled keys match only whatever their case: "w-\w+" here, "W-\w+" there/) as string });
  });

  it('finds every conflict of the example estate, and judges by direction and values', async () => {
    const folder = join(dir, 'shop');
    await mkdir(folder);
    await writeEmbedded(makeEstate({ seed: 5, scale: 0.15, now: new Date('2026-02-03T00:00:00Z') }), join(folder, 'data'));
    await copyFile(fileURLToPath(new URL('../../../examples/microservices/aishell.yaml', import.meta.url)), join(folder, 'aishell.yaml'));
    const answer = await diffOf(join(folder, 'aishell.yaml'));
    const found = all(answer);
    const risky = (left: string, right: string, aspect: Difference['aspect']) =>
      expect(alarms(answer), `${left} and ${right}: ${aspect}`).toContainEqual(expect.objectContaining({ left, right, aspect }));
    // Ids as text where they are numbers.
    for (const left of ['payments.payments.userId', 'bus.payments.userId', 'bus.notifications.userId']) risky(left, 'users.users.id', 'type');
    for (const left of ['payments.payments.orderId', 'payments.refunds.orderId', 'bus.payments.orderId']) risky(left, 'orders.orders.id', 'type');
    // Money as double where it is decimal, also under another name and inside of a document.
    for (const left of ['bus.orders.total', 'analytics.order_facts.revenue', 'payments.payments.amount.value', 'bus.payments.amount.value']) risky(left, 'orders.orders.total', 'type');
    // Wall clocks beside instants, labels in another case, copies that have drifted.
    risky('products.stock_reservations.created_at', 'orders.orders.created_at', 'type');
    risky('analytics.order_facts.status', 'orders.orders.status', 'values');
    risky('analytics.order_facts.status', 'orders.orders.status', 'copy');
    risky('orders.orders.customer_email', 'users.users.email', 'copy');
    // Three words for one person.
    for (const left of ['orders.orders.customer_id', 'bus.orders.customerId']) expect(found).toContainEqual(expect.objectContaining({ left, right: 'users.users.id', aspect: 'name' }));
    // Unsigned columns take keys that count upwards: nothing breaks.
    expect(found.find(({ left, aspect }) => left === 'analytics.order_facts.order_id' && aspect === 'type')).toMatchObject({ severity: 'note' });
    expect(found.filter(({ severity }) => severity === 'breaking')).toEqual([]);
  });

  it('reads no rows when told not to, and then judges by types alone', async () => {
    const answer = await diffOf(join(dir, 'shop', 'aishell.yaml'), { values: false });
    const unsigned = all(answer).find(({ left, aspect }) => left === 'analytics.order_facts.order_id' && aspect === 'type');
    expect(unsigned).toMatchObject({ severity: 'breaking', what: expect.stringContaining('values out of range') as string });
    expect(all(answer).some(({ aspect }) => aspect === 'copy')).toBe(false);
  });
});

describe('comparing services of which one is gone', () => {
  it('is an error, or with leave to be partial names it and compares the rest', async () => {
    const path = await writeClinic(join(dir, 'partly'), false);
    expect((await diffOf(path)).complete).toBe(true);
    // Its schema is in the cache; its rows are not.
    await rm(join(dir, 'partly', 'results'), { recursive: true });
    await expect(diffOf(path)).rejects.toMatchObject({ kind: 'source' });
    const answer = await diffOf(path, { allowPartial: true });
    expect(answer).toMatchObject({ complete: false, missing: [{ service: 'results' }] });
    expect(answer.pairs.map(({ left }) => left)).toContain('ledger.invoices');
    expect(answer.pairs.some(({ left, right }) => `${left} ${right}`.includes('results.'))).toBe(false);
  });
});
