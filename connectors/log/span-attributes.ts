/** What spans say of a read of a log: https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/ */

import type { Address } from './socket.js';

/**
 * @param topic undefined: what is read are no messages
 * @param nodes which of several is read is known later
 */
export function readOf(topic: string | undefined, nodes: readonly Address[]): Record<string, string | number> {
  const [only, ...others] = nodes;
  return {
    ...(topic !== undefined && { 'messaging.operation.name': 'fetch', 'messaging.operation.type': 'receive', 'messaging.destination.name': topic }),
    ...(only !== undefined && others.length === 0 && { 'server.address': only.host, 'server.port': only.port }),
  };
}
