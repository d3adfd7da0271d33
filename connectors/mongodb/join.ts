/**
 * $lookup: inner, left, semi and anti joins of two collections by one equality of fields, where an index finds the partners.
 *
 * Partners are equal here where they are in SQL, but for null, which finds null: the sub-pipeline leaves it out. Of IN,
 * EXISTS and NOT EXISTS the first partner decides, whatever the others are. A
 * document that is strange itself (guard.ts) is kept whether it has a partner or not; one that is strange as a partner says
 * so in its row. One whose key is of a type that equals nothing would be passed over, so it is looked for first.
 */

import { isReason, typeOf, type Column, type ColumnId, type Expr, type Join, type Reason, type Rel, type Type } from '../contract.js';
import { unsortable } from './filter.js';
import { strange } from './guard.js';
import { every } from './literals.js';
import { made, type Made, type Stage, type StageInput, type Stream } from './stream.js';
import type { Target } from './target.js';

const lookedUp: ReadonlySet<Join['type']> = new Set(['inner', 'left', 'semi', 'anti']);

/** @returns the joined documents, or those of the left side that have a partner or none; the right side is a filtered collection */
export function lookup(rel: Join, left: StageInput, right: StageInput): Stream | Reason {
  if (!lookedUp.has(rel.type)) return { reason: `${rel.type} joins are computed locally` };
  const sides = [left, right] as const;
  // The partners of an inner join may be looked up on either side.
  const orders = rel.type === 'inner' ? ([[0, 1], [1, 0]] as const) : ([[0, 1]] as const);
  const keys = equalFields(rel, left, right);
  if (isReason(keys)) return keys;
  const order = orders.find(([from, to]) => isFew(sides[from]) && isFound(sides[to], keys[to]));
  if (order === undefined) return { reason: `MongoDB looks partners up one by one: only for at most ${mostLookups.toLocaleString('en-US')} documents, and by an index` };
  const [outer, inner] = order.map((side) => ({ input: sides[side], key: keys[side], columns: outputs(side === 0 ? rel.left : rel.right) })) as [Side, Side];
  if (outer.input.stream.native.fields.some(({ name }) => name === partners || name === strange)) return { reason: 'its fields have names that the join needs' };
  const partner = isLookedAt(rel) ? seen(inner) : joined(inner);
  if (isReason(partner)) return partner;
  const mine = fieldsOf(outer);
  if (isReason(mine)) return mine;
  outer.input.guard.add(outer.key);
  const test = outer.input.guard.expression;
  const guarded = test !== undefined || partner.guarded;
  // Whatever is strange is handed on.
  const odd = [...(test === undefined ? [] : [{ [strange]: 1 }]), ...(partner.guarded ? [{ [`${partners}.${strange}`]: 1 }] : [])];
  const wanted = { [partners]: { $exists: rel.type !== 'anti' } };
  const fields = [...mine, ...partner.fields];
  const columns = outputs(rel).map(({ id }) => fields.find((field) => field.column.id === id)!);
  const stages: Stage[] = [
    ...outer.input.stages,
    ...(test === undefined ? [] : [{ $set: { [strange]: test } }]),
    { $lookup: { from: inner.input.stream.native.collection, localField: outer.key.path, foreignField: inner.key.path, pipeline: partner.pipeline, as: partners } },
    { $unwind: { path: `$${partners}`, preserveNullAndEmptyArrays: true } },
    ...(rel.type === 'left' ? [] : [{ $match: odd.length === 0 ? wanted : { $or: [wanted, ...odd] } }]),
    {
      $project: {
        _id: 0,
        ...(guarded && { [strange]: { $max: [...(test === undefined ? [] : [`$${strange}`]), ...(partner.guarded ? [{ $ifNull: [`$${partners}.${strange}`, 0] }] : [])] } }),
        ...Object.fromEntries(columns.map(({ value }, i) => [`c${i}`, value])),
      },
    },
  ];
  const { native } = outer.input.stream;
  const checks = unsortable(inner.key).map((filter) => ({ collection: inner.input.stream.native.collection, filter }));
  return { ...made(native, stages, columns.map(({ column }) => column), guarded), checks: [...(outer.input.stream.checks ?? []), ...checks] };
}

/** Takes the place of a field of that name, which is why such a collection is not joined from. */
const partners = 'partner';

interface Side {
  readonly input: StageInput;
  readonly key: Target;
  readonly columns: readonly { readonly id: ColumnId; readonly type: Type }[];
}

interface Field {
  readonly column: Made;
  readonly value: unknown;
}

function fieldsOf({ input, columns }: Side): Field[] | Reason {
  const fields: Field[] = [];
  for (const { id, type } of columns) {
    const target = input.target({ kind: 'column', id, type });
    if (target === undefined) return { reason: 'a field that MongoDB can not name is needed of a join' };
    input.guard.add(target);
    fields.push({ column: { id, type: target.type, bson: target.field.bson, nullable: true }, value: { $ifNull: [`$${target.path}`, null] } });
  }
  return fields;
}

interface Partner {
  readonly pipeline: readonly Stage[];
  readonly fields: readonly Field[];
  readonly guarded: boolean;
}

/** Whether there is one: another one that is strange would change nothing. */
function seen({ input, key }: Side): Partner {
  input.guard.add(key);
  const test = input.guard.expression;
  const pipeline = [notNull(key), ...input.stages, { $limit: 1 }, { $project: { _id: 1, ...(test !== undefined && { [strange]: test }) } }];
  return { pipeline, fields: [], guarded: test !== undefined };
}

function notNull({ path }: Target): Stage {
  return { $match: { [path]: { $ne: null } } };
}

function joined(side: Side): Partner | Reason {
  const own = fieldsOf(side);
  if (isReason(own)) return own;
  const { input, key } = side;
  input.guard.add(key);
  const test = input.guard.expression;
  const project = { _id: 0, ...(test !== undefined && { [strange]: test }), ...Object.fromEntries(own.map(({ value }, i) => [`r${i}`, value])) };
  return {
    pipeline: [notNull(key), ...input.stages, { $project: project }],
    fields: own.map(({ column }, i) => ({ column, value: { $ifNull: [`$${partners}.r${i}`, null] } })),
    guarded: test !== undefined,
  };
}

function equalFields({ on }: Join, left: StageInput, right: StageInput): readonly [Target, Target] | Reason {
  const [condition, ...others] = on;
  if (condition?.kind !== 'compare' || condition.op !== '=' || others.length > 0) return { reason: 'only one equality of fields is looked up by MongoDB' };
  const sides = [condition.left, condition.right].map((expr: Expr) => [left.target(expr), right.target(expr)] as const);
  const [a, b] = [sides.map(([target]) => target).find((target) => target !== undefined), sides.map(([, target]) => target).find((target) => target !== undefined)];
  if (a === undefined || b === undefined) return { reason: 'only fields that MongoDB can name are joined by it' };
  const kinds = new Set<Type['kind']>(['int', 'text', 'uuid', 'timestamp', 'boolean']);
  const isText = (target: Target) => every(target.field.bson, ['string']) ? 'string' : every(target.field.bson, ['objectId']) ? 'objectId' : undefined;
  const isSame = a.type.kind === b.type.kind && kinds.has(a.type.kind) && (a.type.kind !== 'text' || (isText(a) !== undefined && isText(a) === isText(b)));
  return isSame && ![a, b].some(({ field }) => field.bson.includes('any')) ? [a, b] : { reason: `${a.path} and ${b.path} are joined locally` };
}

/** More documents are read sooner than each of them is looked up. */
const mostLookups = 2_000;

function isFew({ stream }: StageInput): boolean {
  const { rows } = stream.scan.table;
  return rows !== undefined && rows.count <= mostLookups;
}

/** A collection as it is, whose key has an index of its own. */
function isFound({ stream }: StageInput, { path }: Target): boolean {
  if (stream.stages.length > 0 || stream.native.capped === true) return false;
  const column: Column | undefined = stream.scan.table.columns.find(({ name, nativeName }) => (nativeName ?? name) === path);
  return column?.indexed === true;
}

/** Only whether there are partners matters. */
function isLookedAt({ type }: Join): boolean {
  return type === 'semi' || type === 'anti';
}

function outputs(rel: Rel): readonly { readonly id: ColumnId; readonly type: Type }[] {
  switch (rel.kind) {
    case 'scan':
      return rel.columns.map(({ id, column }) => ({ id, type: column.type }));
    case 'project':
      return rel.columns.map(({ id, expr }) => ({ id, type: typeOf(expr) }));
    case 'aggregate':
      return [...rel.groups.map(({ id, expr }) => ({ id, type: typeOf(expr) })), ...rel.aggregates.map(({ id, type }) => ({ id, type }))];
    case 'join':
      return isLookedAt(rel) ? outputs(rel.left) : [...outputs(rel.left), ...outputs(rel.right)];
    case 'filter':
    case 'sortLimit':
      return outputs(rel.input);
    default:
      return [];
  }
}
