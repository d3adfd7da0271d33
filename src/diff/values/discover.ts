/**
 * Links that no name suggests: a column that looks like a reference, whose sampled values are all keys of one table and
 * of no other. Values that any table could hold (1, 2, 3) prove nothing, so small numbers need a word of the table in
 * the column's name as well.
 */

import type { ColumnAddress, Link } from '../../catalog/contract.js';
import { addressText, findKeys, isMessageId } from '../../catalog/links.js';
import type { Key } from '../../catalog/links.js';
import { singular, words } from '../../catalog/names.js';
import { isRepeated, tableName } from '../../algebra/index.js';
import type { Column, Table } from '../../algebra/index.js';
import { atOnce } from '../at-once.js';
import { columnSql, family } from './paths.js';
import { keysThere, spellings } from './respell.js';
import { sampleSpread } from './spread.js';
import type { Run } from './sample.js';

export interface Proposal {
  readonly link: Link;
  readonly sample: { readonly keys: number; readonly found: number; readonly missing: readonly string[]; readonly sample: string };
}

const sampleRows = 200;
const leastValues = 10;
const contained = 0.95;
/** Where another table holds as many of the values, they tell the two apart no longer. */
const alsoContained = 0.8;
/** Below this a whole number may be a key of anything. */
const telling = 1_000;
const mostTables = 150;

/** Last words of columns that refer to something. */
const referring = new Set(['id', 'ids', 'no', 'nr', 'num', 'number', 'code', 'ref', 'reference', 'key', 'uuid', 'guid', 'sku', 'isbn', 'ean', 'iban', 'by']);

interface Candidate {
  readonly table: Table;
  readonly column: Column;
  readonly values: readonly string[];
  /** Which rows they are of. */
  readonly how: string;
}

export async function discoverLinks(tables: readonly Table[], links: readonly Link[], run: Run, inScope: (a: Table, b: Table) => boolean = () => true): Promise<{ proposals: Proposal[]; warnings: string[] }> {
  const linked = new Set(links.map(({ from }) => addressText(from)));
  // A key that itself refers to another table's rows is not where they live.
  const roots = findKeys(tables).filter((key) => !linked.has(text(key.table, key.column)) && isKeyType(key.column));
  const entities = new Set(roots.flatMap((key) => key.entity));
  const wanted = tables.filter((table) => roots.some((key) => inScope(table, key.table))).map((table) => ({ table, columns: table.columns.filter((column) => isCandidate(table, column, linked, entities, roots)) })).filter(({ columns }) => columns.length > 0);
  const some = wanted.slice(0, mostTables);
  const warnings = wanted.length > some.length ? [`Values were searched for links in ${some.length} of ${wanted.length} tables; name services with --service for the others.`] : [];
  if (roots.length === 0) return { proposals: [], warnings };
  const candidates = (await atOnce(some, ({ table, columns }) => sampleColumns(table, columns, run))).flat().filter(({ values }) => values.length >= leastValues);
  const held = await atOnce(roots.slice(0, mostTables), (key) => heldBy(key, candidates, run));
  const proposals = candidates.flatMap((candidate) => propose(candidate, roots, held));
  return { proposals, warnings };
}

function isCandidate(table: Table, column: Column, linked: ReadonlySet<string>, entities: ReadonlySet<string>, roots: readonly Key[]): boolean {
  if (!isKeyType(column) || column.name.startsWith('_') || isMessageId(column.name) || linked.has(text(table, column))) return false;
  if (roots.some((key) => key.table === table && key.column === column)) return false;
  // Elements of lists are looked at one list at a time; what only values would tell of them is not asked.
  if (isRepeated(column)) return false;
  const name = words(column.name).map(singular);
  if (name.length === 0 || (name.length === 1 && name[0] === 'id')) return false;
  return referring.has(name.at(-1)!) || name.some((word) => entities.has(word));
}

function isKeyType({ type }: Column): boolean {
  return type.kind === 'int' || type.kind === 'text' || type.kind === 'uuid' || (type.kind === 'decimal' && type.scale === 0);
}

async function sampleColumns(table: Table, columns: readonly Column[], run: Run): Promise<Candidate[]> {
  const { rows, how } = await sampleSpread(table, columns.map((column) => columnSql(column)), undefined, sampleRows, run);
  return columns.map((column, i) => ({
    table,
    column,
    values: [...new Set(rows.flatMap((row) => (row[i] === null || row[i] === undefined || row[i] === '' ? [] : [String(row[i])])))],
    how,
  }));
}

/** Which of all candidates' values the key's table has. */
async function heldBy(key: Key, candidates: readonly Candidate[], run: Run): Promise<ReadonlySet<string>> {
  const values = new Set(candidates.filter(({ table, column }) => table !== key.table && mayMeet(column, key.column)).flatMap((candidate) => candidate.values));
  return keysThere(key.table, key.column, [...values].flatMap((value) => [value, ...spellings(value)]), run);
}

function mayMeet(column: Column, key: Column): boolean {
  const [a, b] = [family(column.type), family(key.type)];
  return a === b || a === 'text' || (b === 'text' && a === 'uuid');
}

function propose({ table, column, values, how }: Candidate, roots: readonly Key[], held: readonly ReadonlySet<string>[]): Proposal[] {
  const shares = held
    .map((found, i) => ({ key: roots[i]!, found: values.filter((value) => found.has(value) || spellings(value).some((other) => found.has(other))).length }))
    .filter(({ key, found }) => key.table !== table && found / values.length >= alsoContained)
    .map((one) => ({ ...one, isNamed: one.key.entity.some((word) => words(column.name).map(singular).includes(word)) }));
  const named = shares.filter(({ isNamed }) => isNamed);
  const [best, ...others] = named.length > 0 ? named : shares;
  if (best === undefined || others.length > 0 || best.found / values.length < contained) return [];
  if (!best.isNamed && !areTelling(values)) return [];
  const link: Link = {
    from: address(table, column),
    to: address(best.key.table, best.key.column),
    evidence: 'values',
    because: `the values of ${column.name} are keys of ${tableName(best.key.table)}${best.isNamed ? ', which its name mentions' : ' and of no other table'}`,
    score: best.isNamed ? 0.9 : 0.8,
  };
  return [{ link, sample: { keys: values.length, found: best.found, missing: [], sample: how } }];
}

/** Long enough, or large enough, not to be a key of many tables by chance. */
function areTelling(values: readonly string[]): boolean {
  return values.every((value) => (/^\d+$/.test(value) ? Number(value) >= telling : value.length >= 4));
}

function text(table: Table, column: Column): string {
  return addressText(address(table, column));
}

function address(table: Table, column: Column): ColumnAddress {
  return { service: table.service, ...(table.schema === undefined ? {} : { schema: table.schema }), table: table.name, column: column.name };
}
