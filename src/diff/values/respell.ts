/**
 * Keys that another service keeps under another spelling: in another case, with blanks around them, with or without
 * leading zeros, a UUID in another of its forms. The other service is asked for the spellings by an IN list, so that its
 * table is not read; which spelling it has is told by the first keys, and only that is asked of the rest.
 */

import { quoteText } from '../../algebra/index.js';
import type { Column, Table } from '../../algebra/index.js';
import { family, columnSql } from './paths.js';
import type { Run } from './run.js';
import { keyLiteral, lookUpStatement, tableSql } from './statements.js';

/** One way to write a key. */
export interface Spelling {
  apply(value: string): string;
  /** The same in a statement, of an expression of text. */
  sql(expression: string): string;
}

const uuid = /^[{]?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})[}]?$/i;
const dashed = (value: string, then: (uuid: string) => string) => {
  const parts = uuid.exec(value);
  return parts === null ? value : then(parts.slice(1).join('-').toLowerCase());
};
const dashedSql = (expression: string, then: (uuid: string) => string) => `coalesce(${then(`CAST(TRY_CAST(${expression} AS UUID) AS VARCHAR)`)}, ${expression})`;

const known: readonly Spelling[] = [
  { apply: (value) => value.trim(), sql: (text) => `trim(${text})` },
  { apply: (value) => value.toLowerCase(), sql: (text) => `lower(${text})` },
  { apply: (value) => value.toUpperCase(), sql: (text) => `upper(${text})` },
  { apply: (value) => value.trim().toLowerCase(), sql: (text) => `lower(trim(${text}))` },
  { apply: (value) => value.trim().toUpperCase(), sql: (text) => `upper(trim(${text}))` },
  { apply: (value) => value.replace(/^0+(?=\d+$)/, ''), sql: (text) => `regexp_replace(${text}, '^0+([0-9]+)$', '\\1')` },
  { apply: (value) => dashed(value, (one) => one), sql: (text) => dashedSql(text, (one) => one) },
  { apply: (value) => dashed(value, (one) => one.toUpperCase()), sql: (text) => dashedSql(text, (one) => `upper(${one})`) },
  { apply: (value) => dashed(value, (one) => one.replaceAll('-', '')), sql: (text) => dashedSql(text, (one) => `replace(${one}, '-', '')`) },
  { apply: (value) => dashed(value, (one) => one.replaceAll('-', '').toUpperCase()), sql: (text) => dashedSql(text, (one) => `upper(replace(${one}, '-', ''))`) },
];

/** All keys there are so many characters long. */
function padded(length: number): Spelling[] {
  const pad = (by: '0' | ' ', side: 'l' | 'r'): Spelling => ({
    apply: (value) => (side === 'l' ? value.padStart(length, by) : value.padEnd(length, by)),
    sql: (text) => `CASE WHEN length(${text}) < ${length} THEN ${side}pad(${text}, ${length}, ${quoteText(by)}) ELSE ${text} END`,
  });
  return [pad('0', 'l'), pad(' ', 'r'), pad(' ', 'l')];
}

/** Spellings under which a key of text might be kept elsewhere. */
export function spellings(value: string): string[] {
  return [...new Set(known.map(({ apply }) => apply(value)))].filter((form) => form !== value);
}

const keysPerStatement = 1_000;
const longSample = 20;

/** Which of the values the column has, as they are. A key that isn't unique there has several rows. */
export async function keysThere(table: Table, column: Column, values: readonly string[], run: Run): Promise<Set<string>> {
  const literals = [...new Set(values.flatMap((value) => keyLiteral(value, column.type) ?? []))];
  const found = new Set<string>();
  for (let at = 0; at < literals.length; at += keysPerStatement) {
    const batch = literals.slice(at, at + keysPerStatement);
    const { rows } = await run(lookUpStatement(table, columnSql(column), batch, [], batch.length * 2));
    for (const [value] of rows) found.add(String(value));
  }
  return found;
}

export interface Respelled {
  /** Key here to key there. */
  readonly keys: ReadonlyMap<string, string>;
  /** Those that found something. */
  readonly spellings: readonly Spelling[];
}

/**
 * @param absent keys of `from` that `to` does not have as they are
 * @param find which of so many spellings are there
 * @param first so many are asked for in every spelling
 */
export async function respell(absent: readonly string[], from: Column, { table, column }: { readonly table: Table; readonly column: Column }, find: (values: readonly string[]) => Promise<ReadonlySet<string>>, run: Run, first = 100): Promise<Respelled> {
  const keys = new Map<string, string>();
  const [here, there] = [family(from.type), family(column.type)];
  if (absent.length === 0 || (here !== 'text' && there !== 'text')) return { keys, spellings: [] };
  const hits = await take(absent.slice(0, first), [...known, ...(there === 'text' ? padded(await lengthOf(table, column, run)) : [])]);
  if (hits.length > 0) await take(absent.slice(first), hits);
  return { keys, spellings: hits };

  async function take(values: readonly string[], ways: readonly Spelling[]): Promise<Spelling[]> {
    const found = values.length === 0 ? new Set<string>() : await find([...new Set(values.flatMap((value) => ways.map(({ apply }) => apply(value)).filter((form) => form !== value)))]);
    return ways.filter(({ apply }) => {
      // One spelling is enough to find a key by.
      const some = values.filter((value) => !keys.has(value) && apply(value) !== value && found.has(apply(value)));
      for (const value of some) keys.set(value, apply(value));
      return some.length > 0;
    });
  }
}

/** Of the first keys, where they are all as long; 0 otherwise. */
async function lengthOf(table: Table, column: Column, run: Run): Promise<number> {
  const { rows } = await run(`SELECT ${columnSql(column)} AS v0 FROM ${tableSql(table)} LIMIT ${longSample}`);
  const lengths = new Set(rows.flatMap(([value]) => (value === null || value === undefined ? [] : [String(value).length])));
  return lengths.size === 1 ? [...lengths][0]! : 0;
}
