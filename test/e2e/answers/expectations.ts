/** The five questions about the example estate, and what an answer to each must hold, whichever stores it came from. */

import { expect } from 'vitest';
import type { DiffAnswer, QueryAnswer, ReportAnswer, TraceAnswer } from '../../../src/answer/contract.js';
import { columnLike, records } from './ask.js';
import type { Truth } from './truth.js';

export const questions = {
  details: 'Show complete order details with user and product info across services',
  correlation: 'Find payment failures and correlate with user service health',
  differences: 'Compare schema differences between services',
  trace: 'Track an event across all microservices',
  report: 'Generate cross-service analytics report',
} as const;

export function expectDetails(answer: QueryAnswer, { orders }: Truth): void {
  expect([answer.complete, answer.truncated, answer.missing]).toEqual([true, false, []]);
  // Every order is there, also those whose buyer or product is gone, with a row for each of its lines.
  expect(answer.rowCount).toBe(orders.lineCount);
  const [id, total, status, user, product, quantity] = [
    columnLike(answer, 'order', 'id'), columnLike(answer, 'total'), columnLike(answer, 'order', 'status'),
    columnLike(answer, 'user', 'name'), columnLike(answer, 'product', 'name'), columnLike(answer, 'quantity'),
  ];
  const byOrder = new Map<string, ReturnType<typeof records>>();
  for (const row of records(answer)) byOrder.set(String(row[id]), [...(byOrder.get(String(row[id])) ?? []), row]);
  expect(byOrder.size).toBe(orders.byId.size);
  let cents = 0;
  for (const [order, expected] of orders.byId) {
    const rows = byOrder.get(order)!;
    expect(rows.map((row) => [row[status], row[user]]), order).toEqual(rows.map(() => [expected.status, expected.user]));
    const lines = orders.lines.get(order)!.map((line) => `${line.product} x ${line.quantity}`);
    expect(rows.map((row) => `${String(row[product])} x ${String(row[quantity])}`).sort(), order).toEqual(lines.sort());
    cents += Math.round(Number(rows[0]![total]) * 100);
  }
  expect(cents).toBe(orders.cents);
  expect(new Set(answer.fragments.map((fragment) => fragment.service))).toEqual(new Set(['orders', 'users', 'products']));
}

export function expectCorrelation(answer: QueryAnswer, { failures }: Truth): void {
  expect([answer.complete, answer.truncated]).toEqual([true, false]);
  const [bucket, count] = [columnLike(answer, 'hour'), columnLike(answer, 'failure')];
  const rows = records(answer);
  expect(rows.length).toBe(failures.hours);
  for (const row of rows) {
    const at = Date.parse(String(row[bucket]).replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
    expect(Number(row[count]), String(row[bucket])).toBe(failures.byHour.get(at) ?? 0);
  }
  expect(rows.reduce((sum, row) => sum + Number(row[count]), 0)).toBe(failures.count);
  // Planted: they rise and fall together.
  expect(failures.withErrorRate).toBeGreaterThan(0.5);
  expect(Number(rows[0]![columnLike(answer, 'correlation', 'error_rate')])).toBeCloseTo(failures.withErrorRate, 9);
  expect(Number(rows[0]![columnLike(answer, 'correlation', 'latency')])).toBeCloseTo(failures.withLatency, 9);
}

export function expectDifferences(answer: DiffAnswer): void {
  expect([answer.complete, answer.missing]).toEqual([true, []]);
  const differences = answer.pairs.flatMap((pair) => pair.differences);
  const between = (left: string, right: string) =>
    differences.filter((difference) => [difference.left, difference.right].sort().join() === [left, right].sort().join()).map(({ aspect }) => aspect);
  // What the generator made differ: ids as text, unsigned ids, and names.
  expect(between('payments.payments.orderId', 'orders.orders.id')).toContain('type');
  expect(between('payments.payments.userId', 'users.users.id')).toContain('type');
  expect(between('orders.orders.customer_id', 'users.users.id')).toContain('name');
  expect(between('analytics.order_facts.order_id', 'orders.orders.id')).toContain('type');
  // And what it made agree.
  expect(between('orders.order_items.product_id', 'products.products.id')).not.toContain('type');
}

export function expectTrace(answer: TraceAnswer, truth: Truth): void {
  expect([answer.complete, answer.missing]).toEqual([true, []]);
  const conversation = truth.conversations.get(answer.id);
  expect(conversation, `conversation ${answer.id}`).toBeDefined();
  expect(conversation!.topics.size).toBeGreaterThan(1);
  expect(conversation!.last).toBe(truth.newestAt);
  expect(answer.chosen).toContain('most recent');
  const events = answer.steps.filter((step) => step.service === 'bus').map((step) => `${step.table}/${String(step.locator['_partition'])}/${String(step.locator['_offset'])}`);
  expect(new Set(events)).toEqual(new Set(conversation!.places));
  expectOrderRows(answer, conversation!.orderId, truth);
  // Every log was looked through to its end.
  const logs = answer.coverage.filter((coverage) => coverage.service === 'bus' && coverage.coverage.length > 0);
  expect(new Set(logs.map(({ table }) => table)).size).toBe(6);
  expect(logs.flatMap(({ coverage }) => coverage).every(({ reachedEnd }) => reachedEnd)).toBe(true);
}

function expectOrderRows(answer: TraceAnswer, orderId: string | undefined, truth: Truth): void {
  if (orderId === undefined || !truth.orders.byId.has(orderId)) return;
  const rows = (path: string) => answer.steps.filter((step) => `${step.service}.${step.table}` === path);
  expect(rows('orders.orders').map((step) => String(step.row['id']))).toEqual([orderId]);
  expect(rows('orders.order_items').length).toBe(truth.orders.lines.get(orderId)!.length);
}

export function expectReport(answer: ReportAnswer, truth: Truth): void {
  expect([answer.complete, answer.missing]).toEqual([true, []]);
  expect(answer.sections.length).toBeGreaterThan(3);
  for (const section of answer.sections) expect([section.complete, section.sql === ''], section.title).toEqual([true, false]);

  const totals = answer.sections.find((section) => /total/i.test(section.title))!;
  const [service, table, count] = [columnLike(totals, 'service'), columnLike(totals, 'table'), columnLike(totals, 'count')];
  const listed = records(totals);
  expect(new Set(listed.map((row) => row[service]))).toEqual(new Set([...truth.rows.keys()].map((path) => path.split('.')[0])));
  for (const row of listed) {
    const path = `${String(row[service])}.${String(row[table])}`;
    expect(Number(row[count]), path).toBe(truth.rows.get(path));
  }

  const byStatus = (title: RegExp) => {
    const section = answer.sections.find((candidate) => title.test(candidate.title));
    expect(section, String(title)).toBeDefined();
    return Object.fromEntries(section!.rows.map((row) => [String(row[0]), Number(row[1])]));
  };
  expect(byStatus(/^orders by status/i)).toEqual(truth.orders.byStatus);
  expect(byStatus(/^payments by status/i)).toEqual(truth.paymentsByStatus);

  const trend = answer.sections.find((section) => /^orders by (day|week|month)/i.test(section.title))!;
  expect(trend.rows.reduce((sum, row) => sum + Number(row[1]), 0)).toBe(truth.orders.byId.size);
  expect(Math.round(trend.rows.reduce((sum, row) => sum + Number(row[2]), 0) * 100)).toBe(truth.orders.cents);
}
