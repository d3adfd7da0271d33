/**
 * Values of text columns that have few, from all of the table's parts: a column is read by itself here, and hundreds of
 * millions of values a second where they are LowCardinality. What isn't read within the time allowed doesn't count.
 */

import type { Column, Table, ValueBounds } from '../contract.js';
import { rows, type Connection } from './client.js';
import { nativeTable } from './facts.js';
import { quote } from './native-type.js';
import { mapType } from './types.js';

const longest = 61;
const columnsAtOnce = 100;
const seconds = 5;

export async function values(connection: Connection, table: Table, columns: readonly Column[], bounds: ValueBounds, signal: AbortSignal): Promise<Map<string, readonly string[]> | undefined> {
  // A user who may not set a limit of time doesn't read it all.
  if (Object.keys(connection.session).length === 0) return undefined;
  const { database, name } = nativeTable(table);
  const from = `${quote(database)}.${quote(name)}`;
  const settings = ` SETTINGS max_execution_time = ${seconds}, timeout_overflow_mode = 'break'`;
  const found = new Map<string, readonly string[]>();
  for (let at = 0; at < columns.length; at += columnsAtOnce) {
    const some = columns.slice(at, at + columnsAtOnce);
    const items = some.map((column, i) => {
      const text = mapType(column.nativeType).read(quote(column.nativeName ?? column.name));
      return `groupUniqArrayIf(${bounds.most + 1})(substringUTF8(toString(${text}), 1, ${longest}), notEmpty(toString(${text}))) AS c${i}`;
    });
    const [row] = await rows<Record<string, readonly string[]>>(connection, signal, `SELECT ${items.join(', ')} FROM ${from}${settings}`);
    some.forEach((column, i) => {
      const few = row?.[`c${i}`];
      if (few !== undefined && few.length <= bounds.most) found.set(column.name, few);
    });
  }
  return found;
}
