/**
 * One order from basket to doorstep: what every service did, and when. All rows and all events of the estate that
 * concern orders are read off these sagas, so that the services agree wherever nobody planted a disagreement.
 */

import { businessMoment, hour, minute, severityAt } from './clock.js';
import type { Clock } from './clock.js';
import type { Goods } from './goods.js';
import type { People } from './people.js';
import { cents } from './random.js';
import type { Random } from './random.js';

export interface Line {
  readonly productId: number;
  readonly quantity: number;
  readonly unitPrice: number;
}

export interface Attempt {
  readonly at: number;
  /** null: it went through. */
  readonly error: string | null;
}

export interface Saga {
  readonly orderId: number;
  readonly userId: number;
  /** As the orders service copied it at the time. */
  readonly email: string;
  readonly lines: readonly Line[];
  readonly total: number;
  readonly createdAt: number;
  /** Absent: rejected for want of stock. */
  readonly reservedAt: number | undefined;
  readonly attempts: readonly Attempt[];
  readonly method: string;
  /** Absent while the payment is pending, or never tried. */
  readonly paid: boolean | undefined;
  readonly confirmedAt: number | undefined;
  readonly cancelledAt: number | undefined;
  readonly cancelReason: string | undefined;
  readonly shippedAt: number | undefined;
  readonly deliveredAt: number | undefined;
  readonly refundedAt: number | undefined;
  readonly correlationId: string;
  readonly traceId: string;
}

export const firstOrderId = 100_001;
/** People and products that were deleted after they were referred to. */
const goneUsers = 900_000;
const goneProducts = 9_000;

export function sagas(clock: Clock, random: Random, people: People, goods: Goods, count: number): Saga[] {
  const moments = Array.from({ length: count }, () => businessMoment(clock, random)).sort((a, b) => a - b);
  return moments.map((createdAt, index) => saga(clock, random, people, goods, firstOrderId + index, createdAt));
}

function saga(clock: Clock, random: Random, people: People, goods: Goods, orderId: number, createdAt: number): Saga {
  // A third of the buyers place most of the orders.
  const regulars = Math.ceil(people.users.length / 3);
  const user = people.users[random.chance(0.6) ? random.int(0, regulars - 1) : random.int(0, people.users.length - 1)]!;
  const orphan = random.chance(0.004);
  const lines = Array.from({ length: random.weighted([1, 2, 3], [62, 28, 10]) }, () => line(random, goods));
  const happened = (at: number) => (at < clock.end ? at : undefined);

  const inStock = !random.chance(0.02);
  const reservedAt = inStock ? happened(createdAt + random.int(1, 4) * 1000) : undefined;
  const attempts = inStock ? payment(clock, random, createdAt + random.int(5, 40) * 1000) : [];
  const last = attempts.at(-1);
  // Now and then the provider never calls back.
  const stuck = inStock && random.chance(0.004);
  const paid = stuck || last === undefined || last.at >= clock.end ? undefined : last.error === null;
  const settledAt = inStock ? last!.at : createdAt + 2000;
  const cancelledAt = inStock && paid !== false ? undefined : happened(settledAt + random.int(1, 5) * 1000);
  const confirmedAt = paid === true ? happened(settledAt + random.int(1, 5) * 1000) : undefined;
  const shippedAt = confirmedAt === undefined ? undefined : happened(confirmedAt + random.int(3 * 60, 26 * 60) * minute);
  const deliveredAt = shippedAt === undefined ? undefined : happened(shippedAt + random.int(12 * 60, 60 * 60) * minute);
  const returned = random.chance(0.05);
  const refundAfter = random.int(4 * 60, 20 * 60) * minute;
  return {
    orderId,
    userId: orphan ? goneUsers + random.int(1, 50) : user.id,
    email: orphan ? 'gone@example.com' : (people.formerEmail.get(user.id) ?? user.email),
    lines,
    total: cents(lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0)),
    createdAt,
    reservedAt,
    attempts: (stuck ? attempts.slice(0, 1) : attempts).filter((attempt) => attempt.at < clock.end),
    method: random.weighted(['card', 'paypal', 'sepa'], [60, 30, 10]),
    paid,
    confirmedAt,
    cancelledAt,
    cancelReason: inStock ? (paid === false ? 'payment failed' : undefined) : 'out of stock',
    shippedAt,
    deliveredAt,
    refundedAt: returned && deliveredAt !== undefined ? happened(deliveredAt + refundAfter) : undefined,
    correlationId: random.uuid(),
    traceId: random.hex(32),
  };
}

function line(random: Random, goods: Goods): Line {
  const product = random.pick(goods.products);
  const quantity = random.weighted([1, 2, 3, 5], [70, 20, 7, 3]);
  if (random.chance(0.003)) return { productId: goneProducts + random.int(1, 9), quantity, unitPrice: 9.9 };
  // Some bought before the last change of price.
  return { productId: product.id, quantity, unitPrice: random.chance(0.1) ? cents(product.price * 0.9) : product.price };
}

/** While the users service is unwell, identities can't be verified and payments fail. */
function payment(clock: Clock, random: Random, firstAt: number): Attempt[] {
  const attempts: Attempt[] = [];
  for (let at = firstAt; attempts.length < 3; at += random.int(20, 90) * 1000) {
    const severity = severityAt(clock, at);
    const unverified = random.chance(severity * 0.75);
    const declined = random.chance(0.03);
    const error = unverified ? 'user_verification_timeout' : declined ? random.pick(['card_declined', 'insufficient_funds']) : null;
    attempts.push({ at, error });
    // A declined card is final; a time-out is tried again.
    if (error === null || (!unverified && random.chance(0.8))) break;
  }
  return attempts;
}

/** The state that the orders service holds at the end. */
export function orderStatus(saga: Saga): 'pending' | 'confirmed' | 'shipped' | 'delivered' | 'cancelled' | 'refunded' {
  if (saga.cancelledAt !== undefined) return 'cancelled';
  if (saga.refundedAt !== undefined) return 'refunded';
  if (saga.deliveredAt !== undefined) return 'delivered';
  if (saga.shippedAt !== undefined) return 'shipped';
  return saga.confirmedAt === undefined ? 'pending' : 'confirmed';
}

/** Products that the products service no longer knows. */
export function isGone(productId: number): boolean {
  return productId > goneProducts;
}

/** Orders older than this many hours are no longer in short-lived tables (outbox, reservations). */
export function isRecent(clock: Clock, saga: Saga, hours: number): boolean {
  return saga.createdAt >= clock.end - hours * hour;
}
