/** The list of queues as rows: how deep they are, and whose dead letters they take. */

import type { ColumnWriter, ReadStats, Sink } from '../contract.js';
import type { Management, Queue } from './management.js';

export async function writeQueues(management: Management, columns: readonly string[], isOwn: (queue: string) => boolean, sink: Sink, signal: AbortSignal): Promise<ReadStats> {
  const all = await management.queues(signal);
  const own = all.filter(({ name, type }) => type !== 'stream' && isOwn(name));
  const letters = columns.includes('dead_letters_of') ? await deadLetters(management, all, signal) : new Map<string, string[]>();
  for (const queue of own) {
    columns.forEach((column, i) => write(sink.columns[i]!, column, queue, letters));
    sink.endRow();
  }
  return { rows: own.length, bytes: 0, proof: 'the last page of the management API' };
}

function write(writer: ColumnWriter, column: string, queue: Queue, letters: ReadonlyMap<string, readonly string[]>): void {
  if (column === 'dead_letters_of') {
    const from = letters.get(queue.name);
    return from === undefined ? writer.null() : writer.text(from.join(', '));
  }
  const value = queue[column as 'name' | 'type' | 'messages' | 'ready' | 'unacknowledged' | 'consumers' | 'state'];
  if (typeof value === 'number') writer.number(value);
  else writer.text(value);
}

/** Queue -> the queues whose dead letters are routed to it: by name through the default exchange, else by bindings. */
async function deadLetters(management: Management, queues: readonly Queue[], signal: AbortSignal): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const add = (to: string, from: string) => {
    const before = found.get(to) ?? [];
    if (!before.includes(from)) found.set(to, [...before, from]);
  };
  const sending = queues.filter(({ deadLetterExchange }) => deadLetterExchange !== undefined);
  if (sending.length === 0) return found;
  const bindings = await management.bindings(signal);
  for (const { name, deadLetterExchange, deadLetterRoutingKey } of sending) {
    if (deadLetterExchange === '') {
      if (deadLetterRoutingKey !== undefined) add(deadLetterRoutingKey, name);
      continue;
    }
    for (const { source, destination, routing_key: key } of bindings) {
      const isFitting = deadLetterRoutingKey === undefined || key === '' || key === deadLetterRoutingKey || /[*#]/.test(key);
      if (source === deadLetterExchange && isFitting) add(destination, name);
    }
  }
  return found;
}
