/**
 * A client of schema registries that speak Confluent's REST API: Confluent's own, Apicurio (under /apis/ccompat/v7),
 * Karapace, Redpanda. Reads subjects, versions and schemas, and asks whether a schema would be compatible; it can
 * register, change or delete nothing. docs.confluent.io/platform/current/schema-registry/develop/api.html
 *
 * settings.ts reads `registry:` of a service, http.ts asks. What can't be had is an AishellError that names the service;
 * what the registry does not hold is undefined. Schemas are kept by id, since an id never changes its meaning.
 */

import { AishellError, type ServiceConfig } from '../contract.js';
import { RegistryHttp, type Answer } from './http.js';
import { registrySettings, type RegistrySettings } from './settings.js';

export { registrySchema, registrySettings } from './settings.js';
export type { RegistrySettings } from './settings.js';

export type SchemaType = 'AVRO' | 'PROTOBUF' | 'JSON';

/** Another schema that this one uses, as its text names it: an Avro full name, an import, a $ref. */
export interface Reference {
  readonly name: string;
  readonly subject: string;
  readonly version: number;
}

export interface Schema {
  readonly type: SchemaType;
  /** Avro and JSON Schema as JSON text, Protobuf as a .proto file. */
  readonly text: string;
  readonly references: readonly Reference[];
}

export interface SubjectVersion extends Schema {
  readonly subject: string;
  readonly version: number;
  readonly id: number;
}

/** A schema with all that it refers to, directly or not: what stands first is used by what follows. */
export interface ResolvedSchema {
  readonly type: SchemaType;
  readonly text: string;
  readonly dependencies: readonly { readonly name: string; readonly text: string }[];
}

export interface Compatibility {
  readonly isCompatible: boolean;
  /** The registry's own reasons, if it gives any. */
  readonly messages: readonly string[];
}

/** Bounds against hostile or broken registries. */
const maxSchemaChars = 2 * 1024 * 1024;
const maxDependencies = 200;

export class SchemaRegistry {
  readonly #http: RegistryHttp;
  readonly #byId = new Map<number, Promise<ResolvedSchema | undefined>>();

  constructor(
    readonly settings: RegistrySettings,
    timeoutMs: number,
  ) {
    this.#http = new RegistryHttp(settings, timeoutMs);
  }

  /** undefined: the service names no registry. Connects to nothing yet. */
  static of(service: ServiceConfig, timeoutMs: number): SchemaRegistry | undefined {
    const settings = registrySettings(service);
    return settings && new SchemaRegistry(settings, timeoutMs);
  }

  /** All subjects, sorted. */
  async subjects(signal: AbortSignal): Promise<string[]> {
    return strings(await this.#http.ask('/subjects', signal), this.#garbled('subjects')).toSorted();
  }

  /** Version numbers of a subject, ascending; none when there is no such subject. */
  async versions(subject: string, signal: AbortSignal): Promise<number[]> {
    const answer = await this.#http.ask(`/subjects/${encodeURIComponent(subject)}/versions`, signal);
    if (answer.status === 404) return [];
    const { body } = answer;
    if (answer.status !== 200 || !Array.isArray(body) || !body.every((n) => Number.isSafeInteger(n))) throw this.#garbled(`versions of ${subject}`)(answer);
    return (body as number[]).toSorted((a, b) => a - b);
  }

  /** undefined: there is no such subject or version. */
  async version(subject: string, version: number | 'latest', signal: AbortSignal): Promise<SubjectVersion | undefined> {
    const answer = await this.#http.ask(`/subjects/${encodeURIComponent(subject)}/versions/${version}`, signal);
    if (answer.status === 404) return undefined;
    const schema = this.#schema(answer, `${subject}, version ${version}`);
    const { id, version: number } = answer.body as { readonly id?: unknown; readonly version?: unknown };
    if (!Number.isSafeInteger(id) || !Number.isSafeInteger(number)) throw this.#garbled(`${subject}, version ${version}`)(answer);
    return { ...schema, subject, id: id as number, version: number as number };
  }

  /** The schema of an id with all that it refers to; undefined: there is none. Asked once for each id that there is. */
  byId(id: number, signal: AbortSignal): Promise<ResolvedSchema | undefined> {
    const known = this.#byId.get(id);
    if (known !== undefined) {
      // Whoever asked first may have been cancelled; that is no answer for others.
      return known.catch((error: unknown) => {
        if (signal.aborted || !(error instanceof AishellError) || error.code !== 'cancelled') throw error;
        return this.byId(id, signal);
      });
    }
    const asking = this.#fetch(id, signal);
    this.#byId.set(id, asking);
    // What failed, or is not there yet, may be there next time.
    asking.then((schema) => schema ?? this.#byId.delete(id), () => this.#byId.delete(id));
    return asking;
  }

  /** Subjects under which the schema of an id is registered; none where the registry can't tell (before Confluent's 5.5). */
  async subjectsOf(id: number, signal: AbortSignal): Promise<string[]> {
    const { status, body } = await this.#http.ask(`/schemas/ids/${id}/versions`, signal);
    if (status !== 200 || !Array.isArray(body)) return [];
    const named = body.map((entry: unknown) => (entry as { readonly subject?: unknown } | null)?.subject);
    return [...new Set(named.filter((subject) => typeof subject === 'string'))].toSorted();
  }

  /** With all that it refers to, directly or not. */
  async resolve(schema: Schema, signal: AbortSignal): Promise<ResolvedSchema> {
    const dependencies = new Map<string, { readonly name: string; readonly text: string }>();
    const open = new Set<string>();
    const visit = async (references: readonly Reference[]): Promise<void> => {
      for (const { name, subject, version } of references) {
        const key = `${subject} ${version}`;
        const what = `${subject}, version ${version}`;
        if (open.has(key)) throw this.#refused(`${what} refers to itself`);
        if (dependencies.has(name)) continue;
        if (dependencies.size + open.size >= maxDependencies) throw this.#refused(`a schema refers to more than ${maxDependencies} others`);
        const found = await this.version(subject, version, signal);
        if (found === undefined) throw this.#refused(`${what} is referred to and does not exist`);
        open.add(key);
        await visit(found.references);
        open.delete(key);
        dependencies.set(name, { name, text: found.text });
      }
    };
    await visit(schema.references);
    return { type: schema.type, text: schema.text, dependencies: [...dependencies.values()] };
  }

  /** BACKWARD, FULL_TRANSITIVE, NONE and so on: the subject's own rule, or the registry's. */
  async level(subject: string, signal: AbortSignal): Promise<string> {
    const answer = await this.#http.ask(`/config/${encodeURIComponent(subject)}?defaultToGlobal=true`, signal);
    const level = answer.status === 404 ? undefined : (answer.body as { readonly compatibilityLevel?: unknown } | null)?.compatibilityLevel;
    if (typeof level === 'string') return level;
    const all = await this.#http.ask('/config', signal);
    const global = (all.body as { readonly compatibilityLevel?: unknown } | null)?.compatibilityLevel;
    if (typeof global !== 'string') throw this.#garbled('its configuration')(all);
    return global;
  }

  /**
   * Would the schema be accepted as the subject's next version, by the subject's own rule? undefined: there is no such
   * subject or version to compare with. A schema that is none is not compatible, with the registry's reason.
   */
  async compatibility(subject: string, candidate: Schema, version: number | 'latest', signal: AbortSignal): Promise<Compatibility | undefined> {
    const { type, text, references } = candidate;
    const body = { schema: text, ...(type !== 'AVRO' && { schemaType: type }), ...(references.length > 0 && { references }) };
    const answer = await this.#http.ask(`/compatibility/subjects/${encodeURIComponent(subject)}/versions/${version}?verbose=true`, signal, body);
    if (answer.status === 404) return undefined;
    const { is_compatible: isCompatible, messages, message } = (answer.body ?? {}) as { readonly is_compatible?: unknown; readonly messages?: unknown; readonly message?: unknown };
    if (answer.status === 422) return { isCompatible: false, messages: [String(message)] };
    if (typeof isCompatible !== 'boolean') throw this.#garbled(`compatibility with ${subject}`)(answer);
    return { isCompatible, messages: Array.isArray(messages) ? messages.map(String) : [] };
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  async #fetch(id: number, signal: AbortSignal): Promise<ResolvedSchema | undefined> {
    const answer = await this.#http.ask(`/schemas/ids/${id}`, signal);
    return answer.status === 404 ? undefined : this.resolve(this.#schema(answer, `schema ${id}`), signal);
  }

  #schema(answer: Answer, what: string): Schema {
    const { schema, schemaType = 'AVRO', references = [] } = (answer.body ?? {}) as { readonly schema?: unknown; readonly schemaType?: unknown; readonly references?: unknown };
    if (answer.status !== 200 || typeof schema !== 'string' || !Array.isArray(references)) throw this.#garbled(what)(answer);
    if (schemaType !== 'AVRO' && schemaType !== 'PROTOBUF' && schemaType !== 'JSON') throw this.#refused(`${what} is of the unknown type ${String(schemaType)}`);
    if (schema.length > maxSchemaChars) throw this.#refused(`${what} has ${schema.length} characters; ${maxSchemaChars} are read at most`);
    const named = references.map((reference: unknown): Reference => {
      const { name, subject, version } = (reference ?? {}) as Partial<Reference>;
      if (typeof name !== 'string' || typeof subject !== 'string' || !Number.isSafeInteger(version)) throw this.#garbled(what)(answer);
      return { name, subject, version: version! };
    });
    return { type: schemaType, text: schema, references: named };
  }

  /** A schema that can't be used, as against a registry that can't be asked: its code is source.value. */
  #refused(what: string): AishellError {
    return new AishellError('source.value', `${this.settings.service}: the schema registry's ${what}`.replace("registry's a ", "registry: a "), 'Look at the subject in the registry.', { service: this.settings.service });
  }

  #garbled(what: string): (answer: Answer) => AishellError {
    const { service, urls } = this.settings;
    return ({ status, body }) => {
      const message = typeof body === 'object' && body !== null && 'message' in body ? `: ${String(body.message).slice(0, 300)}` : '';
      return new AishellError('source.failed', `${service}: the schema registry ${urls[0]} gave no usable answer for ${what} (status ${status})${message}`, 'Check registry.url: Apicurio has this API under /apis/ccompat/v7.', { service });
    };
  }
}

function strings(answer: Answer, garbled: (answer: Answer) => AishellError): string[] {
  const { status, body } = answer;
  if (status !== 200 || !Array.isArray(body) || !body.every((item) => typeof item === 'string')) throw garbled(answer);
  return body as string[];
}
