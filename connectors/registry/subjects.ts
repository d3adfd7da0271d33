/**
 * Which subjects hold the schemas of which topics, with every version. By the names that serializers give them
 * (docs.confluent.io, "Subject name strategy"): TopicNameStrategy `topic-value`, TopicRecordNameStrategy
 * `topic-com.shop.Order`, RecordNameStrategy `com.shop.Order`. The last names no topic: only the schema ids in the
 * topic's messages tell that it is used there.
 */

import { AishellError, type RegisteredSubject, type RegisteredVersion } from '../contract.js';
import type { SchemaRegistry } from './index.js';

export interface TopicSchemas {
  readonly topic: string;
  /** Ids that its messages were seen to begin with. */
  readonly ids: { readonly key: readonly number[]; readonly value: readonly number[] };
}

export interface FoundSubjects {
  /** By topic; none where it has no subject. */
  readonly byTopic: ReadonlyMap<string, readonly RegisteredSubject[]>;
  readonly warnings: readonly string[];
}

type Side = 'key' | 'value';

const topicsAtOnce = 8;
/** The newest versions of a subject that are read. */
const mostVersions = 100;
/** Characters of schemas that are kept for one service. */
const mostCharacters = 32 * 1024 * 1024;

/** The subjects of each topic by TopicRecordNameStrategy: those of the longest topic whose name they begin with. */
export function recordSubjects(topics: readonly string[], subjects: readonly string[]): Map<string, string[]> {
  const known = new Set(topics);
  const found = new Map<string, string[]>();
  for (const subject of subjects) {
    // By TopicNameStrategy it belongs to a topic, though perhaps to one that is not shown.
    if (/-(key|value)$/.test(subject)) continue;
    for (let dash = subject.lastIndexOf('-'); dash > 0; dash = subject.lastIndexOf('-', dash - 1)) {
      const topic = subject.slice(0, dash);
      if (!known.has(topic)) continue;
      // A full name, as Avro and Protobuf write them.
      if (/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(subject.slice(dash + 1))) found.set(topic, [...(found.get(topic) ?? []), subject]);
      break;
    }
  }
  return found;
}

/** @param subjects all that the registry has */
export async function registeredSubjects(registry: SchemaRegistry, topics: readonly TopicSchemas[], subjects: readonly string[], signal: AbortSignal): Promise<FoundSubjects> {
  const all = new Set(subjects);
  const names = new Set(topics.map(({ topic }) => topic));
  const byRecord = recordSubjects([...names], subjects);
  const byTopic = new Map<string, readonly RegisteredSubject[]>();
  const warnings: string[] = [];
  let characters = 0;

  const read = async (subject: string, side: Side): Promise<RegisteredSubject | undefined> => {
    const numbers = await registry.versions(subject, signal);
    if (numbers.length > mostVersions) warnings.push(`${subject}: the newest ${mostVersions} of ${numbers.length} versions are looked at`);
    const versions: RegisteredVersion[] = [];
    let type: RegisteredSubject['type'] | undefined;
    for (const number of numbers.slice(-mostVersions)) {
      try {
        const found = await registry.version(subject, number, signal);
        // It was removed meanwhile.
        if (found === undefined) continue;
        const { text, dependencies } = await registry.resolve(found, signal);
        characters += [text, ...dependencies.map((one) => one.text)].reduce((sum, one) => sum + one.length, 0);
        if (characters > mostCharacters) throw new AishellError('source.value', `${subject}, version ${number}: the schemas together have more than ${mostCharacters} characters`, 'Name fewer `topics`.');
        type = found.type;
        versions.push({ version: number, id: found.id, schema: { text, dependencies } });
      } catch (error) {
        // One that can't be used spoils no other.
        if (!(error instanceof AishellError) || error.code !== 'source.value') throw error;
        warnings.push(`${subject}, version ${number} is left out: ${error.message}`);
      }
    }
    return type === undefined ? undefined : { subject, side, type, level: await registry.level(subject, signal), versions };
  };

  const ofSide = async ({ topic, ids }: TopicSchemas, side: Side): Promise<string[]> => {
    const named = [...(all.has(`${topic}-${side}`) ? [`${topic}-${side}`] : []), ...(side === 'value' ? (byRecord.get(topic) ?? []) : [])];
    if (named.length > 0) return named;
    const used = await Promise.all(ids[side].map((id) => registry.subjectsOf(id, signal)));
    const isOfOther = (subject: string) => /-(key|value)$/.test(subject) && names.has(subject.replace(/-(key|value)$/, ''));
    return [...new Set(used.flat())].filter((subject) => !isOfOther(subject)).toSorted();
  };

  for (let start = 0; start < topics.length; start += topicsAtOnce) {
    await Promise.all(
      topics.slice(start, start + topicsAtOnce).map(async (topic) => {
        const found: RegisteredSubject[] = [];
        for (const side of ['key', 'value'] as const) {
          for (const subject of await ofSide(topic, side)) {
            const one = await read(subject, side);
            if (one !== undefined) found.push(one);
          }
        }
        if (found.length > 0) byTopic.set(topic.topic, found);
      }),
    );
  }
  return { byTopic, warnings };
}
