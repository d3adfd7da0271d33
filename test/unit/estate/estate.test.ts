/** The example estate is the same every time, of the promised size, and as untidy as it says. */

import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { countAll, makeEstate } from '../../../examples/microservices/generator/estate.js';
import type { Estate } from '../../../examples/microservices/generator/estate.js';
import type { FilledTable } from '../../../examples/microservices/generator/schema.js';

const now = new Date('2026-02-03T00:00:00Z');
const fingerprint = (estate: Estate) =>
  createHash('sha256')
    .update(JSON.stringify([estate.users, estate.products, estate.orders, estate.analytics, estate.payments, [...estate.notifications.counts], estate.notifications, estate.bus]))
    .digest('hex');

let estate: Estate;
beforeAll(() => {
  estate = makeEstate({ seed: 1, scale: 1, now });
});

function rows(tables: readonly FilledTable[], name: string): FilledTable['rows'] {
  return tables.find((table) => table.spec.name === name)!.rows;
}

describe('the generator', () => {
  it('makes the same of the same seed, and something else of another', () => {
    const small = (seed: number, at = now) => fingerprint(makeEstate({ seed, scale: 0.02, now: at }));
    expect(small(3)).toBe(small(3));
    expect(small(3)).not.toBe(small(4));
    expect(small(3)).not.toBe(small(3, new Date('2026-02-04T00:00:00Z')));
  });

  it('has the promised size, and grows with the scale', () => {
    expect(rows(estate.users, 'users').length).toBe(1000);
    expect(rows(estate.products, 'products').length).toBe(200);
    expect(rows(estate.orders, 'orders').length).toBe(5000);
    expect(countAll(estate)).toBeGreaterThan(55_000);
    expect(countAll(estate)).toBeLessThan(75_000);
    expect(rows(makeEstate({ seed: 1, scale: 0.1, now }).orders, 'orders').length).toBe(500);
  });

  it('lets nothing happen in the future', () => {
    const late = [...estate.bus.map((record) => record.timestamp - 2), ...rows(estate.orders, 'status_history').map((row) => row['changed_at'] as number), ...rows(estate.orders, 'orders').map((row) => row['updated_at'] as number)];
    expect(Math.max(...late)).toBeLessThan(now.getTime());
  });

  it('keeps every key that it declares', () => {
    for (const tables of [estate.users, estate.products, estate.orders, estate.analytics]) {
      for (const { spec, rows: own } of tables) {
        const keys = own.map((row) => spec.primaryKey.map((name) => row[name]).join('|'));
        expect(new Set(keys).size, spec.name).toBe(own.length);
        for (const [name, target] of Object.entries(spec.references ?? {})) {
          const [table, column] = target!.split('.');
          const known = new Set(rows(tables, table!).map((row) => row[column!]));
          expect(own.every((row) => row[name] === null || known.has(row[name])), `${spec.name}.${name}`).toBe(true);
        }
      }
    }
  });
});

describe('what was planted', () => {
  it('payments fail while the users service is unwell', () => {
    const { incidents, start, end } = estate.clock;
    const inside = (time: number) => incidents.some((incident) => time >= incident.start && time < incident.end);
    const rate = (select: boolean) => {
      const some = estate.payments.payments.filter((payment) => inside(payment.createdAt.getTime()) === select);
      return some.filter((payment) => payment.status === 'FAILED').length / some.length;
    };
    expect(incidents.every((incident) => incident.start >= start && incident.end <= end)).toBe(true);
    expect(rate(true)).toBeGreaterThan(5 * rate(false));
    for (const row of rows(estate.analytics, 'service_health')) {
      if (row['service'] === 'users') expect(row['status'] !== 'healthy', new Date(row['minute'] as number).toISOString()).toBe(inside(row['minute'] as number));
    }
  });

  it('e-mail copies have drifted, customers and products are gone, charges came twice', () => {
    const email = new Map(rows(estate.users, 'users').map((row) => [row['id'], row['email']]));
    const orders = rows(estate.orders, 'orders');
    expect(orders.filter((row) => email.has(row['customer_id']) && email.get(row['customer_id']) !== row['customer_email']).length).toBeGreaterThan(50);
    expect(orders.filter((row) => !email.has(row['customer_id'])).length).toBeGreaterThan(5);
    const products = new Set(rows(estate.products, 'products').map((row) => row['id']));
    expect(rows(estate.orders, 'order_items').filter((row) => !products.has(row['product_id'])).length).toBeGreaterThan(5);
    const { payments } = estate.payments;
    expect(payments.length - new Set(payments.map((payment) => payment.orderId)).size).toBeGreaterThan(2);
    const ids = new Set(orders.map((row) => String(row['id'])));
    expect(payments.filter((payment) => !ids.has(payment.orderId)).length).toBeGreaterThan(2);
  });

  it('events were sent twice, lost, and sent of orders that never were; one is poison and has its dead letter', () => {
    const parsed = estate.bus.filter((record) => record.fields !== undefined && record.topic !== 'dlq');
    expect(parsed.length - new Set(parsed.map((record) => record.headers['eventId'])).size).toBeGreaterThan(5);
    const poison = estate.bus.filter((record) => record.fields === undefined);
    expect(poison.length).toBe(1);
    expect(() => JSON.parse(poison[0]!.value) as unknown).toThrow();
    const letter = estate.bus.find((record) => record.topic === 'dlq')!;
    expect(letter.fields).toMatchObject({ originalTopic: poison[0]!.topic, originalPartition: poison[0]!.partition, originalOffset: poison[0]!.offset });

    const created = new Set(estate.events.filter((event) => event.eventType === 'OrderCreated').map((event) => event.fields['orderId']));
    const known = new Set(estate.sagas.map((saga) => saga.orderId));
    expect([...created].filter((id) => !known.has(id as number)).length).toBeGreaterThan(0);
    const recent = estate.sagas.filter((saga) => saga.createdAt >= now.getTime() - 20 * 3_600_000);
    expect(recent.filter((saga) => !created.has(saga.orderId)).length).toBeGreaterThan(0);
  });

  it('sagas hang together by causation, and a failed payment is compensated', () => {
    const byId = new Map(estate.events.map((event) => [event.eventId, event]));
    const failed = estate.events.filter((event) => event.eventType === 'PaymentFailed');
    expect(failed.length).toBeGreaterThan(5);
    for (const event of failed) {
      const effects = estate.events.filter((other) => other.causationId === event.eventId).map((other) => other.eventType);
      expect(effects.sort()).toEqual(['OrderCancelled', 'StockReleased']);
    }
    for (const event of estate.events) {
      const cause = event.causationId === undefined ? undefined : byId.get(event.causationId);
      if (cause !== undefined) expect([cause.correlationId, cause.occurredAt <= event.occurredAt]).toEqual([event.correlationId, true]);
      expect(event.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    }
  });

  it('offsets of every partition are without a gap', () => {
    const ends = new Map<string, number>();
    for (const { topic, partition, offset } of estate.bus) {
      const key = `${topic} ${partition}`;
      expect(offset).toBe(ends.get(key) ?? 0);
      ends.set(key, offset + 1);
    }
  });
});
