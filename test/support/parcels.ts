/**
 * Another estate of events, with names of its own: parcels that are booked, sorted and handed over. Messages carry
 * msg_ref, caused_by and conversation_id in their payloads and nothing in headers. Faults are put in by name.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDuckdb } from '../../examples/microservices/generator/write/duckdb.js';
import { fill } from '../../examples/microservices/generator/schema.js';
import type { FilledTable, TableSpec } from '../../examples/microservices/generator/schema.js';
import type { VerdictKind } from '../../src/answer/contract.js';
import { createTopic, produce, withAdmin } from './kafka.js';

export interface Message {
  readonly topic: 'parcels' | 'hubs' | 'parcels-dead';
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

export interface Parcels {
  readonly messages: readonly Message[];
  readonly depot: readonly FilledTable[];
  readonly crm: readonly FilledTable[];
  /** By the number of the parcel: what is wrong with it, and what the verdict must name. */
  readonly faults: ReadonlyMap<number, readonly [VerdictKind, string]>;
  /** Steps of a parcel that must be found, as `service.table key`. */
  readonly truth: (parcel: number) => readonly string[];
  readonly conversation: (parcel: number) => string;
}

interface Parcel {
  readonly parcel_no: number;
  readonly sender_no: number;
  readonly weight_g: number;
  readonly booked_on: number;
}
interface Sender {
  readonly sender_no: number;
  readonly company: string;
}
interface Handover {
  readonly handover_no: number;
  readonly parcel_no: number;
  readonly handed_on: number;
}
interface Sorting {
  readonly sorting_no: number;
  readonly parcel_no: number;
  readonly sorted_on: number;
}
interface Outgoing {
  readonly outgoing_no: number;
  readonly msg_ref: string;
  readonly parcel_no: number;
  readonly made_on: number;
  readonly sent_on: number | null;
}

const specs: { senders: TableSpec<Sender>; parcels: TableSpec<Parcel>; handovers: TableSpec<Handover>; sortings: TableSpec<Sorting>; outgoing: TableSpec<Outgoing> } = {
  senders: { name: 'senders', comment: 'Who sends', primaryKey: ['sender_no'], columns: { sender_no: { type: 'bigint' }, company: { type: 'text' } } },
  parcels: { name: 'parcels', comment: 'Parcels', primaryKey: ['parcel_no'], columns: { parcel_no: { type: 'bigint' }, sender_no: { type: 'bigint' }, weight_g: { type: 'integer' }, booked_on: { type: 'timestamptz' } } },
  handovers: { name: 'handovers', comment: 'At the door', primaryKey: ['handover_no'], references: { parcel_no: 'parcels.parcel_no' }, columns: { handover_no: { type: 'bigint' }, parcel_no: { type: 'bigint' }, handed_on: { type: 'timestamptz' } } },
  sortings: { name: 'sortings', comment: 'In the hub', primaryKey: ['sorting_no'], references: { parcel_no: 'parcels.parcel_no' }, columns: { sorting_no: { type: 'bigint' }, parcel_no: { type: 'bigint' }, sorted_on: { type: 'timestamptz' } } },
  outgoing: { name: 'outgoing', comment: 'Messages on their way', primaryKey: ['outgoing_no'], uniques: ['msg_ref'], references: { parcel_no: 'parcels.parcel_no' }, columns: { outgoing_no: { type: 'bigint' }, msg_ref: { type: 'text' }, parcel_no: { type: 'bigint' }, made_on: { type: 'timestamptz' }, sent_on: { type: 'timestamptz', nullable: true } } },
};

const start = Date.parse('2026-01-10T08:00:00Z');
const second = 1_000;
/** The last parcels, whose sorting the hub has not come to. */
export const behindFrom = 190;
export const parcelCount = 200;

/** Which parcel has which fault. */
const plan = {
  noSorting: [40, 111], noBooked: [52], unfinished: [63], uncompensated: [75], unsent: [88], early: [97], dead: [104], twice: [120],
} as const;
const isRefused = (n: number) => n % 4 === 3;

export function parcels(): Parcels {
  const ends = new Map<string, number>();
  const messages: Message[] = [];
  const rows = { parcels: [] as Parcel[], handovers: [] as Handover[], sortings: [] as Sorting[], outgoing: [] as Outgoing[] };
  const steps = new Map<number, string[]>();
  const faults = new Map<number, readonly [VerdictKind, string]>();
  const is = (fault: keyof typeof plan, n: number) => (plan[fault] as readonly number[]).includes(n);
  const put = (n: number, topic: Message['topic'], at: number, kind: string, ref: string, cause: string | undefined, more: object = {}) => {
    const partition = topic === 'parcels-dead' ? 0 : n % 2;
    const offset = ends.get(`${topic}${partition}`) ?? 0;
    ends.set(`${topic}${partition}`, offset + 1);
    const value = { msg_ref: ref, ...(cause !== undefined && { caused_by: cause }), conversation_id: conversation(n), message_type: kind, parcelNo: numberOf(n), ...more };
    messages.push({ topic, partition, offset, timestamp: at, key: String(numberOf(n)), value });
    steps.set(n, [...(steps.get(n) ?? []), `bus.${topic} ${partition}/${offset}`]);
    return { topic, partition, offset };
  };
  for (let n = 0; n < parcelCount; n++) {
    const at = start + n * 60 * second;
    const parcel_no = numberOf(n);
    const ref = (what: string) => `mr-${what}-${parcel_no}`;
    const own: string[] = [];
    rows.parcels.push({ parcel_no, sender_no: 81_000 + (n % 20), weight_g: 100 + n, booked_on: at });
    own.push(`depot.parcels ${parcel_no}`);
    if (!is('noBooked', n)) put(n, 'parcels', at, 'ParcelBooked', ref('booked'), undefined);
    const sorted = is('noSorting', n) || n >= behindFrom ? undefined : n + 1;
    if (is('early', n)) put(n, 'parcels', at + 31 * second, 'ParcelWeighed', ref('weighed'), ref('labelled'));
    if (is('early', n)) put(n, 'parcels', at + 30 * second, 'ParcelLabelled', ref('labelled'), ref('booked'));
    if (!is('unfinished', n)) {
      put(n, 'hubs', at + 5 * second, 'ParcelSorted', ref('sorted'), ref('booked'));
      if (sorted !== undefined) {
        rows.sortings.push({ sorting_no: sorted, parcel_no, sorted_on: at + 6 * second });
        own.push(`depot.sortings ${sorted}`);
      }
      if (isRefused(n)) {
        put(n, 'parcels', at + 20 * second, 'HandoverRefused', ref('refused'), ref('sorted'), { reason: `nobody at door ${n}` });
        if (!is('uncompensated', n)) put(n, 'hubs', at + 25 * second, 'SortingUndone', ref('undone'), ref('refused'));
        put(n, 'parcels', at + 26 * second, 'ParcelReturned', ref('returned'), ref('refused'));
      } else {
        rows.outgoing.push({ outgoing_no: n + 1, msg_ref: ref('handed'), parcel_no, made_on: at + 20 * second, sent_on: is('unsent', n) ? null : at + 21 * second });
        rows.handovers.push({ handover_no: n + 1, parcel_no, handed_on: at + 20 * second });
        own.push(`depot.outgoing ${n + 1}`, `depot.handovers ${n + 1}`);
        if (!is('unsent', n)) {
          const handed = put(n, 'parcels', at + 21 * second, 'ParcelHandedOver', ref('handed'), ref('sorted'));
          if (is('twice', n)) put(n, 'parcels', at + 21 * second, 'ParcelHandedOver', ref('handed'), ref('sorted'));
          if (is('dead', n)) put(n, 'parcels-dead', at + 22 * second, 'DeadLetter', ref('dead'), ref('handed'), { source_topic: handed.topic, source_partition: handed.partition, source_offset: handed.offset, error_message: `no tariff for ${parcel_no}` });
        }
      }
    }
    steps.set(n, [...(steps.get(n) ?? []), ...own]);
  }
  const note = (which: readonly number[], kind: VerdictKind, names: string) => which.forEach((n) => faults.set(n, [kind, names]));
  note(plan.noSorting, 'no row', 'depot.sortings');
  note(plan.noBooked, 'no event', 'depot.parcels');
  note(plan.unfinished, 'not finished', 'ParcelSorted');
  note(plan.uncompensated, 'not compensated', 'SortingUndone');
  note(plan.unsent, 'not published', 'mr-handed-');
  note(plan.early, 'out of order', 'ParcelWeighed');
  note(plan.dead, 'dead letter', 'no tariff for');
  note(plan.twice, 'published twice', 'ParcelHandedOver');
  note(Array.from({ length: parcelCount - behindFrom }, (_, i) => behindFrom + i), 'lagging', 'depot.sortings');
  const senders = Array.from({ length: 20 }, (_, n): Sender => ({ sender_no: 81_000 + n, company: `Sender ${n} Ltd` }));
  return {
    messages,
    crm: [fill(specs.senders, senders)],
    depot: [fill(specs.parcels, rows.parcels), fill(specs.handovers, rows.handovers), fill(specs.sortings, rows.sortings), fill(specs.outgoing, rows.outgoing)],
    faults,
    truth: (n) => steps.get(n)!,
    conversation,
  };
}

export const numberOf = (n: number) => 7_000_000 + n * 13;
const conversation = (n: number) => `talk-${numberOf(n)}-x`;

/** As files, with their configuration; returns its path. */
export async function writeParcels(estate: Parcels, folder: string): Promise<string> {
  await Promise.all(['depot', 'crm', 'bus'].map((name) => mkdir(join(folder, name), { recursive: true })));
  await writeDuckdb(join(folder, 'depot', 'depot.duckdb'), estate.depot);
  await writeDuckdb(join(folder, 'crm', 'crm.duckdb'), estate.crm);
  for (const topic of ['parcels', 'hubs', 'parcels-dead'] as const) {
    const lines = estate.messages.filter((message) => message.topic === topic).map(({ partition, offset, timestamp, key, value }) =>
      JSON.stringify({ _partition: partition, _offset: offset, _timestamp: new Date(timestamp).toISOString(), _key: key, _headers: {}, _value: JSON.stringify(value), ...value }),
    );
    await writeFile(join(folder, 'bus', `${topic}.ndjson`), `${lines.join('\n')}\n`);
  }
  await writeFile(join(folder, 'aishell.yaml'), 'services:\n  depot: { kind: files, path: depot }\n  crm: { kind: files, path: crm }\n  bus: { kind: files, path: bus }\n');
  return join(folder, 'aishell.yaml');
}

/**
 * Its messages on the test broker, and how far the group that sorts has come: past all whose rows are there or lost.
 * @param prefix of topics' names
 */
export async function writeParcelsBus(estate: Parcels, prefix: string, group: string): Promise<void> {
  for (const topic of parcelTopics) {
    await createTopic(prefix + topic, { numPartitions: topic === 'parcels-dead' ? 1 : 2, settings: { 'message.timestamp.after.max.ms': '9223372036854775807' } });
    const messages = estate.messages.filter((message) => message.topic === topic).map(({ partition, timestamp, key, value }) => ({ partition, timestamp: String(timestamp), key, value: JSON.stringify(value) }));
    await produce(prefix + topic, messages);
  }
  const isBefore = (partition: number) => String(estate.messages.filter(({ topic, key, partition: own }) => topic === 'hubs' && own === partition && Number(key) < numberOf(behindFrom)).length);
  await withAdmin((admin) => admin.setOffsets({ groupId: group, topic: `${prefix}hubs`, partitions: [0, 1].map((partition) => ({ partition, offset: isBefore(partition) })) }));
}

export const parcelTopics = ['parcels', 'hubs', 'parcels-dead'] as const;
