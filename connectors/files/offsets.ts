/** Logs that are tables of files: which offsets of which partitions lie in them. */

import type { Table } from '../contract.js';

/** The first offset of a partition, the one behind its last, and how many messages it has. */
export interface Span {
  readonly from: bigint;
  readonly to: bigint;
  readonly messages: number;
}

export function hasOffsets(table: Table): boolean {
  return table.kind === 'topic' && ['_partition', '_offset'].every((name) => table.columns.some((column) => column.name === name));
}

export function spanQuery(relation: string): string {
  return `SELECT _partition, min(_offset), max(_offset) + 1, count(*) FROM (${relation}) GROUP BY 1 ORDER BY 1`;
}

/** Adds the rows of such a query. */
export function mergeSpans(spans: Map<string, Span>, rows: readonly (readonly unknown[])[]): void {
  for (const [partition, from, to, messages] of rows) {
    const key = String(partition);
    const [first, next] = [BigInt(String(from)), BigInt(String(to))];
    const before = spans.get(key);
    spans.set(key, {
      from: before === undefined || first < before.from ? first : before.from,
      to: before === undefined || next > before.to ? next : before.to,
      messages: (before?.messages ?? 0) + Number(messages),
    });
  }
}
