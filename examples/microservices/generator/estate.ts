/**
 * The example estate: a shop of seven services, made up once in memory and written to any store. The same seed, scale
 * and end of time give the same rows, byte for byte.
 *
 *   clock.ts people.ts goods.ts sagas.ts   what happened
 *   ordering.ts billing.ts insight.ts messages.ts bus.ts   how each service recorded it
 *   write/   one file a store
 */

import { billing } from './billing.js';
import type { Billing } from './billing.js';
import { busEvents, busRecords } from './bus.js';
import type { BusEvent, BusRecord } from './bus.js';
import { clockAt } from './clock.js';
import type { Clock } from './clock.js';
import { goods, productTables } from './goods.js';
import { analyticsTables, insight } from './insight.js';
import { messages } from './messages.js';
import type { Messages } from './messages.js';
import { ordering, orderTables, outbox, reservations } from './ordering.js';
import { people, userTables } from './people.js';
import { Random } from './random.js';
import { sagas } from './sagas.js';
import type { Saga } from './sagas.js';
import { fill } from './schema.js';
import type { FilledTable } from './schema.js';

export interface EstateOptions {
  readonly seed: number;
  /** 1 is 1,000 users, 200 products, 5,000 orders. */
  readonly scale: number;
  readonly now: Date;
}

export interface Estate {
  readonly options: EstateOptions;
  readonly clock: Clock;
  readonly sagas: readonly Saga[];
  readonly events: readonly BusEvent[];
  readonly users: readonly FilledTable[];
  readonly products: readonly FilledTable[];
  readonly orders: readonly FilledTable[];
  readonly analytics: readonly FilledTable[];
  readonly payments: Billing;
  readonly notifications: Messages;
  readonly bus: readonly BusRecord[];
}

export function makeEstate(options: EstateOptions): Estate {
  const { seed, scale } = options;
  const random = (stream: string) => new Random(seed, stream);
  const many = (count: number) => Math.max(1, Math.round(count * scale));

  const clock = clockAt(options.now);
  const folk = people(clock, random('people'), many(1000), many(1800));
  const stock = goods(clock, random('goods'), many(200));
  const all = sagas(clock, random('sagas'), folk, stock, many(5000));
  const events = busEvents(clock, seed, all, folk);
  const taken = ordering(random('ordering'), all);
  const seen = insight(clock, random('insight'), folk, stock, all, many(2500));
  return {
    options,
    clock,
    sagas: all,
    events,
    users: [
      fill(userTables.users, folk.users),
      fill(userTables.profiles, folk.profiles),
      fill(userTables.addresses, folk.addresses),
      fill(userTables.auth_events, folk.auth_events),
    ],
    products: [
      fill(productTables.categories, stock.categories),
      fill(productTables.products, stock.products),
      fill(productTables.inventory, stock.inventory),
      fill(productTables.stock_reservations, reservations(clock, all)),
    ],
    orders: [
      fill(orderTables.orders, taken.orders),
      fill(orderTables.order_items, taken.order_items),
      fill(orderTables.shipments, taken.shipments),
      fill(orderTables.status_history, taken.status_history),
      fill(orderTables.outbox, outbox(clock, random('outbox'), events)),
    ],
    analytics: [
      fill(analyticsTables.page_views, seen.page_views),
      fill(analyticsTables.service_health, seen.service_health),
      fill(analyticsTables.order_facts, seen.order_facts),
    ],
    payments: billing(clock, random('billing'), all),
    notifications: messages(clock, random('messages'), all),
    bus: busRecords(random('records'), events),
  };
}

/** Rows, documents, keys and messages of the whole estate. */
export function countAll(estate: Estate): number {
  const tables = [...estate.users, ...estate.products, ...estate.orders, ...estate.analytics];
  const { payments, notifications } = estate;
  return (
    tables.reduce((sum, table) => sum + table.rows.length, 0) +
    payments.payments.length + payments.refunds.length + payments.history.length +
    notifications.notifications.length + notifications.counts.size + notifications.stream.length +
    estate.bus.length
  );
}
