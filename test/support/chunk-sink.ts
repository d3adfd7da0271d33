/** A sink that keeps rows as canonical literals whether they come as rows or as chunks of DuckDB's. */

import type { Literal, Type } from '../../connectors/contract.js';
import type { DuckDBDataChunk } from '../../src/duckdb/connection.js';
import { toLiteral } from '../../src/duckdb/literals.js';
import { CollectingSink } from './collecting-sink.js';

export class ChunkSink extends CollectingSink {
  /** Called after each chunk. */
  onChunk: () => void = () => {};

  override chunk(batch?: unknown): void {
    const chunk = batch as DuckDBDataChunk;
    for (const row of chunk.getRows()) this.rows.push(row.map((value, index) => literalOf(value, this.columns[index]!.type)));
    this.onChunk();
  }
}

/** Nested values as DuckDB writes them. */
function literalOf(value: unknown, type: Type): Literal {
  if (value === null) return null;
  return type.kind === 'struct' || type.kind === 'list' || type.kind === 'map' ? String(value) : toLiteral(value, type);
}
