/** Keys on their way from one staged fragment to another store: read, counted, cut into batches. */

import { typeName } from '../algebra/index.js';
import type { Column, ColumnId, Literal, Rel, Scan, Type } from '../algebra/index.js';
import { inputs } from '../algebra/index.js';
import { toLiteral } from '../duckdb/literals.js';
import type { Connection } from '../duckdb/connection.js';
import { bareStatement } from '../duckdb/statement.js';
import type { KeyBatch } from '../../connectors/contract.js';
import type { Fragment, KeyShipment } from '../plan/contract.js';
import { AishellError } from '../errors.js';

export interface Keys {
  readonly shipment: KeyShipment;
  readonly values: readonly Literal[];
}

/** The distinct keys in a stable order; undefined when there are more than `limit`. */
export async function readKeys(connection: Connection, shipment: KeyShipment, limit: number, signal: AbortSignal): Promise<Keys | undefined> {
  const type = typeName(shipment.keyType);
  const rows = await connection.rows(
    `SELECT DISTINCT CAST(key AS ${type}) AS key FROM (\n${bareStatement(shipment.keySql)}\n) AS keys(key)
     WHERE key IS NOT NULL ORDER BY 1 LIMIT ${limit + 1}`,
    signal,
  );
  if (rows.length > limit) return undefined;
  return { shipment, values: rows.map(([value]) => toLiteral(value, shipment.keyType)) };
}

/**
 * Batches that no row can match twice. Distinct keys may be equal to the store all the same ('A' and 'a' under a
 * case-insensitive collation, 0.1 in another precision); where that can be, all keys go in one batch, whose IN finds a
 * row once, or there is no answer: undefined.
 */
export function batches(keys: Keys, fragment: Fragment, maxKeys: number): readonly KeyBatch[] | undefined {
  const { keyType: type } = keys.shipment;
  const { id, column } = scanColumn(fragment.rel, keys.shipment);
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

/** The scan's column that the keys are for. */
function scanColumn(rel: Rel, { column: name, columnId }: KeyShipment): { readonly id: ColumnId; readonly column: Column } {
  const found = scansOf(rel).flatMap(({ columns }) => columns).find((candidate) => (columnId === undefined ? candidate.column.name === name : candidate.id === columnId));
  if (found !== undefined) return found;
  throw new AishellError('internal', `Keys are shipped to '${name}', which is no column of the fragment.`, 'Please report this with the statement.');
}

function scansOf(rel: Rel): readonly Scan[] {
  return rel.kind === 'scan' ? [rel] : inputs(rel).flatMap(scansOf);
}
