/** The columns that messages have beside their fields, and how the catalogue's columns name parts of a message. */

import type { Column, ScanColumn, Table, Type } from '../contract.js';

export type Part = '_partition' | '_offset' | '_timestamp' | '_key' | '_properties' | '_headers' | '_value' | '_undecoded';

const partNames: ReadonlySet<string> = new Set<Part>(['_partition', '_offset', '_timestamp', '_key', '_properties', '_headers', '_value', '_undecoded']);

/** One of the columns that every message of a kind of log has. */
export interface PartColumn {
  readonly name: Part;
  readonly type: Type;
  readonly nullable: boolean;
  readonly nativeType: string;
  readonly comment: string;
}

/** What a column reads: a part of every message, or a member of its JSON object. */
export type Place = { readonly part: Part } | { readonly field: string };

/** A field of the messages that is called like a part has another name in statements, so its native name is set. */
export function placeOf(column: Column): Place {
  const isPart = column.nativeName === undefined && partNames.has(column.name);
  return isPart ? { part: column.name as Part } : { field: column.nativeName ?? column.name };
}

export function scanColumn(id: string, columns: readonly ScanColumn[]): ScanColumn | undefined {
  return columns.find((column) => column.id === id);
}

/** Names that no field may have, in lower case. */
export function reservedNames(): Set<string> {
  return new Set(partNames);
}

/** What the catalogue keeps to address a topic or stream. */
export interface TopicTable {
  readonly [key: string]: unknown;
  readonly topic: string;
  readonly partitions: number;
  /** Whose clock `_timestamp` is: the broker's never goes back. */
  readonly timestampType: 'CreateTime' | 'LogAppendTime';
  /** Milliseconds that an upper bound on a producer's time is stretched by; absent: such a bound stops nothing. */
  readonly timestampSlack?: number;
  /** How keys and values are written, where they have to be decoded; the connector's own. */
  readonly formats?: unknown;
  /** Headers and properties may hold values that are no text: nothing can then be told from the bytes alone. */
  readonly typedHeaders?: true;
  /** How producers choose the partition of a key, where the configuration says so. */
  readonly partitioner?: 'murmur2' | 'crc32';
}

export function topicTable(table: Table): TopicTable {
  return table.native as TopicTable;
}
