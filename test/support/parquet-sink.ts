/** A collecting sink that also takes Parquet files, by DuckDB's own reader: rows come out as canonical literals. */

import { rm } from 'node:fs/promises';
import { DuckDBInstance, type DuckDBBlobValue } from '@duckdb/node-api';
import { isNested, typeName, type Literal, type Type } from '../../connectors/contract.js';
import { toLiteral } from '../../src/duckdb/literals.js';
import { CollectingSink } from './collecting-sink.js';

let instance: Promise<DuckDBInstance> | undefined;

export class ParquetSink extends CollectingSink {
  /** The type that each column had in the file, as DuckDB names it. */
  fileTypes: string[] = [];

  override parquet(path?: string, rows?: number): Promise<void> {
    return this.#read(path!, rows!);
  }

  async #read(path: string, rows: number): Promise<void> {
    instance ??= DuckDBInstance.create(':memory:');
    const connection = await (await instance).connect();
    try {
      await connection.run("SET TimeZone = 'UTC'");
      const source = `read_parquet('${path.replaceAll("'", "''")}')`;
      const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${source}`);
      this.fileTypes = described.getRows().map((row) => String(row[1]));
      const names = this.fileTypes.map((_, i) => `c${i}`);
      const items = this.columns.map(({ type }, i) => shown(names[i]!, type));
      const reader = await connection.runAndReadAll(`SELECT ${items.join(', ')} FROM ${source} AS file(${names.join(', ')})`);
      const read = reader.getRows();
      if (read.length !== rows) throw new Error(`the file holds ${read.length} rows, ${rows} were said`);
      for (const row of read) {
        this.rows.push(row.map((value, i) => (value === null ? null : literalOf(value, this.columns[i]!.type))));
        this.onRow(this.rows.length);
      }
    } finally {
      connection.closeSync();
      await rm(path, { force: true });
    }
  }
}

/** Text comes as bytes: the node API's own decoder drops a byte order mark. */
const isText = (type: Type) => type.kind === 'text' || type.kind === 'json' || isNested(type);

function shown(name: string, type: Type): string {
  const cast = `CAST(${name} AS ${typeName(type)})`;
  return isText(type) ? `encode(CAST(${isNested(type) ? `to_json(${cast})` : cast} AS VARCHAR))` : cast;
}

function literalOf(value: unknown, type: Type): Literal {
  return isText(type) ? Buffer.from((value as DuckDBBlobValue).bytes).toString('utf8') : toLiteral(value, type);
}
