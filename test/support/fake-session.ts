/**
 * A session that answers by rote, for tests of the command line and the prompt alone: what it is asked decides what it
 * does. "slow" runs until it is cancelled, "stubborn" doesn't even stop then, "fail", "bug" and "unread" fail.
 */

import type { Answer, QueryAnswer } from '../../src/answer/contract.js';
import { AishellError } from '../../src/errors.js';
import type { AskOptions, OpenSession } from '../../src/session/contract.js';
import * as answers from '../unit/render/answers.js';

async function slow({ signal, onProgress, rows }: AskOptions, stubborn: boolean): Promise<never> {
  await rows?.columns([{ name: 'n', type: 'INTEGER' }]);
  await rows?.rows([[1], [2]]);
  onProgress?.({ fragment: 'f1', service: 'crm', state: 'reading', rows: 1234, bytes: 5678 });
  // Keeps the process alive, as a connection would.
  const alive = setInterval(() => undefined, 1000);
  return new Promise((_, reject) => {
    if (stubborn) return;
    const stop = (): void => {
      clearInterval(alive);
      reject(signal.reason as Error);
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
  });
}

async function answer(text: string, options: AskOptions): Promise<Answer> {
  if (/slow/.test(text)) return slow(options, false);
  if (/stubborn/.test(text)) return slow(options, true);
  if (/fail/.test(text)) throw new AishellError('source.unreachable', 'crm can’t be reached', 'Start it.', { service: 'crm' });
  if (/bug/.test(text)) throw new TypeError('x is not a function');
  if (options.reading !== undefined) return query(options, { ...answers.query, question: text, reading: `reading ${options.reading} of: ${text}` });
  if (/unread/.test(text)) {
    throw new AishellError('question.not_understood', 'It has no reading.', 'Ask otherwise.', {
      data: { understood: ['people'], notUnderstood: ['gronk'], near: [{ reading: 'all people', sql: 'SELECT * FROM crm.people', assumptions: [] }] },
    });
  }
  if (/report/.test(text)) return answers.report;
  if (/evil/.test(text)) return query(options, { ...answers.query, rows: [['1', answers.evil]], rowCount: 1 });
  const many = /many (\d+)/.exec(text);
  if (many !== null) return query(options, { ...answers.query, rows: Array.from({ length: Number(many[1]) }, (_, i) => [String(i), `name ${i}`]), rowCount: Number(many[1]) });
  if (/truncated/.test(text)) return query(options, { ...answers.query, truncated: true });
  if (/partial/.test(text)) return query(options, { ...answers.query, complete: false, missing: [{ service: 'crm', reason: 'it is down', remedy: 'Start it.' }] });
  return query(options, { ...answers.query, question: text, reading: `you asked: ${text}` });
}

async function query({ rows }: AskOptions, whole: QueryAnswer): Promise<QueryAnswer> {
  if (rows === undefined) return whole;
  await rows.columns(whole.columns);
  for (let i = 0; i < whole.rows.length; i += 2048) await rows.rows(whole.rows.slice(i, i + 2048));
  return { ...whole, rows: [] };
}

export const openFakeSession: OpenSession = ({ config, refresh, log }) => {
  log?.('opened');
  return Promise.resolve({
    config,
    catalog: () => Promise.resolve({ services: [{ name: refresh === true ? 'fresh' : 'cached', kind: 'files', tags: {}, facts: { version: '1' }, tables: [], warnings: [], readAt: '' }], links: [] }),
    ask: answer,
    sql: async (text, options) => (await answer(text, options)) as QueryAnswer,
    prompt: () => Promise.reject(new Error('no model')),
    teach: (question, sql = 'SELECT 1') => Promise.resolve({ kind: 'taught', path: config.path, question, sql, added: true }),
    explain: () => Promise.resolve(answers.explain),
    schema: ({ scope }) => Promise.resolve(scope === 'missing' ? { ...answers.schema, missing: [{ service: 'x', reason: 'down', remedy: 'Start.' }] } : answers.schema),
    diff: () => Promise.resolve(answers.diff),
    changes: () => Promise.resolve(answers.changes),
    snapshot: () => Promise.resolve(answers.snapshot),
    impact: () => Promise.resolve(answers.changes),
    check: () => Promise.resolve(answers.check),
    graph: () => Promise.resolve(answers.graph),
    links: () => Promise.resolve(answers.links),
    trace: () => Promise.resolve(answers.trace),
    tail: async (topics, { events }) => {
      await events.events([{ service: 'bus', topic: topics[0] ?? 'all', time: '2026-03-01 12:00:00+00', row: { _offset: '7', _key: 'k', _value: '{"a":"\u001b[31m"}', _headers: '{}' } }]);
      await events.note('a note');
      return { kind: 'tail', topics, events: 1, notes: [], complete: true, missing: [], warnings: [], elapsedMs: 1 };
    },
    doctor: () => Promise.resolve(answers.doctor),
    close: () => Promise.resolve(),
  });
};
