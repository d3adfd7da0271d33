/** What the answers about the example estate must hold, worked out from its generator's memory and by no code of aishell's. */

import { hour } from '../../../examples/microservices/generator/clock.js';
import type { Estate } from '../../../examples/microservices/generator/estate.js';
import type { FilledTable } from '../../../examples/microservices/generator/schema.js';
import { topics } from '../../../examples/microservices/generator/bus.js';
import { pearson } from './statistics.js';

export interface Truth {
  readonly orders: {
    /** One a line of an order: what its row in "complete order details" must say. */
    readonly lines: ReadonlyMap<string, readonly { readonly product: string | null; readonly quantity: number }[]>;
    readonly lineCount: number;
    /** order id -> total in cents, and the buyer's name if there is such a user. */
    readonly byId: ReadonlyMap<string, { readonly cents: number; readonly user: string | null; readonly status: string }>;
    readonly cents: number;
    readonly byStatus: Readonly<Record<string, number>>;
  };
  readonly failures: {
    readonly count: number;
    readonly byHour: ReadonlyMap<number, number>;
    /** Hours in which the users service was watched. */
    readonly hours: number;
    readonly withErrorRate: number;
    readonly withLatency: number;
  };
  readonly paymentsByStatus: Readonly<Record<string, number>>;
  /** service.table -> rows */
  readonly rows: ReadonlyMap<string, number>;
  /** correlation id -> where its events are, as topic/partition/offset. */
  readonly conversations: ReadonlyMap<string, { readonly places: readonly string[]; readonly topics: ReadonlySet<string>; readonly last: number; readonly orderId: string | undefined }>;
  /** Those that were the last to be seen, of those that reached several topics. */
  readonly newestAt: number;
}

export function truthOf(estate: Estate): Truth {
  return {
    orders: ordersOf(estate),
    failures: failuresOf(estate),
    paymentsByStatus: countBy(estate.payments.payments.map((payment) => payment.status)),
    rows: rowsOf(estate),
    ...conversationsOf(estate),
  };
}

function rowsIn(tables: readonly FilledTable[], name: string): FilledTable['rows'] {
  return tables.find((table) => table.spec.name === name)!.rows;
}

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

function ordersOf(estate: Estate): Truth['orders'] {
  const users = new Map(rowsIn(estate.users, 'users').map((row) => [row['id'], String(row['name'])]));
  const products = new Map(rowsIn(estate.products, 'products').map((row) => [row['id'], String(row['name'])]));
  const lines = new Map<string, { product: string | null; quantity: number }[]>();
  const items = rowsIn(estate.orders, 'order_items');
  for (const item of items) {
    const order = String(item['order_id']);
    lines.set(order, [...(lines.get(order) ?? []), { product: products.get(item['product_id']) ?? null, quantity: item['quantity'] as number }]);
  }
  const orders = rowsIn(estate.orders, 'orders');
  const cents = (row: FilledTable['rows'][number]) => Math.round((row['total'] as number) * 100);
  return {
    lines,
    lineCount: items.length,
    byId: new Map(orders.map((row) => [String(row['id']), { cents: cents(row), user: users.get(row['customer_id']) ?? null, status: String(row['status']) }])),
    cents: orders.reduce((sum, row) => sum + cents(row), 0),
    byStatus: countBy(orders.map((row) => String(row['status']))),
  };
}

function failuresOf(estate: Estate): Truth['failures'] {
  const failed = estate.payments.payments.filter((payment) => payment.status === 'FAILED');
  const bucket = (time: number) => Math.floor(time / hour) * hour;
  const byHour = new Map<number, number>();
  for (const { createdAt } of failed) byHour.set(bucket(createdAt.getTime()), (byHour.get(bucket(createdAt.getTime())) ?? 0) + 1);
  const health = new Map<number, { errors: number[]; latency: number[] }>();
  for (const row of rowsIn(estate.analytics, 'service_health')) {
    if (row['service'] !== 'users') continue;
    const at = bucket(row['minute'] as number);
    const seen = health.get(at) ?? { errors: [], latency: [] };
    seen.errors.push(row['error_rate'] as number);
    seen.latency.push(row['p95_latency_ms'] as number);
    health.set(at, seen);
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const hours = [...health.keys()];
  const counts = hours.map((at) => byHour.get(at) ?? 0);
  return {
    count: failed.length,
    byHour,
    hours: hours.length,
    withErrorRate: pearson(counts, hours.map((at) => mean(health.get(at)!.errors))),
    withLatency: pearson(counts, hours.map((at) => mean(health.get(at)!.latency))),
  };
}

function rowsOf(estate: Estate): Map<string, number> {
  const rows = new Map<string, number>();
  for (const service of ['users', 'products', 'orders', 'analytics'] as const) for (const table of estate[service]) rows.set(`${service}.${table.spec.name}`, table.rows.length);
  const { payments, refunds, history } = estate.payments;
  for (const [name, documents] of Object.entries({ payments, refunds, history })) rows.set(`payments.${name}`, documents.length);
  const { notifications, counts, stream } = estate.notifications;
  rows.set('notifications.notification', notifications.length);
  rows.set('notifications.notification_count', counts.size);
  rows.set('notifications.notification_stream', stream.length);
  for (const topic of Object.keys(topics)) rows.set(`bus.${topic}`, estate.bus.filter((record) => record.topic === topic).length);
  return rows;
}

function conversationsOf(estate: Estate): Pick<Truth, 'conversations' | 'newestAt'> {
  const conversations = new Map<string, { places: string[]; topics: Set<string>; last: number; orderId: string | undefined }>();
  for (const { topic, partition, offset, timestamp, headers, fields } of estate.bus) {
    const id = headers['correlationId']!;
    const known = conversations.get(id) ?? { places: [], topics: new Set<string>(), last: 0, orderId: undefined };
    known.places.push(`${topic}/${partition}/${offset}`);
    known.topics.add(topic);
    known.last = Math.max(known.last, timestamp);
    if (fields?.['orderId'] !== undefined) known.orderId = String(fields['orderId']);
    conversations.set(id, known);
  }
  const wide = [...conversations.values()].filter((conversation) => conversation.topics.size > 1);
  return { conversations, newestAt: Math.max(...wide.map((conversation) => conversation.last)) };
}
