/** What of a statement can be answered while reading a log: filters, projections, limits, and looking up keys. */

import type { Dialect, Expr, KeyBatch, NativeQuery, OutputColumn, Project, Reason, Rel, Scan } from '../contract.js';
import { isReason } from '../contract.js';
import { placeOf, scanColumn, topicTable, type Place, type TopicTable } from './columns.js';
import { bare, oneOf, showPlace, showTest, testOf, type Test } from './tests.js';

/** The connector's own form of a query. */
export interface LogQuery {
  readonly topic: TopicTable;
  readonly columns: readonly Place[];
  /** All must hold. */
  readonly tests: readonly Test[];
  readonly limit: number | undefined;
}

export const logDialect = (language: string): Dialect => ({
  language,
  // One pass over the log, however many keys: the fewer batches the better.
  maxKeys: 500_000,

  filter(conjunct: Expr, scan: Scan) {
    const test = testOf(conjunct, scan);
    return isReason(test) ? test : 'exact';
  },

  accepts(rel: Rel) {
    const shape = shapeOf(rel);
    return isReason(shape) ? shape : true;
  },

  acceptsKeys(column, keyType, scan) {
    const found = scanColumn(column, scan.columns);
    if (!found) return { reason: 'a column of another relation' };
    const { type } = found.column;
    if (type.kind === keyType.kind && (type.kind === 'text' || type.kind === 'int')) return true;
    return { reason: 'only text and integer keys are looked up in the log' };
  },

  compile(rel: Rel, keys?: KeyBatch): NativeQuery {
    const shape = shapeOf(rel);
    if (isReason(shape)) throw new Error(`compile was asked for a relation that was not accepted: ${shape.reason}`);
    const { scan, outputs, limit } = shape;
    const tests = keys ? [...shape.tests, keyTest(keys, scan)] : shape.tests;
    const params: unknown[] = [];
    const bind = (value: unknown) => `$${params.push(value)}`;
    const columns = outputs.map(({ place }) => place);
    const topic = topicTable(scan.table);
    const where = tests.map((test) => showTest(test, bind));
    const text =
      `FETCH ${JSON.stringify(topic.topic)} ${columns.length === 0 ? 'counting' : columns.map(showPlace).join(', ')}` +
      (where.length > 0 ? ` WHERE ${where.join(' AND ')}` : '') +
      (limit === undefined ? '' : ` LIMIT ${limit}`);
    const payload: LogQuery = { topic, columns, tests, limit };
    return { text, params, columns: outputs.map(({ output }) => output), payload };
  },
});

interface Shape {
  readonly scan: Scan;
  readonly tests: readonly Test[];
  readonly outputs: readonly { readonly place: Place; readonly output: OutputColumn }[];
  readonly limit: number | undefined;
}

function shapeOf(rel: Rel): Shape | Reason {
  const limited = rel.kind === 'sortLimit' ? rel : undefined;
  if (limited && (limited.keys.length > 0 || limited.offset !== undefined)) return { reason: 'a log is not sorted by anything but its offsets' };
  const belowLimit = limited ? limited.input : rel;
  const project = belowLimit.kind === 'project' ? belowLimit : undefined;
  const belowProject = project ? project.input : belowLimit;
  const filter = belowProject.kind === 'filter' ? belowProject : undefined;
  const scan = filter ? filter.input : belowProject;
  if (scan.kind === 'aggregate') return { reason: 'messages are counted as they are read: offsets have gaps where a log was compacted or a transaction ended' };
  if (scan.kind !== 'scan') return { reason: `${scan.kind} is computed locally` };
  const tests = (filter?.conjuncts ?? []).map((conjunct) => testOf(conjunct, scan));
  const refused = tests.find(isReason);
  if (refused) return refused;
  const outputs = project ? projected(project, scan) : scan.columns.map(({ id, column }) => ({ place: placeOf(column), output: { id, name: column.name, type: column.type } }));
  return isReason(outputs) ? outputs : { scan, tests: tests as Test[], outputs, limit: limited?.limit };
}

function projected(project: Project, scan: Scan): Shape['outputs'] | Reason {
  const outputs: { place: Place; output: OutputColumn }[] = [];
  for (const { id, expr } of project.columns) {
    const column = expr.kind === 'column' ? scanColumn(expr.id, scan.columns) : undefined;
    if (!column) return { reason: 'expressions are computed locally' };
    outputs.push({ place: placeOf(column.column), output: { id, name: column.column.name, type: column.column.type } });
  }
  return outputs;
}

function keyTest(keys: KeyBatch, scan: Scan): Test {
  const column = bare({ kind: 'column', id: keys.column, type: keys.type }, scan);
  const test = isReason(column) ? column : oneOf(column, keys.values);
  if (isReason(test)) throw new Error(`keys were not accepted: ${test.reason}`);
  return test;
}
