/** The columns that every stream has, and those of the list of queues. */

import { types, type Column } from '../contract.js';
import type { PartColumn } from '../log/columns.js';

const parts: readonly PartColumn[] = [
  { name: '_offset', type: types.int64, nullable: false, nativeType: 'uint64', comment: 'offset in the stream' },
  { name: '_timestamp', type: types.timestamptz, nullable: false, nativeType: 'timestamp', comment: "when the message's chunk was written, by the broker's clock" },
  { name: '_key', type: types.text, nullable: true, nativeType: 'routing key', comment: 'routing key that it was published with' },
  { name: '_properties', type: types.json, nullable: false, nativeType: 'properties', comment: 'message_id, correlation_id, content_type and the like, as a JSON object' },
  { name: '_headers', type: types.json, nullable: false, nativeType: 'application properties', comment: 'headers (application properties) as a JSON object' },
  { name: '_value', type: types.text, nullable: true, nativeType: 'bytes', comment: 'the body' },
];

export function partColumns(binaryValues: boolean): Column[] {
  return parts.map(({ name, type, nullable, nativeType, comment }) => ({ name, type: name === '_value' && binaryValues ? types.blob : type, nullable, nativeType, comment }));
}

export const queueColumns: readonly Column[] = [
  { name: 'name', type: types.text, nullable: false, nativeType: 'queue', comment: 'name of the queue' },
  { name: 'type', type: types.text, nullable: false, nativeType: 'queue', comment: 'classic or quorum', sampleValues: ['classic', 'quorum'] },
  { name: 'messages', type: types.int64, nullable: false, nativeType: 'queue', comment: 'its depth: ready and unacknowledged messages' },
  { name: 'ready', type: types.int64, nullable: false, nativeType: 'queue', comment: 'messages that wait for a consumer' },
  { name: 'unacknowledged', type: types.int64, nullable: false, nativeType: 'queue', comment: 'messages that a consumer has and did not acknowledge' },
  { name: 'consumers', type: types.int64, nullable: false, nativeType: 'queue', comment: 'consumers now' },
  { name: 'state', type: types.text, nullable: false, nativeType: 'queue', comment: 'as the server says: running, idle, down' },
  { name: 'dead_letters_of', type: types.text, nullable: true, nativeType: 'queue', comment: 'queues whose dead letters come here, separated by commas; NULL: none' },
];
