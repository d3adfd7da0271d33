/** Rows in ClickHouse's RowBinaryWithNamesAndTypes: whole, cut, and of types that don't come as rows. */

import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { types, type NativeQuery } from '../../../connectors/contract.js';
import { comesAsRows, readRows } from '../../../connectors/clickhouse/rows.js';
import { CollectingSink } from '../../support/collecting-sink.js';

const query = (columns: NativeQuery['columns'], limit: number | undefined): NativeQuery => ({ text: '', params: [], columns, payload: { params: [], keys: undefined, joinUseNulls: false, limit } });
const two = query([{ id: 'n', name: 'n', type: types.int16 }, { id: 's', name: 's', type: types.text }], 10);
const text = (value: string) => Buffer.concat([Buffer.from([Buffer.byteLength(value)]), Buffer.from(value)]);
const head = (...nativeTypes: string[]) => Buffer.concat([Buffer.from([nativeTypes.length]), ...nativeTypes.map((_, i) => text(`c${i}`)), ...nativeTypes.map(text)]);
const answer = Buffer.concat([head('Int16', 'LowCardinality(Nullable(String))'), Buffer.from([0xfe, 0xff, 0]), text('é'), Buffer.from([7, 0, 1])]);

const read = async (bytes: Buffer, asked = two) => {
  const sink = new CollectingSink(asked.columns);
  const stats = await readRows(Readable.from([bytes.subarray(0, 9), bytes.subarray(9)]), asked, sink, 'svc', new AbortController().signal);
  return { rows: sink.rows, stats };
};

describe('rows from ClickHouse', () => {
  it('are read over chunks, with NULLs', async () => {
    const { rows, stats } = await read(answer);
    expect(rows).toEqual([[-2n, 'é'], [7n, null]]);
    expect(stats).toMatchObject({ rows: 2, bytes: answer.length });
  });

  it.each([1, 2, answer.length - 4])('an answer that lacks its last %i bytes is never a short one', async (lacking) => {
    await expect(read(answer.subarray(0, answer.length - lacking))).rejects.toMatchObject({ code: 'source.cut' });
  });

  it('what does not come as rows is said before anything is read', async () => {
    await expect(read(head('Int16', 'Array(String)'))).rejects.toMatchObject({ code: 'source.inexact' });
    expect(comesAsRows(two)).toBe(true);
    expect(comesAsRows(query(two.columns, undefined))).toBe(false);
    expect(comesAsRows(query(two.columns, 1_000_000))).toBe(false);
    expect(comesAsRows(query([{ id: 'l', name: 'l', type: { kind: 'list', element: types.text } }], 10))).toBe(false);
    expect(comesAsRows(query([{ id: 'b', name: 'b', type: types.blob }], 10))).toBe(false);
  });
});
