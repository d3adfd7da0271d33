/** Keys on their way from one staged fragment to another store: read, counted, cut into batches. */

import { typeName } from '../algebra/index.js';
import type { Column, Literal, Type } from '../algebra/index.js';
import { toLiteral } from '../duckdb/literals.js';
import type { Connection } from '../duckdb/connection.js';
import { bareStatement } from '../duckdb/statement.js';
import type { KeyBatch } from '../../connectors/contract.js';
import type { Fragment, KeyShipment } from '../plan/contract.js';
import { targetColumn } from './key-costs.js';

export interface Keys {
  readonly shipment: KeyShipment;
  readonly values: readonly Literal[];
}

/** So few rows are told apart and sorted here sooner than DuckDB plans and runs a statement that does it. */
const fewRows = 2_048;

/** The distinct keys in a stable order; their number alone when there are more than `limit`, then one more than that. */
export async function readKeys(connection: Connection, shipment: KeyShipment, limit: number, signal: AbortSignal): Promise<Keys | number> {
  const few = isPlain(shipment.keyType) ? await connection.rows(`SELECT ${castKeys(shipment)} LIMIT ${fewRows + 1}`, signal) : undefined;
  if (few !== undefined && few.length <= fewRows) {
    const values = [...new Set(few.map(([value]) => toLiteral(value, shipment.keyType)))].sort((a, b) => (a! < b! ? -1 : 1));
    return values.length > limit ? limit + 1 : { shipment, values };
  }
  const rows = await connection.rows(`${distinctKeys(shipment)} ORDER BY 1 LIMIT ${limit + 1}`, signal);
  if (rows.length > limit) return rows.length;
  return { shipment, values: rows.map(([value]) => toLiteral(value, shipment.keyType)) };
}

/** How many distinct keys there are among the rows that are staged already; one more than `limit` stands for all above. */
export async function countKeys(connection: Connection, shipment: KeyShipment, limit: number, signal: AbortSignal): Promise<number> {
  const [row] = await connection.rows(`SELECT count(*) FROM (${distinctKeys(shipment)} LIMIT ${limit + 1}) AS counted`, signal);
  return Number(row![0]);
}

function distinctKeys(shipment: KeyShipment): string {
  return `SELECT DISTINCT ${castKeys(shipment)}`;
}

function castKeys({ keySql, keyType }: KeyShipment): string {
  return `CAST(key AS ${typeName(keyType)}) AS key FROM (\n${bareStatement(keySql)}\n) AS keys(key) WHERE key IS NOT NULL`;
}

/** Equal values are one and the same in JavaScript. */
function isPlain({ kind }: Type): boolean {
  return kind === 'int' || kind === 'text' || kind === 'uuid' || kind === 'date' || kind === 'timestamp' || kind === 'decimal';
}

/**
 * Batches that no row can match twice. Distinct keys may be equal to the store all the same ('A' and 'a' under a
 * case-insensitive collation, 0.1 in another precision); where that can be, all keys go in one batch, whose IN finds a
 * row once, or there is no answer: undefined.
 */
export function batches(keys: Keys, fragment: Fragment, maxKeys: number): readonly KeyBatch[] | undefined {
  const { keyType: type } = keys.shipment;
  const { id, column } = targetColumn(fragment.rel, keys.shipment);
  const batch = (values: readonly Literal[]): KeyBatch => ({ column: id, type, values });
  if (keys.values.length <= maxKeys) return [batch(keys.values)];
  if (!equalityIsExact(type, column)) return undefined;
  const result: KeyBatch[] = [];
  for (let at = 0; at < keys.values.length; at += maxKeys) result.push(batch(keys.values.slice(at, at + maxKeys)));
  return result;
}

/** Keys that DuckDB tells apart are told apart by the store too. */
function equalityIsExact(keyType: Type, column: Column): boolean {
  switch (keyType.kind) {
    case 'int':
    case 'uuid':
    case 'date':
    case 'boolean':
      return column.type.kind === keyType.kind;
    case 'text':
      // Even binary collations may ignore trailing blanks; only a column without any compares every byte.
      return column.type.kind === 'text' && column.collation === undefined;
    default:
      return false;
  }
}
