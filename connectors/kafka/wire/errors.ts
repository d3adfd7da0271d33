/** Kafka's error numbers that a reader can meet, and what to do about each. */

import { AishellError, type ErrorCode } from '../../contract.js';

const names: Readonly<Record<number, readonly [name: string, code: ErrorCode, remedy: string]>> = {
  1: ['OFFSET_OUT_OF_RANGE', 'source.cut', 'Retention removed records while they were read. Run it again.'],
  3: ['UNKNOWN_TOPIC_OR_PARTITION', 'source.schema_changed', 'The catalogue is out of date, or the role may not see the topic: run `aishell schema --refresh`.'],
  5: ['LEADER_NOT_AVAILABLE', 'source.unreachable', 'The partition has no leader now. Run it again in a moment.'],
  6: ['NOT_LEADER_OR_FOLLOWER', 'source.cut', 'The partition moved to another broker while it was read. Run it again.'],
  7: ['REQUEST_TIMED_OUT', 'source.timeout', 'The broker is overloaded. Run it again.'],
  9: ['REPLICA_NOT_AVAILABLE', 'source.unreachable', 'A replica is missing. Run it again in a moment.'],
  13: ['NETWORK_EXCEPTION', 'source.cut', 'Run it again.'],
  14: ['COORDINATOR_LOAD_IN_PROGRESS', 'source.unreachable', 'The broker is just starting. Run it again in a moment.'],
  15: ['COORDINATOR_NOT_AVAILABLE', 'source.unreachable', 'The broker is just starting. Run it again in a moment.'],
  29: ['TOPIC_AUTHORIZATION_FAILED', 'source.denied', 'Ask an administrator for the operations READ and DESCRIBE on the topic.'],
  30: ['GROUP_AUTHORIZATION_FAILED', 'source.denied', 'Ask an administrator for the operation DESCRIBE on the consumer group.'],
  31: ['CLUSTER_AUTHORIZATION_FAILED', 'source.denied', 'Ask an administrator for the operation DESCRIBE on the cluster.'],
  33: ['UNSUPPORTED_SASL_MECHANISM', 'source.auth', 'Set sasl.mechanism to one that the broker offers.'],
  34: ['ILLEGAL_SASL_STATE', 'source.auth', 'Set sasl for this listener.'],
  35: ['UNSUPPORTED_VERSION', 'source.failed', 'The broker is older than Kafka 2.3, which is the oldest that is read.'],
  56: ['KAFKA_STORAGE_ERROR', 'source.failed', "A disk of the broker fails: look at the broker's log."],
  58: ['SASL_AUTHENTICATION_FAILED', 'source.auth', 'Check sasl.username and sasl.password.'],
  74: ['FENCED_LEADER_EPOCH', 'source.cut', 'The partition moved to another broker while it was read. Run it again.'],
  75: ['UNKNOWN_LEADER_EPOCH', 'source.cut', 'The partition moved to another broker while it was read. Run it again.'],
  76: ['UNSUPPORTED_COMPRESSION_TYPE', 'source.failed', 'The broker could not read a record batch.'],
  87: ['INVALID_RECORD', 'source.failed', 'The broker could not read a record batch.'],
};

/** What was asked for is before the log's beginning or beyond its end. */
export const outOfRange = 1;
/** TOPIC_AUTHORIZATION_FAILED */
export const topicDenied = 29;

const moving = new Set([5, 6, 9, 74, 75]);

/** LEADER_NOT_AVAILABLE, NOT_LEADER_OR_FOLLOWER and the like: another broker leads the partition now, or will in a moment. */
export function isMoving(error: number): boolean {
  return moving.has(error);
}

export function kafkaFailure(service: string, error: number, where: string): AishellError {
  const [name, code, remedy] = names[error] ?? [`error ${error}`, 'source.failed' as const, 'Look up the error number in the Kafka protocol and at the log of the broker.'];
  return new AishellError(code, `${service}: ${where}: ${name}`, remedy, { service });
}
