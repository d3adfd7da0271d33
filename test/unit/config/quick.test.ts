import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyService, fileSchema } from '../../../src/config/file-schema.js';
import { certainlyValid } from '../../../src/config/quick.js';
import { parseCount, parseDuration, parseSize } from '../../../src/config/units.js';
import { nearest } from '../../../src/config/nearest.js';
import { kindSchemas } from './kinds.js';

const ajv = new Ajv2020({ strict: false, logger: false, validateFormats: false });

const leaf = fc.oneof(
  fc.constantFrom<unknown>('fast', 'slow', 'x', '', 'alpha', 0, 1, 70000, 1.5, true, null),
  fc.string({ maxLength: 4 }),
  fc.integer(),
);
const key = fc.constantFrom('url', 'host', 'port', 'password', 'readonly', 'mode', 'sasl', 'user', 'path', 'names', 'kind', 'tags', 'tls', 'ca', 'x-y', 'services', 'limits', 'timeout', 'links', 'model', 'name', 'other', '1');
const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('any'), { maxLength: 3 }), fc.dictionary(key, tie('any'), { maxKeys: 4 })),
})).any;

test('the quick check never admits what ajv refuses, and admits what ajv admits', () => {
  const schemas = [kindSchemas.alpha, kindSchemas.beta, anyService, fileSchema(anyService)];
  const compiled = schemas.map((schema) => [schema, ajv.compile(schema)] as const);
  fc.assert(
    fc.property(value, (v) => {
      for (const [schema, check] of compiled) expect(certainlyValid(schema, v)).toBe(check(v));
    }),
    { numRuns: 3000, seed: 1 },
  );
});

test('a keyword that it does not know is left to ajv', () => {
  expect(certainlyValid({ type: 'string', contentEncoding: 'base64' }, 'x')).toBe(false);
});

test('units', () => {
  expect(['5m', '1h30m', '250ms', '2', 1.5, '1d', 'x', '5 x', ''].map(parseDuration)).toEqual([300_000, 5_400_000, 250, 2000, 1500, 86_400_000, undefined, undefined, undefined]);
  expect(['1GiB', '1GB', '1g', '512 MiB', 10, '1_000', '-1', '1XB'].map(parseSize)).toEqual([2 ** 30, 1e9, 2 ** 30, 512 * 2 ** 20, 10, 1000, undefined, undefined]);
  expect(['20M', '1k', 0, '1_000_000', '1.5k', 'many'].map(parseCount)).toEqual([20e6, 1000, 0, 1e6, 1500, undefined]);
});

test('near names', () => {
  expect(nearest('usres', ['users', 'orders', 'products'])).toEqual(['users']);
  expect(nearest('zzz', ['users'])).toEqual([]);
  expect(nearest('Order', ['orders', 'order_items', 'users'])).toEqual(['orders', 'order_items']);
});
