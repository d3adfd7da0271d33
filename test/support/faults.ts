/**
 * The example estate with faults of every kind planted in flows that are otherwise whole: rows, events and letters are
 * taken out or put in, consistently over the services, and remembered.
 */

import { busRecords } from '../../examples/microservices/generator/bus.js';
import type { BusEvent, BusRecord } from '../../examples/microservices/generator/bus.js';
import { hour, minute } from '../../examples/microservices/generator/clock.js';
import type { Estate } from '../../examples/microservices/generator/estate.js';
import { notificationId } from '../../examples/microservices/generator/messages.js';
import { Random } from '../../examples/microservices/generator/random.js';
import type { Saga } from '../../examples/microservices/generator/sagas.js';
import type { FilledTable } from '../../examples/microservices/generator/schema.js';
import type { VerdictKind } from '../../src/answer/contract.js';

export interface Planted {
  readonly kind: VerdictKind;
  readonly correlationId: string;
  readonly orderId: number;
  /** What the verdict must name. */
  readonly names: string;
}

type Rows = FilledTable['rows'];

/** Before the end; no other fault is planted there. */
const lag = 100 * minute;

export interface Faulty {
  readonly estate: Estate;
  readonly planted: readonly Planted[];
  /** Orders whose reservations the products service has not come to: from some moment on, all of them. */
  readonly behind: readonly number[];
}

/** @param each how many flows get each kind of fault */
export function withFaults(estate: Estate, each: number): Faulty {
  const random = new Random(estate.options.seed, 'faults');
  const { end } = estate.clock;
  const planted: Planted[] = [];
  const events = [...estate.events];
  const of = (saga: Saga) => events.filter(({ correlationId }) => correlationId === saga.correlationId);
  const flawed = new Set(naturally(estate));
  // Whole on the log, and neither at its beginning nor at its end.
  const free = estate.sagas.filter((saga) => saga.createdAt > end - 22 * hour && saga.createdAt < end - 2 * hour && of(saga)[0]?.eventType === 'OrderCreated' && !flawed.has(saga.orderId));
  const take = (fits: (saga: Saga) => boolean, count = each): Saga[] => {
    const fitting = free.filter(fits);
    return Array.from({ length: count }, () => {
      const saga = fitting.splice(random.int(0, fitting.length - 1), 1)[0];
      if (saga === undefined) throw new Error('too few flows for the faults');
      free.splice(free.indexOf(saga), 1);
      return saga;
    });
  };
  const drop = (saga: Saga, types: readonly string[]) => {
    for (let i = events.length - 1; i >= 0; i--) if (events[i]!.correlationId === saga.correlationId && types.includes(events[i]!.eventType)) events.splice(i, 1);
  };
  const note = (kind: VerdictKind, saga: Saga, names: string) => planted.push({ kind, correlationId: saga.correlationId, orderId: saga.orderId, names });
  const gone = { reservations: new Set<number>(), payments: new Set<number>(), notes: new Set<number>(), unpublished: new Set<string>(), unwritten: new Set<string>(), told: new Set<string>() };
  const letters: { event: BusEvent; error: string }[] = [];

  const late = estate.sagas.filter(({ reservedAt }) => reservedAt !== undefined && reservedAt > end - lag);
  for (const { orderId } of late) gone.reservations.add(orderId);
  for (const saga of late.filter(({ orderId, paid }) => paid === true && !flawed.has(orderId)).slice(0, each)) note('lagging', saga, 'products.stock_reservations');
  for (const saga of take(({ paid, createdAt }) => paid === true && createdAt < end - lag - 3 * hour)) {
    gone.reservations.add(saga.orderId);
    note('no row', saga, 'products.stock_reservations');
  }
  for (const saga of take(({ paid, attempts }) => paid === true && attempts.length === 1)) {
    gone.payments.add(saga.orderId);
    note('no row', saga, 'payments.payments');
  }
  for (const saga of take(({ paid }) => paid === true)) {
    drop(saga, ['OrderCreated']);
    note('no event', saga, 'orders.orders');
  }
  for (const saga of take(({ paid, createdAt }) => paid === true && createdAt < end - 5 * hour)) {
    const steps = ['OrderConfirmed', 'OrderShipped', 'NotificationSent', 'OrderDelivered', 'PaymentRefunded'];
    // A step that was not made left nothing to be published.
    for (const { eventId, eventType } of of(saga)) if (steps.includes(eventType)) gone.unwritten.add(eventId);
    drop(saga, steps);
    gone.notes.add(saga.orderId);
    note('not finished', saga, 'OrderConfirmed');
  }
  // Few fail, so that of many the fault would be the rule.
  for (const saga of take(({ paid }) => paid === false, 1)) {
    drop(saga, ['StockReleased']);
    note('not compensated', saga, 'StockReleased');
  }
  const lastShipped = (saga: Saga) => of(saga).some(({ eventType, occurredAt }) => eventType === 'OrderShipped' && occurredAt > end - 4 * hour && occurredAt < end - 20 * minute);
  for (const saga of take((one) => lastShipped(one) && one.deliveredAt === undefined)) {
    const shipped = of(saga).find(({ eventType }) => eventType === 'OrderShipped')!;
    const told = of(saga).filter(({ causationId }) => causationId === shipped.eventId);
    for (const lost of [shipped, ...told]) events.splice(events.indexOf(lost), 1);
    gone.unpublished.add(shipped.eventId);
    gone.told.add(notificationId(saga, 'order_shipped'));
    note('not published', saga, shipped.eventId);
  }
  for (const saga of take((one) => of(one).some(({ eventType }) => eventType === 'OrderShipped'))) {
    const [confirmed, shipped] = ['OrderConfirmed', 'OrderShipped'].map((type) => of(saga).find(({ eventType }) => eventType === type)!);
    events.splice(events.indexOf(shipped!), 1);
    events.splice(events.indexOf(confirmed!), 0, shipped!);
    note('out of order', saga, 'OrderShipped');
  }
  for (const saga of take(({ paid }) => paid === true)) {
    letters.push({ event: of(saga).find(({ eventType }) => eventType === 'PaymentSucceeded')!, error: `No ledger for ${saga.orderId}` });
    note('dead letter', saga, `No ledger for ${saga.orderId}`);
  }
  const twice = take(({ paid }) => paid === true).map((saga) => (note('published twice', saga, 'OrderConfirmed'), of(saga).find(({ eventType }) => eventType === 'OrderConfirmed')!));
  const bus = withLetters(withCopies(busRecords(new Random(estate.options.seed, 'records'), events), twice), letters);
  const rows = (tables: readonly FilledTable[], name: string, change: (rows: Rows) => Rows) =>
    tables.map((table) => (table.spec.name === name ? { ...table, rows: change(table.rows) } : table));
  const { payments, notifications } = estate;
  const orderOf = new Map(payments.payments.map(({ _id, orderId }) => [_id, Number(orderId)]));
  const kept = notifications.notifications.filter(({ id, orderId }) => !gone.notes.has(Number(orderId)) && !gone.told.has(id));
  const keptIds = new Set(kept.map(({ id }) => id));
  return {
    planted,
    behind: late.map(({ orderId }) => orderId),
    estate: {
      ...estate,
      events,
      bus,
      products: rows(estate.products, 'stock_reservations', (all) => all.filter((row) => !gone.reservations.has(Number(row['order_id'])))),
      orders: rows(estate.orders, 'outbox', (all) => all.filter((row) => !gone.unwritten.has(String(row['event_id']))).map((row) => (gone.unpublished.has(String(row['event_id'])) ? { ...row, published_at: null } : row))),
      payments: {
        payments: payments.payments.filter(({ orderId }) => !gone.payments.has(Number(orderId))),
        refunds: payments.refunds.filter(({ orderId }) => !gone.payments.has(Number(orderId))),
        history: payments.history.filter(({ paymentId }) => !gone.payments.has(orderOf.get(paymentId) ?? 0)),
      },
      notifications: { ...notifications, notifications: kept, stream: notifications.stream.filter(({ notificationId }) => keptIds.has(notificationId)) },
    },
  };
}

/** Orders that the generator itself let go wrong, whatever way. */
export function naturally(estate: Estate): number[] {
  const { bus, payments, sagas, clock } = estate;
  const copies = new Map<string, number>();
  for (const { headers } of bus) copies.set(headers['eventId']!, (copies.get(headers['eventId']!) ?? 0) + 1);
  const doubled = new Set(bus.filter(({ headers }) => copies.get(headers['eventId']!)! > 1).map(({ headers }) => headers['correlationId']));
  const known = new Set(sagas.map(({ orderId }) => orderId));
  return [
    ...sagas.filter(({ correlationId }) => doubled.has(correlationId)).map(({ orderId }) => orderId),
    ...sagas.filter(({ paid, reservedAt, attempts }) => paid === undefined && reservedAt !== undefined && (attempts.at(-1)?.at ?? clock.end) < clock.end).map(({ orderId }) => orderId),
    ...payments.payments.filter(({ _id }) => _id.endsWith('_2')).map(({ orderId }) => Number(orderId)),
    ...bus.filter(({ fields }) => fields?.['orderId'] !== undefined && !known.has(Number(fields['orderId']))).map(({ fields }) => Number(fields!['orderId'])),
    ...sagas.filter((saga) => saga.createdAt >= clock.end - 24 * hour && !estate.events.some(({ correlationId, eventType }) => correlationId === saga.correlationId && eventType === 'OrderCreated')).map(({ orderId }) => orderId),
  ];
}

/** A copy right behind its original; what comes after in the partition moves on. */
function withCopies(records: readonly BusRecord[], twice: readonly BusEvent[]): BusRecord[] {
  const ids = new Set(twice.map(({ eventId }) => eventId));
  const ends = new Map<string, number>();
  const moved = new Map<string, number>();
  const next = ({ topic, partition }: BusRecord) => {
    const offset = ends.get(`${topic} ${partition}`) ?? 0;
    ends.set(`${topic} ${partition}`, offset + 1);
    return offset;
  };
  return records.flatMap((record) => {
    const own = { ...pointing(record, moved), offset: next(record) };
    moved.set(`${record.topic} ${record.partition} ${record.offset}`, own.offset);
    if (!ids.has(record.headers['eventId']!)) return [own];
    ids.delete(record.headers['eventId']!);
    return [own, { ...own, timestamp: own.timestamp + 1, offset: next(record) }];
  });
}

/** A letter's original may have moved. */
function pointing(record: BusRecord, moved: ReadonlyMap<string, number>): BusRecord {
  const fields = record.fields;
  if (fields?.['originalTopic'] === undefined) return record;
  const originalOffset = moved.get(`${String(fields['originalTopic'])} ${String(fields['originalPartition'])} ${String(fields['originalOffset'])}`);
  const pointed = { ...fields, originalOffset };
  return { ...record, fields: pointed, value: JSON.stringify(pointed) };
}

function withLetters(records: readonly BusRecord[], letters: readonly { event: BusEvent; error: string }[]): BusRecord[] {
  let offset = records.filter(({ topic }) => topic === 'dlq').length;
  return [
    ...records,
    ...letters.map(({ event, error }): BusRecord => {
      const original = records.find(({ headers, topic }) => topic === event.topic && headers['eventId'] === event.eventId)!;
      const fields = { error, originalTopic: original.topic, originalPartition: original.partition, originalOffset: original.offset, payload: original.value };
      return { topic: 'dlq', partition: 0, offset: offset++, timestamp: original.timestamp + 5, key: original.key, headers: original.headers, value: JSON.stringify(fields), fields };
    }),
  ];
}
