/** In-process sources that implement the contract over rows in memory, and plans over them. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine } from '../../../src/engine/index.js';
import type { Engine, Execution, RunOptions } from '../../../src/engine/contract.js';
import type { Fragment, KeyShipment, Plan } from '../../../src/plan/contract.js';
import type { Cell } from '../../../src/answer/contract.js';
import { types } from '../../../src/algebra/index.js';
import type { Column, Table, Type } from '../../../src/algebra/index.js';
import type { ColumnWriter, Dialect, KeyBatch, NativeQuery, ReadStats, Sink, Snapshot, Source } from '../../../connectors/contract.js';

export type Value = (writer: ColumnWriter) => void;
export type Row = readonly Value[];

export const v = {
  null: (w: ColumnWriter) => w.null(),
  boolean: (value: boolean) => (w: ColumnWriter) => w.boolean(value),
  number: (value: number) => (w: ColumnWriter) => w.number(value),
  bigint: (value: bigint) => (w: ColumnWriter) => w.bigint(value),
  text: (value: string) => (w: ColumnWriter) => w.text(value),
};

export interface FakeTable {
  readonly columns: Readonly<Record<string, Type>>;
  readonly rows: Iterable<Row>;
  readonly estimate?: number;
  readonly collation?: { readonly name: string; readonly binary: boolean };
  readonly schema?: string;
}

/** How a read goes, in place of plainly writing the rows. */
export type Reader = (query: FakeQuery, sink: Sink, signal: AbortSignal, plain: () => Promise<ReadStats>) => Promise<ReadStats>;

export interface FakeQuery extends NativeQuery {
  readonly payload: { readonly table: string; readonly columns: readonly string[]; readonly keys: KeyBatch | undefined };
}

export class FakeService implements Source {
  readonly queries: FakeQuery[] = [];
  opened = 0;
  closedSnapshots = 0;
  maxKeys = 1000;
  connectError: Error | undefined;
  reader: Reader = (_query, _sink, _signal, plain) => plain();

  constructor(
    readonly name: string,
    readonly tables: Readonly<Record<string, FakeTable>>,
  ) {}

  table(name: string): Table {
    const { columns, schema, collation } = this.tables[name]!;
    return {
      service: this.name,
      name,
      kind: 'table',
      ...(schema === undefined ? {} : { schema }),
      columns: Object.entries(columns).map(
        ([column, type]): Column => ({
          name: column,
          type,
          nullable: true,
          nativeType: type.kind,
          ...(collation !== undefined && type.kind === 'text' ? { collation } : {}),
        }),
      ),
    };
  }

  /** A fragment of the named columns, or of all. */
  fragment(id: string, name: string, columns?: readonly string[]): Fragment {
    const table = this.table(name);
    const wanted = columns === undefined ? table.columns : columns.map((column) => table.columns.find((c) => c.name === column)!);
    return {
      id,
      service: this.name,
      rel: { kind: 'scan', table, columns: wanted.map((column) => ({ id: `${id}.${column.name}`, column })) },
      table,
      columns: wanted.map(({ name: column, type }) => ({ name: column, type })),
      declared: table.columns.map(({ name: column, type }) => ({ name: column, type })),
      estimate: this.tables[name]!.estimate,
      pushed: ['columns'],
      kept: [{ what: 'x > 1', reason: 'a guess' }],
    };
  }

  readonly dialect: Dialect = {
    language: 'fake',
    maxKeys: 0,
    filter: () => 'no',
    accepts: () => true,
    acceptsKeys: () => true,
    compile: (rel, keys): FakeQuery => {
      if (rel.kind !== 'scan') throw new Error('only scans');
      return {
        text: `read ${rel.table.name}${keys === undefined ? '' : ` where ${keys.column} in (${keys.values.length})`}`,
        params: keys === undefined ? [] : [keys.values],
        columns: rel.columns.map(({ id, column }) => ({ id, name: column.name, type: column.type })),
        payload: { table: rel.table.name, columns: rel.columns.map(({ column }) => column.name), keys },
      };
    },
  };

  open(): Promise<Snapshot> {
    this.opened++;
    return Promise.resolve({
      consistency: 'fake snapshot',
      read: (query: NativeQuery, sink: Sink, signal: AbortSignal) => {
        this.queries.push(query as FakeQuery);
        return this.reader(query as FakeQuery, sink, signal, () => this.plain(query as FakeQuery, sink, signal));
      },
      close: () => {
        this.closedSnapshots++;
        return Promise.resolve();
      },
    });
  }

  private async plain({ payload }: FakeQuery, sink: Sink, signal: AbortSignal): Promise<ReadStats> {
    const { columns, rows } = this.tables[payload.table]!;
    const names = Object.keys(columns);
    const at = payload.columns.map((name) => names.indexOf(name));
    const keyAt = payload.keys === undefined ? -1 : names.indexOf(payload.keys.column.replace(/^\w+\./, ''));
    const keys = payload.keys && new Set(payload.keys.values.map(String));
    let count = 0;
    for (const row of rows) {
      if (keys !== undefined && !keys.has(String(captured(row[keyAt]!)))) continue;
      at.forEach((index, i) => row[index]!(sink.columns[i]!));
      sink.endRow();
      sink.received(10);
      if (++count % 10_000 === 0) {
        await new Promise(setImmediate);
        signal.throwIfAborted();
      }
    }
    return { rows: count, bytes: count * 10, proof: `end after ${count}` };
  }

  describe = () => Promise.reject(new Error('not asked'));
  health = () => Promise.reject(new Error('not asked'));
  close = () => Promise.resolve();
}

/** What a value writes. */
function captured(value: Value): unknown {
  let seen: unknown = null;
  const keep = (x: unknown) => void (seen = x);
  value({ name: '', type: types.null, null: () => keep(null), boolean: keep, number: keep, bigint: keep, text: keep, int64: keep, utf8: keep, uuid: keep });
  return seen;
}

export function plan(sql: string, fragments: readonly Fragment[], more: { shipments?: readonly KeyShipment[]; unread?: readonly Table[] } = {}): Plan {
  return {
    statement: { sql, original: sql, tables: fragments.map((f) => f.table), instant: '2024-01-01T00:00:00.000000Z', timezone: 'UTC', ordered: false },
    fragments,
    shipments: more.shipments ?? [],
    residual: { sql },
    ...(more.unread === undefined ? {} : { unread: more.unread }),
  };
}

export class Bench {
  private constructor(
    readonly tempDir: string,
    readonly engine: Engine,
  ) {}

  static async open(memoryBytes = 1 << 30): Promise<Bench> {
    const tempDir = await mkdtemp(join(tmpdir(), 'aishell-engine-'));
    return new Bench(tempDir, openEngine({ tempDir, memoryBytes }));
  }

  options(services: readonly FakeService[], more: Partial<RunOptions> = {}): RunOptions {
    const find = (name: string) => services.find((s) => s.name === name)!;
    return {
      source: (name) => {
        const service = find(name);
        return service.connectError === undefined ? Promise.resolve(service) : Promise.reject(service.connectError);
      },
      dialect: (name) => ({ ...find(name).dialect, maxKeys: find(name).maxKeys }),
      limits: { resultRows: 0, movedRows: 20_000_000, movedBytes: 8 * 2 ** 30, timeoutMs: 300_000, memoryBytes: 1 << 30, connectTimeoutMs: 10_000 },
      timezone: 'UTC',
      allowPartial: false,
      signal: new AbortController().signal,
      ...more,
    };
  }

  async rows(p: Plan, services: readonly FakeService[], more: Partial<RunOptions> = {}): Promise<Answered> {
    const execution = await this.engine.run(p, this.options(services, more));
    try {
      return { execution, rows: await collect(execution) };
    } finally {
      await execution.close();
    }
  }

  async close(): Promise<void> {
    await this.engine.close();
    await rm(this.tempDir, { recursive: true, force: true });
  }
}

export interface Answered {
  readonly execution: Execution;
  readonly rows: (readonly Cell[])[];
}

export async function collect(execution: Execution): Promise<(readonly Cell[])[]> {
  const rows: (readonly Cell[])[] = [];
  for await (const batch of execution.batches) rows.push(...batch);
  return rows;
}
