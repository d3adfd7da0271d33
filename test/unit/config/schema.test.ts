/** The JSON Schema that ships: what editors complete must be what is read. */

import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { wholeSchema } from '../../../src/config/file-schema.js';
import { wholeConfigSchema } from '../../../src/config/kinds.js';
import { kindSchemas } from './kinds.js';

const root = new URL('../../../', import.meta.url);

test('the committed file is what the code generates (npx tsx scripts/config-schema.ts)', async () => {
  const committed: unknown = JSON.parse(await readFile(new URL('schema/aishell.schema.json', root), 'utf8'));
  expect(committed).toEqual(JSON.parse(JSON.stringify(await wholeConfigSchema())));
});

test.each(['aishell.yaml', 'aishell.servers.yaml'])('it admits the example %s', async (name) => {
  const check = new Ajv2020({ strict: false }).compile(await wholeConfigSchema());
  const example: unknown = parse(await readFile(new URL(`examples/microservices/${name}`, root), 'utf8'));
  expect(check(example) ? [] : check.errors).toEqual([]);
});

describe('what a person may write', () => {
  const check = new Ajv2020({ strict: false }).compile(wholeSchema(kindSchemas));
  const valid = (service: object): boolean => check({ services: { a: service } });

  test('values, variables in place of numbers, files and commands in place of secrets', () => {
    for (const service of [
      { kind: 'alpha', host: 'h', port: 5432, password: 'x', tags: { a: 1 }, tls: true },
      { kind: 'alpha', host: '${H}', port: '${P}', readonly: '${R:-true}', mode: '${M}' },
      { kind: 'alpha', url: { file: 'secret' } },
      { kind: 'alpha', url: { command: ['pass', 'x'] }, sasl: { user: 'u', password: { file: 'p' } } },
      { kind: 'beta', path: 'x' },
    ]) {
      expect(valid(service), JSON.stringify(service)).toBe(true);
    }
  });

  test('and what not', () => {
    for (const service of [{}, { kind: 'none' }, { kind: 'alpha' }, { kind: 'alpha', host: 'h', prot: 1 }, { kind: 'alpha', host: 'h', port: 'many' }, { kind: 'beta', path: 'x', host: 'h' }, { kind: 'alpha', url: { other: 1 } }]) {
      expect(valid(service), JSON.stringify(service)).toBe(false);
    }
  });
});
