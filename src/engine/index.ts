/**
 * The engine folder: a plan comes in, rows go out. It asks each store for its fragments (one snapshot a service,
 * independent fragments at once, cheapest first, keys shipped where that is cheaper), stages what arrives, proves that
 * it is complete, and runs the residual over it.
 *
 *   contract.ts   what an engine is; nothing outside of this folder knows more
 *   duckdb.ts     the first engine; instances.ts lends it instances; execution.ts is its result
 *   stage.ts      all fragments of a plan into staged tables; fragment.ts one of them
 *   scheduler.ts  what waits for what; keys.ts the keys that travel
 *   staging.ts    tables and views; sink.ts and parquet.ts the ways in; budget.ts what may come in
 *   snapshots.ts, abort.ts, report.ts
 */

export { openEngine } from './duckdb.js';
export type { EngineOptions } from './instances.js';
