/** The few questions that reading a configuration asks of a JSON Schema. */

import type { JsonSchema } from '../../connectors/contract.js';

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const combinators = ['allOf', 'anyOf', 'oneOf'] as const;

/** The schema itself, its `$ref` followed, and every member of its combinators and conditionals. */
export function facets(schema: JsonSchema, root: JsonSchema, depth = 0): JsonSchema[] {
  if (depth > 10) return [];
  const inner: unknown[] = combinators.flatMap((name) => (Array.isArray(schema[name]) ? (schema[name] as unknown[]) : []));
  inner.push(schema['then'], schema['else'], localRef(schema['$ref'], root));
  return [schema, ...inner.filter(isSchema).flatMap((member) => facets(member, root, depth + 1))];
}

function localRef(ref: unknown, root: JsonSchema): unknown {
  if (typeof ref !== 'string' || !ref.startsWith('#/')) return undefined;
  return ref
    .slice(2)
    .split('/')
    .reduce<unknown>((node, step) => (isSchema(node) ? node[step.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined), root);
}

/** The schemas that speak about one property of an object, or about an item of an array. */
export function childFacets(parents: readonly JsonSchema[], key: string | number, root: JsonSchema): JsonSchema[] {
  const found = parents.flatMap((schema): unknown[] => {
    if (typeof key === 'number') {
      const prefix = schema['prefixItems'];
      return [Array.isArray(prefix) ? (prefix[key] ?? schema['items']) : schema['items']];
    }
    const properties = schema['properties'];
    if (isSchema(properties) && Object.hasOwn(properties, key)) return [properties[key]];
    const patterns = schema['patternProperties'];
    const matching = isSchema(patterns)
      ? Object.entries(patterns).filter(([pattern]) => new RegExp(pattern, 'u').test(key)).map(([, member]) => member)
      : [];
    return matching.length > 0 ? matching : [schema['additionalProperties']];
  });
  return found.filter(isSchema).flatMap((schema) => facets(schema, root));
}

export function allowsType(schemas: readonly JsonSchema[], ...wanted: readonly string[]): boolean {
  return schemas.some(({ type }) => (Array.isArray(type) ? type.some((t) => wanted.includes(t as string)) : wanted.includes(type as string)));
}

/** Every property name that the schemas declare, for "did you mean". */
export function propertyNames(schemas: readonly JsonSchema[]): string[] {
  return [...new Set(schemas.flatMap(({ properties }) => (isSchema(properties) ? Object.keys(properties) : [])))];
}
