/** What a ClickHouse server of which version is asked for. */

import { describe, expect, it } from 'vitest';
import { types, type Expr, type Rel, type Table } from '../../../connectors/contract.js';
import { connector } from '../../../connectors/clickhouse/index.js';

const column = (name: string) => ({ name, type: types.int64, nullable: true, nativeType: 'Nullable(Int64)' });
const table: Table = { service: 's', name: 'thing', kind: 'table', columns: [column('a'), column('b')], native: { database: 'd', name: 'thing' } };
const scan = (prefix: string): Rel => ({ kind: 'scan', table, columns: table.columns.map((each) => ({ id: prefix + each.name, column: each })) });
const of = (id: string): Expr => ({ kind: 'column', id, type: types.int64 });
const windowed = (name: string): Rel => ({
  kind: 'window', input: scan(''),
  calls: [{ id: 'w', name, args: name === 'rank' ? [] : [of('b')], partitions: [of('a')], orders: [{ expr: of('b'), descending: false, nullsFirst: false }], frame: { unit: 'range', start: { kind: 'unbounded preceding' }, end: { kind: 'current row' } }, distinct: false, ignoreNulls: false, type: types.int64 }],
});
const joined: Rel = { kind: 'join', type: 'left', left: scan('l'), right: scan('r'), on: [{ kind: 'compare', op: '=', left: of('la'), right: of('ra') }] };
const united = (op: 'union' | 'except', all: boolean): Rel => ({ kind: 'setOperation', op, all, inputs: [scan('l'), scan('r')], ids: ['x', 'y'] });

const accepted = (version: string, rel: Rel, readonly = 0) => connector.dialect({ version, user: 'u', readonly, defaultSchema: 'd' }).accepts(rel) === true;

describe('what ClickHouse is asked for', () => {
  it.each<[string, Rel, string, string]>([
    ['joins', joined, '24.2', '24.3'],
    ['ranks', windowed('rank'), '24.2', '24.3'],
    ['values of other rows', windowed('first_value'), '24.2', '24.3'],
    ['neighbours', windowed('lag'), '25.12', '26.1'],
    ['UNION', united('union', false), '24.2', '24.3'],
    ['EXCEPT', united('except', false), '24.2', '24.3'],
    ['EXCEPT ALL', united('except', true), '26.2', '26.3'],
  ])('%s', (_, rel, before, since) => {
    expect([before, since].map((version) => accepted(`${version}.1.1`, rel))).toEqual([false, true]);
  });

  it('outer joins only of a user whose settings may be changed', () => {
    expect([0, 1, 2].map((readonly) => accepted('26.7.2.1', joined, readonly))).toEqual([true, false, true]);
  });

  it('names columns of a SELECT in FROM as no table does, since an alias is seen in all of it', () => {
    const filtered: Rel = { kind: 'filter', input: windowed('rank'), conjuncts: [{ kind: 'compare', op: '<=', left: of('w'), right: { kind: 'literal', value: 2n, type: types.int64 } }] };
    expect(connector.dialect({ version: '26.7.2.1', user: 'u', readonly: 0, defaultSchema: 'd' }).compile(filtered).text).toBe(
      'SELECT `t0`.`aishell 0` AS `aishell 0`, `t0`.`aishell 1` AS `aishell 1`, `t0`.`aishell 2` AS `aishell 2` FROM (SELECT `a` AS `aishell 0`, `b` AS `aishell 1`, rank() OVER (PARTITION BY `a` ORDER BY `b` ASC NULLS LAST) AS `aishell 2` FROM `d`.`thing`) AS `t0` WHERE (`t0`.`aishell 2` <= {p1:Int64})',
    );
  });
});
