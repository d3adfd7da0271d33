/** The keys that one table's pattern matches, each once and whatever its type, in batches: named ones as they are, others from SCAN until its cursor is 0 again. */

import { isUtf8 } from 'node:buffer';
import { AishellError } from '../contract.js';
import type { ReadOnlyClient } from './client.js';
import type { ReadPayload } from './payload.js';
import { Pattern } from './pattern.js';
import { Seen } from './seen.js';

export interface Key {
  readonly key: string;
  readonly parts: readonly string[];
}

const scanCount = 1000;

export async function* tableKeys(client: ReadOnlyClient, payload: ReadPayload, signal: AbortSignal): AsyncGenerator<readonly Key[]> {
  const { native, parts } = payload;
  const pattern = new Pattern(native.pattern, native.separator);
  if (payload.keys !== undefined) {
    yield payload.keys.map((key) => ({ key, parts: pattern.match(key)! }));
    return;
  }
  const others = native.except.map((other) => new Pattern(other, native.separator));
  const allowed = parts.map((texts) => texts && new Set(texts));
  const seen = new Seen(client.settings.service, 'keys');
  const match = pattern.glob(parts.map((texts) => (texts?.length === 1 ? texts[0] : undefined)));
  let cursor: Buffer = Buffer.from('0');
  do {
    const reply = (await client.one(['SCAN', cursor, 'MATCH', match, 'COUNT', scanCount], signal)) as unknown as readonly [Buffer, readonly Buffer[]];
    cursor = reply[0];
    const batch: Key[] = [];
    for (const bytes of reply[1]) {
      if (!isUtf8(bytes)) throw binaryKey(client, payload.table);
      const key = bytes.toString();
      const found = pattern.match(key);
      if (found === undefined || !found.every((part, i) => allowed[i]?.has(part) !== false)) continue;
      if (others.some((other) => other.match(key) !== undefined)) continue;
      if (seen.add(bytes)) batch.push({ key, parts: found });
    }
    yield batch;
  } while (cursor.toString() !== '0');
}

function binaryKey(client: ReadOnlyClient, table: string): AishellError {
  const { service } = client.settings;
  return new AishellError('source.value', `${service}: a key of ${table} is no text`, 'Name the keys with a filter on the parts of the key, or declare `patterns` that leave that key out.', {
    service,
    data: { table },
  });
}
