/** Tables as two dialects' catalogues would describe them, for printing without a server. */

import { decimal, types, type Column, type Dialect, type Scan, type Table, type Type } from '../../../connectors/contract.js';
import { connector as mysql } from '../../../connectors/mysql/index.js';
import { connector as postgres } from '../../../connectors/postgres/index.js';

const kinds: readonly (readonly [string, Type, string, string])[] = [
  ['n', types.int32, 'integer', 'int'],
  ['big', types.int64, 'bigint', 'bigint'],
  ['price', decimal(12, 2), 'numeric(12,2)', 'decimal(12,2)'],
  ['ratio', types.float64, 'double precision', 'double'],
  ['word', types.text, 'character varying(40)', 'varchar(40)'],
  ['day', types.date, 'date', 'date'],
  ['at', types.timestamptz, 'timestamp with time zone', 'timestamp(6)'],
  ['doc', types.json, 'jsonb', 'json'],
];

function table(product: 'postgres' | 'mysql'): Table {
  const columns = kinds.map(
    ([name, type, pgType, myType]): Column => ({
      name,
      type,
      nullable: true,
      nativeType: product === 'postgres' ? pgType : myType,
      ...(type.kind === 'text' && { collation: { name: product === 'postgres' ? 'default' : 'utf8mb4_general_ci', binary: false } }),
    }),
  );
  const native = product === 'postgres' ? { schema: 'public', name: 'thing' } : { database: 'db', name: 'thing' };
  return { service: 's', name: 'thing', kind: 'table', columns, native };
}

export interface Printed {
  readonly name: string;
  readonly dialect: Dialect;
  readonly scan: Scan;
}

function printed(name: 'postgres' | 'mysql', dialect: Dialect): Printed {
  const described = table(name);
  return { name, dialect, scan: { kind: 'scan', table: described, columns: described.columns.map((column) => ({ id: column.name, column })) } };
}

export const pg = printed(
  'postgres',
  postgres.dialect({ version: '15', versionNumber: 150_000, database: 'd', encoding: 'UTF8', defaultCollation: 'en_US.UTF-8', nondeterministic: [], numeric: 'decimal' }),
);
export const my = printed('mysql', mysql.dialect({ version: '8.0.15', product: 'MySQL', reading: { zeroDates: 'error', time: 'time' } }));
