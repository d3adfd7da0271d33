import { describe, expect, it } from 'vitest';
import { typeName } from '../../../connectors/contract.js';
import { enumValues, parseType } from '../../../src/algebra/type-names.js';

describe('type names', () => {
  it.each([
    ['BIGINT', 'BIGINT'],
    ['int', 'INTEGER'],
    ['DECIMAL(18,3)', 'DECIMAL(18,3)'],
    ['TIMESTAMPTZ', 'TIMESTAMP WITH TIME ZONE'],
    ['STRUCT(a BIGINT, "b ""c" VARCHAR[], d STRUCT(e DATE))', 'STRUCT("a" BIGINT, "b ""c" VARCHAR[], "d" STRUCT("e" DATE))'],
    ['MAP(VARCHAR, DOUBLE[])', 'MAP(VARCHAR, DOUBLE[])'],
    ['INTEGER[3]', 'INTEGER[]'],
    [`ENUM('a, b', 'c')`, 'VARCHAR'],
    ['UNION(a INTEGER, b VARCHAR)', 'JSON'],
  ])('%s', (text, expected) => {
    expect(typeName(parseType(text)!)).toBe(expected);
  });

  it.each(['', 'NUMBERS', 'DECIMAL(50,2)', 'STRUCT(a)', 'MAP(VARCHAR, NOPE)'])('%s is none', (text) => {
    expect(parseType(text)).toBeUndefined();
  });

  it('lists the values of an enumeration', () => {
    expect(enumValues(`ENUM('a, b', 'it''s')`)).toEqual(['a, b', "it's"]);
    expect(enumValues('VARCHAR')).toBeUndefined();
  });
});
