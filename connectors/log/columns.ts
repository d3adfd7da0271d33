/** The columns that every topic has, and how the catalogue's columns name parts of a message. */

import { types, type Column, type ScanColumn, type Table, type Type } from '../contract.js';

export type Part = '_partition' | '_offset' | '_timestamp' | '_key' | '_headers' | '_value';

const parts: readonly { readonly name: Part; readonly type: Type; readonly nullable: boolean; readonly nativeType: string; readonly comment: string }[] = [
  { name: '_partition', type: types.int32, nullable: false, nativeType: 'int32', comment: 'partition of the message' },
  { name: '_offset', type: types.int64, nullable: false, nativeType: 'int64', comment: 'offset in the partition' },
  { name: '_timestamp', type: types.timestamptz, nullable: false, nativeType: 'timestamp', comment: 'when the message was made, or was appended' },
  { name: '_key', type: types.text, nullable: true, nativeType: 'bytes', comment: 'key of the message' },
  { name: '_headers', type: types.json, nullable: false, nativeType: 'headers', comment: 'headers as a JSON object; a repeated one is an array' },
  { name: '_value', type: types.text, nullable: true, nativeType: 'bytes', comment: 'the message itself; NULL is a tombstone' },
];

export function partColumns(binaryKeys: boolean, binaryValues: boolean): Column[] {
  return parts.map(({ name, type, nullable, nativeType, comment }) => {
    const isBlob = (name === '_key' && binaryKeys) || (name === '_value' && binaryValues);
    return { name, type: isBlob ? types.blob : type, nullable, nativeType, comment };
  });
}

/** What a column reads: a part of every message, or a member of its JSON object. */
export type Place = { readonly part: Part } | { readonly field: string };

/** A field of the messages that is called like a part has another name in statements, so its native name is set. */
export function placeOf(column: Column): Place {
  const part = column.nativeName === undefined ? parts.find(({ name }) => name === column.name)?.name : undefined;
  return part ? { part } : { field: column.nativeName ?? column.name };
}

export function scanColumn(id: string, columns: readonly ScanColumn[]): ScanColumn | undefined {
  return columns.find((column) => column.id === id);
}

/** What the catalogue keeps to address a topic. */
export interface TopicTable {
  readonly [key: string]: unknown;
  readonly topic: string;
  readonly partitions: number;
  /** Whose clock `_timestamp` is: the broker's never goes back. */
  readonly timestampType: 'CreateTime' | 'LogAppendTime';
  /** Milliseconds that an upper bound on a producer's time is stretched by; absent: such a bound stops nothing. */
  readonly timestampSlack?: number;
  /** How producers choose the partition of a key, where the configuration says so. */
  readonly partitioner?: 'murmur2' | 'crc32';
}

export function topicTable(table: Table): TopicTable {
  return table.native as TopicTable;
}
