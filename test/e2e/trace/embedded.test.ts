/**
 * Traces over the example estate as files, for ids of every kind, against what the generator knows of each flow. 30 ids
 * here; TRACE_IDS=200 asks for as many.
 */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeEstate } from '../../../examples/microservices/generator/estate.js';
import { Random } from '../../../examples/microservices/generator/random.js';
import { writeEmbedded } from '../../../examples/microservices/generator/write/embedded.js';
import type { TraceOptions } from '../../../src/trace/contract.js';
import { Asker } from '../answers/ask.js';
import { FlowBook, stepsOf } from './truth.js';
import type { Flow } from './truth.js';

const estate = makeEstate({ seed: 7, scale: 0.2, now: new Date('2026-02-03T00:00:00Z') });
const book = new FlowBook(estate);
const random = new Random(7, 'trace');

let dir: string;
let asker: Asker;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aishell-trace-'));
  process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
  await writeEmbedded(estate, join(dir, 'data'));
  await writeFile(join(dir, 'aishell.yaml'), await readFile(fileURLToPath(new URL('../../../examples/microservices/aishell.yaml', import.meta.url))));
  asker = await Asker.open(join(dir, 'aishell.yaml'));
});
afterAll(async () => {
  await asker.close();
  await rm(dir, { recursive: true, force: true });
});

const trace = (id: string, options: TraceOptions = {}) => asker.session.trace(id, { signal: AbortSignal.timeout(60_000), ...options });

async function expectFlow(id: string, { truth }: Flow, options: TraceOptions = {}): Promise<void> {
  const answer = await trace(id, options);
  expect(stepsOf(answer, 'part'), id).toEqual([...truth.parts].sort());
  expect(stepsOf(answer, 'mentioned'), id).toEqual([...truth.mentioned].filter((step) => !truth.parts.has(step)).sort());
  expect([answer.complete, answer.found, answer.missing, answer.warnings]).toEqual([true, true, [], []]);
}

const ids = Number(process.env['TRACE_IDS'] ?? 30);

describe('a trace holds every step of a flow and none of another', { timeout: 60_000 + ids * 3_000 }, () => {
  const share = (part: number) => Math.ceil(ids * part);
  const conversations = book.conversations();
  const pick = (count: number) => Array.from({ length: count }, () => random.pick(conversations));

  it('by correlation id', async () => {
    for (const id of pick(share(0.3))) await expectFlow(id, book.conversation(id));
  });

  it('by event id', async () => {
    for (const conversation of pick(share(0.3))) {
      const flow = book.conversation(conversation);
      await expectFlow(random.pick(flow.records).headers['eventId']!, flow);
    }
  });

  it('by trace id', async () => {
    for (const conversation of pick(share(0.1))) {
      const flow = book.conversation(conversation);
      await expectFlow(flow.records[0]!.headers['traceparent']!.split('-')[1]!, flow);
    }
  });

  it('by order, of which the log may hold nothing any more', async () => {
    for (let n = 0; n < share(0.2); n++) {
      const { orderId } = random.pick(estate.sagas);
      await expectFlow(String(orderId), book.order(orderId), { as: random.pick(['order', 'order_id', 'orders.orders.id']) });
    }
  });

  it('by payment', async () => {
    for (let n = 0; n < share(0.1); n++) {
      const { _id, orderId } = random.pick(estate.payments.payments);
      const answer = await trace(_id);
      const { truth } = book.order(Number(orderId));
      const parts = stepsOf(answer, 'part');
      expect(parts, _id).toContain(`payments.payments ${_id}`);
      expect(parts.filter((step) => !truth.parts.has(step)), _id).toEqual([]);
      // Messages lead to all of the order; a payment that the log forgot leads to its own parts.
      if (parts.some((step) => step.startsWith('bus.'))) expect(parts, _id).toEqual([...truth.parts].sort());
    }
  });
});
