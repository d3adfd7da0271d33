/** Asks the Kafka connector for a topic's messages, as a statement would. */

import type { Expr, Literal, NativeQuery, ReadStats, Rel, Scan, ServiceConfig, Source, Table, TlsOptions, Type } from '../../../connectors/contract.js';
import { types } from '../../../connectors/contract.js';
import { connector } from '../../../connectors/kafka/index.js';
import { CollectingSink } from '../../support/collecting-sink.js';
import { listening, servers } from '../../support/servers.js';

export const [broker] = servers.kafka.split(',') as [string];
export const isUp = await listening(broker);
/** Absent servers skip on a person's machine and fail in CI. */
export const skip = !isUp && process.env['CI'] !== 'true';

export const host = { tempDir: '/nowhere', connectTimeoutMs: 10_000, log: () => {} };
export const signal = () => AbortSignal.timeout(30_000);

export function service(options: ServiceConfig['options'] = {}, tls?: TlsOptions): ServiceConfig {
  return { name: 'log', kind: 'kafka', tags: {}, options: 'url' in options ? options : { brokers: broker, ...options }, tls, baseDir: '/' };
}

export async function withSource<T>(options: ServiceConfig['options'], work: (source: Source, table: (topic: string) => Table) => Promise<T>, tls?: TlsOptions): Promise<T> {
  const source = await connector.connect(service(options, tls), host, signal());
  try {
    const { tables } = await source.describe(signal());
    return await work(source, (topic) => tables.find((table) => table.name === topic)!);
  } finally {
    await source.close();
  }
}

export interface Answer {
  readonly rows: Literal[][];
  readonly stats: ReadStats;
  readonly query: NativeQuery;
}

export interface Asked {
  readonly columns?: readonly string[];
  readonly where?: readonly Expr[];
  readonly limit?: number;
}

export function relOf(table: Table, { columns = table.columns.map((c) => c.name), where = [], limit }: Asked): Rel {
  const needed = table.columns.map((column) => ({ id: column.name, column }));
  const scan: Scan = { kind: 'scan', table, columns: needed };
  const filtered: Rel = where.length > 0 ? { kind: 'filter', input: scan, conjuncts: where } : scan;
  const project: Rel = { kind: 'project', input: filtered, columns: columns.map((name) => ({ id: name, expr: column(table, name) })) };
  return limit === undefined ? project : { kind: 'sortLimit', input: project, keys: [], limit };
}

export async function ask(source: Source, table: Table, asked: Asked = {}): Promise<Answer> {
  const query = connector.dialect({ version: '' }).compile(relOf(table, asked));
  const snapshot = await source.open(signal());
  try {
    const sink = new CollectingSink(query.columns);
    const stats = await snapshot.read(query, sink, signal());
    return { rows: sink.rows, stats, query };
  } finally {
    await snapshot.close();
  }
}

export function column(table: Table, name: string): Expr {
  return { kind: 'column', id: name, type: table.columns.find((c) => c.name === name)!.type };
}

export function compare(table: Table, name: string, op: '=' | '<' | '<=' | '>' | '>=', value: Literal, type?: Type): Expr {
  const left = column(table, name);
  return { kind: 'compare', op, left, right: { kind: 'literal', value, type: type ?? (left as { type: Type }).type } };
}

export const instant = (iso: string): bigint => BigInt(Date.parse(iso)) * 1000n;
export { types };
