/** DuckDB over the very rows that a store was seeded with: what an expression means, by definition. */

import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { quoteIdentifier, typeName, typeOf, type Expr, type Literal, type Type } from '../../connectors/contract.js';
import { toLiteral } from '../../src/duckdb/literals.js';
import type { SeedTable } from './suite.js';

const infinity = 2n ** 63n - 1n;

export class Oracle {
  private constructor(private readonly connection: DuckDBConnection) {}

  static async over(tables: readonly SeedTable[]): Promise<Oracle> {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(`SET TimeZone = 'UTC'`);
    for (const { name, columns, rows } of tables) {
      await connection.run(`CREATE TABLE ${quoteIdentifier(name)} (${columns.map((c) => `${quoteIdentifier(c.name)} ${typeName(c.type)}`).join(', ')})`);
      for (let at = 0; at < rows.length; at += 500) {
        const values = rows.slice(at, at + 500).map((row) => `(${row.map((value, i) => literalSql(value, columns[i]!.type)).join(', ')})`);
        await connection.run(`INSERT INTO ${quoteIdentifier(name)} VALUES ${values.join(', ')}`);
      }
    }
    return new Oracle(connection);
  }

  /** Ids of the rows for which the condition is true. */
  async ids(table: string, condition: string): Promise<bigint[]> {
    const reader = await this.connection.runAndReadAll(`SELECT id::BIGINT FROM ${quoteIdentifier(table)} WHERE ${condition} ORDER BY 1`);
    return reader.getRows().map(([id]) => id as bigint);
  }

  /** Ids in the order asked for. */
  async ordered(table: string, orderBy: string): Promise<bigint[]> {
    const reader = await this.connection.runAndReadAll(`SELECT id::BIGINT FROM ${quoteIdentifier(table)} ORDER BY ${orderBy}`);
    return reader.getRows().map(([id]) => id as bigint);
  }

  /** Values of a query of these types; undefined where DuckDB itself has no answer, such as a sum past 38 digits. */
  async rows(sql: string, types: readonly Type[]): Promise<Literal[][] | undefined> {
    const reader = await this.connection.runAndReadAll(sql).catch(() => undefined);
    return reader?.getRows().map((row) => row.map((value, i) => (value === null ? null : toLiteral(value, types[i]!))));
  }

  close(): void {
    this.connection.closeSync();
  }
}

/** A literal as DuckDB SQL, exactly. */
export function literalSql(value: Literal, type: Type): string {
  if (value === null) return `NULL::${typeName(type)}`;
  const as = (text: string) => `'${text.replaceAll("'", "''")}'::${typeName(type)}`;
  switch (type.kind) {
    case 'text':
      // The parser ends a statement at a NUL.
      return `(${(value as string).split('\0').map(as).join(' || chr(0) || ')})`;
    case 'blob':
      return `unhex('${Buffer.from(value as Uint8Array).toString('hex')}')`;
    case 'date':
      if (value === 2_147_483_647n || value === -2_147_483_647n) return as((value as bigint) > 0n ? 'infinity' : '-infinity');
      return `(DATE '1970-01-01' + ${value as bigint}::INTEGER)`;
    case 'time':
      // Midnight at the end of the day is no sum: TIME wraps around.
      return value === 86_400_000_000n ? as('24:00:00') : `(TIME '00:00:00' + to_microseconds(${value as bigint}))`;
    case 'timestamp':
      if (value === infinity || value === -infinity) return as(value > 0n ? 'infinity' : '-infinity');
      if (type.unit === 'ns') return `make_timestamp_ns(${value as bigint})`;
      return type.zoned ? `make_timestamp(${value as bigint}::BIGINT)::TIMESTAMPTZ` : `make_timestamp(${value as bigint}::BIGINT)`;
    case 'float':
      return as(Object.is(value, -0) ? '-0.0' : String(value));
    default:
      return as(String(value));
  }
}

/** An expression over columns whose ids are their names. */
export function exprSql(expr: Expr): string {
  switch (expr.kind) {
    case 'column':
      return quoteIdentifier(expr.id);
    case 'literal':
      return literalSql(expr.value, expr.type);
    case 'compare':
      return `(${exprSql(expr.left)} ${expr.op} ${exprSql(expr.right)})`;
    case 'and':
    case 'or':
      return `(${expr.args.map(exprSql).join(` ${expr.kind} `)})`;
    case 'not':
      return `(NOT ${exprSql(expr.arg)})`;
    case 'isNull':
      return `(${exprSql(expr.arg)} IS ${expr.negated ? 'NOT ' : ''}NULL)`;
    case 'in':
      return `(${exprSql(expr.arg)} ${expr.negated ? 'NOT ' : ''}IN (${expr.list.map(exprSql).join(', ')}))`;
    case 'cast':
      return `${expr.try ? 'TRY_CAST' : 'CAST'}(${exprSql(expr.arg)} AS ${typeName(expr.type)})`;
    case 'call':
      if (expr.name === '~~' || expr.name === '!~~') return `(${exprSql(expr.args[0]!)} ${expr.name === '~~' ? '' : 'NOT '}LIKE ${exprSql(expr.args[1]!)})`;
      return `${quoteIdentifier(expr.name)}(${expr.args.map(exprSql).join(', ')})`;
    case 'case':
      return `(CASE ${expr.whens.map(({ when, then }) => `WHEN ${exprSql(when)} THEN ${exprSql(then)}`).join(' ')} ELSE ${exprSql(expr.otherwise)} END)`;
  }
  return typeName(typeOf(expr));
}
