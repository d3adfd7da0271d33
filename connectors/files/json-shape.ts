/**
 * The shape of JSON files from a bounded sample: scalars where all agree, objects as STRUCT, arrays as LIST, anything
 * mixed as JSON. Texts that are all dates or times become such. Nothing past the sample is promised: a later value of
 * another type is an error when it is read.
 */

import { types } from '../contract.js';
import type { Type } from '../contract.js';
import type { Connection } from '../../src/duckdb/connection.js';
import { notDouble } from './digits.js';

export interface JsonField {
  readonly name: string;
  readonly type: Type;
  /** Share of the sampled objects that have the field. */
  readonly presence: number;
}

export interface JsonShape {
  readonly fields: readonly JsonField[];
  readonly sampled: number;
}

/** What json_structure says of one value, merged over many. */
type Structure = { readonly kind: 'null' | 'mixed' } | { readonly kind: 'scalar'; readonly name: string } | { readonly kind: 'list'; element: Structure } | StructStructure;

interface StructStructure {
  readonly kind: 'struct';
  readonly fields: Map<string, Structure>;
}

const sampleRows = 10_000;

/** `objects` is a relation with one column `json`. */
export async function sniffJson(connection: Connection, objects: string, signal: AbortSignal): Promise<JsonShape> {
  const sample = `(SELECT json, row_number() OVER () AS n FROM (SELECT json FROM ${objects} LIMIT ${sampleRows}))`;
  const rows = await connection.rows(`SELECT CAST(json_structure(json) AS VARCHAR), count(*), min(n) FROM ${sample} GROUP BY 1 ORDER BY 3`, signal);
  let whole: Structure = { kind: 'null' };
  let sampled = 0;
  const seen = new Map<string, number>();
  for (const [text, count] of rows) {
    const structure = readStructure(JSON.parse(String(text)));
    sampled += Number(count);
    if (structure.kind === 'struct') for (const name of structure.fields.keys()) seen.set(name, (seen.get(name) ?? 0) + Number(count));
    whole = merge(whole, structure);
  }
  if (whole.kind !== 'struct') return { fields: [], sampled };
  const leaves: Leaf[] = [];
  collectLeaves(whole, '$', false, leaves);
  const refined = await refine(connection, sample, leaves, signal);
  const fields = [...whole.fields].map(([name, structure]) => ({
    name,
    type: toType(structure, pathStep('$', name), refined),
    presence: Math.round(((seen.get(name) ?? 0) / sampled) * 1000) / 1000,
  }));
  return { fields, sampled };
}

function readStructure(json: unknown): Structure {
  if (json === 'NULL') return { kind: 'null' };
  if (json === 'JSON') return { kind: 'mixed' };
  if (typeof json === 'string') return { kind: 'scalar', name: json };
  if (Array.isArray(json)) return { kind: 'list', element: readStructure(json[0]) };
  return { kind: 'struct', fields: new Map(Object.entries(json as object).map(([name, value]) => [name, readStructure(value)])) };
}

const numbers = ['UBIGINT', 'BIGINT', 'DOUBLE'];

function merge(a: Structure, b: Structure): Structure {
  if (a.kind === 'null') return b;
  if (b.kind === 'null') return a;
  if (a.kind === 'scalar' && b.kind === 'scalar') {
    if (a.name === b.name) return a;
    const order = [numbers.indexOf(a.name), numbers.indexOf(b.name)];
    return Math.min(...order) < 0 ? { kind: 'mixed' } : { kind: 'scalar', name: numbers[Math.max(...order)]! };
  }
  if (a.kind === 'list' && b.kind === 'list') return { kind: 'list', element: merge(a.element, b.element) };
  if (a.kind === 'struct' && b.kind === 'struct') {
    const fields = new Map(a.fields);
    for (const [name, structure] of b.fields) fields.set(name, merge(fields.get(name) ?? { kind: 'null' }, structure));
    return { kind: 'struct', fields };
  }
  // An empty object is reported as JSON of no kind; beside real objects it is one of them.
  return { kind: 'mixed' };
}

interface Leaf {
  readonly path: string;
  readonly inList: boolean;
  readonly name: string;
}

function collectLeaves(structure: Structure, path: string, inList: boolean, into: Leaf[]): void {
  if (structure.kind === 'scalar') into.push({ path, inList, name: structure.name });
  else if (structure.kind === 'list') collectLeaves(structure.element, `${path}[*]`, true, into);
  else if (structure.kind === 'struct') {
    for (const [name, field] of structure.fields) if (isPlain(name)) collectLeaves(field, pathStep(path, name), inList, into);
  }
}

/** Names that a JSON path can't quote. */
export function isPlain(name: string): boolean {
  return !/["\\*]/.test(name) && name !== '';
}

export function pathStep(path: string, name: string): string {
  return `${path}."${name}"`;
}

const patterns = {
  instant: String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d(:?\d\d)?)`,
  wallClock: String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?`,
  date: String.raw`\d{4}-\d\d-\d\d`,
} as const;

/** One look at the sample's texts and whole numbers: path -> a narrower type than its structure says. */
async function refine(connection: Connection, sample: string, leaves: readonly Leaf[], signal: AbortSignal): Promise<Map<string, Type>> {
  const refined = new Map<string, Type>();
  const items: string[] = [];
  const readers: ((row: readonly unknown[], at: number) => void)[] = [];
  for (const leaf of leaves) {
    const value = `json_extract_string(json, ${quote(leaf.path)})`;
    if (leaf.name === 'VARCHAR') {
      const at = items.length;
      for (const pattern of Object.values(patterns)) items.push(everyText(value, pattern, leaf.inList));
      readers.push((row) => {
        if (row[at] === true) refined.set(leaf.path, types.timestamptz);
        else if (row[at + 1] === true) refined.set(leaf.path, types.timestamp);
        else if (row[at + 2] === true) refined.set(leaf.path, types.date);
      });
    } else if (leaf.name === 'UBIGINT' && !leaf.inList) {
      const at = items.length;
      items.push(`max(TRY_CAST(${value} AS HUGEINT)) > 9223372036854775807`);
      readers.push((row) => {
        if (row[at] === true) refined.set(leaf.path, types.uint64);
      });
    } else if (leaf.name === 'DOUBLE' && !leaf.inList) {
      const at = items.length;
      items.push(`bool_and(regexp_full_match(${value}, '-?\\d+') AND TRY_CAST(${value} AS HUGEINT) IS NOT NULL)`, `bool_or(${notDouble(value)})`);
      readers.push((row) => {
        if (row[at] === true) refined.set(leaf.path, types.int128);
        else if (row[at + 1] === true) refined.set(leaf.path, types.json);
      });
    }
  }
  if (items.length === 0) return refined;
  const [row] = await connection.rows(`SELECT ${items.join(', ')} FROM ${sample}`, signal);
  for (const reader of readers) reader(row!, 0);
  return refined;
}

function everyText(value: string, pattern: string, inList: boolean): string {
  const test = (text: string) => `regexp_full_match(${text}, ${quote(pattern)})`;
  return inList ? `bool_and(len(list_filter(${value}, lambda v: v IS NOT NULL AND NOT ${test('v')})) = 0)` : `bool_and(${test(value)})`;
}

function toType(structure: Structure, path: string, refined: ReadonlyMap<string, Type>): Type {
  switch (structure.kind) {
    case 'scalar':
      return refined.get(path) ?? { BOOLEAN: types.boolean, UBIGINT: types.int64, BIGINT: types.int64, DOUBLE: types.float64, VARCHAR: types.text }[structure.name] ?? types.json;
    case 'list':
      return { kind: 'list', element: toType(structure.element, `${path}[*]`, refined) };
    case 'struct': {
      const names = [...structure.fields.keys()];
      // DuckDB folds the case of a STRUCT's fields, and a path can't name every key.
      const isAddressable = names.every(isPlain) && new Set(names.map((name) => name.toLowerCase())).size === names.length;
      if (!isAddressable) return types.json;
      return { kind: 'struct', fields: [...structure.fields].map(([name, field]) => ({ name, type: toType(field, pathStep(path, name), refined) })) };
    }
    default:
      return types.json;
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
