/**
 * $group: counts, exact sums, least and greatest values, and distinct values of one field, by fields.
 *
 * Sums are made of Decimal128, which holds any sum of 64-bit integers that a collection can have. Distinct values are
 * grouped by first and counted then, so no group has to hold them. A group is `strange` if one of its documents is.
 */

import { decimal, isReason, types, type Aggregate, type AggregateCall, type Reason, type Type } from '../contract.js';
import { every } from './literals.js';
import { strange } from './guard.js';
import { made, type Made, type Stage, type StageInput, type Stream } from './stream.js';
import type { Target } from './target.js';

/** Digits after the point up to which a sum stays exact: see Guard.addSummed. */
const mostScale = 20;

/** One aggregate, in one stage or two. */
interface Accumulator {
  /** Name of its fields -> what accumulates them. */
  readonly first: Stage;
  /** What makes one of several: the fields' own names mean the first stage's. */
  readonly again: Stage;
  /** Its value at last. */
  readonly result: unknown;
  readonly column: Made;
}

export function groups(rel: Aggregate, input: StageInput): Stream | Reason {
  const { stream, stages, guard } = input;
  const by: Record<string, unknown> = {};
  const columns: Made[] = [];
  for (const [i, { id, expr }] of rel.groups.entries()) {
    const target = groupable(input.target(expr));
    if (isReason(target)) return target;
    guard.add(target);
    by[`g${i}`] = { $ifNull: [`$${target.path}`, null] };
    columns.push({ id, type: target.type, bson: target.field.bson, nullable: true });
  }
  const distinct = distinctOf(rel, input);
  if (isReason(distinct)) return distinct;
  if (distinct !== undefined) guard.add(distinct);
  const calls: Accumulator[] = [];
  for (const [i, call] of rel.aggregates.entries()) {
    const accumulator = accumulatorOf(call, `a${i}`, input);
    if (isReason(accumulator)) return accumulator;
    calls.push(accumulator);
    columns.push(accumulator.column);
  }
  const test = guard.expression;
  const merged = <K extends 'first' | 'again'>(stage: K) => Object.assign({}, ...calls.map((call) => call[stage])) as Stage;
  const guards = (from: unknown) => (test === undefined ? {} : { [strange]: { $max: from } });
  const keysOf = (fields: Stage) => (Object.keys(fields).length === 0 ? null : fields);
  const names = Object.keys(by);
  const outer = keysOf(Object.fromEntries(names.map((name) => [name, `$_id.${name}`])));
  const grouped: Stage[] =
    distinct === undefined
      ? [{ $group: { _id: keysOf(by), ...merged('first'), ...guards(test) } }]
      : [
          { $group: { _id: { ...by, d: { $ifNull: [`$${distinct.path}`, null] } }, ...merged('first'), ...guards(test) } },
          { $group: { _id: outer, ...merged('again'), ...guards(`$${strange}`) } },
        ];
  const values = [...names.map((name) => `$_id.${name}`), ...calls.map(({ result }) => result)];
  const project = { $project: { _id: 0, ...(test !== undefined && { [strange]: 1 }), ...Object.fromEntries(values.map((value, i) => [`c${i}`, value])) } };
  const result: Stream = { ...made(stream.native, [...stages, ...grouped, project], columns, test !== undefined), ...(stream.checks && { checks: stream.checks }) };
  if (rel.groups.length > 0) return result;
  return { ...result, ofNothing: rel.aggregates.map(({ name }) => (name.startsWith('count') ? 0 : null)) };
}

/** The one field whose distinct values are counted. */
function distinctOf({ aggregates }: Aggregate, input: StageInput): Target | Reason | undefined {
  const targets = aggregates.filter(isDistinct).map((call) => groupable(call.args.length === 1 ? input.target(call.args[0]!) : undefined));
  const [first] = targets;
  const refused = targets.find(isReason);
  if (refused !== undefined || first === undefined) return refused;
  return targets.every((target) => (target as Target).path === (first as Target).path) ? first : { reason: 'distinct values of several fields at once are counted locally' };
}

/** The least of distinct values is the least of all. */
function isDistinct({ name, distinct }: AggregateCall): boolean {
  return distinct && name !== 'min' && name !== 'max';
}

/** Equal here where they are equal in SQL. */
function groupable(target: Target | undefined): Target | Reason {
  if (target === undefined) return { reason: 'only fields that MongoDB can name are grouped by it' };
  const { type, field, path } = target;
  const can = type.kind === 'text' ? isOneText(target) : ['boolean', 'int', 'decimal', 'timestamp', 'uuid'].includes(type.kind) && !field.bson.includes('any');
  return can ? target : { reason: `${path} (${field.bson.join(', ') || 'no value'}) is grouped locally` };
}

/** A string and an id may be read as the same text. */
function isOneText({ field: { bson } }: Target): boolean {
  return every(bson, ['string']) || every(bson, ['objectId']);
}

function accumulatorOf(call: AggregateCall, name: string, input: StageInput): Accumulator | Reason {
  const local: Reason = { reason: `${call.name}() is computed locally` };
  if (call.filter !== undefined) return { reason: 'aggregates with FILTER are computed locally' };
  const counter = (first: unknown): Accumulator => ({
    first: { [name]: { $sum: first } },
    again: { [name]: { $sum: `$${name}` } },
    result: `$${name}`,
    column: { id: call.id, type: types.int64, bson: ['long'], nullable: false },
  });
  if (call.name === 'count_star' && !call.distinct) return counter(1);
  const target = call.args.length === 1 ? input.target(call.args[0]!) : undefined;
  if (target === undefined) return call.args.length === 1 && !call.name.startsWith('count') ? { reason: `${call.name}() of what is no field is computed locally` } : local;
  const value = `$${target.path}`;
  switch (call.name) {
    case 'count': {
      if (call.distinct) return { ...counter(1), first: {}, again: { [name]: { $sum: present('$_id.d') } } };
      input.guard.add(target);
      return counter(present(value));
    }
    case 'min':
    case 'max': {
      if (!isOrdered(target)) return { reason: `MongoDB orders ${target.path} differently` };
      input.guard.add(target);
      const best = (of: string) => ({ [name]: { [`$${call.name}`]: of } });
      return { first: best(value), again: best(`$${name}`), result: { $ifNull: [`$${name}`, null] }, column: { id: call.id, type: target.type, bson: target.field.bson, nullable: true } };
    }
    case 'sum':
    case 'sum_no_overflow':
      return sum(call, name, target, input);
    default:
      return local;
  }
}

function sum(call: AggregateCall, name: string, target: Target, { guard }: StageInput): Accumulator | Reason {
  const { type, path } = target;
  if (call.distinct) return { reason: 'sums of distinct values are computed locally' };
  const result = sumType(call.type);
  const scale = type.kind === 'decimal' ? type.scale : 0;
  if ((type.kind !== 'int' && type.kind !== 'decimal') || result === undefined || target.field.bson.includes('any')) return { reason: `a sum of ${path} depends on the order of the documents` };
  if (scale > mostScale) return { reason: `a sum of ${path} may have more digits than MongoDB counts with` };
  guard.add(target);
  if (type.kind === 'decimal') guard.addSummed(target, scale);
  const count = `${name}n`;
  return {
    first: { [name]: { $sum: { $convert: { input: `$${path}`, to: 'decimal', onError: null, onNull: null } } }, [count]: { $sum: present(`$${path}`) } },
    again: { [name]: { $sum: `$${name}` }, [count]: { $sum: `$${count}` } },
    result: { $cond: [{ $eq: [`$${count}`, 0] }, null, `$${name}`] },
    column: { id: call.id, type: result, bson: ['decimal'], nullable: true },
  };
}

/** 128-bit sums travel as decimals. */
function sumType(type: Type): Type | undefined {
  if (type.kind === 'decimal') return type;
  return type.kind === 'int' ? decimal(38, 0) : undefined;
}

function present(value: string): unknown {
  return { $cond: [{ $in: [{ $type: value }, ['missing', 'null']] }, 0, 1] };
}

function isOrdered(target: Target): boolean {
  const { type, field } = target;
  if (field.bson.includes('any')) return false;
  return type.kind === 'text' ? isOneText(target) : ['boolean', 'int', 'decimal', 'timestamp'].includes(type.kind);
}

