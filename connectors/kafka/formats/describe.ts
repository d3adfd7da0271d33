/** Which topics have to be decoded, and the fields that their schemas say they have. */

import { AishellError, types, type StructField, type Type } from '../../contract.js';
import { sameType } from '../../contract.js';
import type { KnownField } from '../../log/sample.js';
import { registeredSubjects, type FoundSubjects } from '../../registry/subjects.js';
import type { Formats, SideNative, TopicFormats } from './index.js';
import type { Side } from './settings.js';
import { usable, type TopicDecoder } from './topic.js';

/** What the registry and the configuration say of topics before their messages are looked at. */
export interface Expected {
  /** By the topic's full name. Where there is a registry, any value may be framed. */
  readonly formats: ReadonlyMap<string, TopicFormats>;
  /** Topics that a subject or the configuration names; others count only if the sample shows framed messages. */
  readonly certain: ReadonlySet<string>;
  /** All that the registry has. */
  readonly subjects: readonly string[];
  readonly warnings: readonly string[];
  /** Why the registry could not be asked. */
  readonly failure?: AishellError;
}

export async function expectedFormats(formats: Formats, topics: readonly { readonly topic: string; readonly name: string }[], signal: AbortSignal): Promise<Expected> {
  const { registry } = formats;
  const failures: AishellError[] = [];
  const all = registry === undefined ? [] : await registry.subjects(signal).catch((error: unknown) => told(error, failures));
  const subjects = new Set(all);
  const found = new Map<string, TopicFormats>();
  const certain = new Set<string>();
  await Promise.all(
    topics.map(async ({ topic, name }) => {
      const side = async (which: Side): Promise<SideNative | undefined> => {
        const configured = formats.configured(name, which);
        if (configured !== undefined && configured.kind !== 'registry') return { kind: configured.kind };
        // TopicNameStrategy, the serializers' default.
        const subject = `${topic}-${which}`;
        const reader = subjects.has(subject) ? await registry!.version(subject, 'latest', signal).catch((error: unknown) => void told(error, failures)) : undefined;
        if (configured !== undefined || reader !== undefined) return { kind: 'registry', ...(reader && { reader: reader.id }) };
        // A number as a key begins with zeros too.
        return registry !== undefined && which === 'value' ? { kind: 'registry' } : undefined;
      };
      const [key, value] = await Promise.all([side('key'), side('value')]);
      const isTold = (native: SideNative | undefined) => native?.reader !== undefined || (native !== undefined && native.kind !== 'registry' && native.kind !== 'json');
      if (isTold(key) || isTold(value)) certain.add(topic);
      if (key !== undefined || value !== undefined) found.set(topic, { ...(key && { key }), ...(value && { value }) });
    }),
  );
  const warnings = [...new Set(failures.map(({ message }) => `${message}; until it answers, fields are found in JSON messages alone`))];
  const failure = failures.find(({ code }) => code !== 'source.value');
  return { formats: found, certain, subjects: all, warnings, ...(failure && { failure }) };
}

function told(error: unknown, failures: AishellError[]): readonly string[] {
  if (!(error instanceof AishellError) || error.kind !== 'source') throw error;
  failures.push(error);
  return [];
}

/**
 * The subjects of each topic with all their versions.
 * @param decoders what the sampled messages were decoded by
 */
export async function subjectsOfTopics(formats: Formats, expected: Expected, topics: readonly string[], decoders: ReadonlyMap<string, TopicDecoder>, signal: AbortSignal): Promise<FoundSubjects & Pick<Expected, 'failure'>> {
  const { registry } = formats;
  if (registry === undefined || expected.failure !== undefined) return { byTopic: new Map(), warnings: [] };
  const ids = (topic: string, side: Side) => decoders.get(topic)?.[side]?.ids() ?? [];
  try {
    return await registeredSubjects(registry, topics.map((topic) => ({ topic, ids: { key: ids(topic, 'key'), value: ids(topic, 'value') } })), expected.subjects, signal);
  } catch (error) {
    const failures: AishellError[] = [];
    told(error, failures);
    return { byTopic: new Map(), warnings: failures.map(({ message }) => message), failure: failures[0]! };
  }
}

/**
 * The members of a topic's values, as the schemas say that its messages were met with, and the one they are shown by.
 * @param latest where they are shown by their own: ids of the newest versions of the topic's subjects
 */
export async function knownFields(formats: Formats, native: TopicFormats | undefined, decoder: TopicDecoder | undefined, latest: readonly number[], signal: AbortSignal): Promise<ReadonlyMap<string, KnownField>> {
  const { value } = native ?? {};
  const met = decoder?.value?.met() ?? { schemas: [], decoders: [] };
  const reader = value?.reader === undefined ? undefined : await formats.schema(value.reader, undefined, signal).catch((error: unknown) => ignored(error, signal));
  const newest = value?.reader === undefined ? await Promise.all(latest.map((id) => formats.schema(id, undefined, signal).catch((error: unknown) => ignored(error, signal)))) : [reader];
  const fields = new Map<string, KnownField>();
  const told = newest.filter((schema) => schema !== undefined);
  for (const { fields: own } of [...told.flatMap((schema) => usable(() => schema.inPlaceOf(met.schemas))), ...met.decoders]) {
    for (const field of own) {
      const before = fields.get(field.name);
      fields.set(field.name, before === undefined ? field : { ...before, type: common(before.type, field.type) });
    }
  }
  // Of messages of several kinds none has the fields of all.
  if (told.length > 1) for (const [name, { required: _, ...field }] of fields) fields.set(name, field);
  return fields;
}

/** The same goes for a schema that can't be had. */
function ignored(error: unknown, signal: AbortSignal): undefined {
  if (signal.aborted) throw error;
  return undefined;
}

/** A type that holds what both hold. */
function common(a: Type, b: Type): Type {
  if (sameType(a, b)) return a;
  if (a.kind === 'int' && b.kind === 'int' && a.signed === b.signed) return a.bits > b.bits ? a : b;
  if (a.kind === 'float' && b.kind === 'float') return types.float64;
  if (a.kind === 'list' && b.kind === 'list') {
    const element = common(a.element, b.element);
    return element.kind === 'json' ? types.json : { kind: 'list', element };
  }
  if (a.kind === 'struct' && b.kind === 'struct') {
    const others = new Map(b.fields.map((field) => [field.name, field.type]));
    const both = a.fields.map(({ name, type }): StructField => ({ name, type: others.has(name) ? common(type, others.get(name)!) : type }));
    return { kind: 'struct', fields: [...both, ...b.fields.filter(({ name }) => !a.fields.some((field) => field.name === name))] };
  }
  return types.json;
}
