/** Topics as tables: what every message has, and the fields that the last messages have. */

import type { Column, Description, Table, Type } from '../contract.js';
import type { TopicTable } from '../log/columns.js';
import { distinct, fieldColumns, type KnownField, type LogSample } from '../log/sample.js';
import { decodedColumns, partColumns } from './columns.js';
import { expectedFormats, knownFields, subjectsOfTopics } from './formats/describe.js';
import type { Formats, TopicFormats } from './formats/index.js';
import type { TopicDecoder } from './formats/topic.js';
import { extents, type PartitionExtent } from './offsets.js';
import type { Settings } from './options.js';
import { sampleTopics } from './sample.js';
import { partitionsOf } from './snapshot.js';
import type { Cluster } from './wire/cluster.js';
import { topicDenied } from './wire/errors.js';
import { describeConfigs, type TopicMetadata } from './wire/requests.js';

export async function describe(service: string, cluster: Cluster, settings: Settings, formats: Formats, signal: AbortSignal): Promise<Description> {
  const metadata = await cluster.metadata(undefined, signal);
  const warnings: string[] = [];
  const shown = metadata.topics.filter(({ name, isInternal }) => !isInternal && settings.isShown(name));
  // A broker that is asked for all topics leaves out those that the role may not see.
  const unseen = settings.named.filter((name) => !metadata.topics.some((topic) => topic.name === name));
  const asked = unseen.length === 0 ? [] : (await cluster.metadata(unseen, signal)).topics;
  const denied = [...shown, ...asked].filter(({ error }) => error === topicDenied);
  warnings.push(...denied.map(({ name }) => `${name}: the role may not see it, so its messages can't be read`));
  const led = shown.filter(({ name, partitions, error }) => {
    if (error === topicDenied) return false;
    const isLed = error === 0 && partitions.length > 0 && partitions.every(({ leader }) => leader >= 0);
    if (!isLed) warnings.push(`${name} is left out: a partition has no leader now`);
    return isLed;
  });
  const { found: parts, refused } = await extents(cluster, service, partitionsOf({ ...metadata, topics: led }), signal);
  warnings.push(...[...refused].map(([name, { message }]) => `${name} is left out: ${message.replace(`${service}: `, '')}`));
  const topics = led.filter(({ name }) => !refused.has(name));
  const policies = await policiesOf(cluster, metadata.brokers[0]!.id, topics, signal);
  const expected = await expectedFormats(formats, topics.map(({ name }) => ({ topic: name, name: settings.nameOf(name) })), signal);
  warnings.push(...expected.warnings.map((warning) => warning.replace(`${service}: `, '')));
  const decoders = new Map<string, TopicDecoder>();
  for (const [topic, native] of expected.formats) {
    const decoder = await formats.decoder(topic, settings.nameOf(topic), native);
    if (decoder !== undefined) decoders.set(topic, decoder);
  }
  const { samples, envelopes, isComplete, troubles } = await sampleTopics(service, cluster, parts, settings.sample, decoders, signal);
  if (!isComplete) warnings.push('not all topics were sampled, since that took too long: some fields may be missing; set `sample` lower or name `topics`');
  const registered = await subjectsOfTopics(formats, expected, topics.map(({ name }) => name), decoders, signal);
  warnings.push(...registered.warnings.map((warning) => warning.replace(`${service}: `, '')));
  warnings.push(...troubles.map((trouble) => trouble.replace(`${service}: `, '')));
  const taken = new Set<string>();
  const tables: Table[] = [];
  for (const topic of topics) {
    const decoder = decoders.get(topic.name);
    const latest = (registered.byTopic.get(topic.name) ?? []).filter(({ side }) => side === 'value').map(({ versions }) => versions.at(-1)!.id);
    const isDecoded = expected.certain.has(topic.name) || (decoder !== undefined && (decoder.framedValues > 0 || latest.length > 0));
    const native = isDecoded ? expected.formats.get(topic.name) : undefined;
    const known = isDecoded ? await knownFields(formats, native, decoder, latest, signal) : undefined;
    if (isDecoded) warnings.push(...(decoder?.warnings() ?? []));
    tables.push(isDecoded ? tableOf(topic, native, known) : unwrapped(topic));
  }
  for (const topic of denied) tables.push(tableOf(topic, undefined, undefined));
  const lacking = expected.failure ?? registered.failure;
  return { facts: { version: cluster.version, clusterId: metadata.clusterId }, tables, warnings: warnings.map((warning) => `${service}: ${warning}`), ...(lacking && { lacking }) };

  /** As it is, or as the payloads where all of its sample are envelopes of Kafka Connect. */
  function unwrapped(topic: TopicMetadata): Table {
    const envelope = envelopes.get(topic.name);
    const isWrapped = (side: 'key' | 'value') => envelope?.isWrapped(side) === true && formats.configured(settings.nameOf(topic.name), side) === undefined;
    const [key, value] = [isWrapped('key'), isWrapped('value')];
    if (envelope === undefined || !(key || value)) return tableOf(topic, undefined, undefined);
    const native: TopicFormats = { ...(key && { key: { kind: 'connect' } }), ...(value && { value: { kind: 'connect' } }) };
    return value ? tableOf(topic, native, envelope.fields, envelope.unwrapped) : tableOf(topic, native, undefined);
  }

  function tableOf(topic: TopicMetadata, formatted: TopicFormats | undefined, known: ReadonlyMap<string, KnownField> | undefined, sample = samples.get(topic.name)): Table {
    if (sample && sample.notJson > 0 && sample.objects > 0) warnings.push(`${topic.name}: ${sample.notJson} of ${sample.messages} sampled messages are no JSON`);
    const own = parts.filter((part) => part.topic === topic.name);
    const native: TopicTable = {
      topic: topic.name,
      partitions: topic.partitions.length,
      timestampType: policies.get(topic.name)?.timestampType ?? 'CreateTime',
      ...(settings.timestampSlack !== undefined && { timestampSlack: settings.timestampSlack }),
      // Keys are spread by their bytes, which can't be told from what they say.
      ...(settings.partitioner && formatted?.key === undefined && { partitioner: settings.partitioner }),
      ...(formatted && { formats: formatted }),
    };
    return {
      service,
      name: distinct(settings.nameOf(topic.name), taken),
      kind: 'topic',
      columns: columnsOf(topic.name, sample, settings, warnings, known, formatted?.value?.kind === 'connect' && formatted.key === undefined),
      ...(topic.error === 0 && { rows: { count: messagesIn(own), exact: false } }),
      ...(policies.get(topic.name)?.isCompacted === true && { compacted: true as const }),
      sampled: sample?.messages ?? 0,
      ...(registered.byTopic.has(topic.name) && { registered: registered.byTopic.get(topic.name)! }),
      native,
    };
  }
}

/** Offsets count transaction markers and what compaction removed, so it is an estimate. */
function messagesIn(parts: readonly PartitionExtent[]): number {
  return parts.reduce((sum, { start, end }) => sum + end - start, 0);
}

interface Policy {
  readonly timestampType: TopicTable['timestampType'];
  readonly isCompacted: boolean;
}

async function policiesOf(cluster: Cluster, broker: number, topics: readonly TopicMetadata[], signal: AbortSignal): Promise<Map<string, Policy>> {
  if (topics.length === 0) return new Map();
  const [time, cleanup] = ['message.timestamp.type', 'cleanup.policy'];
  const found = await cluster.request(broker, describeConfigs, { topics: topics.map((topic) => topic.name), names: [time, cleanup] }, signal);
  // Without the right DESCRIBE_CONFIGS a topic counts as CreateTime, which promises less; that it is compacted, its offsets show.
  return new Map(
    found.filter(({ error }) => error === 0).map(({ topic, values }) => [topic, { timestampType: values[time] === 'LogAppendTime' ? 'LogAppendTime' : 'CreateTime', isCompacted: (values[cleanup] ?? '').includes('compact') }]),
  );
}

function columnsOf(topic: string, sample: LogSample | undefined, settings: Settings, warnings: string[], known: ReadonlyMap<string, KnownField> | undefined, hasPlainKeys: boolean): Column[] {
  const declared = settings.types.get(settings.nameOf(topic)) ?? new Map<string, Type>();
  if (known !== undefined) return [...decodedColumns(hasPlainKeys && (sample?.binaryKeys ?? 0) > 0), ...fieldColumns(topic, sample, declared, warnings, known)];
  const isBinary = (part: string, seen: number) => (declared.has(part) ? declared.get(part)!.kind === 'blob' : seen > 0);
  const parts = partColumns(isBinary('_key', sample?.binaryKeys ?? 0), isBinary('_value', sample?.binaryValues ?? 0));
  return [...parts, ...fieldColumns(topic, sample, declared, warnings)];
}
