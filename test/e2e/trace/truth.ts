/**
 * What a trace over the example estate must hold, worked out from the generator's memory and by no code of aishell's:
 * every message of a flow, the rows of every service about the same order, and the people and products that those name.
 */

import type { BusRecord } from '../../../examples/microservices/generator/bus.js';
import type { Estate } from '../../../examples/microservices/generator/estate.js';
import type { FilledTable } from '../../../examples/microservices/generator/schema.js';
import type { TraceAnswer } from '../../../src/answer/contract.js';

export interface TraceTruth {
  /** Steps that belong to it, as `service.table key`. */
  readonly parts: ReadonlySet<string>;
  readonly mentioned: ReadonlySet<string>;
}

/** What is asked for, and what must come back. */
export interface Flow {
  readonly order: number | undefined;
  readonly records: readonly BusRecord[];
  readonly truth: TraceTruth;
}

type Rows = FilledTable['rows'];

export class FlowBook {
  readonly #tables = new Map<string, Rows>();
  readonly #byOrder = new Map<string, Map<string, string[]>>();
  readonly #recordsOf = new Map<string, BusRecord[]>();

  /** @param isScanned keys that only a scan of a store's could tell of are looked through: notifications by their order */
  constructor(
    private readonly estate: Estate,
    private readonly isScanned = true,
  ) {
    for (const service of ['users', 'products', 'orders', 'analytics'] as const) {
      for (const table of estate[service]) this.#tables.set(`${service}.${table.spec.name}`, table.rows);
    }
    const own = (table: string, order: unknown, key: unknown) => {
      const known = this.#byOrder.get(String(order)) ?? new Map<string, string[]>();
      known.set(table, [...(known.get(table) ?? []), String(key)]);
      this.#byOrder.set(String(order), known);
    };
    for (const row of this.#rows('orders.orders')) own('orders.orders', row['id'], row['id']);
    for (const table of ['orders.order_items', 'orders.shipments', 'orders.status_history', 'products.stock_reservations']) {
      for (const row of this.#rows(table)) own(table, row['order_id'], row['id']);
    }
    for (const row of this.#rows('analytics.order_facts')) own('analytics.order_facts', row['order_id'], row['order_id']);
    for (const row of this.#rows('orders.outbox')) own('orders.outbox', row['aggregate_id'], row['id']);
    const { payments, refunds, history } = estate.payments;
    const orderOf = new Map(payments.map(({ _id, orderId }) => [_id, orderId]));
    for (const { _id, orderId } of payments) own('payments.payments', orderId, _id);
    for (const { _id, orderId } of refunds) own('payments.refunds', orderId, _id);
    for (const { _id, paymentId } of history) own('payments.history', orderOf.get(paymentId), _id);
    const notified = new Map(estate.notifications.notifications.map(({ id, orderId }) => [id, orderId]));
    for (const [id, orderId] of notified) own('notifications.notification', orderId, id);
    for (const { id, notificationId } of estate.notifications.stream) own('notifications.notification_stream', notified.get(notificationId), id);
    for (const record of estate.bus) {
      const id = record.headers['correlationId']!;
      this.#recordsOf.set(id, [...(this.#recordsOf.get(id) ?? []), record]);
    }
  }

  /** By its correlation id. */
  conversations(): readonly string[] {
    return [...this.#recordsOf.keys()];
  }

  conversation(id: string): Flow {
    const records = this.#recordsOf.get(id) ?? [];
    const order = records.map(({ fields }) => fields?.['orderId']).find((value) => value !== undefined);
    return this.#flow(records, order === undefined ? undefined : Number(order));
  }

  order(order: number): Flow {
    const saga = this.estate.sagas.find(({ orderId }) => orderId === order);
    return this.#flow(saga === undefined ? [] : (this.#recordsOf.get(saga.correlationId) ?? []), order);
  }

  #flow(records: readonly BusRecord[], order: number | undefined): Flow {
    const parts = new Set(records.map(({ topic, partition, offset }) => `bus.${topic} ${partition}/${offset}`));
    const mentioned = new Set<string>();
    const told = new Set(records.map(({ fields }) => fields?.['notificationId']));
    const streamed = new Set(this.estate.notifications.stream.filter(({ notificationId }) => told.has(notificationId)).map(({ id }) => id));
    const isFound = (table: string, key: string) => this.isScanned || !table.startsWith('notifications.') || told.has(key) || streamed.has(key);
    for (const [table, keys] of order === undefined ? [] : (this.#byOrder.get(String(order)) ?? [])) for (const key of keys) if (isFound(table, key)) parts.add(`${table} ${key}`);
    // An event about a person is about that person's own row.
    for (const { topic, fields } of records) {
      if (topic === 'users' && this.#has('users.users', fields?.['userId'])) parts.add(`users.users ${String(fields?.['userId'])}`);
      for (const name of ['userId', 'customerId']) if (topic !== 'users' && this.#has('users.users', fields?.[name])) mentioned.add(`users.users ${String(fields?.[name])}`);
    }
    if (order !== undefined) {
      const people = [
        ...this.#rows('orders.orders').filter(({ id }) => id === order).map((row) => row['customer_id']),
        ...this.#rows('analytics.order_facts').filter((row) => row['order_id'] === order).map((row) => row['user_id']),
        ...this.estate.payments.payments.filter(({ orderId }) => orderId === String(order)).map(({ userId }) => userId),
        ...this.estate.notifications.notifications.filter(({ id, orderId }) => orderId === String(order) && isFound('notifications.notification', id)).map(({ userId }) => userId),
      ];
      for (const id of people) if (this.#has('users.users', id)) mentioned.add(`users.users ${String(id)}`);
      for (const table of ['orders.order_items', 'products.stock_reservations']) {
        for (const row of this.#rows(table)) if (row['order_id'] === order && this.#has('products.products', row['product_id'])) mentioned.add(`products.products ${String(row['product_id'])}`);
      }
    }
    return { order, records, truth: { parts, mentioned } };
  }

  #rows(table: string): Rows {
    return this.#tables.get(table)!;
  }

  #has(table: string, id: unknown): boolean {
    return this.#rows(table).some((row) => String(row['id']) === String(id));
  }
}

/** An answer's steps in the truth's words. */
export function stepsOf(answer: TraceAnswer, role: 'part' | 'mentioned'): string[] {
  return answer.steps
    .filter((step) => step.role === role)
    // Where a store has no key that is unique, a row is located by all that it says.
    .map(({ service, table, locator }) => `${service}.${table} ${table === 'order_facts' ? String(locator['order_id']) : Object.values(locator).map(String).join('/')}`)
    .sort();
}
