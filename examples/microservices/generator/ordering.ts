/** The orders service's tables, and the stock that the products service sets aside for orders. */

import { hour } from './clock.js';
import type { Clock } from './clock.js';
import type { StockReservation } from './goods.js';
import type { BusEvent } from './bus.js';
import type { Random } from './random.js';
import { isGone, isRecent, orderStatus } from './sagas.js';
import type { Saga } from './sagas.js';
import type { TableSpec } from './schema.js';

export interface Order {
  readonly id: number;
  readonly customer_id: number;
  readonly customer_email: string;
  readonly status: string;
  readonly total: number;
  readonly currency: string;
  readonly created_at: number;
  readonly updated_at: number;
}

export interface OrderItem {
  readonly id: number;
  readonly order_id: number;
  readonly line_no: number;
  readonly product_id: number;
  readonly quantity: number;
  readonly unit_price: number;
}

export interface Shipment {
  readonly id: number;
  readonly order_id: number;
  readonly carrier: string;
  readonly tracking_number: string;
  readonly status: 'in_transit' | 'delivered';
  readonly shipped_at: number;
  readonly delivered_at: number | null;
}

export interface StatusChange {
  readonly id: number;
  readonly order_id: number;
  readonly from_status: string;
  readonly to_status: string;
  readonly reason: string | null;
  readonly changed_at: number;
}

export interface OutboxEntry {
  readonly id: number;
  readonly event_id: string;
  readonly event_type: string;
  readonly aggregate_id: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly created_at: number;
  readonly published_at: number | null;
}

export const orderTables: {
  readonly orders: TableSpec<Order>;
  readonly order_items: TableSpec<OrderItem>;
  readonly shipments: TableSpec<Shipment>;
  readonly status_history: TableSpec<StatusChange>;
  readonly outbox: TableSpec<OutboxEntry>;
} = {
  orders: {
    name: 'orders',
    comment: 'Orders as the shop took them',
    columns: {
      id: { type: 'bigint' },
      customer_id: { type: 'bigint', comment: 'A user of the users service' },
      customer_email: { type: 'text', comment: 'Copied when the order was placed' },
      status: { type: { varchar: 16 } },
      total: { type: { decimal: [12, 2] } },
      currency: { type: { varchar: 3 } },
      created_at: { type: 'timestamptz' },
      updated_at: { type: 'timestamptz' },
    },
    primaryKey: ['id'],
  },
  order_items: {
    name: 'order_items',
    comment: 'Lines of orders',
    columns: {
      id: { type: 'bigint' },
      order_id: { type: 'bigint' },
      line_no: { type: 'integer' },
      product_id: { type: 'integer', comment: 'A product of the products service' },
      quantity: { type: 'integer' },
      unit_price: { type: { decimal: [10, 2] }, comment: 'At the time of the order' },
    },
    primaryKey: ['id'],
    references: { order_id: 'orders.id' },
  },
  shipments: {
    name: 'shipments',
    comment: 'Parcels on their way, and arrived',
    columns: {
      id: { type: 'bigint' },
      order_id: { type: 'bigint' },
      carrier: { type: { varchar: 24 } },
      tracking_number: { type: { varchar: 40 } },
      status: { type: { varchar: 16 } },
      shipped_at: { type: 'timestamptz' },
      delivered_at: { type: 'timestamptz', nullable: true },
    },
    primaryKey: ['id'],
    uniques: ['tracking_number'],
    references: { order_id: 'orders.id' },
  },
  status_history: {
    name: 'status_history',
    comment: 'Every change of an order after its confirmation, and cancellations',
    columns: {
      id: { type: 'bigint' },
      order_id: { type: 'bigint' },
      from_status: { type: { varchar: 16 } },
      to_status: { type: { varchar: 16 } },
      reason: { type: 'text', nullable: true },
      changed_at: { type: 'timestamptz' },
    },
    primaryKey: ['id'],
    references: { order_id: 'orders.id' },
  },
  outbox: {
    name: 'outbox',
    comment: 'Events on their way to the bus; kept for four hours',
    columns: {
      id: { type: 'bigint' },
      event_id: { type: 'uuid' },
      event_type: { type: { varchar: 40 } },
      aggregate_id: { type: 'text', comment: 'The order, as text' },
      payload: { type: 'json' },
      created_at: { type: 'timestamptz' },
      published_at: { type: 'timestamptz', nullable: true },
    },
    primaryKey: ['id'],
    uniques: ['event_id'],
    indexes: ['aggregate_id'],
  },
};

export interface Ordering {
  readonly orders: readonly Order[];
  readonly order_items: readonly OrderItem[];
  readonly shipments: readonly Shipment[];
  readonly status_history: readonly StatusChange[];
}

export function ordering(random: Random, all: readonly Saga[]): Ordering {
  const order_items: OrderItem[] = [];
  const shipments: Shipment[] = [];
  const status_history: StatusChange[] = [];
  const orders = all.map((saga): Order => {
    for (const [index, line] of saga.lines.entries()) {
      const { productId: product_id, quantity, unitPrice: unit_price } = line;
      order_items.push({ id: order_items.length + 1, order_id: saga.orderId, line_no: index + 1, product_id, quantity, unit_price });
    }
    if (saga.shippedAt !== undefined) {
      shipments.push({
        id: shipments.length + 1,
        order_id: saga.orderId,
        carrier: random.pick(['DHL', 'UPS', 'GLS']),
        tracking_number: `TRK${saga.orderId}${random.int(10, 99)}`,
        status: saga.deliveredAt === undefined ? 'in_transit' : 'delivered',
        shipped_at: saga.shippedAt,
        delivered_at: saga.deliveredAt ?? null,
      });
    }
    const change = (from_status: string, to_status: string, changed_at: number | undefined, reason: string | null = null) => {
      if (changed_at === undefined) return;
      status_history.push({ id: status_history.length + 1, order_id: saga.orderId, from_status, to_status, reason, changed_at });
    };
    change('pending', 'cancelled', saga.cancelledAt, saga.cancelReason);
    change('confirmed', 'shipped', saga.shippedAt);
    change('shipped', 'delivered', saga.deliveredAt);
    change('delivered', 'refunded', saga.refundedAt, 'returned');
    return {
      id: saga.orderId,
      customer_id: saga.userId,
      customer_email: saga.email,
      status: orderStatus(saga),
      total: saga.total,
      currency: 'EUR',
      created_at: saga.createdAt,
      updated_at: saga.refundedAt ?? saga.deliveredAt ?? saga.shippedAt ?? saga.cancelledAt ?? saga.confirmedAt ?? saga.createdAt,
    };
  });
  return { orders, order_items, shipments, status_history };
}

/** The orders service's own events; the last few were not published yet. */
export function outbox(clock: Clock, random: Random, events: readonly BusEvent[]): OutboxEntry[] {
  const since = clock.end - 4 * hour;
  return events
    .filter((event) => event.topic === 'orders' && event.occurredAt >= since)
    .map((event, index) => ({
      id: index + 1,
      event_id: event.eventId,
      event_type: event.eventType,
      aggregate_id: String(event.fields['orderId']),
      payload: event.fields,
      created_at: event.occurredAt,
      published_at: event.occurredAt > clock.end - 120_000 ? null : event.occurredAt + random.int(20, 900),
    }));
}

export function reservations(clock: Clock, all: readonly Saga[]): StockReservation[] {
  const rows: StockReservation[] = [];
  for (const saga of all) {
    if (saga.reservedAt === undefined || !isRecent(clock, saga, 48)) continue;
    const status = saga.cancelledAt !== undefined ? 'RELEASED' : saga.shippedAt !== undefined ? 'CONSUMED' : 'ACTIVE';
    for (const line of saga.lines) {
      if (isGone(line.productId)) continue;
      rows.push({
        id: rows.length + 1,
        order_id: saga.orderId,
        product_id: line.productId,
        quantity: line.quantity,
        status,
        created_at: saga.reservedAt,
      });
    }
  }
  return rows;
}
