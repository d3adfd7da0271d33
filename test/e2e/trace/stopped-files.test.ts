/** Who stops a scan of large files keeps what was found in them, and is told how far they were read. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TraceAnswer } from '../../../src/answer/contract.js';
import type { ProgressEvent } from '../../../src/engine/contract.js';
import { liveCli } from '../../support/live-cli.js';
import { Asker } from '../answers/ask.js';

const id = 'load-7c1-0042';
/** Enough for several pieces, more than is read in one go. */
const count = 60_000;
/** No two near each other are alike, so that packing it leaves much. */
const fillers = Array.from({ length: 997 }, (_, n) => Array.from({ length: 90 }, (__, i) => ((n + 1) * (i + 7) * 2_654_435_761).toString(36)).join(''));
const fill = (n: number) => fillers[n % fillers.length]!;
const load = (n: number) => ({ n, eventId: n === 7 ? id : `load-${n}`, causationId: n === count - 7 ? id : `none-${n}` });
/** A field of two lines, with quotes in it. */
const csv = (n: number) => Object.values(load(n)).join(';') + `;"one ""${n}""; of\n'two' ${fill(n)}"`;
const tables = { barges: 'barges.ndjson', cranes: 'cranes.csv', ferries: 'ferries.parquet', packed: 'packed.ndjson.gz', quay: 'quay' } as const;

describe('a scan of large files that is stopped', { timeout: 120_000 }, () => {
  let dir: string;
  let asker: Asker;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-stopped-files-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    const data = join(dir, 'data');
    await mkdir(join(data, 'quay'), { recursive: true });
    const rows = Array.from({ length: count }, (_, n) => n);
    const lines = `${rows.map((n) => JSON.stringify({ ...load(n), filler: fill(n) })).join('\n')}\n`;
    await writeFile(join(data, tables.barges), lines);
    await writeFile(join(data, tables.packed), gzipSync(lines, { level: 1 }).subarray());
    await writeFile(join(data, tables.cranes), `n;eventId;causationId;note\n${rows.map(csv).join('\n')}\n`);
    // A log of several files, the last of which has what the others lack.
    const part = (from: number, to: number, more: object = {}) => `${rows.slice(from, to).map((n) => JSON.stringify({ _partition: n % 2, _offset: n, _timestamp: '2026-03-01T10:00:00Z', _value: JSON.stringify({ ...load(n), filler: fill(n) }), ...more })).join('\n')}\n`;
    await writeFile(join(data, 'quay/1.ndjson'), part(0, 30_000));
    await writeFile(join(data, 'quay/2.ndjson'), part(30_000, count));
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(`COPY (SELECT i AS n, if(i = 7, '${id}', 'load-' || i) AS "eventId", if(i = ${count - 7}, '${id}', 'none-' || i) AS "causationId", repeat(md5(i::VARCHAR), 20) AS filler FROM range(${count}) r(i)) TO '${join(data, tables.ferries)}' (FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE 4096)`);
    connection.closeSync();
    instance.closeSync();
    await writeFile(join(dir, 'aishell.yaml'), 'services: { harbour: { kind: files, path: ./data } }\n');
    asker = await Asker.open(join(dir, 'aishell.yaml'));
  }, 120_000);
  afterAll(async () => {
    await asker?.close();
    await rm(dir, { recursive: true, force: true });
  });

  const looksAt = (answer: TraceAnswer, table: string) => answer.coverage.filter((looked) => looked.table === table).flatMap(({ coverage }) => coverage);
  const foundIn = (answer: TraceAnswer, table: string) => answer.steps.filter((step) => step.table === table).map(({ row }) => Number(row['n'] ?? (JSON.parse(String(row['_value'])) as { n: number }).n)).sort((a, b) => a - b);

  it('to its end: everything is found, and the coverage says so', async () => {
    const answer = await asker.session.trace(id, { deep: true, signal: AbortSignal.timeout(100_000) });
    expect(answer.missing).toEqual([]);
    for (const table of Object.keys(tables)) expect([table, foundIn(answer, table)]).toEqual([table, [7, count - 7]]);
    expect(looksAt(answer, 'barges')[0]).toMatchObject({ partition: 'barges.ndjson', from: '0', messages: count, reachedEnd: true, unit: 'bytes', bound: 'the whole file' });
    expect(looksAt(answer, 'cranes')[0]).toMatchObject({ messages: count, reachedEnd: true });
    expect(looksAt(answer, 'ferries')[0]).toMatchObject({ to: String(count), reachedEnd: true, unit: 'rows' });
    expect(looksAt(answer, 'quay').slice(0, 2)).toMatchObject([0, 1].map((partition) => ({ partition: String(partition), from: String(partition), to: String(count - 1 + partition), messages: count / 2, reachedEnd: true })));
  });

  it.each(Object.keys(tables))('%s: what was found before is kept, and how far it was read is said', async (table) => {
    const stop = new AbortController();
    const onProgress = ({ fragment, rows, state }: ProgressEvent) => {
      if (fragment === `harbour.${table}` && state === 'reading' && rows > 0) stop.abort();
    };
    const answer = await asker.session.trace(id, { deep: true, signal: stop.signal, onProgress });
    expect(answer).toMatchObject({ complete: false, stopped: 'cancelled', found: true });
    expect(foundIn(answer, table)).toEqual([7]);
    const looked = looksAt(answer, table);
    expect(looked.every(({ reachedEnd }) => !reachedEnd)).toBe(true);
    expect(looked[0]!.bound).toContain('stopped when it was told to stop');
    expect(Number(looked[0]!.to)).toBeGreaterThan(0);
    if (table !== 'quay') expect(looked[0]!.bound).toMatch(/^of [\d,]+ (bytes|rows), /);
    if (table !== 'packed') expect(looked[0]!.messages).toBeGreaterThan(7);
    expect(looked[0]!.messages).toBeLessThan(count);
  });

  it('Ctrl-C ends the process with 130 and the answer so far; progress tells rows, files and bytes', async () => {
    const cli = liveCli(['trace', id, '--deep', '--format', 'json', '--progress', 'json', '--config', join(dir, 'aishell.yaml')], { XDG_CACHE_HOME: join(dir, 'cache') });
    const scans = () => cli.stderr().split('\n').filter((line) => line.startsWith('{"type":"progress"')).map((line) => JSON.parse(line) as Record<string, number | string | null>).filter(({ messages }) => messages !== null);
    await cli.until(() => scans().some(({ rows, bytes }) => Number(rows) > 0 && Number(bytes) > 1_000_000));
    cli.child.kill('SIGINT');
    expect(await cli.exit()).toBe(130);
    const answer = JSON.parse(cli.lines.join('\n')) as TraceAnswer;
    expect(answer).toMatchObject({ complete: false, stopped: 'cancelled', found: true });
    expect(scans().every(({ service, partitions }) => service === 'harbour' && Number(partitions) > 0)).toBe(true);
  });
});
