/** What MongoDB is asked: one `find` with the fields that are needed, or one `aggregate`, as far as those are exact. */

import {
  inputs,
  isReason,
  type ColumnId,
  type Dialect,
  type Expr,
  type Facts,
  type KeyBatch,
  type Literal,
  type NativeQuery,
  type OutputColumn,
  type Rel,
  type Scan,
} from '../contract.js';
import { calculateObjectSize, Long } from 'bson';
import { throughProject } from '../sql/plain-read.js';
import { conjunction, oneOf, pushFilter, unsortable, type FilterDocument } from './filter.js';
import { strange } from './guard.js';
import { equals, every, nothing } from './literals.js';
import { collectionOf, fieldOf, type CollectionNative, type FieldNative } from './native.js';
import type { FindPayload, PipelinePayload } from './payload.js';
import type { ReadColumn } from './reader.js';
import { matching, queryOf, type Query } from './relation.js';
import { show } from './shell.js';
import { addressable, targetOf } from './target.js';

const maxKeys = 1_000;
/** A command may have 16 MB. */
const maxKeyBytes = 8 * 1024 * 1024;

const dialect: Dialect = {
  language: 'mongodb',
  maxKeys,
  filter: (conjunct, scan) => {
    const pushed = pushFilter(conjunct, scan);
    return isReason(pushed) ? pushed : pushed.exactness;
  },
  accepts: (rel) => {
    const query = queryOf(rel);
    return isReason(query) ? query : true;
  },
  acceptsKeys: (column, keyType, scan) => {
    const target = targetOf({ kind: 'column', id: column, type: keyType }, scan);
    if (target === undefined) return { reason: 'not a field that a filter of MongoDB can name' };
    const { type, field } = target;
    if (type.kind !== keyType.kind) return { reason: `keys of another type than ${target.path} would be compared differently` };
    if (type.kind === 'text' ? every(field.bson, ['string', 'objectId']) : ['int', 'decimal', 'float', 'uuid', 'boolean', 'timestamp'].includes(type.kind)) return true;
    return { reason: `${target.path} can't be looked up by such keys` };
  },
  compile,
};

function compile(rel: Rel, keys?: KeyBatch): NativeQuery {
  const scan = keys && scanWith(rel, keys.column);
  const lists = keys && keyFilters(keys, scan!);
  const queries = (lists ?? [undefined]).map((filter) => {
    const query = queryOf(rel, filter && keys && { column: keys.column, type: keys.type, filter });
    if (isReason(query)) throw new Error(`not accepted: ${query.reason}`);
    return query;
  });
  const [query] = queries as [Query];
  const columns = outputs(query);
  const payload = query.stream.stages.length === 0 ? find(query, columns, lists) : pipelines(queries, columns);
  return { text: show(payload), params: [], columns: columns.map(({ output }) => output), payload };
}

function find({ stream: { scan, native }, read }: Query, columns: readonly ReadOutput[], lists: readonly FilterDocument[] | undefined): FindPayload {
  const { sortLimit } = read;
  const filter = conjunction(read.conjuncts.map((conjunct) => filterOf(conjunct, scan)));
  const sort = sortLimit?.keys.map((key) => [targetOf(throughProject(key.expr, read.project), scan)!, key] as const) ?? [];
  return {
    kind: 'find',
    collection: native.collection,
    filters: lists === undefined ? [filter] : lists.map((keyFilter) => conjunction([filter, keyFilter])),
    projection: projection(columns.map(({ source }) => source.field), native),
    sort: sort.length === 0 ? undefined : Object.fromEntries(sort.map(([{ path }, key]) => [path, key.descending ? -1 : 1])),
    limit: sortLimit?.limit,
    skip: sortLimit?.offset,
    columns: columns.map(({ source }) => source),
    checks: sort.flatMap(([target]) => unsortable(target)),
    capped: native.capped === true,
    collated: native.collated === true,
  };
}

/** A $lookup by fields that has a pipeline too came with MongoDB 5. */
export function mongoDialect({ version }: Facts): Dialect {
  if (Number.parseInt(version, 10) >= 5) return dialect;
  return { ...dialect, accepts: (rel) => (joins(rel) ? { reason: 'MongoDB before 5 is not asked for joins' } : dialect.accepts(rel)) };
}

function joins(rel: Rel): boolean {
  return rel.kind === 'join' || inputs(rel).some(joins);
}

/** Strange documents pass every filter and come before any limit; what is left out at the start is left out by the reader. */
function pipelines(queries: readonly Query[], columns: readonly ReadOutput[]): PipelinePayload {
  const [{ stream, read }] = queries as [Query];
  const { native, scan, guarded, ofNothing } = stream;
  const { keys = [], limit, offset = 0 } = read.sortLimit ?? {};
  const order = Object.fromEntries([
    ...(guarded && limit !== undefined ? [[strange, -1]] : []),
    ...keys.map((key) => [targetOf(throughProject(key.expr, read.project), scan)!.path, key.descending ? -1 : 1]),
  ]) as Record<string, 1 | -1>;
  const above = [
    ...matching(conjunction(read.conjuncts.map((conjunct) => filterOf(conjunct, scan))), stream),
    ...(Object.keys(order).length > 0 ? [{ $sort: order }] : []),
    ...(limit !== undefined ? [{ $limit: offset + limit }] : []),
    ...(columns.length < scan.columns.length ? [{ $project: Object.fromEntries([...(guarded ? [strange] : []), ...columns.map(({ source }) => source.field)].map((name) => [name, 1])) }] : []),
  ];
  return {
    kind: 'pipeline',
    collection: native.collection,
    pipelines: limit === 0 ? [] : queries.map((query) => [...query.stream.stages, ...above]),
    columns: columns.map(({ source }) => source),
    checks: stream.checks ?? [],
    guarded,
    skip: offset,
    ...(ofNothing && { ofNothing: columns.map(({ source }) => ofNothing[scan.columns.findIndex(({ column }) => column.name === source.field)]!) }),
    capped: native.capped === true,
    collated: native.collated === true,
  };
}

function filterOf(conjunct: Expr, scan: Scan): FilterDocument {
  return (pushFilter(conjunct, scan) as { filter: FilterDocument }).filter;
}

/** The collection that keys go to. */
function scanWith(rel: Rel, column: ColumnId): Scan | undefined {
  if (rel.kind === 'scan') return rel.columns.some(({ id }) => id === column) ? rel : undefined;
  return inputs(rel).map((input) => scanWith(input, column)).find((scan) => scan !== undefined);
}

interface ReadOutput {
  readonly output: OutputColumn;
  readonly source: ReadColumn;
}

function outputs(query: Query): ReadOutput[] {
  const { scan } = query.stream;
  const fields = new Map<string, FieldNative>(collectionOf(scan.table).fields.map((field) => [field.name, field]));
  const { project } = query.read;
  return (project?.columns ?? scan.columns).map(({ id }, i) => {
    const below = project === undefined ? id : (project.columns[i]!.expr as { id: ColumnId }).id;
    const { column } = scan.columns.find((candidate) => candidate.id === below)!;
    const { name, type } = column;
    const bson = fields.get(fieldOf(column))?.bson ?? [];
    return { output: { id, name, type }, source: { field: fieldOf(column), type, anything: type.kind === 'text' && !every(bson, ['string', 'symbol', 'objectId']) } };
  });
}

/** Without _id unless it is needed; whole documents where all is needed or a name can't be asked for. */
function projection(fields: readonly string[], native: CollectionNative): FilterDocument | undefined {
  if (!fields.every(addressable) || native.fields.every(({ name }) => fields.includes(name))) return undefined;
  if (fields.length === 0) return { _id: 1 };
  return Object.fromEntries([...fields.map((field) => [field, 1]), ...(fields.includes('_id') ? [] : [['_id', 0]])]) as FilterDocument;
}

/** `$in` lists that a command has room for. */
function keyFilters(keys: KeyBatch, scan: Scan): FilterDocument[] {
  const target = targetOf({ kind: 'column', id: keys.column, type: keys.type }, scan)!;
  const far: FilterDocument[] = [];
  const values = keys.values.flatMap((key: Literal) => {
    const found = equals(key, target.type, target.field);
    if (found === undefined && target.type.kind === 'timestamp') far.push(atInstant(key as bigint, target.path));
    return found === undefined || found === nothing ? [] : found;
  });
  const lists: unknown[][] = [[]];
  let bytes = 0;
  for (const value of values) {
    bytes += calculateObjectSize({ value });
    if (bytes > maxKeyBytes) {
      lists.push([]);
      bytes = 0;
    }
    lists.at(-1)!.push(value);
  }
  return lists.map((list, n) => oneOf(list, target, n === 0 ? far : []));
}

/** A date in a year that drivers and servers don't all take as one. */
function atInstant(micros: bigint, path: string): FilterDocument {
  return { $expr: { $eq: [{ $convert: { input: `$${path}`, to: 'long', onError: null, onNull: null } }, Long.fromBigInt(micros / 1000n)] } };
}
