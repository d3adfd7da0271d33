/** Registers schemas for tests, which the product can't, and removes them. */

import { servers } from './servers.js';

export interface Registration {
  readonly schema: string;
  readonly schemaType?: 'AVRO' | 'PROTOBUF' | 'JSON';
  readonly references?: readonly { readonly name: string; readonly subject: string; readonly version: number }[];
}

/** @returns the schema's id */
export async function register(subject: string, registration: Registration): Promise<number> {
  return ((await ask('POST', `/subjects/${encodeURIComponent(subject)}/versions`, registration)) as { readonly id: number }).id;
}

export async function setLevel(subject: string, compatibility: string): Promise<void> {
  await ask('PUT', `/config/${encodeURIComponent(subject)}`, { compatibility });
}

/** Subjects that others refer to come last. */
export async function removeSubjects(subjects: readonly string[]): Promise<void> {
  for (const subject of subjects) {
    for (const query of ['', '?permanent=true']) {
      await fetch(`${servers.registry}/subjects/${encodeURIComponent(subject)}${query}`, { method: 'DELETE' });
    }
  }
}

async function ask(method: string, path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${servers.registry}${path}`, { method, headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
