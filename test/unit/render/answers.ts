/** One answer of every kind, with hostile text where a store could put some. */

import type { Answer, ChangesAnswer, CheckAnswer, DiffAnswer, GraphAnswer, DoctorAnswer, LinksAnswer, ExplainAnswer, FragmentReport, QueryAnswer, ReportAnswer, SchemaAnswer, SnapshotAnswer, TraceAnswer } from '../../../src/answer/contract.js';

export const evil = 'a\u001b[2J\u202eb\u009b31m\nc\u0007\u0000';

const fragment: FragmentReport = {
  id: 'f1', service: 'crm', native: 'SELECT "id"\nFROM "people"', params: [1n, 'x', Number.NaN, new Uint8Array([1, 2])], rows: 3, bytes: 1234, ms: 12, waitMs: 0, storeMs: 4,
  pushed: ['id > 1'], kept: ['name: collation'], consistency: 'repeatable read snapshot', readAt: '2026-01-01T00:00:00Z', proof: 'CommandComplete: COPY 3',
  coverage: [{ partition: 'p0', from: '0', to: '10', messages: 10, bytes: 5, reachedEnd: true, bound: 'log end' }],
};

export const query: QueryAnswer = {
  kind: 'query', sql: 'SELECT id, name FROM crm.people', question: 'who?', translator: { name: 'offline', confidence: 0.9 }, reading: 'all people', assumptions: ['people are rows'],
  alternatives: [{ reading: 'their names', sql: 'SELECT name FROM crm.people' }],
  columns: [{ name: 'id', type: 'BIGINT' }, { name: 'name', type: 'VARCHAR' }],
  rows: [['1', 'Ann'], ['20', null], ['300', '']],
  rowCount: 3, truncated: false, complete: true, missing: [], warnings: [], fragments: [fragment], elapsedMs: 21,
};

export const report: ReportAnswer = {
  kind: 'report', question: 'report', translator: { name: 'offline', confidence: 1 }, reading: 'totals', assumptions: [], complete: true, missing: [], warnings: [], elapsedMs: 5,
  sections: [{ ...query, title: 'People' }, { ...query, title: 'Others', columns: [{ name: 'n', type: 'INTEGER' }], rows: [[7]] }],
};

export const explain: ExplainAnswer = {
  kind: 'explain', sql: 'SELECT 1', residual: 'SELECT 1', warnings: ['careful'], local: [{ what: 'count(*)', reason: 'its sides are of different stores' }],
  shipments: [{ from: 'f1', to: 'f2', key: 'id', because: 'f1 is small', decision: { sourceRows: 10, keys: 9, targetRows: null, breakEven: 250_000, chosen: 'keys', why: 'beyond that a scan is cheaper' }, actual: { keys: 8, shipped: true, why: '' } }],
  fragments: [{ id: 'f1', service: 'crm', store: 'PostgreSQL', tags: { cloud: 'x' }, table: 'crm.people', native: 'SELECT 1', params: [1n], estimatedRows: 1000, pushed: ['p'], kept: [{ what: 'k', reason: 'r' }] }],
};

export const schema: SchemaAnswer = {
  kind: 'schema', missing: [], links: [{ from: 'a.b.c', to: 'd.e.f', evidence: 'inferred', because: 'same name', score: 0.8 }],
  services: [{
    name: 'crm', store: 'PostgreSQL', version: '15', tags: { region: 'eu' }, readAt: '2026-01-01T00:00:00Z', warnings: ['left out: x'],
    tables: [{
      name: 'people', kind: 'table', comment: evil, rows: 1234, rowsExact: false, primaryKey: ['id'], uniques: [], foreignKeys: [], checks: [evil], sampled: 200, registered: [],
      columns: [{
        name: 'id', type: 'BIGINT', nativeType: 'bigint', nullable: false, key: 'primary', references: null, comment: null, presence: 0.5, default: evil, generated: false, maxLength: null, labels: null, unit: null,
        fields: [{ name: 'id.price_cents', type: 'BIGINT', nativeType: 'long', nullable: true, references: null, comment: null, presence: 1, maxLength: null, labels: { values: [evil], declared: true }, unit: { quantity: 'money', name: 'cent', currency: 'EUR', currencyColumn: null } }],
      }],
    }],
  }],
};

export const diff: DiffAnswer = {
  kind: 'diff', scope: 'a and b', summary: [{ what: 'type differences', count: 1 }], missing: [], warnings: [], complete: true, elapsedMs: 2,
  pairs: [{ left: 'a.t', right: 'b.u', via: ['a.t.x = b.u.y'], sampled: ['x: all 40 rows'], agreements: 3, differences: [{ aspect: 'type', severity: 'risky', left: 'x INT', right: 'y TEXT', what: 'differ' }] }],
};

export const links: LinksAnswer = {
  kind: 'links', written: null, missing: [], warnings: [], complete: true, elapsedMs: 2,
  links: [{ from: 'a.t.x', to: 'b.u.y', evidence: 'inferred', because: 'x names the key of b.u', status: 'supported', score: 0.9, values: { keys: 40, found: 39, missing: [evil], sample: 'all 40 rows' } }],
};

export const changes: ChangesAnswer = {
  kind: 'changes', against: 'schemas', missing: [], warnings: ['crm has no snapshot'], complete: true, elapsedMs: 2,
  services: [{ name: 'crm', compatibility: 'none', transitive: 'none' }], versions: [{ where: evil, services: [{ name: 'crm', compatibility: 'none', breaking: 1 }] }], summary: [{ what: 'breaking', count: 1 }],
  changes: [{
    service: 'crm', table: 'people', column: 'mail', change: 'column renamed', before: 'email', after: 'mail', readers: 'breaking', writers: 'breaking', impact: 'breaking', compatibility: 'none',
    why: 'who uses the old name fails', evidence: ['the same type (text)'], valuesCompared: false, consumers: [`${evil}.t.email keeps a copy of it`], steps: ['expand: add mail'],
  }],
};

export const check: CheckAnswer = {
  kind: 'check', summary: [{ what: 'checks', count: 1 }], missing: [], warnings: [], complete: true, elapsedMs: 2,
  checks: [{ check: 'references that lead nowhere', where: 'a.t.x', against: 'b.u.y', looked: 40, found: 3, atLeast: false, sampled: null, examples: [evil], ok: false, what: '2 keys are not there', before: 1, trend: [7, 1, 3] }],
  unchecked: [{ check: 'references that lead nowhere', where: 'a.t.z', against: 'b.u.y', why: `only values speak for ${evil}` }],
};

export const graph: GraphAnswer = {
  kind: 'graph', missing: [], services: [{ name: 'a', store: 'files', tables: [{ name: 't', kind: 'table' }] }, { name: 'b', store: 'kafka', tables: [{ name: evil, kind: 'topic' }, { name: 'u"]', kind: 'topic' }] }],
  links: [{ from: 'b.u"]', to: 'a.t', column: evil, key: 'id', evidence: 'inferred' }],
};

export const snapshot: SnapshotAnswer = {
  kind: 'snapshot', folder: '/x/schemas', missing: [], warnings: [], complete: true, elapsedMs: 2,
  files: [{ service: 'crm', path: '/x/schemas/crm.yaml', state: 'new', tables: 2, columns: 9, migration: 'Flyway 3' }],
};

export const trace: TraceAnswer = {
  kind: 'trace', id: 'abc', as: [], chosen: 'the most recent', found: true, window: null, verdicts: [], skew: [], scans: [], stopped: null, missing: [], warnings: [], complete: true, elapsedMs: 2,
  steps: [{ n: 1, parent: null, edges: [{ from: null, because: 'header', certainty: 'declared' }], role: 'part', at: '2026-01-01T00:00:00Z', service: 's', store: 'Kafka', table: 't', what: 'event', locator: { _partition: 0, _offset: '12' }, row: { a: evil }, because: ['header'], depth: 0 }],
  coverage: [{ service: 's', table: 't', asked: 'id = abc', access: 'log', rows: 1, coverage: [{ partition: '0', from: '0', to: '9', messages: 9, bytes: 1, reachedEnd: true, bound: 'end' }], notSearched: null }],
};

export const doctor: DoctorAnswer = {
  kind: 'doctor', config: '/x/aishell.yaml', ok: false, flows: [{ entry: 's.t', what: evil, remedy: 'correct it', isSure: true }],
  services: [{ name: 's', store: 'Redis', tags: {}, reachable: false, ms: 3, version: null, user: null, rights: [], canWrite: true, error: 'refused', advice: ['start it'], notes: [evil] }],
};

export const all: readonly Answer[] = [query, report, explain, schema, diff, links, changes, check, graph, snapshot, trace, doctor];
