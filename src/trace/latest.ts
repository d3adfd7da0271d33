/** Which event to show when nobody named one: the newest conversation that left messages on several logs, or any. */

import type { QueryAnswer } from '../answer/contract.js';
import type { Catalog } from '../catalog/contract.js';
import type { Table } from '../algebra/index.js';
import { AishellError } from '../errors.js';
import { inParallel } from './in-parallel.js';
import { messageIds } from './message.js';
import type { Row } from './message.js';
import { newest } from './statements.js';

/** Looked at on each log, newest first. */
const perLog = 200;
/** Logs with more messages than this are asked for the last hour first, then for the last day. */
const fewMessages = 20_000;
const windowsMs = [3_600_000, 86_400_000];
const maxCandidates = 5;

interface Conversation {
  readonly id: string;
  readonly logs: Set<string>;
  at: string;
  where: string;
}

export async function latestCandidates(context: {
  readonly catalog: Catalog;
  readonly run: (sql: string) => Promise<QueryAnswer>;
}): Promise<{ id: string; where: string }[]> {
  const logs = context.catalog.services
    .flatMap((service) => service.tables)
    .filter((table) => table.kind === 'topic' && table.columns.some((column) => column.name === '_timestamp'));
  if (logs.length === 0) {
    throw new AishellError(
      'usage',
      'No service here is a log of events (a topic or a stream), so there is no latest event to trace.',
      'Name an id: aishell trace <id>',
    );
  }
  const conversations = new Map<string, Conversation>();
  for (const { log, rows } of await inParallel(logs, async (log) => ({ log, rows: await newestRows(log, context.run) }))) {
    for (const row of rows) {
      const ids = messageIds(row);
      const id = (ids.find((i) => i.role === 'correlationId') ?? ids.find((i) => i.role === 'traceId') ?? ids[0])?.value;
      if (id === undefined) continue;
      const at = String(row['_timestamp']);
      const known = conversations.get(id) ?? { id, logs: new Set(), at, where: '' };
      known.logs.add(log.name);
      if (at >= known.at || known.where === '') {
        known.at = at;
        known.where = `last seen on ${log.service}.${log.name} at ${at}`;
      }
      conversations.set(id, known);
    }
  }
  return [...conversations.values()]
    .sort((a, b) => Number(b.logs.size > 1) - Number(a.logs.size > 1) || b.at.localeCompare(a.at))
    .slice(0, maxCandidates);
}

async function newestRows(log: Table, run: (sql: string) => Promise<QueryAnswer>): Promise<Row[]> {
  const windows = (log.rows?.count ?? Infinity) > fewMessages ? windowsMs : [];
  for (const window of [...windows, Infinity]) {
    const since = window === Infinity ? undefined : new Date(Date.now() - window).toISOString();
    const { columns, rows } = await run(newest(log, perLog, since));
    if (rows.length > 0) return rows.map((cells) => Object.fromEntries(columns.map((column, i) => [column.name, cells[i] ?? null])));
  }
  return [];
}
