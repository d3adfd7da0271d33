/** The payments service: documents, with string ids, money as doubles and statuses in capitals. */

import type { Clock } from './clock.js';
import { cents } from './random.js';
import type { Random } from './random.js';
import { firstOrderId } from './sagas.js';
import type { Saga } from './sagas.js';

export interface Money {
  readonly value: number;
  readonly currency: string;
}

export interface Payment {
  readonly _id: string;
  readonly orderId: string;
  readonly userId: string;
  readonly status: 'SUCCEEDED' | 'FAILED' | 'PENDING' | 'REFUNDED';
  readonly method: string;
  readonly amount: Money;
  readonly attempts: readonly { readonly number: number; readonly outcome: 'OK' | 'ERROR'; readonly error: string | null }[];
  readonly failureReason: string | null;
  readonly correlationId: string;
  readonly createdAt: Date;
}

export interface Refund {
  readonly _id: string;
  readonly paymentId: string;
  readonly orderId: string;
  readonly amount: Money;
  readonly reason: string;
  readonly createdAt: Date;
}

/** One entry each time that a payment was left in a state other than paid at once. */
export interface PaymentHistory {
  readonly _id: string;
  readonly paymentId: string;
  readonly status: string;
  readonly changedAt: Date;
  /** Support wrote texts here, a script wrote objects. */
  readonly note?: string | { readonly code: number; readonly by: string };
}

export interface Billing {
  readonly payments: readonly Payment[];
  readonly refunds: readonly Refund[];
  readonly history: readonly PaymentHistory[];
}

export function paymentId(orderId: number): string {
  return `pay_${orderId}`;
}

export function billing(clock: Clock, random: Random, all: readonly Saga[]): Billing {
  const payments: Payment[] = [];
  const refunds: Refund[] = [];
  const history: PaymentHistory[] = [];
  const record = (payment: string, status: string, at: number, note: PaymentHistory['note']) => {
    const entry = { _id: `hist_${history.length + 1}`, paymentId: payment, status, changedAt: new Date(at) };
    history.push(note === undefined ? entry : { ...entry, note });
  };
  for (const saga of all) {
    const [first] = saga.attempts;
    if (first === undefined) continue;
    const payment = paymentOf(saga, first.at);
    payments.push(payment);
    if (saga.paid === false) record(payment._id, 'FAILED', saga.attempts.at(-1)!.at, random.chance(0.3) ? 'customer called' : undefined);
    if (saga.refundedAt !== undefined) {
      const createdAt = new Date(saga.refundedAt);
      refunds.push({ _id: `ref_${saga.orderId}`, paymentId: payment._id, orderId: payment.orderId, amount: payment.amount, reason: 'returned', createdAt });
      record(payment._id, 'REFUNDED', saga.refundedAt, { code: random.int(1, 9), by: 'returns' });
    }
    // Charged twice: a retry of the shop's that carried no idempotency key.
    if (saga.paid === true && random.chance(0.0015)) {
      payments.push({ ...payment, _id: `${payment._id}_2`, createdAt: new Date(Math.min(first.at + 3000, clock.end - 1000)) });
    }
  }
  // Payments of orders that nobody knows.
  for (let i = 1; i <= 4; i++) {
    const orderId = firstOrderId - i;
    payments.push({
      _id: paymentId(orderId),
      orderId: String(orderId),
      userId: String(random.int(1, 50)),
      status: 'SUCCEEDED',
      method: 'card',
      amount: { value: cents(random.int(10, 90) + 0.5), currency: 'EUR' },
      attempts: [{ number: 1, outcome: 'OK', error: null }],
      failureReason: null,
      correlationId: random.uuid(),
      createdAt: new Date(clock.start + random.int(1, 3600) * 1000),
    });
  }
  return { payments, refunds, history };
}

function paymentOf(saga: Saga, createdAt: number): Payment {
  return {
    _id: paymentId(saga.orderId),
    orderId: String(saga.orderId),
    userId: String(saga.userId),
    status: saga.refundedAt !== undefined ? 'REFUNDED' : saga.paid === undefined ? 'PENDING' : saga.paid ? 'SUCCEEDED' : 'FAILED',
    method: saga.method,
    amount: { value: saga.total, currency: 'EUR' },
    attempts: saga.attempts.map(({ error }, index) => ({ number: index + 1, outcome: error === null ? 'OK' : 'ERROR', error })),
    failureReason: saga.paid === false ? saga.attempts.at(-1)!.error : null,
    correlationId: saga.correlationId,
    createdAt: new Date(createdAt),
  };
}
