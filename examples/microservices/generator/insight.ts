/** The analytics service: page views, the health of services minute by minute, and its own copy of the orders. */

import { businessMoment, hour, isoDate, minute, severityAt } from './clock.js';
import type { Clock } from './clock.js';
import type { Goods } from './goods.js';
import type { People } from './people.js';
import { cents } from './random.js';
import type { Random } from './random.js';
import { orderStatus } from './sagas.js';
import type { Saga } from './sagas.js';
import type { TableSpec } from './schema.js';

export interface PageView {
  readonly view_id: number;
  readonly user_id: number | null;
  readonly session_id: string;
  readonly path: string;
  readonly product_id: number | null;
  readonly duration_ms: number;
  readonly viewed_at: number;
}

export interface ServiceHealth {
  readonly service: string;
  readonly minute: number;
  readonly requests: number;
  readonly errors: number;
  readonly error_rate: number;
  readonly p95_latency_ms: number;
  readonly status: string;
}

export interface OrderFact {
  readonly order_id: number;
  readonly user_id: number;
  readonly status: string;
  readonly item_count: number;
  readonly revenue: number;
  readonly order_date: string;
}

export const analyticsTables: {
  readonly page_views: TableSpec<PageView>;
  readonly service_health: TableSpec<ServiceHealth>;
  readonly order_facts: TableSpec<OrderFact>;
} = {
  page_views: {
    name: 'page_views',
    comment: 'Views of the shop',
    columns: {
      view_id: { type: 'uint64' },
      user_id: { type: 'uint64', nullable: true, comment: 'Absent for guests' },
      session_id: { type: 'text' },
      path: { type: 'text' },
      product_id: { type: 'uint32', nullable: true },
      duration_ms: { type: 'uint32' },
      viewed_at: { type: 'timestamptz' },
    },
    primaryKey: ['view_id'],
  },
  service_health: {
    name: 'service_health',
    comment: 'Requests and failures of every service, minute by minute',
    columns: {
      service: { type: 'text' },
      minute: { type: 'timestamptz' },
      requests: { type: 'uint32' },
      errors: { type: 'uint32' },
      error_rate: { type: 'double', comment: 'errors / requests' },
      p95_latency_ms: { type: 'double' },
      status: { type: 'text' },
    },
    primaryKey: ['service', 'minute'],
  },
  order_facts: {
    name: 'order_facts',
    comment: 'Orders as the warehouse of data last saw them',
    columns: {
      order_id: { type: 'uint64' },
      user_id: { type: 'uint64' },
      status: { type: 'text' },
      item_count: { type: 'uint32' },
      revenue: { type: 'double' },
      order_date: { type: 'date' },
    },
    primaryKey: ['order_id'],
  },
};

export interface Insight {
  readonly page_views: readonly PageView[];
  readonly service_health: readonly ServiceHealth[];
  readonly order_facts: readonly OrderFact[];
}

export function insight(clock: Clock, random: Random, people: People, goods: Goods, all: readonly Saga[], views: number): Insight {
  return {
    page_views: pageViews(clock, random, people, goods, views),
    service_health: health(clock, random),
    order_facts: orderFacts(random, all),
  };
}

function pageViews(clock: Clock, random: Random, people: People, goods: Goods, count: number): PageView[] {
  const moments = Array.from({ length: count }, () => businessMoment(clock, random)).sort((a, b) => a - b);
  return moments.map((viewed_at, index) => {
    const product = random.chance(0.7) ? random.pick(goods.products) : undefined;
    return {
      view_id: index + 1,
      user_id: random.chance(0.6) ? random.pick(people.users).id : null,
      session_id: random.hex(12),
      path: product === undefined ? random.pick(['/', '/search', '/cart', '/checkout']) : `/p/${product.sku}`,
      product_id: product?.id ?? null,
      duration_ms: Math.round(random.around(9000, 8000, 150)),
      viewed_at,
    };
  });
}

/** The users service was watched all week; the others since half a day ago. */
function health(clock: Clock, random: Random): ServiceHealth[] {
  const rows: ServiceHealth[] = [];
  const watch = (service: string, since: number, severity: (time: number) => number) => {
    for (let time = since; time < clock.end; time += minute) {
      const bad = severity(time);
      const requests = Math.round(random.around(220, 60, 40));
      const errors = Math.min(requests, Math.round(requests * (bad > 0 ? random.around(0.55 * bad, 0.1, 0.1) : random.around(0.004, 0.004))));
      const latency = bad > 0 ? random.around(2400 * bad, 500, 500) : random.around(85, 25, 30);
      const error_rate = Math.round((errors / requests) * 10_000) / 10_000;
      const status = error_rate >= 0.4 ? 'down' : error_rate >= 0.05 ? 'degraded' : 'healthy';
      rows.push({ service, minute: time, requests, errors, error_rate, p95_latency_ms: Math.round(latency * 10) / 10, status });
    }
  };
  watch('users', clock.start, (time) => severityAt(clock, time));
  for (const service of ['orders', 'payments', 'products']) watch(service, clock.end - 12 * hour, () => 0);
  return rows;
}

const statusNames = {
  pending: 'Pending',
  confirmed: 'Confirmed',
  shipped: 'Shipped',
  delivered: 'Delivered',
  cancelled: 'Cancelled',
  refunded: 'Refunded',
} as const;

function orderFacts(random: Random, all: readonly Saga[]): OrderFact[] {
  return all.flatMap((saga): OrderFact[] => {
    // Lost on the way, or not reloaded since the refund.
    if (random.chance(0.01)) return [];
    const status = statusNames[orderStatus(saga)];
    return [
      {
        order_id: saga.orderId,
        user_id: saga.userId,
        status: status === 'Refunded' && random.chance(0.5) ? 'Delivered' : status,
        item_count: saga.lines.reduce((sum, line) => sum + line.quantity, 0),
        revenue: random.chance(0.005) ? cents(saga.total * 1.19) : saga.total,
        order_date: isoDate(saga.createdAt),
      },
    ];
  });
}
