/**
 * Whether what was written with one Protobuf schema can be read with another: by the numbers, which are all that is on
 * the wire, and by the rules that keep a number from meaning two things (protobuf.dev, "Updating A Message Type").
 */

import type protobuf from 'protobufjs';

export interface ProtoText {
  readonly text: string;
  readonly dependencies: readonly { readonly text: string }[];
}

/** Types that share a form on the wire and keep small values. */
const forms: readonly (readonly string[])[] = [['int32', 'int64', 'uint32', 'uint64', 'bool'], ['sint32', 'sint64'], ['fixed32', 'sfixed32'], ['fixed64', 'sfixed64'], ['string', 'bytes']];

/** @returns what goes wrong, each with its place */
export async function protobufProblems(reader: ProtoText, writer: ProtoText): Promise<string[]> {
  const library = await import('protobufjs');
  const [to, from] = [reader, writer].map((schema) => load(library.default ?? library, schema)) as [protobuf.Root, protobuf.Root];
  const problems: string[] = [];
  const [own, theirs] = [messagesIn(to), messagesIn(from)];
  for (const [name, message] of theirs) {
    const other = own.get(name);
    if (other === undefined) problems.push(`message ${name} is gone`);
    else fields(name, other, message, problems);
  }
  const [ownEnums, theirEnums] = [enumsIn(to), enumsIn(from)];
  for (const [name, one] of theirEnums) {
    const other = ownEnums.get(name);
    if (other === undefined) continue;
    for (const [label, value] of Object.entries(one.values)) {
      const known = Object.entries(other.values).find(([, own]) => own === value)?.[0];
      if (known === undefined && !isReserved(other.reserved, value)) problems.push(`${name}.${label}: its number ${value} is gone and not reserved`);
      else if (known !== undefined && known !== label) problems.push(`${name}: the number ${value} meant ${label} and means ${known}`);
    }
  }
  return [...new Set(problems)];
}

function load({ parse, Root }: typeof protobuf, { text, dependencies }: ProtoText): protobuf.Root {
  const root = new Root();
  for (const source of [...dependencies.map((one) => one.text), text]) parse(source, root, { keepCase: true });
  return root;
}

function fields(name: string, to: protobuf.Type, from: protobuf.Type, problems: string[]): void {
  const own = new Map(to.fieldsArray.map((field) => [field.id, field]));
  for (const field of from.fieldsArray) {
    const other = own.get(field.id);
    const at = `${name}.${field.name}`;
    if (other === undefined) {
      const moved = to.fieldsArray.find((one) => one.name === field.name);
      if (moved !== undefined) problems.push(`${at} had the number ${field.id} and has ${moved.id}`);
      else if (!isReserved(to.reserved, field.id)) problems.push(`${at} is gone and its number ${field.id} is not reserved`);
      continue;
    }
    if (other.name !== field.name) problems.push(`${name}: the number ${field.id} meant ${field.name} and means ${other.name}`);
    if (!sameForm(other.type, field.type)) problems.push(`${at}: ${field.type} was written, ${other.type} is read`);
    if (other.repeated !== field.repeated) problems.push(`${at}: ${field.repeated ? 'many values were written, one is read' : 'one value was written, many are read'}`);
    if (isMap(other) !== isMap(field)) problems.push(`${at}: a map on one side alone`);
    if (other.required && !field.required) problems.push(`${at} may be absent and is required`);
  }
  for (const field of to.fieldsArray) if (field.required && !from.fieldsArray.some(({ id }) => id === field.id)) problems.push(`${name}.${field.name} was not written and is required`);
}

function isMap(field: protobuf.Field): boolean {
  return 'keyType' in field;
}

function sameForm(to: string, from: string): boolean {
  // Messages and enums by their names, whatever package they are named with.
  return to === from || to.split('.').at(-1) === from.split('.').at(-1) || forms.some((form) => form.includes(to) && form.includes(from));
}

function isReserved(reserved: readonly (readonly number[] | string)[] | undefined, id: number): boolean {
  return (reserved ?? []).some((range) => typeof range !== 'string' && id >= range[0]! && id <= range[1]!);
}

function messagesIn(root: protobuf.NamespaceBase, path = ''): Map<string, protobuf.Type> {
  return within(root, path, (one): one is protobuf.Type => 'fieldsArray' in one);
}

function enumsIn(root: protobuf.NamespaceBase, path = ''): Map<string, protobuf.Enum> {
  return within(root, path, (one): one is protobuf.Enum => 'valuesById' in one);
}

function within<T extends protobuf.ReflectionObject>(root: protobuf.NamespaceBase, path: string, is: (one: protobuf.ReflectionObject) => one is T): Map<string, T> {
  const found = new Map<string, T>();
  for (const one of root.nestedArray) {
    const name = path === '' ? one.name : `${path}.${one.name}`;
    if (is(one)) found.set(name, one);
    if ('nestedArray' in one) for (const [inner, value] of within(one as protobuf.NamespaceBase, name, is)) found.set(inner, value);
  }
  return found;
}
