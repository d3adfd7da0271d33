/** The columns that every topic has. */

import { types, type Column } from '../contract.js';
import type { PartColumn } from '../log/columns.js';

const parts: readonly PartColumn[] = [
  { name: '_partition', type: types.int32, nullable: false, nativeType: 'int32', comment: 'partition of the message' },
  { name: '_offset', type: types.int64, nullable: false, nativeType: 'int64', comment: 'offset in the partition' },
  { name: '_timestamp', type: types.timestamptz, nullable: false, nativeType: 'timestamp', comment: 'when the message was made, or was appended' },
  { name: '_key', type: types.text, nullable: true, nativeType: 'bytes', comment: 'key of the message' },
  { name: '_headers', type: types.json, nullable: false, nativeType: 'headers', comment: 'headers as a JSON object; a repeated one is an array' },
  { name: '_value', type: types.text, nullable: true, nativeType: 'bytes', comment: 'the message itself; NULL is a tombstone' },
];

/** Of a topic whose messages have to be decoded. */
const undecoded: Column = { name: '_undecoded', type: types.text, nullable: true, nativeType: 'text', comment: 'why the message could not be decoded and is shown as its bytes; NULL where it was' };

export function decodedColumns(binaryKeys = false): Column[] {
  return [...partColumns(binaryKeys, false), undecoded];
}

export function partColumns(binaryKeys: boolean, binaryValues: boolean): Column[] {
  return parts.map(({ name, type, nullable, nativeType, comment }) => {
    const isBlob = (name === '_key' && binaryKeys) || (name === '_value' && binaryValues);
    return { name, type: isBlob ? types.blob : type, nullable, nativeType, comment };
  });
}
