/** A folder of files as a service, for tests of the connector: write files, ask it. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect } from 'vitest';
import { AishellError, typeName } from '../../../connectors/contract.js';
import type { ConfigValue, Description, Literal, ReadStats, Scan, Source, Table } from '../../../connectors/contract.js';
import { connector } from '../../../connectors/files/index.js';
import { ChunkSink } from '../../support/chunk-sink.js';

const signal = () => AbortSignal.timeout(60_000);

export class Folder {
  readonly #sources: Source[] = [];

  private constructor(
    /** Holds `data` and what must not be reached. */
    readonly base: string,
  ) {}

  static async make(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<Folder> {
    const base = await mkdtemp(join(tmpdir(), 'aishell-folder-'));
    const folder = new Folder(base);
    await mkdir(folder.path);
    await mkdir(join(base, 'temp'));
    for (const [name, content] of Object.entries(files)) await folder.write(name, content);
    return folder;
  }

  get path(): string {
    return join(this.base, 'data');
  }

  async write(name: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(join(this.path, name)), { recursive: true });
    await writeFile(join(this.path, name), content);
  }

  /** Runs statements in a DuckDB of its own, in which `$DIR` is the folder. */
  async duckdb(...statements: string[]): Promise<void> {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    for (const statement of statements) await connection.run(statement.replaceAll('$DIR', this.path));
    connection.closeSync();
    instance.closeSync();
  }

  async connect(options: Readonly<Record<string, ConfigValue>> = {}, name = 'shelf'): Promise<Source> {
    const service = { name, kind: 'files', tags: {}, options: { path: 'data', ...options }, tls: undefined, baseDir: this.base };
    const source = await connector.connect(service, { tempDir: join(this.base, 'temp'), connectTimeoutMs: 10_000, log: () => {} }, signal());
    this.#sources.push(source);
    return source;
  }

  async describe(options: Readonly<Record<string, ConfigValue>> = {}, name = 'shelf'): Promise<Description & { table(name: string): Table }> {
    const source = await this.connect(options, name);
    const description = await source.describe(signal());
    return { ...description, table: (wanted) => description.tables.find((table) => table.name === wanted)! };
  }

  /** The rows of a table as it is described. */
  async rows(table: string, options: Readonly<Record<string, ConfigValue>> = {}): Promise<Literal[][]> {
    return (await this.read(table, options)).rows;
  }

  async read(table: string, options: Readonly<Record<string, ConfigValue>> = {}, described?: Table): Promise<{ rows: Literal[][]; stats: ReadStats }> {
    const source = await this.connect(options);
    const found = described ?? (await source.describe(signal())).tables.find((candidate) => candidate.name === table);
    expect(found, `table ${table}`).toBeDefined();
    const query = connector.dialect({ version: '' }).compile(scanOf(found!));
    const sink = new ChunkSink(query.columns);
    const snapshot = await source.open(signal());
    const stats = await snapshot.read(query, sink, signal());
    await snapshot.close();
    return { rows: sink.rows, stats };
  }

  async close(): Promise<void> {
    await Promise.all(this.#sources.map((source) => source.close()));
    await rm(this.base, { recursive: true, force: true });
  }
}

export function scanOf(table: Table): Scan {
  return { kind: 'scan', table, columns: table.columns.map((column) => ({ id: column.name, column })) };
}

/** name -> type, as a person reads them. */
export function columnsOf(table: Table): Record<string, string> {
  return Object.fromEntries(table.columns.map(({ name, type }) => [name, typeName(type)]));
}

export async function failure(promise: Promise<unknown>): Promise<AishellError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error, 'it should have failed').toBeInstanceOf(AishellError);
  return error as AishellError;
}
