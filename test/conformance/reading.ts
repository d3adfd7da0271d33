/** Values come back as they were stored, whatever they are. */

import { expect, it } from 'vitest';
import { sameType, typeName, type Literal } from '../../connectors/contract.js';
import { CollectingSink } from '../support/collecting-sink.js';
import { collect, rows, sameLiteral, scan } from './ask.js';
import type { Bench } from './suite.js';

export function reading(bench: Bench): void {
  const same = (stored: Literal, read: Literal, column: number) => {
    const { type } = bench.seeded.extremes.columns[column]!;
    return (bench.spec.same ?? sameLiteral)(stored, read, type);
  };

  it('describes the seeded columns with their types', () => {
    for (const column of bench.seeded.extremes.columns) {
      const described = bench.table('extremes').columns.find((c) => c.name === column.name);
      expect(described && typeName(described.type), column.name).toBe(typeName(column.type));
      expect(described && sameType(described.type, column.type), column.name).toBe(true);
    }
  });

  it('round-trips every type at its extremes, NULL, empty and unicode', async () => {
    const { columns, rows: stored } = bench.seeded.extremes;
    const read = new Map((await rows(bench, scan(bench, 'extremes'))).map((row) => [row[0], row]));
    expect(read.size).toBe(stored.length);
    for (const row of stored) {
      const got = read.get(row[0]!);
      expect(got, `row ${row[0]}`).toBeDefined();
      columns.forEach(({ name }, i) => {
        if (!same(row[i]!, got![i]!, i)) expect(got![i], `${name} of row ${row[0]}`).toEqual(row[i]);
      });
    }
  });

  it('reads the columns that are asked for, in the order asked for', async () => {
    const names = bench.seeded.extremes.columns.map((column) => column.name).reverse();
    const read = await rows(bench, scan(bench, 'extremes', names));
    const byId = new Map(bench.seeded.extremes.rows.map((row) => [row[0], row]));
    for (const row of read) {
      const stored = byId.get(row.at(-1)!)!;
      names.forEach((name, i) => {
        const column = bench.seeded.extremes.columns.findIndex((c) => c.name === name);
        expect(same(stored[column]!, row[i]!, column), `${name} of row ${row.at(-1)}`).toBe(true);
      });
    }
  });

  it('reads a value of many megabytes', async () => {
    const read = new Map((await rows(bench, scan(bench, 'large'))).map((row) => [row[0], row[1]]));
    for (const [id, body] of bench.seeded.large.rows) expect(read.get(id!) === body, `body of row ${id}`).toBe(true);
  });

  it('reads an empty table', async () => {
    expect(await rows(bench, scan(bench, 'empty'))).toEqual([]);
  });

  it('reads every row of a large table once, and reports them', async () => {
    const read = await rows(bench, scan(bench, 'many', ['id']));
    expect(new Set(read.map((row) => row[0])).size).toBe(bench.seeded.many.rows.length);
    expect(read.length).toBe(bench.seeded.many.rows.length);
  });

  it('answers overlapping reads of one snapshot', async () => {
    const query = bench.connector.dialect(bench.description.facts).compile(scan(bench, 'many'));
    const signal = AbortSignal.timeout(60_000);
    const snapshot = await bench.source.open(signal);
    try {
      const all = await Promise.all([1, 2, 3].map(() => collect(bench, snapshot, query, signal)));
      for (const read of all) expect(read.length).toBe(bench.seeded.many.rows.length);
    } finally {
      await snapshot.close();
    }
  });

  it('lets a budget of the sink through and stays usable', async () => {
    if (bench.spec.collect) return;
    const query = bench.connector.dialect(bench.description.facts).compile(scan(bench, 'many'));
    const signal = AbortSignal.timeout(60_000);
    const snapshot = await bench.source.open(signal);
    const sink = new CollectingSink(query.columns);
    const budget = new Error('enough');
    sink.onRow = (count) => {
      if (count === 100) throw budget;
    };
    await expect(snapshot.read(query, sink, signal)).rejects.toBe(budget);
    await snapshot.close();
    expect((await rows(bench, scan(bench, 'many', ['id']))).length).toBe(bench.seeded.many.rows.length);
  });
}
