/** Outboxes by whatever columns they have: what left is told by one that all others fill, or by the logs alone. */

import { describe, expect, it } from 'vitest';
import { types } from '../../../src/algebra/index.js';
import type { Cell } from '../../../src/answer/contract.js';
import { Changes } from '../../../src/trace/changes.js';
import type { ReadAnswer } from '../../../src/trace/contract.js';
import { Domains } from '../../../src/trace/domains.js';
import { graphOf } from '../../../src/trace/graph.js';
import { unpublished } from '../../../src/trace/verdicts/outbox.js';
import type { Event } from '../../../src/trace/verdicts/events.js';
import type { Scene } from '../../../src/trace/verdicts/scene.js';
import { catalogOf, column, table } from '../../support/tables.js';

const log = table('bus.x', [column('_partition'), column('_offset')], { kind: 'topic' });
const start = Date.parse('2026-03-02T07:00:00Z');
const iso = (n: number) => new Date(start + n * 60_000).toISOString();

/** Rows 1 to 80; of row 40 the event is not on the log. */
async function judged(columns: Parameters<typeof column>[], fill: (n: number) => Readonly<Record<string, Cell>>) {
  const box = table('post.t_ausgang', [column('nr'), column('msg_id', types.text), column('erstellt_am', types.timestamptz), ...columns.map((one) => column(...one))], { primaryKey: ['nr'] });
  const { services, links } = catalogOf(box, log);
  const rows = Array.from({ length: 80 }, (_, i) => ({ nr: i + 1, msg_id: `m-${i + 1}`, erstellt_am: iso(i + 1), ...fill(i + 1) }));
  const events = rows.filter(({ nr }) => nr !== 40).map(({ msg_id, nr }): Event => ({ log, id: msg_id, type: 'X', at: start + nr * 60_000 + 300, cause: undefined, conversation: undefined, partition: '0', offset: nr, isChange: false, references: [] }));
  const names = box.columns.map(({ name }) => name);
  const answer: ReadAnswer = { columns: names.map((name) => ({ name, type: 'x' })), rows: rows.map((row) => names.map((name) => (row as Readonly<Record<string, Cell>>)[name] ?? null)), rowCount: rows.length, truncated: false, missing: [], warnings: [], fragments: [] };
  const domains = new Domains(services.flatMap(({ tables }) => tables), links, new Set(), new Changes(services));
  const { placed } = graphOf([{ key: 'row', table: box, store: 'files', row: rows[39]!, reasons: [], role: 'part', depth: 0 }]);
  const scene = {
    placed, own: [], domains, isDeep: false, unread: new Set(), removed: new Map(), now: start + 90 * 60_000,
    others: { events, namedBy: () => new Map(), knownFrom: () => start, now: start + 81 * 60_000 },
    context: { signal: new AbortController().signal, read: () => Promise.resolve(answer) },
  } as unknown as Scene;
  return (await unpublished(scene)).map(({ kind, what, because }) => ({ kind, what, because }));
}

const because = 'the events of 79 of 79 other rows of post.t_ausgang are on the logs, the slowest within 300 ms';

describe('a row whose event is on no log', () => {
  it('never left where a column is empty that all others fill', async () => {
    expect(await judged([['versendet_am', types.timestamptz, { nullable: true }]], (n) => ({ versendet_am: n === 40 ? null : iso(n) }))).toMatchObject([{ kind: 'not published', what: 'the event m-40 of post.t_ausgang 40 never left: versendet_am is empty, and it is on no log' }]);
  });

  it('is told by a flag, and by a status', async () => {
    expect(await judged([['sent', types.boolean]], (n) => ({ sent: n !== 40 }))).toMatchObject([{ kind: 'not published', what: 'the event m-40 of post.t_ausgang 40 never left: sent is false, and it is on no log' }]);
    expect(await judged([['status', types.text]], (n) => ({ status: n === 40 ? 'PENDING' : 'SENT' }))).toMatchObject([{ kind: 'not published', what: 'the event m-40 of post.t_ausgang 40 never left: status is PENDING, and it is on no log' }]);
  });

  it('was lost where it says itself that it left, or says nothing', async () => {
    expect(await judged([['published_at', types.timestamptz, { nullable: true }]], (n) => ({ published_at: iso(n) }))).toMatchObject([{ kind: 'no event', what: 'the event m-40 of post.t_ausgang 40 is on no log' }]);
    expect(await judged([], () => ({}))).toEqual([{ kind: 'no event', what: 'the event m-40 of post.t_ausgang 40 is on no log', because: because.replace(', the slowest within 300 ms', '') }]);
  });
});
