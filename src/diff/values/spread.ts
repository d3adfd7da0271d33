/**
 * Rows from all over a table by a few small statements. The first rows of a table are its oldest, and what was agreed of
 * late is not in them. Along a column that the store keeps in order (a key of whole numbers, the first column of an index)
 * rows are taken at even strides, of a log behind offsets all over it, and otherwise behind as many rows as make even
 * steps: the store skips those, at most a few million, and sends none of them. Redis returns keys in the order of their
 * hashes, which spreads them.
 */

import type { Cell } from '../../answer/contract.js';
import { quoteIdentifier } from '../../algebra/index.js';
import type { Column, Table } from '../../algebra/index.js';
import { mostSkipped } from './bounds.js';
import { tableSql } from './statements.js';

/** Runs one statement; nothing but its rows matters here. */
export type RunRows = (sql: string) => Promise<{ readonly rows: readonly (readonly Cell[])[] }>;

/** One place of a table and how many rows are taken there. */
export interface Stretch {
  readonly where: readonly string[];
  readonly order?: string;
  readonly limit: number;
  readonly offset?: number;
}

export interface Spread {
  readonly stretches: readonly Stretch[];
  /** For people: `8 places along id`. */
  readonly places: string;
}

export interface SpreadSample {
  readonly rows: readonly (readonly Cell[])[];
  /** For people: `400 rows from 4 places along id`, `all 17 rows`, `the first 400 rows`. */
  readonly how: string;
}

const places = 4;
/** Of a table whose size nobody knows, every further probe is behind so many times as many rows. */
const growth = 8;
const bisections = 5;
/** Where a store's estimate of its rows was too large. */
const shorter = 0.85;
const mostPartitions = 1_000;
/** A sample with fewer of the rows that were asked for came from a key whose values are not evenly spread. */
const enough = 0.75;

/**
 * @param columns SQL of what is read
 * @param notNull a column whose rows without a value are of no use
 */
export async function sampleSpread(table: Table, columns: readonly string[], notNull: string | undefined, rows: number, run: RunRows): Promise<SpreadSample> {
  const where = notNull === undefined ? [] : [`${quoteIdentifier(notNull)} IS NOT NULL`];
  const take = async (stretch: Stretch) => (await run(stretchStatement(table, columns, { ...stretch, where: [...where, ...stretch.where] }))).rows;
  const takeAll = async ({ stretches, places: from }: Spread): Promise<SpreadSample> => {
    const found: (readonly Cell[])[] = [];
    for (const stretch of stretches) {
      let next = await take(stretch);
      // The table is smaller than the store believes: towards its beginning, until there is something.
      for (let { offset = 0 } = stretch; next.length === 0 && offset > rows; ) next = await take({ ...stretch, offset: (offset = Math.floor(offset * shorter)) });
      found.push(...next);
    }
    return { rows: found, how: `${count(found.length)} rows from ${from}` };
  };
  const first = async (limit: number): Promise<SpreadSample> => {
    const found = await take({ where: [], limit });
    return { rows: found, how: found.length < limit ? allOf(found.length) : `the first ${count(found.length)} rows` };
  };
  if (table.kind === 'keys') return first(rows);
  const size = table.rows?.count;
  const isKnown = size !== undefined && size > rows;
  const begin = isKnown ? [] : (await first(size === undefined ? Math.ceil(rows / places) : rows)).rows;
  if (!isKnown && begin.length < (size === undefined ? Math.ceil(rows / places) : rows)) return { rows: begin, how: allOf(begin.length) };
  const strides = await alongOrder(table, rows, places, run);
  if (strides !== undefined) {
    const sample = await takeAll(strides);
    if (sample.rows.length >= rows * enough) return sample;
  }
  const sample = isKnown ? await takeAll(behindRows(table, size, rows, places)) : undefined;
  // Smaller than the store believes, larger, or nobody knows.
  return sample !== undefined && sample.rows.length > 0 ? sample : onAndOn(begin);

  /** Of a table whose size nobody knows: behind more and more rows, until there are none. */
  async function onAndOn(begin: readonly (readonly Cell[])[]): Promise<SpreadSample> {
    const limit = Math.ceil(rows / places);
    const found = [...begin];
    let [low, reached, taken] = [Math.max(1, begin.length), begin.length, 1];
    const has = async (offset: number): Promise<boolean> => {
      const next = offset > mostSkipped ? [] : await take({ where: [], limit, offset });
      found.push(...next);
      if (next.length === 0) return false;
      [low, reached, taken] = [offset, offset + next.length, taken + 1];
      return true;
    };
    while (await has(low * growth));
    let high = low * growth;
    for (let step = 0; step < bisections && high > rows; step++) {
      const middle = Math.floor(Math.sqrt(low * high));
      if (!(await has(middle))) high = middle;
    }
    if (low > rows) return { rows: found, how: `${count(found.length)} rows from ${taken} places among the first ${count(reached)}` };
    // Too small for places far from one another.
    const first = await take({ where: [], limit: rows });
    // A caller that has no more time is given no more rows.
    return first.length < begin.length ? { rows: begin, how: `the first ${count(begin.length)} rows` } : { rows: first, how: first.length < rows ? allOf(first.length) : `the first ${count(first.length)} rows` };
  }
}

/**
 * Where to read so many rows of a table that is known to be larger.
 * @param most places
 */
export async function spreadOver(table: Table, size: number, rows: number, most: number, run: RunRows): Promise<Spread> {
  const strides = await alongOrder(table, rows, most, run);
  if (strides === undefined) return behindRows(table, size, rows, most);
  if (table.kind === 'topic') return strides;
  // Keys far apart from the others leave stretches empty.
  for (const stretch of strides.stretches) if ((await run(stretchStatement(table, ['1'], { ...stretch, limit: 1, offset: stretch.limit - 1 }))).rows.length === 0) return behindRows(table, size, rows, most);
  return strides;
}

export function stretchStatement(table: Table, columns: readonly string[], { where, order, limit, offset }: Stretch): string {
  const filter = where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`;
  const skipped = offset === undefined || offset === 0 ? '' : ` OFFSET ${offset}`;
  return `SELECT ${columns.map((sql, i) => `${sql} AS v${i}`).join(', ')} FROM ${tableSql(table)}${filter}${order === undefined ? '' : ` ORDER BY ${order}`} LIMIT ${limit}${skipped}`;
}

/** Even steps through a table of a known size, the last rows among them. */
function behindRows(table: Table, size: number, rows: number, most: number): Spread {
  const limit = Math.ceil(rows / most);
  const reach = Math.min(size, mostSkipped);
  const stretches: Stretch[] = Array.from({ length: most }, (_, i) => ({ where: [], limit, offset: Math.floor(((reach - limit) * i) / (most - 1)) }));
  // The end of what is too long to be walked through.
  const key = textKey(table);
  if (key !== undefined) stretches[most - 1] = { where: [], limit, order: `${quoteIdentifier(key.name)} DESC` };
  return { stretches, places: size > reach ? `${most} places in its first ${count(reach)}${key === undefined ? '' : ' and at its end'}` : `${most} places all over it` };
}

/** At even strides along what the store keeps in order, the last rows among them; undefined where there is nothing such. */
async function alongOrder(table: Table, rows: number, most: number, run: RunRows): Promise<Spread | undefined> {
  if (table.columns.some(({ name }) => name === '_offset')) return alongOffsets(table, rows, most, run);
  const column = orderedColumn(table);
  if (column === undefined) return undefined;
  const name = quoteIdentifier(column.name);
  const end = async (way: 'ASC' | 'DESC'): Promise<bigint | undefined> => {
    const [row] = (await run(stretchStatement(table, [name], { where: [`${name} IS NOT NULL`], limit: 1, order: `${name} ${way}` }))).rows;
    return row === undefined ? undefined : positionOf(row[0], column);
  };
  const [low, high] = [await end('ASC'), await end('DESC')];
  if (low === undefined || high === undefined || high - low < BigInt(most)) return undefined;
  const limit = Math.ceil(rows / most);
  const at = (i: number) => literalOf(low + ((high - low) * BigInt(i)) / BigInt(most - 1), column);
  const stretches = Array.from({ length: most }, (_, i): Stretch =>
    i === most - 1 ? { where: [`${name} >= ${at(i - 1)}`], limit, order: `${name} DESC` } : { where: [`${name} >= ${at(i)}`, `${name} < ${at(i + 1)}`], limit, order: name },
  );
  return { stretches, places: `${most} places along ${column.name}` };
}

/** Behind offsets that are evenly spread in each partition; one behind a partition's end costs nothing. */
async function alongOffsets(table: Table, rows: number, most: number, run: RunRows): Promise<Spread> {
  const [first] = (await run(stretchStatement(table, ['"_offset"'], { where: [], limit: 1 }))).rows;
  const low = Number(first?.[0] ?? 0);
  // Most logs have begun alike in every partition.
  const partitions = (await run(stretchStatement(table, ['"_offset"'], { where: [`"_offset" = ${low}`], limit: mostPartitions }))).rows.length;
  const each = (table.rows?.count ?? 0) / Math.max(1, partitions);
  const limit = Math.ceil(rows / most);
  const behind = (i: number) => low + Math.floor((i === most - 1 ? 15 / 16 : i / (most - 1)) * each);
  return { stretches: Array.from({ length: most }, (_, i) => ({ where: [`"_offset" >= ${behind(i)}`], limit })), places: `${most} places along _offset` };
}

/** The single key of whole numbers, or the first column of an index whose values can be counted through. */
function orderedColumn({ kind, primaryKey, columns }: Table): Column | undefined {
  // Streams of many keys are in the order of their times each by itself.
  if (kind !== 'table' && kind !== 'collection' && !(kind === 'topic' && primaryKey?.length === 1)) return undefined;
  const key = primaryKey?.length === 1 ? columns.find(({ name }) => name === primaryKey[0]) : undefined;
  if (key?.type.kind === 'int') return key;
  return columns.find(({ indexed, within, type }) => indexed === true && within === undefined && (type.kind === 'int' || (type.kind === 'timestamp' && type.unit !== 'ns')));
}

/** A key of texts in one order. */
function textKey({ kind, primaryKey, columns }: Table): Column | undefined {
  if ((kind !== 'table' && kind !== 'collection') || primaryKey?.length !== 1) return undefined;
  const key = columns.find(({ name }) => name === primaryKey[0]);
  // A text of two native types has two orders.
  return key?.type.kind === 'text' && key.collation?.binary !== false && !key.nativeType.includes('|') ? key : undefined;
}

/** A whole number, or microseconds since 1970. */
function positionOf(value: Cell | undefined, { type }: Column): bigint | undefined {
  if (value === null || value === undefined) return undefined;
  if (type.kind === 'int') return BigInt(String(value));
  const text = String(value).replace(' ', 'T');
  const ms = Date.parse(/([+-]\d\d(:?\d\d)?|Z)$/.test(text.slice(10)) ? text.replace(/([+-]\d\d)$/, '$1:00') : `${text}Z`);
  return Number.isNaN(ms) ? undefined : BigInt(ms) * 1000n;
}

function literalOf(position: bigint, { type }: Column): string {
  if (type.kind !== 'timestamp') return String(position);
  const text = new Date(Number(position / 1000n)).toISOString().replace('T', ' ');
  return type.zoned ? `CAST('${text.replace('Z', '+00')}' AS TIMESTAMPTZ)` : `CAST('${text.replace('Z', '')}' AS TIMESTAMP)`;
}

function allOf(rows: number): string {
  return rows === 1 ? 'its only row' : `all ${count(rows)} rows`;
}

function count(rows: number): string {
  return rows.toLocaleString('en');
}
