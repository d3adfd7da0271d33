/** Streams are asked as all logs are; of the list of queues only columns are chosen, since it is short. */

import type { Dialect, NativeQuery, Reason, Rel, Scan, Table } from '../contract.js';
import { logDialect } from '../log/dialect.js';

const log = logDialect('rabbitmq');

/** The connector's own form of a query over the list of queues: names of columns. */
export interface QueuesQuery {
  readonly queues: readonly string[];
}

const local: Reason = { reason: 'the list of queues is short and comes whole' };

export const rabbitDialect: Dialect = {
  ...log,
  filter: (conjunct, scan) => (isQueues(scan.table) ? local : log.filter(conjunct, scan)),
  accepts(rel) {
    const table = tableOf(rel);
    return table !== undefined && isQueues(table) ? (columnsOf(rel) === undefined ? local : true) : log.accepts(rel);
  },
  acceptsKeys: (column, keyType, scan) => (isQueues(scan.table) ? local : log.acceptsKeys(column, keyType, scan)),
  compile(rel, keys): NativeQuery {
    const table = tableOf(rel);
    const columns = table !== undefined && isQueues(table) ? columnsOf(rel) : undefined;
    if (columns === undefined) return log.compile(rel, keys);
    const payload: QueuesQuery = { queues: columns.map(({ name }) => name) };
    return { text: 'GET /api/queues', params: [], columns: columns.map(({ id, name, type }) => ({ id, name, type })), payload };
  },
};

export function isQueues(table: Table): boolean {
  return (table.native as { readonly queues?: unknown } | undefined)?.queues === true;
}

function scanOf(rel: Rel): Scan | undefined {
  const input = rel.kind === 'project' ? rel.input : rel;
  return input.kind === 'scan' ? input : undefined;
}

function tableOf(rel: Rel): Table | undefined {
  let at: Rel = rel;
  while (at.kind !== 'scan') {
    if (!('input' in at)) return undefined;
    at = at.input;
  }
  return at.table;
}

/** The output of a bare scan, or of one with columns chosen. */
function columnsOf(rel: Rel) {
  const scan = scanOf(rel);
  if (scan === undefined) return undefined;
  if (rel.kind !== 'project') return scan.columns.map(({ id, column }) => ({ id, name: column.name, type: column.type }));
  const columns = rel.columns.map(({ id, expr }) => {
    const found = expr.kind === 'column' ? scan.columns.find((column) => column.id === expr.id) : undefined;
    return found && { id, name: found.column.name, type: found.column.type };
  });
  return columns.includes(undefined) ? undefined : columns.map((column) => column!);
}
