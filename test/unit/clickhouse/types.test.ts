/** What each ClickHouse type becomes, and what arrives of it. */

import { createClient, type ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { typeName, type Expr, type Literal, type Source, type Table } from '../../../connectors/contract.js';
import { connector } from '../../../connectors/clickhouse/index.js';
import { mapType } from '../../../connectors/clickhouse/types.js';
import { parseType, tupleMember } from '../../../connectors/clickhouse/native-type.js';
import { servers } from '../../support/servers.js';
import { host, read, service, signal, skip, types } from './ask.js';

const database = 'unit_clickhouse_types';

/** column -> native type, inserted SQL, our type, what is read */
const columns: Readonly<Record<string, readonly [native: string, sql: string, type: string, value: Literal]>> = {
  i256: ['Int256', "toInt256('-12345678901234567890123456789012345678901234567890')", 'VARCHAR', '-12345678901234567890123456789012345678901234567890'],
  d76: ['Decimal(76, 10)', "toDecimal256('1.5', 10)", 'VARCHAR', '1.5'],
  fixed: ['FixedString(4)', "'ab'", 'VARCHAR', 'ab'],
  low: ['LowCardinality(String)', "'x'", 'VARCHAR', 'x'],
  enum8: ["Enum8('plain' = 1, 'it''s, (odd)' = -2)", "'it\\'s, (odd)'", 'VARCHAR', "it's, (odd)"],
  day: ['Date', "'2024-02-29'", 'DATE', 19_782n],
  seconds: ["DateTime('Asia/Tokyo')", "toDateTime('2024-01-01 09:00:00', 'Asia/Tokyo')", 'TIMESTAMP WITH TIME ZONE', 1_704_067_200_000_000n],
  millis: ['DateTime64(3)', "toDateTime64('2024-01-01 00:00:00.123', 3, 'UTC')", 'TIMESTAMP WITH TIME ZONE', 1_704_067_200_123_000n],
  nanos: ["DateTime64(9, 'UTC')", "toDateTime64('2024-01-01 00:00:00.123456789', 9, 'UTC')", 'TIMESTAMP WITH TIME ZONE', 1_704_067_200_123_456n],
  ipv4: ['IPv4', "'10.0.0.1'", 'VARCHAR', '10.0.0.1'],
  ipv6: ['Nullable(IPv6)', "'2001:db8::1'", 'VARCHAR', '2001:db8::1'],
  half: ['BFloat16', '1.5', 'FLOAT', 1.5],
  summed: ['SimpleAggregateFunction(sum, UInt64)', '7', 'UBIGINT', 7n],
  list: ['Array(Nullable(Decimal(9, 2)))', '[NULL, 1.5]', 'DECIMAL(9,2)[]', '[null,1.5]'],
  lists: ['Array(Array(UUID))', "[['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'], []]", 'UUID[][]', '[["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],[]]'],
  map: ['Map(LowCardinality(String), Nullable(Int128))', "map('k', toInt128('170141183460469231731687303715884105727'))", 'MAP(VARCHAR, HUGEINT)', '{"k":170141183460469231731687303715884105727}'],
  pair: ['Tuple(a DateTime, `b c` Enum8(\'q\' = 1))', "(toDateTime('2024-01-01 00:00:00', 'UTC'), 'q')", 'STRUCT("a" TIMESTAMP WITH TIME ZONE, "b c" VARCHAR)', '{"a":"2024-01-01 00:00:00+00","b c":"q"}'],
  unnamed: ['Tuple(Int8, String)', "(1, 'x')", 'STRUCT("1" TINYINT, "2" VARCHAR)', '{"1":1,"2":"x"}'],
  clash: ['Tuple(a Int8, A Int8)', '(1, 2)', 'JSON', '{"a":1,"A":2}'],
  nest: ['Nested(x Int32, y String)', '[1, 2], [\'p\', \'q\']', '', null],
  document: ['JSON', '\'{"a": {"b": [1, 2]}}\'', 'JSON', '{"a":{"b":[1,2]}}'],
  point: ['Point', '(1.5, 2.5)', 'JSON', '[1.5,2.5]'],
  bytes: ['String', "unhex('ff005c')", 'BLOB', Buffer.from([0xff, 0x00, 0x5c])],
  absent: ['Nullable(Date)', 'NULL', 'DATE', null],
};

describe.skipIf(skip)('types of ClickHouse', () => {
  let client: ClickHouseClient;
  let source: Source;
  let table: Table;
  let warnings: readonly string[];

  beforeAll(async () => {
    if (skip) return;
    client = createClient({ url: servers.clickhouse });
    await client.command({ query: `DROP DATABASE IF EXISTS ${database}` });
    await client.command({ query: `CREATE DATABASE ${database}` });
    const list = Object.entries(columns).map(([name, [native]]) => `${name} ${native}`);
    await client.command({ query: `CREATE TABLE ${database}.t (${list.join(', ')}, state AggregateFunction(sum, UInt64), made UInt8 MATERIALIZED 5, other UInt8 ALIAS made + 1, passing UInt8 EPHEMERAL) ENGINE = MergeTree ORDER BY tuple()` });
    await client.command({ query: `INSERT INTO ${database}.t (${Object.keys(columns).map((name) => (name === 'nest' ? 'nest.x, nest.y' : name)).join(', ')}) SELECT ${Object.values(columns).map(([, sql]) => sql).join(', ')}` });
    source = await connector.connect(service({ database }), host, signal());
    const described = await source.describe(signal());
    table = described.tables.find((t) => t.name === 't')!;
    warnings = described.warnings;
  });

  afterAll(async () => {
    await source?.close();
    await client?.command({ query: `DROP DATABASE IF EXISTS ${database}` });
    await client?.close();
  });

  it.each(Object.keys(columns).filter((name) => name !== 'nest'))('%s', async (name) => {
    const [, , type, value] = columns[name]!;
    const column = table.columns.find((c) => c.name === name)!;
    expect(typeName(column.type)).toBe(type);
    expect((await read(source, table, { columns: [name] })).rows).toEqual([[value]]);
  });

  it('nested columns are lists side by side', async () => {
    expect((await read(source, table, { columns: ['nest.x', 'nest.y'] })).rows).toEqual([['[1,2]', '["p","q"]']]);
  });

  it('computed columns are read, states and passing ones are left out, and what is cut is told', async () => {
    expect((await read(source, table, { columns: ['made', 'other'] })).rows).toEqual([[5n, 6n]]);
    const names = table.columns.map(({ name }) => name);
    expect(names).not.toContain('state');
    expect(names).not.toContain('passing');
    const text = warnings.join('\n');
    for (const told of ['t.state is left out', 't.nanos (DateTime64(9, \'UTC\')): read to the microsecond', 't.i256 (Int256): kept as text']) expect(text).toContain(told);
  });

  it('what was cut or converted is compared as it is read', async () => {
    const where = (name: string, value: Literal): Expr => {
      const { type } = table.columns.find((c) => c.name === name)!;
      return { kind: 'compare', op: '=', left: { kind: 'column', id: name, type }, right: { kind: 'literal', value, type } };
    };
    for (const name of ['nanos', 'seconds', 'millis', 'fixed', 'enum8', 'i256', 'd76', 'ipv4', 'low']) {
      expect((await read(source, table, { columns: ['made'], where: [where(name, columns[name]![3])] })).rows, name).toEqual([[5n]]);
    }
    expect((await read(source, table, { columns: ['made'], where: [where('nanos', 1_704_067_200_123_457n)] })).rows).toEqual([]);
  });

  it('know their enumerations and nullability', () => {
    expect(table.columns.find((c) => c.name === 'enum8')!.enumValues).toEqual(["it's, (odd)", 'plain']);
    expect(table.columns.find((c) => c.name === 'ipv6')!.nullable).toBe(true);
    expect(table.columns.find((c) => c.name === 'ipv4')!.nullable).toBe(false);
  });
});

describe('type names', () => {
  it('are taken apart at the commas that count', () => {
    expect(parseType("Enum8('a,(b' = 1, 'c\\'d' = 2)").args).toEqual(["'a,(b' = 1", "'c\\'d' = 2"]);
    expect(parseType('Map(String, Tuple(a Int8, `b, c` Array(Int8)))').args).toEqual(['String', 'Tuple(a Int8, `b, c` Array(Int8))']);
    expect(tupleMember('`b, c` Array(Int8)', 2)).toEqual({ name: 'b, c', type: 'Array(Int8)' });
    expect(tupleMember('DateTime64(3)', 2)).toEqual({ name: '2', type: 'DateTime64(3)' });
  });

  it('of a later version are read as the server writes them', () => {
    const mapped = mapType('SomethingNew(3)');
    expect(mapped.type).toEqual(types.text);
    expect(mapped.select('`c`')).toBe('toString(`c`)');
  });
});
