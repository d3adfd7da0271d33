/** `types:` in a service's configuration: a person's word on what an observed field or column is. */

import { AishellError, decimal, types, type JsonSchema, type ServiceConfig, type Type } from '../contract.js';

const plain: Readonly<Record<string, Type>> = {
  json: types.json,
  text: types.text,
  bigint: types.int64,
  double: types.float64,
  boolean: types.boolean,
  timestamptz: types.timestamptz,
  uuid: types.uuid,
  blob: types.blob,
};

export const typesSchema: JsonSchema = {
  type: 'object',
  description: `Types by table and column, where a sample can't know them: ${Object.keys(plain).join(', ')} or decimal(P,S).`,
  additionalProperties: {
    type: 'object',
    additionalProperties: { type: 'string', pattern: `^(${Object.keys(plain).join('|')}|decimal\\(\\d{1,2},\\d{1,2}\\))$` },
  },
};

/** By table, then column. */
export type DeclaredTypes = ReadonlyMap<string, ReadonlyMap<string, Type>>;

export function declaredTypes(service: ServiceConfig): DeclaredTypes {
  const given = Object.entries((service.options['types'] ?? {}) as Readonly<Record<string, Readonly<Record<string, string>>>>);
  return new Map(given.map(([table, columns]) => [table, new Map(Object.entries(columns).map(([column, name]) => [column, typeNamed(service.name, column, name)]))]));
}

function typeNamed(service: string, column: string, name: string): Type {
  const known = plain[name];
  if (known !== undefined) return known;
  const [precision = 0, scale = 0] = (name.match(/\d+/g) ?? []).map(Number);
  if (precision < 1 || precision > 38 || scale > precision) {
    throw new AishellError('config', `${service}: types gives ${column} the type ${name}, which there isn't`, 'A decimal has 1 to 38 digits, and no more behind the point than it has.', {
      service,
    });
  }
  return decimal(precision, scale);
}
