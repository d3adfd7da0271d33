/** Settings that logs share: which of them are shown, and the types of their fields. */

import { decimal, types, type ConfigValue, type JsonSchema, type Type } from '../contract.js';

/** * stands for any part of a name. */
export function glob(pattern: string): RegExp {
  return new RegExp(`^${pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
}

const names: Readonly<Record<string, Type>> = {
  text: types.text, int64: types.int64, double: types.float64, boolean: types.boolean, timestamptz: types.timestamptz, json: types.json, blob: types.blob,
};

/** topic -> field -> type */
export function fieldTypes(value: ConfigValue | undefined): ReadonlyMap<string, ReadonlyMap<string, Type>> {
  const topics = Object.entries((value ?? {}) as Record<string, Readonly<Record<string, ConfigValue>>>);
  return new Map(topics.map(([topic, fields]) => [topic, new Map(Object.entries(fields).map(([field, name]) => [field, typeNamed(String(name))]))]));
}

function typeNamed(name: string): Type {
  const digits = /^decimal\((\d+),\s*(\d+)\)$/.exec(name);
  return digits ? decimal(Number(digits[1]), Number(digits[2])) : (names[name] ?? types.json);
}

const fieldType = { type: 'string', pattern: '^(text|int64|double|boolean|timestamptz|json|blob|decimal\\(\\d+,\\s*\\d+\\))$' };

export function fieldTypesSchema(of: 'topic' | 'stream'): JsonSchema {
  return {
    type: 'object',
    description: `${of} -> field -> type, where the sample misleads: text, int64, double, boolean, timestamptz, json, decimal(p,s); blob for _key and _value.`,
    additionalProperties: { type: 'object', additionalProperties: fieldType },
  };
}
