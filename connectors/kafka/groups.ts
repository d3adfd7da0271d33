/** How far consumer groups have come on a topic, without being one of them. */

import { AishellError, type GroupOffset } from '../contract.js';
import type { TopicTable } from '../log/columns.js';
import type { Cluster } from './wire/cluster.js';
import { kafkaFailure } from './wire/errors.js';
import { listGroups, offsetFetch } from './wire/requests.js';

/** More groups than this on one cluster are not asked one by one. */
const mostGroups = 500;
const notCoordinator = 16;
const notAvailable = 15;

/**
 * Every broker is asked: a group's coordinator answers, the others say that they are not. Asking who it is
 * (FindCoordinator) would make a cluster that never had a group create its topic of offsets, which is a write.
 */
export async function groupOffsets(cluster: Cluster, service: string, topic: TopicTable, groups: readonly string[] | undefined, signal: AbortSignal): Promise<GroupOffset[]> {
  const { brokers } = await cluster.metadata([], signal);
  const nodes = brokers.map(({ id }) => id);
  const names = groups ?? (await allGroups(cluster, service, nodes, signal));
  if (names.length > mostGroups) {
    throw new AishellError('budget.rows', `${service}: the cluster has ${names.length} consumer groups`, 'Name the group that matters under `flows:`.', { service });
  }
  return (await Promise.all(names.map((group) => committed(cluster, service, nodes, group, topic, signal)))).flat();
}

async function allGroups(cluster: Cluster, service: string, nodes: readonly number[], signal: AbortSignal): Promise<string[]> {
  const answers = await Promise.all(nodes.map((node) => cluster.request(node, listGroups, undefined, signal)));
  const failed = answers.find(({ error }) => error !== 0 && error !== notAvailable);
  if (failed) throw kafkaFailure(service, failed.error, 'consumer groups');
  // Connect's workers and the like are groups too, and commit no offsets.
  return answers.flatMap((answer) => answer.groups.filter(({ protocol }) => protocol === 'consumer' || protocol === '').map(({ group }) => group));
}

async function committed(cluster: Cluster, service: string, nodes: readonly number[], group: string, { topic, partitions }: TopicTable, signal: AbortSignal): Promise<GroupOffset[]> {
  const request = { group, topic, partitions: Array.from({ length: partitions }, (_, i) => i) };
  const answers = await Promise.all(nodes.map((node) => cluster.request(node, offsetFetch, request, signal)));
  const told = answers.find(({ error }) => error !== notCoordinator && error !== notAvailable);
  if (told === undefined) return [];
  if (told.error !== 0) throw kafkaFailure(service, told.error, `consumer group ${group}`);
  return told.topics.flatMap((found) =>
    found.partitions.flatMap(({ partition, offset, error }): GroupOffset[] => {
      if (error !== 0) throw kafkaFailure(service, error, `consumer group ${group}, ${found.topic}, partition ${partition}`);
      return offset < 0 ? [] : [{ group, partition: String(partition), offset: String(offset) }];
    }),
  );
}
