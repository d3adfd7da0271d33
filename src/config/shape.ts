/**
 * Brings one value of the file into the shape that its schema describes, before it is validated: secrets are fetched
 * from their files and commands, text from a variable becomes the number that is due, and a plain scalar that YAML
 * took for a number becomes the text that was written where text is due (`password: 0123`).
 */

import type { JsonSchema } from '../../connectors/contract.js';
import type { ConfigDocument, Path, Problem } from './document.js';
import { allowsType, childFacets, facets } from './json-schema.js';
import { readSecret, secretReference } from './secrets.js';
import { pathKey } from './variables.js';

export interface Shaping {
  readonly document: ConfigDocument;
  readonly fromVariable: ReadonlySet<string>;
  readonly baseDir: string;
  readonly problems: Problem[];
  /** Path keys of the values that are secret, for wrapping once everything is valid. */
  readonly secrets: Set<string>;
}

export async function shape(value: unknown, path: Path, schema: JsonSchema, context: Shaping): Promise<unknown> {
  return walk(value, path, facets(schema, schema), schema, context);
}

async function walk(value: unknown, path: Path, schemas: readonly JsonSchema[], root: JsonSchema, context: Shaping): Promise<unknown> {
  if (schemas.some((schema) => schema['x-secret'] === true)) return secret(value, path, context);
  if (typeof value === 'string') return context.fromVariable.has(pathKey(path)) ? typed(value, schemas) : value;
  if ((typeof value === 'number' || typeof value === 'boolean') && !allowsType(schemas, 'number', 'integer', 'boolean')) {
    return written(value, path, schemas, context);
  }
  if (Array.isArray(value)) {
    return Promise.all(value.map((item, i) => walk(item, [...path, i], childFacets(schemas, i, root), root, context)));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(async ([key, item]) => [key, await walk(item, [...path, key], childFacets(schemas, key, root), root, context)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function secret(value: unknown, path: Path, context: Shaping): Promise<unknown> {
  const reference = secretReference(value);
  context.secrets.add(pathKey(path));
  if (reference === undefined) {
    return typeof value === 'number' || typeof value === 'boolean' ? (context.document.source(path) ?? value) : value;
  }
  const found = await readSecret(reference, context.baseDir);
  if ('text' in found) return found.text;
  context.problems.push(context.document.problem(path, found.message, found.fix));
  return '';
}

function written(value: number | boolean, path: Path, schemas: readonly JsonSchema[], context: Shaping): unknown {
  return allowsType(schemas, 'string') ? (context.document.source(path) ?? value) : value;
}

function typed(text: string, schemas: readonly JsonSchema[]): unknown {
  if (allowsType(schemas, 'string')) return text;
  if (allowsType(schemas, 'number', 'integer') && /^[+-]?\d+(\.\d+)?$/.test(text.trim())) return Number(text);
  if (allowsType(schemas, 'boolean') && /^(true|false)$/i.test(text.trim())) return text.trim().toLowerCase() === 'true';
  return text;
}
