/** The catalogue's tables, empty, in a DuckDB: binding a statement there proves its syntax, names and types. */

import { DuckDBInstance } from '@duckdb/node-api';
import { quoteIdentifier, typeName } from '../../../src/algebra/index.js';
import type { Catalog } from '../../../src/catalog/contract.js';

export async function binder(catalog: Catalog): Promise<{ check: (sql: string) => Promise<string | undefined>; close: () => void }> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const service of catalog.services) {
    await connection.run(`ATTACH ':memory:' AS ${quoteIdentifier(service.name)}`);
    for (const table of service.tables) {
      const columns = table.columns.map((c) => `${quoteIdentifier(c.name)} ${typeName(c.type)}`).join(', ');
      await connection.run(`CREATE TABLE ${quoteIdentifier(service.name)}.${quoteIdentifier(table.name)} (${columns})`);
    }
  }
  return {
    check: async (sql) => {
      try {
        (await connection.prepare(sql)).destroySync();
        return undefined;
      } catch (error) {
        return String(error);
      }
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
