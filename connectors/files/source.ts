/** The folder, open: a locked DuckDB of its own that may read this folder and nothing else. */

import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseType, quoteIdentifier, typeName } from '../contract.js';
import type { Column, Coverage, Description, Health, Host, NativeQuery, ReadStats, Scan, Sink, Snapshot, Source, Table, Type, ValueBounds } from '../contract.js';
import { openInstance } from '../../src/duckdb/instance.js';
import type { Instance } from '../../src/duckdb/instance.js';
import type { Connection } from '../../src/duckdb/connection.js';
import { attach, databaseName } from './databases.js';
import { describeFolder } from './describe.js';
import { viewName } from './dialect.js';
import type { FilesPayload } from './dialect.js';
import { fileFailure, outdated, withoutLine } from './failures.js';
import { listFolder, realFiles } from './folder.js';
import { hasOffsets, mergeSpans, spanQuery } from './offsets.js';
import type { Span } from './offsets.js';
import { ParsedTables } from './parsed.js';
import { isCuttable } from './pieces.js';
import type { PieceFile } from './pieces.js';
import { HeldBatches, readPieces, sizesOf } from './piecewise.js';
import { relationSql } from './relations.js';
import { unreadable } from './settings.js';
import type { Settings } from './settings.js';
import { readSqlite } from './sqlite-read.js';
import { filesOf, nativeOf } from './tables.js';
import type { NativeTable } from './tables.js';
import { valuesOf } from './values.js';

/** Resident memory that reading may take; the instance holds a quarter of it, and spills. */
const readingMemory = 1 << 30;
/** Each thread takes a buffer of 32 MB to read JSON. */
const mostThreads = Math.min(4, availableParallelism());
/** Up to this size one thread reads a folder: with more, all but one would mostly wait, and DuckDB's busily. */
const smallFolder = 64 << 20;
/** Up to this size files are read in one go, in less time than anybody waits. */
const wholeBytes = 32 << 20;
/** A packed text may be so many times as long. */
const packed = 32;

export class FilesSource implements Source {
  /** A view is made once, and again when its definition changes. */
  readonly #views = new Map<string, { readonly definition: string; readonly made: Promise<void> }>();

  readonly #parsed = new ParsedTables();

  /** Ends when the last of those ends that read a piece of a large table. */
  #turn: Promise<unknown> = Promise.resolve();

  readonly #coverages = new Map<string, Promise<readonly Coverage[]>>();

  private constructor(
    private readonly settings: Settings,
    private readonly host: Host,
    private readonly instance: Instance,
    private readonly version: string,
  ) {}

  static async open(settings: Settings, host: Host, signal: AbortSignal): Promise<FilesSource> {
    await access(settings.root, constants.R_OK | constants.X_OK).catch((cause: NodeJS.ErrnoException) => {
      throw unreadable(settings.service, settings.root, cause);
    });
    const { groups } = await listFolder(settings);
    signal.throwIfAborted();
    const threads = groups.reduce((sum, { bytes }) => sum + bytes, 0) <= smallFolder ? 1 : mostThreads;
    const instance = await openInstance({ tempDir: host.tempDir, memoryBytes: readingMemory, timezone: 'UTC', threads, readableFolders: [settings.root] });
    const connection = await instance.connect();
    const version = (await connection.json('SELECT version()')).replace(/^v/, '');
    await connection.close();
    return new FilesSource(settings, host, instance, version);
  }

  async describe(signal: AbortSignal): Promise<Description> {
    return this.#connected((connection) => describeFolder(this.settings, connection, this.host.tempDir, this.version, signal));
  }

  open(_signal: AbortSignal): Promise<Snapshot> {
    return Promise.resolve({
      consistency: 'the files as they are when read',
      read: (query, sink, signal) => this.#read(query, sink, signal),
      close: () => Promise.resolve(),
    });
  }

  async values(table: Table, columns: readonly Column[], bounds: ValueBounds, signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]> | undefined> {
    const native = nativeOf(table);
    if (native.format === 'sqlite') return undefined;
    const files = await realFiles(this.settings, filesOf(native));
    const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
    const scan: Scan = { kind: 'scan', table, columns: table.columns.map((column) => ({ id: column.name, column })) };
    try {
      return await this.#connected(async (connection) => {
        await this.#prepare(connection, scan, files, signal);
        return valuesOf(connection, viewName(scan), sizes.reduce((sum, size) => sum + size, 0), columns, bounds, signal);
      });
    } catch (error) {
      throw fileFailure(error, this.settings.service, `the files of ${table.name}`, signal);
    }
  }

  async health(signal: AbortSignal): Promise<Health> {
    const { groups, warnings } = await listFolder(this.settings);
    signal.throwIfAborted();
    return {
      version: this.version,
      rights: [`read ${groups.length} data file${groups.length === 1 ? '' : 's or groups of files'} in ${this.settings.root}`],
      canWrite: false,
      advice: groups.length === 0 ? [`Put Parquet, CSV, JSON, NDJSON, DuckDB or SQLite files into ${this.settings.root}.`] : warnings,
    };
  }

  close(): Promise<void> {
    return this.instance.close();
  }

  async #connected<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.instance.connect();
    try {
      return await work(connection);
    } finally {
      await connection.close();
    }
  }

  async #read(query: NativeQuery, sink: Sink, signal: AbortSignal): Promise<ReadStats> {
    const { scan, select } = query.payload as FilesPayload;
    const native = nativeOf(scan.table);
    const what = filesOf(native).length === 1 ? filesOf(native)[0]! : `the files of ${scan.table.name}`;
    try {
      const files = await realFiles(this.settings, filesOf(native));
      if (native.format === 'sqlite') return await readSqlite(this.settings.service, files[0]!, this.host.tempDir, query, sink, signal);
      const canBePart = sink.takesPart === true && select !== undefined && isCuttable(native);
      const inPieces = async () => {
        const sizes = await sizesOf(files);
        return this.#readPieces(query, native, files.map((path, index) => ({ path, name: filesOf(native)[index]!, bytes: sizes[index]! })), what, sink, signal);
      };
      if (canBePart && (await unpackedSize(files)) > wholeBytes) return await inPieces();
      return await this.#readWhole(query, files, what, sink, signal).catch((error: unknown) => {
        const failure = fileFailure(error, this.settings.service, what, signal);
        if (canBePart && ['source.failed', 'source.value', 'source.cut'].includes(failure.code)) return inPieces();
        throw failure;
      });
    } catch (error) {
      throw fileFailure(error, this.settings.service, what, signal);
    }
  }

  async #readWhole(query: NativeQuery, files: readonly string[], what: string, sink: Sink, signal: AbortSignal): Promise<ReadStats> {
    const { scan } = query.payload as FilesPayload;
    await this.#connected((connection) => this.#prepare(connection, scan, files, signal));
    const held = sink.takesPart === true && isCuttable(nativeOf(scan.table)) ? new HeldBatches(sink) : undefined;
    const [rows, coverage] = await Promise.all([
      this.#connected((connection) => this.#stream(connection, query, held ?? sink, signal)),
      hasOffsets(scan.table) ? this.#coverage(scan, files, signal) : undefined,
    ]);
    held?.release();
    return { ...rows, proof: `end of ${what}, ${rows.rows} rows`, ...(coverage === undefined ? {} : { coverage }) };
  }

  #readPieces(query: NativeQuery, native: NativeTable, files: readonly PieceFile[], what: string, sink: Sink, signal: AbortSignal): Promise<ReadStats> {
    const { service } = this.settings;
    const { columns } = (query.payload as FilesPayload).scan.table;
    return readPieces({ service, native, columns, files, tempDir: this.host.tempDir }, query, {
      connected: (work) => this.#connected(work),
      stream: (connection, part, into, stopped) => this.#stream(connection, part, into, stopped),
      turn: (work) => this.#inTurn(work),
      failure: (error, stopped) => fileFailure(withoutLine(error), service, what, stopped),
    }, sink, signal);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** The table as a view, under its own name. */
  async #prepare(connection: Connection, scan: Scan, files: readonly string[], signal: AbortSignal): Promise<void> {
    const { table } = scan;
    const native = nativeOf(table);
    const database = native.format === 'duckdb' ? databaseName(native.file) : '';
    const relation = relationSql(native, table.columns, files, database);
    const isText = native.format === 'json' || native.format === 'csv';
    // What a log spans is asked with each of its reads.
    const parsed = isText ? await this.#parsed.of(connection, relation, files, table.kind === 'topic', signal) : undefined;
    const definition = parsed?.table === undefined ? relation : `SELECT * FROM ${parsed.table}`;
    await this.#define(scan, definition, async () => {
      if (native.format === 'duckdb') await attach(connection, native.file, files[0]!, signal);
      if (table.schema !== undefined) await connection.run(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(table.schema)}`, signal);
      await connection.run(`CREATE OR REPLACE VIEW ${viewName(scan)} AS ${definition}`, signal);
    });
    if (parsed?.stale !== undefined) await connection.run(`DROP TABLE IF EXISTS ${parsed.stale}`, signal);
  }

  #define(scan: Scan, definition: string, make: () => Promise<void>): Promise<void> {
    const name = viewName(scan);
    const known = this.#views.get(name);
    if (known?.definition === definition) return known.made;
    const view = { definition, made: make() };
    this.#views.set(name, view);
    view.made.catch(() => {
      if (this.#views.get(name) === view) this.#views.delete(name);
    });
    return view.made;
  }

  async #stream(connection: Connection, query: Pick<NativeQuery, 'text' | 'params' | 'columns'>, sink: Sink, signal: AbortSignal): Promise<{ rows: number; bytes: number }> {
    const result = await connection.stream(query.text, signal, query.params as readonly string[]);
    const changed = query.columns.find((column, index) => !isAs(column.type, result.columns[index]!.type));
    if (changed !== undefined) throw outdated(this.settings.service, changed.name);
    // The values' own widths; how much of the files DuckDB had to read for them it does not say.
    const rowBytes = query.columns.length * 8;
    let rows = 0;
    for await (const chunk of result.chunks()) {
      sink.received(chunk.rowCount * rowBytes);
      sink.chunk(chunk, chunk.rowCount);
      rows += chunk.rowCount;
    }
    return { rows, bytes: rows * rowBytes };
  }

  /** The whole file is scanned whatever the filter; what it spans is asked once for each of its states. */
  async #coverage(scan: Scan, files: readonly string[], signal: AbortSignal): Promise<readonly Coverage[]> {
    const states = await Promise.all(files.map(async (file) => `${(await stat(file)).mtimeMs} ${file}`));
    const key = `${viewName(scan)} ${states.join()}`;
    const known = this.#coverages.get(key) ?? this.#connected((connection) => this.#spans(connection, scan, signal));
    this.#coverages.set(key, known);
    known.catch(() => this.#coverages.delete(key));
    return known;
  }

  async #spans(connection: Connection, scan: Scan, signal: AbortSignal): Promise<Coverage[]> {
    const spans = new Map<string, Span>();
    mergeSpans(spans, await connection.rows(spanQuery(`SELECT * FROM ${viewName(scan)}`), signal));
    return [...spans].map(([partition, { from, to, messages }]) => ({ partition, from: String(from), to: String(to), messages, bytes: 0, reachedEnd: true, bound: 'the whole file' }));
  }
}

async function unpackedSize(files: readonly string[]): Promise<number> {
  const sizes = await sizesOf(files);
  return files.reduce((sum, file, index) => sum + sizes[index]! * (/\.(gz|zst)$/i.test(file) ? packed : 1), 0);
}

/** Is a column of the result what the catalogue promised? JSON is text with a name, which nested ones lose here. */
function isAs(promised: Type, found: string): boolean {
  const type = parseType(found);
  return type === undefined || typeName(withoutJson(promised)) === typeName(withoutJson(type));
}

function withoutJson(type: Type): Type {
  switch (type.kind) {
    case 'json':
      return { kind: 'text' };
    case 'list':
      return { kind: 'list', element: withoutJson(type.element) };
    case 'map':
      return { kind: 'map', key: withoutJson(type.key), value: withoutJson(type.value) };
    case 'struct':
      return { kind: 'struct', fields: type.fields.map(({ name, type: field }) => ({ name, type: withoutJson(field) })) };
    default:
      return type;
  }
}

