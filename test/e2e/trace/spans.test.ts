/**
 * Spans of a real Jaeger and a real Zipkin, of OTLP files, and lines of log files join the trace of an event that carries
 * the same traceparent.
 */

import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TraceAnswer, TraceStep } from '../../../src/answer/contract.js';
import { loadConfig } from '../../../src/config/index.js';
import { openSession } from '../../../src/session/index.js';
import type { Session } from '../../../src/session/contract.js';
import { listening, servers } from '../../support/servers.js';

const areUp = (await Promise.all([servers.jaeger, servers.jaegerOtlp, servers.zipkin].map(listening))).every(Boolean);
const hex = (bytes: number) => randomBytes(bytes).toString('hex');
const [traceId, root, sender, receiver, zipkinSpan, batch] = [hex(16), hex(8), hex(8), hex(8), hex(8), hex(8)];
const at = Date.parse('2026-03-01T10:00:00Z');
const iso = (offset: number) => new Date(at + offset).toISOString();
const nanos = (offset: number) => `${at + offset}000000`;
const parcel = `P-${hex(4)}`;

const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });
const otlpSpan = (name: string, spanId: string, parentSpanId: string | undefined, kind: number, start: number, end: number, rest = {}) => ({ traceId, spanId, ...(parentSpanId !== undefined && { parentSpanId }), name, kind, startTimeUnixNano: nanos(start), endTimeUnixNano: nanos(end), ...rest });
const otlp = (service: string, ...spans: object[]) => ({ resourceSpans: [{ resource: { attributes: [attribute('service.name', service)] }, scopeSpans: [{ spans }] }] });

async function post(url: string, body: object): Promise<void> {
  const { status } = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  expect(status).toBeLessThan(300);
}

async function stored(url: string): Promise<void> {
  for (let attempt = 0; (await fetch(url)).status !== 200; attempt++) {
    if (attempt === 100) throw new Error(`${url} does not come`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe.skipIf(!areUp && process.env['CI'] !== 'true')('spans and log lines', { timeout: 60_000 }, () => {
  let dir: string;
  let session: Session;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'aishell-spans-'));
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    await mkdir(join(dir, 'bus'));
    const message = (offset: number, value: object) => ({ _partition: 0, _offset: offset, _timestamp: iso(60), _key: parcel, _headers: { traceparent: `00-${traceId}-${sender}-01` }, _value: JSON.stringify(value) });
    const other = { _partition: 0, _offset: 0, _timestamp: iso(0), _key: 'P-0', _headers: { traceparent: `00-${hex(16)}-${hex(8)}-01` }, _value: '{"eventId":"e-0","type":"parcel.sent"}' };
    await writeFile(join(dir, 'bus/parcels.ndjson'), [other, message(1, { eventId: `e-${hex(6)}`, type: 'parcel.sent', parcel })].map((line) => `${JSON.stringify(line)}\n`).join(''));
    await post(`${servers.jaegerOtlp}/v1/traces`, otlp('gateway', otlpSpan('POST /parcels', root, undefined, 2, 0, 120), otlpSpan('send parcel', sender, root, 4, 50, 70)));
    // The clock of the depot is behind: it receives before it was sent.
    await post(`${servers.jaegerOtlp}/v1/traces`, otlp('depot', otlpSpan('receive parcel', receiver, sender, 5, -950, -900, { status: { code: 2, message: 'no room' } })));
    await post(`${servers.zipkin}/api/v2/spans`, [{ traceId, id: zipkinSpan, parentId: receiver, name: 'weigh', timestamp: (at + 100) * 1000, duration: 5000, localEndpoint: { serviceName: 'scales' } }] as unknown as object);
    await mkdir(join(dir, 'spans'));
    await writeFile(join(dir, 'spans/a.json'), JSON.stringify(otlp('night', otlpSpan('close the day', batch, root, 1, 200, 300)), null, 2));
    await writeFile(join(dir, 'spans/b.jsonl'), `${JSON.stringify(otlp('night', { ...otlpSpan('of another trace', hex(8), undefined, 1, 0, 1), traceId: hex(16) }))}\n`);
    await writeFile(join(dir, 'rates.csv'), 'day,rate\n2026-03-01,1.5\n');
    await mkdir(join(dir, 'logs'));
    const low = BigInt(`0x${traceId.slice(16)}`).toString();
    await writeFile(join(dir, 'logs/app.ndjson'), [{ time: iso(55), level: 'info', msg: 'sending', trace_id: traceId, span_id: sender }, { time: iso(56), level: 'info', msg: 'of another trace', trace_id: hex(16) }].map((line) => `${JSON.stringify(line)}\n`).join(''));
    await writeFile(join(dir, 'logs/old.ndjson.gz'), gzipSync(`{"@timestamp":"${iso(90)}","level":50,"message":"\\u001b[31mno room","dd.trace_id":${low},"service":"depot"}\n`));
    await writeFile(
      join(dir, 'aishell.yaml'),
      JSON.stringify({
        services: {
          bus: { kind: 'files', path: 'bus', traces: { jaeger: { url: servers.jaeger } }, logs: 'logs' },
          archive: { kind: 'files', path: 'rates.csv', traces: { zipkin: { url: servers.zipkin }, otlp: 'spans', jaeger: { url: `${servers.jaeger}/` } } },
        },
      }),
    );
    session = await openSession({ config: await loadConfig({ path: join(dir, 'aishell.yaml'), cwd: dir, env: process.env }) });
    // Jaeger and Zipkin store what they took a moment later.
    await stored(`${servers.jaeger}/api/traces/${traceId}`);
    await stored(`${servers.zipkin}/api/v2/trace/${traceId}`);
  }, 60_000);
  afterAll(async () => {
    await session.close();
    await rm(dir, { recursive: true, force: true });
  });

  const trace = (id: string, options = {}) => session.trace(id, { signal: AbortSignal.timeout(30_000), ...options });
  const shown = ({ steps }: TraceAnswer) => {
    const name = (step: TraceStep) => `${step.service} ${step.what}`;
    return new Map(steps.map((step) => [name(step), step.parent === null ? null : name(steps[step.parent - 1]!)]));
  };
  const tree: [string, string | null][] = [
    ['gateway span POST /parcels (server, 120 ms)', null],
    ['gateway span send parcel (producer, 20 ms)', 'gateway span POST /parcels (server, 120 ms)'],
    ['depot span receive parcel (consumer, 50 ms, FAILED: no room)', 'gateway span send parcel (producer, 20 ms)'],
    ['scales span weigh (5 ms)', 'depot span receive parcel (consumer, 50 ms, FAILED: no room)'],
    ['night span close the day (internal, 100 ms)', 'gateway span POST /parcels (server, 120 ms)'],
    ['bus event parcel.sent on parcels', 'gateway span send parcel (producer, 20 ms)'],
    ['bus log info: sending', 'gateway span send parcel (producer, 20 ms)'],
  ];

  it.each([['the trace id', traceId], ['its traceparent', `00-${traceId}-${sender}-01`], ['the key of an event that carries it', parcel]])('are found by %s', async (_, id) => {
    const answer = await trace(id);
    const found = shown(answer);
    expect([...found].filter(([step]) => !step.includes('no room') || step.includes('span')).sort()).toEqual([...tree].sort());
    const line = answer.steps.find(({ what }) => what.includes('log error'))!;
    expect([line.service, line.table, line.row['trace_id'], line.at]).toEqual(['depot', 'logs', `${'0'.repeat(16)}${traceId.slice(16)}`, iso(90)]);
    expect(answer.complete).toBe(true);
    expect(answer.skew).toContainEqual({ ahead: 'gateway', behind: 'depot', atLeastMs: 1000, pairs: 1 });
    const looked = answer.coverage.filter(({ table }) => ['spans', 'otlp', 'logs'].includes(table));
    // One Jaeger, though two services name it; three files of spans and lines, and what was read of each.
    expect(looked.map(({ service, table, rows }) => [service, table, rows]).sort()).toEqual([['archive', 'otlp', 1], ['archive', 'spans', 1], ['bus', 'logs', 2], ['bus', 'spans', 3]]);
    expect(looked.flatMap(({ coverage }) => coverage).map(({ partition, reachedEnd }) => [partition, reachedEnd]).sort()).toEqual([['logs/app.ndjson', true], ['logs/old.ndjson.gz', true], ['spans/a.json', true], ['spans/b.jsonl', true]]);
    const edges = answer.steps.find(({ what }) => what.startsWith('span receive'))!.edges;
    expect(edges).toContainEqual({ from: answer.steps.find(({ what }) => what.startsWith('span send'))!.n, because: `parent_span_id = ${sender}`, certainty: 'declared' });
  });

  it('hang below the event where the span that sent it is nowhere', async () => {
    const [id, unknown] = [hex(16), hex(8)];
    await appendFile(join(dir, 'bus/parcels.ndjson'), `${JSON.stringify({ _partition: 0, _offset: 2, _timestamp: iso(60), _key: id, _headers: { traceparent: `00-${id}-${unknown}-01` }, _value: '{"type":"parcel.lost"}' })}\n`);
    await post(`${servers.jaegerOtlp}/v1/traces`, { resourceSpans: [{ resource: { attributes: [attribute('service.name', 'depot')] }, scopeSpans: [{ spans: [{ ...otlpSpan('receive', hex(8), unknown, 5, 70, 80), traceId: id }] }] }] });
    await stored(`${servers.jaeger}/api/traces/${id}`);
    const found = shown(await trace(id, { topics: ['bus.parcels'] }));
    expect(found.get('depot span receive (consumer, 10 ms)')).toBe('bus event parcel.lost on parcels');
  });

  it('are read of large log files only as far as the window goes', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `${JSON.stringify({ time: iso((i - 10_000) * 10_000), level: 'info', msg: 'an ordinary line of a service, of ordinary length' })}\n`);
    lines[10_000] = `${JSON.stringify({ time: iso(0), msg: 'the line', traceId })}\n`;
    await writeFile(join(dir, 'logs/big.ndjson'), lines.join(''));
    const answer = await trace(traceId, { since: iso(-600_000), until: iso(600_000) });
    const { coverage } = answer.coverage.find(({ table }) => table === 'logs')!;
    const big = coverage.find(({ partition }) => partition === 'logs/big.ndjson')!;
    expect(answer.steps.some(({ what }) => what === 'log: the line')).toBe(true);
    expect(big.reachedEnd && big.bytes < 400_000, JSON.stringify(big)).toBe(true);
    expect(big.bound).toContain('by time');
    await rm(join(dir, 'logs/big.ndjson'));
  });

  it('that cannot be asked for are named, and the rest is shown', async () => {
    const config = { services: { bus: { kind: 'files', path: 'bus', traces: { jaeger: { url: 'http://user:hidden-word@127.0.0.1:9' } }, logs: 'nowhere/*.log' } } };
    await writeFile(join(dir, 'dead.yaml'), JSON.stringify(config));
    const dead = await openSession({ config: await loadConfig({ path: join(dir, 'dead.yaml'), cwd: dir, env: process.env }) });
    try {
      const answer = await dead.trace(traceId, { signal: AbortSignal.timeout(30_000) });
      expect([answer.found, answer.complete, answer.missing.length]).toEqual([true, false, 2]);
      expect(answer.missing.map(({ reason }) => reason).sort()[0]).toContain("127.0.0.1:9 can't be reached");
      expect(JSON.stringify(answer)).not.toContain('hidden-word');
      const { services, ok } = await dead.doctor({ signal: AbortSignal.timeout(30_000) });
      expect([ok, services.map(({ store, reachable }) => [store, reachable])]).toEqual([false, [['files', true], ['jaeger', false], ['logs', false]]]);
      expect(JSON.stringify(services)).not.toContain('hidden-word');
    } finally {
      await dead.close();
    }
    const { services, ok } = await session.doctor({ signal: AbortSignal.timeout(30_000) });
    expect([ok, services.map(({ store }) => store)]).toEqual([true, ['files', 'jaeger', 'logs', 'files', 'zipkin', 'otlp', 'jaeger']]);
  });

  it.each([
    [{ traces: { jager: { url: 'http://x' } } }, 'no setting jager', 'jaeger'],
    [{ traces: { jaeger: { uri: 'http://x' } } }, 'lacks url', 'url'],
    [{ traces: { zipkin: { url: 'ftp://x' } } }, 'url of traces.zipkin', 'https?'],
    [{ logs: { file: 'x' } }, 'logs of service bus', 'path'],
  ])('are configured with %j and a word on what is wrong', async (wrong, message, remedy) => {
    await writeFile(join(dir, 'wrong.yaml'), JSON.stringify({ services: { bus: { kind: 'files', path: 'bus', ...wrong } } }));
    const error: unknown = await loadConfig({ path: join(dir, 'wrong.yaml'), cwd: dir, env: process.env }).catch((thrown: unknown) => thrown);
    expect(String((error as Error).message)).toContain(message);
    expect(JSON.stringify([(error as { remedy: string }).remedy, (error as Error).message])).toContain(remedy);
  });
});
