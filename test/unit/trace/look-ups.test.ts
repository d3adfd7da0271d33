/** What of a round a table is asked at once: each thing that is looked for stands in the condition. */

import { describe, expect, it } from 'vitest';
import { types } from '../../../src/algebra/index.js';
import type { Table } from '../../../src/algebra/index.js';
import { printExpr, quoted } from '../../../src/algebra/print.js';
import type { ColumnLookUp, LookUp } from '../../../src/trace/look-up.js';
import { lookUpReads } from '../../../src/trace/statements.js';

const column = (name: string, type: Table['columns'][number]['type'] = types.text) => ({ name, type, nativeType: '', nullable: true });
const topic: Table = { service: 'bus', name: 'letters', kind: 'topic', columns: [column('_key'), column('_value'), column('_headers')] };
const rows: Table = { service: 'shop', name: 'orders', kind: 'table', columns: [column('id', types.int32), column('corr'), column('line', types.int32)] };
const one = (table: Table, name: string, value: string, more: Partial<ColumnLookUp> = {}): ColumnLookUp => ({ column: table.columns.find((one) => one.name === name)!, values: [{ value, from: null }], certainty: 'declared', role: 'part', ...more });
const asked = (table: Table, columns: readonly ColumnLookUp[]) => lookUpReads({ table, ids: [], positions: [], columns } satisfies LookUp, null).map(({ where }) => where.map((condition) => printExpr(condition, quoted)).join(' AND '));

describe('what a table is asked in a round', () => {
  it('values of one column are one list, and columns are asked apart', () => {
    expect(asked(rows, [one(rows, 'id', '1'), one(rows, 'corr', 'a'), one(rows, 'id', '2'), one(rows, 'id', '2')])).toEqual(['"id" IN (1, 2)', '"corr" = \'a\'']);
  });

  it('of a log everything is asked at once, and nothing that is told otherwise than by a value is lost among the values', () => {
    const letter = (offset: string): Partial<ColumnLookUp> => ({ texts: { all: [['orders'], [offset]], because: offset }, accepts: () => true });
    const [condition, ...more] = asked(topic, [one(topic, '_value', 'x', letter('"17"')), one(topic, '_value', 'y', letter('"18"')), one(topic, '_value', 'z', letter('"19"')), one(topic, '_key', 'k-1'), one(topic, '_key', 'k-2'), one(topic, '_key', '7', { member: { name: 'id', of: 'shop.orders.id' } }), one(topic, '_headers', '9', { subjectOf: 'shop.orders.id' })]);
    expect(more).toEqual([]);
    for (const text of ['"17"', '"18"', '"19"', "'k-1'", "'k-2'", '"id":7', '/9"']) expect(condition).toContain(text);
  });

  it('a key of several columns keeps its other columns', () => {
    const [condition] = asked(rows, [one(rows, 'id', '1', { also: [{ column: rows.columns[2]!, name: 'line', value: '3' }] }), one(rows, 'id', '1', { also: [{ column: rows.columns[2]!, name: 'line', value: '4' }] })]);
    expect(condition).toContain('"line" = 3');
    expect(condition).toContain('"line" = 4');
  });
});
