/**
 * Conjuncts as MongoDB filters.
 *
 * MongoDB compares within a type: `12` is not `'12'`, and `$gt: 5` passes over text. A sample can't prove that there is
 * no text, so a comparison also asks for values of every type that the column wasn't made for, by `$type`, which an
 * index answers at best: the read then says so instead of losing them. Where an index finds equal values, it is asked
 * for the same value as it is written in other types. Only a strict validator makes either needless. NULL is a
 * missing field or null; comparisons are never true of it. NaN is the greatest number in SQL and unordered in MongoDB.
 */

import { BSONRegExp } from 'bson';
import type { CompareOp, Exactness, Expr, Literal, Reason, Scan } from '../contract.js';
import { aliases } from './bson.js';
import { around, bound, equals, every, inOtherTypes, nothing, otherBinaries } from './literals.js';
import { targetOf, type Target } from './target.js';

export type FilterDocument = { readonly [key: string]: unknown };

export interface Pushed {
  readonly exactness: Extract<Exactness, 'exact' | 'superset'>;
  readonly filter: FilterDocument;
  /** A superset only by documents whose field is of another type than was seen, which a guard finds. */
  readonly guarded?: true;
}

/** Returns no other documents than the right ones and those of which a guard tells. */
export function isExactUnderGuard({ exactness, guarded }: Pushed): boolean {
  return exactness === 'exact' || guarded === true;
}

const exact = (filter: FilterDocument): Pushed => ({ exactness: 'exact', filter });
const superset = (filter: FilterDocument): Pushed => ({ exactness: 'superset', filter });
const guarded = (filter: FilterDocument): Pushed => ({ exactness: 'superset', filter, guarded: true });
const never: Pushed = exact({ $nor: [{}] });

export function pushFilter(conjunct: Expr, scan: Scan): Pushed | Reason {
  const constant = literalOf(conjunct);
  if (constant !== undefined) return constant.value === true ? exact({}) : never;
  switch (conjunct.kind) {
    case 'column':
      return compare('=', conjunct, true, scan);
    case 'compare':
      return comparison(conjunct, scan);
    case 'in':
      return inList(conjunct, scan);
    case 'isNull':
      return nullTest(conjunct.arg, conjunct.negated, scan);
    case 'and':
      return both(conjunct.args, scan);
    case 'or':
      return either(conjunct.args, scan);
    case 'not':
      return negation(conjunct.arg, scan);
    case 'call':
      return conjunct.name === 'struct_extract' ? compare('=', conjunct, true, scan) : pattern(conjunct, scan);
    default:
      return { reason: `MongoDB isn't asked to evaluate ${conjunct.kind} expressions` };
  }
}

const mirrored: Readonly<Record<CompareOp, CompareOp>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  'is distinct from': 'is distinct from',
  'is not distinct from': 'is not distinct from',
};

const opposite: Readonly<Record<CompareOp, CompareOp>> = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  'is distinct from': 'is not distinct from',
  'is not distinct from': 'is distinct from',
};

function comparison({ op, left, right }: Extract<Expr, { kind: 'compare' }>, scan: Scan): Pushed | Reason {
  const onRight = literalOf(right);
  if (onRight !== undefined) return compare(op, left, onRight.value, scan);
  const onLeft = literalOf(left);
  if (onLeft !== undefined) return compare(mirrored[op], right, onLeft.value, scan);
  return { reason: 'only comparisons with a constant are pushed' };
}

function compare(op: CompareOp, arg: Expr, value: Literal, scan: Scan): Pushed | Reason {
  const target = targetOf(arg, scan);
  if (target === undefined) return notAddressable(arg);
  if (value === null) {
    if (op === 'is distinct from' || op === 'is not distinct from') return op === 'is distinct from' ? exact(notNull(target)) : isNull(target);
    return never;
  }
  switch (op) {
    case '=':
    case 'is not distinct from':
      return equality([value], target);
    case '<>':
      return inequality([value], target, true);
    case 'is distinct from':
      return inequality([value], target, false);
    default:
      return ordering(op, value, target);
  }
}

function inList({ arg, list, negated }: Extract<Expr, { kind: 'in' }>, scan: Scan): Pushed | Reason {
  const target = targetOf(arg, scan);
  if (target === undefined) return notAddressable(arg);
  const values: Literal[] = [];
  for (const item of list) {
    const literal = literalOf(item);
    if (literal === undefined) return { reason: 'only lists of constants are pushed' };
    // NOT IN a list with NULL in it is never true; IN such a list is as true as without.
    if (literal.value === null && negated) return never;
    if (literal.value !== null) values.push(literal.value);
  }
  return negated ? inequality(values, target, true) : equality(values, target);
}

function equality(literals: readonly Literal[], target: Target): Pushed | Reason {
  const values = valuesOf(literals, target);
  if (values === undefined) return notComparable(target);
  return literals.length === 0 ? never : exact(oneOf(values, target));
}

/** The documents that have one of these values, and those whose value can't be compared with them. */
export function oneOf(values: readonly unknown[], target: Target, more: readonly FilterDocument[] = []): FilterDocument {
  const others = target.indexed === true && target.field.proven !== true ? inOtherTypes(values, target.type) : undefined;
  const all = [...values, ...(others ?? [])];
  const clauses = [...(all.length === 0 ? [] : [{ [target.path]: all.length === 1 ? all[0] : { $in: all } }]), ...more, ...(others === undefined ? strangers(target, 'equality') : [])];
  return clauses.length === 0 ? never.filter : anyOf(clauses);
}

/** @param nullAway rows without a value aren't different from anything */
function inequality(literals: readonly Literal[], target: Target, nullAway: boolean): Pushed | Reason {
  const values = valuesOf(literals, target);
  if (values === undefined) return notComparable(target);
  const excluded = nullAway ? [...values, null] : values;
  if (excluded.length === 0) return exact({});
  return exact(orArray(excluded.length === 1 ? { $ne: excluded[0] } : { $nin: excluded }, target));
}

function valuesOf(literals: readonly Literal[], { type, field }: Target): unknown[] | undefined {
  const values: unknown[] = [];
  for (const literal of literals) {
    const found = equals(literal, type, field);
    if (found === undefined) return undefined;
    if (found !== nothing) values.push(...found);
  }
  return values;
}

const operators = { '<': '$lt', '<=': '$lte', '>': '$gt', '>=': '$gte' } as const;

function ordering(op: keyof typeof operators, literal: Literal, target: Target): Pushed | Reason {
  const { path, type, field } = target;
  const upward = op === '>' || op === '>=';
  let condition: FilterDocument;
  if (type.kind === 'timestamp') {
    const points = typeof literal === 'bigint' ? around(literal) : undefined;
    if (points === undefined) return notComparable(target);
    condition = { [operators[op]]: op === '>' || op === '<=' ? points.floor : points.ceil };
  } else {
    const value = bound(literal, type, field.bson);
    if (value === undefined) return notComparable(target);
    condition = { [operators[op]]: value };
  }
  const number = type.kind === 'int' || type.kind === 'float' || type.kind === 'decimal';
  const clauses: FilterDocument[] = [{ [path]: condition }];
  if (number && upward && !(type.kind === 'int' && field.proven === true)) clauses.push({ [path]: NaN });
  return ordered(anyOf([...clauses, ...strangers(target, 'order')]), target);
}

/** Strings have no order among ids, yet both are read as text: the other kind comes along where there may be one. */
function ordered(filter: FilterDocument, { type, field }: Target): Pushed {
  return type.kind === 'text' && field.proven !== true ? guarded(filter) : exact(filter);
}

/** Clauses that keep the documents whose value a comparison would pass over, so that the read can refuse them. */
function strangers(target: Target, by: 'equality' | 'order'): FilterDocument[] {
  const { path, type, field, around } = target;
  if (field.proven === true) return outside(around);
  const own = ownTypes(target, by);
  const binaries = type.kind === 'uuid' ? otherBinaries.map((range) => ({ [path]: range })) : [];
  return [{ [path]: { $type: aliases.filter((alias) => alias !== 'null' && !own.includes(alias)) } }, ...binaries, ...outside(around)];
}

/** Where a document was expected, something else is. */
function outside(around: readonly string[]): FilterDocument[] {
  return around.map((path) => ({ [path]: { $type: notDocument } }));
}

const notDocument = aliases.filter((alias) => alias !== 'object' && alias !== 'null');

function anyOf(clauses: readonly FilterDocument[]): FilterDocument {
  return clauses.length === 1 ? clauses[0]! : { $or: clauses };
}

/** The types that a comparison speaks of. Of numbers, those that the column can't hold may still look unequal or less. */
function ownTypes({ type, field }: Target, by: 'equality' | 'order'): readonly string[] {
  switch (type.kind) {
    case 'text':
      return by === 'equality' ? ['string', 'symbol', 'objectId'] : field.bson;
    case 'int':
      return ['int', 'long', 'double', 'decimal'];
    case 'float':
      return ['int', 'long', 'double'];
    case 'decimal':
      return ['int', 'long', 'decimal'];
    case 'timestamp':
      return ['date'];
    case 'boolean':
      return ['bool'];
    default:
      return ['binData'];
  }
}

/** Finds a document that a sort would put in a place of its own, whatever its value is. */
export function unsortable(target: Target): FilterDocument[] {
  return target.field.proven === true ? [] : strangers(target, 'order').slice(0, 1);
}

function nullTest(arg: Expr, negated: boolean, scan: Scan): Pushed | Reason {
  const target = targetOf(arg, scan);
  if (target === undefined) return notAddressable(arg);
  return negated ? exact(notNull(target)) : isNull(target);
}

/** A null inside of an array passes as null. */
function isNull(target: Target): Pushed {
  const filter = anyOf([{ [target.path]: null }, ...outside(target.around)]);
  return mayBeArray(target) ? superset(filter) : exact(filter);
}

function notNull(target: Target): FilterDocument {
  return orArray({ $ne: null }, target);
}

/** A negation speaks of all elements of an array at once; where there may be one, it is asked for by its type. */
function orArray(condition: FilterDocument, target: Target): FilterDocument {
  const array = target.field.proven === true && !mayBeArray(target) ? [] : [{ [target.path]: { $type: 'array' } }];
  return anyOf([{ [target.path]: condition }, ...array, ...outside(target.around)]);
}

function mayBeArray({ field }: Target): boolean {
  return field.bson.length === 0 || field.bson.includes('array') || field.bson.includes('any');
}

function both(args: readonly Expr[], scan: Scan): Pushed | Reason {
  const results = args.map((arg) => pushFilter(arg, scan));
  const pushed = results.filter((result) => 'filter' in result);
  if (pushed.length === 0) return results[0]!;
  return combined(pushed, conjunction(pushed.map(({ filter }) => filter)), pushed.length === results.length);
}

function either(args: readonly Expr[], scan: Scan): Pushed | Reason {
  const pushed: Pushed[] = [];
  for (const arg of args) {
    const result = pushFilter(arg, scan);
    if (!('filter' in result)) return result;
    pushed.push(result);
  }
  return combined(pushed, { $or: pushed.map(({ filter }) => filter) });
}

function combined(parts: readonly Pushed[], filter: FilterDocument, all = true): Pushed {
  if (all && parts.every(({ exactness }) => exactness === 'exact')) return exact(filter);
  return all && parts.every(isExactUnderGuard) ? guarded(filter) : superset(filter);
}

function negation(arg: Expr, scan: Scan): Pushed | Reason {
  switch (arg.kind) {
    case 'compare':
      return pushFilter({ ...arg, op: opposite[arg.op] }, scan);
    case 'in':
    case 'isNull':
      return pushFilter({ ...arg, negated: !arg.negated }, scan);
    case 'not':
      return pushFilter(arg.arg, scan);
    case 'column':
      return compare('=', arg, false, scan);
    case 'call':
      return arg.name === 'struct_extract' ? compare('=', arg, false, scan) : { reason: 'negated patterns are not pushed' };
    default:
      return { reason: 'this negation is not pushed' };
  }
}

/** DuckDB's own names for the pieces of LIKE. The end of a pattern could be before a last line break, so it is a superset. */
function pattern({ name, args }: Extract<Expr, { kind: 'call' }>, scan: Scan): Pushed | Reason {
  const [arg, text] = args;
  const literal = text === undefined ? undefined : literalOf(text);
  const target = arg === undefined ? undefined : targetOf(arg, scan);
  if (!['prefix', 'suffix', 'contains'].includes(name) || literal === undefined) return { reason: `MongoDB isn't asked to evaluate ${name}` };
  if (target === undefined) return notAddressable(arg!);
  if (literal.value === null) return never;
  if (typeof literal.value !== 'string' || literal.value.length > 1000 || literal.value.includes('\0') || target.type.kind !== 'text' || !every(target.field.bson, ['string'])) return notComparable(target);
  const escaped = literal.value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const expression = new BSONRegExp(name === 'prefix' ? `^${escaped}` : name === 'suffix' ? `${escaped}$` : escaped);
  const pushed = anyOf([{ [target.path]: expression }, ...strangers(target, 'order')]);
  return name === 'suffix' ? superset(pushed) : ordered(pushed, target);
}

/** One document for all of them, merged while no two speak of the same field. */
export function conjunction(filters: readonly FilterDocument[]): FilterDocument {
  const used = filters.filter((filter) => Object.keys(filter).length > 0);
  const together: Record<string, unknown> = {};
  const apart: FilterDocument[] = [];
  // What an index answers stands on its own: a server may look for it there alone.
  for (const filter of used) {
    if (Object.keys(filter).some((key) => key in together)) apart.push(filter);
    else Object.assign(together, filter);
  }
  return apart.length === 0 ? together : { ...together, $and: [...apart, ...('$and' in together ? (together['$and'] as FilterDocument[]) : [])] };
}

export function literalOf(expr: Expr): { readonly value: Literal } | undefined {
  return expr.kind === 'literal' ? { value: expr.value } : undefined;
}

function notAddressable(expr: Expr): Reason {
  return { reason: expr.kind === 'cast' ? 'casts are not pushed to MongoDB' : 'not a field that a filter of MongoDB can name' };
}

function notComparable({ path, type, field }: Target): Reason {
  const seen = field.bson.join(', ') || 'no value';
  return { reason: `${path} (${seen} as ${type.kind}) can't be compared with this constant by MongoDB exactly` };
}
