/**
 * Whether every document that one JSON Schema admits is admitted by another. Decided keyword by keyword; what can't be
 * decided that way (combinations that differ, patterns that differ) counts as a problem: a schema is compatible only where
 * it is shown to be.
 */

type Json = boolean | { readonly [keyword: string]: unknown };

const maxDepth = 40;

/** @returns what the reader refuses of what the writer's schema admits */
export function jsonSchemaProblems(reader: string, writer: string): string[] {
  const [to, from] = [reader, writer].map((text) => JSON.parse(text) as Json) as [Json, Json];
  const problems: string[] = [];
  admits({ schema: to, root: to }, { schema: from, root: from }, '', problems, 0);
  return [...new Set(problems)];
}

interface Side {
  readonly schema: Json;
  readonly root: Json;
}

function admits(reader: Side, writer: Side, path: string, problems: string[], depth: number): void {
  const [to, from] = [deref(reader), deref(writer)];
  if (depth > maxDepth || to === true || from === false || isEmpty(to)) return;
  const at = path === '' ? 'the document' : path;
  if (to === false) return void problems.push(`${at} is refused`);
  const other: { readonly [keyword: string]: unknown } = from === true ? {} : from;
  const below = (a: unknown, b: unknown, place: string) => admits({ schema: (a ?? true) as Json, root: reader.root }, { schema: (b ?? true) as Json, root: writer.root }, place, problems, depth + 1);
  types(to, other, at, problems);
  values(to, other, at, problems);
  limits(to, other, at, problems);
  combinations(reader, writer, to, other, at, problems, depth);
  const required = (to['required'] ?? []) as readonly string[];
  const given = (other['required'] ?? []) as readonly string[];
  const [own, theirs] = [to, other].map((schema) => (schema['properties'] ?? {}) as Readonly<Record<string, Json>>) as [Readonly<Record<string, Json>>, Readonly<Record<string, Json>>];
  for (const name of required) if (!given.includes(name)) problems.push(`${join(path, name)} may be absent and is required`);
  for (const [name, schema] of Object.entries(theirs)) {
    if (name in own) below(own[name], schema, join(path, name));
    else if (schema !== false && to['additionalProperties'] !== undefined) below(to['additionalProperties'], schema, join(path, name));
  }
  for (const [name, schema] of Object.entries(own)) {
    // A document of the writer's may hold anything under a name that its schema doesn't speak of.
    if (!(name in theirs)) below(schema, other['additionalProperties'] ?? true, join(path, name));
  }
  if (to['additionalProperties'] !== undefined) below(to['additionalProperties'], other['additionalProperties'] ?? true, `${at}, other properties`);
  if (to['items'] !== undefined && !Array.isArray(to['items'])) below(to['items'], other['items'] ?? true, `${path}[]`);
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

function isEmpty(schema: Json): boolean {
  return typeof schema === 'object' && Object.keys(schema).every((keyword) => ['$schema', '$id', 'title', 'description', 'default', 'examples', '$comment', 'definitions', '$defs'].includes(keyword));
}

function deref({ schema, root }: Side): Json {
  let found = schema;
  for (let step = 0; step < 20 && typeof found === 'object' && typeof found['$ref'] === 'string'; step++) {
    const parts = found['$ref'].replace(/^#\/?/, '').split('/').filter((part) => part !== '').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    found = (parts.reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], root) ?? true) as Json;
  }
  return found;
}

function typesOf(schema: { readonly [keyword: string]: unknown }): readonly string[] | undefined {
  const { type } = schema;
  if (type === undefined) return undefined;
  return Array.isArray(type) ? (type as string[]) : [String(type)];
}

function types(to: { readonly [keyword: string]: unknown }, from: { readonly [keyword: string]: unknown }, at: string, problems: string[]): void {
  const [own, theirs] = [typesOf(to), typesOf(from)];
  if (own === undefined) return;
  if (theirs === undefined && (from['enum'] !== undefined || from['const'] !== undefined)) return;
  const refused = (theirs ?? ['any type']).filter((type) => !own.includes(type) && !(type === 'integer' && own.includes('number')));
  if (refused.length > 0) problems.push(`${at} may be ${refused.join(' or ')}, ${own.join(' or ')} is read`);
}

function values(to: { readonly [keyword: string]: unknown }, from: { readonly [keyword: string]: unknown }, at: string, problems: string[]): void {
  const listed = (schema: typeof to) => ('const' in schema ? [schema['const']] : (schema['enum'] as readonly unknown[] | undefined))?.map((value) => JSON.stringify(value));
  const [own, theirs] = [listed(to), listed(from)];
  if (own === undefined) return;
  if (theirs === undefined) return void problems.push(`${at} may hold any value, and only ${own.join(', ')} is known`);
  const unknown = theirs.filter((value) => !own.includes(value));
  if (unknown.length > 0) problems.push(`${at} may hold ${unknown.join(', ')}, which is not known`);
}

const lower = ['minLength', 'minimum', 'exclusiveMinimum', 'minItems', 'minProperties'];
const upper = ['maxLength', 'maximum', 'exclusiveMaximum', 'maxItems', 'maxProperties'];

function limits(to: { readonly [keyword: string]: unknown }, from: { readonly [keyword: string]: unknown }, at: string, problems: string[]): void {
  for (const keyword of [...lower, ...upper]) {
    const [own, theirs] = [to[keyword], from[keyword]];
    if (typeof own !== 'number') continue;
    const fits = typeof theirs === 'number' && (lower.includes(keyword) ? theirs >= own : theirs <= own);
    if (!fits) problems.push(`${at}: ${keyword} is ${own}, and was ${typeof theirs === 'number' ? theirs : 'not there'}`);
  }
  for (const keyword of ['pattern', 'format']) if (to[keyword] !== undefined && to[keyword] !== from[keyword]) problems.push(`${at}: ${keyword} is another`);
  const [own, theirs] = [to['multipleOf'], from['multipleOf']];
  if (typeof own === 'number' && !(typeof theirs === 'number' && Number.isInteger(theirs / own))) problems.push(`${at}: values are no multiples of ${own}`);
  if (to['uniqueItems'] === true && from['uniqueItems'] !== true) problems.push(`${at} may repeat its elements`);
}

/** Of oneOf and anyOf each alternative of the writer's needs one of the reader's; anything else has to be equal. */
function combinations(reader: Side, writer: Side, to: { readonly [keyword: string]: unknown }, from: { readonly [keyword: string]: unknown }, at: string, problems: string[], depth: number): void {
  const fits = (a: Json, b: Json) => {
    const found: string[] = [];
    admits({ schema: a, root: reader.root }, { schema: b, root: writer.root }, '', found, depth + 1);
    return found.length === 0;
  };
  const alternatives = (schema: typeof to) => (schema['oneOf'] ?? schema['anyOf']) as readonly Json[] | undefined;
  const [own, theirs] = [alternatives(to), alternatives(from)];
  if (own !== undefined) {
    const lost = (theirs ?? [from]).filter((b) => !own.some((a) => fits(a, b)));
    if (lost.length > 0) problems.push(`${at}: ${lost.length === 1 ? 'an alternative is' : `${lost.length} alternatives are`} read by none`);
  }
  for (const keyword of ['allOf', 'not', 'if', 'dependencies', 'dependentRequired', 'patternProperties', 'propertyNames', 'contains', 'prefixItems']) {
    if (to[keyword] !== undefined && JSON.stringify(to[keyword]) !== JSON.stringify(from[keyword])) problems.push(`${at}: ${keyword} is another`);
  }
  if (Array.isArray(to['items']) && JSON.stringify(to['items']) !== JSON.stringify(from['items'])) problems.push(`${at}: the elements by place are others`);
}
