/** A database's collections as tables: types from a bounded sample and from validators, keys from indexes. */

import { isNested, types, type Column, type Description, type Table, type Type } from '../contract.js';
import { MongoServerError, type Collection, type CollectionInfo, type Db } from 'mongodb';
import { membersOf, nativeName } from './members.js';
import type { CollectionNative, FieldNative } from './native.js';
import { maxColumns, type Observed } from './observe.js';
import { sample } from './sample.js';
import type { Settings } from './settings.js';
import { shapeOf, type Shape } from './shape.js';
import { proves, readValidator, widen, type Declared, type Validator } from './validator.js';

const maxTimeMS = 10_000;
const atOnce = 4;

export async function describeTables(db: Db, settings: Settings, signal: AbortSignal): Promise<Pick<Description, 'tables' | 'warnings'>> {
  const infos = (await db.listCollections({}, { signal, maxTimeMS }).toArray())
    .filter((info): info is CollectionInfo => 'options' in info && !info.name.startsWith('system.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const tables: Table[] = [];
  const warnings: string[] = [];
  const queue = infos.entries();
  const worker = async () => {
    for (const [index, info] of queue) {
      try {
        tables[index] = await describeCollection(db.collection(info.name), info, settings, warnings, signal);
      } catch (error) {
        signal.throwIfAborted();
        const denied = (error as { code?: unknown }).code === 13;
        if (!denied) throw error;
        warnings.push(`${settings.service}: the collection ${info.name} is left out: the user may not read it`);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  for (const named of settings.types.keys()) {
    if (!infos.some(({ name }) => name === named)) warnings.push(`${settings.service}: types names the collection ${named}, which isn't there`);
  }
  return { tables: tables.filter((table) => table !== undefined), warnings };
}

/** undefined where it would take too long: a compatible server may have to count one by one. */
export async function documentCount(collection: Pick<Collection, 'estimatedDocumentCount'>, signal: AbortSignal): Promise<number | undefined> {
  try {
    return await collection.estimatedDocumentCount({ maxTimeMS, signal } as object);
  } catch (error) {
    if (error instanceof MongoServerError && error.codeName === 'MaxTimeMSExpired') return undefined;
    throw error;
  }
}

async function describeCollection(
  collection: Collection,
  info: CollectionInfo,
  settings: Settings,
  warnings: string[],
  signal: AbortSignal,
): Promise<Table> {
  const view = info.type === 'view';
  const count = view ? undefined : await documentCount(collection, signal);
  const { root, documents, everyField } = await sample(collection, count, settings.sample, signal);
  const validator = readValidator(info.options ?? {});
  if (validator !== undefined) widen(root, validator.root);
  const declaredTypes = settings.types.get(info.name) ?? new Map<string, Type>();
  // Also without a document to see: every collection has an _id.
  for (const name of [...(view ? [] : ['_id']), ...declaredTypes.keys()]) root.field(name, Infinity);
  if (documents === 0) warnings.push(`${settings.service}: ${info.name} is empty: nothing but ${validator ? 'its validator' : '_id'} says what it holds`);
  if (!everyField) warnings.push(`${settings.service}: ${info.name} has more than ${maxColumns} fields: the others are left out`);
  const keys = view ? noKeys : await indexKeys(collection, signal);
  const { columns, fields } = columnsOf(root, documents, validator, declaredTypes, keys);
  const native: CollectionNative = {
    collection: info.name,
    ...(info.options?.['capped'] === true && { capped: true }),
    ...(info.options?.['collation'] !== undefined && { collated: true }),
    fields,
  };
  return {
    service: settings.service,
    name: info.name,
    kind: view ? 'view' : 'collection',
    columns,
    ...(!view && { primaryKey: ['_id'] }),
    ...(keys.uniques.length > 0 && { uniques: named(keys.uniques, columns) }),
    ...(count !== undefined && { rows: { count, exact: false } }),
    ...(validator?.root.comment !== undefined && { comment: validator.root.comment }),
    sampled: documents,
    native: { ...native },
  };
}

interface Keys {
  readonly first: ReadonlySet<string>;
  readonly uniques: readonly (readonly string[])[];
}

const noKeys: Keys = { first: new Set(), uniques: [] };

async function indexKeys(collection: Collection, signal: AbortSignal): Promise<Keys> {
  const first = new Set<string>();
  const uniques: string[][] = [];
  for (const index of await collection.listIndexes({ maxTimeMS, signal } as object).toArray()) {
    const fields = Object.entries(index['key'] as Record<string, unknown>);
    // Text, geographic and hashed indexes, and those over some documents only, don't answer for the column.
    if (fields.some(([, way]) => typeof way !== 'number') || index['partialFilterExpression'] !== undefined) continue;
    first.add(fields[0]![0]);
    if (index['unique'] === true || index['name'] === '_id_') uniques.push(fields.map(([name]) => name));
  }
  return { first, uniques: uniques.filter((key) => key[0] !== '_id' || key.length > 1) };
}

/** Unique keys whose fields are all columns of single values. */
function named(uniques: readonly (readonly string[])[], columns: readonly Column[]): string[][] {
  const plain = new Map(columns.filter(({ type }) => type.kind !== 'list' && type.kind !== 'json').map((column) => [column.nativeName ?? column.name, column.name]));
  return uniques.filter((key) => key.every((name) => plain.has(name))).map((key) => key.map((name) => plain.get(name)!));
}

function columnsOf(
  root: Observed,
  documents: number,
  validator: Validator | undefined,
  declaredTypes: ReadonlyMap<string, Type>,
  keys: Keys,
): { readonly columns: Column[]; readonly fields: FieldNative[] } {
  const columns: Column[] = [];
  const fields: FieldNative[] = [];
  const observed = [...(root.fields ?? [])].sort(([a], [b]) => Number(b === '_id') - Number(a === '_id'));
  const names = new Set(observed.map(([name]) => name));
  for (const [field, seen] of observed) {
    const by = validator?.root.fields.get(field);
    const wanted = declaredTypes.get(field);
    const shape: Shape = wanted === undefined ? shapeOf(seen) : { type: wanted, bson: ['any'] };
    const name = field === '' ? unused('unnamed', names) : field;
    columns.push({
      name,
      ...(name !== field && { nativeName: field }),
      type: shape.type,
      nullable: field !== '_id',
      ...(by?.comment !== undefined && { comment: by.comment }),
      nativeType: nativeType(seen, shape),
      ...(by?.enumValues !== undefined && shape.type.kind === 'text' && { enumValues: by.enumValues }),
      ...(keys.first.has(field) && { indexed: true }),
      ...(documents > 0 && { presence: seen.count / documents }),
      ...(validator?.strict === true && validator.root.required.has(field) && { required: true }),
      ...(isNested(shape.type) && { members: membersOf(seen, by, validator?.strict === true) }),
    });
    fields.push(native(field, shape, validator?.strict === true ? by : undefined));
  }
  return { columns, fields };
}

function native(name: string, { type, bson, fields }: Shape, declared: Declared | undefined): FieldNative {
  return { name, bson, ...(proves(declared, type, bson) && { proven: true as const }), ...(fields && { fields: proven(fields, type, declared) }) };
}

function proven(fields: readonly FieldNative[], type: Type, declared: Declared | undefined): FieldNative[] {
  return fields.map((field, index) => {
    const shape: Shape = { type: type.kind === 'struct' ? type.fields[index]!.type : types.json, bson: field.bson, ...(field.fields && { fields: field.fields }) };
    return native(field.name, shape, declared?.fields.get(field.name));
  });
}

function nativeType(seen: Observed, { bson }: Shape): string {
  return nativeName(seen.bson.size > 0 ? seen : { bson: new Map(bson.map((type) => [type, 0])) });
}

function unused(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) ? unused(`${name}_`, taken) : name;
}
