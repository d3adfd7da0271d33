/** Whether a reader with one Avro schema can read what was written with another: Avro 1.12, "Schema Resolution". */

type Avro = string | readonly Avro[] | { readonly [key: string]: unknown };

interface Names {
  readonly named: Map<string, Definition>;
}

interface Definition {
  readonly schema: { readonly [key: string]: unknown };
  readonly namespace: string;
}

/** Promotions of the specification: what the writer's type may be read as. */
const promotions: Readonly<Record<string, readonly string[]>> = { int: ['long', 'float', 'double'], long: ['float', 'double'], float: ['double'], string: ['bytes'], bytes: ['string'] };

export interface AvroText {
  readonly text: string;
  readonly dependencies: readonly { readonly text: string }[];
}

/** @returns what goes wrong, each with its place; none: everything written can be read */
export function avroProblems(reader: AvroText, writer: AvroText): string[] {
  const [own, theirs] = [reader, writer].map(load);
  const problems: string[] = [];
  const seen = new Set<string>();
  check(own!.root, own!.names, '', theirs!.root, theirs!.names, '', '', problems, seen);
  return [...new Set(problems)];
}

function load({ text, dependencies }: AvroText): { root: Avro; names: Names } {
  const names: Names = { named: new Map() };
  for (const dependency of dependencies) collect(JSON.parse(dependency.text) as Avro, '', names);
  const root = JSON.parse(text) as Avro;
  collect(root, '', names);
  return { root, names };
}

function collect(schema: Avro, namespace: string, names: Names): void {
  if (typeof schema === 'string') return;
  if (isUnion(schema)) return schema.forEach((branch) => collect(branch, namespace, names));
  const type = schema['type'];
  if (typeof type === 'object' && type !== null) return collect(type as Avro, namespace, names);
  if (type === 'array') return collect(schema['items'] as Avro, namespace, names);
  if (type === 'map') return collect(schema['values'] as Avro, namespace, names);
  if (type !== 'record' && type !== 'error' && type !== 'enum' && type !== 'fixed') return;
  const name = fullName(schema, namespace);
  const inner = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : '';
  names.named.set(name, { schema, namespace: inner });
  for (const field of (schema['fields'] ?? []) as readonly { readonly type: Avro }[]) collect(field.type, inner, names);
}

function isUnion(schema: Avro): schema is readonly Avro[] {
  return Array.isArray(schema);
}

function fullName(schema: { readonly [key: string]: unknown }, namespace: string): string {
  const name = String(schema['name']);
  const space = typeof schema['namespace'] === 'string' ? schema['namespace'] : namespace;
  return name.includes('.') || space === '' ? name : `${space}.${name}`;
}

interface Resolved {
  readonly type: string;
  readonly schema: { readonly [key: string]: unknown };
  readonly namespace: string;
  readonly union?: readonly Avro[];
}

function resolve(schema: Avro, names: Names, namespace: string): Resolved {
  if (isUnion(schema)) return { type: 'union', schema: {}, namespace, union: schema };
  if (typeof schema === 'string') {
    const found = names.named.get(schema) ?? names.named.get(`${namespace}.${schema}`);
    return found === undefined ? { type: schema, schema: {}, namespace } : { type: String(found.schema['type']), schema: found.schema, namespace: found.namespace };
  }
  const type = schema['type'];
  if (typeof type === 'object' && type !== null) return resolve(type as Avro, names, namespace);
  const found = typeof schema['name'] === 'string' ? names.named.get(fullName(schema, namespace)) : undefined;
  if (found !== undefined) return { type: String(type), schema, namespace: found.namespace };
  return typeof type === 'string' && names.named.has(type) ? resolve(type, names, namespace) : { type: String(type), schema, namespace };
}

function check(reader: Avro, own: Names, ownSpace: string, writer: Avro, theirs: Names, theirSpace: string, path: string, problems: string[], seen: Set<string>): void {
  const [to, from] = [resolve(reader, own, ownSpace), resolve(writer, theirs, theirSpace)];
  const at = path === '' ? 'the schema' : path;
  const inner = (a: Avro, b: Avro, place: string, into = problems) => check(a, own, to.namespace, b, theirs, from.namespace, place, into, seen);
  if (from.union !== undefined) {
    // Whatever the writer may have chosen has to be readable.
    for (const branch of from.union) check(reader, own, ownSpace, branch, theirs, from.namespace, path, problems, seen);
    return;
  }
  if (to.union !== undefined) {
    const fits = to.union.some((branch) => {
      const found: string[] = [];
      check(branch, own, to.namespace, writer, theirs, theirSpace, path, found, new Set(seen));
      return found.length === 0;
    });
    if (!fits) problems.push(`${at}: ${nameOf(from)} was written, and no branch of the union reads it`);
    return;
  }
  if (to.type !== from.type) {
    if (promotions[from.type]?.includes(to.type) !== true) problems.push(`${at}: ${nameOf(from)} was written, ${nameOf(to)} is read`);
    return;
  }
  switch (to.type) {
    case 'array':
      return inner(to.schema['items'] as Avro, from.schema['items'] as Avro, `${path}[]`);
    case 'map':
      return inner(to.schema['values'] as Avro, from.schema['values'] as Avro, `${path}{}`);
    case 'fixed':
      if (!sameName(to, from)) problems.push(`${at}: ${nameOf(from)} is read as ${nameOf(to)}`);
      if (to.schema['size'] !== from.schema['size']) problems.push(`${at}: ${String(from.schema['size'])} bytes were written, ${String(to.schema['size'])} are read`);
      return;
    case 'enum': {
      if (!sameName(to, from)) problems.push(`${at}: ${nameOf(from)} is read as ${nameOf(to)}`);
      const known = to.schema['symbols'] as readonly string[];
      const unknown = (from.schema['symbols'] as readonly string[]).filter((symbol) => !known.includes(symbol));
      if (unknown.length > 0 && to.schema['default'] === undefined) problems.push(`${at}: ${unknown.join(', ')} may have been written and ${unknown.length === 1 ? 'is' : 'are'} not known`);
      return;
    }
    case 'record':
    case 'error': {
      if (!sameName(to, from)) problems.push(`${at}: ${nameOf(from)} is read as ${nameOf(to)}`);
      const pair = `${fullName(to.schema, to.namespace)} ${fullName(from.schema, from.namespace)}`;
      if (seen.has(pair)) return;
      seen.add(pair);
      const written = (from.schema['fields'] ?? []) as readonly Field[];
      for (const field of (to.schema['fields'] ?? []) as readonly Field[]) {
        const place = path === '' ? field.name : `${path}.${field.name}`;
        const source = written.find(({ name }) => name === field.name) ?? written.find(({ name }) => field.aliases?.includes(name) === true);
        if (source === undefined) {
          if (!('default' in field)) problems.push(`${place} was not written and has no default`);
        } else inner(field.type, source.type, place);
      }
    }
  }
}

interface Field {
  readonly name: string;
  readonly type: Avro;
  readonly aliases?: readonly string[];
  readonly default?: unknown;
}

/** The unqualified names are equal, or an alias of the reader's is the writer's full name. */
function sameName(to: Resolved, from: Resolved): boolean {
  const last = (name: unknown) => String(name).split('.').at(-1);
  const aliases = (to.schema['aliases'] ?? []) as readonly string[];
  const full = fullName(from.schema, from.namespace);
  return last(to.schema['name']) === last(from.schema['name']) || aliases.some((alias) => (alias.includes('.') || to.namespace === '' ? alias : `${to.namespace}.${alias}`) === full);
}

function nameOf({ type, schema }: Resolved): string {
  return typeof schema['name'] === 'string' ? `${type} ${schema['name']}` : type;
}
