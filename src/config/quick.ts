/**
 * Is a value certainly valid? Answers for the part of JSON Schema that configurations use, without loading and compiling
 * a validator, which would cost more than everything else at start-up. `false` means "ask ajv", which alone judges.
 */

import type { JsonSchema } from '../../connectors/contract.js';
import { isSchema } from './json-schema.js';

type Check = (argument: never, value: unknown, schema: JsonSchema) => boolean;

const annotations = new Set(['title', 'description', 'default', 'examples', 'x-secret', '$schema', '$id', '$comment', 'deprecated', '$defs']);

const object = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function hasType(type: unknown, value: unknown): boolean {
  switch (type) {
    case 'string':
    case 'boolean':
      return typeof value === type;
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return object(value);
    default:
      return false;
  }
}

const checks: Readonly<Record<string, Check>> = {
  type: (type: unknown, value) => (Array.isArray(type) ? type.some((t) => hasType(t, value)) : hasType(type, value)),
  enum: (members: readonly unknown[], value) => members.some((member) => member === value),
  const: (member: unknown, value) => (typeof member !== 'object' || member === null) && member === value,
  minimum: (bound: number, value) => typeof value !== 'number' || value >= bound,
  maximum: (bound: number, value) => typeof value !== 'number' || value <= bound,
  exclusiveMinimum: (bound: number, value) => typeof value !== 'number' || value > bound,
  minLength: (bound: number, value) => typeof value !== 'string' || [...value].length >= bound,
  maxLength: (bound: number, value) => typeof value !== 'string' || [...value].length <= bound,
  pattern: (pattern: string, value) => typeof value !== 'string' || new RegExp(pattern, 'u').test(value),
  items: (schema: unknown, value) => !Array.isArray(value) || (isSchema(schema) && value.every((item) => certainlyValid(schema, item))),
  minItems: (bound: number, value) => !Array.isArray(value) || value.length >= bound,
  maxItems: (bound: number, value) => !Array.isArray(value) || value.length <= bound,
  minProperties: (bound: number, value) => !object(value) || Object.keys(value).length >= bound,
  required: (names: readonly string[], value) => !object(value) || names.every((name) => Object.hasOwn(value, name) && value[name] !== undefined),
  properties: (properties: JsonSchema, value) =>
    !object(value) ||
    Object.entries(properties).every(([name, schema]) => !Object.hasOwn(value, name) || (isSchema(schema) && certainlyValid(schema, value[name]))),
  patternProperties: (patterns: JsonSchema, value) =>
    !object(value) ||
    Object.entries(patterns).every(([pattern, schema]) => {
      const expression = new RegExp(pattern, 'u');
      return Object.entries(value).every(([name, item]) => !expression.test(name) || (isSchema(schema) && certainlyValid(schema, item)));
    }),
  propertyNames: (schema: unknown, value) => !object(value) || (isSchema(schema) && Object.keys(value).every((name) => certainlyValid(schema, name))),
  additionalProperties: (rule: unknown, value, schema) => {
    if (rule === true || !object(value)) return true;
    const patterns = Object.keys((schema['patternProperties'] ?? {}) as object).map((pattern) => new RegExp(pattern, 'u'));
    const declared = (schema['properties'] ?? {}) as object;
    const others = Object.entries(value).filter(([name]) => !Object.hasOwn(declared, name) && !patterns.some((p) => p.test(name)));
    return others.every(([, item]) => isSchema(rule) && certainlyValid(rule, item));
  },
  anyOf: (members: readonly JsonSchema[], value) => members.some((member) => certainlyValid(member, value)),
  allOf: (members: readonly JsonSchema[], value) => members.every((member) => certainlyValid(member, value)),
};

export function certainlyValid(schema: JsonSchema, value: unknown): boolean {
  return Object.entries(schema).every(([keyword, argument]) => {
    if (annotations.has(keyword)) return true;
    const check = Object.hasOwn(checks, keyword) ? checks[keyword] : undefined;
    return check !== undefined && check(argument as never, value, schema);
  });
}
