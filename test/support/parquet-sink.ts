/** A collecting sink that also takes Parquet files, by DuckDB's own reader: rows come out as canonical literals. */

import { rm } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { isNested, typeName, type Type } from '../../connectors/contract.js';
import { toLiteral } from '../../src/duckdb/literals.js';
import { CollectingSink } from './collecting-sink.js';

export class ParquetSink extends CollectingSink {
  /** The type that each column had in the file, as DuckDB names it. */
  fileTypes: string[] = [];

  override parquet(path?: string, rows?: number): Promise<void> {
    return this.#read(path!, rows!);
  }

  async #read(path: string, rows: number): Promise<void> {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
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
        this.rows.push(row.map((value, i) => (value === null ? null : toLiteral(value, literalType(this.columns[i]!.type)))));
        this.onRow(this.rows.length);
      }
    } finally {
      connection.closeSync();
      instance.closeSync();
      await rm(path, { force: true });
    }
  }
}

function shown(name: string, type: Type): string {
  const cast = `CAST(${name} AS ${typeName(type)})`;
  return isNested(type) ? `CAST(to_json(${cast}) AS VARCHAR)` : cast;
}

function literalType(type: Type): Type {
  return isNested(type) ? { kind: 'text' } : type;
}
