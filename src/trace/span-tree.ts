/**
 * Where spans and log lines hang. A span hangs below the span that it names as its parent; where that one was not
 * recorded, below the message that was sent from it; else below the first message or row of its trace. A log line hangs
 * below its span, else likewise. A message without another cause hangs below the span that sent it: the parent id in its
 * `traceparent` (www.w3.org/TR/trace-context).
 */

import { canonicalTraceId, isSameTrace } from '../../connectors/contract.js';
import type { Certainty } from '../answer/contract.js';
import { words } from '../catalog/names.js';
import { headersOf } from './headers.js';
import { idOf } from './message.js';
import { membersOf } from './payload.js';
import type { Row } from './payload.js';
import type { Node } from './found.js';

export interface Hanging {
  readonly parent: Node;
  readonly because: string;
  readonly certainty: Certainty;
}

export function isTelemetry({ table }: Pick<Node, 'table'>): boolean {
  return table.kind === 'spans' || table.kind === 'lines';
}

/** @param nodes in order of time */
export function hangingOf(nodes: readonly Node[]): ReadonlyMap<string, Hanging> {
  const spans = nodes.filter(({ table }) => table.kind === 'spans');
  const hanging = new Map<string, Hanging>();
  if (!nodes.some(isTelemetry)) return hanging;
  const carriers = nodes.filter((node) => !isTelemetry(node)).flatMap((node) => {
    const context = contextOf(node.row);
    return context === undefined ? [] : [{ node, ...context }];
  });
  const spanOf = (traceId: string, id: string) => spans.find(({ row }) => row['span_id'] === id && isSameTrace(String(row['trace_id']), traceId));
  for (const node of nodes.filter(isTelemetry)) {
    const traceId = String(node.row['trace_id']);
    const [name, own] = node.table.kind === 'spans' ? ['parent_span_id', node.row['parent_span_id']] : ['span_id', node.row['span_id']];
    const id = typeof own === 'string' ? own : undefined;
    const carrier = carriers.find((other) => isSameTrace(other.traceId, traceId));
    const sender = id === undefined ? undefined : carriers.find((other) => other.spanId === id && isSameTrace(other.traceId, traceId));
    const span = id === undefined ? undefined : spanOf(traceId, id);
    const first = node.table.kind === 'lines' ? spans.find(({ row }) => isSameTrace(String(row['trace_id']), traceId)) : undefined;
    if (span !== undefined && span !== node) hanging.set(node.key, { parent: span, because: `${name} = ${id!}`, certainty: 'declared' });
    else if (sender !== undefined) hanging.set(node.key, { parent: sender.node, because: `${name} = ${id!}, which sent this`, certainty: 'declared' });
    else if (carrier !== undefined && (id !== undefined || (node.table.kind === 'lines' && first === undefined))) hanging.set(node.key, { parent: carrier.node, because: `same trace id ${traceId}`, certainty: 'linked' });
    else if (first !== undefined) hanging.set(node.key, { parent: first, because: `same trace id ${traceId}`, certainty: 'linked' });
  }
  for (const { node, traceId, spanId } of carriers) {
    const span = spanId === undefined ? undefined : spanOf(traceId, spanId);
    if (span !== undefined) hanging.set(node.key, { parent: span, because: `its trace context names span ${spanId!}`, certainty: 'declared' });
  }
  return hanging;
}

interface Context {
  readonly traceId: string;
  readonly spanId: string | undefined;
}

/** The trace that a message or row belongs to, and the span that wrote it. */
function contextOf(row: Row): Context | undefined {
  const id = idOf(row, 'traceId');
  const traceId = id === undefined ? undefined : canonicalTraceId(id);
  if (traceId === undefined) return undefined;
  const all = [...Object.entries(headersOf(row)), ...membersOf(row).map(({ name, value }): [string, string] => [name, value])];
  for (const [name, value] of all) {
    const text = String(value).toLowerCase();
    const inside = /^[0-9a-f]{2}-[0-9a-f]{32}-([0-9a-f]{16})-[0-9a-f]{2}/.exec(text) ?? /^[0-9a-f]{1,32}:([0-9a-f]{1,16}):/.exec(text) ?? /^(?:[0-9a-f]{32}|[0-9a-f]{16})-([0-9a-f]{16})(?:-|$)/.exec(text);
    if (inside !== null && canonicalTraceId(text) === traceId) return { traceId, spanId: inside[1]!.padStart(16, '0') };
    if (/(^|b3 )span id$/.test(words(name).join(' ')) && /^[0-9a-f]{16}$/.test(text)) return { traceId, spanId: text };
  }
  return { traceId, spanId: undefined };
}
