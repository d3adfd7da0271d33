/** What MongoDB is asked: one `find` with a filter, the fields that are needed, and a sort or a limit where those are exact. */

import {
  columnIds,
  isReason,
  type ColumnId,
  type Dialect,
  type Expr,
  type KeyBatch,
  type Literal,
  type NativeQuery,
  type OutputColumn,
  type Project,
  type Reason,
  type Rel,
  type Scan,
  type SortKey,
  type SortLimit,
  type Type,
} from '../contract.js';
import { calculateObjectSize, Long } from 'bson';
import { conjunction, oneOf, pushFilter, unsortable, type FilterDocument } from './filter.js';
import { equals, every, nothing } from './literals.js';
import { collectionOf, fieldOf, type CollectionNative, type FieldNative } from './native.js';
import type { ReadColumn } from './reader.js';
import type { FindPayload } from './payload.js';
import { plainRead, throughProject, type Judges, type PlainRead } from '../sql/plain-read.js';
import { showFind } from './shell.js';
import { addressable, targetOf } from './target.js';

const maxKeys = 1_000;
/** A command may have 16 MB. */
const maxKeyBytes = 8 * 1024 * 1024;

export const dialect: Dialect = {
  language: 'mongodb',
  maxKeys,
  filter: (conjunct, scan) => {
    const pushed = pushFilter(conjunct, scan);
    return isReason(pushed) ? pushed : pushed.exactness;
  },
  accepts: (rel) => {
    const find = plainRead(rel, judges);
    return isReason(find) ? find : true;
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

/** What a filter looked at is read too: a value of another type must be noticed. */
function loses(project: Project, { conjuncts }: PlainRead): Reason | undefined {
  const kept = new Set(project.columns.map(({ expr }) => (expr as { id: ColumnId }).id));
  return conjuncts.some((conjunct) => [...columnIds(conjunct)].some((id) => !kept.has(id))) ? { reason: 'a filtered field has to be read' } : undefined;
}

function limitable({ keys }: SortLimit, below: PlainRead): Reason | undefined {
  for (const conjunct of below.conjuncts) {
    const pushed = pushFilter(conjunct, below.scan);
    if (isReason(pushed)) return pushed;
    if (pushed.exactness !== 'exact') return { reason: 'a limit needs exact filters below it' };
  }
  return keys.map((key) => sortable(key, below)).find(isReason);
}

const judges: Judges = {
  store: 'MongoDB',
  filter: (conjunct, scan) => {
    const pushed = pushFilter(conjunct, scan);
    return isReason(pushed) ? pushed : undefined;
  },
  project: loses,
  limit: limitable,
};

function sortable(key: SortKey, find: PlainRead): Reason | undefined {
  const expr = throughProject(key.expr, find.project);
  const target = targetOf(expr, find.scan);
  if (target === undefined || expr.kind !== 'column') return { reason: 'only plain columns are sorted by MongoDB' };
  const { bson } = target.field;
  const ordered: Partial<Record<Type['kind'], boolean>> = {
    int: true,
    text: every(bson, ['string']) || every(bson, ['objectId']),
    timestamp: true,
    boolean: true,
    decimal: true,
  };
  if (ordered[target.type.kind] !== true) return { reason: `MongoDB sorts ${target.path} in another order` };
  const notNull = target.path === '_id' || find.conjuncts.some((conjunct) => excludesNull(conjunct, expr.id));
  // MongoDB has nulls below everything else.
  if (!notNull && key.nullsFirst === key.descending) return { reason: `MongoDB sorts nulls of ${target.path} to the other end` };
  return undefined;
}

function excludesNull(conjunct: Expr, id: ColumnId): boolean {
  const isIt = (expr: Expr) => expr.kind === 'column' && expr.id === id;
  if (conjunct.kind === 'isNull') return conjunct.negated && isIt(conjunct.arg);
  if (conjunct.kind === 'compare') return !conjunct.op.startsWith('is') && (isIt(conjunct.left) || isIt(conjunct.right));
  return conjunct.kind === 'in' && isIt(conjunct.arg);
}

function compile(rel: Rel, keys?: KeyBatch): NativeQuery {
  const find = plainRead(rel, judges);
  if (isReason(find)) throw new Error(`not accepted: ${find.reason}`);
  const { scan, sortLimit } = find;
  const native = collectionOf(scan.table);
  const columns = outputs(find);
  const filter = conjunction(find.conjuncts.map((conjunct) => (pushFilter(conjunct, scan) as { filter: FilterDocument }).filter));
  const sort = sortLimit?.keys.map((key) => [targetOf(throughProject(key.expr, find.project), scan)!, key] as const) ?? [];
  const payload: FindPayload = {
    collection: native.collection,
    filters: keys === undefined ? [filter] : keyFilters(keys, scan).map((keyFilter) => conjunction([filter, keyFilter])),
    projection: projection(columns.map(({ source }) => source.field), native),
    sort: sort.length === 0 ? undefined : Object.fromEntries(sort.map(([{ path }, key]) => [path, key.descending ? -1 : 1])),
    limit: sortLimit?.limit,
    skip: sortLimit?.offset,
    columns: columns.map(({ source }) => source),
    checks: sort.flatMap(([target]) => unsortable(target)),
    capped: native.capped === true,
    collated: native.collated === true,
  };
  return { text: showFind(payload), params: [], columns: columns.map(({ output }) => output), payload };
}

function outputs({ scan, project }: PlainRead): { readonly output: OutputColumn; readonly source: ReadColumn }[] {
  const fields = new Map<string, FieldNative>(collectionOf(scan.table).fields.map((field) => [field.name, field]));
  const all = scan.columns.map(({ id, column }) => ({
    output: { id, name: column.name, type: column.type },
    source: {
      field: fieldOf(column),
      type: column.type,
      anything: column.type.kind === 'text' && !every(fields.get(fieldOf(column))?.bson ?? [], ['string', 'symbol', 'objectId']),
    },
  }));
  if (project === undefined) return all;
  return project.columns.map(({ id, expr }) => {
    const below = all.find(({ output }) => output.id === (expr as { id: ColumnId }).id)!;
    return { ...below, output: { ...below.output, id } };
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
