/** Rights as the brokers tell them for the role itself, topic by topic. */

import { AishellError, type Health } from '../contract.js';
import type { SchemaRegistry } from '../registry/index.js';
import type { Settings } from './options.js';
import type { Cluster } from './wire/cluster.js';

/** AclOperation, by its number: the bit in the answer. */
const operations = ['', '', 'ALL', 'READ', 'WRITE', 'CREATE', 'DELETE', 'ALTER', 'DESCRIBE', 'CLUSTER_ACTION', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS', 'IDEMPOTENT_WRITE'];
const writing = new Set(['WRITE', 'CREATE', 'DELETE', 'ALTER', 'ALTER_CONFIGS', 'CLUSTER_ACTION']);
const untold = -2_147_483_648;

export async function health(cluster: Cluster, settings: Settings, registry: SchemaRegistry | undefined, signal: AbortSignal): Promise<Health> {
  const metadata = await cluster.metadata(undefined, signal, true);
  const topics = metadata.topics.filter(({ name, isInternal }) => !isInternal && settings.isShown(name));
  const all = [metadata.clusterOperations, ...topics.map((topic) => topic.operations)];
  const isTold = all.some((bits) => bits !== untold);
  const byRights = new Map<string, string[]>();
  for (const topic of topics) {
    const rights = namesOf(topic.operations).join(', ') || 'nothing';
    byRights.set(rights, [...(byRights.get(rights) ?? []), topic.name]);
  }
  const rights = [`cluster: ${namesOf(metadata.clusterOperations).join(', ') || 'nothing'}`, ...[...byRights].map(([which, names]) => `${shown(names)}: ${which}`)];
  const canWrite = isTold ? all.some((bits) => namesOf(bits).some((name) => writing.has(name))) : undefined;
  const user = settings.sasl?.username;
  const advice: string[] = [];
  if (canWrite) {
    advice.push(
      user
        ? `${user} could write; sign in as a principal that has READ, DESCRIBE and DESCRIBE_CONFIGS on these topics and nothing else`
        : 'Anyone may write to this cluster without signing in; use a listener with SASL and a principal that has READ, DESCRIBE and DESCRIBE_CONFIGS only',
    );
  }
  const unreadable = topics.filter((topic) => topic.operations !== untold && !namesOf(topic.operations).includes('READ'));
  if (unreadable.length > 0) advice.push(`${shown(unreadable.map(({ name }) => name))} may not be read: ask for READ, or leave them out with \`topics\``);
  if (registry !== undefined) await askRegistry(registry, rights, advice, signal);
  return { version: cluster.version, ...(user && { user }), rights, canWrite, advice };
}

/** A registry that can't be asked is no reason to call the bus unhealthy, but messages can't be decoded without it. */
async function askRegistry(registry: SchemaRegistry, rights: string[], advice: string[], signal: AbortSignal): Promise<void> {
  const { service, urls, tls } = registry.settings;
  try {
    const subjects = await registry.subjects(signal);
    rights.push(`schema registry ${urls[0]}: ${subjects.length} subjects`);
    if (tls?.verify === false) advice.push('The schema registry\'s certificate is not checked (registry.tls.verify)');
    if (urls.some((url) => url.startsWith('http:')) && registry.settings.authorization !== undefined) advice.push('The schema registry\'s password is sent without TLS: use https://');
  } catch (error) {
    if (!(error instanceof AishellError) || error.kind !== 'source') throw error;
    rights.push('schema registry: can\'t be asked');
    advice.push(`${error.message.replace(`${service}: `, '')}: messages with a schema id can't be decoded. ${error.remedy}`);
  }
}

function namesOf(bits: number): string[] {
  if (bits === untold) return [];
  return operations.filter((name, bit) => name !== '' && (bits & (1 << bit)) !== 0);
}

function shown(names: readonly string[]): string {
  return names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more topics`;
}
