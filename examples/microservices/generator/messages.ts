/** The notifications service: what people were told lately, how often, and the stream it works off. */

import type { Clock } from './clock.js';
import type { Random } from './random.js';
import { isRecent } from './sagas.js';
import type { Saga } from './sagas.js';

export interface Notification {
  readonly id: string;
  readonly userId: string;
  readonly orderId: string;
  readonly type: 'order_confirmed' | 'order_cancelled' | 'order_shipped';
  readonly channel: 'email' | 'push' | 'sms';
  readonly status: 'sent' | 'queued' | 'failed';
  readonly sentAt: number;
}

export interface Messages {
  readonly notifications: readonly Notification[];
  readonly counts: ReadonlyMap<string, number>;
  readonly stream: readonly { readonly id: string; readonly notificationId: string; readonly event: string }[];
}

/** Notifications are forgotten after this many hours; the counters are not. */
const keptHours = 18;

export function messages(clock: Clock, random: Random, all: readonly Saga[]): Messages {
  const notifications: Notification[] = [];
  const counts = new Map<string, number>();
  const tell = (saga: Saga, type: Notification['type'], at: number | undefined) => {
    if (at === undefined) return;
    const userId = String(saga.userId);
    counts.set(userId, (counts.get(userId) ?? 0) + 1);
    const channel = random.weighted(['email', 'push', 'sms'] as const, [70, 25, 5]);
    const status = random.weighted(['sent', 'queued', 'failed'] as const, [95, 3, 2]);
    if (!isRecent(clock, saga, keptHours)) return;
    notifications.push({ id: notificationId(saga, type), userId, orderId: String(saga.orderId), type, channel, status, sentAt: at });
  };
  for (const saga of all) {
    tell(saga, 'order_confirmed', saga.confirmedAt);
    tell(saga, 'order_cancelled', saga.cancelledAt);
    tell(saga, 'order_shipped', saga.shippedAt);
  }
  const stream = notifications
    .toSorted((a, b) => a.sentAt - b.sentAt)
    .map(({ id, sentAt, status }, index) => ({ id: `${sentAt}-${index}`, notificationId: id, event: status }));
  return { notifications, counts, stream };
}

export function notificationId(saga: Saga, type: Notification['type']): string {
  return `ntf_${saga.orderId}_${type.slice('order_'.length)}`;
}
