/** What goes wrong between a store and us: every time an error that says so, nothing short, nothing hung. */

import { describe, expect, it } from 'vitest';
import { AishellError, type NativeQuery, type ServiceConfig, type Source } from '../../connectors/contract.js';
import { closedPort, FaultProxy, silentServer } from '../support/proxy.js';
import { CollectingSink } from '../support/collecting-sink.js';
import { collect, rows, scan } from './ask.js';
import type { Bench, ConformanceSpec } from './suite.js';

export function faults(bench: Bench, spec: ConformanceSpec): void {
  const connect = (service: ServiceConfig, connectTimeoutMs = 10_000, signal = AbortSignal.timeout(60_000)) =>
    bench.connector.connect(service, { ...bench.host, connectTimeoutMs }, signal);

  it('rejects at once when it is asked with an aborted signal', async () => {
    const snapshot = await bench.source.open(AbortSignal.timeout(30_000));
    const query = bench.connector.dialect(bench.description.facts).compile(scan(bench, 'many'));
    const error = await failed(collect(bench, snapshot, query, AbortSignal.abort()));
    expect(error.code).toBe('cancelled');
    await snapshot.close();
  });

  it('stops when it is cancelled in mid-stream, and the source stays usable', async () => {
    if (spec.collect) return;
    const controller = new AbortController();
    const snapshot = await bench.source.open(AbortSignal.timeout(30_000));
    const query = bench.connector.dialect(bench.description.facts).compile(scan(bench, 'many'));
    const sink = new CollectingSink(query.columns);
    sink.onRow = (count) => count === 50 && controller.abort();
    expect((await failed(snapshot.read(query, sink, controller.signal))).code).toBe('cancelled');
    const seen = sink.rows.length;
    await snapshot.close();
    expect(sink.rows.length - seen, 'rows after the rejection').toBe(0);
    expect((await rows(bench, scan(bench, 'many', ['id']))).length).toBe(bench.seeded.many.rows.length);
  });

  given(spec.slow)('cancels a query that the server still works on, and the server stops', async () => {
    const controller = new AbortController();
    const snapshot = await bench.source.open(AbortSignal.timeout(30_000));
    const read = failed(collect(bench, snapshot, spec.slow!, controller.signal));
    if (spec.running) await until(async () => (await spec.running!()) > 0);
    controller.abort();
    expect((await read).code).toBe('cancelled');
    if (spec.running) await until(async () => (await spec.running!()) === 0);
    await snapshot.close();
  });

  describeGiven(spec.writes?.length)('read-only', () => {
    it.each(spec.writes ?? [])('the session refuses $text', async (query: NativeQuery) => {
      const snapshot = await bench.source.open(AbortSignal.timeout(30_000));
      await failed(collect(bench, snapshot, query, AbortSignal.timeout(30_000)));
      await snapshot.close();
      expect((await rows(bench, scan(bench, 'many', ['id']))).length).toBe(bench.seeded.many.rows.length);
      expect(await rows(bench, scan(bench, 'empty'))).toEqual([]);
    });
  });

  describeGiven(spec.address)('the network', () => {
    it('says that a dead server is unreachable', async () => {
      expect((await failed(connect(spec.service(await closedPort()), 2_000))).code).toBe('source.unreachable');
    });

    it('gives up on a server that accepts and never answers', async () => {
      const silent = await silentServer();
      const error = await failed(connect(spec.service(silent.port), 500));
      expect(['source.unreachable', 'source.timeout']).toContain(error.code);
      await silent.close();
    });

    it('stops waiting for such a server when it is cancelled', async () => {
      const silent = await silentServer();
      const controller = new AbortController();
      const connecting = failed(connect(spec.service(silent.port), 60_000, controller.signal));
      setTimeout(() => controller.abort(), 100);
      expect((await connecting).code).toBe('cancelled');
      await silent.close();
    });

    it('reports a connection that is cut in mid-stream, and never a short answer', async () => {
      await throughProxy(async (proxy, source) => {
        for (const bytes of [0, 1, 1_000, 60_000, 300_000]) {
          const snapshot = await source.open(AbortSignal.timeout(30_000));
          proxy.cutAfter(bytes);
          const query = bench.connector.dialect(bench.description.facts).compile(scan(bench, 'many'));
          const error = await failed(collect(bench, snapshot, query, AbortSignal.timeout(30_000)));
          expect(['source.cut', 'source.unreachable'], `${bytes} bytes: ${error.message}`).toContain(error.code);
          proxy.heal();
          await snapshot.close();
        }
        expect((await source.health(AbortSignal.timeout(30_000))).version).toBeTruthy();
      });
    });

    it('reports noise on the line', async () => {
      await throughProxy(async (proxy, source) => {
        const snapshot = await source.open(AbortSignal.timeout(30_000));
        proxy.garbageAfter(20_000);
        const query = bench.connector.dialect(bench.description.facts).compile(scan(bench, 'many'));
        // Noise may happen to say "much more to come"; the statement's own time limit ends that.
        await expect(collect(bench, snapshot, query, AbortSignal.timeout(10_000))).rejects.toThrow();
        proxy.heal();
        await snapshot.close();
      });
    });

    it('lets go of a server that falls silent in mid-stream', async () => {
      await throughProxy(async (proxy, source) => {
        const snapshot = await source.open(AbortSignal.timeout(30_000));
        proxy.silenceAfter(20_000);
        const query = bench.connector.dialect(bench.description.facts).compile(scan(bench, 'many'));
        const controller = new AbortController();
        const read = failed(collect(bench, snapshot, query, controller.signal));
        setTimeout(() => controller.abort(), 300);
        expect((await read).code).toBe('cancelled');
        await snapshot.close();
        proxy.heal();
      });
    });

    it('reads through a slow line', async () => {
      await throughProxy(async (proxy, source) => {
        const snapshot = await source.open(AbortSignal.timeout(30_000));
        proxy.delay(20);
        const query = bench.connector.dialect(bench.description.facts).compile(scan(bench, 'extremes', ['id']));
        expect((await collect(bench, snapshot, query, AbortSignal.timeout(30_000))).length).toBe(bench.seeded.extremes.rows.length);
        await snapshot.close();
      });
    });

    given(spec.wrongPassword)('says that a password is wrong, and does not print it', async () => {
      const error = await failed(connect(spec.wrongPassword!()));
      expect(error.code).toBe('source.auth');
      expect(JSON.stringify([error.message, error.remedy])).not.toContain('wrong-password');
    });

    given(spec.tls)('speaks TLS with a server whose authority it trusts', async () => {
      const source = await connect(spec.tls!.good());
      expect((await source.health(AbortSignal.timeout(30_000))).version).toBeTruthy();
      const snapshot = await source.open(AbortSignal.timeout(30_000));
      const query = bench.connector.dialect(bench.description.facts).compile(scan(bench, 'many'));
      expect((await collect(bench, snapshot, query, AbortSignal.timeout(30_000))).length).toBe(bench.seeded.many.rows.length);
      await snapshot.close();
      await source.close();
    });

    given(spec.tls)('refuses a server that another authority signed', async () => {
      expect((await failed(connect(spec.tls!.wrongAuthority()))).code).toBe('source.unreachable');
    });
  });

  given(spec.dropColumn)('says that the catalogue is out of date when a column is gone', async () => {
    const query = bench.connector.dialect(bench.description.facts).compile(scan(bench, 'empty'));
    await spec.dropColumn!();
    expect((await failed(rows(bench, query))).code).toBe('source.schema_changed');
  });

  async function throughProxy(work: (proxy: FaultProxy, source: Source) => Promise<void>): Promise<void> {
    const { hostname, port } = new URL(spec.address!.includes('://') ? spec.address! : `tcp://${spec.address}`);
    const proxy = await FaultProxy.to(hostname, Number(port));
    const source = await connect(spec.service(proxy.port));
    try {
      await work(proxy, source);
    } finally {
      await source.close();
      await proxy.close();
    }
  }
}

async function failed(promise: Promise<unknown>): Promise<AishellError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error, 'it should have failed').toBeInstanceOf(AishellError);
  return error as AishellError;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('it did not happen within ten seconds');
}

/** A fault that a store cannot have is no test of it, rather than a skipped one. */
function given(fault: unknown): (name: string, test: () => Promise<void>) => void {
  return (name, test) => {
    if (fault) it(name, test);
  };
}

function describeGiven(fault: unknown): (name: string, tests: () => void) => void {
  return (name, tests) => {
    if (fault) describe(name, tests);
  };
}
