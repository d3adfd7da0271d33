/** Reads of one statement. There is no view of all keys at one instant, and none is claimed. */

import type { NativeQuery, ReadStats, Sink, Snapshot } from '../contract.js';
import { cancelled } from '../sql/failures.js';
import type { ReadOnlyClient } from './client.js';
import type { ReadPayload } from './payload.js';
import { Reader } from './read.js';
import { Row } from './row.js';
import { tableKeys } from './scan.js';
import { StreamReader } from './stream.js';
import { Strangers } from './strangers.js';

export class RedisSnapshot implements Snapshot {
  readonly consistency = 'none: keys are read one after another';

  constructor(private readonly client: ReadOnlyClient) {}

  async read(query: NativeQuery, sink: Sink, signal: AbortSignal): Promise<ReadStats> {
    const payload = query.payload as ReadPayload;
    const client = this.client.fork();
    const { settings } = client;
    const row = new Row(payload, sink, settings.service);
    const strangers = new Strangers(payload);
    const stream = payload.native.type === 'stream' ? new StreamReader(client, payload, row, strangers, signal, sink) : undefined;
    const reader = stream ?? new Reader(client, payload, row, strangers, signal);
    let before = 0;
    if (signal.aborted) throw cancelled(signal, settings.service);
    for await (const keys of tableKeys(client, payload, signal)) {
      if (row.full || stream?.isStopped === true || payload.ids?.length === 0) break;
      await reader.read(keys);
      sink.received(client.received - before);
      before = client.received;
    }
    if (signal.aborted) throw cancelled(signal, settings.service);
    const warnings = strangers.warnings(settings.service);
    const coverage = stream?.coverage ?? [];
    return { rows: row.written, bytes: client.received, proof: stream?.isStopped === true ? 'told to stop' : proof(payload, row.full), ...(coverage.length > 0 && { coverage }), ...(warnings.length > 0 && { warnings }) };
  }

  async close(): Promise<void> {
    // Nothing is held between reads.
  }
}

function proof({ native, keys, ids }: ReadPayload, full: boolean): string {
  if (full) return 'the limit was reached';
  if (ids !== undefined) return 'every entry that was named was answered';
  const found = keys === undefined && native.pattern.parts.length > 0 ? 'SCAN cursor 0' : 'every key that was named was answered';
  return native.type === 'stream' ? `${found}; each stream up to its last entry` : found;
}
