/**
 * The event bus: what the services told each other about the last day, with eventId, causationId,
 * correlationId and W3C traceparent in the headers. As on any bus: redeliveries, a poison message and its dead letter,
 * events whose rows were rolled back, and rows whose events were lost.
 */

import { hour } from './clock.js';
import type { Clock } from './clock.js';
import { paymentId } from './billing.js';
import { notificationId } from './messages.js';
import type { People } from './people.js';
import { Random } from './random.js';
import { firstOrderId } from './sagas.js';
import type { Saga } from './sagas.js';

export const topics: Readonly<Record<Topic, { readonly partitions: number }>> = {
  users: { partitions: 2 },
  orders: { partitions: 3 },
  payments: { partitions: 3 },
  inventory: { partitions: 2 },
  notifications: { partitions: 2 },
  dlq: { partitions: 1 },
};

export type Topic = 'users' | 'orders' | 'payments' | 'inventory' | 'notifications' | 'dlq';

export interface BusEvent {
  readonly topic: Topic;
  readonly key: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly occurredAt: number;
  readonly causationId: string | undefined;
  readonly correlationId: string;
  readonly traceparent: string;
  /** The message's JSON. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface BusRecord {
  readonly topic: Topic;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string;
  /** undefined for a value that is no JSON. */
  readonly fields: Readonly<Record<string, unknown>> | undefined;
}

const retention = 24 * hour;

/** Every event of the retained time, once each, in order of time. */
export function busEvents(clock: Clock, seed: number, all: readonly Saga[], people: People): BusEvent[] {
  const random = new Random(seed, 'bus');
  const since = clock.end - retention;
  const events = all.filter((saga) => lastMoment(saga) >= since).flatMap((saga) => sagaEvents(saga, new Random(seed, `saga ${saga.orderId}`)));
  events.push(...userEvents(clock, random, people), ...rolledBack(clock, random, all));
  return events.filter((event) => event.occurredAt >= since && event.occurredAt < clock.end).sort((a, b) => a.occurredAt - b.occurredAt);
}

function lastMoment(saga: Saga): number {
  return saga.refundedAt ?? saga.deliveredAt ?? saga.shippedAt ?? saga.cancelledAt ?? saga.confirmedAt ?? saga.createdAt;
}

function sagaEvents(saga: Saga, random: Random): BusEvent[] {
  const events: BusEvent[] = [];
  const orderId = saga.orderId;
  const emit = (topic: Topic, eventType: string, occurredAt: number | undefined, cause: string | undefined, fields: object): string | undefined => {
    if (occurredAt === undefined) return undefined;
    const event = makeEvent(random, { topic, key: String(orderId), eventType, occurredAt, cause, saga, fields });
    events.push(event);
    return event.eventId;
  };
  const items = saga.lines.map(({ productId, quantity }) => ({ productId, quantity }));
  const billed = { paymentId: paymentId(orderId), orderId: String(orderId), userId: String(saga.userId), amount: { value: saga.total, currency: 'EUR' } };
  const told = (type: Parameters<typeof notificationId>[1]) => ({ notificationId: notificationId(saga, type), userId: String(saga.userId), type });
  const settledAt = saga.attempts.at(-1)?.at;

  const created = emit('orders', 'OrderCreated', saga.createdAt, undefined, { orderId, customerId: saga.userId, total: saga.total });
  const reserved = emit('inventory', 'StockReserved', saga.reservedAt, created, { orderId, items });
  if (saga.reservedAt === undefined) {
    const rejected = emit('inventory', 'StockRejected', saga.cancelledAt, created, { orderId, items });
    const cancelled = emit('orders', 'OrderCancelled', saga.cancelledAt, rejected, { orderId, reason: saga.cancelReason });
    emit('notifications', 'NotificationSent', saga.cancelledAt, cancelled, told('order_cancelled'));
  } else if (saga.paid === false) {
    // Compensation: the stock goes back and the order is called off.
    const failed = emit('payments', 'PaymentFailed', settledAt, reserved, { ...billed, reason: saga.attempts.at(-1)!.error });
    emit('inventory', 'StockReleased', saga.cancelledAt, failed, { orderId, items });
    const cancelled = emit('orders', 'OrderCancelled', saga.cancelledAt, failed, { orderId, reason: saga.cancelReason });
    emit('notifications', 'NotificationSent', saga.cancelledAt, cancelled, told('order_cancelled'));
  } else if (saga.paid === true) {
    const paid = emit('payments', 'PaymentSucceeded', settledAt, reserved, billed);
    const confirmed = emit('orders', 'OrderConfirmed', saga.confirmedAt, paid, { orderId });
    emit('notifications', 'NotificationSent', saga.confirmedAt, confirmed, told('order_confirmed'));
    const shipped = emit('orders', 'OrderShipped', saga.shippedAt, confirmed, { orderId });
    emit('notifications', 'NotificationSent', saga.shippedAt, shipped, told('order_shipped'));
    const delivered = emit('orders', 'OrderDelivered', saga.deliveredAt, shipped, { orderId });
    emit('payments', 'PaymentRefunded', saga.refundedAt, delivered, billed);
  }
  // The row is there, the event never left.
  return random.chance(0.01) ? events.slice(1) : events;
}

function userEvents(clock: Clock, random: Random, people: People): BusEvent[] {
  return Array.from({ length: Math.ceil(people.users.length / 5) }, () => {
    const user = random.pick(people.users);
    const eventType = random.weighted(['UserUpdated', 'UserEmailChanged', 'UserSuspended'], [80, 15, 5]);
    const occurredAt = clock.end - random.int(1, retention / 1000) * 1000;
    const saga = { correlationId: random.uuid(), traceId: random.hex(32) };
    const fields = { userId: user.id, email: user.email };
    return makeEvent(random, { topic: 'users', key: String(user.id), eventType, occurredAt, cause: undefined, saga, fields });
  });
}

/** Events of orders whose transactions were rolled back. */
function rolledBack(clock: Clock, random: Random, all: readonly Saga[]): BusEvent[] {
  return Array.from({ length: 5 }, (_, index) => {
    const orderId = firstOrderId + all.length + 1000 + index;
    const occurredAt = clock.end - random.int(600, retention / 1000) * 1000;
    const saga = { correlationId: random.uuid(), traceId: random.hex(32) };
    const fields = { orderId, customerId: random.pick(people(all)), total: 19.9 };
    return makeEvent(random, { topic: 'orders', key: String(orderId), eventType: 'OrderCreated', occurredAt, cause: undefined, saga, fields });
  });
}

function people(all: readonly Saga[]): number[] {
  return all.slice(0, 50).map((saga) => saga.userId);
}

interface Draft {
  readonly topic: Topic;
  readonly key: string;
  readonly eventType: string;
  readonly occurredAt: number;
  readonly cause: string | undefined;
  readonly saga: Pick<Saga, 'correlationId' | 'traceId'>;
  readonly fields: object;
}

function makeEvent(random: Random, draft: Draft): BusEvent {
  const { topic, key, eventType, occurredAt, cause, saga, fields } = draft;
  const eventId = random.uuid();
  return {
    topic,
    key,
    eventId,
    eventType,
    occurredAt,
    causationId: cause,
    correlationId: saga.correlationId,
    traceparent: `00-${saga.traceId}-${random.hex(16)}-01`,
    fields: { eventId, eventType, occurredAt: new Date(occurredAt).toISOString(), ...fields },
  };
}

/** The events as the log holds them: partitions, offsets, redeliveries, the poison message and its dead letter. */
export function busRecords(random: Random, events: readonly BusEvent[]): BusRecord[] {
  const ends = new Map<string, number>();
  const records: BusRecord[] = [];
  const append = (topic: Topic, key: string, timestamp: number, headers: BusRecord['headers'], value: string, fields: BusRecord['fields']) => {
    const partition = partitionOf(key, topics[topic].partitions);
    const offset = ends.get(`${topic} ${partition}`) ?? 0;
    ends.set(`${topic} ${partition}`, offset + 1);
    const record = { topic, partition, offset, timestamp, key, headers, value, fields };
    records.push(record);
    return record;
  };
  const poisonAt = Math.floor(events.length * 0.6);
  for (const [index, event] of events.entries()) {
    const headers = {
      eventId: event.eventId,
      correlationId: event.correlationId,
      ...(event.causationId === undefined ? {} : { causationId: event.causationId }),
      traceparent: event.traceparent,
    };
    const value = JSON.stringify(event.fields);
    append(event.topic, event.key, event.occurredAt, headers, value, event.fields);
    if (random.chance(0.006)) append(event.topic, event.key, event.occurredAt + 1, headers, value, event.fields);
    if (index === poisonAt) {
      const poison = append('orders', event.key, event.occurredAt + 2, headers, '{"eventType":"OrderCreated","orderId":', undefined);
      const letter = {
        eventId: random.uuid(),
        error: 'Unexpected end of JSON input',
        originalTopic: poison.topic,
        originalPartition: poison.partition,
        originalOffset: poison.offset,
        payload: poison.value,
      };
      append('dlq', event.key, event.occurredAt + 3, headers, JSON.stringify(letter), letter);
    }
  }
  return records;
}

function partitionOf(key: string, partitions: number): number {
  let hash = 0;
  for (const char of key) hash = (Math.imul(hash, 31) + char.codePointAt(0)!) >>> 0;
  return hash % partitions;
}
