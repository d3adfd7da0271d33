/** Protobuf schemas, .proto text or a compiled descriptor set, by protobufjs; loaded when the first one is met. */

import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type protobuf from 'protobufjs';
import { Undecodable } from './contract.js';

export interface ProtobufSchema {
  /** Everything that was parsed, imports included. */
  readonly root: protobuf.Root;
  /** Messages of the file itself in their order, each with those inside it: what message indexes count. */
  readonly messages: readonly MessageName[];
  /** All text that a name could stand in. */
  readonly text: string;
}

export interface MessageName {
  /** With its package. */
  readonly name: string;
  readonly nested: readonly MessageName[];
}

type Protobuf = typeof protobuf;
let loaded: Promise<Protobuf> | undefined;

async function library(): Promise<Protobuf> {
  loaded ??= import('protobufjs').then((module) => module.default);
  return loaded;
}

const parsing = { keepCase: true } as const;

/** @param dependencies files by the names that imports use */
export async function parseProtobuf(text: string, dependencies: readonly { readonly name: string; readonly text: string }[]): Promise<ProtobufSchema> {
  const pb = await library();
  const root = new pb.Root();
  try {
    const imports = [...dependencies.map((dependency) => dependency.text), text].flatMap((file) => pb.parse(file, root, parsing).imports ?? []);
    const given = new Set(dependencies.map(({ name }) => name));
    for (const name of new Set(imports)) {
      const common = given.has(name) ? null : pb.common.get(name);
      if (common?.nested !== undefined) root.addJSON(common.nested);
    }
    resolveFeatures(root);
    // Alone, so that nothing but its own messages is counted.
    const own = pb.parse(text, new pb.Root(), parsing);
    const namespace = own.package === undefined ? own.root : own.root.lookup(own.package);
    return { root, messages: namespace instanceof pb.Namespace ? messagesIn(pb, namespace) : [], text: [text, ...dependencies.map((dependency) => dependency.text)].join('\n') };
  } catch (error) {
    throw new Undecodable(`the schema is no Protobuf schema: ${error instanceof RangeError ? 'it is nested too deeply' : (error as Error).message.slice(0, 200)}`);
  }
}

/** Whether presence can be told, lists are packed and so on, by each file's syntax. */
function resolveFeatures(root: protobuf.Root): void {
  // Options of somebody's own, whose file is not there, say nothing of messages.
  (root as unknown as { readonly deferred: unknown[] }).deferred.length = 0;
  try {
    root.resolveAll();
  } catch {
    // A type that is missing matters only to the messages that use it, which say so.
  }
}

/** A file of the configuration: .proto with its imports beside it or above, or a FileDescriptorSet (protoc -o). */
export async function readProtobufFile(path: string): Promise<ProtobufSchema> {
  const bytes = await readFile(path);
  if (path.endsWith('.proto')) {
    const dependencies = new Map<string, string>();
    await importsOf(bytes.toString('utf8'), dirname(path), dependencies);
    return parseProtobuf(bytes.toString('utf8'), [...dependencies].map(([name, text]) => ({ name, text })));
  }
  const pb = await library();
  // Adds what reads descriptors to the library.
  await import('protobufjs/ext/descriptor.js');
  try {
    const root = pb.Root.fromDescriptor(bytes, { keepCase: true });
    resolveFeatures(root);
    return { root, messages: messagesIn(pb, root, true), text: JSON.stringify(root.toJSON()) };
  } catch (error) {
    throw new Undecodable(`${path} is no compiled descriptor set: ${(error as Error).message.slice(0, 200)}`);
  }
}

const maxFiles = 200;

/** Those that others use come first. */
async function importsOf(text: string, folder: string, found: Map<string, string>): Promise<void> {
  const pb = await library();
  for (const name of pb.parse(text, new pb.Root(), parsing).imports ?? []) {
    if (found.has(name) || pb.common.get(name) !== null || found.size >= maxFiles) continue;
    const content = await nearby(name, folder);
    if (content === undefined) continue;
    // Taken before what it imports, lest a circle go on for ever.
    found.set(name, content);
    await importsOf(content, folder, found);
    found.delete(name);
    found.set(name, content);
  }
}

async function nearby(name: string, folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    const content = await readFile(join(at, name), 'utf8').catch(() => undefined);
    if (content !== undefined || at === dirname(at)) return content;
  }
}

/** @param isDeep also those of packages inside */
function messagesIn(pb: Protobuf, namespace: protobuf.NamespaceBase, isDeep = false): MessageName[] {
  return namespace.nestedArray.flatMap((inner): MessageName[] => {
    if (inner instanceof pb.Type) return [{ name: inner.fullName.replace(/^\./, ''), nested: messagesIn(pb, inner) }];
    return isDeep && inner instanceof pb.Namespace ? messagesIn(pb, inner, true) : [];
  });
}
