/** Traces over an estate with planted faults: each is found, and nothing is reported where there is none. */

import { expect } from 'vitest';
import type { Estate } from '../../../examples/microservices/generator/estate.js';
import { Random } from '../../../examples/microservices/generator/random.js';
import type { TraceAnswer, VerdictKind } from '../../../src/answer/contract.js';
import type { TraceOptions } from '../../../src/trace/contract.js';
import { naturally } from '../../support/faults.js';
import type { Faulty } from '../../support/faults.js';
import type { Asker } from '../answers/ask.js';
import { FlowBook, stepsOf } from './truth.js';
import type { Flow } from './truth.js';

const trace = (asker: Asker, id: string, options: TraceOptions = {}) => asker.session.trace(id, { signal: AbortSignal.timeout(120_000), ...options });

/** Of the example estate; so few payments fail in a day that what follows them is declared rather than learned. */
export const exampleFlows = `
flows:
  sagas:
    - name: order
      starts: OrderCreated
      steps: [{ event: [StockReserved, StockRejected], compensation: StockReleased }]
      fails: PaymentFailed
`;

/** What accuses somebody: that something failed is told by the services themselves, and a doubt is no verdict. */
export function accusations({ verdicts }: TraceAnswer): string[] {
  return [...new Set(verdicts.map(({ kind }) => kind).filter((kind) => kind !== 'failed' && kind !== 'cannot tell'))].sort();
}

export async function expectPlanted(asker: Asker, faulty: Faulty, book = new FlowBook(faulty.estate)): Promise<void> {
  const [{ planted }, owed] = [faulty, owedOf(faulty)];
  for (const { kind, correlationId, names } of planted) {
    const answer = await trace(asker, correlationId);
    const told = `${kind} ${names}: ${JSON.stringify(answer.verdicts, null, 1)}`;
    expect(answer.verdicts.filter((verdict) => verdict.kind === kind && verdict.what.includes(names)), told).toHaveLength(1);
    const flow = book.conversation(correlationId);
    // The bus delivers some of them again.
    expect(accusations(answer), told).toEqual([...owed(flow).must].sort());
    expect(stepsOf(answer, 'part'), correlationId).toEqual([...flow.truth.parts].sort());
  }
}

interface Owed {
  /** Must be said; and what may be, where a flaw of the generator's own lies at the edge of what can be learned. */
  readonly must: readonly VerdictKind[];
  readonly may: readonly VerdictKind[];
}

/** What a trace of a flow must say is wrong with it. */
function owedOf({ estate, planted, behind }: Faulty): (flow: Flow) => Owed {
  const known = new Set(estate.sagas.map(({ orderId }) => orderId));
  const kinds = new Map(planted.map(({ orderId, kind }) => [orderId, kind]));
  const [flawed, late] = [new Set(naturally(estate)), new Set(behind)];
  return ({ order, records }) => {
    const must = new Set<VerdictKind>();
    const events = records.filter(({ topic }) => topic !== 'dlq').map(({ topic, headers, value }) => `${topic} ${headers['eventId']!} ${value}`);
    if (new Set(events).size < events.length) must.add('published twice');
    if (records.some(({ topic }) => topic === 'dlq')) must.add('dead letter');
    if (order === undefined) return { must: [...must], may: [] };
    const kind = kinds.get(order);
    if (kind !== undefined) must.add(kind);
    if (!known.has(order) && records.length > 0) must.add('no row');
    // Stuck, charged twice, of nobody, or without its first event: how sure that is depends on what stands around it.
    const may: VerdictKind[] = flawed.has(order) ? ['no event', 'not finished', 'no row', 'lagging'] : late.has(order) ? ['lagging'] : [];
    return { must: [...must], may };
  };
}

/**
 * Random ids of every kind: all steps, no foreign ones, what is wrong and nothing else.
 * @param isDeep also what only scans of the stores can tell, for every second id; without, it must be listed as left out
 */
export async function expectTruth(asker: Asker, faulty: Faulty, count: number, isDeep?: boolean): Promise<void> {
  const { estate } = faulty;
  const [random, owed] = [new Random(estate.options.seed, 'sound'), owedOf(faulty)];
  const books = [new FlowBook(estate, isDeep === undefined), new FlowBook(estate)] as const;
  const sagas = new Map(estate.sagas.map((saga) => [saga.orderId, saga]));
  const conversations = books[0].conversations();
  const wrong: string[] = [];
  for (let n = 0; n < count; n++) {
    const deep = isDeep === true && n % 2 === 1;
    const { id, flow, options } = pick(books[deep ? 1 : 0], random, conversations, estate);
    const answer = await trace(asker, id, { ...options, deep });
    const problems: string[] = [];
    if (isDeep === true && !deep) problems.push(...unsaid(answer));
    const compare = (what: string, found: readonly string[], wanted: ReadonlySet<string>) => {
      const foreign = found.filter((step) => !wanted.has(step));
      const lacking = [...wanted].filter((step) => !found.includes(step));
      if (foreign.length + lacking.length > 0) problems.push(`${what}: foreign ${foreign.join(', ')}; lacking ${lacking.join(', ')}`);
    };
    const { parts, mentioned } = flow.truth;
    compare('parts', stepsOf(answer, 'part'), parts);
    compare('mentioned', stepsOf(answer, 'mentioned'), new Set([...mentioned].filter((step) => !parts.has(step))));
    if (!answer.complete || !answer.found) problems.push(`complete ${answer.complete}, found ${answer.found}`);
    const [said, { must, may }] = [accusations(answer), owed(flow)];
    const lacking = must.filter((kind) => !said.includes(kind));
    const extra = said.filter((kind) => !([...must, ...may] as string[]).includes(kind));
    if (lacking.length + extra.length > 0) problems.push(`verdicts: lacking ${lacking.join(', ')}; not owed ${extra.join(', ')}: ${JSON.stringify(answer.verdicts, null, 1)}`);
    const saga = flow.order === undefined ? undefined : sagas.get(flow.order);
    const failure = answer.verdicts.find(({ kind }) => kind === 'failed');
    if (saga?.paid === false && saga.cancelledAt !== undefined && failure?.what.includes(saga.attempts.at(-1)!.error!) !== true) problems.push(`does not tell that it failed: ${failure?.what ?? 'nothing'}`);
    if (problems.length > 0) wrong.push(`${id} ${options.as ?? ''} (order ${flow.order ?? 'none'})\n  ${problems.join('\n  ')}`);
  }
  expect(wrong, `${wrong.length} of ${count} traces:\n${wrong.join('\n')}`).toEqual([]);
}

/** Outside of the logs, indexes alone are asked; what that leaves out is said. */
function unsaid({ coverage, scans, steps }: TraceAnswer): string[] {
  const scanned = coverage.filter(({ access }) => access !== null && access !== 'index' && access !== 'log').map(({ service, table }) => `scanned ${service}.${table}`);
  const isOfOrder = steps.some(({ service, role }) => service === 'orders' && role === 'part');
  return [...scanned, ...(isOfOrder && !scans.some(({ table, columns }) => table === 'notification' && columns.includes('orderId')) ? ['does not name what it left out'] : [])];
}

interface Picked {
  readonly id: string;
  readonly flow: Flow;
  readonly options: TraceOptions;
}

function pick(book: FlowBook, random: Random, conversations: readonly string[], estate: Estate): Picked {
  const conversation = random.pick(conversations);
  const flow = book.conversation(conversation);
  const first = flow.records[0]!;
  const order = random.pick(estate.sagas).orderId;
  const told = random.weighted(['correlation', 'event', 'trace', 'parent', 'order', 'key'], [30, 25, 10, 10, 20, 5]);
  switch (told) {
    case 'event':
      return { id: random.pick(flow.records).headers['eventId']!, flow, options: random.chance(0.2) ? { as: 'event_id' } : {} };
    case 'trace':
      return { id: first.headers['traceparent']!.split('-')[1]!, flow, options: {} };
    case 'parent':
      return { id: first.headers['traceparent']!, flow, options: {} };
    case 'order':
      return { id: String(order), flow: book.order(order), options: { as: random.pick(['order', 'order_id', 'orders.orders.id']) } };
    case 'key':
      return flow.order === undefined ? { id: conversation, flow, options: {} } : { id: String(flow.order), flow, options: { as: 'order' } };
    default:
      return { id: conversation, flow, options: {} };
  }
}
