/**
 * The example estate's own names, taken from the generator: services, tables, and the columns whose names are compound
 * and not said everywhere. A single common word ("name", "status") belongs to no estate.
 */

import { makeEstate } from '../examples/microservices/generator/estate.js';

const { users, products, orders, analytics, payments, notifications, bus } = makeEstate({
  seed: 1,
  scale: 0.01,
  now: new Date('2026-01-01'),
});
const relational = [...users, ...products, ...orders, ...analytics];

const services = ['users', 'products', 'orders', 'payments', 'analytics', 'notifications', 'bus'];
const tables = [...relational.map((table) => table.spec.name), 'refunds', 'notification', ...bus.map((record) => record.topic)];
const columns = [
  ...relational.flatMap((table) => Object.keys(table.spec.columns)),
  ...[...payments.payments, ...payments.refunds, ...notifications.notifications].flatMap((document) => Object.keys(document)),
];

/** Said of any row or message in any estate, or a word with another meaning: DuckDB calls sort keys orders. */
const common = new Set([
  'created_at', 'updated_at', 'createdAt', 'updatedAt', 'deleted_at', 'started_at', 'expires_at', 'occurredAt', 'sentAt',
  'event_id', 'eventId', 'event_type', 'eventType', 'user_id', 'userId', 'correlationId',
  'orders', 'shipments', 'bus', 'analytics', 'addresses',
]);

export const estateNames: ReadonlySet<string> = new Set([
  ...[...services, ...tables].filter((name) => !common.has(name)),
  ...columns.filter((name) => /[a-z](_|[A-Z])[a-zA-Z]/.test(name) && !common.has(name)),
]);
