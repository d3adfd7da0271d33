/**
 * Peak resident memory of a join of two big tables of two services, with the default limits:
 *
 *   npx tsx scripts/bench/memory.ts [rows]            default 1,000,000 on each side
 *
 * The sources are in this process and make their rows as they go, as wire bytes, so that what is measured is the
 * engine: decoding, staging, joining, and reading the result. Prints VmHWM, the peak that Linux saw.
 */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { types } from '../../src/algebra/index.js';
import type { Column, Table, Type } from '../../src/algebra/index.js';
import { openEngine } from '../../src/engine/index.js';
import type { Fragment, Plan } from '../../src/plan/contract.js';
import type { Dialect, NativeQuery, Sink, Source } from '../../connectors/contract.js';

const rows = Number(process.argv[2] ?? 1_000_000);
const columns: Readonly<Record<string, Type>> = {
  id: types.int64,
  other: types.int64,
  amount: types.float64,
  note: types.text,
  at: types.timestamp,
};

function service(name: string) {
  const table: Table = {
    service: name,
    name: 't',
    kind: 'table',
    columns: Object.entries(columns).map(([column, type]): Column => ({ name: column, type, nullable: false, nativeType: type.kind })),
  };
  const fragment: Fragment = {
    id: name,
    service: name,
    rel: { kind: 'scan', table, columns: table.columns.map((column) => ({ id: `${name}.${column.name}`, column })) },
    table,
    columns: table.columns.map((column) => ({ name: column.name, type: column.type })),
    estimate: rows,
    pushed: [],
    kept: [],
  };
  const dialect: Dialect = {
    language: 'none',
    maxKeys: 1,
    filter: () => 'no',
    accepts: () => true,
    acceptsKeys: () => true,
    compile: (): NativeQuery => ({ text: '', params: [], columns: table.columns.map((column) => ({ id: column.name, name: column.name, type: column.type })) }),
  };
  const source: Source = {
    describe: () => Promise.reject(new Error('not asked')),
    health: () => Promise.reject(new Error('not asked')),
    close: () => Promise.resolve(),
    open: () =>
      Promise.resolve({
        consistency: 'none',
        close: () => Promise.resolve(),
        read: async (_query: NativeQuery, sink: Sink) => {
          const [id, other, amount, note, at] = sink.columns;
          const text = Buffer.from(Array.from({ length: 300 }, (_, i) => `a remark of ordinary length, number ${i}; `).join(''));
          for (let i = 0; i < rows; i++) {
            id!.number(i);
            // Every row has one partner, far away from it.
            other!.number((i * 7919) % rows);
            amount!.number(i / 100);
            note!.utf8(text, i % 5000, (i % 5000) + 40);
            at!.int64(0x60000, i);
            sink.endRow();
            if (i % 5000 === 0) await new Promise(setImmediate);
          }
          return { rows, bytes: rows * 80, proof: 'the end' };
        },
      }),
  };
  return { name, fragment, dialect, source };
}

const services = [service('left'), service('right')];
const sql = 'SELECT l.id, r.note, l.amount + r.amount AS amount, l.note AS other FROM "left".t AS l JOIN "right".t AS r ON l.other = r.id ORDER BY r.note, l.id';
const plan: Plan = {
  statement: { sql, original: sql, tables: services.map(({ fragment }) => fragment.table), instant: new Date().toISOString(), timezone: 'UTC', ordered: true },
  fragments: services.map(({ fragment }) => fragment),
  shipments: [],
  residual: { sql },
};
const memoryBytes = 1 << 30;
const tempDir = await mkdtemp(join(tmpdir(), 'aishell-memory-'));
const engine = openEngine({ tempDir, memoryBytes });
const find = (name: string) => services.find((s) => s.name === name)!;

const peak = async () => /VmHWM:\s+(\d+)/.exec(await readFile('/proc/self/status', 'utf8'))?.[1];
const began = performance.now();
const execution = await engine.run(plan, {
  source: (name) => Promise.resolve(find(name).source),
  dialect: (name) => find(name).dialect,
  limits: { resultRows: 0, movedRows: 20_000_000, movedBytes: 8 * 2 ** 30, timeoutMs: 300_000, memoryBytes, connectTimeoutMs: 10_000 },
  timezone: 'UTC',
  allowPartial: false,
  signal: new AbortController().signal,
});
const stagedMs = performance.now() - began;
const stagedPeak = await peak();
let count = 0;
for await (const batch of execution.batches) count += batch.length;
await execution.close();
await engine.close();
await rm(tempDir, { recursive: true, force: true });

const mib = (kb: string | undefined) => `${Math.round(Number(kb) / 1024)} MiB`;
console.log(`${rows.toLocaleString('en-US')} x ${rows.toLocaleString('en-US')} rows, ${count.toLocaleString('en-US')} joined`);
console.log(`staged after ${(stagedMs / 1000).toFixed(2)} s, peak ${mib(stagedPeak)}`);
console.log(`done after ${((performance.now() - began) / 1000).toFixed(2)} s, peak ${mib(await peak())} (limit ${memoryBytes / 2 ** 20} MiB)`);
