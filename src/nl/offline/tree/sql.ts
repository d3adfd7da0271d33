/** Query tree -> DuckDB SQL. Identifiers are quoted only where they must be; constants always are. */

import type { Table, Type } from '../../../algebra/index.js';
import { quoteIdentifier } from '../../../algebra/index.js';
import type { Predicate, Query, Scalar, Source } from './tree.js';

/** DuckDB's reserved words, and those that can't stand alone as a column. */
const reserved = new Set(
  ('all analyse analyze and anti any array as asc asof asymmetric at attach authorization between binary both by case cast check collate collation column concurrently ' +
    'constraint create cross current_date current_time current_timestamp default deferrable desc describe distinct do else end except exists extract false fetch filter for foreign freeze ' +
    'from full generated glob grant group having if ilike in initially inner intersect interval into is isnull join lambda lateral leading left like limit localtime map natural ' +
    'not notnull null nullif offset on only or order outer over overlaps pivot pivot_longer pivot_wider placing positional primary qualify references returning right row rows select semi set ' +
    'show similar some struct summarize symmetric table tablesample then time timestamp to trailing trim true try_cast union unique unpivot using values variadic verbose when where window with within year month day hour minute second date').split(' '),
);

export function name(identifier: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(identifier) && !reserved.has(identifier.toLowerCase()) ? identifier : quoteIdentifier(identifier);
}

export function tableSql(table: Table): string {
  return [table.service, ...(table.schema === undefined ? [] : [table.schema]), table.name].map(name).join('.');
}

export function sql(query: Query): string {
  const qualify = query.joins.length > 0 || query.from.table === undefined;
  const context = { qualify };
  const outputs =
    query.select.length === 0
      ? '*'
      : query.select.map((o) => scalar(o.expr, context) + (o.as === undefined ? '' : ` AS ${name(o.as)}`)).join(', ');
  const parts = [
    ...(query.with === undefined ? [] : [`WITH ${query.with.map((s) => `${name(s.alias)} AS (${sql(s.query!)})`).join(', ')}`]),
    `SELECT ${query.distinct === true ? 'DISTINCT ' : ''}${outputs}`,
    `FROM ${source(query.from)}`,
    ...query.joins.map((join) => {
      const kind = { inner: 'JOIN', left: 'LEFT JOIN', full: 'FULL JOIN' }[join.kind];
      const on = join.on.map(({ left, right }) => equality(left, right)).join(' AND ');
      return `${kind} ${source(join.source)} ON ${on}`;
    }),
  ];
  if (query.where.length > 0) parts.push(`WHERE ${query.where.map((p) => predicate(p, context, 'and')).join(' AND ')}`);
  if (query.group.length > 0) parts.push(`GROUP BY ${query.group.map((g) => scalar(g, context)).join(', ')}`);
  if (query.having.length > 0) parts.push(`HAVING ${query.having.map((p) => predicate(p, context, 'and')).join(' AND ')}`);
  const order = query.order.map((o) => scalar(o.expr, context) + (o.desc ? ' DESC' : '')).join(', ');
  if (query.foremost === true) {
    const among = query.per === undefined ? '' : `PARTITION BY ${query.per.map((k) => scalar(k, context)).join(', ')} `;
    parts.push(`QUALIFY rank() OVER (${among}ORDER BY ${order}) = 1`);
    return parts.join(' ');
  }
  if (query.set !== undefined) parts.push(`${query.set.op} ${sql(query.set.right)}`);
  if (query.order.length > 0) parts.push(`ORDER BY ${order}`);
  if (query.limit !== undefined) parts.push(`LIMIT ${query.limit}`);
  return parts.join(' ');
}

interface Context {
  /** Write alias.column: more than one source is in sight. */
  readonly qualify: boolean;
}

function source(s: Source): string {
  if (s.shared === true) return name(s.alias);
  if (s.text !== undefined) return `(${s.text}) AS ${name(s.alias)}`;
  if (s.query !== undefined) return `(${sql(s.query)}) AS ${name(s.alias)}`;
  const table = tableSql(s.table!);
  return s.alias === s.table!.name ? table : `${table} AS ${name(s.alias)}`;
}

/** Ids of different types meet as text: an integer always has one spelling, a text need not be an integer. */
function equality(left: Scalar, right: Scalar): string {
  const context = { qualify: true };
  const [a, b] = [family(typeOfColumn(left)), family(typeOfColumn(right))];
  const asText = (s: Scalar, f: string) => (f === 'text' ? scalar(s, context) : `CAST(${scalar(s, context)} AS VARCHAR)`);
  if (a === b || a === 'other' || b === 'other') return `${scalar(left, context)} = ${scalar(right, context)}`;
  return `${asText(left, a)} = ${asText(right, b)}`;
}

/** A key among the keys that a query gives: of different types, as text. */
function among(arg: Scalar, values: Query, not: string, context: Context): string {
  const [output] = values.select;
  const [a, b] = [family(typeOfColumn(arg)), family(output === undefined ? undefined : typeOfColumn(output.expr))];
  if (a === b || a === 'other' || b === 'other' || output === undefined) return `${scalar(arg, context)}${not} IN (${sql(values)})`;
  const asText = (s: Scalar, f: string): Scalar => (f === 'text' ? s : { kind: 'cast', arg: s, to: 'VARCHAR' });
  return `${scalar(asText(arg, a), context)}${not} IN (${sql({ ...values, select: [{ expr: asText(output.expr, b) }] })})`;
}

function typeOfColumn(s: Scalar): Type | undefined {
  return s.kind === 'column' ? s.type : undefined;
}

function family(type: Type | undefined): 'text' | 'number' | 'uuid' | 'other' {
  switch (type?.kind) {
    case 'text':
      return 'text';
    case 'int':
    case 'decimal':
    case 'float':
      return 'number';
    case 'uuid':
      return 'uuid';
    default:
      return 'other';
  }
}

export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function scalar(s: Scalar, context: Context): string {
  switch (s.kind) {
    case 'column':
      return [...(context.qualify ? [s.source.alias] : []), ...s.path].map(name).join('.');
    case 'text':
      return text(s.value);
    case 'number':
      return plainNumber(s.value);
    case 'boolean':
      return String(s.value);
    case 'time':
      return `${s.as} ${text(s.value)}`;
    case 'aggregate': {
      const arg = s.arg === undefined ? '*' : `${s.distinct === true ? 'DISTINCT ' : ''}${scalar(s.arg, context)}`;
      const filter = s.filter === undefined ? '' : ` FILTER (WHERE ${predicate(s.filter, context)})`;
      return `${s.name}(${arg})${filter}`;
    }
    case 'bucket':
      return `date_trunc('${s.unit}', ${scalar(s.arg, context)})`;
    case 'part':
      return `${s.unit}(${scalar(s.arg, context)})`;
    case 'buckets':
      return `unnest(generate_series(${scalar(s.first, context)}, ${scalar(s.last, context)}, INTERVAL 1 ${s.unit.toUpperCase()}))`;
    case 'call':
      return `${s.name}(${s.args.map((a) => scalar(a, context)).join(', ')})`;
    case 'arithmetic':
      return `(${scalar(s.left, context)} ${s.op} ${scalar(s.right, context)})`;
    case 'elapsed':
      return s.unit === 'day' ? `date_diff('day', ${scalar(s.left, context)}, ${scalar(s.right, context)})` : `(date_diff('second', ${scalar(s.left, context)}, ${scalar(s.right, context)}) / 3600.0)`;
    case 'correlation':
      return `corr(${scalar(s.left, context)}, ${scalar(s.right, context)}) OVER ()`;
    case 'test':
      return predicate(s.of, context);
    case 'share':
      return `100.0 * ${scalar(s.of, context)} / sum(${scalar(s.of, context)}) OVER ()`;
    case 'cast':
      return `CAST(${scalar(s.arg, context)} AS ${s.to})`;
    case 'query':
      return `(${sql(s.query)})`;
  }
}

/** Never in exponent form beyond what an integer needs, so that a bigint column is compared as a bigint. */
function plainNumber(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? value.toFixed(0) : String(value);
}

function predicate(p: Predicate, context: Context, inside: 'and' | 'or' | 'top' = 'top'): string {
  const not = 'negated' in p && p.negated === true ? ' NOT' : '';
  switch (p.kind) {
    case 'compare':
      return `${scalar(p.left, context)} ${p.op} ${scalar(p.right, context)}`;
    case 'between':
      return `${scalar(p.arg, context)}${not} BETWEEN ${scalar(p.low, context)} AND ${scalar(p.high, context)}`;
    case 'like': {
      const literal = p.value.replace(/[\\%_]/g, (c) => `\\${c}`);
      const pattern = `${p.how === 'starts' ? '' : '%'}${literal}${p.how === 'ends' ? '' : '%'}`;
      return `${scalar(p.arg, context)}${not} ILIKE ${text(pattern)}${literal === p.value ? '' : " ESCAPE '\\'"}`;
    }
    case 'null':
      return `${scalar(p.arg, context)} IS${not} NULL`;
    case 'in': {
      if (Array.isArray(p.values)) return `${scalar(p.arg, context)}${not} IN (${(p.values as readonly Scalar[]).map((v) => scalar(v, context)).join(', ')})`;
      const kept = among(p.arg, p.values as Query, not, context);
      return p.orMissing === true ? `(${scalar(p.arg, context)} IS NULL OR ${kept})` : kept;
    }
    case 'and':
    case 'or': {
      const joined = p.args.map((a) => predicate(a, context, p.kind)).join(p.kind === 'and' ? ' AND ' : ' OR ');
      return inside !== 'top' && inside !== p.kind ? `(${joined})` : joined;
    }
  }
}
