/**
 * Reads a relation into a query: filters, a projection and a limit over a stream, which is a collection, or groups
 * (group.ts), joined documents (join.ts) or members of documents as columns, made by a pipeline. Says why where it can't be had exactly.
 */

import { columnIds, isReason, typeOf, type ColumnId, type Expr, type OutputColumn, type Project, type Reason, type Rel, type Scan, type Type } from '../contract.js';
import { plainRead, type Judges, type PlainRead } from '../sql/plain-read.js';
import { conjunction, isExactUnderGuard, pushFilter, type FilterDocument } from './filter.js';
import { groups } from './group.js';
import { lookup } from './join.js';
import { Guard, strange } from './guard.js';
import { collectionOf } from './native.js';
import { limitable } from './sortable.js';
import { made, type KeyFilter, type Made, type StageInput, type Stream } from './stream.js';
import { targetOf, type Target } from './target.js';

export interface Query {
  readonly stream: Stream;
  readonly read: PlainRead;
}

export function queryOf(rel: Rel, keys?: KeyFilter): Query | Reason {
  const bottom = plainBottom(rel);
  const stream = streamOf(bottom, keys);
  if (isReason(stream)) return stream;
  const read = plainRead(replaced(rel, bottom, stream.scan), stream.stages.length === 0 ? judges : staged);
  if (isReason(read)) return read;
  if (stream.ofNothing !== undefined && (read.conjuncts.length > 0 || read.sortLimit !== undefined)) return oneRow;
  return { stream, read };
}

const oneRow: Reason = { reason: 'it is one row' };

function streamOf(rel: Rel, keys: KeyFilter | undefined): Stream | Reason {
  if (rel.kind === 'scan') return { native: collectionOf(rel.table), stages: [], scan: rel, guarded: false };
  if (rel.kind === 'join') {
    const [left, right] = [stageInput(rel.left, keys), stageInput(rel.right, keys)];
    return isReason(left) ? left : isReason(right) ? right : lookup(rel, left, right);
  }
  if (rel.kind !== 'aggregate' && rel.kind !== 'project') return { reason: `MongoDB isn't asked for ${rel.kind === 'opaque' ? rel.operator : rel.kind}` };
  const input = stageInput(rel.input, keys);
  if (isReason(input)) return input;
  return rel.kind === 'aggregate' ? groups(rel, input) : members(rel, input);
}

/** Below whatever a find could do over it. */
function plainBottom(rel: Rel): Rel {
  const plain = rel.kind === 'filter' || rel.kind === 'sortLimit' || (rel.kind === 'project' && rel.columns.every(({ expr }) => expr.kind === 'column'));
  return plain ? plainBottom(rel.input) : rel;
}

function replaced(rel: Rel, bottom: Rel, by: Scan): Rel {
  if (rel === bottom) return by;
  return 'input' in rel ? { ...rel, input: replaced(rel.input, bottom, by) } : rel;
}

/** What a filter looked at is read too: a value of another type must be noticed. */
function loses(project: Project, { conjuncts }: PlainRead): Reason | undefined {
  const kept = new Set(project.columns.map(({ expr }) => (expr as { id: ColumnId }).id));
  return conjuncts.some((conjunct) => [...columnIds(conjunct)].some((id) => !kept.has(id))) ? { reason: 'a filtered field has to be read' } : undefined;
}

/** A document has each of its fields once. */
function twice({ columns }: Project): Reason | undefined {
  const ids = columns.map(({ expr }) => (expr as { id: ColumnId }).id);
  return new Set(ids).size < ids.length ? { reason: 'one field as two columns is projected here' } : undefined;
}

const judges: Judges = {
  store: 'MongoDB',
  filter: (conjunct, scan) => {
    const pushed = pushFilter(conjunct, scan);
    return isReason(pushed) ? pushed : undefined;
  },
  project: (project, below) => twice(project) ?? loses(project, below),
  limit: limitable,
};

/** A stage's own documents say themselves that they are strange. */
const staged: Judges = { ...judges, project: twice };

function stageInput(rel: Rel, keys: KeyFilter | undefined): StageInput | Reason {
  // Members of documents are named right where they are used.
  const paths = rel.kind === 'project' && rel.columns.every(({ expr }) => isPath(expr)) ? rel : undefined;
  const query = queryOf(paths?.input ?? rel, keys);
  if (isReason(query)) return query;
  const { stream, read } = query;
  if (read.sortLimit !== undefined) return { reason: 'what stands above a limit is computed locally' };
  if (stream.ofNothing !== undefined) return oneRow;
  const guard = new Guard();
  if (stream.guarded) guard.addEarlier();
  const filters: FilterDocument[] = [];
  for (const conjunct of read.conjuncts) {
    const pushed = pushFilter(conjunct, stream.scan);
    if (isReason(pushed)) return pushed;
    if (!isExactUnderGuard(pushed)) return { reason: 'what stands above a filter that MongoDB answers only roughly is computed locally' };
    filters.push(pushed.filter);
    for (const target of targets(conjunct, stream.scan)) guard.add(target);
  }
  const key = keys === undefined || stream.stages.length > 0 ? undefined : targetOf({ kind: 'column', id: keys.column, type: keys.type }, stream.scan);
  if (key !== undefined) {
    filters.push(keys!.filter);
    guard.add(key);
  }
  const below = (expr: Expr) => throughPaths(expr, read.project);
  return {
    stream,
    stages: [...stream.stages, ...matching(conjunction(filters), stream)],
    guard,
    target: (expr) => targetOf(below(throughPaths(expr, paths)), stream.scan),
  };
}

/** Strange documents pass, so that they are noticed. */
export function matching(filter: FilterDocument, { guarded }: Stream): { readonly $match: FilterDocument }[] {
  if (Object.keys(filter).length === 0) return [];
  return [{ $match: guarded ? { $or: [filter, { [strange]: 1 }] } : filter }];
}

function isPath(expr: Expr): boolean {
  return expr.kind === 'column' || (expr.kind === 'call' && expr.name === 'struct_extract' && isPath(expr.args[0]!));
}

/** In terms of what lies below a projection of columns and members. */
function throughPaths(expr: Expr, project: Project | undefined): Expr {
  if (project === undefined) return expr;
  if (expr.kind === 'column') return project.columns.find(({ id }) => id === expr.id)?.expr ?? expr;
  return expr.kind === 'call' ? { ...expr, args: expr.args.map((arg) => throughPaths(arg, project)) } : expr;
}

/** The fields that a condition looks at. */
function targets(expr: Expr, scan: Scan): Target[] {
  const whole = targetOf(expr, scan);
  if (whole !== undefined) return [whole];
  const parts = expr.kind === 'compare' ? [expr.left, expr.right] : 'args' in expr ? expr.args : 'arg' in expr ? [expr.arg] : [];
  return parts.flatMap((part) => targets(part, scan));
}

const scalars: ReadonlySet<Type['kind']> = new Set(['boolean', 'int', 'float', 'decimal', 'text', 'timestamp', 'uuid']);

/** Members of documents as columns. */
function members(rel: Project, { stream, stages, guard, target: targetIn }: StageInput): Stream | Reason {
  const fields: Record<string, unknown> = {};
  const columns: Made[] = [];
  for (const [i, { id, expr }] of rel.columns.entries()) {
    const target = targetIn(expr);
    if (target === undefined || !scalars.has(target.type.kind) || target.field.bson.includes('any')) return { reason: 'only plain columns and members of documents are projected by MongoDB' };
    guard.add(target);
    fields[`c${i}`] = { $ifNull: [`$${target.path}`, null] };
    columns.push({ id, type: typeOf(expr), bson: target.field.bson, nullable: true });
  }
  const test = guard.expression;
  const project = { $project: { _id: 0, ...(test !== undefined && { [strange]: test }), ...fields } };
  return { ...made(stream.native, [...stages, project], columns, test !== undefined), ...(stream.checks && { checks: stream.checks }) };
}

export function outputOf({ stream, read }: Query): readonly OutputColumn[] {
  const all = stream.scan.columns.map(({ id, column }) => ({ id, name: column.name, type: column.type }));
  return read.project?.columns.map(({ id, expr }) => ({ ...all.find((column) => column.id === (expr as { id: ColumnId }).id)!, id })) ?? all;
}
